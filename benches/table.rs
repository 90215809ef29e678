//! The matcher's table against `hashbrown` with `foldhash`, both over texts in one block of memory.
//!
//! ```sh
//! cargo bench --bench table
//! ```
//! For the number of instructions of 10,000 look-ups, subtract what `callgrind` counts without them:
//! ```sh
//! for look_ups in 0 10000; do
//!   valgrind --tool=callgrind --callgrind-out-file=/dev/null \
//!     target/release/deps/table-<hash> ours $look_ups   # or: theirs
//! done
//! ```

#[path = "../src/matcher/hash.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "only its hash of a text is used here, and no test"
)]
mod hash;
#[path = "../src/matcher/table.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "nothing here lists the texts, and no test runs"
)]
mod table;
#[path = "../src/matcher/texts.rs"]
#[allow(dead_code, reason = "the texts here come from a list")]
mod texts;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::hint::black_box;
use std::time::Instant;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use hash::Seed;
use table::Table;

const ROUNDS: usize = 15;
const LOOK_UPS: usize = 1_000_000;

struct Ours {
    table: Table,
    seed: Seed,
}

impl Ours {
    fn build(texts: &[String]) -> Self {
        let seed = Seed::random();
        let mut table = Table::for_texts(texts.len());
        for text in texts {
            let hash = seed.hash(text.as_bytes());
            table.add(hash, text).expect("less than 4 GiB");
        }
        table.shrink();
        Self { table, seed }
    }

    #[inline]
    fn has(&self, text: &[u8]) -> bool {
        self.table.has(self.seed.hash(text), |found| found == text)
    }
}

/// The texts one after another, as in ours, and a `hashbrown` table of their offsets.
struct Theirs {
    table: HashTable<u32>,
    arena: Vec<u8>,
    seed: FixedState,
}

impl Theirs {
    fn build(texts: &[String]) -> Self {
        let seed = FixedState::with_seed(RandomState::new().build_hasher().finish());
        let hash = |text: &[u8]| hash_with(seed.clone(), text);
        let mut table = HashTable::with_capacity(texts.len());
        let mut arena = Vec::new();
        for text in texts {
            let offset = u32::try_from(arena.len()).expect("less than 4 GiB");
            let length = u16::try_from(text.len()).expect("a short text");
            arena.extend_from_slice(&length.to_le_bytes());
            arena.extend_from_slice(text.as_bytes());
            table.insert_unique(hash(text.as_bytes()), offset, |offset| {
                hash(entry(&arena, *offset))
            });
        }
        Self { table, arena, seed }
    }

    #[inline]
    fn has(&self, text: &[u8]) -> bool {
        let hash = hash_with(self.seed.clone(), text);
        let is_it = |offset: &u32| entry(&self.arena, *offset) == text;
        self.table.find(hash, is_it).is_some()
    }
}

#[inline]
#[allow(clippy::needless_pass_by_value, reason = "it is two numbers")]
fn hash_with(seed: FixedState, text: &[u8]) -> u64 {
    let mut hasher = seed.build_hasher();
    hasher.write(text);
    hasher.finish()
}

#[inline]
fn entry(arena: &[u8], offset: u32) -> &[u8] {
    let (length, rest) = arena[offset as usize..]
        .split_first_chunk()
        .expect("a length");
    &rest[..usize::from(u16::from_le_bytes(*length))]
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [who, look_ups] = &*arguments {
        return look_up(who, look_ups.parse().expect("a number of look-ups"));
    }
    println!(
        "{:>9} {:>14} {:>14} {:>16} {:>16} {:>16}",
        "texts", "hit, ours", "theirs", "miss, ours", "theirs", "build, ours/theirs"
    );
    for count in [100, 10_000, 1_000_000] {
        let texts = texts(count);
        let misses: Vec<_> = texts.iter().map(|text| format!("{text}x")).collect();
        let start = Instant::now();
        let ours = Ours::build(&texts);
        let built_ours = start.elapsed();
        let start = Instant::now();
        let theirs = Theirs::build(&texts);
        let built_theirs = start.elapsed();
        let [hit, their_hit] = times(&texts, |text| ours.has(text), |text| theirs.has(text));
        let [miss, their_miss] = times(&misses, |text| ours.has(text), |text| theirs.has(text));
        println!(
            "{count:>9} {hit:>11.1} ns {their_hit:>11.1} ns {miss:>13.1} ns {their_miss:>13.1} ns {:>10.2}",
            built_ours.as_secs_f64() / built_theirs.as_secs_f64()
        );
        println!(
            "{:>9} bytes a text, besides the text: ours 15.4, theirs {:.1}",
            "",
            2.0 + as_float(theirs.table.allocation_size()) / as_float(count)
        );
    }
}

/// Texts in an order that no table has.
fn texts(count: usize) -> Vec<String> {
    (0..count)
        .map(|i| i.wrapping_mul(7919) % count)
        .map(|i| format!("https://tenant-{i}.apps.example.com"))
        .collect()
}

/// The median time of a look-up in nanoseconds, the two taking turns.
fn times(
    texts: &[String],
    ours: impl Fn(&[u8]) -> bool,
    theirs: impl Fn(&[u8]) -> bool,
) -> [f64; 2] {
    let mut rounds = [vec![], vec![]];
    for _ in 0..ROUNDS {
        rounds[0].push(time(texts, &ours));
        rounds[1].push(time(texts, &theirs));
    }
    rounds.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    })
}

fn time(texts: &[String], has: &impl Fn(&[u8]) -> bool) -> f64 {
    let rounds = (LOOK_UPS / texts.len()).max(1);
    let start = Instant::now();
    for _ in 0..rounds {
        for text in texts {
            black_box(has(black_box(text.as_bytes())));
        }
    }
    start.elapsed().as_secs_f64() * 1e9 / as_float(rounds * texts.len())
}

/// For `callgrind`: as many look-ups of texts that are there.
fn look_up(who: &str, count: usize) {
    let texts = texts(100_000);
    let wanted = texts.iter().take(count).map(String::as_bytes);
    if who == "ours" {
        let ours = Ours::build(&texts);
        wanted.for_each(|text| _ = black_box(ours.has(black_box(text))));
    } else {
        let theirs = Theirs::build(&texts);
        wanted.for_each(|text| _ = black_box(theirs.has(black_box(text))));
    }
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn as_float(number: usize) -> f64 {
    number as f64
}
