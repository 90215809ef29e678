//! A set of texts in one block of memory, found by their hash.
//!
//! Why not `hashbrown` with `foldhash`? A look-up that finds its text takes 110 instructions here and 154 there.
//! One that finds nothing among many texts is faster there, by about half, and a text takes 3 to 7 bytes less. But
//! the difference is some tens of nanoseconds for an origin that is refused, and the price would be two more
//! dependencies for everyone. `cargo bench --bench table` measures both.
//! `super::hash` says why nobody can make texts collide.

use super::texts::{Arena, bytes_at, iter};

/// The texts one after another, each after its length, and an open-addressing table of their offsets. A text takes at
/// most 16 bytes in addition to its own.
#[derive(Clone)]
pub(crate) struct Table {
    slots: Box<[Slot]>,
    arena: Vec<u8>,
}

#[derive(Clone, Copy)]
struct Slot {
    /// The lower half of the hash. It makes comparing a wrong text unlikely.
    tag: u32,
    /// Where the text is in the arena; [`EMPTY`] if the slot has no text.
    offset: u32,
}

const EMPTY: u32 = u32::MAX;

/// How many slots are fetched from memory at once.
const BATCH: usize = 32;

#[derive(Debug, thiserror::Error)]
#[error("the origins take more than 4 GiB")]
pub(crate) struct TooLarge;

impl Table {
    /// An empty table with room for `count` texts. It does not grow.
    pub(super) fn for_texts(count: usize) -> Self {
        let empty = Slot {
            tag: 0,
            offset: EMPTY,
        };
        Self {
            // Three fifths full, so a search soon ends at an empty slot.
            slots: vec![empty; count + 2 * count / 3 + 1].into_boxed_slice(),
            arena: Vec::new(),
        }
    }

    /// A table that takes over an arena, so no text is copied. It leaves out repeated texts, and those that are not
    /// wanted.
    pub(super) fn from_arena(
        arena: Arena,
        hash: impl Fn(&[u8]) -> u64,
        mut is_wanted: impl FnMut(&[u8]) -> bool,
    ) -> Result<Self, TooLarge> {
        let mut table = Self::for_texts(arena.len());
        table.arena = arena.bytes;
        let (mut from, mut end) = (0, 0);
        loop {
            let mut batch = [(0, 0, 0); BATCH];
            let mut count = 0;
            while let Some((place, text)) = batch.get_mut(count).zip(bytes_at(&table.arena, from)) {
                *place = (hash(text), from, text.len() + 2);
                from += text.len() + 2;
                count += 1;
            }
            let batch = &batch[..count];
            if batch.is_empty() {
                break;
            }
            // The slots are anywhere in memory. Together, they arrive in little more time than one of them.
            let slots = batch
                .iter()
                .map(|(hash, ..)| table.slots[first_slot(*hash, table.slots.len())].offset);
            std::hint::black_box(slots.fold(0, |all, offset| all ^ offset));
            for (hash, start, length) in batch {
                let text = bytes_at(&table.arena, *start).unwrap_or_default();
                let Err(place) = table.find(*hash, |other| other == text) else {
                    continue;
                };
                if !is_wanted(text) {
                    continue;
                }
                let offset = u32::try_from(end).map_err(|_| TooLarge)?;
                if offset == EMPTY {
                    return Err(TooLarge);
                }
                table.slots[place] = Slot {
                    tag: tag(*hash),
                    offset,
                };
                if end != *start {
                    table.arena.copy_within(*start..start + length, end);
                }
                end += length;
            }
        }
        table.arena.truncate(end);
        table.shrink();
        Ok(table)
    }

    /// Adds a text under its hash. A repeated text is added once.
    pub(super) fn add(&mut self, hash: u64, text: &str) -> Result<(), TooLarge> {
        let text = text.as_bytes();
        let Err(place) = self.find(hash, |other| other == text) else {
            return Ok(());
        };
        let offset = u32::try_from(self.arena.len()).map_err(|_| TooLarge)?;
        let len = u16::try_from(text.len()).map_err(|_| TooLarge)?;
        if offset == EMPTY {
            return Err(TooLarge);
        }
        self.slots[place] = Slot {
            tag: tag(hash),
            offset,
        };
        self.arena.extend_from_slice(&len.to_le_bytes());
        self.arena.extend_from_slice(text);
        Ok(())
    }

    /// Gives back the memory that no text uses.
    pub(super) fn shrink(&mut self) {
        self.arena.shrink_to_fit();
    }

    /// Whether one of the texts under `hash` equals the wanted one.
    #[inline]
    pub(super) fn has(&self, hash: u64, is_wanted: impl Fn(&[u8]) -> bool) -> bool {
        self.find(hash, is_wanted).is_ok()
    }

    /// `Err` is the empty slot where the text belongs.
    #[inline]
    fn find(&self, hash: u64, is_wanted: impl Fn(&[u8]) -> bool) -> Result<(), usize> {
        let mut i = first_slot(hash, self.slots.len());
        loop {
            let slot = self.slots[i];
            if slot.offset == EMPTY {
                return Err(i);
            }
            if slot.tag == tag(hash) && is_wanted(entry(&self.arena, slot.offset)) {
                return Ok(());
            }
            i = next_slot(i, self.slots.len());
        }
    }

    /// The texts, in the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        iter(&self.arena)
    }
}

/// The slot where a search starts: the upper half of the hash, scaled to the number of slots.
pub(super) fn first_slot(hash: u64, slots: usize) -> usize {
    let scaled = (u128::from(hash) * slots as u128) >> 64;
    usize::try_from(scaled).expect("below the number of slots, a usize")
}

/// The slot where a search goes on.
pub(super) fn next_slot(slot: usize, slots: usize) -> usize {
    if slot + 1 == slots { 0 } else { slot + 1 }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only the lower half is wanted"
)]
fn tag(hash: u64) -> u32 {
    hash as u32
}

/// The text that starts at an offset that [`Table::add`] gave.
#[inline]
fn entry(arena: &[u8], offset: u32) -> &[u8] {
    let from = &arena[offset as usize..];
    match from.split_first_chunk::<2>() {
        Some((len, text)) => &text[..usize::from(u16::from_le_bytes(*len))],
        None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::Table;

    /// Each table has a new random seed, so a test from outside cannot make texts collide.
    #[test]
    fn texts_with_one_hash_are_distinguished() {
        let texts = [
            "https://a.example",
            "https://b.example",
            "https://a.example",
        ];
        for hash in [0, 1, 7 << 32, u64::MAX] {
            // the same hash, then the same tag in another place
            for other in [hash, hash ^ (1 << 63)] {
                let mut table = Table::for_texts(texts.len());
                for (hash, text) in [hash, other, hash].into_iter().zip(texts) {
                    table.add(hash, text).expect("three short texts");
                }
                let has = |hash, wanted: &str| table.has(hash, |text| text == wanted.as_bytes());
                assert!(has(hash, texts[0]));
                assert!(has(other, texts[1]));
                assert!(!has(hash, "https://c.example"));
                assert!(!has(other, "https://c.example"));
                assert_eq!(table.iter().collect::<Vec<_>>(), texts[..2]);
            }
        }
    }
}
