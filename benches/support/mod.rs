//! What all measurements share: the scenarios, for each the services that are compared, and the page that
//! tells the results.

mod connection;
pub mod contender;
mod floor;
pub mod page;
mod policies;
pub mod request;
pub mod scenario;
