//! What requests need of the grammar, fast: the common origin read in one pass, and a text split into its parts.
//!
//! Nearly every request has a common origin: `https://` or `http://`, a domain name, a port. What [`parse_fast`] reads has
//! the same result in the grammar; a property test below compares the two. The matcher compares [`Parts`] with what a
//! pattern names, and checks only what the pattern leaves open.

use super::host::{HostKind, LONGEST_LABEL, Wildcard};
use super::parse::{LONGEST_HOST, LONGEST_ORIGIN, Shape};
use super::scheme_and_port::{Port, is_default_port};

/// The shape of a common origin. `None` means: ask the grammar.
pub(super) fn parse_fast(text: &[u8]) -> Option<Shape> {
    let (scheme, rest) = match text {
        [b'h', b't', b't', b'p', b's', b':', b'/', b'/', rest @ ..] => (&text[..5], rest),
        [b'h', b't', b't', b'p', b':', b'/', b'/', rest @ ..] => (&text[..4], rest),
        _ => return None,
    };
    let host_len = find_host_end(rest)?;
    let port = match &rest[host_len..] {
        [] => Port::Default,
        [_, digits @ ..] => parse_port(digits, scheme)?,
    };
    let host_start = u16::try_from(text.len() - rest.len()).ok()?;
    Some(Shape {
        scheme_end: u16::try_from(scheme.len()).ok()?,
        host_start,
        host_end: host_start + u16::try_from(host_len).ok()?,
        host: HostKind::Domain,
        wildcard: Wildcard::None,
        port,
    })
}

/// Where a host of well-formed labels ends. Its last label starts with a letter, so the host is neither an
/// IPv4 address nor absolute.
fn find_host_end(rest: &[u8]) -> Option<usize> {
    let mut label_start = 0;
    let mut end = rest.len().min(LONGEST_HOST + 1);
    for (i, byte) in rest[..end].iter().enumerate() {
        match KINDS[usize::from(*byte)] {
            Kind::Label => {}
            Kind::Dot if i == label_start || i - label_start > LONGEST_LABEL => return None,
            Kind::Dot => label_start = i + 1,
            Kind::Colon => {
                end = i;
                break;
            }
            Kind::Other => return None,
        }
    }
    let last_label = &rest[label_start..end];
    let is_common = end <= LONGEST_HOST
        && last_label.len() <= LONGEST_LABEL
        && last_label.first().is_some_and(u8::is_ascii_lowercase);
    is_common.then_some(end)
}

/// Whether a text is well-formed labels, each followed by a dot.
#[inline]
pub(super) fn are_labels(text: &[u8]) -> bool {
    let mut label_start = 0;
    for (i, byte) in text.iter().enumerate() {
        match KINDS[usize::from(*byte)] {
            Kind::Label => {}
            Kind::Dot if i > label_start && i - label_start <= LONGEST_LABEL => label_start = i + 1,
            Kind::Dot | Kind::Colon | Kind::Other => return false,
        }
    }
    label_start == text.len() && !text.is_empty()
}

/// Whether a text can stand for the `*` of a first label such as `app-*`: one or more of `a-z`, `0-9`, `-`.
#[inline]
fn fills_star(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// Whether a text is a port number that a browser sends with this scheme.
#[inline]
fn is_port(digits: &[u8], scheme: &[u8]) -> bool {
    parse_port(digits, scheme).is_some()
}

fn parse_port(digits: &[u8], scheme: &[u8]) -> Option<Port> {
    if digits.len() > 5 || *digits.first()? == b'0' {
        return None;
    }
    let number = digits.iter().try_fold(0_u32, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })?;
    let is_default = is_default_port(scheme, number);
    u16::try_from(number)
        .ok()
        .filter(|_| !is_default)
        .map(Port::Number)
}

/// What a byte means in a host.
#[derive(Clone, Copy)]
enum Kind {
    Label,
    Dot,
    Colon,
    Other,
}

static KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        kinds[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => Kind::Label,
            b'.' => Kind::Dot,
            b':' => Kind::Colon,
            _ => Kind::Other,
        };
        byte += 1;
    }
    kinds
};

/// The parts of a text that may be an origin.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) scheme: &'a [u8],
    pub(crate) host: &'a [u8],
    /// `:8443`, or nothing.
    pub(crate) port: &'a [u8],
}

impl<'a> Parts<'a> {
    /// The parts. `None` if the text has no such parts, or is longer than any origin.
    #[inline]
    pub(crate) fn new(text: &'a [u8]) -> Option<Self> {
        if text.len() > LONGEST_ORIGIN {
            return None;
        }
        let (scheme, rest) = if let Some(rest) = text.strip_prefix(b"https://") {
            (&b"https"[..], rest)
        } else {
            let (scheme, rest) = text.split_at(text.iter().position(|byte| *byte == b':')?);
            (scheme, rest.strip_prefix(b"://")?)
        };
        let (host, port) = rest.split_at(rest.len() - port_len(rest));
        Some(Self { scheme, host, port })
    }

    /// Whether the host is one or more labels and then the base of a pattern, such as `.example.com`. The
    /// base was checked with the pattern.
    #[inline]
    pub(crate) fn has_labels_before(&self, base_len: usize) -> bool {
        self.host.len() <= LONGEST_HOST && are_labels(&self.host[..self.host.len() - base_len])
    }

    /// The first label of the host, and what follows its dot.
    #[inline]
    pub(crate) fn split_first_label(&self) -> Option<(&'a [u8], &'a [u8])> {
        let dot = self.host.iter().position(|byte| *byte == b'.')?;
        Some((&self.host[..dot], &self.host[dot + 1..]))
    }

    /// Whether the first label is `prefix`, one or more bytes for a `*`, and `suffix`.
    #[inline]
    pub(crate) fn has_first_label(&self, label: &[u8], prefix: &[u8], suffix: &[u8]) -> bool {
        let star = label
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_suffix(suffix));
        star.is_some_and(fills_star)
            && label.len() <= LONGEST_LABEL
            && self.host.len() <= LONGEST_HOST
    }

    /// Whether there is no port, or one that a browser sends.
    #[inline]
    pub(crate) fn has_port_or_none(&self) -> bool {
        match self.port {
            [] => true,
            [_, digits @ ..] => is_port(digits, self.scheme),
        }
    }
}

/// How long `:8443` is at the end of a text; 0 if there is no port.
#[inline]
fn port_len(rest: &[u8]) -> usize {
    if !rest.last().is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    let last = rest.iter().rev().take(":65535".len());
    last.enumerate()
        .find_map(|(i, byte)| (*byte == b':').then_some(i + 1))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::host::Dialect;
    use super::super::parse::parse;
    use super::parse_fast;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_grammar_reads_the_same(
            text in "(https?://)?([a-zA-Z0-9_.:-]{0,24}|[a-z]{1,70}(\\.[a-z0-9]{1,70}){0,5})(:[0-9]{0,6})?[ /.]?",
        ) {
            if let Some(shape) = parse_fast(text.as_bytes()) {
                prop_assert_eq!(Ok(shape), parse(text.as_bytes(), Dialect::Request));
            }
        }

        #[test]
        fn common_origins_are_read(
            text in "https?://([a-z]{1,20}|[a-z]{63})(\\.[a-z][a-z0-9-]{0,20}){0,3}(:(1[0-9]{3}|[2-9][0-9]{3}))?",
        ) {
            prop_assert!(parse_fast(text.as_bytes()).is_some());
        }
    }
}
