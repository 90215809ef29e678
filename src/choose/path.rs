//! The path prefix that a request's path starts with. The result does not depend on how a router reads the path.
//!
//! The layer reads a path before the router does, and the router may read it differently. `/%61dmin` is `/admin` to a
//! router that decodes, and `/public/..%2fadmin` may be too. So the layer reads a path with such characters twice:
//! literally, and like a router that decodes it, drops parameters (`/admin;x`), treats backslashes as slashes and
//! merges repeated slashes. A router that does only some of this finds a prefix between the two. If both readings find
//! the same prefix, every router does.
//!
//! A path with a dot segment is ambiguous, and so is one with a NUL or with overlong UTF-8. Browsers do not send these.

use crate::error::Reason;

/// The longest path that is read twice, in bytes. A longer one is ambiguous.
const LONGEST: usize = 8192;

/// A path prefix of whole segments.
pub(crate) struct PathPrefix {
    text: Box<str>,
    /// The segments in the laxest reading.
    decoded: Box<[u8]>,
}

/// A path whose readings lead to different prefixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AmbiguousPath;

/// The longest prefix that the path begins with. `prefixes` are sorted by length, the longest first.
pub(crate) fn find<'p, T>(
    prefixes: &'p [(PathPrefix, T)],
    path: &str,
) -> Result<Option<&'p T>, AmbiguousPath> {
    let path = path.as_bytes();
    let as_it_stands = prefixes
        .iter()
        .position(|(prefix, _)| begins_with(path.iter().copied(), prefix.text.as_bytes()));
    if !is_unambiguous(path) {
        let decoded = || Decoded::of(path);
        if path.len() > LONGEST || has_dot_segment(decoded()) || is_misread(PercentDecoded(path)) {
            return Err(AmbiguousPath);
        }
        let read = prefixes
            .iter()
            .position(|(prefix, _)| begins_with(decoded(), &prefix.decoded));
        if read != as_it_stands {
            return Err(AmbiguousPath);
        }
    }
    Ok(as_it_stands.map(|found| &prefixes[found].1))
}

/// Whether every router reads the path in the same way.
fn is_unambiguous(path: &[u8]) -> bool {
    let next = path.iter().skip(1).chain(&[0]);
    path.iter().zip(next).all(|(byte, next)| match byte {
        b'%' | b'\\' | b';' => false,
        b'/' => !matches!(next, b'/' | b'.'),
        // An unencoded character may be part of a prefix.
        byte => is_sent_in_a_path(*byte),
    })
}

/// Compares whole segments.
fn begins_with(mut path: impl Iterator<Item = u8>, prefix: &[u8]) -> bool {
    prefix.iter().all(|byte| path.next() == Some(*byte)) && matches!(path.next(), None | Some(b'/'))
}

fn has_dot_segment(path: impl Iterator<Item = u8>) -> bool {
    // The number of dots in a segment that has only dots so far.
    let mut dots = Some(0);
    for byte in path.chain([b'/']) {
        match byte {
            b'/' if matches!(dots, Some(1 | 2)) => return true,
            b'/' => dots = Some(0),
            b'.' => dots = dots.map(|dots: u8| dots.saturating_add(1)),
            _ => dots = None,
        }
    }
    false
}

/// Whether some decoders read another text: those that stop at a NUL, and those that accept overlong UTF-8, such as
/// `%c0%af` for a slash.
fn is_misread(decoded: impl Iterator<Item = u8>) -> bool {
    let mut last = 0;
    for byte in decoded {
        match (last, byte) {
            (_, 0 | 0xc0 | 0xc1) | (0xe0, 0x80..=0x9f) | (0xf0, 0x80..=0x8f) => return true,
            _ => last = byte,
        }
    }
    false
}

/// A path in its laxest reading.
struct Decoded<'a> {
    rest: PercentDecoded<'a>,
    last: u8,
    is_in_parameter: bool,
}

impl<'a> Decoded<'a> {
    fn of(path: &'a [u8]) -> Self {
        Self {
            rest: PercentDecoded(path),
            last: 0,
            is_in_parameter: false,
        }
    }
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = match self.rest.next()? {
                b'\\' => b'/',
                byte => byte,
            };
            self.is_in_parameter = byte == b';' || self.is_in_parameter && byte != b'/';
            if !self.is_in_parameter && (byte != b'/' || self.last != b'/') {
                self.last = byte;
                return Some(byte);
            }
        }
    }
}

struct PercentDecoded<'a>(&'a [u8]);

impl Iterator for PercentDecoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = match self.0 {
            [b'%', high, low, rest @ ..] => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, rest),
                _ => (b'%', &self.0[1..]),
            },
            [byte, rest @ ..] => (*byte, rest),
            [] => return None,
        };
        self.0 = rest;
        Some(byte)
    }
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16)?.try_into().ok()
}

impl PathPrefix {
    /// The prefix, or what is wrong with the text and the fix.
    pub(crate) fn parse(text: &str) -> Result<Self, (Reason, String)> {
        let bytes = text.as_bytes();
        if text.trim_matches('/').is_empty() {
            let fix = "remove it, and call otherwise() for all other requests";
            return Err((Reason::EveryPath, fix.to_owned()));
        }
        if let Some(end) = text.find(['?', '#']) {
            let fix = format!("write \"{}\"", &text[..end]);
            return Err((Reason::InvalidPath, fix));
        }
        if text.contains(['*', '{', '}']) {
            let fix = "name the segments before the pattern, or call choose_by() with a function";
            return Err((Reason::Pattern, fix.to_owned()));
        }
        if !bytes.starts_with(b"/") {
            return Err((Reason::NoLeadingSlash, format!("write \"/{text}\"")));
        }
        let decoded = || Decoded::of(bytes);
        let slashes =
            |path: &mut dyn Iterator<Item = u8>| path.filter(|byte| *byte == b'/').count();
        if bytes.contains(&b'\\')
            || slashes(&mut bytes.iter().copied()) != slashes(&mut decoded())
            || has_dot_segment(decoded())
        {
            let fix = "write its segments with one slash before each, without dots, backslashes and encoded slashes";
            return Err((Reason::UnclearPath, fix.to_owned()));
        }
        if let Some(without) = text.strip_suffix('/') {
            return Err((Reason::PrefixTrailingSlash, format!("write \"{without}\"")));
        }
        let decoded: Box<[u8]> = decoded().collect();
        let sent = encode(&decoded);
        if sent != text {
            return Err((Reason::InvalidPath, format!("write \"{sent}\"")));
        }
        let text = sent.into();
        Ok(Self { text, decoded })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a router that decodes matches the same paths with both prefixes.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.decoded == other.decoded
    }
}

/// <https://url.spec.whatwg.org/#path-percent-encode-set>
fn is_sent_in_a_path(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\"#<>?^`{}".contains(&byte)
}

/// <https://url.spec.whatwg.org/#utf-8-percent-encode>
fn encode(path: &[u8]) -> String {
    let encode = |byte: &u8| match *byte {
        byte if byte != b'%' && is_sent_in_a_path(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.iter().map(encode).collect()
}
