//! Regular expressions and globs where a pattern is expected: recognized, and translated if possible.

use super::const_text::Text;
use super::parse::find_scheme_end;

/// Whether a text has something that only regular expressions and globs have.
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

/// Whether a `/` of a path comes before a byte. Paths and queries may have any characters.
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

/// Writes the pattern that a regular expression was probably meant to be. The caller checks that it is one.
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
            // An optional part is left out, except a port: "*" is any port, or none.
            [b'(', ..] => match find_group_end(rest) {
                Some(end) if matches!(rest.split_at(end).1, [b')', b'?', ..]) => {
                    if find(rest.split_at(end).0, b':').is_some()
                        && find(rest.split_at(end).0, b'.').is_none()
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

/// Where the group at the start of a text ends. `None` if it contains groups.
const fn find_group_end(text: &[u8]) -> Option<usize> {
    match (find(text, b')'), find(text.split_at(1).1, b'(')) {
        (Some(end), Some(inner)) if inner + 1 < end => None,
        (end, _) => end,
    }
}

/// Removes the `*`, `+`, `?` or `{1,63}` at the start of a text.
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
