//! What in the browser sent a request: a script, a form, a WebSocket.

use http::header::{CONTENT_TYPE, SEC_WEBSOCKET_KEY, UPGRADE};
use http::{HeaderMap, Method};

use crate::fetch::request::{HeaderLine, RequestHead, SEC_FETCH_MODE};

/// What sent a request with an `Origin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// A script that asks with CORS.
    Script,
    /// A script or a form. The request does not say which.
    ScriptOrForm,
    /// A script or an element that asks without CORS, with the mode `no-cors`.
    NoCors,
    /// A link or a form.
    Navigation,
    /// A WebSocket, or a WebTransport session.
    WebSocket,
}

impl Sender {
    /// By `Sec-Fetch-Mode`, or by what else shows it.
    /// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-mode-header>
    pub(super) fn new(request: RequestHead<'_>) -> Self {
        if let HeaderLine::One(mode) = HeaderLine::get(request.headers, &SEC_FETCH_MODE) {
            return match mode.as_bytes() {
                b"no-cors" => Self::NoCors,
                b"navigate" | b"nested-navigate" => Self::Navigation,
                b"websocket" => Self::WebSocket,
                _ => Self::Script,
            };
        }
        if is_websocket(request) {
            Self::WebSocket
        } else if *request.method == Method::POST && is_form(request.headers) {
            // A GET with an `Origin` is a script's: forms and links send none with it.
            Self::ScriptOrForm
        } else {
            Self::Script
        }
    }
}

/// A handshake over HTTP/1.1 (RFC 6455) or HTTP/2 (RFC 8441), or one of WebTransport: no page can use CONNECT otherwise.
fn is_websocket(request: RequestHead<'_>) -> bool {
    let headers = request.headers;
    let upgrades = headers.get_all(UPGRADE).iter().any(|line| {
        line.as_bytes()
            .split(|byte| *byte == b',')
            .any(|member| member.trim_ascii().eq_ignore_ascii_case(b"websocket"))
    });
    upgrades && headers.contains_key(SEC_WEBSOCKET_KEY) || *request.method == Method::CONNECT
}

/// Whether a form can send a body of this type. <https://fetch.spec.whatwg.org/#cors-safelisted-request-header>
fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let essence = value.as_bytes().split(|byte| *byte == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]
    .iter()
    .any(|form| essence.eq_ignore_ascii_case(form.as_bytes()))
}
