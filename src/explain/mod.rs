//! What a browser does with a request and its response, why, and what fixes it.

mod cases;
pub(crate) mod changes;
mod explanation;
mod nearest;
mod obstacles;
pub(crate) mod outcome;
mod preflight;
mod proxy;
mod sender;
mod steps;
mod trust;

use http::{HeaderMap, Method, Request};

use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::decision::{Decision, RequestKind};
use crate::policy::denial::Denial;
use cases::own_page;
pub use explanation::Explanation;
pub use outcome::PageOutcome;

const NO_PREFLIGHT: &str = "without Access-Control-Request-Method, an OPTIONS request is not a preflight; browsers send that \
                            header with each preflight";

impl Policy {
    /// Explains what a browser will do with a request, why, and what fixes it.
    ///
    /// Looks at the first 10,000 allowed origins for the nearest one: for logs and tests, not for every request. See
    /// [`Explanation`] for the lines and what they can say.
    ///
    /// # Example
    /// ```
    /// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://example.com")])
    ///     .build()?;
    /// let headers = HeaderMap::from_iter([(
    ///     ORIGIN,
    ///     HeaderValue::from_static("https://www.example.com"),
    /// )]);
    /// let explanation = cors.policy().explain(&Method::GET, &headers);
    /// assert_eq!(
    ///     explanation.nearest_miss(),
    ///     Some(
    ///         r#""https://example.com" is allowed, but the page is on "www.example.com""#
    ///     ),
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain(&self, method: &Method, headers: &HeaderMap) -> Explanation {
        self.explain_decision(
            self.decide(method, headers),
            RequestHead::new(method, None, headers),
        )
    }

    /// The same as [`explain`](Self::explain), for a whole request: predicates see its URI, and a fix can name its
    /// path.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// let request = Request::get("/items")
    ///     .header("origin", "https://app.example.com")
    ///     .body(())
    ///     .unwrap();
    /// assert!(cors.policy().explain_request(&request).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain_request<B>(&self, request: &Request<B>) -> Explanation {
        self.explain_decision(self.decide_request(request), RequestHead::from(request))
    }

    pub(crate) fn explain_decision(
        &self,
        decision: Decision<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let mut explanation = self.explain_kind(decision, request);
        if *request.method == Method::OPTIONS && decision.kind() == RequestKind::Actual {
            explanation
                .note
                .get_or_insert_with(|| NO_PREFLIGHT.to_owned());
        }
        explanation
    }

    fn explain_kind(&self, decision: Decision<'_>, request: RequestHead<'_>) -> Explanation {
        match (decision.kind(), decision.denial()) {
            (_, Some(Denial::HostNotAllowed { host })) => self.explain_host(host),
            (_, Some(Denial::CrossSiteWrite)) => self.explain_write(decision, request),
            // To allow `null` would not let it write.
            (kind, Some(Denial::NullOrigin)) if self.refuses_null_write(kind, request) => {
                self.explain_write(decision, request)
            }
            (RequestKind::NotCors, _) => Explanation::new(PageOutcome::NotCors),
            (RequestKind::Preflight, None) => Explanation::new(PageOutcome::Continues),
            (RequestKind::Preflight, Some(denial)) => self.explain_preflight(denial, request),
            _ if decision.is_own_page() => Explanation::new(own_page(request)),
            (RequestKind::Actual, None) => self.explain_allowed(request),
            (RequestKind::Actual, Some(denial)) if decision.is_refused() => {
                self.explain_rejected(denial, request)
            }
            (RequestKind::Actual, Some(denial)) => self.explain_denied(denial, request),
        }
    }
}
