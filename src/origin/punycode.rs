//! Punycode (RFC 3492): whether an `xn--` label decodes to something.
//!
//! `origin!` runs this at compile time; the functions of the crates `idna` and `punycode` are not `const`.
//! <https://www.rfc-editor.org/rfc/rfc3492#section-6>

#![allow(
    clippy::cast_lossless,
    clippy::cast_possible_truncation,
    reason = "a const fn can use neither From nor TryFrom; each cast is in bounds"
)]

use super::const_text::{find_last, skip};

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

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
