//! Text of others in messages: escaped and cut.

use std::fmt;

/// The longest text that is shown, in bytes.
const LONGEST: usize = 128;

/// Text between quotes, escaped and cut.
pub(super) struct Quoted<'a>(pub(super) &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Shown(self.0))
    }
}

/// Text without quotes, escaped and cut.
pub(super) struct Shown<'a>(pub(super) &'a [u8]);

impl fmt::Display for Shown<'_> {
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

/// A text of another's that is kept in a message.
pub(super) fn shown(text: &[u8]) -> String {
    Shown(text).to_string()
}

/// The first few of a list, and how many more there are.
pub(super) fn shown_list<'a>(items: impl ExactSizeIterator<Item = &'a [u8]>) -> String {
    const MOST: usize = 12;
    let count = items.len();
    let list = items.take(MOST).map(shown).collect::<Vec<_>>().join(", ");
    match count.checked_sub(MOST) {
        None | Some(0) => list,
        Some(more) => format!("{list} and {more} more"),
    }
}
