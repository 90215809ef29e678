//! The state of one fetch, which all its algorithms share.

use super::network_fetch::Network;
use super::preflight_cache::PreflightCache;
use super::request::PageRequest;

/// [Fetch standard, fetch params](https://fetch.spec.whatwg.org/#fetch-params)
pub(crate) struct FetchParams<'a, S> {
    pub(crate) request: PageRequest,
    pub(crate) network: Network<'a, S>,
    pub(crate) cache: &'a mut PreflightCache,
    /// Whether a preflight was not sent, because the cache had its answer.
    pub(crate) used_cache: bool,
}
