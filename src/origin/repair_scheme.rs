//! The scheme that was probably meant.

use super::const_text::Text;
use super::host::is_private_ipv4;
use super::ip::{are_equal, parse_ipv4};
use super::parse::{find_authority_end, find_scheme_end};
use super::scheme::is_mistyped;

/// The scheme in lower case, without a typing error; that of a page for that of a WebSocket.
pub(super) const fn push_scheme(repaired: &mut Text, text: &[u8], end: usize) {
    let mut scheme = Text::new();
    push_lower(&mut scheme, text, 0, end);
    let scheme = scheme.as_bytes();
    if are_equal(scheme, b"ws") || matches!(scheme, b"*" | b"http*") {
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
pub(super) const fn without_doubled_scheme(text: &[u8]) -> &[u8] {
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
pub(super) const fn has_bare_scheme(text: &[u8]) -> bool {
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

/// Whether a host without a scheme is this machine, or one of its network: such hosts seldom have a
/// certificate.
pub(super) const fn is_local(text: &[u8], start: usize, end: usize) -> bool {
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

/// The last colon that is followed by nothing but digits or one `*`, or the end.
pub(super) const fn find_host_end(text: &[u8], start: usize, end: usize) -> usize {
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

pub(super) const fn push_lower(repaired: &mut Text, bytes: &[u8], from: usize, to: usize) {
    let mut i = from;
    while i < to {
        repaired.push(bytes[i].to_ascii_lowercase());
        i += 1;
    }
}
