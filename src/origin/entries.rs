//! The origin patterns of a text that stands for several.

use super::const_text::Text;
use super::host::Dialect;
use super::ip::are_equal;
use super::parse::parse;
use super::regular_expression::{Optional, is_regular_expression};
use super::repair::repair_with;
use super::slips::{is_url_start, without_wrapping};

/// The origin patterns of a text that has several, `"https://a.example", "https://b.example"`. `None` if one of
/// them is not valid, or there are too many for a message.
pub(super) const fn entries(text: &[u8]) -> Option<Text> {
    const LONGEST: usize = 512;
    if is_regular_expression(text) {
        return match both_patterns(text) {
            Some((without, with)) => {
                let mut entries = Text::new();
                entries.push(b'"');
                entries.push_bytes(without.as_bytes());
                entries.push_bytes(b"\", \"");
                entries.push_bytes(with.as_bytes());
                entries.push(b'"');
                Some(entries)
            }
            None => None,
        };
    }
    let text = without_wrapping(text);
    let mut entries = Text::new();
    let mut count = 0;
    let mut start = 0;
    let mut end = 0;
    while end <= text.len() {
        let is_separator = end < text.len()
            && matches!(text[end], b',' | b';' | b'|' | b' ' | b'\t' | b'\n' | b'\r');
        if end == text.len() || is_separator || end > start && is_url_start(text, end) {
            let entry = without_wrapping(text.split_at(end).0.split_at(start).1);
            start = if is_separator { end + 1 } else { end };
            if !entry.is_empty() {
                if parse(entry, Dialect::Pattern).is_err() || entries.as_bytes().len() > LONGEST {
                    return None;
                }
                entries.push_bytes(if count > 0 { b", \"" } else { b"\"" });
                entries.push_bytes(entry);
                entries.push(b'"');
                count += 1;
            }
        }
        end += 1;
    }
    if count > 1 { Some(entries) } else { None }
}

/// The two patterns of a regular expression with a part that may be left out, such as `(www\.)?`.
const fn both_patterns(text: &[u8]) -> Option<(Text, Text)> {
    match (
        repair_with(text, Optional::LeftOut),
        repair_with(text, Optional::Kept),
    ) {
        (Some(without), Some(with)) if !are_equal(without.as_bytes(), with.as_bytes()) => {
            Some((without, with))
        }
        _ => None,
    }
}
