//! The names in `Access-Control-Request-Headers` of a preflight: read in place, without copying, and within limits.
//!
//! Browsers send one sorted line in lower case without spaces
//! (<https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>). Proxies split lines, change the case and add
//! spaces, so all of these are accepted.

use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderName, HeaderValue};
use std::cmp::Ordering;

use super::names::text_of;

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
    is_within_bounds(headers) && lines.all(|line| is_line_of_tokens(line.as_bytes()))
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

/// Whether every name of a line is a token.
fn is_line_of_tokens(mut line: &[u8]) -> bool {
    loop {
        let names = line;
        line = skip(line, is_usual, |byte| is_in_tokens(byte) || byte == b',');
        let blanks = line;
        line = skip(line, is_blank, is_blank);
        let was_in_name =
            names.len() > blanks.len() && names[names.len() - blanks.len() - 1] != b',';
        match line.first() {
            None => return true,
            Some(b',') => {}
            // A blank within a name, or a byte that no name has.
            Some(_) if was_in_name || line.len() == names.len() => return false,
            Some(_) => {}
        }
    }
}

/// The text without the bytes at its start that are in a set. From the 17th byte on, it looks at many bytes at once,
/// and at those of `subset` only.
fn skip(text: &[u8], subset: impl Fn(u8) -> bool, is: impl Fn(u8) -> bool) -> &[u8] {
    const FEW: usize = 16;
    const MANY: usize = 64;
    let is_another = |byte: &u8| !is(*byte);
    let few = &text[..text.len().min(FEW)];
    if let Some(end) = few.iter().position(is_another) {
        return &text[end..];
    }
    let mut rest = &text[few.len()..];
    while let Some((many, after)) = rest.split_first_chunk::<MANY>() {
        // Without branches, so the compiler checks many bytes at once.
        if many
            .iter()
            .fold(0, |others, byte| others | u8::from(!subset(*byte)))
            != 0
        {
            break;
        }
        rest = after;
    }
    let end = rest.iter().position(is_another).unwrap_or(rest.len());
    &rest[end..]
}

/// The bytes that browsers usually send.
#[expect(clippy::needless_bitwise_bool, reason = "lazy operators are branches")]
fn is_usual(byte: u8) -> bool {
    let is_letter = byte.wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    is_letter | is_digit | (byte == b'-') | (byte == b',')
}

#[expect(clippy::needless_bitwise_bool, reason = "lazy operators are branches")]
fn is_blank(byte: u8) -> bool {
    (byte == b' ') | (byte == b'\t')
}

/// Whether a browser can send such a method or header name.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_in_tokens(*byte))
}

fn is_in_tokens(byte: u8) -> bool {
    IN_TOKENS[usize::from(byte)]
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
    sorted: Vec<Box<[u8]>>,
}

impl NameSet {
    pub(crate) fn new(names: &[HeaderName]) -> Self {
        let mut set = Self::default();
        // One by one: the code that sorts a list would be larger than all else that reads a list of names.
        for name in names {
            let name = text_of(name).as_bytes();
            if let Err(place) = set.find(name) {
                set.sorted.insert(place, name.into());
            }
        }
        set
    }

    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.find(name).is_ok()
    }

    /// Where a name is, or where it belongs.
    fn find(&self, name: &[u8]) -> Result<usize, usize> {
        self.sorted.binary_search_by(|listed| compare(listed, name))
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
