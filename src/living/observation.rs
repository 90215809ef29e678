//! What an observer is told of each decision.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderMap;
use http::{Method, Uri};

use crate::decision::Decision;
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::request::Asked;

/// A function that is told of each decision.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&Observation<'_>) + Send + Sync>);

impl Observer {
    pub(crate) fn tell(&self, observation: &Observation<'_>) {
        (self.0)(observation);
    }
}

/// What [`CorsLayer::on_decision`] tells: what was decided, about which request, by which policy.
///
/// Text that came from the client stands in it as it came, but for [`Denial`](crate::Denial)'s `Display`,
/// which escapes and cuts it: write the request's headers to no log as they are.
///
/// # Example
/// See [`CorsLayer::on_decision`].
#[derive(Clone, Copy)]
pub struct Observation<'r> {
    decision: Decision<'r>,
    asked: Asked<'r>,
    policy: &'r Policy,
}

impl<'r> Observation<'r> {
    pub(crate) fn new(decision: Decision<'r>, asked: Asked<'r>, policy: &'r Policy) -> Self {
        Self {
            decision,
            asked,
            policy,
        }
    }

    /// What was decided.
    ///
    /// # Example
    /// See [`CorsLayer::on_decision`].
    pub fn decision(&self) -> Decision<'r> {
        self.decision
    }

    /// The policy that decided.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Observation;
    /// fn explain(observation: &Observation<'_>) -> String {
    ///     let (method, headers) = (observation.method(), observation.headers());
    ///     observation.policy().explain(method, headers).to_string()
    /// }
    /// ```
    #[must_use]
    pub fn policy(&self) -> &'r Policy {
        self.policy
    }

    /// The request's method.
    ///
    /// # Example
    /// See [`Self::policy`].
    #[must_use]
    pub fn method(&self) -> &'r Method {
        self.asked.method
    }

    /// The request's URI; `None` where a decision was made without one.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Observation;
    /// fn path<'r>(observation: &Observation<'r>) -> &'r str {
    ///     observation.uri().map_or("", |uri| uri.path())
    /// }
    /// ```
    #[must_use]
    pub fn uri(&self) -> Option<&'r Uri> {
        self.asked.uri
    }

    /// The request's headers.
    ///
    /// # Example
    /// See [`Self::policy`].
    #[must_use]
    pub fn headers(&self) -> &'r HeaderMap {
        self.asked.headers
    }
}

impl fmt::Debug for Observation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation")
            .field("decision", &self.decision)
            .field("method", self.method())
            .field("uri", &self.uri())
            .finish_non_exhaustive()
    }
}

impl CorsLayer {
    /// Has a function told of each decision: for logs, metrics, tests. It can't change the decision, and it
    /// runs before the request goes on: keep it short. Repeated calls add.
    ///
    /// It is told of requests that are no CORS requests too ([`RequestKind::NotCors`]). Functions that
    /// allow origins ([`allow_origins_if`]) are asked once more for it.
    ///
    /// [`RequestKind::NotCors`]: crate::RequestKind::NotCors
    /// [`allow_origins_if`]: crate::CorsBuilder::allow_origins_if
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?
    ///     .on_decision(|observation| {
    ///         if let Some(denial) = observation.decision().denial() {
    ///             eprintln!("cors: {denial} ({})", denial.code());
    ///         }
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn on_decision(self, observer: impl Fn(&Observation<'_>) + Send + Sync + 'static) -> Self {
        let observer = Observer(Arc::new(observer));
        self.living(|living| living.add_observer(observer))
    }
}
