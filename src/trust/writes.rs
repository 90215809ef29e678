//! Cross-site writes: requests that a page of another site makes the browser send, with its visitor's cookies.
//!
//! A form needs no permission to send one. So CORS does not stop it, and the server has to.

use http::Method;
use http::header::{AUTHORIZATION, COOKIE, SEC_WEBSOCKET_KEY, UPGRADE};

use crate::fetch::request::{HeaderLine, RequestHead, SEC_FETCH_MODE};

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
pub(crate) fn is_handshake(request: RequestHead<'_>) -> bool {
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
