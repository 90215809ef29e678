//! Mistakes that people make in settings: quotes, a variable without a value, a regular expression, a word of
//! another framework.
//!
//! The grammar reports the first byte that it can't read. These functions look at the whole text.

use super::const_text::starts_with;
use super::parse::find_scheme_end;
use super::placeholder::is_placeholder;
use super::problem::OriginProblem;
use super::ranges::{are_digits, has_several_ports, is_address_range};
use super::regular_expression::is_regular_expression;

/// What kind of mistake a refused text is. `None` if the problem that the grammar found is the best description.
pub(super) const fn recognize(text: &[u8]) -> Option<OriginProblem> {
    let inner = without_wrapping(text);
    if is_one_of(inner, WORDS_FOR_ANY) {
        Some(OriginProblem::AnyOrigin)
    } else if is_word_in_any_case(inner, b"null") {
        Some(OriginProblem::NullOrigin)
    } else if is_one_of(inner, WORDS_FOR_NONE) {
        Some(OriginProblem::WordForNone)
    } else if is_one_of(inner, WORDS_FOR_UNSET) || is_placeholder(text) {
        Some(OriginProblem::UnsetVariable)
    } else if inner.is_empty() || is_one_of(inner, EMPTY_LISTS) {
        Some(OriginProblem::Empty)
    } else if is_one_of(inner, BARE_SCHEMES) {
        Some(OriginProblem::EmptyHost)
    } else if has_opaque_scheme(inner) {
        Some(OriginProblem::SchemeWithoutOrigin)
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
    } else if has_second_url(text) {
        Some(OriginProblem::SeveralOrigins)
    } else if let [host @ .., b',' | b';'] = text {
        // One origin, and a separator without a second.
        let is_one = !has_separator(host);
        if is_one {
            Some(OriginProblem::InvalidCharacter)
        } else {
            Some(OriginProblem::SeveralOrigins)
        }
    } else if has_separator(text) {
        Some(OriginProblem::SeveralOrigins)
    } else {
        None
    }
}

/// Words of other frameworks, or of a person, for any origin.
const WORDS_FOR_ANY: &[&str] = &[
    "all", "any", "true", "yes", "on", "enabled", "*", "**", ".*", ".+", "/.*/", "^.*$",
];
/// Words for the server's own origin only.
const WORDS_FOR_NONE: &[&str] = &[
    "none",
    "false",
    "no",
    "off",
    "disabled",
    "self",
    "same-origin",
    "same-site",
];
/// What a setting without a value becomes in some languages.
const WORDS_FOR_UNSET: &[&str] = &["undefined", "nil", "nan", "[object object]"];
const EMPTY_LISTS: &[&str] = &["[]", "{}"];
const BARE_SCHEMES: &[&str] = &["http", "https"];
/// What has no "://", or is a part of another URL.
const OPAQUE_SCHEMES: &[&str] = &[
    "about:",
    "blob:",
    "data:",
    "filesystem:",
    "javascript:",
    "view-source:",
];

/// Whether a text is a word that is not the name of a host.
pub(super) const fn is_word(text: &[u8]) -> bool {
    is_one_of(text, WORDS_FOR_ANY)
        || is_one_of(text, WORDS_FOR_NONE)
        || is_one_of(text, WORDS_FOR_UNSET)
        || is_one_of(text, EMPTY_LISTS)
        || is_one_of(text, BARE_SCHEMES)
        || is_word_in_any_case(text, b"null")
        || is_placeholder(text)
        || are_digits(text)
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

const fn has_opaque_scheme(text: &[u8]) -> bool {
    without_opaque_scheme(text).len() < text.len()
}

/// `https://app.example.com/1` for `blob:https://app.example.com/1`.
pub(super) const fn without_opaque_scheme(text: &[u8]) -> &[u8] {
    let mut i = 0;
    while i < OPAQUE_SCHEMES.len() {
        let scheme = OPAQUE_SCHEMES[i].as_bytes();
        if starts_with(text, scheme)
            && !matches!(text.split_at(scheme.len()).1, [b'/' | b'0'..=b'9', ..])
        {
            return text.split_at(scheme.len()).1;
        }
        i += 1;
    }
    text
}

/// Whether a second URL follows the host of the first, with nothing between them.
pub(super) const fn has_second_url(text: &[u8]) -> bool {
    let Some(end) = find_scheme_end(text, 0) else {
        return false;
    };
    let mut i = end + 4;
    while i < text.len() && !matches!(text[i], b'/' | b'?' | b'#' | b'\\') {
        if is_url_start(text, i) {
            return true;
        }
        i += 1;
    }
    false
}

pub(super) const fn is_url_start(text: &[u8], at: usize) -> bool {
    let rest = text.split_at(at).1;
    starts_with(rest, b"http://") || starts_with(rest, b"https://")
}

/// Whether a comma or a semicolon comes before any path.
const fn has_separator(text: &[u8]) -> bool {
    let start = match find_scheme_end(text, 0) {
        Some(end) if !has_separator_before(text, end) => end + 3,
        _ => 0,
    };
    has_separator_before(text.split_at(start).1, find_path(text, start) - start)
}

const fn find_path(text: &[u8], start: usize) -> usize {
    let mut i = start;
    while i < text.len() && !matches!(text[i], b'/' | b'?' | b'#') {
        i += 1;
    }
    i
}

const fn has_separator_before(text: &[u8], end: usize) -> bool {
    let mut i = 0;
    while i < end {
        // `https;//` is one origin.
        if text[i] == b',' || text[i] == b';' && !matches!(text.split_at(i).1, [_, b'/', ..]) {
            return true;
        }
        i += 1;
    }
    false
}

/// `["https://app.example.com"]`, as one text.
const fn is_list(text: &[u8]) -> bool {
    matches!(text, [b'[', b'"' | b'\'' | b' ' | b'h', ..])
}

const fn is_quoted(text: &[u8]) -> bool {
    starts_with_curly_quote(text)
        || matches!(
            text,
            [b'"' | b'\'' | b'`', ..] | [.., b'"' | b'\'' | b'`'] | [b'[', b'"' | b'\'', ..]
        )
}

/// `“`, `”`, `‘`, `’`, as word processors write them.
const fn starts_with_curly_quote(text: &[u8]) -> bool {
    matches!(text, [0xe2, 0x80, 0x98 | 0x99 | 0x9c | 0x9d, ..])
}

/// The text without the quotes, brackets, separators and encoded blanks around it.
pub(super) const fn without_wrapping(text: &[u8]) -> &[u8] {
    let is_list = is_list(text);
    let mut text = text;
    loop {
        text = match text.trim_ascii() {
            [b'"' | b'\'' | b'`' | b',' | b';', rest @ ..]
            | [rest @ .., b'"' | b'\'' | b'`' | b',' | b';']
            | [0xe2, 0x80, 0x98 | 0x99 | 0x9c | 0x9d, rest @ ..]
            | [rest @ .., 0xe2, 0x80, 0x98 | 0x99 | 0x9c | 0x9d]
            | [rest @ .., b'%', b'2', b'0' | b'F' | b'f']
            | [rest @ .., b'%', b'0', b'A' | b'a' | b'D' | b'd'] => rest,
            [b'[', rest @ ..] if is_list => rest,
            [rest @ .., b']'] if is_list => rest,
            text => return text,
        };
    }
}
