//! Observers: functions that see each decision.

use std::fmt;
use std::fmt::Write;
use std::sync::Arc;

use http::header::{HeaderMap, ORIGIN};
use http::{HeaderValue, Method, Uri};

use crate::explain::Explanation;
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::policy::Policy;
use crate::policy::decision::Decision;
use crate::policy::denial::Quoted;

/// A function that sees each decision.
#[derive(Clone)]
pub(crate) struct Observer(Arc<dyn Fn(&Observation<'_>) + Send + Sync>);

impl Observer {
    pub(crate) fn new(observer: impl Fn(&Observation<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(super) fn report(&self, observation: &Observation<'_>) {
        (self.0)(observation);
    }
}

/// What [`CorsLayer::on_decision`](crate::CorsLayer::on_decision) passes to your function: the decision, its request
/// and its policy.
///
/// Text from the client is not escaped, except in the `Display` of [`Denial`](crate::Denial). Do not write the headers
/// of the request to a log as they are.
///
/// # Example
/// See [`CorsLayer::on_decision`](crate::CorsLayer::on_decision).
#[derive(Clone, Copy)]
pub struct Observation<'r> {
    decision: Decision<'r>,
    request: RequestHead<'r>,
    policy: &'r Policy,
    shadow: Option<Decision<'r>>,
}

impl<'r> Observation<'r> {
    pub(crate) fn new(
        decision: Decision<'r>,
        request: RequestHead<'r>,
        policy: &'r Policy,
        shadow: Option<Decision<'r>>,
    ) -> Self {
        Self {
            decision,
            request,
            policy,
            shadow,
        }
    }

    /// The decision of the shadow policy. `None` without a shadow policy. If the shadow policy is enforced for this
    /// request, it equals [`decision`](Self::decision).
    ///
    /// # Example
    /// See [`CorsLayer::shadow`](crate::CorsLayer::shadow).
    #[must_use]
    pub fn shadow(&self) -> Option<Decision<'r>> {
        self.shadow
    }

    /// The decision of the policy in force.
    ///
    /// # Example
    /// See [`CorsLayer::on_decision`](crate::CorsLayer::on_decision).
    pub fn decision(&self) -> Decision<'r> {
        self.decision
    }

    /// Explains what a browser will do with the request, why, and what fixes it. It does not call predicates again. It
    /// searches the first 10,000 allowed origins for the nearest one, so do not call it for every request.
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
        self.policy.explain_decision(self.decision, self.request)
    }

    /// The policy that made the decision.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::service::Observation;
    /// fn count_of_allowed_origins(observation: &Observation<'_>) -> usize {
    ///     observation.policy().origins().count()
    /// }
    /// ```
    #[must_use]
    pub fn policy(&self) -> &'r Policy {
        self.policy
    }

    /// The method of the request.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::service::Observation;
    /// fn is_for_websocket(observation: &Observation<'_>) -> bool {
    ///     observation.method() == "GET"
    ///         && observation.headers().contains_key("sec-websocket-key")
    /// }
    /// ```
    #[must_use]
    pub fn method(&self) -> &'r Method {
        self.request.method
    }

    /// The URI of the request. `None` if the caller passed only a method and headers.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::service::Observation;
    /// fn path<'r>(observation: &Observation<'r>) -> &'r str {
    ///     observation.uri().map_or("", |uri| uri.path())
    /// }
    /// ```
    #[must_use]
    pub fn uri(&self) -> Option<&'r Uri> {
        self.request.uri
    }

    /// The headers of the request.
    ///
    /// # Example
    /// See [`Self::method`].
    #[must_use]
    pub fn headers(&self) -> &'r HeaderMap {
        self.request.headers
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

/// The longest diagnosis, in bytes.
const LONGEST: usize = 1024;
/// Marks a diagnosis that was cut to the limit.
const SHORTENED: &str = " ...";

pub(super) type Diagnose = fn(&Observation<'_>) -> HeaderValue;

/// One line of visible ASCII and spaces.
pub(crate) fn diagnose(observation: &Observation<'_>) -> HeaderValue {
    let is_shown = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    let mut line: String = text(observation).chars().filter(is_shown).collect();
    if line.len() > LONGEST {
        line.truncate(LONGEST - SHORTENED.len());
        line.push_str(SHORTENED);
    }
    HeaderValue::try_from(line).expect("visible ASCII and spaces are a header value")
}

/// Starts with the request, because a cache may send this response, with its diagnosis, for other requests.
fn text(observation: &Observation<'_>) -> String {
    let explanation = observation.explain();
    let mut text = observation.method().to_string();
    match HeaderLine::get(observation.headers(), &ORIGIN) {
        HeaderLine::Missing => text.push_str(" without Origin"),
        HeaderLine::One(origin) => {
            let _ = write!(text, " from {}", Quoted(origin.as_bytes()));
        }
        HeaderLine::Several => text.push_str(" with several Origin lines"),
    }
    for (label, line) in [
        (": ", Some(explanation.verdict())),
        (" | why: ", explanation.why()),
        (" | near: ", explanation.nearest_miss()),
        (" | fix: ", explanation.fix()),
        (" | note: ", explanation.note()),
    ] {
        if let Some(line) = line {
            text.extend([label, line]);
        }
    }
    text
}
