//! The layer whose origins are looked up, and what becomes of a look-up that fails.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::Layer;

use super::{CorsLookup, DeclaredHeaders, OriginLookup};
use crate::dynamic::source::Source;
use crate::fetch::request::{Asked, LookedUp};
use crate::layer::CorsLayer;
use crate::origin::Origin;
use crate::policy::vary::Vary;

/// A [`CorsLayer`] that asks an [`OriginLookup`] about origins that its policy doesn't name. Made by
/// [`CorsLayer::with_lookup`].
///
/// # Example
/// See [`CorsLayer::with_lookup`].
#[must_use]
pub struct CorsLookupLayer<L: OriginLookup> {
    pub(super) source: Source,
    pub(super) question: Arc<Question<L>>,
}

/// What is asked, and how.
pub(super) struct Question<L: OriginLookup> {
    lookup: Arc<L>,
    time_limit: Duration,
    on_failure: Vec<Arc<OnFailure<L::Error>>>,
    /// What the look-up reads, for the `Vary` of every response.
    pub(super) vary: Arc<Vary>,
}

type OnFailure<E> = dyn Fn(&Origin<'_>, &LookupFailure<E>) + Send + Sync;

/// Why a look-up gave no answer. The origin is denied then.
///
/// # Example
/// See [`CorsLookupLayer::on_failure`].
#[derive(Debug)]
#[non_exhaustive]
pub enum LookupFailure<E> {
    /// It failed with this.
    Failed(E),
    /// It took longer than this.
    TimedOut(Duration),
}

impl<E: fmt::Display> fmt::Display for LookupFailure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => write!(f, "the look-up failed: {error}"),
            Self::TimedOut(limit) => write!(f, "the look-up took longer than {limit:?}"),
        }
    }
}

impl<E: fmt::Debug + fmt::Display> std::error::Error for LookupFailure<E> {}

impl CorsLayer {
    /// Asks a look-up about origins that the policy doesn't name.
    ///
    /// The policy's own origins are asked first. What the look-up allows gets the answers that a listed
    /// origin gets, on preflights and actual requests alike. If it fails, or takes longer than a second
    /// ([`time_limit`](CorsLookupLayer::time_limit)), the origin is denied and the failure told
    /// ([`on_failure`](CorsLookupLayer::on_failure)); the request goes on, as every denied one does.
    ///
    /// The inner service must be `Clone`, as axum's are. A request that needs a look-up costs an allocation
    /// and a clone of it; other requests cost what they always do. It needs tokio's timer.
    ///
    /// [`Policy::decide`](crate::Policy::decide) knows the policy alone: it denies what would be looked up.
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
            question: Arc::new(Question {
                vary: Arc::new(Vary::new(lookup.reads())),
                lookup: Arc::new(lookup),
                time_limit: Duration::from_secs(1),
                on_failure: vec![],
            }),
        }
    }
}

impl<L: OriginLookup> CorsLookupLayer<L> {
    /// How long a look-up may take; 1 s unless said otherwise. What takes longer denies, and is dropped.
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
        self.change(|question| question.time_limit = limit)
    }

    /// Has a function told of each look-up that fails or takes too long. Repeated calls add.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, LookupFailure};
    /// # async fn lookup(_: String) -> Result<bool, std::io::Error> { Ok(false) }
    /// let cors = CorsLayer::builder().allow_looked_up_origins().build()?
    ///     .with_lookup(lookup)
    ///     .on_failure(|origin, failure| match failure {
    ///         LookupFailure::Failed(error) => eprintln!("{origin}: {error}"),
    ///         failure => eprintln!("{origin}: {failure}"),
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn on_failure(
        self,
        tell: impl Fn(&Origin<'_>, &LookupFailure<L::Error>) + Send + Sync + 'static,
    ) -> Self {
        self.change(|question| question.on_failure.push(Arc::new(tell)))
    }

    fn change(self, change: impl FnOnce(&mut Question<L>)) -> Self {
        let mut question = Arc::unwrap_or_clone(self.question);
        change(&mut question);
        Self {
            source: self.source,
            question: Arc::new(question),
        }
    }
}

impl<L: OriginLookup> Question<L> {
    /// Asks about the origin of a request, within the limit.
    pub(super) async fn ask(&self, origin: &Origin<'_>, asked: Asked<'_>) -> LookedUp {
        let headers = DeclaredHeaders::new(asked.headers, self.lookup.reads());
        let answer = self.lookup.allows(origin, &headers);
        let failure = match tokio::time::timeout(self.time_limit, answer).await {
            Ok(Ok(true)) => return LookedUp::Allowed,
            Ok(Ok(false)) => return LookedUp::No,
            Ok(Err(error)) => LookupFailure::Failed(error),
            Err(_) => LookupFailure::TimedOut(self.time_limit),
        };
        for tell in &self.on_failure {
            tell(origin, &failure);
        }
        LookedUp::Failed
    }
}

impl<L: OriginLookup> Clone for Question<L> {
    fn clone(&self) -> Self {
        Self {
            lookup: Arc::clone(&self.lookup),
            time_limit: self.time_limit,
            on_failure: self.on_failure.clone(),
            vary: Arc::clone(&self.vary),
        }
    }
}

impl<L: OriginLookup> Clone for CorsLookupLayer<L> {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            question: Arc::clone(&self.question),
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
