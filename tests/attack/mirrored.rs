//! What is mirrored: only tokens are sent back, within bounds. The layer scans many bytes at once, so the table has each
//! byte at many places.

use futures_util::FutureExt as _;
use http::{HeaderValue, Request};
use tower_cors::CorsLayer;

use crate::{APP, answer};

/// As in <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>.
fn is_token(name: &str) -> bool {
    let marks = "!#$%&'*+-.^_`|~";
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || marks.contains(letter);
    name.chars().all(is_allowed)
}

/// Each byte becomes the character of that number.
fn is_list_of_tokens(list: &[u8]) -> bool {
    let text: String = list.iter().copied().map(char::from).collect();
    let names = text.split(',').map(|name| name.trim_matches([' ', '\t']));
    names.into_iter().all(is_token)
}

#[test]
fn a_list_is_sent_back_if_each_name_is_a_token() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .mirror_request_headers()
        .build()
        .unwrap();
    let mut counts = [0, 0];
    for byte in (0..=u8::MAX).filter(|byte| HeaderValue::from_bytes(&[*byte]).is_ok()) {
        for length in [0, 1, 15, 16, 61, 62, 63, 64, 65, 127, 150] {
            for filling in [b'x', b'X', b',', b' ', b'('] {
                for (before, after) in [
                    ("", ""),
                    ("", "c"),
                    ("x", "c"),
                    ("x,", "c"),
                    ("x ", ",c"),
                    ("x ", &*"c".repeat(128)),
                ] {
                    let mut list = vec![filling; length];
                    list.extend(before.bytes());
                    list.push(byte);
                    list.extend(after.bytes());
                    let value = HeaderValue::from_bytes(&list).unwrap();
                    let request = Request::options("/")
                        .header("origin", APP)
                        .header("access-control-request-method", "GET")
                        .header("access-control-request-headers", &value);
                    let request = request.body(()).unwrap();
                    let (_, headers) = answer(&cors, request).now_or_never().unwrap();
                    let sent = headers.get("access-control-allow-headers");
                    let is_list = is_list_of_tokens(&list);
                    assert_eq!(sent, is_list.then_some(&value), "{value:?}");
                    counts[usize::from(is_list)] += 1;
                }
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 1000), "{counts:?}");
}

#[test]
fn a_method_is_sent_back_up_to_8192_bytes() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .mirror_request_methods()
        .build()
        .unwrap();
    for (length, is_sent) in [(3, true), (8192, true), (8193, false), (60_000, false)] {
        let request = Request::options("/")
            .header("origin", APP)
            .header("access-control-request-method", "M".repeat(length));
        let request = request.body(()).unwrap();
        assert_eq!(
            cors.policy().decide_request(&request).is_allowed(),
            is_sent,
            "{length}"
        );
        let (_, headers) = answer(&cors, request).now_or_never().unwrap();
        assert_eq!(
            headers.contains_key("access-control-allow-methods"),
            is_sent,
            "{length}"
        );
    }
}
