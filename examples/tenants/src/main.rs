//! The origins of many tenants, in a database. Tenants add and remove them through an API, and the policy follows.
//!
//! ```sh
//! cd examples/tenants
//! cargo run                     # by reload: the whole set, when it has changed
//! FOLLOW=lookup cargo run       # by look-up: one origin, when it is asked about
//! PORT=8080 DATABASE=tenants.db TOKEN=secret cargo run
//! ```
//!
//! | | by reload | by look-up, cached |
//! |---|---|---|
//! | an added origin is allowed | after the next look at the database, at most 250 ms later | at once on this instance; on others when the cached "no" expires, after 10 s by default |
//! | a removed origin is denied | after the next look at the database | at once on this instance; on others when the cached "yes" is renewed, after 60 s to 130 s by default |
//! | memory | all origins, about 50 bytes each | the origins that pages have asked from |
//! | cost of a request | a look-up in memory | the same if the answer is cached, otherwise a query |
//! | if the database is gone | the last policy stays | customers are allowed for 60 s to 120 s more; other origins are denied |
//! | choose it | for up to some millions of origins: no request ever waits | for more origins, or if requests come from few of them |
//!
//! With many instances, each must hear of the changes that the others make. `tests/fleet` shows that with `PostgreSQL`: a
//! change takes effect on all of them within milliseconds.
//!
//! The database is a file in a new folder for temporary files, unless `DATABASE` names another one.

mod api;
mod database;
mod follow;
#[path = "../../support/listen.rs"]
mod listen;
mod serve;

#[tokio::main]
async fn main() -> Result<(), listen::PlainError> {
    serve::serve().await
}
