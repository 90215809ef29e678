//! The origin patterns of a text that stands for several.

use super::const_bytes::{are_equal, between, skip, take};
use super::const_text::Text;
use super::host::Dialect;
use super::parse::parse;
use super::regular_expression::{Optional, is_regular_expression};
use super::repair::repair_with;
use super::slips::{is_url_start, without_wrapping};

/// The most bytes of entries that a message shows.
const LONGEST: usize = 512;

/// The origin patterns of a text that has several, `"https://a.example", "https://b.example"`. `None` if one of
/// them is not valid, or there are too many for a message.
pub(super) const fn entries(text: &[u8]) -> Option<Text> {
    if let Some(group) = find_alternatives(text) {
        return alternatives(text, group);
    }
    if is_regular_expression(text) {
        return match both_patterns(text) {
            Some((without, with)) => {
                let mut entries = Text::new();
                if push_entry(&mut entries, without.as_bytes()).is_none()
                    || push_entry(&mut entries, with.as_bytes()).is_none()
                {
                    return None;
                }
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
        if end == text.len() || is_separator || is_url_start(text, end) {
            let entry = without_wrapping(between(text, start, end));
            start = if is_separator { end + 1 } else { end };
            if !entry.is_empty() {
                if parse(entry, Dialect::Pattern).is_err()
                    || push_entry(&mut entries, entry).is_none()
                {
                    return None;
                }
                count += 1;
            }
        }
        end += 1;
    }
    if count > 1 { Some(entries) } else { None }
}

/// `None` if the entries are then too long for a message.
const fn push_entry(entries: &mut Text, entry: &[u8]) -> Option<()> {
    if !entries.as_bytes().is_empty() {
        entries.push_bytes(b", ");
    }
    entries.push(b'"');
    entries.push_bytes(entry);
    entries.push(b'"');
    if entries.as_bytes().len() > LONGEST {
        None
    } else {
        Some(())
    }
}

/// Where the first of `(a|b)`, `{a,b}` and `:[8080,9000]` starts and ends, between its brackets.
const fn find_alternatives(text: &[u8]) -> Option<(usize, usize)> {
    let mut start = 0;
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b'(' => start = i + 1,
            b'{' if !is_quantifier_after(take(text, i)) => start = i + 1,
            b'[' if i > 0 && text[i - 1] == b':' => start = i + 1,
            b')' | b'}' | b']' if start > 0 => {
                let is_optional = i + 1 < text.len() && text[i + 1] == b'?';
                let has_several = has_separator(between(text, start, i), text[i]);
                if has_several && !is_optional {
                    return Some((start, i));
                }
                start = 0;
            }
            _ => {}
        }
        i += 1;
    }
    None
}

/// Whether a `{` after a text starts a quantifier, as in `[a-z]{1,63}`.
const fn is_quantifier_after(text: &[u8]) -> bool {
    matches!(text, [.., b']' | b')'] | [.., b'\\', b'd' | b'w'])
}

const fn is_separator(byte: u8, closing: u8) -> bool {
    byte == b'|' || byte == b',' && closing != b')'
}

/// Whether alternatives are in a group. What has a regular expression of its own is not one.
const fn has_separator(group: &[u8], closing: u8) -> bool {
    let mut has_any = false;
    let mut i = 0;
    while i < group.len() {
        match group[i] {
            b'[' | b'+' | b'*' | b'?' | b'"' | b'\'' => return false,
            byte => has_any = has_any || is_separator(byte, closing),
        }
        i += 1;
    }
    has_any
}

/// One pattern for each alternative. `None` if one is not valid.
const fn alternatives(text: &[u8], (from, to): (usize, usize)) -> Option<Text> {
    let (before, after) = (take(text, from - 1), skip(text, to + 1));
    let mut entries = Text::new();
    let mut start = from;
    let mut end = from;
    while end <= to {
        if end == to || is_separator(text[end], text[to]) {
            let mut one = Text::new();
            one.push_bytes(before);
            one.push_bytes(between(text, start, end).trim_ascii());
            one.push_bytes(after);
            let entry = if parse(one.as_bytes(), Dialect::Pattern).is_ok() {
                one
            } else if let Some(repaired) = repair_with(one.as_bytes(), Optional::LeftOut) {
                repaired
            } else {
                return None;
            };
            if push_entry(&mut entries, entry.as_bytes()).is_none() {
                return None;
            }
            start = end + 1;
        }
        end += 1;
    }
    Some(entries)
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
