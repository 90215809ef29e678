//! What may be an origin, cut into its parts before anything is checked: so that what no pattern could
//! allow is found out by comparing, and only what a pattern leaves open is read.

use super::fast_path::{are_labels, is_port};
use super::grammar::{LONGEST_HOST, LONGEST_ORIGIN};

/// The parts of a text, where an origin's would be.
#[derive(Clone, Copy)]
pub(crate) struct Cut<'a> {
    pub(crate) scheme: &'a [u8],
    pub(crate) host: &'a [u8],
    /// `:8443`, or nothing.
    pub(crate) port: &'a [u8],
}

impl<'a> Cut<'a> {
    /// The parts; `None` for a text that has no such parts or is longer than any origin.
    #[inline]
    pub(crate) fn of(text: &'a [u8]) -> Option<Self> {
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

    /// Whether the host is one or more labels before a base that a pattern names, `.example.com` say. The
    /// base has been checked with the pattern.
    #[inline]
    pub(crate) fn has_labels_before(&self, base_len: usize) -> bool {
        self.host.len() <= LONGEST_HOST && are_labels(&self.host[..self.host.len() - base_len])
    }

    /// Whether the port, if there is one, is one that a browser sends.
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
