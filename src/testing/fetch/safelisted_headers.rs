//! The CORS-safelisted request headers, which a page may send without a preflight.

use std::cmp::Ordering;

use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::header_list::is_token_byte;

/// The longest value that is safelisted, in bytes.
const LONGEST_VALUE: usize = 128;
/// The longest that all safelisted values may be together, in bytes.
const LONGEST_ALL: usize = 1024;

/// The names that a preflight must ask for: lower case, sorted, each once.
///
/// [Fetch standard, CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names)
pub(crate) fn unsafe_names(headers: &HeaderMap) -> Vec<HeaderName> {
    let mut names = Vec::new();
    let mut potentially_unsafe = Vec::new();
    let mut safelisted_size = 0;
    for (name, value) in headers {
        if is_safelisted(name, value) {
            potentially_unsafe.push(name.clone());
            safelisted_size += value.len();
        } else {
            names.push(name.clone());
        }
    }
    if safelisted_size > LONGEST_ALL {
        names.extend(potentially_unsafe);
    }
    names.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    names.dedup();
    names
}

/// [Fetch standard, CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header)
pub(crate) fn is_safelisted(name: &HeaderName, value: &HeaderValue) -> bool {
    let value = value.as_bytes();
    // Step 1.
    if value.len() > LONGEST_VALUE {
        return false;
    }
    // Step 2.
    match name.as_str() {
        "accept" => !value.iter().copied().any(is_unsafe_byte),
        "accept-language" | "content-language" => value.iter().copied().all(is_language_byte),
        "content-type" => {
            !value.iter().copied().any(is_unsafe_byte)
                && essence(value).is_some_and(|essence| {
                    matches!(
                        &*essence,
                        b"application/x-www-form-urlencoded"
                            | b"multipart/form-data"
                            | b"text/plain"
                    )
                })
        }
        "range" => is_single_range(value),
        _ => false,
    }
}

/// What a `no-cors` request may have. The browser leaves out the rest silently.
///
/// [Fetch standard, no-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header)
pub(crate) fn is_no_cors_safelisted(name: &HeaderName, value: &HeaderValue) -> bool {
    matches!(
        name.as_str(),
        "accept" | "accept-language" | "content-language" | "content-type"
    ) && is_safelisted(name, value)
}

/// [Fetch standard, CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte)
fn is_unsafe_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || byte == 0x7f || b"\"():<>?@[\\]{}".contains(&byte)
}

/// Step 2, `accept-language` and `content-language`.
fn is_language_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte)
}

/// Type and subtype of a MIME type, in lower case; `None` if it is not valid. Parameters can't fail.
///
/// [MIME Sniffing standard, parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type)
fn essence(value: &[u8]) -> Option<Vec<u8>> {
    let value = trim_white_space(value);
    let slash = value.iter().position(|byte| *byte == b'/')?;
    let (kind, rest) = (&value[..slash], &value[slash + 1..]);
    let end = rest.iter().position(|byte| *byte == b';');
    let subtype = &rest[..end.unwrap_or(rest.len())];
    let trailing = subtype
        .iter()
        .rposition(|byte| !is_white_space(*byte))
        .map_or(0, |last| last + 1);
    let subtype = &subtype[..trailing];
    let is_token = |text: &[u8]| !text.is_empty() && text.iter().copied().all(is_token_byte);
    if !is_token(kind) || !is_token(subtype) {
        return None;
    }
    Some([kind, b"/", subtype].concat().to_ascii_lowercase())
}

/// [Fetch standard, HTTP whitespace](https://fetch.spec.whatwg.org/#http-whitespace)
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r' | b'\t' | b' ')
}

fn trim_white_space(mut value: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = value {
        if !is_white_space(*first) {
            break;
        }
        value = rest;
    }
    while let [rest @ .., last] = value {
        if !is_white_space(*last) {
            break;
        }
        value = rest;
    }
    value
}

/// Whether a `Range` is one range with a start and without spaces: `bytes=0-`, `bytes=0-499`.
///
/// [Fetch standard, parse a single range header value](https://fetch.spec.whatwg.org/#simple-range-header-value)
fn is_single_range(value: &[u8]) -> bool {
    let Some(range) = value.strip_prefix(b"bytes=") else {
        return false;
    };
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (start, rest) = range.split_at(digits(range));
    let Some(rest) = rest.strip_prefix(b"-") else {
        return false;
    };
    let (end, rest) = rest.split_at(digits(rest));
    // The safelist excludes a range without a start.
    rest.is_empty()
        && !start.is_empty()
        && (end.is_empty() || compare_decimal(start, end) != Ordering::Greater)
}

/// Compares two numbers of any length.
fn compare_decimal(a: &[u8], b: &[u8]) -> Ordering {
    let significant = |digits: &'_ [u8]| {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits[zeros..].to_vec()
    };
    let (a, b) = (significant(a), significant(b));
    a.len().cmp(&b.len()).then(a.cmp(&b))
}
