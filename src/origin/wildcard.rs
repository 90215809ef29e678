//! The `*` at the start of a pattern's host.

#![allow(
    clippy::cast_possible_truncation,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

use super::const_bytes::{between, contains, skip};
use super::host::{LONGEST_LABEL, is_label_byte};
use super::problem::OriginProblem;

/// What a pattern leaves open before its named host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wildcard {
    None,
    /// `*.`: one or more labels.
    Subdomains,
    /// `app-*.`: a part of one label.
    FirstLabel {
        /// `text[star]` is the `*`.
        star: u16,
    },
    /// `*` alone: any host of the scheme.
    AnyHost,
}

/// The wildcard at the start of a pattern's host, and where the named host starts.
pub(super) const fn parse_wildcard(
    text: &[u8],
    start: usize,
    end: usize,
) -> Result<(Wildcard, usize), OriginProblem> {
    let mut star = None;
    let mut dot = start;
    while dot < end && text[dot] != b'.' {
        if text[dot] == b'*' {
            if star.is_some() {
                return Err(OriginProblem::MisplacedWildcard);
            }
            star = Some(dot);
        }
        dot += 1;
    }
    let Some(star) = star else {
        return Ok((Wildcard::None, start));
    };
    if dot == end {
        return Err(OriginProblem::MisplacedWildcard);
    }
    if dot - start == 1 {
        return Ok((Wildcard::Subdomains, dot + 1));
    }
    if dot - start > LONGEST_LABEL {
        return Err(OriginProblem::LabelTooLong);
    }
    if !contains(between(text, dot + 1, end), b'.') {
        return Err(OriginProblem::MisplacedWildcard);
    }
    let mut i = start;
    while i < dot {
        if i != star && !is_label_byte(text[i]) {
            return Err(OriginProblem::InvalidCharacter);
        }
        i += 1;
    }
    if matches!(skip(text, start), [b'x', b'n', b'-', b'-', ..]) {
        return Err(OriginProblem::InvalidPunycode);
    }
    Ok((Wildcard::FirstLabel { star: star as u16 }, dot + 1))
}
