//! The hash of the tables, with a secret seed.
//!
//! Nobody can force collisions, not even someone who can add origins to a policy: every product in the hash has a
//! secret factor, and each table draws two new secrets when it is built. Hashes never leave the process, and a look-up
//! compares the whole text, so a collision only costs time.
//!
//! The seed is as secret as the standard library's [`RandomState`]. On `wasm32-unknown-unknown`, it is not secret: that
//! target has no source of random numbers, and each instance of a module draws the same seed (`tests/wasm` shows it).
//! There, someone who chooses many of a policy's origins can make look-ups slow, but cannot make an origin match.

use std::hash::{BuildHasher, Hasher, RandomState};

/// Two secret numbers, new ones for each table.
#[derive(Clone, Copy)]
pub(crate) struct Seed {
    first: u64,
    second: u64,
}

impl Seed {
    pub(super) fn random() -> Self {
        let draw = || RandomState::new().build_hasher().finish();
        Self {
            first: draw(),
            second: draw(),
        }
    }

    /// The hash of some bytes, sixteen at a time.
    pub(super) fn hash(self, bytes: &[u8]) -> u64 {
        let mut hash = self.first ^ bytes.len() as u64;
        let mut rest = bytes;
        while let Some((chunk, tail)) = rest.split_first_chunk::<16>() {
            hash = self.mix_chunk(hash, chunk);
            rest = tail;
        }
        if rest.is_empty() {
            return hash;
        }
        if let Some(chunk) = bytes.last_chunk::<16>() {
            // Reads some bytes twice, and leaves none out.
            return self.mix_chunk(hash, chunk);
        }
        let mut chunk = [0; 16];
        chunk[..rest.len()].copy_from_slice(rest);
        self.mix_chunk(hash, &chunk)
    }

    fn mix_chunk(self, hash: u64, chunk: &[u8; 16]) -> u64 {
        let both = u128::from_le_bytes(*chunk);
        fold(hash ^ low(both), self.second ^ high(both))
    }

    /// One hash from two. The order matters.
    pub(super) fn combine(self, first: u64, second: u64) -> u64 {
        fold(first ^ self.first, second ^ self.second)
    }
}

/// Mixes all bits of both factors into all bits of the result.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    low(product) ^ high(product)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only the lower half is wanted"
)]
fn low(number: u128) -> u64 {
    number as u64
}

fn high(number: u128) -> u64 {
    low(number >> 64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Seed;

    /// From outside, a weak hash can only be seen by its slowness.
    #[test]
    fn similar_inputs_have_different_hashes() {
        let seed = Seed::random();
        let numbers = || 0..10_000_u64;
        let texts = |text: fn(u64) -> String| {
            let hash = |number| seed.hash(text(number).as_bytes());
            numbers().map(hash).collect::<HashSet<_>>().len()
        };
        assert_eq!(texts(|n| format!("{n:05}")), 10_000, "short");
        assert_eq!(
            texts(|n| format!("{n:05}://a.example.com")),
            10_000,
            "at the start"
        );
        assert_eq!(
            texts(|n| format!("https://{n:05}.example.com")),
            10_000,
            "in the middle"
        );
        assert_eq!(
            texts(|n| format!("https://example.com:{n:05}")),
            10_000,
            "at the end"
        );

        let zeros = [0; 17];
        let lengths: HashSet<_> = (0..=17).map(|len| seed.hash(&zeros[..len])).collect();
        assert_eq!(lengths.len(), 18, "lengths");

        let pairs = numbers().map(|n| seed.combine(n / 100, n % 100));
        assert_eq!(pairs.collect::<HashSet<_>>().len(), 10_000, "pairs");
    }
}
