//! A cache for the results of look-ups, with limits on entries, time and concurrent look-ups.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderName;
use http::header::HOST;
use moka::Expiry;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::{DeclaredHeaders, OriginLookup};
use crate::fetch::host::RequestHost;
use crate::origin::Origin;

/// Caches the results of a look-up.
///
/// The key is the origin and the headers that the look-up [declares](OriginLookup::reads). The look-up does not see
/// anything else, so the result for one tenant never serves another. Both results, allowed and denied, are cached, each
/// for its own time. Errors are not cached. If many requests wait for the same origin, the look-up runs once. If the
/// request that started it is cancelled, another one starts it again.
///
/// A flood of origins cannot make the cache keep more results than its [`capacity`](Self::capacity), or run more
/// look-ups at once than [`most_at_once`](Self::most_at_once): further look-ups fail, and their origins are denied. It
/// can make the cache look up more often, because rarely used results are dropped first.
///
/// Cloning is cheap: it counts a reference. Keep a clone to [`forget`](Self::forget) what has changed.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tower_cors::lookup::CachedLookup;
/// use tower_cors::CorsLayer;
///
/// # #[derive(Clone)] struct Pool;
/// # impl Pool { async fn has_tenant(&self, _: &str) -> Result<bool, std::io::Error> { Ok(true) } }
/// # let pool = Pool;
/// let lookup = CachedLookup::new(move |origin: String| {
///     let pool = pool.clone();
///     async move { pool.has_tenant(&origin).await }
/// })
/// .time_to_live(Duration::from_secs(60));
/// let cors = CorsLayer::builder().allow_looked_up_origins().build()?.with_lookup(lookup.clone());
///
/// // a tenant has removed an origin
/// lookup.forget("https://shop.example");
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
pub struct CachedLookup<L> {
    lookup: Arc<L>,
    bounds: Bounds,
    answers: Cache<Key, bool>,
    at_once: Arc<Semaphore>,
}

/// The origin, and the values of the declared headers in their order.
type Key = (Box<str>, Box<[Option<Box<[u8]>>]>);

#[derive(Clone, Copy)]
struct Bounds {
    capacity: u64,
    yes: Duration,
    no: Duration,
    at_once: usize,
}

/// Why a cached look-up has no result.
///
/// # Example
/// ```
/// # use tower_cors::lookup::CacheError;
/// fn is_ours<E>(error: &CacheError<E>) -> bool {
///     matches!(error, CacheError::TooManyAtOnce)
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError<E> {
    /// The look-up failed. All requests that waited for the result share the error.
    #[error("{0}")]
    Failed(#[source] Arc<E>),
    /// Too many look-ups are running, so the cache did not start this one.
    #[error("too many look-ups are running")]
    TooManyAtOnce,
}

impl<L: OriginLookup> CachedLookup<L> {
    /// Keeps up to 10,000 results, an allowed origin for 60 s and a denied one for 10 s, and runs at most 64 look-ups at
    /// once.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn new(lookup: L) -> Self {
        let bounds = Bounds {
            capacity: 10_000,
            yes: Duration::from_secs(60),
            no: Duration::from_secs(10),
            at_once: 64,
        };
        Self::with_bounds(Arc::new(lookup), bounds)
    }

    fn with_bounds(lookup: Arc<L>, bounds: Bounds) -> Self {
        Self {
            lookup,
            bounds,
            answers: Cache::builder()
                .max_capacity(bounds.capacity)
                .expire_after(bounds)
                .support_invalidation_closures()
                .build(),
            at_once: Arc::new(Semaphore::new(bounds.at_once.min(Semaphore::MAX_PERMITS))),
        }
    }

    fn change(self, change: impl FnOnce(&mut Bounds)) -> Self {
        let mut bounds = self.bounds;
        change(&mut bounds);
        Self::with_bounds(self.lookup, bounds)
    }

    /// How many results are kept. Each takes a few hundred bytes. This empties the cache.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).capacity(100_000);
    /// ```
    #[must_use]
    pub fn capacity(self, answers: u64) -> Self {
        self.change(|bounds| bounds.capacity = answers)
    }

    /// How long an allowed origin is kept. A removed origin may stay allowed for this time. This empties the cache.
    ///
    /// # Example
    /// See [`CachedLookup`].
    #[must_use]
    pub fn time_to_live(self, time: Duration) -> Self {
        self.change(|bounds| bounds.yes = time)
    }

    /// How long a denied origin is kept. An added origin may stay denied for this time. This empties the cache.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).time_to_live_of_denials(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn time_to_live_of_denials(self, time: Duration) -> Self {
        self.change(|bounds| bounds.no = time)
    }

    /// How many look-ups may run at once. This empties the cache.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).most_at_once(8);
    /// ```
    #[must_use]
    pub fn most_at_once(self, questions: usize) -> Self {
        self.change(|bounds| bounds.at_once = questions)
    }

    /// Forgets the results for an origin, for all values of the headers. A look-up that is running may still store an
    /// old result.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn forget(&self, origin: &str) {
        let origin = Box::<str>::from(origin);
        // This fails only for a cache that was built without support for closures.
        let _ = self
            .answers
            .invalidate_entries_if(move |key, _| key.0 == origin);
    }

    /// Forgets all results.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// CachedLookup::new(lookup).forget_all();
    /// ```
    pub fn forget_all(&self) {
        self.answers.invalidate_all();
    }
}

impl<L: OriginLookup> OriginLookup for CachedLookup<L> {
    type Error = CacheError<L::Error>;

    async fn allows(
        &self,
        origin: &Origin<'_>,
        headers: &DeclaredHeaders<'_>,
    ) -> Result<bool, Self::Error> {
        let declared = self.lookup.reads().iter();
        let value = |name| match (headers.get(name), headers.host()) {
            (Some(value), _) => Some(value.as_bytes().into()),
            // not the same as a missing one
            (None, RequestHost::Ambiguous) if *name == HOST => Some([].into()),
            (None, _) => None,
        };
        let values = declared.map(value).collect();
        let key: Key = (origin.as_str().into(), values);
        let ask = async {
            let _permit = self
                .at_once
                .try_acquire()
                .map_err(|_| CacheError::TooManyAtOnce)?;
            let answer = self.lookup.allows(origin, headers).await;
            answer.map_err(|error| CacheError::Failed(Arc::new(error)))
        };
        self.answers
            .try_get_with(key, ask)
            .await
            .map_err(|error| match &*error {
                CacheError::Failed(error) => CacheError::Failed(Arc::clone(error)),
                CacheError::TooManyAtOnce => CacheError::TooManyAtOnce,
            })
    }

    fn reads(&self) -> &[HeaderName] {
        self.lookup.reads()
    }
}

impl Expiry<Key, bool> for Bounds {
    fn expire_after_create(&self, _: &Key, is_allowed: &bool, _: Instant) -> Option<Duration> {
        Some(if *is_allowed { self.yes } else { self.no })
    }
}

impl<L> Clone for CachedLookup<L> {
    fn clone(&self) -> Self {
        Self {
            lookup: Arc::clone(&self.lookup),
            bounds: self.bounds,
            answers: self.answers.clone(),
            at_once: Arc::clone(&self.at_once),
        }
    }
}

impl<L> fmt::Debug for CachedLookup<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedLookup")
            .field("answers", &self.answers.entry_count())
            .finish_non_exhaustive()
    }
}
