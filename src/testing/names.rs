//! Header and method names that mean something to the standard, as a browser keeps them.
//!
//! The layer has its own lists. These are written down a second time on purpose: a browser that shared
//! them with the server could not find a mistake in them.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use http::{HeaderValue, Method};

/// [Fetch standard, CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method)
pub(super) fn is_safelisted_method(method: &Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD" | "POST")
}

/// [Fetch standard, forbidden method](https://fetch.spec.whatwg.org/#forbidden-method)
pub(super) fn is_forbidden_method(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"]
        .iter()
        .any(|forbidden| forbidden.eq_ignore_ascii_case(method))
}

/// `put` as `PUT`, and so for six methods; `patch` is not one of them.
///
/// [Fetch standard, normalize a method](https://fetch.spec.whatwg.org/#concept-method-normalize)
pub(super) fn normalize_method(method: &Method) -> Method {
    [
        Method::DELETE,
        Method::GET,
        Method::HEAD,
        Method::OPTIONS,
        Method::POST,
        Method::PUT,
    ]
    .into_iter()
    .find(|normal| normal.as_str().eq_ignore_ascii_case(method.as_str()))
    .unwrap_or_else(|| method.clone())
}

/// What no page can set; browsers leave it out without a word.
///
/// [Fetch standard, forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header)
pub(super) fn is_forbidden_request_header(name: &HeaderName, value: &HeaderValue) -> bool {
    match name.as_str() {
        "accept-charset"
        | "accept-encoding"
        | "access-control-request-headers"
        | "access-control-request-method"
        | "access-control-request-private-network"
        | "connection"
        | "content-length"
        | "cookie"
        | "cookie2"
        | "date"
        | "dnt"
        | "expect"
        | "host"
        | "keep-alive"
        | "origin"
        | "referer"
        | "set-cookie"
        | "te"
        | "trailer"
        | "transfer-encoding"
        | "upgrade"
        | "via" => true,
        "x-http-method" | "x-http-method-override" | "x-method-override" => value
            .as_bytes()
            .split(|byte| *byte == b',')
            .filter_map(|member| std::str::from_utf8(member.trim_ascii()).ok())
            .any(is_forbidden_method),
        name => name.starts_with("proxy-") || name.starts_with("sec-"),
    }
}

/// The one name that `*` does not cover.
///
/// [Fetch standard, CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name)
pub(super) const NON_WILDCARD: HeaderName = AUTHORIZATION;

/// What goes with the body when a redirect drops it.
///
/// [Fetch standard, request-body-header name](https://fetch.spec.whatwg.org/#request-body-header-name)
pub(super) fn remove_body_headers(headers: &mut HeaderMap) {
    for name in [
        http::header::CONTENT_ENCODING,
        http::header::CONTENT_LANGUAGE,
        http::header::CONTENT_LOCATION,
        http::header::CONTENT_TYPE,
    ] {
        headers.remove(name);
    }
}

/// [Fetch standard, forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name)
pub(super) fn is_forbidden_response_header(name: &str) -> bool {
    matches!(name, "set-cookie" | "set-cookie2")
}

/// [Fetch standard, CORS-safelisted response-header name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name)
pub(super) fn is_safelisted_response_header(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

pub(super) const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
pub(super) const REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
pub(super) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");
