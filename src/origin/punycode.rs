//! Punycode (RFC 3492): the ASCII form of a label that has characters beyond ASCII.
//!
//! `origin!` runs this at compile time; the functions of the crates `idna` and `punycode` are not `const`.
//! <https://www.rfc-editor.org/rfc/rfc3492#section-6>

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_lossless,
    clippy::many_single_char_names,
    reason = "a const fn can use neither From nor TryFrom, and its loops count; each cast is in bounds"
)]

use super::const_bytes::{find_last, skip};
use super::const_text::Text;

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
/// A label of 63 bytes encodes fewer characters.
const LONGEST: usize = 64;

/// Writes `label`, which has characters beyond ASCII, as `xn--…`. `None` if it is not UTF-8, or too
/// long.
pub(super) const fn push_encoded(text: &mut Text, label: &[u8]) -> Option<()> {
    let mut characters = [0_u32; LONGEST];
    let mut count = 0;
    let mut i = 0;
    while i < label.len() {
        let Some((character, width)) = decode_utf8(label, i) else {
            return None;
        };
        if count == LONGEST {
            return None;
        }
        characters[count] = lower_case(character);
        count += 1;
        i += width;
    }

    text.push_bytes(b"xn--");
    let mut basic = 0;
    let mut c = 0;
    while c < count {
        if characters[c] <= 0x7f {
            text.push(characters[c] as u8);
            basic += 1;
        }
        c += 1;
    }
    if basic > 0 {
        text.push(b'-');
    }

    let (mut n, mut delta, mut bias) = (0x80_u32, 0_u32, 72);
    let mut handled = basic;
    while handled < count as u32 {
        let mut next = u32::MAX;
        let mut c = 0;
        while c < count {
            if characters[c] >= n && characters[c] < next {
                next = characters[c];
            }
            c += 1;
        }
        delta += (next - n) * (handled + 1);
        n = next;
        let mut c = 0;
        while c < count {
            if characters[c] < n {
                delta += 1;
            } else if characters[c] == n {
                push_variable_length(text, delta, bias);
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
            c += 1;
        }
        delta += 1;
        n += 1;
    }
    Some(())
}

const fn push_variable_length(text: &mut Text, number: u32, bias: u32) {
    let mut q = number;
    let mut k = BASE;
    loop {
        let t = threshold(k, bias);
        if q < t {
            text.push(digit(q));
            return;
        }
        text.push(digit(t + (q - t) % (BASE - t)));
        q = (q - t) / (BASE - t);
        k += BASE;
    }
}

/// `k - bias`, but at least `T_MIN`, and at most `T_MAX`.
const fn threshold(k: u32, bias: u32) -> u32 {
    if k <= bias {
        T_MIN
    } else if k >= bias + T_MAX {
        T_MAX
    } else {
        k - bias
    }
}

const fn digit(value: u32) -> u8 {
    b"abcdefghijklmnopqrstuvwxyz0123456789"[value as usize]
}

/// <https://www.rfc-editor.org/rfc/rfc3492#section-6.1>
const fn adapt(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

/// Whether a label is an ordinary one, or an `xn--` label that decodes to something beyond ASCII.
pub(super) const fn is_decodable(label: &[u8]) -> bool {
    let [b'x', b'n', b'-', b'-', encoded @ ..] = label else {
        return true;
    };
    // The last hyphen ends the ASCII characters.
    let (mut points, mut digits) = match find_last(encoded, b'-') {
        Some(0) => return false,
        Some(hyphen) => (hyphen as u32, skip(encoded, hyphen + 1)),
        None => (0, encoded),
    };
    if digits.is_empty() {
        return false;
    }
    let (mut n, mut position, mut bias) = (0x80_u32, 0_u32, 72);
    let mut is_first = true;
    while !digits.is_empty() {
        let before = position;
        let mut weight = 1_u32;
        let mut k = BASE;
        loop {
            let (value, rest) = match digits {
                [letter @ b'a'..=b'z', rest @ ..] => (*letter - b'a', rest),
                [digit @ b'0'..=b'9', rest @ ..] => (*digit - b'0' + 26, rest),
                _ => return false,
            };
            let value = value as u32;
            digits = rest;
            let (Some(step), t) = (value.checked_mul(weight), threshold(k, bias)) else {
                return false;
            };
            let Some(sum) = position.checked_add(step) else {
                return false;
            };
            position = sum;
            if value < t {
                break;
            }
            let Some(heavier) = weight.checked_mul(BASE - t) else {
                return false;
            };
            weight = heavier;
            k += BASE;
        }
        points += 1;
        bias = adapt(position - before, points, is_first);
        is_first = false;
        let Some(character) = n.checked_add(position / points) else {
            return false;
        };
        n = character;
        position = position % points + 1;
        if char::from_u32(n).is_none() {
            return false;
        }
    }
    true
}

/// The character at `i`, and its width in bytes.
const fn decode_utf8(bytes: &[u8], i: usize) -> Option<(u32, usize)> {
    let (mut character, width) = match bytes[i] {
        byte @ 0..=0x7f => (byte as u32, 1),
        byte @ 0xc2..=0xdf => (byte as u32 & 0x1f, 2),
        byte @ 0xe0..=0xef => (byte as u32 & 0x0f, 3),
        byte @ 0xf0..=0xf4 => (byte as u32 & 0x07, 4),
        _ => return None,
    };
    let mut k = 1;
    while k < width {
        if i + k >= bytes.len() || bytes[i + k] & 0xc0 != 0x80 {
            return None;
        }
        character = (character << 6) | (bytes[i + k] & 0x3f) as u32;
        k += 1;
    }
    Some((character, width))
}

/// Changes Latin, Greek and Cyrillic capitals to lower case, and no other character.
const fn lower_case(character: u32) -> u32 {
    match character {
        0x41..=0x5a | 0xc0..=0xd6 | 0xd8..=0xde | 0x391..=0x3a1 | 0x3a3..=0x3a9 | 0x410..=0x42f => {
            character + 0x20
        }
        0x400..=0x40f => character + 0x50,
        0x100..=0x12e | 0x132..=0x136 | 0x14a..=0x176 if character % 2 == 0 => character + 1,
        _ => character,
    }
}
