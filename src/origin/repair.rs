//! The origin pattern that an invalid text was probably meant to be.

use super::const_bytes::{are_equal, find, find_last, skip, starts_with, take};
use super::const_text::Text;
use super::host::Dialect;
use super::ip::{parse_ipv4, parse_ipv6, push_ipv4, push_ipv6};
use super::parse::{find_scheme_end, parse};
use super::port::is_default_port;
use super::punycode::push_encoded;
use super::ranges::{has_several_ports, is_address_range};
use super::regular_expression::{Optional, is_regular_expression, push_expression_as_pattern};
use super::repair_scheme::{
    authority_from, find_broken_scheme, has_bare_scheme, is_local, push_scheme, scheme_for,
    split_port, without_doubled_scheme,
};
use super::slips::{has_second_url, is_word, without_opaque_scheme, without_wrapping};

/// Repairs every mistake that can be repaired mechanically. `None` if the result is not a valid origin pattern.
pub(super) const fn repair(given: &[u8]) -> Option<Text> {
    repair_with(given, Optional::LeftOut)
}

pub(super) const fn repair_with(given: &[u8], optional: Optional) -> Option<Text> {
    let text = without_wrapping(given.trim_ascii());
    let inner = without_opaque_scheme(text);
    let is_opaque = inner.len() < text.len();
    if is_word(text)
        || is_address_range(text)
        || has_second_url(text)
        || is_opaque && find_scheme_end(inner, 0).is_none()
    {
        return None;
    }
    let text = inner;
    let mut pattern = Text::new();
    let text = if is_regular_expression(text) {
        push_expression_as_pattern(&mut pattern, text, optional);
        pattern.as_bytes()
    } else if let Some(end) = find_scheme_end(text, 0) {
        // `https ://example.com`
        pattern.push_bytes(take(text, end).trim_ascii());
        pattern.push_bytes(b"://");
        pattern.push_bytes(skip(text, end + 3).trim_ascii());
        pattern.as_bytes()
    } else {
        text
    };
    match repair_plain(text, Star::AsWritten) {
        Some(repaired) => Some(repaired),
        None => repair_plain(text, Star::BeforeDot),
    }
}

/// How to read a `*` or a dot at the start of a host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Star {
    AsWritten,
    /// `.example.com`, `*example.com`, `*.*.example.com` and `**.example.com` are `*.example.com`.
    BeforeDot,
}

/// Repairs a text that has nothing around it.
const fn repair_plain(text: &[u8], star: Star) -> Option<Text> {
    let text = without_doubled_scheme(text);
    let mut repaired = Text::new();
    let scheme_end = find_scheme_end(text, 0);
    let start = if let Some(end) = scheme_end {
        push_scheme(&mut repaired, text, end);
        end + 3
    } else {
        let (scheme, start) = match find_broken_scheme(text) {
            Some(found) => found,
            None if starts_with(text, b"//") => (b"".as_slice(), 2),
            None if has_bare_scheme(text) && !starts_with(text, b"[") => return None,
            None => (b"".as_slice(), 0),
        };
        let authority = authority_from(text, start);
        if authority.is_empty() {
            return None;
        }
        repaired.push_bytes(match scheme {
            b"" => scheme_for(authority),
            _ => scheme,
        });
        start
    };
    let scheme_len = repaired.as_bytes().len();
    repaired.push_bytes(b"://");

    let authority = authority_from(text, start);
    let address = match find_last(authority, b'@') {
        Some(at) => skip(authority, at + 1),
        None => authority,
    };
    let (mut host, mut port) = split_port(address);
    if has_several_ports(text) {
        // Only "any" can replace the others.
        let (name, other) = split_port(host);
        if !are_equal(port, b":*") && !are_equal(other, b":*") {
            return None;
        }
        (host, port) = (name, b":*");
    }
    if matches!(star, Star::BeforeDot) {
        host = match find_name(host) {
            Some(name) => name,
            None => return None,
        };
        repaired.push_bytes(b"*.");
    }
    if push_host(&mut repaired, host).is_none() {
        return None;
    }
    // `localhost:30*`
    if matches!(port, [_, b'0'..=b'9', .., b'*']) && is_local(host) {
        repaired.push_bytes(b":*");
    } else {
        push_port(&mut repaired, port, scheme_len);
    }

    match parse(repaired.as_bytes(), Dialect::Pattern) {
        Ok(_) => Some(repaired),
        Err(_) => None,
    }
}

/// What follows the dots and asterisks at the start of a host. `None` if that is not a name.
const fn find_name(host: &[u8]) -> Option<&[u8]> {
    let mut name = host;
    while let [b'*' | b'.', rest @ ..] = name {
        name = rest;
    }
    match name {
        [] | [b'-', ..] => None,
        _ => Some(name),
    }
}

const fn push_host(repaired: &mut Text, host: &[u8]) -> Option<()> {
    if host.is_empty() {
        return None;
    }
    let bare = match host {
        [b'[', inner @ .., b']'] => inner,
        _ => host,
    };
    if let Some(pieces) = parse_ipv6(bare) {
        repaired.push(b'[');
        push_ipv6(repaired, pieces);
        repaired.push(b']');
        return Some(());
    }
    let host = match host {
        [rest @ .., b'.'] => rest,
        _ => host,
    };
    if let Some(address) = parse_ipv4(host) {
        push_ipv4(repaired, address);
        return Some(());
    }
    let mut start = 0;
    loop {
        let rest = skip(host, start);
        let dot = find(rest, b'.');
        let label = match dot {
            Some(dot) => take(rest, dot),
            None => rest,
        };
        if label.is_ascii() {
            repaired.push_lower(label);
        } else if push_encoded(repaired, label).is_none() {
            return None;
        }
        let Some(dot) = dot else {
            return Some(());
        };
        repaired.push(b'.');
        start += dot + 1;
    }
}

/// The port with its colon, without leading zeros. Empty for an empty or the default port.
const fn push_port(repaired: &mut Text, port: &[u8], scheme_len: usize) {
    let [_, digits @ ..] = port else {
        return;
    };
    let mut digits = digits;
    while let [b'0', rest @ ..] = digits {
        digits = rest;
    }
    if digits.is_empty() {
        return;
    }
    let mut number = 0_u32;
    let mut rest = digits;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number
            .saturating_mul(10)
            .saturating_add((*digit - b'0') as u32);
        rest = after;
    }
    if !is_default_port(take(repaired.as_bytes(), scheme_len), number) {
        repaired.push(b':');
        repaired.push_bytes(digits);
    }
}
