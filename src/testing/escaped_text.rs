//! Text from servers and requests, escaped and shortened for messages.

use std::fmt;

/// The longest text that is shown, in bytes.
const LONGEST: usize = 128;
/// The most items of a list that are shown.
const MOST: usize = 12;

/// Text whose control characters and non-ASCII bytes are escaped. Long text is shortened.
pub(crate) struct Escaped<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = &self.0[..self.0.len().min(LONGEST)];
        for byte in shown {
            match byte {
                b'\'' | b'"' => write!(f, "{}", char::from(*byte))?,
                byte => write!(f, "{}", byte.escape_ascii())?,
            }
        }
        if shown.len() < self.0.len() {
            write!(f, "… ({} bytes)", self.0.len())?;
        }
        Ok(())
    }
}

/// The same, for a message that keeps it.
pub(crate) fn escaped(text: &[u8]) -> String {
    Escaped(text).to_string()
}

/// The first items of a list, and how many more there are.
pub(crate) fn escaped_list<'a>(items: impl ExactSizeIterator<Item = &'a [u8]>) -> String {
    let count = items.len();
    let list = items.take(MOST).map(escaped).collect::<Vec<_>>().join(", ");
    match count.checked_sub(MOST) {
        None | Some(0) => list,
        Some(more) => format!("{list} and {more} more"),
    }
}
