//! Look-ups that are flooded, or that panic.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use allocation_counter::measure;
use tower_cors::{CachedLookup, CorsLayer, DeclaredHeaders, Origin, OriginLookup};

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
        assert!(asked >= self.panics, "as it was told to");
        Ok(origin.as_str() == APP)
    }
}

#[tokio::test(flavor = "multi_thread")]
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

    let first = tokio::spawn({
        let cors = cors.clone();
        async move { answer(&cors, get_from(APP)).await }
    });
    assert!(first.await.unwrap_err().is_panic());
    for _ in 0..3 {
        let (_, headers) = answer(&cors, get_from(APP)).await;
        assert_eq!(allowed(&headers), Some(APP));
    }
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "the panic is not kept, the answer is"
    );
}

/// Twice as many origins as before, and nothing more is kept.
#[test]
fn a_flooded_cache_stays_within_its_bound() {
    const FLOOD: u32 = 10_000;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let cached = CachedLookup::new(Fragile::default()).capacity(100);
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(cached);
    let flood = |from: u32| {
        runtime.block_on(async {
            for i in 0..FLOOD {
                let origin = format!("https://{}.evil.example", from + i);
                let (_, headers) = answer(&cors, get_from(&origin)).await;
                assert_eq!(allowed(&headers), None, "{origin}");
            }
        });
    };
    // what it allocates once
    flood(0);
    let kept = measure(|| flood(FLOOD)).bytes_current;
    assert!(kept.unsigned_abs() <= 64 * 1024, "{kept} bytes");
}
