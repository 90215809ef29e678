//! Mistakes that come from somewhere: a setting that was not read, another framework, a regular expression.
//!
//! The grammar reports such a text by the first byte that it can't read. These functions look at the whole
//! text and say what it is.

#![allow(
    clippy::cast_lossless,
    reason = "a const fn can't use From, and its loops count"
)]

use super::const_text::Text;
use super::ip::{is_canonical_ipv4, parse_ipv4, parse_ipv6};
use super::parse::find_scheme_end;
use super::problem::OriginProblem;

/// What a text that the grammar refuses really is; `None` if the grammar says it best.
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
/// For no other origin than the server's own.
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
/// What a setting becomes that was not there.
const WORDS_FOR_UNSET: &[&str] = &["undefined", "nil", "nan", "[object object]"];

/// Whether a text is a word that is not the name of a host.
pub(super) const fn is_word(text: &[u8]) -> bool {
    is_one_of(text, WORDS_FOR_ANY)
        || is_one_of(text, WORDS_FOR_NONE)
        || is_one_of(text, WORDS_FOR_UNSET)
        || is_placeholder(text)
}

/// In any case of letters.
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

/// What stands between the scheme and the first `/`, and what follows.
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

/// Before and after the first colon.
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

/// Whether a text has what regular expressions and globs have, and origins have not.
pub(super) const fn is_regular_expression(text: &[u8]) -> bool {
    if let [b'^', ..] | [b'/', b'^', ..] | [.., b'$'] | [.., b'$', b'/'] = text {
        return true;
    }
    let mut i = 0;
    while i < text.len() {
        let (_, rest) = text.split_at(i);
        if let [b'\\', b'.' | b'd' | b'w' | b'/' | b'-', ..]
        | [b'/' | b':' | b'(', b'.', b'*', ..]
        | [b'.', b'+', ..]
        | [b']', b'*' | b'+' | b'{', ..]
        | [b')', b'*' | b'+' | b'?', ..]
        | [b's', b'?', b':', ..]
        | [b'(', b'?' | b'.' | b'w', ..]
        | [b'{', b'a'..=b'z', ..] = rest
        {
            return !is_after_a_path(text, i);
        }
        i += 1;
    }
    false
}

/// Whether a `/` of a path comes before a byte: paths and queries may have any characters.
const fn is_after_a_path(text: &[u8], at: usize) -> bool {
    let mut i = match find_scheme_end(text, 0) {
        Some(end) => end + 3,
        None => 0,
    };
    while i < at {
        if text[i] == b'/' && (i == 0 || text[i - 1] != b'\\') {
            return true;
        }
        i += 1;
    }
    false
}

/// The pattern that a regular expression was probably meant to be; a caller has to check that it is one.
pub(super) const fn push_expression_as_pattern(pattern: &mut Text, text: &[u8]) {
    let mut rest = text;
    if let [b'/', inner @ .., b'/'] = rest {
        rest = inner;
    }
    if let [b'^', inner @ ..] = rest {
        rest = inner;
    }
    if let [inner @ .., b'$'] = rest {
        rest = inner;
    }
    while let [first, after @ ..] = rest {
        rest = match rest {
            [b's', b'?', b':', ..] => {
                pattern.push(b's');
                rest.split_at(2).1
            }
            // A part that may be left out is left out, but for a port: "*" is any port, or none.
            [b'(', ..] => match find_group_end(rest) {
                Some(end) if matches!(rest.split_at(end).1, [b')', b'?', ..]) => {
                    if contains(rest.split_at(end).0, b':') && !contains(rest.split_at(end).0, b'.')
                    {
                        pattern.push_bytes(b":*");
                    }
                    rest.split_at(end + 2).1
                }
                _ => after,
            },
            [b')', ..] => after,
            [b'[', ..] => {
                pattern.push(b'*');
                match find(rest, b']') {
                    Some(end) => without_quantifier(rest.split_at(end + 1).1),
                    None => after,
                }
            }
            [b'\\', b'd' | b'w', after @ ..] | [b'.', b'*' | b'+', after @ ..] => {
                pattern.push(b'*');
                without_quantifier(after)
            }
            [b'\\', escaped, after @ ..] => {
                pattern.push(*escaped);
                after
            }
            _ => {
                pattern.push(*first);
                after
            }
        };
    }
}

const fn find(text: &[u8], byte: u8) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if text[i] == byte {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// Where the group that a text starts with ends, without groups within it.
const fn find_group_end(text: &[u8]) -> Option<usize> {
    match (find(text, b')'), find(text.split_at(1).1, b'(')) {
        (Some(end), Some(inner)) if inner + 1 < end => None,
        (end, _) => end,
    }
}

/// Without the `*`, `+`, `?` or `{1,63}` that a text starts with.
const fn without_quantifier(text: &[u8]) -> &[u8] {
    match text {
        [b'*' | b'+' | b'?', rest @ ..] => rest,
        [b'{', ..] => match find(text, b'}') {
            Some(end) => text.split_at(end + 1).1,
            None => text,
        },
        _ => text,
    }
}
