//! The state of one fetch, which all its algorithms share.

use super::network_fetch::Network;
use super::preflight_cache::PreflightCache;
use super::request::PageRequest;
use crate::testing::cookies::event::CookieEvent;
use crate::testing::cookies::jar::CookieJar;

/// [Fetch standard, fetch params](https://fetch.spec.whatwg.org/#fetch-params)
pub(crate) struct FetchParams<'a, S> {
    pub(crate) request: PageRequest,
    pub(crate) network: Network<'a, S>,
    pub(crate) cache: &'a mut PreflightCache,
    pub(crate) cookies: &'a mut CookieJar,
    /// What happened to each cookie, in order.
    pub(crate) cookie_events: Vec<CookieEvent>,
    /// Whether a hop needed a preflight.
    pub(crate) needed_preflight: bool,
    /// Whether a preflight was not sent, because the cache had its answer.
    pub(crate) used_cache: bool,
}
