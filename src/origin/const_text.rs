//! Bytes and short texts in a `const fn`, which can use few methods of slices and no `String`.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    clippy::many_single_char_names,
    reason = "a const fn can use neither From nor TryFrom, and its loops count; each cast is in bounds"
)]

/// Enough for the longest message: an origin, twice, and the rule between them.
const CAPACITY: usize = 1024;

/// A text of at most [`CAPACITY`] bytes. What doesn't fit is left out.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Text {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; CAPACITY],
            len: 0,
        }
    }

    pub(crate) const fn push(&mut self, byte: u8) {
        if self.len < CAPACITY {
            self.bytes[self.len] = byte;
            self.len += 1;
        }
    }

    // Inlined into its many callers, the loop would be most of their code.
    #[inline(never)]
    pub(crate) const fn push_bytes(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            self.push(*first);
            rest = after;
        }
    }

    pub(crate) const fn push_lower(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let [first, after @ ..] = rest {
            self.push(first.to_ascii_lowercase());
            rest = after;
        }
    }

    /// Adds a number in decimal digits.
    pub(crate) const fn push_decimal(&mut self, number: u32) {
        if number >= 10 {
            self.push_decimal(number / 10);
        }
        self.push(b'0' + (number % 10) as u8);
    }

    /// Adds a number in lower-case hexadecimal digits.
    pub(crate) const fn push_hex(&mut self, number: u16) {
        if number >= 16 {
            self.push_hex(number / 16);
        }
        self.push(b"0123456789abcdef"[(number % 16) as usize]);
    }

    /// Adds text from a configuration, between double quotes: at most 256 bytes of it, with control characters and
    /// quotes escaped as `\xNN`.
    pub(crate) const fn push_quoted(&mut self, text: &str) {
        const LONGEST: usize = 256;
        let bytes = text.as_bytes();
        self.push(b'"');
        let mut end = if bytes.len() > LONGEST {
            LONGEST
        } else {
            bytes.len()
        };
        // Don't split a character of several bytes.
        while end < bytes.len() && bytes[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        let mut i = 0;
        while i < end {
            let byte = bytes[i];
            if byte < 0x20 || byte == 0x7f {
                self.push_bytes(b"\\x");
                self.push(b"0123456789abcdef"[(byte >> 4) as usize]);
                self.push(b"0123456789abcdef"[(byte & 0xf) as usize]);
            } else {
                self.push(byte);
            }
            i += 1;
        }
        self.push(b'"');
        if end < bytes.len() {
            self.push_bytes(b" (cut)");
        }
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        take(&self.bytes, self.len)
    }

    /// The text; empty if a caller added something that is not UTF-8.
    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.as_bytes()) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

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
