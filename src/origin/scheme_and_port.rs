//! The scheme of an origin or a pattern, and the port, whose default the scheme decides.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

use super::const_text::{are_equal, skip};
use super::problem::OriginMistake;

/// The longest scheme, in bytes. No standard sets a limit; the longest in use has 21.
pub(super) const LONGEST_SCHEME: usize = 64;

/// Checks the scheme that ends at `end`.
pub(super) const fn check_scheme(text: &[u8], end: usize) -> Result<(), OriginMistake> {
    if end == 0 {
        return Err(OriginMistake::MissingScheme);
    }
    if end > LONGEST_SCHEME || text[0].is_ascii_digit() {
        return Err(OriginMistake::InvalidScheme);
    }
    let mut i = 0;
    while i < end {
        match text[i] {
            b'a'..=b'z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if i > 0 => {}
            b'A'..=b'Z' => return Err(OriginMistake::UpperCase),
            b'*' => return Err(OriginMistake::MisplacedWildcard),
            _ => return Err(OriginMistake::InvalidScheme),
        }
        i += 1;
    }
    Ok(())
}

/// Whether hosts of this scheme are domain names and IP addresses by the URL standard.
/// <https://url.spec.whatwg.org/#special-scheme>
pub(super) const fn is_web_scheme(scheme: &[u8]) -> bool {
    are_equal(scheme, b"https") || are_equal(scheme, b"http")
}

/// Whether browsers never send an origin of this scheme.
/// <https://html.spec.whatwg.org/multipage/browsers.html#concept-origin>
pub(super) const fn is_without_origin(scheme: &[u8]) -> bool {
    matches!(
        scheme,
        b"about"
            | b"blob"
            | b"data"
            | b"filesystem"
            | b"ftp"
            | b"ftps"
            | b"javascript"
            | b"mailto"
            | b"view-source"
    )
}

/// Whether a scheme is `http` or `https` with a typing error.
pub(super) const fn is_mistyped(scheme: &[u8]) -> bool {
    !are_equal(scheme, b"http")
        && !are_equal(scheme, b"https")
        && (is_within_one_edit(scheme, b"http") || is_within_one_edit(scheme, b"https"))
}

/// Whether `a` is `b` with one byte added, removed or changed, or with two neighbours swapped.
const fn is_within_one_edit(a: &[u8], b: &[u8]) -> bool {
    let mut start = 0;
    while start < a.len() && start < b.len() && a[start] == b[start] {
        start += 1;
    }
    let (a, b) = (skip(a, start), skip(b, start));
    match (a, b) {
        ([_, a_rest @ ..], [_, b_rest @ ..]) if are_equal(a_rest, b_rest) => true,
        ([_, a_rest @ ..], _) if are_equal(a_rest, b) => true,
        (_, [_, b_rest @ ..]) if are_equal(a, b_rest) => true,
        ([a_first, a_second, a_rest @ ..], [b_first, b_second, b_rest @ ..]) => {
            *a_first == *b_second && *a_second == *b_first && are_equal(a_rest, b_rest)
        }
        _ => false,
    }
}

/// The port of an origin or pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Port {
    /// No port is written: the scheme's default.
    Default,
    Number(u16),
    /// `*`, in a pattern: any port, or none.
    Any,
}

/// The port that follows the host, with its colon. An empty text is the default port.
pub(super) const fn parse_port(port: &[u8], scheme: &[u8]) -> Result<Port, OriginMistake> {
    let digits = match port {
        [] => return Ok(Port::Default),
        [_] => return Err(OriginMistake::EmptyPort),
        [_, b'*'] => return Ok(Port::Any),
        [_, digits @ ..] => digits,
    };
    let mut number = 0_u32;
    let mut rest = digits;
    while let [byte, after @ ..] = rest {
        match byte {
            b'0'..=b'9' if number <= 65535 => number = number * 10 + (*byte - b'0') as u32,
            b'0'..=b'9' => {}
            b'*' => return Err(OriginMistake::MisplacedWildcard),
            _ => return Err(OriginMistake::PortNotANumber),
        }
        rest = after;
    }
    if number == 0 {
        Err(OriginMistake::PortZero)
    } else if matches!(digits, [b'0', ..]) {
        Err(OriginMistake::PortLeadingZero)
    } else if number > 65535 {
        Err(OriginMistake::PortTooLarge)
    } else if is_default_port(scheme, number) {
        Err(OriginMistake::DefaultPort)
    } else {
        Ok(Port::Number(number as u16))
    }
}

/// <https://url.spec.whatwg.org/#default-port>
pub(super) const fn is_default_port(scheme: &[u8], port: u32) -> bool {
    (port == 443 && are_equal(scheme, b"https")) || (port == 80 && are_equal(scheme, b"http"))
}
