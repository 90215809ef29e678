//! What a policy decides about a request, as it is told to others.

use super::Policy;
use super::denial::Denial;
use super::verdict::{Cause, Finding, Verdict};
use crate::fetch::own_page::is_own_page;
use crate::fetch::request::{HeaderLine, RequestHead};

/// The kind of a request, in the terms of the Fetch standard.
///
/// # Example
/// ```
/// use http::{HeaderMap, Method};
/// use tower_cors::{CorsLayer, RequestKind, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let headers = HeaderMap::new();
/// assert_eq!(
///     cors.policy().decide(&Method::GET, &headers).kind(),
///     RequestKind::NotCors
/// );
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// A request without `Origin`. CORS does not apply.
    NotCors,
    /// A CORS-preflight request: `OPTIONS` with `Origin` and `Access-Control-Request-Method`.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-request>
    Preflight,
    /// Any other request with `Origin`, plain `OPTIONS` included.
    /// <https://fetch.spec.whatwg.org/#cors-request>
    Actual,
}

/// What a [`Policy`](crate::Policy) decides about a request.
///
/// # Example
/// ```
/// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
/// use tower_cors::{CorsLayer, Denial, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let headers = HeaderMap::from_iter([(
///     ORIGIN,
///     HeaderValue::from_static("https://evil.example"),
/// )]);
/// let decision = cors.policy().decide(&Method::GET, &headers);
/// assert!(matches!(
///     decision.denial(),
///     Some(Denial::OriginNotAllowed { .. })
/// ));
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Decision<'r> {
    kind: RequestKind,
    result: DecisionResult<'r>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecisionResult<'r> {
    Allowed,
    OwnPage,
    /// The browser withholds the response, or the preflight fails.
    NotAllowed(Denial<'r>),
    /// The layer answers in place of the inner service.
    Refused(Denial<'r>),
    /// The same for a write of an origin that is allowed, with credentials that the policy does not grant.
    UngrantedCredentials,
}

impl<'r> Decision<'r> {
    pub(super) fn allowed(kind: RequestKind) -> Self {
        let result = DecisionResult::Allowed;
        Self { kind, result }
    }

    pub(super) fn own_page() -> Self {
        Self {
            kind: RequestKind::Actual,
            result: DecisionResult::OwnPage,
        }
    }

    pub(super) fn not_allowed(kind: RequestKind, denial: Denial<'r>) -> Self {
        let result = DecisionResult::NotAllowed(denial);
        Self { kind, result }
    }

    pub(super) fn ungranted_credentials(kind: RequestKind) -> Self {
        let result = DecisionResult::UngrantedCredentials;
        Self { kind, result }
    }

    pub(super) fn refused(kind: RequestKind, denial: Denial<'r>) -> Self {
        let result = DecisionResult::Refused(denial);
        Self { kind, result }
    }

    /// The kind of the request.
    ///
    /// # Example
    /// See [`RequestKind`].
    #[must_use]
    pub fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether the browser lets the page continue. Always true for a request without `Origin`, and for a request of the
    /// [server's own page](Self::is_own_page).
    ///
    /// # Example
    /// ```
    /// # use http::{HeaderMap, Method};
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// assert!(cors.policy().decide(&Method::GET, &HeaderMap::new()).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.denial().is_none()
    }

    /// Whether the request comes from a page of the server's own origin, and nothing in the policy allows that origin.
    /// Browsers send `Origin` on same-origin POSTs too. CORS does not apply to them, so the response gets no CORS
    /// headers, and the page reads it.
    ///
    /// This reads `Sec-Fetch-Site`. If the browser does not send it, this compares the host and port of the origin with
    /// the host of the request. <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// let own = Request::post("/items")
    ///     .header("origin", "https://api.example.com")
    ///     .header("sec-fetch-site", "same-origin")
    ///     .body(())
    ///     .unwrap();
    /// let decision = cors.policy().decide_request(&own);
    /// assert!(decision.is_own_page() && decision.is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn is_own_page(&self) -> bool {
        matches!(self.result, DecisionResult::OwnPage)
    }

    /// Whether the layer answers in place of the inner service, other than to a preflight.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(
            self.result,
            DecisionResult::Refused(_) | DecisionResult::UngrantedCredentials
        )
    }

    /// Whether only the credentials that the request carries are not granted.
    pub(crate) fn lacks_credentials(&self) -> bool {
        matches!(self.result, DecisionResult::UngrantedCredentials)
    }

    /// Why the request is denied.
    ///
    /// # Example
    /// See [`Decision`].
    #[must_use]
    pub fn denial(&self) -> Option<Denial<'r>> {
        match self.result {
            DecisionResult::Allowed | DecisionResult::OwnPage => None,
            DecisionResult::NotAllowed(denial) | DecisionResult::Refused(denial) => Some(denial),
            DecisionResult::UngrantedCredentials => Some(Denial::CrossSiteWrite),
        }
    }
}

impl Policy {
    /// A settled verdict with its reason: what is needed only for that is found here.
    pub(crate) fn decision<'r>(
        &self,
        verdict: Verdict<'_>,
        request: RequestHead<'r>,
    ) -> Decision<'r> {
        let kind = match request.origin() {
            HeaderLine::Missing => RequestKind::NotCors,
            _ if verdict.is_preflight => RequestKind::Preflight,
            _ => RequestKind::Actual,
        };
        let denied = |cause| self.denial(cause, request);
        match verdict.finding {
            Finding::AnyOrigin | Finding::Allowed(_) if verdict.is_preflight => {
                match self.preflight_denial(request) {
                    None => Decision::allowed(kind),
                    Some(denial) => Decision::not_allowed(kind, denial),
                }
            }
            Finding::NotCors | Finding::AnyOrigin | Finding::Allowed(_) => Decision::allowed(kind),
            Finding::OwnPage => Decision::own_page(),
            Finding::Refused(Cause::UngrantedCredentials) => Decision::ungranted_credentials(kind),
            Finding::Refused(cause) => Decision::refused(kind, denied(cause)),
            Finding::NotAllowed(_) | Finding::Undecided
                if !verdict.is_preflight && is_own_page(request) =>
            {
                Decision::own_page()
            }
            Finding::NotAllowed(cause) => Decision::not_allowed(kind, denied(cause)),
            Finding::Undecided => Decision::not_allowed(kind, denied(Cause::Origin)),
        }
    }
}
