//! The header names and methods that the Fetch standard treats specially.
//!
//! The layer has its own lists. A browser that shared them with the server could not find a mistake in them.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use http::{HeaderValue, Method};

use super::header_list::decode_and_split;

/// Headers that no page can set. The browser leaves them out silently.
///
/// [Fetch standard, forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header)
pub(crate) fn is_forbidden_request_header(name: &HeaderName, value: &HeaderValue) -> bool {
    match name.as_str() {
        "accept-charset"
        | "accept-encoding"
        | "access-control-request-headers"
        | "access-control-request-method"
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
        "x-http-method" | "x-http-method-override" | "x-method-override" => {
            decode_and_split(value.as_bytes())
                .iter()
                .filter_map(|member| std::str::from_utf8(member).ok())
                .any(is_forbidden_method)
        }
        name => name.starts_with("proxy-") || name.starts_with("sec-"),
    }
}

/// The only name that `*` does not cover.
///
/// [Fetch standard, CORS non-wildcard request-header name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name)
pub(crate) const NON_WILDCARD: HeaderName = AUTHORIZATION;

/// Removes the headers that describe the body, when a redirect drops the body.
///
/// [Fetch standard, request-body-header name](https://fetch.spec.whatwg.org/#request-body-header-name)
pub(crate) fn remove_body_headers(headers: &mut HeaderMap) {
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
pub(crate) fn is_forbidden_response_header(name: &str) -> bool {
    matches!(name, "set-cookie" | "set-cookie2")
}

/// [Fetch standard, CORS-safelisted response-header name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name)
pub(crate) fn is_safelisted_response_header(name: &str) -> bool {
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

pub(crate) const TIMING_ALLOW_ORIGIN: HeaderName = HeaderName::from_static("timing-allow-origin");

/// [Fetch standard, CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method)
pub(crate) fn is_safelisted_method(method: &Method) -> bool {
    matches!(method.as_str(), "GET" | "HEAD" | "POST")
}

/// [Fetch standard, forbidden method](https://fetch.spec.whatwg.org/#forbidden-method)
pub(crate) fn is_forbidden_method(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"]
        .iter()
        .any(|forbidden| forbidden.eq_ignore_ascii_case(method))
}

/// Turns `put` into `PUT`. This works for six methods; `patch` is not one of them.
///
/// [Fetch standard, normalize a method](https://fetch.spec.whatwg.org/#concept-method-normalize)
pub(crate) fn normalize_method(method: &Method) -> Method {
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
