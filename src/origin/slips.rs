//! Mistakes that people make in settings: quotes, a variable without a value, a regular expression, a word of
//! another framework.
//!
//! The grammar reports the first byte that it can't read. These functions look at the whole text.

use super::ip::{is_canonical_ipv4, parse_ipv4, parse_ipv6};
use super::parse::find_scheme_end;
use super::problem::OriginProblem;
use super::regular_expression::is_regular_expression;

/// What kind of mistake a refused text is. `None` if the problem that the grammar found is the best description.
pub(super) const fn recognize(text: &[u8]) -> Option<OriginProblem> {
    if is_one_of(text, WORDS_FOR_ANY) {
        Some(OriginProblem::AnyOrigin)
    } else if is_one_of(text, WORDS_FOR_NONE) {
        Some(OriginProblem::WordForNone)
    } else if is_one_of(text, WORDS_FOR_UNSET) || is_placeholder(text) {
        Some(OriginProblem::UnsetVariable)
    } else if is_list(text) && matches!(text, [.., b']']) {
        Some(OriginProblem::List)
    } else if is_quoted(text) {
        Some(OriginProblem::Quotes)
    } else if is_address_range(text) {
        Some(OriginProblem::AddressRange)
    } else if has_several_ports(text) {
        Some(OriginProblem::SeveralPorts)
    } else if is_regular_expression(text) {
        Some(OriginProblem::RegularExpression)
    } else {
        None
    }
}

/// Words of other frameworks, or of a person, for any origin.
const WORDS_FOR_ANY: &[&str] = &["all", "any", "true", "yes", "on", "enabled"];
/// Words for the server's own origin only.
const WORDS_FOR_NONE: &[&str] = &[
    "none",
    "false",
    "no",
    "off",
    "disabled",
    "self",
    "'self'",
    "same-origin",
];
/// What a setting without a value becomes in some languages.
const WORDS_FOR_UNSET: &[&str] = &["undefined", "nil", "nan", "[object object]"];

/// Whether a text is a word that is not the name of a host.
pub(super) const fn is_word(text: &[u8]) -> bool {
    is_one_of(text, WORDS_FOR_ANY)
        || is_one_of(text, WORDS_FOR_NONE)
        || is_one_of(text, WORDS_FOR_UNSET)
        || is_placeholder(text)
}

/// Ignores case.
const fn is_one_of(text: &[u8], words: &[&str]) -> bool {
    let mut i = 0;
    while i < words.len() {
        if is_word_in_any_case(text, words[i].as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn is_word_in_any_case(text: &[u8], word: &[u8]) -> bool {
    if text.len() != word.len() {
        return false;
    }
    let mut i = 0;
    while i < text.len() {
        if text[i].to_ascii_lowercase() != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// `$ORIGIN`, `${ORIGIN}`, `%ORIGIN%`, `{{ origin }}`, `<origin>`.
const fn is_placeholder(text: &[u8]) -> bool {
    matches!(
        text,
        [b'$', b'{' | b'A'..=b'Z' | b'a'..=b'z' | b'_', ..]
            | [b'%', .., b'%']
            | [b'{', b'{', .., b'}', b'}']
            | [b'<', .., b'>']
    )
}

/// `["https://app.example.com"]`, as one text.
const fn is_list(text: &[u8]) -> bool {
    matches!(text, [b'[', b'"' | b'\'' | b' ' | b'h', ..])
}

const fn is_quoted(text: &[u8]) -> bool {
    matches!(
        text,
        [b'"' | b'\'' | b'`', ..] | [.., b'"' | b'\'' | b'`'] | [b'[', b'"' | b'\'', ..]
    )
}

const fn contains(text: &[u8], byte: u8) -> bool {
    let mut i = 0;
    while i < text.len() {
        if text[i] == byte {
            return true;
        }
        i += 1;
    }
    false
}

/// The text without the quotes, brackets and commas around it.
pub(super) const fn without_wrapping(text: &[u8]) -> &[u8] {
    let is_list = is_list(text);
    let mut text = text;
    loop {
        text = match text.trim_ascii() {
            [b'"' | b'\'' | b'`' | b',', rest @ ..] | [rest @ .., b'"' | b'\'' | b'`' | b','] => {
                rest
            }
            [b'[', rest @ ..] if is_list => rest,
            [rest @ .., b']'] if is_list => rest,
            text => return text,
        };
    }
}

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

/// The text between the scheme and the first `/`, and the rest.
const fn split_host(text: &[u8]) -> (&[u8], &[u8]) {
    let start = match find_scheme_end(text, 0) {
        Some(end) => end + 3,
        None => 0,
    };
    let mut end = start;
    while end < text.len() && text[end] != b'/' {
        end += 1;
    }
    let (before, after) = text.split_at(end);
    (before.split_at(start).1, after)
}

const fn are_digits(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() {
        if !text[i].is_ascii_digit() {
            return false;
        }
        i += 1;
    }
    true
}

/// `host:[8080,9000]`, `host:3000-3010`, `host:3000,3001`, `host:{3000,3001}`, `host:3000:*`.
pub(super) const fn has_several_ports(text: &[u8]) -> bool {
    let (host, after) = split_host(text);
    let Some((name, ports)) = split_at_colon(host) else {
        return false;
    };
    if !after.is_empty() || name.is_empty() || contains(name, b'[') || parse_ipv6(host).is_some() {
        return false;
    }
    let mut numbers = 0;
    let mut i = 0;
    while i < ports.len() {
        match ports[i] {
            b'0'..=b'9' if i == 0 || !ports[i - 1].is_ascii_digit() => numbers += 1,
            b'*' if i > 0 && ports[i - 1] == b':' => numbers += 1,
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

/// The text before and after the first colon.
const fn split_at_colon(host: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut i = 0;
    while i < host.len() {
        if host[i] == b':' {
            let (name, rest) = host.split_at(i);
            return Some((name, rest.split_at(1).1));
        }
        i += 1;
    }
    None
}
