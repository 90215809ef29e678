//! Mistakes that people make in settings: quotes, a variable without a value, a regular expression, a word of
//! another framework.
//!
//! The grammar reports the first byte that it can't read. These functions look at the whole text.

use super::const_bytes::{are_digits, skip, starts_with};
use super::parse::find_scheme_end;
use super::placeholder::is_placeholder;
use super::problem::OriginProblem;
use super::ranges::{has_several_ports, is_address_range};
use super::regular_expression::is_regular_expression;

/// What kind of mistake a refused text is. `None` if the problem that the grammar found is the best description.
pub(super) const fn recognize(text: &[u8]) -> Option<OriginProblem> {
    let inner = without_wrapping(text);
    let word = find_word(inner);
    if word.is_some() {
        word
    } else if is_placeholder(text) || is_placeholder(inner) {
        Some(OriginProblem::UnsetVariable)
    } else if inner.is_empty() {
        Some(OriginProblem::Empty)
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

/// Words that are not the name of a host, in any case.
const WORDS: &[(&[&str], OriginProblem)] = &[
    // Words of other frameworks, or of a person, for any origin.
    (
        &[
            "all", "any", "true", "yes", "on", "enabled", "*", "**", ".*", ".+", "/.*/", "^.*$",
        ],
        OriginProblem::AnyOrigin,
    ),
    (&["null"], OriginProblem::NullOrigin),
    // Words for the server's own origin only.
    (
        &[
            "none",
            "false",
            "no",
            "off",
            "disabled",
            "self",
            "same-origin",
            "same-site",
        ],
        OriginProblem::WordForNone,
    ),
    // What a setting without a value becomes in some languages.
    (
        &["undefined", "nil", "nan", "[object object]"],
        OriginProblem::UnsetVariable,
    ),
    (&["[]", "{}"], OriginProblem::Empty),
    (&["http", "https"], OriginProblem::EmptyHost),
];

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
    find_word(text).is_some() || is_placeholder(text) || are_digits(text)
}

/// What is wrong with a word. `None` if the text is not one of [`WORDS`].
const fn find_word(text: &[u8]) -> Option<OriginProblem> {
    let mut i = 0;
    while i < WORDS.len() {
        let (words, problem) = WORDS[i];
        let mut word = 0;
        while word < words.len() {
            if is_in_any_case(text, words[word].as_bytes()) {
                return Some(problem);
            }
            word += 1;
        }
        i += 1;
    }
    None
}

/// Whether a text is this word, which is in lower case. Ignores the case of the text.
// The compiler repeats the call for each word. Inlined, it would be 3 KiB.
#[inline(never)]
const fn is_in_any_case(text: &[u8], word: &[u8]) -> bool {
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
        if starts_with(text, scheme) {
            let inner = skip(text, scheme.len());
            if !matches!(inner, [b'/' | b'0'..=b'9', ..]) {
                return inner;
            }
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
    let rest = skip(text, at);
    starts_with(rest, b"http://") || starts_with(rest, b"https://")
}

/// Whether a comma or a semicolon comes before any path.
const fn has_separator(text: &[u8]) -> bool {
    let start = match find_scheme_end(text, 0) {
        Some(end) if !has_separator_before(text, end) => end + 3,
        _ => 0,
    };
    has_separator_before(skip(text, start), find_path(text, start) - start)
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
        if text[i] == b',' || text[i] == b';' && !matches!(skip(text, i), [_, b'/', ..]) {
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
