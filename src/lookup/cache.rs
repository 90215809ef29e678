//! Answers of a look-up, kept for a while: bounded in number, in time, and in questions under way.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::HeaderName;
use moka::Expiry;
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::{DeclaredHeaders, OriginLookup};
use crate::origin::Origin;

/// A look-up whose answers are kept for a while.
///
/// The key is the origin and the headers that the look-up [declares](OriginLookup::reads), and it sees
/// nothing else: an answer for one tenant never serves another. Both yes and no are kept, each for its own
/// time; failures aren't. However many requests wait for the answer about one origin, it is asked for once;
/// if the request that asked goes away, another one asks.
///
/// Whoever sends requests from a million origins can't make it hold more answers than its
/// [`capacity`](Self::capacity), nor more questions under way than [`most_at_once`](Self::most_at_once):
/// what is over that fails at once, and so is denied. They can make it ask more often, as the answers that
/// are seldom needed go first.
///
/// Cloning is a reference count: keep a clone to [`forget`](Self::forget) what has changed.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tower_cors::{CachedLookup, CorsLayer};
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

/// Why a cached look-up gave no answer.
///
/// # Example
/// ```
/// # use tower_cors::CacheError;
/// fn is_ours<E>(error: &CacheError<E>) -> bool {
///     matches!(error, CacheError::TooManyAtOnce)
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CacheError<E> {
    /// The look-up failed; requests that waited for the same answer share the error.
    Failed(Arc<E>),
    /// So many questions are under way that this one was not asked.
    TooManyAtOnce,
}

impl<L: OriginLookup> CachedLookup<L> {
    /// Keeps up to 10,000 answers, a yes for 60 s and a no for 10 s, with at most 64 questions under way.
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

    /// How many answers are kept; each takes some hundred bytes. Empties the cache.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).capacity(100_000);
    /// ```
    #[must_use]
    pub fn capacity(self, answers: u64) -> Self {
        self.change(|bounds| bounds.capacity = answers)
    }

    /// How long a yes is kept: so long a removed origin may stay allowed. Empties the cache.
    ///
    /// # Example
    /// See [`CachedLookup`].
    #[must_use]
    pub fn time_to_live(self, time: Duration) -> Self {
        self.change(|bounds| bounds.yes = time)
    }

    /// How long a no is kept: so long an added origin may stay denied. Empties the cache.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).time_to_live_of_denials(Duration::from_secs(1));
    /// ```
    #[must_use]
    pub fn time_to_live_of_denials(self, time: Duration) -> Self {
        self.change(|bounds| bounds.no = time)
    }

    /// How many questions may be under way at the same time. Empties the cache.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(lookup).most_at_once(8);
    /// ```
    #[must_use]
    pub fn most_at_once(self, questions: usize) -> Self {
        self.change(|bounds| bounds.at_once = questions)
    }

    /// Forgets the answers about an origin, whatever the headers. A question that is under way may still
    /// bring in an old answer.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn forget(&self, origin: &str) {
        let origin = Box::<str>::from(origin);
        // It fails only where closures are not supported, as they are here.
        let _ = self
            .answers
            .invalidate_entries_if(move |key, _| key.0 == origin);
    }

    /// Forgets all answers.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CachedLookup;
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
        let values = declared
            .map(|name| Some(headers.get(name)?.as_bytes().into()))
            .collect();
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

impl<E: fmt::Display> fmt::Display for CacheError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::TooManyAtOnce => f.write_str("too many look-ups are under way"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for CacheError<E> {}

impl<L> fmt::Debug for CachedLookup<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedLookup")
            .field("answers", &self.answers.entry_count())
            .finish_non_exhaustive()
    }
}
