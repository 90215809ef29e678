//! What all measurements share: the scenarios, and for each the services that are compared.

pub mod contender;
mod floor;
mod policies;
pub mod request;
pub mod scenario;
