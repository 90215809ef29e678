//! The origin pattern that an invalid text was probably meant to be.

use super::const_text::Text;
use super::host::{Dialect, is_private_ipv4};
use super::ip::{are_equal, parse_ipv4, parse_ipv6, push_ipv4, push_ipv6};
use super::parse::{find_authority_end, find_scheme_end, parse};
use super::port::is_default_port;
use super::punycode::push_encoded;
use super::regular_expression::{is_regular_expression, push_expression_as_pattern};
use super::scheme::is_mistyped;
use super::slips::{has_several_ports, is_address_range, is_word, without_wrapping};

/// Repairs every mistake that can be repaired mechanically. `None` if the result is not a valid origin pattern.
pub(super) const fn repair(given: &[u8]) -> Option<Text> {
    let text = without_wrapping(given.trim_ascii());
    if is_word(text) || is_address_range(text) {
        return None;
    }
    let mut pattern = Text::new();
    let text = if is_regular_expression(text) {
        push_expression_as_pattern(&mut pattern, text);
        pattern.as_bytes()
    } else {
        text
    };
    match repair_plain(text) {
        Some(repaired) if !are_equal(repaired.as_bytes(), given) => Some(repaired),
        _ => None,
    }
}

/// The origin patterns of a text that has several, `"https://a.example", "https://b.example"`. `None` if one of
/// them is not valid, or there are too many for a message.
pub(super) const fn entries(text: &[u8]) -> Option<Text> {
    const LONGEST: usize = 512;
    let text = without_wrapping(text);
    let mut entries = Text::new();
    let mut count = 0;
    let mut start = 0;
    let mut end = 0;
    while end <= text.len() {
        if end == text.len()
            || matches!(text[end], b',' | b';' | b'|' | b' ' | b'\t' | b'\n' | b'\r')
        {
            let entry = without_wrapping(text.split_at(end).0.split_at(start).1);
            start = end + 1;
            if !entry.is_empty() {
                if parse(entry, Dialect::Pattern).is_err() || entries.as_bytes().len() > LONGEST {
                    return None;
                }
                entries.push_bytes(if count > 0 { b", \"" } else { b"\"" });
                entries.push_bytes(entry);
                entries.push(b'"');
                count += 1;
            }
        }
        end += 1;
    }
    if count > 1 { Some(entries) } else { None }
}

/// Repairs a text that has nothing around it.
const fn repair_plain(text: &[u8]) -> Option<Text> {
    let text = without_doubled_scheme(text);
    let mut repaired = Text::new();
    let scheme_end = find_scheme_end(text, 0);
    let start = if let Some(end) = scheme_end {
        push_scheme(&mut repaired, text, end);
        end + 3
    } else {
        let (scheme, start) = match text {
            [b'/', b'/', ..] => (b"".as_slice(), 2),
            // A colon is missing, or one slash, or both.
            [b'h', b't', b't', b'p', b's', b'/' | b':', b'/', ..] => (b"https".as_slice(), 7),
            [b'h', b't', b't', b'p', b'/' | b':', b'/', ..] => (b"http".as_slice(), 6),
            [b'h', b't', b't', b'p', b's', b':', ..] => (b"https".as_slice(), 6),
            [b'h', b't', b't', b'p', b':', ..] => (b"http".as_slice(), 5),
            _ if has_bare_scheme(text) || are_equal(text, b"null") => return None,
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
    if push_host(&mut repaired, text, host_start, host_end).is_none() {
        return None;
    }
    push_port(&mut repaired, text, port_start, end, scheme_len);

    match parse(repaired.as_bytes(), Dialect::Pattern) {
        Ok(_) => Some(repaired),
        Err(_) => None,
    }
}

/// The scheme in lower case, without a typing error. The scheme of a WebSocket becomes that of a page.
const fn push_scheme(repaired: &mut Text, text: &[u8], end: usize) {
    let mut scheme = Text::new();
    push_lower(&mut scheme, text, 0, end);
    let scheme = scheme.as_bytes();
    if are_equal(scheme, b"ws") {
        let is_local = is_local(text, end + 3, find_authority_end(text, end + 3));
        repaired.push_bytes(if is_local { b"http" } else { b"https" });
    } else if are_equal(scheme, b"wss") {
        repaired.push_bytes(b"https");
    } else if is_mistyped(scheme) {
        let is_https = matches!(scheme, [.., b's'] | [.., b's', b'p']);
        repaired.push_bytes(if is_https { b"https" } else { b"http" });
    } else {
        repaired.push_bytes(scheme);
    }
}

/// `https://example.com` for `https://https://example.com`.
const fn without_doubled_scheme(text: &[u8]) -> &[u8] {
    if let Some(end) = find_scheme_end(text, 0) {
        let rest = text.split_at(end + 3).1;
        if let [b'h', b't', b't', b'p', b's', b':', b'/', b'/', ..]
        | [b'h', b't', b't', b'p', b':', b'/', b'/', ..] = rest
        {
            return rest;
        }
    }
    text
}

/// Whether the text is `mailto:…`, `file:…` or the like, not `host:port`.
const fn has_bare_scheme(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() && text[i] != b':' {
        if text[i] == b'.' {
            return false;
        }
        i += 1;
    }
    i < text.len()
        && (i + 1 == text.len() || !(text[i + 1].is_ascii_digit() || text[i + 1] == b'*'))
}

/// Whether a host without a scheme is this machine, or in its network. Such hosts seldom have a certificate.
const fn is_local(text: &[u8], start: usize, end: usize) -> bool {
    let host_end = find_host_end(text, start, end);
    let host = text.split_at(host_end).0.split_at(start).1;
    match parse_ipv4(host) {
        Some([127, ..]) => true,
        Some(address) => is_private_ipv4(address),
        None => {
            are_equal(host, b"localhost")
                || are_equal(host, b"[::1]")
                || matches!(
                    host,
                    [.., b'.', b'l', b'o', b'c', b'a', b'l']
                        | [
                            ..,
                            b'.',
                            b'l',
                            b'o',
                            b'c',
                            b'a',
                            b'l',
                            b'h',
                            b'o',
                            b's',
                            b't'
                        ]
                        | [.., b'.', b'l', b'a', b'n']
                        | [.., b'.', b'h', b'o', b'm', b'e']
                        | [.., b'.', b't', b'e', b's', b't']
                        | [.., b'.', b'i', b'n', b't', b'e', b'r', b'n', b'a', b'l']
                )
        }
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

/// The last colon that is followed by nothing but digits or one `*`, or the end.
const fn find_host_end(text: &[u8], start: usize, end: usize) -> usize {
    let mut i = end;
    while i > start && (text[i - 1].is_ascii_digit() || text[i - 1] == b'*') {
        i -= 1;
    }
    if i > start && text[i - 1] == b':' {
        i - 1
    } else {
        end
    }
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

const fn push_lower(repaired: &mut Text, bytes: &[u8], from: usize, to: usize) {
    let mut i = from;
    while i < to {
        repaired.push(bytes[i].to_ascii_lowercase());
        i += 1;
    }
}
