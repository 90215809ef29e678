//! The scheme that was probably meant.

use super::const_bytes::{are_equal, between, ends_with, skip, starts_with, take};
use super::const_text::Text;
use super::host::is_private_ipv4;
use super::ip::parse_ipv4;
use super::parse::{find_authority_end, find_scheme_end};
use super::scheme::is_mistyped;
use super::slips::is_url_start;

/// The scheme in lower case, without a typing error; that of a page for that of a WebSocket.
pub(super) const fn push_scheme(repaired: &mut Text, text: &[u8], end: usize) {
    let mut scheme = Text::new();
    scheme.push_lower(take(text, end));
    let scheme = scheme.as_bytes();
    if are_equal(scheme, b"ws") || matches!(scheme, b"*" | b"http*") {
        repaired.push_bytes(scheme_for(authority_from(text, end + 3)));
    } else if are_equal(scheme, b"wss") {
        repaired.push_bytes(b"https");
    } else if is_mistyped(scheme) {
        let is_https = matches!(scheme, [.., b's'] | [.., b's', b'p']);
        repaired.push_bytes(if is_https { b"https" } else { b"http" });
    } else {
        repaired.push_bytes(scheme);
    }
}

/// The scheme that the pages of an authority without a scheme probably have.
pub(super) const fn scheme_for(authority: &[u8]) -> &'static [u8] {
    if is_local(without_ports(authority)) {
        b"http"
    } else {
        b"https"
    }
}

/// The authority that starts at an index.
pub(super) const fn authority_from(text: &[u8], start: usize) -> &[u8] {
    between(text, start, find_authority_end(text, start))
}

/// `https://example.com` for `https://https://example.com`.
pub(super) const fn without_doubled_scheme(text: &[u8]) -> &[u8] {
    if let Some(end) = find_scheme_end(text, 0) {
        if is_url_start(text, end + 3) {
            return skip(text, end + 3);
        }
    }
    text
}

/// The scheme of a text with a colon or a slash too few, or two, and where its authority starts.
pub(super) const fn find_broken_scheme(text: &[u8]) -> Option<(&[u8], usize)> {
    let scheme = if starts_with(text, b"https") {
        take(text, 5)
    } else if starts_with(text, b"http") {
        take(text, 4)
    } else {
        return None;
    };
    let separator = match skip(text, scheme.len()) {
        [b':' | b';', b'/' | b'\\', b'/' | b'\\', ..] => 3,
        [b'/' | b':', b'/', ..] => 2,
        [b':', ..] => 1,
        _ => return None,
    };
    Some((scheme, scheme.len() + separator))
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
pub(super) const fn is_local(host: &[u8]) -> bool {
    let mut lower = Text::new();
    lower.push_lower(host);
    let host = lower.as_bytes();
    match parse_ipv4(host) {
        Some([127, ..]) => true,
        Some(address) => is_private_ipv4(address),
        None => {
            are_equal(host, b"localhost")
                || are_equal(host, b"[::1]")
                || ends_with(host, b".local")
                || ends_with(host, b".localhost")
                || ends_with(host, b".lan")
                || ends_with(host, b".home")
                || ends_with(host, b".test")
                || ends_with(host, b".internal")
        }
    }
}

/// Splits an authority before the last colon that is followed by nothing but digits or asterisks.
pub(super) const fn split_port(authority: &[u8]) -> (&[u8], &[u8]) {
    let mut host = authority;
    while let [rest @ .., b'0'..=b'9' | b'*'] = host {
        host = rest;
    }
    match host {
        [rest @ .., b':'] => authority.split_at(rest.len()),
        _ => (authority, b""),
    }
}

/// The host of an authority, even if it has several ports.
const fn without_ports(authority: &[u8]) -> &[u8] {
    let mut rest = authority;
    loop {
        let (host, port) = split_port(rest);
        if port.is_empty() {
            return host;
        }
        rest = host;
    }
}
