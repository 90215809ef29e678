//! The limits of a cache.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::run::{OnFailedRun, Shared};
use super::{CacheError, CachedLookup};
use crate::lookup::OriginLookup;
use crate::origin::Origin;

/// Sets the limits of a [`CachedLookup`]. [`CachedLookup::builder`] makes one.
///
/// # Example
/// See [`CachedLookup`].
#[must_use]
pub struct CachedLookupBuilder<L: OriginLookup> {
    lookup: L,
    limits: Limits,
    on_failed_run: Vec<Box<OnFailedRun<L::Error>>>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// In usual answers.
    pub(super) capacity: u64,
    pub(super) allowed: Duration,
    pub(super) stale: Duration,
    pub(super) refused: Duration,
    pub(super) run: Duration,
    pub(super) at_once: usize,
    pub(super) waiting: usize,
}

impl Limits {
    /// How long a yes is used at most.
    pub(super) fn longest_allowed(&self) -> Duration {
        self.allowed.saturating_add(self.stale)
    }
}

impl<L: OriginLookup> CachedLookupBuilder<L> {
    pub(super) fn new(lookup: L) -> Self {
        Self {
            lookup,
            limits: Limits {
                capacity: 10_000,
                allowed: Duration::from_secs(60),
                stale: Duration::from_secs(60),
                refused: Duration::from_secs(10),
                run: Duration::from_secs(10),
                at_once: 64,
                waiting: 256,
            },
            on_failed_run: Vec::new(),
        }
    }

    /// Builds the cache.
    ///
    /// # Example
    /// See [`CachedLookup`].
    #[must_use]
    pub fn build(self) -> CachedLookup<L> {
        CachedLookup {
            shared: Arc::new(Shared::new(self.lookup, self.limits, self.on_failed_run)),
        }
    }

    /// How many usual answers of each kind are kept, allowed and refused ones. The default is 10,000.
    ///
    /// It is a limit in bytes: an answer of usual size takes 512 bytes, and one with a long origin or long headers counts as
    /// more. So the cache takes at most `capacity` × 1088 bytes, with the failures of the last second, and 1 MiB for itself:
    /// 11.4 MiB by default. What the errors of your look-up hold is not counted.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup).capacity(100_000).build();
    /// ```
    pub fn capacity(mut self, answers: u64) -> Self {
        self.limits.capacity = answers;
        self
    }

    /// How long an allowed origin is kept, from the start of the look-up that said yes. The default is 60 s.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn time_to_live(mut self, time: Duration) -> Self {
        self.limits.allowed = time;
        self
    }

    /// How long after [`time_to_live`](Self::time_to_live) an allowed origin may still be used. The default is 60 s.
    ///
    /// In this time, a request is allowed at once, and the cache asks again, in the background. A no ends the time, a yes
    /// begins a new one, and a failure does neither. So this is how long your database may be away before customers are
    /// denied. With zero, a request waits for the answer.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup)
    ///     .time_to_live(Duration::from_secs(10))
    ///     .stale(Duration::from_secs(600)) // the database may be away for ten minutes
    ///     .build();
    /// ```
    pub fn stale(mut self, time: Duration) -> Self {
        self.limits.stale = time;
        self
    }

    /// How long a denied origin is kept. The default is 10 s. An added origin may stay denied for this time.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup)
    ///     .time_to_live_of_denials(Duration::from_secs(1))
    ///     .build();
    /// ```
    pub fn time_to_live_of_denials(mut self, time: Duration) -> Self {
        self.limits.refused = time;
        self
    }

    /// How long one look-up may run. The default is 10 s. It is dropped then, and counts as failed.
    ///
    /// How long a *request* waits is another limit: [`time_limit`](crate::lookup::CorsLookupLayer::time_limit).
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup)
    ///     .run_limit(Duration::from_secs(5))
    ///     .build();
    /// ```
    pub fn run_limit(mut self, time: Duration) -> Self {
        self.limits.run = time;
        self
    }

    /// How many look-ups may run at once. The default is 64.
    ///
    /// A quarter of them is for renewals alone: for questions that have an allowed answer, fresh or stale. The rest is for
    /// first questions alone. Each kind has at least one, so with 1, one of each may run.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup).most_at_once(8).build();
    /// ```
    pub fn most_at_once(mut self, lookups: usize) -> Self {
        self.limits.at_once = lookups;
        self
    }

    /// How many first questions may wait for a look-up to start. The default is 256.
    ///
    /// If one more comes, one leaves and is denied: first one that nobody waits for any more, or else a random one. Requests
    /// only wait for their [`time_limit`](crate::lookup::CorsLookupLayer::time_limit), so a longer queue helps only if your look-up
    /// is fast.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup).most_waiting(1000).build();
    /// ```
    pub fn most_waiting(mut self, questions: usize) -> Self {
        self.limits.waiting = questions;
        self
    }

    /// Calls a function with each look-up that fails, also if its origin is served stale meanwhile. Repeated calls add
    /// functions.
    ///
    /// It is called once for a look-up. [`on_failure`](crate::lookup::CorsLookupLayer::on_failure) is called for each request that
    /// is denied because of it.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::builder(lookup)
    ///     .on_failed_run(|origin, error| {
    ///         eprintln!("the look-up of {origin} failed: {error}")
    ///     })
    ///     .build();
    /// ```
    pub fn on_failed_run(
        mut self,
        report: impl Fn(&Origin<'_>, &CacheError<L::Error>) + Send + Sync + 'static,
    ) -> Self {
        self.on_failed_run.push(Box::new(report));
        self
    }
}

impl<L: OriginLookup> fmt::Debug for CachedLookupBuilder<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedLookupBuilder")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
