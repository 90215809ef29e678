//! Cookies, as RFC 6265bis has browsers store and send them.
//!
//! The crate `cookie` parses `Set-Cookie`. The jar is our own: the crate `cookie_store` doesn't know `SameSite`,
//! `Partitioned` and third-party rules, and reads the clock of the system.

pub(crate) mod context;
pub(crate) mod event;
pub(crate) mod fix;
pub(crate) mod jar;
pub(crate) mod rule;
pub(crate) mod set_cookie;
