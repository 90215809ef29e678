//! The layer that looks origins up, and what it does if a look-up fails.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::{CorsLookup, DeclaredHeaders, OriginLookup};
use crate::dynamic::Resolved;
use crate::dynamic::source::PolicySource;
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::layer::CorsLayer;
use crate::origin::Origin;
use crate::policy::headers::vary::Vary;
use crate::policy::outcome::Outcome;
use crate::policy::verdict::LookupAnswer;

/// A [`CorsLayer`] that asks an [`OriginLookup`] about origins that its policy does not list.
/// [`CorsLayer::with_lookup`] makes one.
///
/// # Example
/// See [`CorsLayer::with_lookup`].
#[must_use]
pub struct CorsLookupLayer<L: OriginLookup> {
    pub(super) source: PolicySource,
    pub(super) settings: Arc<LookupSettings<L>>,
}

/// The look-up and its settings.
pub(super) struct LookupSettings<L: OriginLookup> {
    lookup: Arc<L>,
    time_limit: Duration,
    on_failure: Vec<Arc<OnFailure<L::Error>>>,
    /// What the look-up reads.
    vary: Vary,
}

type OnFailure<E> = dyn Fn(&Origin<'_>, &LookupError<E>) + Send + Sync;

/// Why a look-up has no result. The origin is denied.
///
/// # Example
/// See [`CorsLookupLayer::on_failure`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError<E> {
    /// The look-up returned an error.
    #[error("the look-up failed: {0}")]
    Failed(#[source] E),
    /// The request has waited for the look-up for this time.
    #[error("the look-up took longer than {0:?}")]
    TimedOut(Duration),
}

/// # Origins in a database
impl CorsLayer {
    /// Asks a look-up about origins that the policy does not list.
    ///
    /// The policy that applies to the request decides first. Only if it calls
    /// [`allow_looked_up_origins`](crate::CorsBuilder::allow_looked_up_origins), the look-up is asked, and its answer counts
    /// for that policy alone. An origin that the look-up allows is treated like a listed one, on preflights and actual
    /// requests. Pages of the server's own origin never wait for a look-up. If the look-up fails, or takes longer than a second
    /// ([`time_limit`](CorsLookupLayer::time_limit)), the origin is denied and
    /// [`on_failure`](CorsLookupLayer::on_failure) is called. The request continues, like every denied request.
    ///
    /// On the wire: the same as with a listed origin, and in `Vary` the headers that the look-up
    /// [reads](OriginLookup::reads). Where the answer depends on whether the page is the server's own, `Vary` also names
    /// `sec-fetch-site`.
    ///
    /// The look-up runs once for each request that needs it, in that request. `CachedLookup` (feature `lookup-cache`) runs
    /// it once for all requests that ask the same, keeps its answers, and limits what strangers can make it do.
    ///
    /// The inner service must be `Clone`, as axum's are. A request that needs a look-up costs one allocation and one
    /// clone of the inner service. Other requests do not cost more than without a look-up. The time limit needs tokio's
    /// timer.
    ///
    /// [`Policy::decide`](crate::Policy::decide) does not ask the look-up: it denies an origin that needs one.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// # struct Pool;
    /// # impl Pool { async fn has_tenant(&self, _: &str) -> Result<bool, std::io::Error> { Ok(true) } }
    /// # let pool = std::sync::Arc::new(Pool);
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["https://console.example.com"])
    ///     .allow_looked_up_origins()
    ///     .build()?
    ///     .with_lookup(move |origin: String| {
    ///         let pool = pool.clone();
    ///         async move { pool.has_tenant(&origin).await }
    ///     })
    ///     .on_failure(|origin, failure| eprintln!("cors: {origin}: {failure}"));
    /// let app: axum::Router = axum::Router::new().layer(cors);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn with_lookup<L: OriginLookup>(self, lookup: L) -> CorsLookupLayer<L> {
        CorsLookupLayer {
            source: self.into_source(),
            settings: Arc::new(LookupSettings {
                vary: Vary::new(lookup.reads()),
                lookup: Arc::new(lookup),
                time_limit: Duration::from_secs(1),
                on_failure: vec![],
            }),
        }
    }
}

impl<L: OriginLookup> CorsLookupLayer<L> {
    /// How long a request waits for its look-up. The default is 1 s. Then its origin is denied, with the code
    /// `lookup_failed`.
    ///
    /// The look-up is dropped, unless a `CachedLookup` runs it: that goes on, and its
    /// answer serves the next requests.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::CorsLayer;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let cors = CorsLayer::builder().allow_looked_up_origins().build()?
    ///     .with_lookup(lookup)
    ///     .time_limit(Duration::from_millis(200));
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn time_limit(self, limit: Duration) -> Self {
        self.change(|settings| settings.time_limit = limit)
    }

    /// Calls a function with each look-up that fails or takes too long. Repeated calls add functions.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// # use tower_cors::lookup::LookupError;
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let cors = CorsLayer::builder().allow_looked_up_origins().build()?
    ///     .with_lookup(lookup)
    ///     .on_failure(|origin, failure| match failure {
    ///         LookupError::Failed(error) => eprintln!("{origin}: {error}"),
    ///         failure => eprintln!("{origin}: {failure}"),
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn on_failure(
        self,
        report: impl Fn(&Origin<'_>, &LookupError<L::Error>) + Send + Sync + 'static,
    ) -> Self {
        self.change(|settings| settings.on_failure.push(Arc::new(report)))
    }

    fn change(self, change: impl FnOnce(&mut LookupSettings<L>)) -> Self {
        let mut settings = Arc::unwrap_or_clone(self.settings);
        change(&mut settings);
        Self {
            source: self.source,
            settings: Arc::new(settings),
        }
    }
}

impl<L: OriginLookup> LookupSettings<L> {
    /// Adds what the look-up reads to `Vary`, if the policy that decides may ask it.
    pub(super) fn with_vary(&self, outcome: Outcome, resolved: &Resolved<'_>) -> Outcome {
        if resolved
            .policy()
            .is_some_and(|policy| policy.rules.allow_looked_up_origins)
        {
            outcome.with_vary(&self.vary)
        } else {
            outcome
        }
    }

    /// Asks about the origin of a request, within the time limit.
    pub(super) async fn ask(&self, request: RequestHead<'_>) -> LookupAnswer {
        let HeaderLine::One(line) = request.origin() else {
            return LookupAnswer::NotAsked;
        };
        let Ok(origin) = Origin::try_from(line) else {
            return LookupAnswer::NotAsked;
        };
        let headers = DeclaredHeaders::new(request, self.lookup.reads());
        let answer = self.lookup.allows(&origin, &headers);
        let failure = match tokio::time::timeout(self.time_limit, answer).await {
            Ok(Ok(true)) => return LookupAnswer::Allowed,
            Ok(Ok(false)) => return LookupAnswer::NotAllowed,
            Ok(Err(error)) => LookupError::Failed(error),
            Err(_) => LookupError::TimedOut(self.time_limit),
        };
        for report in &self.on_failure {
            report(&origin, &failure);
        }
        LookupAnswer::Failed
    }
}

impl<L: OriginLookup> Clone for LookupSettings<L> {
    fn clone(&self) -> Self {
        Self {
            lookup: Arc::clone(&self.lookup),
            time_limit: self.time_limit,
            on_failure: self.on_failure.clone(),
            vary: self.vary.clone(),
        }
    }
}

impl<L: OriginLookup> Clone for CorsLookupLayer<L> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<S, L: OriginLookup> Layer<S> for CorsLookupLayer<L> {
    type Service = CorsLookup<S, L>;

    fn layer(&self, inner: S) -> Self::Service {
        CorsLookup::new(inner, self)
    }
}

impl<L: OriginLookup> fmt::Debug for CorsLookupLayer<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsLookupLayer")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
