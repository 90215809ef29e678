//! Filtered responses: what the page's script sees of a response.

use std::collections::HashSet;

use http::StatusCode;
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, HeaderMap};

use super::header_list::extract_tokens;
use super::modes::{CredentialsMode, RequestMode};
use super::names::{is_forbidden_response_header, is_safelisted_response_header};
use super::request::{PageRequest, Tainting};

/// How much of a response a page sees.
///
/// [Fetch standard, response type](https://fetch.spec.whatwg.org/#concept-response-type)
///
/// # Example
/// See [`Fetched`](crate::testing::Fetched).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseType {
    /// `basic`: the response is from the page's own origin. The page sees all of it except `Set-Cookie`.
    Basic,
    /// `cors`: the response is from another origin that allows the page. The page sees the body, the
    /// CORS-safelisted headers and the exposed headers.
    Cors,
    /// `opaque`: the response is from another origin, in mode `no-cors`. The page sees nothing of it.
    Opaque,
    /// `opaqueredirect`: the response is a redirect, in redirect mode `manual`. The page sees nothing of it.
    OpaqueRedirect,
}

impl ResponseType {
    pub(crate) fn shows_body(self) -> bool {
        matches!(self, Self::Basic | Self::Cors)
    }
}

/// [Fetch standard, filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response)
pub(crate) struct Filtered {
    pub(crate) response_type: ResponseType,
    /// `None` is the standard's 0.
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
}

impl Filtered {
    /// [Fetch standard, opaque filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-opaque)
    fn opaque() -> Self {
        Self {
            response_type: ResponseType::Opaque,
            status: None,
            headers: HeaderMap::new(),
        }
    }

    /// [Fetch standard, opaque-redirect filtered response](https://fetch.spec.whatwg.org/#concept-filtered-response-opaque-redirect)
    pub(crate) fn opaque_redirect() -> Self {
        Self {
            response_type: ResponseType::OpaqueRedirect,
            status: None,
            headers: HeaderMap::new(),
        }
    }
}

/// [Fetch standard, main fetch](https://fetch.spec.whatwg.org/#concept-main-fetch), step 14
pub(crate) fn filter(request: &PageRequest, status: StatusCode, headers: &HeaderMap) -> Filtered {
    let (response_type, visible) = match request.tainting {
        // `sendBeacon()` says whether the beacon was sent, and nothing of the response.
        _ if request.initiator == RequestMode::Beacon => return Filtered::opaque(),
        Tainting::Basic => (ResponseType::Basic, keep(headers, |_| true)),
        Tainting::Cors => {
            let is_exposed = exposed(request, headers);
            (ResponseType::Cors, keep(headers, is_exposed))
        }
        Tainting::Opaque => return Filtered::opaque(),
    };
    Filtered {
        response_type,
        status: Some(status),
        headers: visible,
    }
}

/// Which headers the page may read: the safelisted and the exposed ones.
///
/// [Fetch standard, CORS-exposed header-name list](https://fetch.spec.whatwg.org/#concept-response-cors-exposed-header-name-list)
fn exposed(request: &PageRequest, headers: &HeaderMap) -> impl Fn(&str) -> bool {
    let names = extract_tokens(headers, &ACCESS_CONTROL_EXPOSE_HEADERS).values();
    let names: HashSet<Vec<u8>> = names
        .unwrap_or_default()
        .into_iter()
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    let exposes_any =
        request.page.credentials != CredentialsMode::Include && names.contains(&b"*"[..]);
    move |name| {
        exposes_any || is_safelisted_response_header(name) || names.contains(name.as_bytes())
    }
}

/// The lines that are visible. No script ever sees a forbidden response header.
fn keep(headers: &HeaderMap, is_visible: impl Fn(&str) -> bool) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        if is_visible(name.as_str()) && !is_forbidden_response_header(name.as_str()) {
            kept.append(name, value.clone());
        }
    }
    kept
}
