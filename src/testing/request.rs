//! The request of a fetch, from the page's `new Request(…)` to each of its redirects.

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};

use super::cause::Cause;
use super::header_list::normalize;
use super::names::{
    is_forbidden_method, is_forbidden_request_header, is_safelisted_method, normalize_method,
};
use super::options::{CredentialsMode, RedirectMode, RequestMode};
use super::preflight_cache::Key;
use super::safelist::{is_no_cors_safelisted, unsafe_names};
use super::url::Url;
use crate::Origin;

/// A request with more header names than this has no room for the browser's own.
const MOST_HEADERS: usize = 16_384;

/// How the page may see the response.
///
/// [Fetch standard, response tainting](https://fetch.spec.whatwg.org/#concept-request-response-tainting)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tainting {
    Basic,
    Cors,
    Opaque,
}

/// What the page and the visitor bring along, the same for every fetch of a browser.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// As it was given; checked by [`PageRequest::new`].
    pub(super) origin: String,
    pub(super) mode: RequestMode,
    pub(super) credentials: CredentialsMode,
    pub(super) redirect: RedirectMode,
    pub(super) has_upload_listener: bool,
    pub(super) is_private_network: bool,
    pub(super) cookies: Visitor,
    pub(super) authentication: Visitor,
}

/// What a visitor has for a server; `Err` for what no header can have.
pub(super) type Visitor = Result<Option<HeaderValue>, ()>;

/// [Fetch standard, request](https://fetch.spec.whatwg.org/#concept-request)
#[derive(Debug, Clone)]
pub(super) struct PageRequest {
    pub(super) page: Page,
    pub(super) method: Method,
    /// Those that the page set, and `Accept`.
    pub(super) headers: HeaderMap,
    /// Those that the page set in vain.
    pub(super) ignored: Vec<HeaderName>,
    pub(super) body: Bytes,
    /// The first is where the page sent it; each redirect adds one.
    pub(super) urls: Vec<Url>,
    pub(super) tainting: Tainting,
    pub(super) timing_allow_failed: bool,
}

impl PageRequest {
    /// What `new Request(…)` checks, and what `fetch()` adds.
    ///
    /// [Fetch standard, Request constructor](https://fetch.spec.whatwg.org/#dom-request)
    pub(super) fn new(
        page: &Page,
        method: &Method,
        url: Url,
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
        let is_no_cors = page.mode == RequestMode::NoCors;
        if is_no_cors && !is_safelisted_method(&method) {
            return Err(Cause::MethodNeedsCors);
        }
        if !body.is_empty() && (method == Method::GET || method == Method::HEAD) {
            return Err(Cause::BodyNotAllowed);
        }
        let mut sent = HeaderMap::new();
        let mut ignored = Vec::new();
        for (name, value) in headers {
            let value = normalize(value);
            // Headers, guard "request" and guard "request-no-cors".
            let is_ignored = is_forbidden_request_header(name, &value)
                || (is_no_cors && !is_no_cors_safelisted(name, &value));
            if is_ignored {
                ignored.push(name.clone());
            } else {
                sent.append(name, value);
            }
        }
        ignored.dedup();
        // Fetch, step 13.
        if !sent.contains_key(ACCEPT) {
            sent.insert(ACCEPT, HeaderValue::from_static("*/*"));
        }
        Ok(Self {
            page: page.clone(),
            method,
            headers: sent,
            ignored,
            body,
            urls: vec![url],
            tainting: Tainting::Basic,
            timing_allow_failed: false,
        })
    }

    /// [Fetch standard, current URL](https://fetch.spec.whatwg.org/#concept-request-current-url)
    pub(super) fn url(&self) -> &Url {
        self.urls
            .last()
            .expect("a request starts with one URL, and none is taken away")
    }

    /// [Fetch standard, redirect count](https://fetch.spec.whatwg.org/#concept-request-redirect-count)
    pub(super) fn redirect_count(&self) -> usize {
        self.urls.len() - 1
    }

    /// [HTML standard, same origin](https://html.spec.whatwg.org/multipage/browsers.html#same-origin)
    pub(super) fn is_same_origin(&self, url: &Url) -> bool {
        self.page.origin == url.origin()
    }

    /// The origin as it is sent: `null` once a redirect has led from one foreign origin to another.
    ///
    /// [Fetch standard, serializing a request origin](https://fetch.spec.whatwg.org/#serializing-a-request-origin)
    pub(super) fn origin(&self) -> &str {
        if self.is_redirect_tainted() {
            "null"
        } else {
            &self.page.origin
        }
    }

    /// [Fetch standard, redirect-taint](https://fetch.spec.whatwg.org/#concept-request-tainted-origin)
    pub(super) fn is_redirect_tainted(&self) -> bool {
        self.urls.windows(2).any(|hop| {
            let [from, to] = hop else { return false };
            from.origin() != to.origin() && !self.is_same_origin(from)
        })
    }

    /// Whether cookies and HTTP authentication go along on this hop.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
    /// step 8.3
    pub(super) fn includes_credentials(&self) -> bool {
        match self.page.credentials {
            CredentialsMode::Include => true,
            CredentialsMode::SameOrigin => self.tainting == Tainting::Basic,
            CredentialsMode::Omit => false,
        }
    }

    /// The names for which a preflight must ask.
    pub(super) fn unsafe_names(&self) -> Vec<HeaderName> {
        unsafe_names(&self.headers)
    }

    /// The preflight cache's key for this hop.
    pub(super) fn cache_key(&self) -> Key {
        Key {
            origin: self.origin().to_owned(),
            url: self.url().to_string(),
        }
    }
}

impl Page {
    /// Whether it is an origin, or `null`.
    pub(super) fn check(&self) -> Result<(), Cause> {
        match Origin::parse(self.origin.as_bytes()) {
            _ if self.origin == "null" => Ok(()),
            Ok(_) => Ok(()),
            Err(problem) => Err(Cause::InvalidPage { problem }),
        }
    }
}
