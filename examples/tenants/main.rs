//! Origins of many tenants, in a database: they add and remove them through an API, and the policy follows.
//!
//! ```sh
//! cargo run --example tenants                  # by reload: the whole set, when it has changed
//! FOLLOW=lookup cargo run --example tenants    # by look-up: one origin, when it is asked about
//! PORT=8080 DATABASE=tenants.db TOKEN=secret cargo run --example tenants
//! ```
//!
//! | | by reload | by look-up, cached |
//! |---|---|---|
//! | an origin that was added is allowed | at the next look at the database, 250 ms here | at once where this instance is told, else when the no has lived, 10 s unless said otherwise |
//! | one that was removed is denied | likewise | at once where told, else when the yes has lived, 60 s |
//! | memory | all origins, some 50 bytes each | those that are asked about |
//! | a request costs | a look in a table in memory | the same if the answer is kept; else a query |
//! | the database is gone | the last policy holds | answers hold while they live; what isn't known is denied |
//! | choose it | for up to some millions of origins: no request ever waits | for more, or where a removal must take effect at the next request everywhere |
//!
//! It needs the feature `lookup-cache`; without it, it runs itself again with it.

use std::process::ExitCode;

#[cfg(feature = "lookup-cache")]
mod api;
#[cfg(feature = "lookup-cache")]
mod database;
#[cfg(feature = "lookup-cache")]
mod follow;
#[cfg(feature = "lookup-cache")]
mod serve;

#[cfg(feature = "lookup-cache")]
#[tokio::main]
async fn main() -> ExitCode {
    match serve::serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "lookup-cache"))]
fn main() -> ExitCode {
    let status = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--features",
            "lookup-cache",
            "--example",
            "tenants",
        ])
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("can't run cargo: {error}; add --features lookup-cache");
            ExitCode::FAILURE
        }
    }
}
