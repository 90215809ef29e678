//! What an observer is told of each decision.

use std::fmt;
use std::sync::Arc;

use http::header::HeaderMap;
use http::{Method, Uri};

use crate::explain::Explanation;
use crate::fetch::request::Asked;
use crate::fetch::same_origin::is_same_origin;
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::policy::decision::Decision;

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
    shadow: Option<Decision<'r>>,
}

impl<'r> Observation<'r> {
    pub(crate) fn new(
        decision: Decision<'r>,
        asked: Asked<'r>,
        policy: &'r Policy,
        shadow: Option<Decision<'r>>,
    ) -> Self {
        Self {
            decision,
            asked,
            policy,
            shadow,
        }
    }

    /// What the policy that is tried out decides; `None` if there is none. Where it is enforced for this
    /// request, it is what [`decision`](Self::decision) says.
    ///
    /// # Example
    /// See [`CorsLayer::shadow`].
    #[must_use]
    pub fn shadow(&self) -> Option<Decision<'r>> {
        self.shadow
    }

    /// What was decided.
    ///
    /// # Example
    /// See [`CorsLayer::on_decision`].
    pub fn decision(&self) -> Decision<'r> {
        self.decision
    }

    /// Says for a person what a browser will do with the request, why, and what fixes it. No predicate is
    /// asked again. Looks at every allowed origin for the nearest one: not for every request.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let cors = cors.on_decision(|observation| {
    ///     if !observation.decision().is_allowed() {
    ///         eprintln!("{}", observation.explain());
    ///     }
    /// });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain(&self) -> Explanation {
        self.policy.explain_decision(self.decision, self.asked)
    }

    /// Whether the request comes from the server's own pages, to which CORS does not apply, whatever was
    /// decided: browsers send `Origin` on same-origin POSTs too. By `Sec-Fetch-Site`, or, from a browser
    /// that doesn't send it, by comparing the origin's host and port with the request's `Host`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Observation;
    /// fn is_worth_a_log_line(observation: &Observation<'_>) -> bool {
    ///     !observation.decision().is_allowed() && !observation.is_same_origin()
    /// }
    /// ```
    #[must_use]
    pub fn is_same_origin(&self) -> bool {
        is_same_origin(self.asked)
    }

    /// The policy that decided.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Observation;
    /// fn count_of_allowed_origins(observation: &Observation<'_>) -> usize {
    ///     observation.policy().origins().count()
    /// }
    /// ```
    #[must_use]
    pub fn policy(&self) -> &'r Policy {
        self.policy
    }

    /// The request's method.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Observation;
    /// fn is_for_websocket(observation: &Observation<'_>) -> bool {
    ///     observation.method() == "GET" && observation.headers().contains_key("sec-websocket-key")
    /// }
    /// ```
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
    /// See [`Self::method`].
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
    /// It is told of requests that are no CORS requests too ([`RequestKind::NotCors`]).
    ///
    /// [`RequestKind::NotCors`]: crate::RequestKind::NotCors
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
