//! Why the layer refused a request, for layers further out.

use std::fmt;

use http::HeaderValue;

use super::decision::{Decision, RequestKind};
use super::denial::Denial;
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::origin::{Origin, OriginProblem};

/// Why the layer refused a request, in the extensions of its response: 421 for a host, 403 for a cross-site write or,
/// with `reject_disallowed_origins`, for an origin. A preflight whose origin is only not allowed gets 403 without it.
///
/// The response of the layer has no body. A layer further out can write one, such as the JSON that your clients show to
/// people. A `Rejection` of a CORS layer further in is removed, so the one that you find is of this layer.
///
/// `Display` says why, in the words of [`Policy::explain`](crate::Policy::explain). It escapes and shortens text that came
/// from the client.
///
/// # Example
/// ```
/// use axum::{
///     Json, Router,
///     middleware::map_response,
///     response::{IntoResponse, Response},
/// };
/// use tower_cors::{CorsLayer, Rejection};
///
/// // RFC 9457, for every request that the layer refuses
/// async fn explain(response: Response) -> Response {
///     match response.extensions().get::<Rejection>() {
///         Some(rejection) if !rejection.is_preflight() => {
///             let problem = serde_json::json!({ "title": rejection.to_string(), "code": rejection.code() });
///             (
///                 response.status(),
///                 [("content-type", "application/problem+json")],
///                 problem.to_string(),
///             )
///                 .into_response()
///         }
///         _ => response,
///     }
/// }
///
/// let cors = CorsLayer::builder()
///     .allow_no_origin()
///     .reject_cross_site_writes()
///     .build()?;
/// let app: Router = Router::new().layer(cors).layer(map_response(explain));
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Rejection {
    reason: Reason,
    is_preflight: bool,
}

/// A [`Denial`] that owns its text. A header value shares its bytes with that of the request.
#[derive(Debug, Clone)]
enum Reason {
    /// One that has no text.
    Plain(Denial<'static>),
    Malformed(HeaderValue, OriginProblem),
    NotAllowed(HeaderValue),
    Insecure(HeaderValue),
    LookupFailed(HeaderValue),
    Host(HeaderValue),
}

impl Rejection {
    /// `None` if the decision allows the request.
    pub(super) fn new(decision: Decision<'_>, request: RequestHead<'_>) -> Option<Self> {
        let origin = || match request.origin() {
            HeaderLine::One(origin) => origin.clone(),
            HeaderLine::Missing | HeaderLine::Several => HeaderValue::from_static(""),
        };
        let reason = match decision.denial()? {
            Denial::MalformedOrigin { problem, .. } => Reason::Malformed(origin(), problem),
            Denial::OriginNotAllowed { .. } => Reason::NotAllowed(origin()),
            Denial::InsecureOrigin { .. } => Reason::Insecure(origin()),
            Denial::LookupFailed { .. } => Reason::LookupFailed(origin()),
            Denial::HostNotAllowed { host } => {
                let host = HeaderValue::from_bytes(host);
                Reason::Host(host.unwrap_or(HeaderValue::from_static("")))
            }
            Denial::NullOrigin => Reason::Plain(Denial::NullOrigin),
            Denial::CrossSiteWrite => Reason::Plain(Denial::CrossSiteWrite),
            // The others are not refused: the answer to their preflight lists what is allowed.
            _ => Reason::Plain(Denial::SeveralOrigins),
        };
        Some(Self {
            reason,
            is_preflight: decision.kind() == RequestKind::Preflight,
        })
    }

    /// A short name for programs and logs, such as `cross_site_write`. See [`Denial::code`].
    ///
    /// # Example
    /// See [`Rejection`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.denial().code()
    }

    /// Whether the refused request is a preflight: its host is refused, or the write that it announces. Browsers ignore
    /// the body of its response.
    ///
    /// # Example
    /// See [`Rejection`].
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.is_preflight
    }

    fn denial(&self) -> Denial<'_> {
        let with_origin = |line, denial: fn(Origin<'_>) -> Denial<'_>| {
            Origin::try_from(line).map_or(Denial::SeveralOrigins, denial)
        };
        match &self.reason {
            Reason::Plain(denial) => *denial,
            Reason::Malformed(line, problem) => Denial::MalformedOrigin {
                origin: line.as_bytes(),
                problem: *problem,
            },
            Reason::NotAllowed(line) => {
                with_origin(line, |origin| Denial::OriginNotAllowed { origin })
            }
            Reason::Insecure(line) => with_origin(line, |origin| Denial::InsecureOrigin { origin }),
            Reason::LookupFailed(line) => {
                with_origin(line, |origin| Denial::LookupFailed { origin })
            }
            Reason::Host(host) => Denial::HostNotAllowed {
                host: host.as_bytes(),
            },
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.denial().fmt(f)
    }
}
