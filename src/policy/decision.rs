//! What a policy decides about a request, and why it denies it.

use std::fmt;

use crate::fetch::requested_headers::{LONGEST_LIST, MOST_LINES};
use crate::origin::{Origin, OriginMistake, OriginProblem};

/// The kind of a request, in the terms of the Fetch standard.
///
/// # Example
/// ```
/// use http::{HeaderMap, Method};
/// use tower_cors::{CorsLayer, RequestKind, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let headers = HeaderMap::new();
/// assert_eq!(cors.policy().decide(&Method::GET, &headers).kind(), RequestKind::NotCors);
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
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://evil.example"))]);
/// let decision = cors.policy().decide(&Method::GET, &headers);
/// assert!(matches!(decision.denial(), Some(Denial::OriginNotAllowed { .. })));
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
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
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

/// Why a request is denied: the first reason, in the order in which a browser checks.
///
/// `Display` writes one line. It escapes and shortens text that came from the client. The fields hold that text as
/// it came: escape it (`escape_ascii`) before you log it.
///
/// # Example
/// ```
/// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
/// use tower_cors::{CorsLayer, Denial, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("null"))]);
/// let denial = cors.policy().decide(&Method::GET, &headers).denial();
/// assert_eq!(denial, Some(Denial::NullOrigin));
/// assert_eq!(denial.map(|denial| denial.code()), Some("null_origin"));
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial<'r> {
    /// More than one `Origin` line; browsers send one.
    SeveralOrigins,
    /// `Origin: null`, if the policy does not allow it.
    NullOrigin,
    /// An origin that browsers do not send.
    MalformedOrigin {
        /// The `Origin` line.
        origin: &'r [u8],
        /// What is wrong with it.
        problem: OriginProblem,
    },
    /// The policy does not allow the origin.
    OriginNotAllowed {
        /// The origin.
        origin: Origin<'r>,
    },
    /// An `http://` origin that is not listed, under a policy with credentials. Predicates and look-ups are not
    /// asked about it.
    InsecureOrigin {
        /// The origin.
        origin: Origin<'r>,
    },
    /// The look-up that decides about the origin failed or took too long.
    LookupFailed {
        /// The origin.
        origin: Origin<'r>,
    },
    /// More than one `Access-Control-Request-Method` line; browsers send one.
    SeveralMethods,
    /// The policy does not allow the method that the preflight asks for.
    MethodNotAllowed {
        /// The method.
        method: &'r [u8],
    },
    /// The policy does not allow a header that the preflight asks for.
    HeaderNotAllowed {
        /// The first such name, as it came.
        name: &'r [u8],
    },
    /// The preflight asks for more headers than 8192 bytes or 64 lines.
    HeaderListTooLong,
    /// The preflight asks for access to a private network, and the policy does not allow it.
    PrivateNetworkNotAllowed,
    /// A write of a page that may not write, or the preflight for one:
    /// [`reject_cross_site_writes`](crate::CorsBuilder::reject_cross_site_writes).
    CrossSiteWrite,
    /// The request names a host under which the server is not reached:
    /// [`allow_hosts`](crate::CorsBuilder::allow_hosts).
    HostNotAllowed {
        /// The host as it came: of the URI, or else the first `Host` line.
        host: &'r [u8],
    },
}

impl Denial<'_> {
    /// A short name for metrics and logs: `origin_not_allowed`.
    ///
    /// # Example
    /// ```
    /// assert_eq!(tower_cors::Denial::SeveralOrigins.code(), "several_origins");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SeveralOrigins => "several_origins",
            Self::NullOrigin => "null_origin",
            Self::MalformedOrigin { .. } => "malformed_origin",
            Self::OriginNotAllowed { .. } => "origin_not_allowed",
            Self::InsecureOrigin { .. } => "insecure_origin",
            Self::LookupFailed { .. } => "lookup_failed",
            Self::SeveralMethods => "several_methods",
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::HeaderNotAllowed { .. } => "header_not_allowed",
            Self::HeaderListTooLong => "header_list_too_long",
            Self::PrivateNetworkNotAllowed => "private_network_not_allowed",
            Self::CrossSiteWrite => "cross_site_write",
            Self::HostNotAllowed { .. } => "host_not_allowed",
        }
    }
}

impl fmt::Display for Denial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeveralOrigins => f.write_str("the request has more than one Origin line"),
            Self::NullOrigin => f.write_str("the origin \"null\" is not allowed"),
            Self::MalformedOrigin { origin, problem } => {
                let origin = Quoted(origin);
                write!(f, "the origin {origin} is not one that browsers send")?;
                match problem.0 {
                    // The rules of these are about settings.
                    OriginMistake::AnyOrigin => f.write_str(": it is a wildcard"),
                    OriginMistake::SeveralOrigins => f.write_str(": it is a list of several"),
                    _ => write!(f, ": it {problem}"),
                }
            }
            Self::OriginNotAllowed { origin } => {
                write!(f, "the origin \"{origin}\" is not allowed")
            }
            Self::InsecureOrigin { origin } => write!(
                f,
                "the origin \"{origin}\" is insecure, and the policy allows credentials, so no function and no look-up is asked about it"
            ),
            Self::LookupFailed { origin } => {
                write!(f, "the look-up of the origin \"{origin}\" failed")
            }
            Self::SeveralMethods => {
                f.write_str("the preflight has more than one Access-Control-Request-Method line")
            }
            Self::MethodNotAllowed { method } => {
                write!(f, "the method {} is not allowed", Quoted(method))
            }
            Self::HeaderNotAllowed { name } => {
                write!(f, "the request header {} is not allowed", Quoted(name))
            }
            Self::HeaderListTooLong => write!(
                f,
                "the list of request headers is longer than {LONGEST_LIST} bytes or {MOST_LINES} lines"
            ),
            Self::PrivateNetworkNotAllowed => {
                f.write_str("access to a private network is not allowed")
            }
            Self::CrossSiteWrite => f.write_str(
                "the request is a cross-site write: a page that may not write here sent it, and CORS alone does not stop it",
            ),
            Self::HostNotAllowed { host } => write!(
                f,
                "the server is not reached under the host {} (a proxy may have changed it)",
                Quoted(host)
            ),
        }
    }
}

/// The code and the text of `Display`: what a log needs.
impl fmt::Debug for Denial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())
    }
}

/// Text from a client: quoted, escaped and shortened.
pub(crate) struct Quoted<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 128;
        let shown = &self.0[..self.0.len().min(LONGEST)];
        write!(f, "\"{}\"", shown.escape_ascii())?;
        if shown.len() < self.0.len() {
            write!(f, " (the first {LONGEST} of {} bytes)", self.0.len())?;
        }
        Ok(())
    }
}
