//! Look-ups that are flooded or cancelled, or that panic.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use allocation_counter::measure;
use futures_util::FutureExt as _;
use http::header::{HOST, HeaderName};
use tower_cors::lookup::{CachedLookup, CorsLookupLayer, DeclaredHeaders, OriginLookup};
use tower_cors::{CorsLayer, Origin};

use crate::{APP, allowed, answer, get_from};

/// Allows `APP`, and panics the first so many times.
#[derive(Clone, Default)]
struct Fragile {
    asked: Arc<AtomicUsize>,
    panics: usize,
}

impl OriginLookup for Fragile {
    type Error = Infallible;

    async fn allows(
        &self,
        origin: &Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> Result<bool, Infallible> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        assert!(asked >= self.panics, "on purpose");
        Ok(origin.as_str() == APP)
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_panics_poisons_nothing() {
    std::panic::set_hook(Box::new(|_| {}));
    let lookup = Fragile {
        panics: 1,
        ..Fragile::default()
    };
    let asked = lookup.asked.clone();
    let cached = CachedLookup::new(lookup);
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(cached);

    let (_, headers) = answer(&cors, get_from(APP)).await;
    assert_eq!(allowed(&headers), None, "a panic is a failure");
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    for _ in 0..3 {
        let (_, headers) = answer(&cors, get_from(APP)).await;
        assert_eq!(allowed(&headers), Some(APP));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2, "the answer is kept");
}

/// A layer with a cache that runs one look-up at a time.
fn one_at_a_time<L: OriginLookup>(lookup: L) -> CorsLookupLayer<CachedLookup<L>> {
    CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(CachedLookup::builder(lookup).most_at_once(1).build())
}

/// Those that wait for a look-up that panics are denied, and none of them panics.
#[tokio::test(start_paused = true)]
async fn requests_that_wait_for_a_look_up_that_panics_are_answered() {
    std::panic::set_hook(Box::new(|_| {}));
    let lookup = Fragile {
        panics: 1,
        ..Fragile::default()
    };
    let asked = lookup.asked.clone();
    let cors = one_at_a_time(lookup);
    let requests: tokio::task::JoinSet<_> = (0..20)
        .map(|_| {
            let cors = cors.clone();
            async move { answer(&cors, get_from(APP)).await }
        })
        .collect();
    for (status, headers) in requests.join_all().await {
        assert_eq!((status.as_u16(), allowed(&headers)), (200, None));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    tokio::time::advance(std::time::Duration::from_secs(1)).await;
    let (_, headers) = answer(&cors, get_from(APP)).await;
    assert_eq!(allowed(&headers), Some(APP), "its permit is free again");
}

/// Allows `APP`. For other origins, it never has a result.
struct Stuck;

impl OriginLookup for Stuck {
    type Error = Infallible;

    async fn allows(
        &self,
        origin: &Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> Result<bool, Infallible> {
        if origin.as_str() != APP {
            std::future::pending::<()>().await;
        }
        Ok(true)
    }
}

/// Look-ups of clients that went away end at their limit, and leave their permits to the others.
#[tokio::test(start_paused = true)]
async fn requests_that_are_cancelled_free_their_look_up() {
    let cors = one_at_a_time(Stuck);
    for i in 0..100 {
        let origin = format!("https://{i}.evil.example");
        let mut leader = std::pin::pin!(answer(&cors, get_from(&origin)));
        let mut waiting = std::pin::pin!(answer(&cors, get_from(&origin)));
        assert!(leader.as_mut().now_or_never().is_none());
        assert!(waiting.as_mut().now_or_never().is_none());
    }
    // The look-up of the first one has its permit for 10 s. A customer who waits is next.
    tokio::time::sleep(std::time::Duration::from_millis(9_500)).await;
    let (_, headers) = answer(&cors, get_from(APP)).await;
    assert_eq!(allowed(&headers), Some(APP));
}

/// A panic in a function that reports failures is a panic of that request alone.
#[tokio::test]
async fn a_report_of_a_failure_that_panics_leaves_no_trace() {
    async fn fails(origin: String) -> Result<bool, &'static str> {
        if origin == APP { Ok(true) } else { Err("gone") }
    }
    std::panic::set_hook(Box::new(|_| {}));
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(CachedLookup::new(fails))
        .on_failure(|_, _| panic!("on purpose"));
    for _ in 0..3 {
        let failing = cors.clone();
        let request = get_from("https://evil.example");
        let task = tokio::spawn(async move { answer(&failing, request).await });
        assert!(task.await.unwrap_err().is_panic());
        let (_, headers) = answer(&cors, get_from(APP)).await;
        assert_eq!(allowed(&headers), Some(APP));
    }
}

/// Allows every second origin.
struct Half;

impl OriginLookup for Half {
    type Error = Infallible;

    fn reads(&self) -> &[HeaderName] {
        const { &[HOST] }
    }

    async fn allows(
        &self,
        origin: &Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> Result<bool, Infallible> {
        let number = origin.host().split('.').next().unwrap_or_default();
        Ok(number.ends_with(['0', '2', '4', '6', '8']))
    }
}

/// Whatever a flood sends, a cache takes no more bytes than its documentation says.
#[test]
fn a_flooded_cache_stays_within_its_bound() {
    const CAPACITY: u64 = 1_000;
    /// What the documentation of `capacity` says.
    const MOST: u64 = CAPACITY * 1088 + (1 << 20);
    for (name, origins, more_labels, host) in [
        ("usual", 10_000, 10, 20),
        ("long origins", 10_000, 110, 1),
        ("long hosts", 10_000, 0, 1_000),
        ("too long hosts", 10_000, 0, 32_000),
        ("the same origins, long hosts", 20, 0, 1_000),
    ] {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let mut built = None;
        let taken = measure(|| {
            let cached = CachedLookup::builder(Half).capacity(CAPACITY).build();
            let cors = CorsLayer::builder()
                .allow_looked_up_origins()
                .build()
                .unwrap()
                .with_lookup(cached.clone());
            runtime.block_on(async {
                for i in 0..3_000 {
                    let labels = "a.".repeat(more_labels);
                    let origin = format!("https://{}.{labels}example", i % origins);
                    let host = format!("a{i}{}", "b".repeat(host));
                    let headers = [("origin", &*origin), ("host", &host)];
                    answer(&cors, crate::get("/", &headers)).await;
                }
            });
            built = Some((cached, cors));
        });
        let (cached, _cors) = built.unwrap();
        let counts = cached.counts();
        let taken = taken.bytes_current.unsigned_abs();
        assert!(taken <= MOST, "{name}: {taken} bytes, {counts:?}");
        assert!(counts.bytes <= CAPACITY * 1088, "{name}: {counts:?}");
        assert_eq!(counts.too_long > 0, host > 1_024, "{name}");
    }
}
