//! The methods that the Fetch standard treats specially.
//!
//! The layer has its own lists. A browser that shared them with the server could not find a mistake in them.

use http::Method;

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
