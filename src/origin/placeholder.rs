//! Placeholders and variables that nothing replaced by a value.

use super::const_bytes::{contains, starts_with};
use super::parse::find_scheme_end;

/// `$ORIGIN`, `https://${HOST}`, `%ORIGIN%`, `{{ origin }}`, `https://<host>`, `http://localhost:PORT`.
pub(super) const fn is_placeholder(text: &[u8]) -> bool {
    if matches!(text, [b'%', .., b'%'])
        || starts_with(text, b"process.env.")
        || starts_with(text, b"import.meta.env.")
        || ends_in_capitals(text)
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

/// `:PORT` at the end.
const fn ends_in_capitals(text: &[u8]) -> bool {
    let mut i = text.len();
    while i > 0 && (text[i - 1].is_ascii_uppercase() || text[i - 1] == b'_') {
        i -= 1;
    }
    i > 0 && i < text.len() && text[i - 1] == b':' && find_scheme_end(text, 0).is_some()
}
