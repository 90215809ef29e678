//! The `*` at the start of a pattern's host.

#![allow(
    clippy::cast_possible_truncation,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

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
    if !has_dot(text, dot + 1, end) {
        return Err(OriginProblem::MisplacedWildcard);
    }
    let mut i = start;
    while i < dot {
        if i != star && !is_label_byte(text[i]) {
            return Err(OriginProblem::InvalidCharacter);
        }
        i += 1;
    }
    if matches!(text.split_at(start).1, [b'x', b'n', b'-', b'-', ..]) {
        return Err(OriginProblem::InvalidPunycode);
    }
    Ok((Wildcard::FirstLabel { star: star as u16 }, dot + 1))
}

const fn has_dot(text: &[u8], from: usize, to: usize) -> bool {
    let mut i = from;
    while i < to {
        if text[i] == b'.' {
            return true;
        }
        i += 1;
    }
    false
}
