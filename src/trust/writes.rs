//! Cross-site writes: requests that a page of another site makes the browser send, with its visitor's cookies.
//!
//! A form needs no permission to send one. So CORS does not stop it, and the server has to.

use http::header::{
    AUTHORIZATION, COOKIE, FORWARDED, HeaderName, HeaderValue, SEC_WEBSOCKET_KEY, UPGRADE,
};
use http::uri::Scheme;
use http::{Method, Uri};

use crate::fetch::own_page::is_host_of_request;
use crate::fetch::request::{HeaderLine, RequestHead, SEC_FETCH_MODE, SEC_FETCH_SITE};
use crate::origin::Origin;

const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether a request is not safe: it may change something, or opens a connection that may.
/// <https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1>
#[inline]
pub(crate) fn is_write(request: RequestHead<'_>) -> bool {
    !is_safe_method(request.method) || is_handshake(request)
}

/// `OPTIONS` is safe too. Every other method is not, and neither is `get`: methods are case-sensitive.
fn is_safe_method(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a preflight announces a request that is not safe.
pub(crate) fn announces_write(method: HeaderLine<'_>) -> bool {
    match method {
        HeaderLine::One(method) => !matches!(method.as_bytes(), b"GET" | b"HEAD" | b"OPTIONS"),
        HeaderLine::Missing | HeaderLine::Several => true,
    }
}

/// A WebSocket or WebTransport handshake, or any other upgrade. Nothing is parsed out of `Upgrade`.
fn is_handshake(request: RequestHead<'_>) -> bool {
    let headers = request.headers;
    if headers.contains_key(UPGRADE) || headers.contains_key(SEC_WEBSOCKET_KEY) {
        return true;
    }
    let modes = headers.get_all(SEC_FETCH_MODE);
    modes
        .iter()
        .any(|mode| mode == "websocket" || mode == "webtransport")
}

/// Whether a browser sends a request with the visitor's own credentials, though the policy grants none. `Authorization`
/// counts unless pages may set it.
pub(crate) fn carries_credentials(request: RequestHead<'_>, may_send_authorization: bool) -> bool {
    request.headers.contains_key(COOKIE)
        || !may_send_authorization && request.headers.contains_key(AUTHORIZATION)
}

/// Whether a request comes from the server's own page, from the user, or not from a browser.
/// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>
pub(crate) fn is_of_own_site(request: RequestHead<'_>) -> bool {
    match HeaderLine::get(request.headers, &SEC_FETCH_SITE) {
        HeaderLine::One(site) => site == "same-origin" || site == "none",
        HeaderLine::Several => false,
        HeaderLine::Missing => match request.origin() {
            HeaderLine::Missing => true,
            HeaderLine::Several => false,
            // WebKit drops `Sec-Fetch-Site` after a redirect to another origin, so this is not only about old browsers.
            HeaderLine::One(origin) => Origin::try_from(origin).is_ok_and(|origin| {
                is_host_of_request(request, &origin)
                    && !(origin.scheme() == "http" && came_over_tls(request))
            }),
        },
    }
}

/// Whether something says that the request came over TLS. It is believed only to refuse.
fn came_over_tls(request: RequestHead<'_>) -> bool {
    let is_https = |uri: &Uri| uri.scheme() == Some(&Scheme::HTTPS);
    let has = |name: &HeaderName, part: &[u8]| {
        let lines = request.headers.get_all(name);
        lines.iter().any(|line| contains(line, part))
    };
    request.uri.is_some_and(is_https)
        || has(&X_FORWARDED_PROTO, b"https")
        || has(&FORWARDED, b"proto=https")
        || has(&FORWARDED, b"proto=\"https\"")
}

/// Ignores case.
fn contains(line: &HeaderValue, part: &[u8]) -> bool {
    let mut windows = line.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part))
}
