//! A cache for the results of look-ups, with limits on memory, time and concurrent look-ups.

mod builder;
mod counts;
mod question;
mod run;
mod runs;
mod store;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;

pub use builder::CachedLookupBuilder;
pub use counts::LookupCounts;
use question::DeclaredValues;
use run::{Asked, Shared};
use runs::Outcome;

use super::cache::question::LONGEST_VALUE;
use super::{DeclaredHeaders, OriginLookup};
use crate::origin::Origin;

/// Caches the results of a look-up.
///
/// The key is the origin and the headers that the look-up [declares](OriginLookup::reads). The look-up does not see
/// anything else, so the result for one tenant never serves another.
///
/// - **One look-up for all who ask the same.** It runs in a task of its own. If the requests that wait for it go away, it
///   goes on. A panic in it is a failure, like an error.
/// - **A yes** is kept for [`time_to_live`](CachedLookupBuilder::time_to_live). For another
///   [`stale`](CachedLookupBuilder::stale), it is still used while the cache tries to renew it. So customers are served
///   while the database is slow or gone.
/// - **A no** is kept for [`time_to_live_of_denials`](CachedLookupBuilder::time_to_live_of_denials), and ends a yes at
///   once.
/// - **A failure** is kept for a second, for this question alone. It denies, but it doesn't end a yes.
/// - **Memory** has a [limit](CachedLookupBuilder::capacity). Allowed and refused answers are kept apart, so strangers
///   don't push out your customers. The answers of one origin share 4 KiB. A declared value of more than 1024 bytes
///   denies, and the look-up is not asked.
/// - **Look-ups at once** have a [limit](CachedLookupBuilder::most_at_once), with a part for renewals alone. First
///   questions wait in a [queue](CachedLookupBuilder::most_waiting). When it is full, a random one is denied. So a new
///   customer gets as much as any stranger, but not more: the layer doesn't know the client's address.
///
/// A removed origin stays allowed for at most `time_to_live + stale` and the
/// [`run_limit`](CachedLookupBuilder::run_limit): 130 s by default. After [`forget`](Self::forget), it is not allowed at
/// all.
///
/// Cloning is cheap: it counts a reference. All clones share everything. Keep a clone to [`forget`](Self::forget) what has
/// changed. The look-ups run on the tokio runtime of the requests.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use tower_cors::CorsLayer;
/// use tower_cors::lookup::CachedLookup;
///
/// # #[derive(Clone)] struct Pool;
/// # impl Pool { async fn has_tenant(&self, _: &str) -> Result<bool, std::io::Error> { Ok(true) } }
/// # let pool = Pool;
/// let lookup = CachedLookup::builder(move |origin: String| {
///     let pool = pool.clone();
///     async move { pool.has_tenant(&origin).await }
/// })
/// .time_to_live(Duration::from_secs(60))
/// .build();
/// let cors = CorsLayer::builder()
///     .allow_looked_up_origins()
///     .build()?
///     .with_lookup(lookup.clone());
///
/// // a tenant has removed an origin
/// lookup.forget("https://shop.example");
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
pub struct CachedLookup<L: OriginLookup> {
    shared: Arc<Shared<L>>,
}

impl<L: OriginLookup> CachedLookup<L> {
    /// A cache with the default limits. [`builder`](Self::builder) changes them.
    ///
    /// # Example
    /// ```
    /// use tower_cors::lookup::CachedLookup;
    ///
    /// # async fn has_tenant(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let lookup = CachedLookup::new(has_tenant);
    /// ```
    pub fn new(lookup: L) -> Self {
        Self::builder(lookup).build()
    }

    /// Sets limits, and then builds the cache. A cache that is built keeps them, so all its clones have the same.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn builder(lookup: L) -> CachedLookupBuilder<L> {
        CachedLookupBuilder::new(lookup)
    }

    /// Forgets the answers for an origin, for all values of the headers. It ends stale service too. If a look-up for this
    /// origin is running, its answer is neither kept nor used: requests that wait for it ask again.
    ///
    /// `origin` is the text that browsers send: without a trailing slash, in lower case.
    ///
    /// # Example
    /// See [`CachedLookup`].
    pub fn forget(&self, origin: &str) {
        self.shared.forget(origin);
    }

    /// Forgets all answers, as [`forget`](Self::forget) does for one origin.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// CachedLookup::new(lookup).forget_all();
    /// ```
    pub fn forget_all(&self) {
        self.shared.forget_all();
    }

    /// What this cache has done so far, and what it does now. `examples/metrics` shows it to Prometheus. It takes about as
    /// long as a few requests, so call it when somebody reads the numbers.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::CachedLookup;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let counts = CachedLookup::new(lookup).counts();
    /// println!(
    ///     "{} look-ups run, {} requests were served stale",
    ///     counts.running, counts.served_stale
    /// );
    /// ```
    #[must_use]
    pub fn counts(&self) -> LookupCounts {
        self.shared.counts()
    }
}

impl<L: OriginLookup> OriginLookup for CachedLookup<L> {
    type Error = CacheError<L::Error>;

    async fn allows(
        &self,
        origin: &Origin<'_>,
        headers: &DeclaredHeaders<'_>,
    ) -> Result<bool, Self::Error> {
        let declared = DeclaredValues::read(self.reads(), headers).map_err(|header| {
            self.shared.counters.too_long.add(1);
            CacheError::ValueTooLong(header)
        })?;
        loop {
            let outcome = match self.shared.ask(origin.as_str(), &declared) {
                Asked::Answered(outcome) => Some(outcome),
                Asked::Waiting(waiting) => waiting.outcome().await,
            };
            match outcome {
                Some(Outcome::Allowed) => return Ok(true),
                Some(Outcome::Refused) => return Ok(false),
                Some(Outcome::Failed(error)) => return Err(error),
                // It was forgotten meanwhile, or the runtime of its look-up stops.
                None => tokio::task::yield_now().await,
            }
        }
    }

    fn reads(&self) -> &[HeaderName] {
        self.shared.lookup.reads()
    }
}

impl<L: OriginLookup> Clone for CachedLookup<L> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl<L: OriginLookup> fmt::Debug for CachedLookup<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedLookup")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// Why a cached look-up has no answer. The origin is denied.
///
/// # Example
/// ```
/// # use tower_cors::lookup::CacheError;
/// fn is_overloaded<E>(error: &CacheError<E>) -> bool {
///     matches!(error, CacheError::TooManyWaiting)
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError<E> {
    /// The look-up failed. All requests that waited for it share the error, and so do those of the next second.
    #[error("{0}")]
    Failed(#[source] Arc<E>),
    /// The look-up took longer than this: [`run_limit`](super::CachedLookupBuilder::run_limit).
    #[error("it took longer than {0:?}")]
    TimedOut(Duration),
    /// The look-up panicked.
    #[error("it panicked")]
    Panicked,
    /// Too many new questions waited, and this one had to leave:
    /// [`most_waiting`](super::CachedLookupBuilder::most_waiting).
    #[error("too many look-ups are waiting")]
    TooManyWaiting,
    /// The value of this declared header is longer than 1024 bytes, so the look-up was not asked.
    #[error("the value of {0} is longer than {LONGEST_VALUE} bytes")]
    ValueTooLong(HeaderName),
    /// The request was not served by a tokio runtime, which runs the look-ups.
    #[error("there is no tokio runtime")]
    NoRuntime,
}

impl<E> Clone for CacheError<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(Arc::clone(error)),
            Self::TimedOut(limit) => Self::TimedOut(*limit),
            Self::Panicked => Self::Panicked,
            Self::TooManyWaiting => Self::TooManyWaiting,
            Self::ValueTooLong(header) => Self::ValueTooLong(header.clone()),
            Self::NoRuntime => Self::NoRuntime,
        }
    }
}
