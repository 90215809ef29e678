//! What a cached look-up has done, in numbers.

use std::sync::atomic::{AtomicU64, Ordering};

/// What a [`CachedLookup`](super::CachedLookup) has done since it was built, and what it does now.
/// [`CachedLookup::counts`](super::CachedLookup::counts) returns it.
///
/// # Example
/// ```
/// # use tower_cors::lookup::CachedLookup;
/// # async fn has_tenant(_: String) -> Result<bool, std::io::Error> { Ok(false) }
/// let lookup = CachedLookup::new(has_tenant);
/// let counts = lookup.counts();
/// assert_eq!((counts.asked, counts.running, counts.waiting), (0, 0, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LookupCounts {
    /// Look-ups that were started.
    pub asked: u64,
    /// Look-ups that said yes.
    pub allowed: u64,
    /// Look-ups that said no.
    pub refused: u64,
    /// Look-ups that returned an error, or panicked.
    pub failed: u64,
    /// Look-ups that took longer than [`run_limit`](super::CachedLookupBuilder::run_limit).
    pub timed_out: u64,
    /// Requests that were allowed by an answer that was due for renewal.
    pub served_stale: u64,
    /// Questions that left the full queue without an answer.
    pub crowded_out: u64,
    /// Requests with a declared value that is longer than 1024 bytes.
    pub too_long: u64,
    /// Answers that were dropped for others.
    pub evicted: u64,
    /// Now: look-ups that run.
    pub running: u64,
    /// Now: questions that wait for their look-up to start.
    pub waiting: u64,
    /// Now: origins that have an allowed answer.
    pub allowed_origins: u64,
    /// Now: origins that have a refused answer.
    pub refused_origins: u64,
    /// Now: the bytes that all answers take.
    pub bytes: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) asked: Counter,
    pub(super) allowed: Counter,
    pub(super) refused: Counter,
    pub(super) failed: Counter,
    pub(super) timed_out: Counter,
    pub(super) served_stale: Counter,
    pub(super) crowded_out: Counter,
    pub(super) too_long: Counter,
    pub(super) evicted: Counter,
}

#[derive(Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
