//! The origin pattern that an invalid text was probably meant to be.

use super::const_text::Text;
use super::host::Dialect;
use super::ip::{parse_ipv4, parse_ipv6, push_ipv4, push_ipv6};
use super::parse::{find_authority_end, find_scheme_end, parse};
use super::port::is_default_port;
use super::punycode::push_encoded;
use super::ranges::{has_several_ports, is_address_range};
use super::regular_expression::{Optional, is_regular_expression, push_expression_as_pattern};
use super::repair_scheme::{
    find_host_end, has_bare_scheme, is_local, push_lower, push_scheme, without_doubled_scheme,
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
        pattern.push_bytes(text.split_at(end).0.trim_ascii());
        pattern.push_bytes(b"://");
        pattern.push_bytes(text.split_at(end + 3).1.trim_ascii());
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
        let (scheme, start) = match text {
            [b'/', b'/', ..] => (b"".as_slice(), 2),
            // A colon too few, a slash too few, or two.
            [
                b'h',
                b't',
                b't',
                b'p',
                b's',
                b':' | b';',
                b'/' | b'\\',
                b'/' | b'\\',
                ..,
            ] => (b"https".as_slice(), 8),
            [
                b'h',
                b't',
                b't',
                b'p',
                b':' | b';',
                b'/' | b'\\',
                b'/' | b'\\',
                ..,
            ] => (b"http".as_slice(), 7),
            [b'h', b't', b't', b'p', b's', b'/' | b':', b'/', ..] => (b"https".as_slice(), 7),
            [b'h', b't', b't', b'p', b'/' | b':', b'/', ..] => (b"http".as_slice(), 6),
            [b'h', b't', b't', b'p', b's', b':', ..] => (b"https".as_slice(), 6),
            [b'h', b't', b't', b'p', b':', ..] => (b"http".as_slice(), 5),
            _ if has_bare_scheme(text) && !matches!(text, [b'[', ..]) => return None,
            _ => (b"".as_slice(), 0),
        };
        let end = find_authority_end(text, start);
        if start == end {
            return None;
        }
        repaired.push_bytes(match scheme {
            b"" if is_local(text, start, end) => b"http",
            b"" => b"https",
            _ => scheme,
        });
        start
    };
    let scheme_len = repaired.as_bytes().len();
    repaired.push_bytes(b"://");

    let end = find_authority_end(text, start);
    let host_start = find_host_start(text, start, end);
    let port_start = find_host_end(text, host_start, end);
    let host_end = if has_several_ports(text) {
        // Only "any" can replace the others.
        if !matches!(text.split_at(end).0.split_at(port_start).1, b":*") {
            return None;
        }
        find_host_end(text, host_start, port_start)
    } else {
        port_start
    };
    let host_start = match star {
        Star::AsWritten => host_start,
        Star::BeforeDot => match find_name(text, host_start, host_end) {
            Some(name) => {
                repaired.push_bytes(b"*.");
                name
            }
            None => return None,
        },
    };
    if push_host(&mut repaired, text, host_start, host_end).is_none() {
        return None;
    }
    // `localhost:30*`
    if matches!(
        text.split_at(end).0.split_at(port_start).1,
        [_, b'0'..=b'9', .., b'*']
    ) && is_local(text, host_start, end)
    {
        repaired.push_bytes(b":*");
    } else {
        push_port(&mut repaired, text, port_start, end, scheme_len);
    }

    match parse(repaired.as_bytes(), Dialect::Pattern) {
        Ok(_) => Some(repaired),
        Err(_) => None,
    }
}

/// What follows the dots and asterisks at the start of a host. `None` if nothing does, or there are none.
const fn find_name(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let mut i = start;
    while i < end && matches!(text[i], b'*' | b'.') {
        i += 1;
    }
    if i > start && i < end && text[i] != b'-' {
        Some(i)
    } else {
        None
    }
}

/// After the last `@`.
const fn find_host_start(text: &[u8], start: usize, end: usize) -> usize {
    let mut i = end;
    while i > start && text[i - 1] != b'@' {
        i -= 1;
    }
    i
}

const fn push_host(repaired: &mut Text, text: &[u8], from: usize, to: usize) -> Option<()> {
    if from == to {
        return None;
    }
    let host = text.split_at(to).0.split_at(from).1;
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
    let mut label = 0;
    let mut i = 0;
    while i <= host.len() {
        if i == host.len() || host[i] == b'.' {
            if label > 0 {
                repaired.push(b'.');
            }
            if is_ascii(host, label, i) {
                push_lower(repaired, host, label, i);
            } else if push_encoded(repaired, host.split_at(i).0.split_at(label).1).is_none() {
                return None;
            }
            label = i + 1;
        }
        i += 1;
    }
    Some(())
}

/// The port with its colon, without leading zeros. Empty for an empty or the default port.
const fn push_port(repaired: &mut Text, text: &[u8], colon: usize, end: usize, scheme_len: usize) {
    let mut start = colon + 1;
    while start < end && text[start] == b'0' {
        start += 1;
    }
    if start >= end {
        return;
    }
    let mut port = 0_u32;
    let mut i = start;
    while i < end && text[i].is_ascii_digit() {
        port = port
            .saturating_mul(10)
            .saturating_add((text[i] - b'0') as u32);
        i += 1;
    }
    if !is_default_port(repaired.as_bytes().split_at(scheme_len).0, port) {
        repaired.push(b':');
        repaired.push_range(text, start, end);
    }
}

const fn is_ascii(bytes: &[u8], from: usize, to: usize) -> bool {
    bytes.split_at(to).0.split_at(from).1.is_ascii()
}
