//! The WebSocket opening handshake: what the browser sends, and which responses it accepts.
//!
//! CORS plays no part in it. The browser sends `Origin`, and only the server can refuse the page.

use std::collections::HashSet;

use http::StatusCode;
use http::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS,
    SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};

use super::header_list::{decode_and_split, get, has_token, is_token_byte, trim};
use super::network_error::Cause;
use crate::testing::escaped_text::escaped;

/// A browser uses a random key. This is the example of RFC 6455, whose accept value is known.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// [RFC 6455, section 1.3](https://www.rfc-editor.org/rfc/rfc6455#section-1.3)
pub(crate) const ACCEPT_VALUE: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// Whether `new WebSocket(url, protocols)` takes the protocols: tokens, each once.
///
/// [WebSockets standard, the constructor](https://websockets.spec.whatwg.org/#dom-websocket-websocket)
pub(crate) fn check_protocols(headers: &HeaderMap) -> Result<(), Cause> {
    let mut seen = HashSet::new();
    for protocol in protocols(headers) {
        let is_token = !protocol.is_empty() && protocol.iter().copied().all(is_token_byte);
        if !is_token || !seen.insert(protocol) {
            return Err(Cause::InvalidProtocol {
                protocol: escaped(protocol),
            });
        }
    }
    Ok(())
}

/// The protocols that the page asks for.
fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).into_iter();
    lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(trim)
}

/// [WebSockets standard, establish a WebSocket connection](https://websockets.spec.whatwg.org/#concept-websocket-establish),
/// steps 3 to 10
pub(crate) fn append_handshake(headers: &mut HeaderMap) {
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_static(KEY));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    // Step 8: combined into one line.
    if let Some(asked) = get(headers, &SEC_WEBSOCKET_PROTOCOL) {
        let asked = HeaderValue::from_bytes(&asked);
        headers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            asked.expect("header values with a comma between them are a header value"),
        );
    }
    headers.insert(SEC_WEBSOCKET_EXTENSIONS, HeaderValue::from_static(OFFERED));
}

/// Whether the response completes the handshake.
///
/// [WebSockets standard, establish a WebSocket connection](https://websockets.spec.whatwg.org/#concept-websocket-establish),
/// step 11
pub(crate) fn check_handshake(
    request: &HeaderMap,
    status: StatusCode,
    headers: &HeaderMap,
) -> Result<(), Cause> {
    // Step 11.1.
    if status != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Cause::HandshakeRefused { status });
    }
    check_headers(request, headers).map_err(|why| Cause::InvalidHandshake {
        why: why.to_owned(),
    })
}

/// [RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1), the last set of steps, and step 11.2
/// of the WebSockets standard
fn check_headers(request: &HeaderMap, headers: &HeaderMap) -> Result<(), &'static str> {
    // Step 2: the whole value.
    let upgrade = get(headers, &UPGRADE).unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case(b"websocket") {
        return Err("Upgrade is not websocket");
    }
    // Step 3: a token of the list.
    if !has_token(headers, &CONNECTION, b"upgrade") {
        return Err("Connection has no Upgrade");
    }
    // Step 4.
    let accept = get(headers, &SEC_WEBSOCKET_ACCEPT).unwrap_or_default();
    if trim(&accept) != ACCEPT_VALUE.as_bytes() {
        return Err("Sec-WebSocket-Accept is not what belongs to the key");
    }
    // Step 5.
    check_extensions(headers)?;
    check_chosen_protocol(request, headers)
}

/// Step 6, and step 11.2 of the WebSockets standard. The case of a protocol counts.
fn check_chosen_protocol(request: &HeaderMap, headers: &HeaderMap) -> Result<(), &'static str> {
    let mut asked = protocols(request).peekable();
    let mut lines = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let chosen = match (lines.next(), lines.next()) {
        (None, _) if asked.peek().is_none() => return Ok(()),
        (None, _) => return Err("the page asks for a protocol, and the server chooses none"),
        (Some(_), Some(_)) => return Err("there are several Sec-WebSocket-Protocol lines"),
        (Some(line), None) => trim(line.as_bytes()),
    };
    if asked.any(|protocol| protocol == chosen) {
        Ok(())
    } else {
        Err("Sec-WebSocket-Protocol is not one that the page asks for")
    }
}

/// [WebSockets standard, establish a WebSocket connection](https://websockets.spec.whatwg.org/#concept-websocket-establish),
/// step 9
pub(super) const OFFERED: &str = "permessage-deflate; client_max_window_bits";
const NAME: &[u8] = b"permessage-deflate";

/// Whether the server accepts only what was offered, with parameters that the extension has.
///
/// [RFC 6455, section 4.1](https://www.rfc-editor.org/rfc/rfc6455#section-4.1), the last set of steps, step 5;
/// [RFC 7692, section 7.1](https://www.rfc-editor.org/rfc/rfc7692#section-7.1)
pub(super) fn check_extensions(headers: &HeaderMap) -> Result<(), &'static str> {
    let Some(value) = get(headers, &SEC_WEBSOCKET_EXTENSIONS) else {
        return Ok(());
    };
    let mut is_accepted = false;
    // The grammar is a list, whose members may be empty.
    for extension in decode_and_split(&value) {
        if extension.is_empty() {
            continue;
        }
        let mut parts = extension.split(|byte| *byte == b';').map(trim);
        if parts.next() != Some(NAME) {
            return Err("Sec-WebSocket-Extensions has an extension that was not offered");
        }
        let parameters: Vec<&[u8]> = parts.collect();
        if is_accepted || !are_valid(&parameters) {
            return Err("Sec-WebSocket-Extensions has parameters that the extension has not");
        }
        is_accepted = true;
    }
    if is_accepted {
        Ok(())
    } else {
        // RFC 6455, section 9.1: a value that doesn't match the grammar.
        Err("Sec-WebSocket-Extensions is empty")
    }
}

/// Each parameter once, with a value where it has one.
fn are_valid(parameters: &[&[u8]]) -> bool {
    let mut names: Vec<&[u8]> = vec![];
    parameters.iter().all(|parameter| {
        let (name, value) = match parameter.iter().position(|byte| *byte == b'=') {
            Some(equals) => (&parameter[..equals], Some(&parameter[equals + 1..])),
            None => (*parameter, None),
        };
        let name = trim(name);
        let is_new = !names.contains(&name);
        names.push(name);
        is_new
            && match (name, value.map(unquoted)) {
                (b"server_no_context_takeover" | b"client_no_context_takeover", None) => true,
                (b"server_max_window_bits" | b"client_max_window_bits", Some(bits)) => matches!(
                    bits,
                    b"8" | b"9" | b"10" | b"11" | b"12" | b"13" | b"14" | b"15"
                ),
                _ => false,
            }
    })
}

/// The value of a parameter: a token, or one in quotes.
fn unquoted(value: &[u8]) -> &[u8] {
    let value = trim(value);
    match value {
        [b'"', inner @ .., b'"'] if inner.iter().copied().all(is_token_byte) => inner,
        value => value,
    }
}
