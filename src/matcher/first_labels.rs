//! Many patterns such as `https://app-*.example.com`: which lengths of the text before and after the `*` to try.
//!
//! It keeps, for each base, the lengths of the texts before the `*`, and for each base and text before the `*`, the
//! lengths of the texts after it. A look-up tries only these lengths. So its cost is bounded by the 63 bytes of a
//! label, and does not grow with the number of patterns.

use super::hash::Seed;
use super::table::{first_slot, next_slot};

/// The lengths by the hash of what comes before, in an open-addressing table that is at most half full. If two hashes
/// are equal, their lengths are merged, and some are tried without success.
#[derive(Clone, Default)]
pub(super) struct FirstLabels {
    slots: Vec<Slot>,
    used: usize,
}

/// A slot without lengths is empty.
#[derive(Clone, Copy, Default)]
struct Slot {
    hash: u64,
    lengths: Lengths,
}

impl FirstLabels {
    /// Adds a pattern. `base` is the hash of its base, scheme and port. Returns the hash of the whole pattern.
    pub(super) fn add(&mut self, seed: Seed, base: u64, prefix: &str, suffix: &str) -> u64 {
        self.add_length(base, prefix.len());
        let with_prefix = seed.combine(base, seed.hash(prefix.as_bytes()));
        self.add_length(with_prefix, suffix.len());
        seed.combine(with_prefix, seed.hash(suffix.as_bytes()))
    }

    /// Whether a label splits into a prefix, a text for the `*` and a suffix that `is_there`, under this base.
    pub(super) fn find(
        &self,
        seed: Seed,
        base: u64,
        label: &[u8],
        is_there: impl Fn(u64, &[u8], &[u8]) -> bool,
    ) -> bool {
        self.lengths_after(base).any(|prefix| {
            let Some((prefix, rest)) = label.split_at_checked(prefix) else {
                return false;
            };
            let with_prefix = seed.combine(base, seed.hash(prefix));
            self.lengths_after(with_prefix).any(|suffix| {
                let start = rest.len().checked_sub(suffix);
                start.is_some_and(|start| {
                    let suffix = &rest[start..];
                    is_there(seed.combine(with_prefix, seed.hash(suffix)), prefix, suffix)
                })
            })
        })
    }

    fn lengths_after(&self, hash: u64) -> impl Iterator<Item = usize> {
        let slot = self.slots.get(self.place(hash));
        slot.copied().unwrap_or_default().lengths.iter()
    }

    fn add_length(&mut self, hash: u64, length: usize) {
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow();
        }
        let place = self.place(hash);
        let slot = &mut self.slots[place];
        if slot.is_empty() {
            self.used += 1;
        }
        slot.hash = hash;
        slot.lengths.add(length);
    }

    fn grow(&mut self) {
        let larger = vec![Slot::default(); (4 * self.used).max(8)];
        for slot in std::mem::replace(&mut self.slots, larger) {
            if !slot.is_empty() {
                let place = self.place(slot.hash);
                self.slots[place] = slot;
            }
        }
    }

    /// The slot of a hash, or the empty one where it belongs.
    fn place(&self, hash: u64) -> usize {
        let mut place = first_slot(hash, self.slots.len());
        while let Some(slot) = self.slots.get(place) {
            if slot.hash == hash || slot.is_empty() {
                break;
            }
            place = next_slot(place, self.slots.len());
        }
        place
    }
}

impl Slot {
    fn is_empty(self) -> bool {
        self.lengths == Lengths::default()
    }
}

/// Bit n: a text of n bytes exists. A label has at most 63.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Lengths(u64);

impl Lengths {
    fn add(&mut self, length: usize) {
        self.0 |= 1 << (length % 64);
    }

    fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let length = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Some(length as usize)
        })
    }
}
