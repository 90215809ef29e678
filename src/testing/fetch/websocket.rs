//! The WebSocket opening handshake: what the browser sends, and which responses it accepts.
//!
//! CORS plays no part in it. The browser sends `Origin`, and only the server can refuse the page.

use http::StatusCode;
use http::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};

use super::header_list::has_token;
use super::network_error::Cause;

/// A browser uses a random key. This is the example of RFC 6455, whose accept value is known.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// [RFC 6455, section 1.3](https://www.rfc-editor.org/rfc/rfc6455#section-1.3)
pub(crate) const ACCEPT_VALUE: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// [WebSockets standard, establish a WebSocket connection](https://websockets.spec.whatwg.org/#concept-websocket-establish),
/// steps 3 to 9
pub(crate) fn append_handshake(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_static(KEY));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
}

/// Whether the response completes the handshake.
///
/// [RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1), the server's response
pub(crate) fn check_handshake(status: StatusCode, headers: &HeaderMap) -> Result<(), Cause> {
    let is_complete = status == StatusCode::SWITCHING_PROTOCOLS
        && has_token(headers, &UPGRADE, b"websocket")
        && has_token(headers, &CONNECTION, b"upgrade")
        && headers
            .get(SEC_WEBSOCKET_ACCEPT)
            .is_some_and(|accept| accept == ACCEPT_VALUE);
    if is_complete {
        Ok(())
    } else {
        Err(Cause::HandshakeRefused { status })
    }
}
