//! A short text that can be built at compile time: the message of an error, an address in its usual form.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    clippy::many_single_char_names,
    reason = "a const fn can use neither From nor TryFrom, and its loops count; each cast is in bounds"
)]

use super::const_bytes::take;

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
            if byte < 0x20 || byte == 0x7f || byte == b'"' || byte == b'\\' {
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
