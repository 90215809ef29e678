//! The names in `Access-Control-Request-Headers` of a preflight: read in place, without copying, and within limits.
//!
//! Browsers send one sorted line in lower case without spaces
//! (<https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>). Proxies split lines, change the case and add
//! spaces, so all of these are accepted.

use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderName, HeaderValue};
use std::cmp::Ordering;

/// The longest list that is read, in bytes over all its lines. Browsers send a few hundred.
pub(crate) const LONGEST_LIST: usize = 8 * 1024;
/// The most lines that are read. Browsers send one.
pub(crate) const MOST_LINES: usize = 64;

/// Why the list is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused<'r> {
    /// The list is longer than [`LONGEST_LIST`] or has more lines than [`MOST_LINES`].
    TooLong,
    /// This name is not allowed.
    Name(&'r [u8]),
}

/// Checks each name, until one is not allowed.
pub(crate) fn check_names<'r>(
    headers: &'r HeaderMap,
    mut is_allowed: impl FnMut(&'r [u8]) -> bool,
) -> Result<(), Refused<'r>> {
    if !is_within_bounds(headers) {
        return Err(Refused::TooLong);
    }
    let lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
    match names(lines.iter()).find(|name| !is_allowed(name)) {
        Some(name) => Err(Refused::Name(name)),
        None => Ok(()),
    }
}

/// Whether every name is a token. Only such a list can be sent back.
pub(crate) fn is_list_of_tokens(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    is_within_bounds(headers)
        && lines.all(|line| is_common(line.as_bytes()) || names([line]).all(is_token))
}

fn is_within_bounds(headers: &HeaderMap) -> bool {
    let (mut bytes_left, mut lines_left) = (LONGEST_LIST, MOST_LINES);
    for line in headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS) {
        if line.len() > bytes_left || lines_left == 0 {
            return false;
        }
        bytes_left -= line.len();
        lines_left -= 1;
    }
    true
}

fn names<'r>(lines: impl IntoIterator<Item = &'r HeaderValue>) -> impl Iterator<Item = &'r [u8]> {
    let members = |line: &'r HeaderValue| line.as_bytes().split(|byte| *byte == b',');
    let names = lines.into_iter().flat_map(members).map(<[u8]>::trim_ascii);
    names.filter(|name| !name.is_empty())
}

/// Whether a line has only the bytes that browsers usually send: lower-case letters, digits, hyphens and commas.
fn is_common(line: &[u8]) -> bool {
    line.chunks(64).all(are_common)
}

/// Without branches, so the compiler checks many bytes at once.
#[expect(clippy::needless_bitwise_bool, reason = "lazy operators are branches")]
fn are_common(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |all, byte| {
        let is_letter = byte.wrapping_sub(b'a') < 26;
        let is_digit = byte.wrapping_sub(b'0') < 10;
        all & (is_letter | is_digit | (*byte == b'-') | (*byte == b','))
    })
}

/// Whether a browser can send such a method or header name.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| IN_TOKENS[usize::from(*byte)])
}

static IN_TOKENS: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        table[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let marks = b"!#$%&'*+-.^_`|~";
    let mut i = 0;
    while i < marks.len() {
        table[marks[i] as usize] = true;
        i += 1;
    }
    table
};

/// A set of header names. Look-ups ignore case.
#[derive(Default)]
pub(crate) struct NameSet {
    /// Sorted by length, then by bytes, so a look-up compares few bytes.
    sorted: Box<[HeaderName]>,
}

impl NameSet {
    pub(crate) fn new(names: &[HeaderName]) -> Self {
        let mut sorted = names.to_vec();
        sorted.sort_by(|a, b| compare(a.as_str().as_bytes(), b.as_str().as_bytes()));
        Self {
            sorted: sorted.into_boxed_slice(),
        }
    }

    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.sorted
            .binary_search_by(|listed| compare(listed.as_str().as_bytes(), name))
            .is_ok()
    }
}

/// Compares a lower-case name with a name in any case.
fn compare(listed: &[u8], name: &[u8]) -> Ordering {
    let lower = name.iter().map(u8::to_ascii_lowercase);
    listed
        .len()
        .cmp(&name.len())
        .then_with(|| listed.iter().copied().cmp(lower))
}
