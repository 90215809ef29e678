//! Ranges of addresses, and several ports, in the place of one.

use super::const_bytes::{are_digits, contains, find, skip};
use super::ip::{is_canonical_ipv4, parse_ipv4, parse_ipv6};
use super::parse::find_scheme_end;

/// `http://192.168.0.0/16`, `[fd00::]/8`.
pub(super) const fn is_address_range(text: &[u8]) -> bool {
    let (host, after) = split_host(text);
    let is_address = match host {
        [b'[', inner @ .., b']'] => parse_ipv6(inner).is_some(),
        _ => matches!(parse_ipv4(host), Some(address) if is_canonical_ipv4(host, address)),
    };
    let [b'/', bits @ ..] = after else {
        return false;
    };
    is_address && !bits.is_empty() && bits.len() <= 3 && are_digits(bits)
}

/// What stands between the scheme and the first `/`, and what follows.
const fn split_host(text: &[u8]) -> (&[u8], &[u8]) {
    let start = match find_scheme_end(text, 0) {
        Some(end) => end + 3,
        None => 0,
    };
    let rest = skip(text, start);
    match find(rest, b'/') {
        Some(slash) => rest.split_at(slash),
        None => (rest, b""),
    }
}

/// `host:[8080,9000]`, `host:3000-3010`, `host:3000,3001`, `host:{3000,3001}`, `host:3000:*`, `host:*:3000`.
pub(super) const fn has_several_ports(text: &[u8]) -> bool {
    let (host, after) = split_host(text);
    let Some(colon) = find(host, b':') else {
        return false;
    };
    // The ports start with the colon, so each digit and `*` has a byte before it.
    let (name, ports) = host.split_at(colon);
    if !after.is_empty() || name.is_empty() || contains(name, b'[') || parse_ipv6(host).is_some() {
        return false;
    }
    let mut numbers = 0;
    let mut i = 0;
    while i < ports.len() {
        match ports[i] {
            b'0'..=b'9' if !ports[i - 1].is_ascii_digit() => numbers += 1,
            b'*' if ports[i - 1] == b':' => numbers += 1,
            b'0'..=b'9'
            | b','
            | b'|'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'('
            | b')'
            | b' '
            | b'-'
            | b':'
            | b'.' => {}
            _ => return false,
        }
        i += 1;
    }
    numbers > 1
}
