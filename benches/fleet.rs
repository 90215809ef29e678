//! What it costs when each instance of a fleet compiles its own copy of one source: how long a copy takes to build, how
//! much memory it needs, how old it gets.
//!
//! ```sh
//! cargo bench --bench fleet             # prints
//! cargo bench --bench fleet -- --write  # writes docs/fleet.md
//! ```

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use tower_cors::CorsLayer;

const SIZES: [usize; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const INTERVALS: [Duration; 3] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(10),
];
const NEXT_HEADING: &str = "## Three instances and PostgreSQL";
const INSTANCES: u64 = 100;
const CHANGES: u64 = 1_000;

/// A compiled copy.
struct Copy {
    origins: usize,
    /// The average length of an origin, in bytes.
    length: f64,
    build: Duration,
    /// How long it takes to add one origin and remove another.
    change: Duration,
    /// The memory of the copy, in bytes.
    holds: u64,
    /// The most memory while it is built, with the list of texts, in bytes.
    peak: u64,
}

fn main() {
    let copies: Vec<_> = SIZES.into_iter().map(build).collect();
    let page = page(&copies);
    println!("{page}");
    if std::env::args().any(|argument| argument == "--write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fleet.md");
        // `tests/fleet` writes what comes after.
        let old = std::fs::read_to_string(path).unwrap_or_default();
        let rest = old.find(NEXT_HEADING).map(|start| &old[start..]);
        let page = match rest {
            Some(rest) => format!("{page}\n{rest}"),
            None => page,
        };
        std::fs::write(path, page).expect("the page can be written");
        println!("wrote {path}");
    }
}

fn texts(count: usize) -> Vec<String> {
    (0..count)
        .map(|i| format!("https://tenant-{i}.apps.example.com"))
        .collect()
}

fn compile(origins: Vec<String>) -> CorsLayer {
    let policy = CorsLayer::builder()
        .allow_origins(origins)
        .allow_credentials()
        .build();
    policy.expect("a policy")
}

/// What a call returns, and the processor time that it takes. Other programs of the machine make it wait, and don't count.
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let nanoseconds = || {
        let file = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        file.split(' ').next()?.parse().ok()
    };
    let (start, before) = (Instant::now(), nanoseconds());
    let result = call();
    let elapsed = start.elapsed();
    let spent = nanoseconds().zip(before);
    let spent = spent.map(|(after, before): (u64, u64)| Duration::from_nanos(after - before));
    (result, spent.unwrap_or(elapsed))
}

fn build(count: usize) -> Copy {
    let (origins, made) = timed(|| texts(count));
    let length =
        f64_of(origins.iter().map(|origin| origin.len() as u64).sum()) / f64_of(count as u64);
    let (policy, build) = timed(|| black_box(compile(origins)).policy());
    let (changed, change) = timed(|| {
        policy.change_origins(
            ["https://new.apps.example.com"],
            ["https://tenant-0.apps.example.com"],
        )
    });
    drop((black_box(changed.expect("two origins")), policy));
    eprintln!(
        "{count} texts were made in {made:.1?}, compiled in {build:.1?}, changed in {change:.1?}"
    );
    let mut copy = None;
    let info = allocation_counter::measure(|| copy = Some(compile(texts(count))));
    drop(copy);
    let bytes = |count: i64| u64::try_from(count).unwrap_or(0);
    Copy {
        origins: count,
        length,
        build,
        change,
        holds: bytes(info.bytes_current),
        peak: info.bytes_max,
    }
}

/// How long after a change an instance still uses its old copy: the median and the worst over many changes. Each
/// instance checks the source at its own moments, and builds its copy if there is a change.
fn staleness(interval: Duration, build: Duration) -> (Duration, Duration) {
    // A sequence that spreads evenly, the same in every run.
    let spread = |n: u64| (f64_of(n) * 0.618_033_988_749_895).fract();
    let mut ages: Vec<_> = (0..CHANGES)
        .flat_map(|change| {
            (0..INSTANCES).map(move |instance| {
                interval.mul_f64(spread(change * INSTANCES + instance)) + build
            })
        })
        .collect();
    ages.sort_unstable();
    (ages[ages.len() / 2], ages[ages.len() - 1])
}

fn page(copies: &[Copy]) -> String {
    let mut page = String::from(
        "# One policy for many instances\n\n\
         Written by `cargo bench --bench fleet -- --write`, except for the last part.\n\n\
         The origins are in one place, such as a database. Each instance compiles its own copy, so requests don't \
         leave the process and instances don't wait for each other. An instance checks a revision number at an \
         interval. When the number has changed, the instance reads and compiles the whole set (`examples/tenants`, \
         `CorsHandle::replace`). Until then, and while the source is down, the last copy stays in force.\n\n\
         ## A copy\n\n\
         Built on one core, from texts that are already in memory. The times are processor time. The time to read them from a database is not \
         included. The old copy serves while the new one is built, so at the peak an instance needs memory for both.\n\n\
         `Policy::change_origins` adds and removes single origins. It reads only these, and copies the others.\n\n\
         | origins | bytes each | built in | per origin | one added, one removed in | memory | memory per origin, bytes | peak while building, with the texts |\n\
         |--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for copy in copies {
        writeln!(
            page,
            "| {} | {:.1} | {:.2} s | {:.2} µs | {:.3} s | {} | {:.1} | {} |",
            copy.origins,
            copy.length,
            copy.build.as_secs_f64(),
            copy.build.as_secs_f64() * 1e6 / f64_of(copy.origins as u64),
            copy.change.as_secs_f64(),
            mebibytes(copy.holds),
            f64_of(copy.holds) / f64_of(copy.origins as u64),
            mebibytes(copy.peak),
        )
        .expect("a string");
    }
    page.push_str(
        "\n## How old a copy gets\n\n\
         The time from a change in the source until an instance uses it: the median and the worst, over 100 instances \
         that check at different moments, and 1000 changes.\n\n| origins |",
    );
    for interval in INTERVALS {
        write!(page, " checked every {interval:?} |").expect("a string");
    }
    page.push_str("\n|--:|");
    page.push_str(&"--:|".repeat(INTERVALS.len()));
    page.push('\n');
    for copy in copies {
        write!(page, "| {} |", copy.origins).expect("a string");
        for interval in INTERVALS {
            let (median, worst) = staleness(interval, copy.build);
            write!(
                page,
                " {:.2} s, {:.2} s |",
                median.as_secs_f64(),
                worst.as_secs_f64()
            )
            .expect("a string");
        }
        page.push('\n');
    }
    page.push_str(
        "\nIf a removal must take effect everywhere at the next request, don't use copies: look up each origin \
         (`CorsLayer::with_lookup`) without a cache, or with one that your changes call `CachedLookup::forget` on, as \
         below. A cached look-up needs memory only for the origins that send requests, and waits for the source when \
         it looks one up.\n",
    );
    page
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", f64_of(bytes) / f64_of(1 << 20))
}

#[expect(clippy::cast_precision_loss, reason = "figures for a person")]
fn f64_of(number: u64) -> f64 {
    number as f64
}
