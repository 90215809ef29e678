//! The browser for tests, and `audit`.
//!
//! A subject with much to test is a folder. Its `mod.rs` has the helpers, which the files beside it share.
#![allow(
    clippy::struct_excessive_bools,
    clippy::type_complexity,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    reason = "a failed set-up is a failed test, a table is read in its rows, and helpers are shared"
)]

mod agrees;
mod audit;
mod blocked;
mod cookies;
mod elements;
mod fetch;
mod hops;
mod hostile;
mod local_network;
mod other_requests;
mod resource_policy;
mod wpt;
