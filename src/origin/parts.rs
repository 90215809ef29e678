//! A text split into scheme, host and port before anything is checked.
//!
//! The matcher compares the parts with what a pattern names, and checks only what the pattern leaves open.

use super::host::LONGEST_LABEL;
use super::parse::{LONGEST_HOST, LONGEST_ORIGIN};
use super::parse_common::{are_labels, fills_star, is_port};

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
