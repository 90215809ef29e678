//! The extensions of a WebSocket: the browser offers one, and the server may accept it.

use http::header::{HeaderMap, SEC_WEBSOCKET_EXTENSIONS};

use super::header_list::{decode_and_split, get, is_token_byte, trim};

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
