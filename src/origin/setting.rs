//! The text of a setting: what stands around its value, and the mistakes of whole texts.
//!
//! The grammar names the first byte that it can't read. These functions look at the whole text.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::problem::{OriginMistake, OriginProblem};

/// What kind of mistake a refused text is. `None` if the problem that the grammar found is the best description.
pub(super) fn name_mistake(text: &str) -> Option<OriginMistake> {
    let inner = clean(text);
    let is_quote = |c: char| "\"'`“”„‘’".contains(c);
    let word = WORDS.iter().find(|(words, _)| {
        words
            .split('|')
            .any(|word| word.eq_ignore_ascii_case(inner))
    });
    if let Some((_, problem)) = word {
        Some(*problem)
    } else if is_placeholder(inner) {
        Some(OriginMistake::UnsetVariable)
    } else if inner.is_empty() {
        Some(OriginMistake::Empty)
    } else if has_opaque_scheme(inner) {
        Some(OriginMistake::SchemeWithoutOrigin)
    } else if text.trim().starts_with('[') && text.trim().ends_with(']') && !inner.starts_with('[')
    {
        Some(OriginMistake::List)
    } else if text.trim().starts_with(is_quote) || text.trim().ends_with(is_quote) {
        Some(OriginMistake::Quotes)
    } else if is_address_range(inner) {
        Some(OriginMistake::AddressRange)
    } else if has_several(inner) {
        Some(OriginMistake::SeveralOrigins)
    } else if text.trim().ends_with([',', ';']) {
        Some(OriginMistake::InvalidCharacter)
    } else if inner.is_ascii() && !text.is_ascii() {
        Some(OriginMistake::WhiteSpace)
    } else {
        None
    }
}

/// The mistake of a word such as `none` or `undefined`, where a value should be.
pub(crate) fn word_in_place_of_value(text: &str) -> Option<OriginProblem> {
    name_mistake(text)
        .filter(|mistake| {
            matches!(
                mistake,
                OriginMistake::NullOrigin
                    | OriginMistake::WordForNone
                    | OriginMistake::UnsetVariable
            )
        })
        .map(OriginProblem)
}

/// Words that are not the name of a host, in any case, with a `|` between them.
const WORDS: [(&str, OriginMistake); 6] = [
    // Words of other frameworks, or of a person, for any origin.
    (
        "all|any|true|yes|on|enabled|*|**|.*|.+|/.*/|^.*$",
        OriginMistake::AnyOrigin,
    ),
    ("null", OriginMistake::NullOrigin),
    // Words for the server's own origin only.
    (
        "none|false|no|off|disabled|self|same-origin|same-site",
        OriginMistake::WordForNone,
    ),
    // What a setting without a value becomes in some languages.
    (
        "undefined|nil|nan|object object",
        OriginMistake::UnsetVariable,
    ),
    ("{}", OriginMistake::Empty),
    ("http|https", OriginMistake::EmptyHost),
];

/// `$ORIGIN`, `https://${HOST}`, `%ORIGIN%`, `{{ origin }}`, `https://<host>`, `http://localhost:PORT`, `CORS_ORIGIN`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let is_variable = text.contains('_')
        && text
            .bytes()
            .all(|byte| is_capital(byte) || byte.is_ascii_digit());
    let is_port = text.rsplit_once(':').is_some_and(|(before, port)| {
        before.contains("://") && !port.is_empty() && port.bytes().all(is_capital)
    });
    let is_template = text.as_bytes().windows(2).any(|pair| match pair {
        [b'$', next] => *next == b'{' || *next == b'_' || next.is_ascii_alphabetic(),
        [b'<', next] => next.is_ascii_alphabetic() && text.contains('>'),
        pair => pair == b"{{",
    });
    let is_of_windows = text.starts_with('%') && text.ends_with('%');
    let is_of_javascript = text.starts_with("process.env.") || text.starts_with("import.meta.env.");
    is_variable || is_port || is_template || is_of_windows || is_of_javascript
}

/// What has no "://", or is a part of another URL. Not `data:8080`, a host and its port.
fn has_opaque_scheme(text: &str) -> bool {
    let schemes = [
        "about",
        "blob",
        "data",
        "filesystem",
        "javascript",
        "view-source",
    ];
    text.split_once(':').is_some_and(|(scheme, rest)| {
        schemes.contains(&scheme) && !rest.starts_with(|c: char| c == '/' || c.is_ascii_digit())
    })
}

/// `http://192.168.0.0/16`, `[fd00::]/8`.
fn is_address_range(text: &str) -> bool {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.split_once('/').is_some_and(|(host, bits)| {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_address = host.parse::<Ipv4Addr>().is_ok() || bare.parse::<Ipv6Addr>().is_ok();
        is_address && are_digits(bits) && bits.len() <= 3
    })
}

/// `a.example,b.example` and `https://a.examplehttps://b.example`.
fn has_several(text: &str) -> bool {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let authority = rest.split('/').next().unwrap_or_default();
    let is_glued = rest[authority.len()..].starts_with("//")
        && (authority.ends_with("http:") || authority.ends_with("https:"))
        && authority.len() > "https:".len();
    let is_glob = authority.contains(['{', '(', '[']);
    scheme.contains(',') || authority.contains(',') && !is_glob || is_glued
}

/// The text without what people and tools leave around a value: blanks, quotes or brackets, a list marker, a separator.
pub(crate) fn clean(text: &str) -> &str {
    let mut text = text;
    loop {
        let rest = text.trim_matches(is_blank).trim_end_matches([',', ';']);
        let rest = without_pair(without_marker(rest));
        if rest.len() == text.len() {
            return rest;
        }
        text = rest;
    }
}

/// White space, control characters, and characters that nobody sees.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// `- https://a.example`, `1. https://a.example`
fn without_marker(text: &str) -> &str {
    let Some((marker, rest)) = text.split_once(is_blank) else {
        return text;
    };
    let number = marker.strip_suffix(['.', ')']).unwrap_or_default();
    let is_marker = matches!(marker, "-" | "•") || are_digits(number);
    if is_marker { rest } else { text }
}

/// The entries of a list in one text, such as the value of a variable. Commas, semicolons and white space separate them.
/// Brackets around the list, quotes around it or around an entry, and comments after a blank and `#` are left out.
pub(crate) fn entries_of_list(text: &str) -> Vec<&str> {
    let is_separator = |c: char| c.is_whitespace() || c == ',' || c == ';';
    let mut list = text.trim_matches(is_separator);
    loop {
        let inner = without_brackets(without_quotes(list)).trim_matches(is_separator);
        if inner.len() == list.len() {
            break;
        }
        list = inner;
    }
    let lines = list.lines().map(without_comment);
    let entries = lines.flat_map(|line| line.split(is_separator));
    let entries = entries.map(without_quotes);
    entries.filter(|entry| !entry.is_empty()).collect()
}

/// Without `# a comment`, at the start or after a blank.
fn without_comment(line: &str) -> &str {
    let mut starts = line.match_indices('#').map(|(start, _)| &line[..start]);
    let before = starts.find(|before| before.is_empty() || before.ends_with(char::is_whitespace));
    before.unwrap_or(line)
}

fn without_quotes(text: &str) -> &str {
    for (open, close) in [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’')] {
        let inner = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner.filter(|inner| !inner.contains([open, close])) {
            return inner;
        }
    }
    text
}

/// Without the brackets of a list. Those of `[::1]` and of `[::1], [::2]` belong to addresses.
fn without_brackets(text: &str) -> &str {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_list = |inner: &&str| {
        let mut depth = 0_i32;
        let is_balanced = inner.chars().all(|c| {
            depth += i32::from(c == '[') - i32::from(c == ']');
            depth >= 0
        });
        is_balanced && inner.parse::<Ipv6Addr>().is_err()
    };
    inner.filter(is_list).unwrap_or(text)
}

fn without_pair(text: &str) -> &str {
    for pair in ["\"\"", "''", "``", "“”", "„“", "‘’", "[]", "()", "<>"] {
        let [Some(open), Some(close)] = [pair.chars().next(), pair.chars().next_back()] else {
            continue;
        };
        let inner = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        if let Some(inner) = inner {
            // `[::1]` is an address, `<host>` a placeholder.
            let is_part = inner.parse::<Ipv6Addr>().is_ok() || open == '<' && !inner.contains(':');
            if !is_part && !inner.contains([open, close]) {
                return inner;
            }
        }
    }
    text
}

/// Splits off a comment at the end: `https://a.example # the app`. What has another URL is not one.
pub(super) fn split_comment(text: &str) -> (&str, Option<&'static str>) {
    let starts = text.match_indices(['#', '/']).map(|(start, _)| start);
    for start in starts {
        let (before, comment) = text.split_at(start);
        let is_marked = comment.starts_with('#') || comment.starts_with("// ");
        let is_one = is_marked && before.ends_with(is_blank) && !comment.contains("://");
        if is_one && !comment.contains('\n') {
            return (before, Some("the comment"));
        }
    }
    (text, None)
}

pub(super) fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
