//! The names in `Access-Control-Request-Headers` of a preflight: read in place, without copying, and within limits.
//!
//! Browsers send one sorted line in lower case without spaces
//! (<https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names>). Proxies split lines, change the case and add
//! spaces, so all of these are accepted.

use http::header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderMap, HeaderName, HeaderValue};
use std::cmp::Ordering;

use super::names::{header_prefix, header_text, is_forbidden_request_header};

/// The longest list that is read, in bytes over all its lines. Browsers send a few hundred.
pub(crate) const LONGEST_LIST: usize = 8 * 1024;
/// The most lines that are read. Browsers send one.
pub(crate) const MOST_LINES: usize = 64;
/// How many bytes are checked at once.
const BLOCK: usize = 64;

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

/// Where a byte is, seen from the next name or the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Within,
    /// After a name and a blank: another name needs a comma first.
    After,
}

/// Whether every name of a line is a token.
fn is_line_of_tokens(mut line: &[u8]) -> bool {
    let mut place = Place::Before;
    while let Some((block, rest)) = line.split_first_chunk() {
        match place_after_usual(block, place).or_else(|| place_after(block, place)) {
            Some(after) => place = after,
            None => return false,
        }
        line = rest;
    }
    place_after(line, place).is_some()
}

/// The place after some bytes of a line. `None` if they have a blank within a name, or a byte that no name has.
fn place_after(mut bytes: &[u8], mut place: Place) -> Option<Place> {
    loop {
        let is_other = |byte: &u8| !is_in_tokens(*byte) && *byte != b',';
        let end = bytes.iter().position(is_other).unwrap_or(bytes.len());
        let (names, rest) = bytes.split_at(end);
        place = match (names, place) {
            ([], place) => place,
            ([first, ..], Place::After) if *first != b',' => return None,
            ([.., b','], _) => Place::Before,
            _ => Place::Within,
        };
        bytes = match rest {
            [] => return Some(place),
            [b' ' | b'\t', rest @ ..] => rest,
            _ => return None,
        };
        if place == Place::Within {
            place = Place::After;
        }
    }
}

/// The same, for usual names with blanks only before them. It has no branches for each byte, so the compiler checks
/// many bytes at once.
fn place_after_usual(block: &[u8; BLOCK], place: Place) -> Option<Place> {
    let mut before = match place {
        Place::Before => [b','; BLOCK],
        Place::Within => [b'a'; BLOCK],
        Place::After => return None,
    };
    before[1..].copy_from_slice(&block[..BLOCK - 1]);
    let mut others = 0;
    for (byte, before) in block.iter().zip(before) {
        others |= u8::from(!is_usual(*byte, before));
    }
    match (others, block.last()) {
        (0, Some(last)) if is_separator(*last) => Some(Place::Before),
        (0, _) => Some(Place::Within),
        _ => None,
    }
}

/// Whether a byte is in a usual name, or a comma, or a blank before a name.
fn is_usual(byte: u8, before: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    // `*+,-.`
    let is_mark = byte.wrapping_sub(b'*') < 5;
    let is_underscore = byte == b'_';
    is_letter | is_digit | is_mark | is_underscore | (is_separator(byte) & is_separator(before))
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b',' | b' ' | b'\t')
}

/// Whether a browser can send such a method or header name.
/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
pub(crate) fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| is_in_tokens(*byte))
}

/// Whether a method is a token of at most [`LONGEST_LIST`] bytes. Only such a method can be sent back.
pub(crate) fn is_bounded_token(method: &[u8]) -> bool {
    method.len() <= LONGEST_LIST && is_token(method)
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

/// A set of header names and prefixes of header names. Look-ups ignore case.
#[derive(Default)]
pub(crate) struct NameSet {
    /// Sorted by length, then by bytes, so a look-up compares few bytes.
    sorted: Vec<Box<[u8]>>,
    /// In lower case, each with its hyphen.
    prefixes: Vec<Box<[u8]>>,
}

impl NameSet {
    pub(crate) fn new(names: &[HeaderName]) -> Self {
        let mut set = Self::default();
        // One by one: the code that sorts a list would be larger than all else that reads a list of names.
        for name in names {
            let name = header_text(name);
            if let Some(prefix) = header_prefix(name) {
                set.prefixes.push(prefix.as_bytes().into());
                continue;
            }
            let name = name.as_bytes();
            if let Err(place) = set.find(name) {
                set.sorted.insert(place, name.into());
            }
        }
        set
    }

    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.find(name).is_ok()
    }

    pub(crate) fn has_prefixes(&self) -> bool {
        !self.prefixes.is_empty()
    }

    /// Whether a name begins with one of the prefixes, and a page can ask for it.
    fn is_covered(&self, name: &[u8]) -> bool {
        let begins = |prefix: &[u8]| {
            let start = name.get(..prefix.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        };
        self.prefixes.iter().any(|prefix| begins(prefix)) && is_token(name) && !is_never_asked(name)
    }

    /// Where a name is, or where it belongs.
    fn find(&self, name: &[u8]) -> Result<usize, usize> {
        self.sorted.binary_search_by(|listed| compare(listed, name))
    }
}

/// Whether browsers set a header themselves, so that no preflight asks for it.
fn is_never_asked(name: &[u8]) -> bool {
    // Longer than each of them that a prefix can cover.
    let mut buffer = [0; 24];
    let Some(lower) = buffer.get_mut(..name.len()) else {
        return false;
    };
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(is_forbidden_request_header)
}

/// The most requested names that an answer lists because a prefix covers them.
const MOST_COVERED: usize = 64;
/// The most bytes that these take, with their commas.
const LONGEST_COVERED: usize = 4 * 1024;

/// The requested names that prefixes cover, each once, within limits.
pub(crate) struct CoveredNames<'s, 'r> {
    set: &'s NameSet,
    names: [&'r [u8]; MOST_COVERED],
    len: usize,
    bytes: usize,
}

impl<'s, 'r> CoveredNames<'s, 'r> {
    pub(crate) fn new(set: &'s NameSet) -> Self {
        Self {
            set,
            names: [b""; MOST_COVERED],
            len: 0,
            bytes: 0,
        }
    }

    /// Adds a name if a prefix covers it. False if none does, or if there is no room.
    pub(crate) fn add(&mut self, name: &'r [u8]) -> bool {
        if !self.set.is_covered(name) {
            return false;
        }
        let mut names = self.names().iter();
        if names.any(|other| other.eq_ignore_ascii_case(name)) {
            return true;
        }
        let bytes = self.bytes + name.len() + 1;
        if self.len == MOST_COVERED || bytes > LONGEST_COVERED {
            return false;
        }
        self.names[self.len] = name;
        self.len += 1;
        self.bytes = bytes;
        true
    }

    /// The covered names in the request, unless the whole list is too long.
    pub(crate) fn from_request(set: &'s NameSet, headers: &'r HeaderMap) -> Self {
        let mut covered = Self::new(set);
        if is_within_bounds(headers) {
            let lines = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS);
            for name in names(lines.iter()).filter(|name| !set.contains(name)) {
                covered.add(name);
            }
        }
        covered
    }

    pub(crate) fn names(&self) -> &[&'r [u8]] {
        &self.names[..self.len]
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
