//! The port of an origin or a pattern.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

use super::const_bytes::are_equal;
use super::problem::OriginProblem;

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
pub(super) const fn parse_port(port: &[u8], scheme: &[u8]) -> Result<Port, OriginProblem> {
    let digits = match port {
        [] => return Ok(Port::Default),
        [_] => return Err(OriginProblem::EmptyPort),
        [_, b'*'] => return Ok(Port::Any),
        [_, digits @ ..] => digits,
    };
    let mut number = 0_u32;
    let mut rest = digits;
    while let [byte, after @ ..] = rest {
        match byte {
            b'0'..=b'9' if number <= 65535 => number = number * 10 + (*byte - b'0') as u32,
            b'0'..=b'9' => {}
            b'*' => return Err(OriginProblem::MisplacedWildcard),
            _ => return Err(OriginProblem::PortNotANumber),
        }
        rest = after;
    }
    if number == 0 {
        Err(OriginProblem::PortZero)
    } else if matches!(digits, [b'0', ..]) {
        Err(OriginProblem::PortLeadingZero)
    } else if number > 65535 {
        Err(OriginProblem::PortTooLarge)
    } else if is_default_port(scheme, number) {
        Err(OriginProblem::DefaultPort)
    } else {
        Ok(Port::Number(number as u16))
    }
}

/// <https://url.spec.whatwg.org/#default-port>
pub(super) const fn is_default_port(scheme: &[u8], port: u32) -> bool {
    (port == 443 && are_equal(scheme, b"https")) || (port == 80 && are_equal(scheme, b"http"))
}
