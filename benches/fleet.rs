//! What it costs a fleet to follow one source of truth, each instance with a compiled copy of its own: how
//! long a copy takes to build, how much memory it holds, how stale it is.
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
const INSTANCES: u64 = 100;
const CHANGES: u64 = 1_000;

/// A compiled copy.
struct Copy {
    origins: usize,
    /// Of the origins' text, on average, in bytes.
    length: f64,
    build: Duration,
    /// That the copy holds, in bytes.
    holds: u64,
    /// At the most while it is built, the list of texts included, in bytes.
    peak: u64,
}

fn main() {
    let copies: Vec<_> = SIZES.into_iter().map(build).collect();
    let page = page(&copies);
    println!("{page}");
    if std::env::args().any(|argument| argument == "--write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fleet.md");
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

fn build(count: usize) -> Copy {
    let start = Instant::now();
    let origins = texts(count);
    let length =
        f64_of(origins.iter().map(|origin| origin.len() as u64).sum()) / f64_of(count as u64);
    let made = start.elapsed();
    let start = Instant::now();
    drop(black_box(compile(origins)));
    let build = start.elapsed();
    eprintln!("{count} texts were made in {made:.1?} and compiled in {build:.1?}");
    let mut copy = None;
    let info = allocation_counter::measure(|| copy = Some(compile(texts(count))));
    drop(copy);
    let bytes = |count: i64| u64::try_from(count).unwrap_or(0);
    Copy {
        origins: count,
        length,
        build,
        holds: bytes(info.bytes_current),
        peak: info.bytes_max,
    }
}

/// How old the oldest answer of any instance is when it is given, over many changes: each instance looks at
/// the source at its own moments, and builds its copy when there is something new. Median and worst.
fn staleness(interval: Duration, build: Duration) -> (Duration, Duration) {
    // A sequence that spreads evenly: no luck in it, and the same in every run.
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
         Written by `cargo bench --bench fleet -- --write`.\n\n\
         The origins live in one place, a database or a store of configuration, and each instance compiles a copy of \
         its own: no request leaves the process, and no instance waits for another. An instance looks at a revision \
         every so often, and reads and compiles the whole set when it has changed (`examples/tenants`, \
         `CorsHandle::replace`); until then, and for as long as the source is gone, its last copy holds.\n\n\
         ## A copy\n\n\
         Built on one core from texts that are in memory already; reading them from a database comes on top. While a \
         copy is built the one before it still serves, so that an instance needs both at the peak.\n\n\
         | origins | of bytes each | built in | holds | bytes an origin | at the peak of building |\n\
         |--:|--:|--:|--:|--:|--:|\n",
    );
    for copy in copies {
        writeln!(
            page,
            "| {} | {:.1} | {:.2} s | {} | {:.1} | {} |",
            copy.origins,
            copy.length,
            copy.build.as_secs_f64(),
            mebibytes(copy.holds),
            f64_of(copy.holds) / f64_of(copy.origins as u64),
            mebibytes(copy.peak),
        )
        .expect("a string");
    }
    page.push_str(
        "\n## How stale it is\n\n\
         From the change in the source to the moment when an instance answers by it, over a hundred instances that \
         look at their own moments, a thousand changes each: the median, and the worst.\n\n| origins |",
    );
    for interval in INTERVALS {
        write!(page, " looked at every {interval:?} |").expect("a string");
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
        "\nWhere a removal must take effect everywhere at the next request, no copy will do: look each origin up \
         (`CorsLayer::with_lookup`), uncached. Where some seconds are well, a cached look-up needs memory only for \
         the origins that are asked about, and waits for the source when it asks.\n",
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
