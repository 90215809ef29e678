//! The request of a fetch: what `new Request(…)` checks, and what redirects change.

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, SEC_WEBSOCKET_PROTOCOL};

use super::address_space::AddressSpace;
use super::header_list::{get, normalize};
use super::header_names::is_forbidden_request_header;
use super::local_network::LocalNetwork;
use super::methods::{is_forbidden_method, is_safelisted_method, normalize_method};
use super::modes::{CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode};
use super::network_error::Cause;
use super::preflight_cache::Key;
use super::safelisted_headers::{is_no_cors_safelisted, unsafe_names};
use super::url::FetchUrl;
use super::websocket::check_protocols;
use crate::Origin;
use crate::testing::cookies::context::CookieSettings;
use crate::testing::site::site_of;

/// With more header names than this, a header map has no room for the browser's own headers.
const MOST_HEADERS: usize = 16_384;

/// [Fetch standard, fetch](https://fetch.spec.whatwg.org/#concept-fetch), step 13, for a document
const ACCEPT_OF_NAVIGATIONS: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

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
}

/// A header that the visitor has for the server; `Err` if it is not a valid header value.
pub(crate) type Visitor = Result<Option<HeaderValue>, ()>;

/// [Fetch standard, request](https://fetch.spec.whatwg.org/#concept-request)
#[derive(Debug, Clone)]
pub(crate) struct PageRequest {
    pub(crate) page: Page,
    pub(crate) method: Method,
    /// The headers that the page set, and `Accept`.
    pub(crate) headers: HeaderMap,
    /// The headers that the page set and the browser left out.
    pub(crate) ignored: Vec<HeaderName>,
    pub(crate) body: Bytes,
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
    /// What `new Request(…)` checks, and what `fetch()` adds.
    ///
    /// [Fetch standard, Request constructor](https://fetch.spec.whatwg.org/#dom-request)
    pub(crate) fn new(
        page: &Page,
        method: &Method,
        url: FetchUrl,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Self, Cause> {
        if url.has_credentials {
            return Err(Cause::UrlHasCredentials);
        }
        if page.cookies.is_err() || page.authentication.is_err() {
            return Err(Cause::InvalidCredentials);
        }
        if headers.keys_len() > MOST_HEADERS {
            return Err(Cause::TooManyHeaders {
                limit: MOST_HEADERS,
            });
        }
        if is_forbidden_method(method.as_str()) {
            return Err(Cause::ForbiddenMethod);
        }
        let method = normalize_method(method);
        let can_send = match page.mode {
            RequestMode::Cors | RequestMode::SameOrigin => true,
            RequestMode::NoCors => is_safelisted_method(&method),
            RequestMode::Navigate => method == Method::GET || method == Method::POST,
            RequestMode::WebSocket => method == Method::GET,
        };
        if !can_send {
            return Err(Cause::MethodNeedsCors);
        }
        if !body.is_empty() && (method == Method::GET || method == Method::HEAD) {
            return Err(Cause::BodyNotAllowed);
        }
        let mut sent = HeaderMap::new();
        let mut ignored = Vec::new();
        for (name, value) in headers {
            let value = normalize(value);
            if is_ignored(page.mode, name, &value, &sent) {
                ignored.push(name.clone());
            } else {
                sent.append(name, value);
            }
        }
        ignored.dedup();
        if page.mode == RequestMode::WebSocket {
            check_protocols(&sent)?;
        }
        // Fetch, step 13.
        if !sent.contains_key(ACCEPT) {
            let accept = match page.mode {
                RequestMode::Navigate => ACCEPT_OF_NAVIGATIONS,
                _ => "*/*",
            };
            sent.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        Ok(Self {
            page: page.clone(),
            method,
            headers: sent,
            ignored,
            body,
            target_space: page.local_network.target_space(page.mode, &url),
            urls: vec![url],
            tainting: Tainting::Basic,
            timing_allow_failed: false,
            is_storage_access_active: false,
            is_reload: false,
        })
    }

    /// [Fetch standard, current URL](https://fetch.spec.whatwg.org/#concept-request-current-url)
    pub(crate) fn url(&self) -> &FetchUrl {
        self.urls
            .last()
            .expect("a request starts with one URL, and URLs are only added")
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

/// Whether the browser leaves out a header that the page set.
///
/// [Fetch standard, append](https://fetch.spec.whatwg.org/#concept-headers-append), guards "request" and
/// "request-no-cors"
fn is_ignored(
    mode: RequestMode,
    name: &HeaderName,
    value: &HeaderValue,
    before: &HeaderMap,
) -> bool {
    match mode {
        RequestMode::WebSocket => *name != SEC_WEBSOCKET_PROTOCOL,
        // Step 3: what counts is the combined value of all lines so far.
        RequestMode::NoCors | RequestMode::Navigate => {
            let combined = match get(before, name) {
                Some(before) => [&before, &b", "[..], value.as_bytes()].concat(),
                None => value.as_bytes().to_vec(),
            };
            is_forbidden_request_header(name, value) || !is_no_cors_safelisted(name, &combined)
        }
        RequestMode::Cors | RequestMode::SameOrigin => is_forbidden_request_header(name, value),
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
