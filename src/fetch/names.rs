//! The header names and methods that have a meaning in the Fetch standard.

use http::{HeaderName, Method};

/// Methods that a browser allows without looking at the list of allowed methods.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-method>
pub(crate) fn is_safelisted_method(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"POST")
}

/// Methods that scripts cannot use. <https://fetch.spec.whatwg.org/#forbidden-method>
pub(crate) fn is_forbidden_method(method: &[u8]) -> bool {
    matches!(
        method.to_ascii_uppercase().as_slice(),
        b"CONNECT" | b"TRACE" | b"TRACK"
    )
}

/// Writes `get` as `GET`, and in the same way the other five methods that browsers normalise. Other methods stay as
/// they are, because methods are case-sensitive.
/// <https://fetch.spec.whatwg.org/#concept-method-normalize>
pub(crate) fn normalize_method(method: Method) -> Method {
    match &*method.as_str().to_ascii_uppercase() {
        "DELETE" => Method::DELETE,
        "GET" => Method::GET,
        "HEAD" => Method::HEAD,
        "OPTIONS" => Method::OPTIONS,
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        _ => method,
    }
}

/// Headers that scripts cannot set on a request.
/// <https://fetch.spec.whatwg.org/#forbidden-request-header>
pub(crate) fn is_forbidden_request_header(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(
        name,
        "accept-charset"
            | "accept-encoding"
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
            | "via"
    ) || name.starts_with("proxy-")
        || name.starts_with("sec-")
}

/// Headers that scripts cannot read on a response.
/// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
pub(crate) fn is_forbidden_response_header(name: &HeaderName) -> bool {
    matches!(name.as_str(), "set-cookie" | "set-cookie2")
}

/// Headers that scripts can always read on a response, exposed or not.
/// <https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name>
pub(crate) fn is_safelisted_response_header(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}

/// The headers of the CORS protocol itself. <https://fetch.spec.whatwg.org/#http-new-header-syntax>
#[inline]
pub(crate) fn is_cors_header(name: &HeaderName) -> bool {
    name.as_str().starts_with("access-control-")
}

/// Whether a method or header name is one by the grammar, but surely not the one that was meant: `'PUT'`, `PUT|DELETE`.
pub(crate) fn is_slip(name: &str) -> bool {
    name.starts_with(['\'', '`']) || name.ends_with(['\'', '`']) || name.contains('|')
}

/// Words of other frameworks for every method or header.
pub(crate) fn is_word_for_any(name: &str) -> bool {
    ["all", "any"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
}
