//! The look-ups of customers' origins, and what Prometheus sees of them.

use std::convert::Infallible;

use metrics::{counter, gauge};
use tower_cors::CorsLayer;
use tower_cors::lookup::{CachedLookup, CorsLookupLayer, LookupCounts, OriginLookup};

/// The layer with a look-up, and its cache.
pub(crate) fn with_customers(
    cors: CorsLayer,
) -> (
    CorsLookupLayer<impl OriginLookup>,
    CachedLookup<impl OriginLookup>,
) {
    let cached = CachedLookup::new(is_customer);
    (cors.with_lookup(cached.clone()), cached)
}

/// In place of a database.
async fn is_customer(origin: String) -> Result<bool, Infallible> {
    Ok(origin == "https://shop.example")
}

/// All numbers of one moment. Call it when Prometheus reads the page.
pub(crate) fn show(counts: &LookupCounts) {
    counter!("cors_lookups_asked_total").absolute(counts.asked);
    for (outcome, count) in [
        ("allowed", counts.allowed),
        ("refused", counts.refused),
        ("failed", counts.failed),
        ("timed_out", counts.timed_out),
        ("crowded_out", counts.crowded_out),
        ("too_long", counts.too_long),
    ] {
        counter!("cors_lookups_total", "outcome" => outcome).absolute(count);
    }
    counter!("cors_lookups_served_stale_total").absolute(counts.served_stale);
    counter!("cors_lookups_evicted_total").absolute(counts.evicted);
    for (name, now) in [
        ("cors_lookups_running", counts.running),
        ("cors_lookups_waiting", counts.waiting),
        ("cors_lookups_allowed_origins", counts.allowed_origins),
        ("cors_lookups_refused_origins", counts.refused_origins),
        ("cors_lookups_bytes", counts.bytes),
    ] {
        gauge!(name).set(f64::from(u32::try_from(now).unwrap_or(u32::MAX)));
    }
}
