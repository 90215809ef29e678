//! Regular expressions and globs where a pattern is expected: recognized, and translated if possible.

use super::const_bytes::{between, contains, find, skip, starts_with, take};
use super::const_text::Text;
use super::parse::find_scheme_end;

/// Whether a text has something that only regular expressions and globs have.
pub(super) const fn is_regular_expression(text: &[u8]) -> bool {
    if let [b'^', ..] | [b'/', b'^', ..] | [.., b'$'] | [.., b'$', b'/'] = text {
        return true;
    }
    let mut i = 0;
    while i < text.len() {
        let (before, rest) = text.split_at(i);
        if let [b'\\', b'.' | b'd' | b'w' | b'/' | b'-', ..]
        | [b'/' | b':' | b'(', b'.', b'*', ..]
        | [b'.', b'+', ..]
        | [b']', b'*' | b'+' | b'{', ..]
        | [b')', b'*' | b'+' | b'?', ..]
        | [b's', b'?', b':', ..]
        | [b'(', ..]
        | [b'?', b'?' | b'.', ..]
        | [b':', b'^', ..]
        | [b'{', b'a'..=b'z', ..] = rest
        {
            return !is_after_a_path(text, i);
        }
        if is_class(before, rest) {
            return !is_after_a_path(text, i);
        }
        i += 1;
    }
    false
}

/// `app[1-3].example.com` or `[tenant].example.com`, not `[::1]:3000`.
const fn is_class(before: &[u8], rest: &[u8]) -> bool {
    let [b'[', ..] = rest else {
        return false;
    };
    let Some(end) = find(rest, b']') else {
        return false;
    };
    let (class, after) = rest.split_at(end);
    let follows = matches!(before, [.., b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.']);
    let leads = matches!(after, [_, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.', ..]);
    (follows || leads) && !contains(class, b':')
}

/// Whether a `/` of a path comes before a byte. Paths and queries may have any characters.
const fn is_after_a_path(text: &[u8], at: usize) -> bool {
    let mut i = match find_scheme_end(text, 0) {
        Some(end) => end + 3,
        // `/…/`
        None => matches!(text, [b'/', .., b'/']) as usize,
    };
    while i < at {
        if text[i] == b'/' {
            return true;
        }
        i += 1;
    }
    false
}

/// What becomes of a part that may be left out, such as `(www\.)?`.
#[derive(Clone, Copy)]
pub(super) enum Optional {
    LeftOut,
    Kept,
}

/// Writes the pattern that a regular expression was probably meant to be. The caller checks that it is one.
pub(super) const fn push_expression_as_pattern(
    pattern: &mut Text,
    text: &[u8],
    optional: Optional,
) {
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
            [b's', b'?', after @ ..] | [b'(', b's', b')', b'?', after @ ..]
                if matches!(after, [b':', ..]) =>
            {
                if !is_local_after_scheme(after) {
                    pattern.push(b's');
                }
                after
            }
            // A port that may be left out is "*": any port, or none.
            [b'(', ..] => match find_group_end(rest) {
                Some(end) if matches!(skip(rest, end), [b')', b'?', ..]) => {
                    let (group, after_group) = (take(rest, end), skip(rest, end + 2));
                    let is_port = contains(group, b':') && !contains(group, b'.');
                    match (is_port, optional) {
                        (true, _) => {
                            pattern.push_bytes(b":*");
                            after_group
                        }
                        (false, Optional::LeftOut) => after_group,
                        (false, Optional::Kept) => without_group_start(rest),
                    }
                }
                _ => without_group_start(rest),
            },
            [b')', b'?', after @ ..] => after,
            [b')', ..] => after,
            [b'[', ..] => {
                pattern.push(b'*');
                match find(rest, b']') {
                    Some(end) => without_quantifier(skip(rest, end + 1)),
                    None => after,
                }
            }
            [b'\\', b'd' | b'w', after @ ..] | [b'.', b'*' | b'+', after @ ..] => {
                pattern.push(b'*');
                without_quantifier(after)
            }
            // A glob's one character.
            [b'?', b'?' | b'.', ..] => {
                pattern.push(b'*');
                after
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

/// Whether `://localhost` or the like follows. Such pages seldom have a certificate.
const fn is_local_after_scheme(text: &[u8]) -> bool {
    let mut lower = Text::new();
    lower.push_lower(text);
    let text = lower.as_bytes();
    starts_with(text, b"://localhost")
        || starts_with(text, b"://127.")
        || starts_with(text, b"://127\\")
}

/// What follows `(`, or `(?:`.
const fn without_group_start(text: &[u8]) -> &[u8] {
    match text {
        [b'(', b'?', b':', rest @ ..] | [b'(', rest @ ..] => rest,
        _ => text,
    }
}

/// Where the group at the start of a text ends. `None` if it contains groups.
const fn find_group_end(text: &[u8]) -> Option<usize> {
    match find(text, b')') {
        Some(end) if !contains(between(text, 1, end), b'(') => Some(end),
        _ => None,
    }
}

/// Removes the `*`, `+`, `?` or `{1,63}` at the start of a text.
const fn without_quantifier(text: &[u8]) -> &[u8] {
    match text {
        [b'*' | b'+' | b'?', rest @ ..] => rest,
        [b'{', ..] => match find(text, b'}') {
            Some(end) => skip(text, end + 1),
            None => text,
        },
        _ => text,
    }
}
