//! The grammar of hosts: domain names, IP addresses, the hosts of custom schemes, and the `*` before a host.
//!
//! <https://url.spec.whatwg.org/#host-parsing>

#![allow(
    clippy::cast_possible_truncation,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

use super::const_text::{between, contains, skip};
use super::ip::{ends_in_a_number, is_canonical_ipv4, is_canonical_ipv6, parse_ipv4, parse_ipv6};
use super::problem::OriginMistake;
use super::punycode::is_decodable;

/// The longest label of the domain name system, in bytes.
pub(super) const LONGEST_LABEL: usize = 63;

/// Where a text comes from. That decides what is allowed in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// A policy: wildcards have a meaning, mistakes are refused.
    Pattern,
    /// A request: there are no wildcards; a final dot occurs.
    Request,
}

/// What kind of host an origin has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum HostKind {
    Domain,
    Ipv4([u8; 4]),
    Ipv6([u16; 8]),
    /// The host of a custom scheme that is not a domain name, such as an upper-case UUID.
    Opaque,
}

/// A host without its `*.`. <https://url.spec.whatwg.org/#host-parsing>
pub(super) const fn parse_host(
    host: &[u8],
    dialect: Dialect,
    is_web: bool,
) -> Result<HostKind, OriginMistake> {
    match host {
        [] => return Err(OriginMistake::MisplacedWildcard),
        [b'[', address @ .., _] => {
            return match parse_ipv6(address) {
                Some(pieces) if is_canonical_ipv6(address, pieces) => Ok(HostKind::Ipv6(pieces)),
                Some(_) => Err(OriginMistake::NonCanonicalIpv6),
                None => Err(OriginMistake::InvalidIpv6),
            };
        }
        _ => {}
    }
    if let Err(problem) = check_domain(host, dialect) {
        return Err(problem);
    }
    let without_dot = match host {
        [rest @ .., b'.'] => rest,
        _ => host,
    };
    if !is_web || !ends_in_a_number(without_dot) {
        return match dialect {
            Dialect::Pattern if is_web && is_address_with_letters(without_dot) => {
                Err(OriginMistake::AddressRange)
            }
            _ => Ok(HostKind::Domain),
        };
    }
    match parse_ipv4(without_dot) {
        Some(address) if is_canonical_ipv4(host, address) => Ok(HostKind::Ipv4(address)),
        Some(_) => Err(OriginMistake::NonCanonicalIpv4),
        None => Err(OriginMistake::InvalidIpv4),
    }
}

/// The host of a scheme other than http and https. It may also be opaque.
pub(super) const fn parse_custom_host(
    host: &[u8],
    dialect: Dialect,
) -> Result<HostKind, OriginMistake> {
    match parse_host(host, dialect, false) {
        Err(_) if is_opaque(host) => Ok(HostKind::Opaque),
        result => result,
    }
}

/// Labels of 1 to 63 bytes between dots. Underscores, and hyphens anywhere, are in use.
const fn check_domain(host: &[u8], dialect: Dialect) -> Result<(), OriginMistake> {
    let mut label_start = 0;
    let mut i = 0;
    while i <= host.len() {
        if i == host.len() || host[i] == b'.' {
            let is_last = i == host.len();
            if i == label_start {
                return match dialect {
                    // The root label of an absolute domain name, as in `example.com.`.
                    Dialect::Request if is_last => Ok(()),
                    Dialect::Pattern if is_last => Err(OriginMistake::TrailingDot),
                    _ => Err(OriginMistake::EmptyLabel),
                };
            }
            if i - label_start > LONGEST_LABEL {
                return Err(OriginMistake::LabelTooLong);
            }
            if matches!(dialect, Dialect::Pattern) && !is_decodable(between(host, label_start, i)) {
                return Err(OriginMistake::InvalidPunycode);
            }
            label_start = i + 1;
        } else {
            match host[i] {
                byte if is_label_byte(byte) => {}
                b'*' => return Err(OriginMistake::MisplacedWildcard),
                _ => return Err(OriginMistake::InvalidCharacter),
            }
        }
        i += 1;
    }
    Ok(())
}

/// `192.168.x.x`: two numbers, and then numbers or `x` in four labels.
const fn is_address_with_letters(host: &[u8]) -> bool {
    let (mut dots, mut letters, mut i) = (0, 0, 0);
    while i < host.len() {
        match host[i] {
            b'.' => dots += 1,
            b'x' if dots >= 1 => letters += 1,
            b'0'..=b'9' => {}
            _ => return false,
        }
        i += 1;
    }
    dots == 3 && letters > 0
}

const fn is_label_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_')
}

/// Whether a custom scheme can have this host, such as an upper-case UUID.
const fn is_opaque(host: &[u8]) -> bool {
    let mut i = 0;
    while i < host.len() {
        if !matches!(host[i], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~') {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a host is this machine: `localhost` and the names below it (RFC 6761), `127.0.0.0/8`, `[::1]`.
pub(super) fn is_loopback(kind: HostKind, host: &[u8]) -> bool {
    match kind {
        HostKind::Ipv4([first, ..]) => first == 127,
        HostKind::Ipv6(pieces) => pieces == [0, 0, 0, 0, 0, 0, 0, 1],
        HostKind::Domain | HostKind::Opaque => {
            let host = host.strip_suffix(b".").unwrap_or(host);
            host.strip_suffix(b"localhost")
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
        }
    }
}

/// Whether a host is an address of a local network: in the draft's table, its space is `local`, not `loopback`.
/// <https://wicg.github.io/local-network-access/#non-public-ip-address-blocks>
pub(super) fn is_private_network(kind: HostKind) -> bool {
    match kind {
        HostKind::Ipv4(address) => is_private_ipv4(address),
        HostKind::Ipv6([0, 0, 0, 0, 0, 0xffff, high, low]) => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            is_private_ipv4([a, b, c, d])
        }
        HostKind::Ipv6([first, second, ..]) => match first {
            // Unique local, link-local and site-local.
            0xfc00..=0xfdff | 0xfe80..=0xfeff => true,
            // For documentation.
            0x2001 => second == 0x0db8,
            0x3fff => second < 0x1000,
            _ => false,
        },
        HostKind::Domain | HostKind::Opaque => false,
    }
}

pub(super) const fn is_private_ipv4(address: [u8; 4]) -> bool {
    match address {
        // This machine, as on `::`.
        [0, 0, 0, 0] => false,
        [0 | 10, ..]
        | [100, 64..=127, ..]
        | [169, 254, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..] => true,
        _ => false,
    }
}

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
) -> Result<(Wildcard, usize), OriginMistake> {
    let mut star = None;
    let mut dot = start;
    while dot < end && text[dot] != b'.' {
        if text[dot] == b'*' {
            if star.is_some() {
                return Err(OriginMistake::MisplacedWildcard);
            }
            star = Some(dot);
        }
        dot += 1;
    }
    let Some(star) = star else {
        return Ok((Wildcard::None, start));
    };
    if dot == end {
        return Err(OriginMistake::MisplacedWildcard);
    }
    if dot - start == 1 {
        return Ok((Wildcard::Subdomains, dot + 1));
    }
    if dot - start > LONGEST_LABEL {
        return Err(OriginMistake::LabelTooLong);
    }
    if !contains(between(text, dot + 1, end), b'.') {
        return Err(OriginMistake::MisplacedWildcard);
    }
    let mut i = start;
    while i < dot {
        if i != star && !is_label_byte(text[i]) {
            return Err(OriginMistake::InvalidCharacter);
        }
        i += 1;
    }
    if matches!(skip(text, start), [b'x', b'n', b'-', b'-', ..]) {
        return Err(OriginMistake::InvalidPunycode);
    }
    Ok((Wildcard::FirstLabel { star: star as u16 }, dot + 1))
}
