//! Questions about bytes. A `const fn` cannot use most methods of slices.

/// `a == b`
pub(super) const fn are_equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && starts_with(a, b)
}

/// Whether a text starts with another.
pub(super) const fn starts_with(text: &[u8], start: &[u8]) -> bool {
    if text.len() < start.len() {
        return false;
    }
    let mut i = 0;
    while i < start.len() {
        if text[i] != start[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Whether a text ends with another.
pub(super) const fn ends_with(text: &[u8], end: &[u8]) -> bool {
    text.len() >= end.len() && starts_with(skip(text, text.len() - end.len()), end)
}

/// Where a byte is for the first time.
pub(super) const fn find(text: &[u8], byte: u8) -> Option<usize> {
    let mut i = 0;
    while i < text.len() {
        if text[i] == byte {
            return Some(i);
        }
        i += 1;
    }
    None
}

/// Where a byte is for the last time.
pub(super) const fn find_last(text: &[u8], byte: u8) -> Option<usize> {
    let mut rest = text;
    while let [before @ .., last] = rest {
        if *last == byte {
            return Some(before.len());
        }
        rest = before;
    }
    None
}

pub(super) const fn contains(text: &[u8], byte: u8) -> bool {
    find(text, byte).is_some()
}

/// `&text[from..to]`
pub(super) const fn between(text: &[u8], from: usize, to: usize) -> &[u8] {
    skip(take(text, to), from)
}

/// `&text[..count]`
pub(super) const fn take(text: &[u8], count: usize) -> &[u8] {
    text.split_at(count).0
}

/// `&text[count..]`
pub(super) const fn skip(text: &[u8], count: usize) -> &[u8] {
    text.split_at(count).1
}

pub(super) const fn are_digits(text: &[u8]) -> bool {
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        if !byte.is_ascii_digit() {
            return false;
        }
        rest = after;
    }
    true
}
