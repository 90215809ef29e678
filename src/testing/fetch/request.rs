//! The request of a fetch: what is the same for all fetches of a page, and what redirects change.

use bytes::Bytes;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::destination::Destination;
use super::local_network::{AddressSpace, LocalNetwork};
use super::modes::{CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode};
use super::network_error::Cause;
use super::preflight_cache::Key;
use super::referrer_policy::ReferrerPolicy;
use super::safelisted_headers::unsafe_names;
use super::url::FetchUrl;
use crate::Origin;
use crate::testing::cookies::context::CookieSettings;
use crate::testing::site::site_of;

/// How much of the response the page may see.
///
/// [Fetch standard, response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

/// What is the same for every fetch of a page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// As the test gave it. [`Page::check`] checks it.
    pub(crate) origin: String,
    pub(crate) mode: RequestMode,
    pub(crate) credentials: CredentialsMode,
    pub(crate) redirect: RedirectMode,
    pub(crate) has_upload_listener: bool,
    pub(crate) local_network: LocalNetwork,
    pub(crate) cookies: Visitor,
    pub(crate) authentication: Visitor,
    pub(crate) cookie_settings: CookieSettings,
    pub(crate) embedder_policy: EmbedderPolicy,
    pub(crate) destination: Destination,
    pub(crate) referrer_policy: ReferrerPolicy,
    pub(crate) is_keepalive: bool,
    pub(crate) has_streamed_body: bool,
}

/// A header that the visitor has for the server; `Err` if it is not a valid header value.
pub(crate) type Visitor = Result<Option<HeaderValue>, ()>;

/// [Fetch standard, request](https://fetch.spec.whatwg.org/#concept-request)
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "redirects and retries change each of them alone"
)]
pub(crate) struct PageRequest {
    /// With the modes that the Fetch standard has. An `EventSource` has "cors".
    pub(crate) page: Page,
    /// The mode that the test set.
    pub(crate) initiator: RequestMode,
    pub(crate) method: Method,
    /// The headers that the page set, and `Accept`.
    pub(crate) headers: HeaderMap,
    /// The headers that the page set and the browser left out.
    pub(crate) ignored: Vec<HeaderName>,
    pub(crate) body: Bytes,
    /// Whether the body is a stream, which can be read only once. The standard's "source" is null.
    pub(crate) is_streamed: bool,
    /// A redirect may change it.
    pub(crate) referrer_policy: ReferrerPolicy,
    /// The URL that the page fetched, then one for each redirect.
    pub(crate) urls: Vec<FetchUrl>,
    /// [Local Network Access, target IP address space](https://wicg.github.io/local-network-access/#request-target-ip-address-space)
    pub(crate) target_space: Option<AddressSpace>,
    pub(crate) tainting: Tainting,
    pub(crate) timing_allow_failed: bool,
    /// Whether the server has asked for third-party cookies: see [`super::storage_access`].
    pub(crate) is_storage_access_active: bool,
    /// Whether this hop may not be answered by a cache.
    ///
    /// [Storage Access Headers, single-hop cache mode](https://privacycg.github.io/storage-access-headers/#request-single-hop-cache-mode)
    pub(crate) is_reload: bool,
}

impl PageRequest {
    /// [Fetch standard, current URL](https://fetch.spec.whatwg.org/#concept-request-current-url)
    pub(crate) fn url(&self) -> &FetchUrl {
        self.urls
            .last()
            .expect("a request starts with one URL, and URLs are only added")
    }

    /// Changes the current URL.
    pub(crate) fn replace_url(&mut self, url: FetchUrl) {
        if let Some(current) = self.urls.last_mut() {
            *current = url;
        }
    }

    /// [Fetch standard, redirect count](https://fetch.spec.whatwg.org/#concept-request-redirect-count)
    pub(crate) fn redirect_count(&self) -> usize {
        self.urls.len() - 1
    }

    /// [HTML standard, same origin](https://html.spec.whatwg.org/multipage/browsers.html#same-origin)
    pub(crate) fn is_same_origin(&self, url: &FetchUrl) -> bool {
        self.page.origin == url.origin()
    }

    /// The origin as it is sent. It is `null` after a redirect from one foreign origin to another.
    ///
    /// [Fetch standard, serializing a request origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin)
    pub(crate) fn origin(&self) -> &str {
        if self.is_redirect_tainted() {
            "null"
        } else {
            &self.page.origin
        }
    }

    /// [Fetch standard, redirect-taint](https://fetch.spec.whatwg.org/#concept-request-tainted-origin)
    pub(crate) fn is_redirect_tainted(&self) -> bool {
        self.urls.windows(2).any(|hop| {
            let [from, to] = hop else { return false };
            from.origin() != to.origin() && !self.is_same_origin(from)
        })
    }

    /// Whether this hop includes credentials: cookies and HTTP authentication.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
    /// step 8.3
    pub(crate) fn includes_credentials(&self) -> bool {
        let is_opaque = self.tainting == Tainting::Opaque;
        match (self.page.mode, self.page.credentials) {
            (RequestMode::Navigate | RequestMode::WebSocket, _) => true,
            // [Fetch standard, Cross-Origin-Embedder-Policy allows credentials](https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials)
            _ if is_opaque && self.page.embedder_policy == EmbedderPolicy::Credentialless => false,
            (_, CredentialsMode::Include) => true,
            (_, CredentialsMode::SameOrigin) => self.tainting == Tainting::Basic,
            (_, CredentialsMode::Omit) => false,
        }
    }

    /// [Fetch standard, use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag)
    pub(crate) fn uses_cors_preflight(&self) -> bool {
        self.page.has_upload_listener || self.is_streamed
    }

    /// The names that a preflight must ask for.
    pub(crate) fn unsafe_names(&self) -> Vec<HeaderName> {
        unsafe_names(&self.headers)
    }

    /// The key of this hop in the preflight cache.
    pub(crate) fn cache_key(&self) -> Key {
        Key {
            site: site_of(&self.page.origin),
            origin: self.origin().to_owned(),
            url: self.url().to_string(),
        }
    }
}

impl Page {
    /// The page must be at an origin or at `null`.
    pub(crate) fn check(&self) -> Result<(), Cause> {
        match Origin::parse(self.origin.as_bytes()) {
            _ if self.origin == "null" => Ok(()),
            Ok(_) => Ok(()),
            Err(problem) => Err(Cause::InvalidPage { problem }),
        }
    }
}
