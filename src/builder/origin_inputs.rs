//! The origins that a builder was given, as they were written, until `build()` reads them.

use super::inputs::Item;
use crate::matcher::Texts;
use crate::origin::OriginPattern;

/// A list of origins. A long one takes little more memory than its texts, and a text that is added is not copied again.
#[derive(Clone, Default)]
pub(super) struct OriginInputs {
    first: Vec<Item<OriginPattern>>,
    /// What comes after the first ones.
    more: Texts,
}

/// More than people write by hand.
const FIRST: usize = 1_000;

impl OriginInputs {
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub(super) fn into_parts(self) -> (Vec<Item<OriginPattern>>, Texts) {
        (self.first, self.more)
    }
}

impl Extend<Item<OriginPattern>> for OriginInputs {
    fn extend<I: IntoIterator<Item = Item<OriginPattern>>>(&mut self, items: I) {
        for item in items {
            if self.first.len() < FIRST {
                self.first.push(item);
            } else {
                match item {
                    Item::Value(origin) => self.more.push(origin.as_str()),
                    Item::Text(text) => self.more.push(&text),
                }
            }
        }
    }
}
