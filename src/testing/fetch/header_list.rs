//! Header lists: the standard's "get", "extract" and "get, decode, and split".

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// All lines of a header as one value, joined by a comma and a space; `None` if the header is absent.
///
/// [Fetch standard, get](https://fetch.spec.whatwg.org/#concept-header-list-get)
pub(crate) fn get(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<u8>> {
    let mut lines = headers.get_all(name).iter();
    let mut value = lines.next()?.as_bytes().to_vec();
    for line in lines {
        value.extend_from_slice(b", ");
        value.extend_from_slice(line.as_bytes());
    }
    Some(value)
}

/// The result of extracting values from a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Extracted<T> {
    /// The standard's null: the header is absent.
    Absent,
    /// The standard's failure: a line doesn't match the header's grammar.
    Malformed,
    Values(T),
}

impl<T> Extracted<T> {
    pub(crate) fn values(self) -> Option<T> {
        match self {
            Self::Values(values) => Some(values),
            Self::Absent | Self::Malformed => None,
        }
    }
}

/// The members of a header whose grammar is a list of tokens.
///
/// An empty member is allowed. Any other member that is not a token makes the whole header a failure.
///
/// [Fetch standard, extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values)
pub(crate) fn extract_tokens<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Extracted<Vec<&'a [u8]>> {
    let mut tokens = Vec::new();
    let mut is_absent = true;
    for line in headers.get_all(name) {
        is_absent = false;
        for member in line.as_bytes().split(|byte| *byte == b',') {
            let member = trim(member);
            if member.is_empty() {
                continue;
            }
            if !member.iter().copied().all(is_token_byte) {
                return Extracted::Malformed;
            }
            tokens.push(member);
        }
    }
    if is_absent {
        Extracted::Absent
    } else {
        Extracted::Values(tokens)
    }
}

/// The value of a header that may have only one line. Several lines are a failure.
///
/// [Fetch standard, extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values)
pub(crate) fn extract_one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Extracted<&'a [u8]> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Extracted::Absent,
        (Some(line), None) => Extracted::Values(line.as_bytes()),
        (Some(_), Some(_)) => Extracted::Malformed,
    }
}

/// The number of seconds in a header whose grammar is `delta-seconds`: only digits. A number that is too large
/// becomes the largest one.
///
/// [RFC 9111, delta-seconds](https://www.rfc-editor.org/rfc/rfc9111#section-1.2.2)
pub(crate) fn extract_seconds(headers: &HeaderMap, name: &HeaderName) -> Extracted<u64> {
    match extract_one(headers, name) {
        Extracted::Absent => Extracted::Absent,
        Extracted::Values(digits)
            if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) =>
        {
            Extracted::Values(digits.iter().fold(0, |sum: u64, digit| {
                sum.saturating_mul(10)
                    .saturating_add(u64::from(digit - b'0'))
            }))
        }
        Extracted::Values(_) | Extracted::Malformed => Extracted::Malformed,
    }
}

/// The members of a header, split at commas outside quotes.
///
/// [Fetch standard, get, decode, and split](https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split)
pub(crate) fn get_and_split(headers: &HeaderMap, name: &HeaderName) -> Vec<Vec<u8>> {
    let value = get(headers, name);
    value.map_or_else(Vec::new, |value| decode_and_split(&value))
}

/// The members of one value, split at commas outside quotes.
///
/// [Fetch standard, get, decode, and split a header value](https://fetch.spec.whatwg.org/#header-value-get-decode-and-split)
pub(crate) fn decode_and_split(value: &[u8]) -> Vec<Vec<u8>> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let members = value.split(|byte| {
        if *byte == b',' && !is_quoted {
            return true;
        }
        if *byte == b'"' && !is_escaped {
            is_quoted = !is_quoted;
        }
        is_escaped = is_quoted && *byte == b'\\' && !is_escaped;
        false
    });
    members.map(|member| trim(member).to_vec()).collect()
}

/// Removes white space around a value.
///
/// [Fetch standard, normalize](https://fetch.spec.whatwg.org/#concept-header-value-normalize)
pub(crate) fn normalize(value: &HeaderValue) -> HeaderValue {
    let trimmed = trim(value.as_bytes());
    if trimmed.len() == value.len() {
        return value.clone();
    }
    HeaderValue::from_bytes(trimmed).expect("a part of a header value is a header value")
}

/// Normalizes all values. Lines keep their order.
pub(crate) fn normalize_all(headers: &HeaderMap) -> HeaderMap {
    let mut normal = headers.clone();
    for value in normal.values_mut() {
        *value = normalize(value);
    }
    normal
}

/// Whether a list has this token, in upper or lower case.
pub(crate) fn has_token(headers: &HeaderMap, name: &HeaderName, token: &[u8]) -> bool {
    headers
        .get_all(name)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .any(|member| trim(member).eq_ignore_ascii_case(token))
}

/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// <https://fetch.spec.whatwg.org/#http-tab-or-space>
pub(crate) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
