//! Placeholders and variables that nothing replaced by a value.

use super::const_bytes::{contains, starts_with};
use super::parse::find_scheme_end;

/// `$ORIGIN`, `https://${HOST}`, `%ORIGIN%`, `{{ origin }}`, `https://<host>`, `http://localhost:PORT`, `CORS_ORIGIN`.
pub(super) const fn is_placeholder(text: &[u8]) -> bool {
    if matches!(text, [b'%', .., b'%'])
        || starts_with(text, b"process.env.")
        || starts_with(text, b"import.meta.env.")
        || ends_in_capitals(text)
        || is_name_of_variable(text)
    {
        return true;
    }
    let mut i = 0;
    while i + 1 < text.len() {
        match (text[i], text[i + 1]) {
            (b'$', b'{' | b'A'..=b'Z' | b'a'..=b'z' | b'_') | (b'{', b'{') => return true,
            (b'<', b'A'..=b'Z' | b'a'..=b'z') if contains(text, b'>') => return true,
            _ => i += 1,
        }
    }
    false
}

/// `CORS_ORIGIN`: capitals, digits and an underscore.
const fn is_name_of_variable(text: &[u8]) -> bool {
    let mut rest = text;
    while let [b'A'..=b'Z' | b'0'..=b'9' | b'_', after @ ..] = rest {
        rest = after;
    }
    rest.is_empty() && contains(text, b'_')
}

/// `:PORT` at the end.
const fn ends_in_capitals(text: &[u8]) -> bool {
    let mut i = text.len();
    while i > 0 && (text[i - 1].is_ascii_uppercase() || text[i - 1] == b'_') {
        i -= 1;
    }
    i > 0 && i < text.len() && text[i - 1] == b':' && find_scheme_end(text, 0).is_some()
}
