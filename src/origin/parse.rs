//! The grammar of origins and origin patterns: one parser for compile time and run time.
//!
//! `scheme "://" ["*." | first-label-with-"*" "."] host [":" (port | "*")]`, or `scheme "://*"` for a scheme
//! other than http and https. Byte by byte, in the only form that browsers send. <https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin>

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    clippy::many_single_char_names,
    reason = "a const fn can use neither From nor TryFrom, and its loops count; each cast is in bounds"
)]

use super::const_text::{are_equal, between, contains, find, skip, starts_with, take};
use super::host::{Dialect, HostKind, Wildcard, parse_custom_host, parse_host, parse_wildcard};
use super::problem::OriginMistake;
use super::scheme_and_port::{
    LONGEST_SCHEME, Port, check_scheme, is_mistyped, is_web_scheme, is_without_origin, parse_port,
};

/// The longest host of the domain name system, in bytes.
pub(super) const LONGEST_HOST: usize = 253;
/// The longest origin, in bytes: scheme, `://`, host, a final dot, `:65535`. Longer texts are not read.
pub(crate) const LONGEST_ORIGIN: usize = LONGEST_SCHEME + 3 + LONGEST_HOST + 1 + 6;

/// Where the parts of a well-formed text are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// `text[..scheme_end]` is the scheme.
    pub(crate) scheme_end: u16,
    /// `text[host_start..host_end]` is the host that is named: without `*.`, without a first label that has a
    /// `*`, with the brackets of IPv6.
    pub(crate) host_start: u16,
    pub(crate) host_end: u16,
    pub(crate) host: HostKind,
    pub(crate) wildcard: Wildcard,
    pub(crate) port: Port,
}

/// `?`, which a `const fn` can't use yet.
macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(problem) => return Err(problem),
        }
    };
}

/// Reads a pattern. What looks like a regular expression has that problem, whichever byte of it is the first wrong one.
pub(super) const fn parse_pattern(text: &[u8]) -> Result<Shape, OriginMistake> {
    match parse(text, Dialect::Pattern) {
        Err(_) if is_regular_expression(text) => Err(OriginMistake::RegularExpression),
        result => result,
    }
}

pub(super) const fn parse(text: &[u8], dialect: Dialect) -> Result<Shape, OriginMistake> {
    if matches!(dialect, Dialect::Request) && text.len() > LONGEST_ORIGIN {
        return Err(OriginMistake::TooLong);
    }
    attempt!(refuse_foreign_bytes(text));
    let Some(scheme_end) = find_scheme_end(text, 0) else {
        return Err(problem_without_scheme(text));
    };
    attempt!(check_scheme(text, scheme_end));
    let scheme = take(text, scheme_end);
    if are_equal(scheme, b"ws") || are_equal(scheme, b"wss") {
        return Err(OriginMistake::WebSocketScheme);
    }
    if is_without_origin(scheme) {
        return Err(OriginMistake::SchemeWithoutOrigin);
    }
    if matches!(dialect, Dialect::Pattern) && is_mistyped(scheme) {
        return Err(OriginMistake::MistypedScheme);
    }
    let is_web = is_web_scheme(scheme);

    let start = scheme_end + 3;
    let end = find_authority_end(text, start);
    if are_equal(scheme, b"file") {
        // Some web views of apps send the bare `file://`.
        if text.len() == start {
            return Ok(Shape {
                scheme_end: scheme_end as u16,
                host_start: start as u16,
                host_end: start as u16,
                host: HostKind::Opaque,
                wildcard: Wildcard::None,
                port: Port::Default,
            });
        }
        return Err(OriginMistake::FileScheme);
    }
    if start == end {
        return Err(OriginMistake::EmptyHost);
    }
    attempt!(refuse_what_follows(text, end));
    let authority = between(text, start, end);
    attempt!(refuse_foreign_authority(authority, is_web));

    let host_end = start + attempt!(find_host_end(authority));
    let port = attempt!(parse_port(between(text, host_end, end), scheme));
    if matches!(dialect, Dialect::Request) && matches!(port, Port::Any) {
        return Err(OriginMistake::MisplacedWildcard);
    }
    if host_end - start > LONGEST_HOST + 1 {
        return Err(OriginMistake::HostTooLong);
    }
    let is_alone = host_end == text.len();
    let (wildcard, host_start) = match dialect {
        Dialect::Pattern if !is_web && is_alone && are_equal(authority, b"*") => {
            (Wildcard::AnyHost, host_end)
        }
        Dialect::Pattern => attempt!(parse_wildcard(text, start, host_end)),
        Dialect::Request => (Wildcard::None, start),
    };
    let host = between(text, host_start, host_end);
    let host = match wildcard {
        Wildcard::AnyHost => HostKind::Opaque,
        Wildcard::None if !is_web => attempt!(parse_custom_host(host, dialect)),
        _ => attempt!(parse_host(host, dialect, is_web)),
    };
    if host_end - start > LONGEST_HOST && text[host_end - 1] != b'.' {
        return Err(OriginMistake::HostTooLong);
    }
    if matches!(wildcard, Wildcard::Subdomains | Wildcard::FirstLabel { .. })
        && !matches!(host, HostKind::Domain)
    {
        return Err(OriginMistake::WildcardOverIp);
    }
    Ok(Shape {
        scheme_end: scheme_end as u16,
        host_start: host_start as u16,
        host_end: host_end as u16,
        host,
        wildcard,
        port,
    })
}

/// White space, control characters and characters that are not ASCII.
const fn refuse_foreign_bytes(text: &[u8]) -> Result<(), OriginMistake> {
    let (mut space, mut separator, mut control, mut unicode) = (false, false, false, false);
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => space = true,
            b',' | b';' | b'|' => separator = true,
            0..=0x1f | 0x7f => control = true,
            0x80.. => unicode = true,
            _ => {}
        }
        i += 1;
    }
    if (space || separator) && has_second_scheme(text) {
        Err(OriginMistake::SeveralOrigins)
    } else if space {
        Err(OriginMistake::WhiteSpace)
    } else if control {
        Err(OriginMistake::InvalidCharacter)
    } else if unicode {
        Err(OriginMistake::Unicode)
    } else {
        Ok(())
    }
}

const fn has_second_scheme(text: &[u8]) -> bool {
    match find_scheme_end(text, 0) {
        Some(first) => find_scheme_end(text, first + 3).is_some(),
        None => false,
    }
}

/// Where `://` starts, at `from` or later.
pub(super) const fn find_scheme_end(text: &[u8], from: usize) -> Option<usize> {
    let mut i = from;
    while i + 2 < text.len() {
        if text[i] == b':' && text[i + 1] == b'/' && text[i + 2] == b'/' {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// The first byte that no authority can have, or the end of the text.
/// <https://url.spec.whatwg.org/#authority-state>
pub(super) const fn find_authority_end(text: &[u8], from: usize) -> usize {
    let mut i = from;
    while i < text.len() && !matches!(text[i], b'/' | b'\\' | b'?' | b'#') {
        i += 1;
    }
    i
}

const fn problem_without_scheme(text: &[u8]) -> OriginMistake {
    if text.is_empty() {
        OriginMistake::Empty
    } else if are_equal(text, b"*") {
        OriginMistake::AnyOrigin
    } else if are_equal(text, b"null") {
        OriginMistake::NullOrigin
    } else if starts_with(text, b"file:") {
        OriginMistake::FileScheme
    } else {
        OriginMistake::MissingScheme
    }
}

/// A path, query or fragment.
const fn refuse_what_follows(text: &[u8], end: usize) -> Result<(), OriginMistake> {
    if end == text.len() {
        return Ok(());
    }
    Err(match text[end] {
        b'?' => OriginMistake::Query,
        b'#' => OriginMistake::Fragment,
        _ if end + 1 == text.len() => OriginMistake::TrailingSlash,
        _ => OriginMistake::Path,
    })
}

/// User names, and characters that can't be in a host. An upper-case letter is the smallest mistake, so it comes last.
const fn refuse_foreign_authority(authority: &[u8], is_web: bool) -> Result<(), OriginMistake> {
    let (mut percent, mut upper, mut separator) = (false, false, false);
    let mut i = 0;
    while i < authority.len() {
        match authority[i] {
            b'@' => return Err(OriginMistake::UserInfo),
            b'%' => percent = true,
            b',' | b';' | b'|' => separator = true,
            b'A'..=b'Z' => upper = true,
            _ => {}
        }
        i += 1;
    }
    if separator {
        Err(OriginMistake::SeveralOrigins)
    } else if percent {
        Err(OriginMistake::PercentEncoding)
    } else if upper && is_web {
        Err(OriginMistake::UpperCase)
    } else {
        Ok(())
    }
}

/// Where the host at the start of an authority ends: after its `]`, or before the colon of a port.
const fn find_host_end(authority: &[u8]) -> Result<usize, OriginMistake> {
    match authority {
        [b'*', b'.', b'[', ..] => return Err(OriginMistake::WildcardOverIp),
        [b'[', ..] => {
            return match find(authority, b']') {
                Some(end) if matches!(skip(authority, end + 1), [] | [b':', ..]) => Ok(end + 1),
                _ => Err(OriginMistake::InvalidIpv6),
            };
        }
        _ => {}
    }
    match find(authority, b':') {
        // An IPv6 address without its brackets.
        Some(colon) if contains(skip(authority, colon + 1), b':') => {
            Err(OriginMistake::InvalidIpv6)
        }
        Some(0) => Err(OriginMistake::EmptyHost),
        Some(colon) => Ok(colon),
        None => Ok(authority.len()),
    }
}

/// Whether something that only regular expressions and globs have stands before any path.
const fn is_regular_expression(text: &[u8]) -> bool {
    if let [b'^', ..] | [b'/', b'^', ..] = text {
        return true;
    }
    let start = match find_scheme_end(text, 0) {
        Some(end) => end + 3,
        None => 1,
    };
    let mut i = 0;
    while i < text.len() && !(i >= start && text[i] == b'/') {
        if let [b'$']
        | [b'(' | b'{', ..]
        | [b'\\', b'.' | b'd' | b'w' | b'-' | b'/', ..]
        | [b'/' | b':', b'.', b'*', ..]
        | [b'.', b'+', ..]
        | [b'[', b'^', ..]
        | [b'[', _, b'-', ..]
        | [b's', b'?', b':', ..]
        | [b'?', b'?' | b'.', ..] = skip(text, i)
        {
            return true;
        }
        i += 1;
    }
    false
}
