//! Cookies, as RFC 6265bis has browsers store and send them.
//!
//! The crate `cookie` doesn't parse dates and nameless cookies as browsers do, and `cookie_store` doesn't know
//! `SameSite`, `Partitioned` and third-party rules, and reads the clock of the system.

pub(crate) mod context;
mod date;
pub(crate) mod event;
pub(crate) mod fix;
pub(crate) mod jar;
mod parse;
pub(crate) mod rule;
pub(crate) mod set_cookie;
