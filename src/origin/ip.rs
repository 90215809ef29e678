//! IPv4 and IPv6 hosts, as in the URL standard.
//!
//! `origin!` runs this at compile time; the parsers of `std::net` are not `const`.
//! <https://url.spec.whatwg.org/#host-parsing>

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    clippy::many_single_char_names,
    reason = "a const fn can use neither From nor TryFrom, and its loops count; each cast is in bounds"
)]

use super::const_text::{Text, are_digits, are_equal, between, find_last, skip};

/// Whether the URL standard reads `host` as an IPv4 address, valid or not: its last label is a number.
/// <https://url.spec.whatwg.org/#ends-in-a-number-checker>
pub(crate) const fn ends_in_a_number(host: &[u8]) -> bool {
    let last = match find_last(host, b'.') {
        Some(dot) => skip(host, dot + 1),
        None => host,
    };
    !last.is_empty() && (are_digits(last) || parse_number(last).is_some())
}

/// One part of an IPv4 address: decimal, `0` octal or `0x` hexadecimal.
/// <https://url.spec.whatwg.org/#ipv4-number-parser>
const fn parse_number(part: &[u8]) -> Option<u64> {
    let (mut digits, radix) = match part {
        [] => return None,
        [b'0', b'x' | b'X', hex @ ..] => (hex, 16),
        [b'0', octal @ ..] => (octal, 8),
        decimal => (decimal, 10),
    };
    let mut value = 0_u64;
    while let [digit, rest @ ..] = digits {
        let Some(digit) = (*digit as char).to_digit(radix) else {
            return None;
        };
        value = value
            .saturating_mul(radix as u64)
            .saturating_add(digit as u64);
        digits = rest;
    }
    Some(value)
}

/// Reads an IPv4 address in any of the forms that browsers accept (`127.1`, `0x7f.0.0.1`).
/// <https://url.spec.whatwg.org/#concept-ipv4-parser>
pub(crate) const fn parse_ipv4(host: &[u8]) -> Option<[u8; 4]> {
    let mut parts = [0_u64; 4];
    let mut count = 0;
    let mut start = 0;
    let mut i = 0;
    while i <= host.len() {
        if i == host.len() || host[i] == b'.' {
            if count == 4 {
                return None;
            }
            let Some(number) = parse_number(between(host, start, i)) else {
                return None;
            };
            parts[count] = number;
            count += 1;
            start = i + 1;
        }
        i += 1;
    }
    let mut address = 0_u64;
    let mut part = 0;
    while part + 1 < count {
        if parts[part] > 255 {
            return None;
        }
        address |= parts[part] << (24 - 8 * part);
        part += 1;
    }
    // The last part fills the remaining bytes.
    if parts[count - 1] >= 1 << (8 * (5 - count)) {
        return None;
    }
    address |= parts[count - 1];
    Some((address as u32).to_be_bytes())
}

/// Writes an IPv4 address in the only form that browsers send.
pub(crate) const fn push_ipv4(text: &mut Text, address: [u8; 4]) {
    let mut i = 0;
    while i < 4 {
        if i > 0 {
            text.push(b'.');
        }
        text.push_decimal(address[i] as u32);
        i += 1;
    }
}

/// Reads the text between the brackets of an IPv6 host.
/// <https://url.spec.whatwg.org/#concept-ipv6-parser>
pub(crate) const fn parse_ipv6(host: &[u8]) -> Option<[u16; 8]> {
    let mut pieces = [0_u16; 8];
    let mut count = 0;
    let mut gap = None;
    let mut i = 0;
    if host.len() >= 2 && host[0] == b':' && host[1] == b':' {
        gap = Some(0);
        i = 2;
    }
    while i < host.len() {
        if count == 8 {
            return None;
        }
        let start = i;
        let mut value = 0_u16;
        while i < host.len() && i - start < 4 {
            let Some(digit) = (host[i] as char).to_digit(16) else {
                break;
            };
            value = value * 16 + digit as u16;
            i += 1;
        }
        if i < host.len() && host[i] == b'.' {
            // An IPv4 address in the last 32 bits.
            if count > 6 {
                return None;
            }
            let Some([a, b, c, d]) = parse_dotted_tail(host, start) else {
                return None;
            };
            pieces[count] = u16::from_be_bytes([a, b]);
            pieces[count + 1] = u16::from_be_bytes([c, d]);
            count += 2;
            break;
        }
        if i == start {
            return None;
        }
        pieces[count] = value;
        count += 1;
        if i == host.len() {
            break;
        }
        if host[i] != b':' || i + 1 == host.len() {
            return None;
        }
        i += 1;
        if host[i] == b':' {
            if gap.is_some() {
                return None;
            }
            gap = Some(count);
            i += 1;
        }
    }
    match gap {
        None if count == 8 => Some(pieces),
        None => None,
        Some(_) if count == 8 => None,
        Some(gap) => {
            // Moves the pieces after the gap to the end.
            let mut moved = [0_u16; 8];
            let mut piece = 0;
            while piece < count {
                let place = if piece < gap {
                    piece
                } else {
                    piece + 8 - count
                };
                moved[place] = pieces[piece];
                piece += 1;
            }
            Some(moved)
        }
    }
}

/// The four decimal numbers from `start` to the end of an IPv6 host.
const fn parse_dotted_tail(host: &[u8], start: usize) -> Option<[u8; 4]> {
    let tail = skip(host, start);
    match parse_ipv4(tail) {
        Some(address) if is_canonical_ipv4(tail, address) => Some(address),
        _ => None,
    }
}

/// Writes an IPv6 address in the only form that browsers send, without its brackets.
/// <https://url.spec.whatwg.org/#concept-ipv6-serializer>
pub(crate) const fn push_ipv6(text: &mut Text, pieces: [u16; 8]) {
    let (gap, gap_len) = longest_run_of_zeros(pieces);
    let mut i = 0;
    while i < 8 {
        if gap_len > 1 && i == gap {
            text.push_bytes(b"::");
            i += gap_len;
            continue;
        }
        if i > 0 && !(gap_len > 1 && i == gap + gap_len) {
            text.push(b':');
        }
        text.push_hex(pieces[i]);
        i += 1;
    }
}

/// Where the first longest run of zeros starts, and how long it is.
const fn longest_run_of_zeros(pieces: [u16; 8]) -> (usize, usize) {
    let (mut best, mut best_len) = (0, 0);
    let mut len = 0;
    let mut i = 0;
    while i < 8 {
        len = if pieces[i] == 0 { len + 1 } else { 0 };
        i += 1;
        if len > best_len {
            best = i - len;
            best_len = len;
        }
    }
    (best, best_len)
}

/// Whether `host` is written as browsers write `address`.
pub(crate) const fn is_canonical_ipv4(host: &[u8], address: [u8; 4]) -> bool {
    let mut canonical = Text::new();
    push_ipv4(&mut canonical, address);
    are_equal(host, canonical.as_bytes())
}

/// Whether `host`, without its brackets, is written as browsers write `pieces`.
pub(crate) const fn is_canonical_ipv6(host: &[u8], pieces: [u16; 8]) -> bool {
    let mut canonical = Text::new();
    push_ipv6(&mut canonical, pieces);
    are_equal(host, canonical.as_bytes())
}

/// Whether a host is not an IP address, or one that is written as browsers write it.
pub(crate) fn is_name_or_canonical_address(host: &[u8]) -> bool {
    match host {
        [b'[', inner @ .., b']'] => {
            parse_ipv6(inner).is_some_and(|pieces| is_canonical_ipv6(inner, pieces))
        }
        _ if ends_in_a_number(host) => {
            parse_ipv4(host).is_some_and(|address| is_canonical_ipv4(host, address))
        }
        _ => true,
    }
}
