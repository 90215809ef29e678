//! Many patterns such as `https://app-*.example.com`: which lengths of the text before and after the `*` to try.
//!
//! It keeps, for each base, the lengths of the texts before the `*`, and for each base and text before the `*`, the
//! lengths of the texts after it. A look-up tries only these lengths. So its cost is bounded by the 63 bytes of a
//! label, and does not grow with the number of patterns.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::hash::Seed;

/// The lengths by the hash of what comes before. If two hashes are equal, their lengths are merged, and some are tried
/// without success.
#[derive(Default)]
pub(super) struct FirstLabels {
    lengths: HashMap<u64, Lengths, BuildHasherDefault<Hashed>>,
}

impl FirstLabels {
    /// Adds a pattern. `base` is the hash of its base, scheme and port. Returns the hash of the whole pattern.
    pub(super) fn add(&mut self, seed: Seed, base: u64, prefix: &str, suffix: &str) -> u64 {
        self.lengths.entry(base).or_default().add(prefix.len());
        let with_prefix = seed.combine(base, seed.hash(prefix.as_bytes()));
        let suffixes = self.lengths.entry(with_prefix).or_default();
        suffixes.add(suffix.len());
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
        let lengths = self.lengths.get(&hash).copied().unwrap_or_default();
        lengths.iter()
    }
}

/// Bit n: a text of n bytes exists. A label has at most 63.
#[derive(Clone, Copy, Default)]
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

/// The keys are already hashes.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
