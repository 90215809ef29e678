//! The CORS-safelisted request headers, which a page may send without a preflight.

use std::cmp::Ordering;

use http::header::{HeaderMap, HeaderName};

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
        if is_safelisted(name, value.as_bytes()) {
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
pub(crate) fn is_safelisted(name: &HeaderName, value: &[u8]) -> bool {
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
                && matches!(
                    &*essence(value),
                    b"application/x-www-form-urlencoded" | b"multipart/form-data" | b"text/plain"
                )
        }
        "range" => is_single_range(value),
        _ => false,
    }
}

/// What a `no-cors` request may have. The browser leaves out the rest silently.
///
/// [Fetch standard, no-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header)
pub(crate) fn is_no_cors_safelisted(name: &HeaderName, value: &[u8]) -> bool {
    matches!(
        name.as_str(),
        "accept" | "accept-language" | "content-language" | "content-type"
    ) && is_safelisted(name, value)
}

/// The control characters of the standard's list can't be in a [`HeaderValue`].
///
/// [Fetch standard, CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte)
fn is_unsafe_byte(byte: u8) -> bool {
    b"\"():<>?@[\\]{}".contains(&byte)
}

/// Step 2, `accept-language` and `content-language`.
fn is_language_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte)
}

/// What comes before the parameters of a MIME type, in lower case. If it is not valid, it is on no list.
///
/// [MIME Sniffing standard, parse a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type)
fn essence(value: &[u8]) -> Vec<u8> {
    let end = value.iter().position(|byte| *byte == b';');
    let essence = &value[..end.unwrap_or(value.len())];
    essence.trim_ascii().to_ascii_lowercase()
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
