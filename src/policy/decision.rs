//! What a policy decides about a request, and the reason if it denies it.

use std::fmt;

use crate::fetch::request::{Asked, Lines, is_preflight};
use crate::fetch::requested_headers::{LONGEST_LIST, MOST_LINES};
use crate::origin::{Origin, OriginProblem};

/// What kind of request it is, by the Fetch standard.
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
    /// No `Origin`: no CORS request.
    NotCors,
    /// A CORS-preflight request: `OPTIONS` with `Origin` and `Access-Control-Request-Method`.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-request>
    Preflight,
    /// Every other CORS request: all else with `Origin`, plain `OPTIONS` included.
    /// <https://fetch.spec.whatwg.org/#cors-request>
    Actual,
}

impl RequestKind {
    pub(crate) fn of(asked: Asked<'_>) -> Self {
        match Lines::of_origin(asked.headers) {
            Lines::None => Self::NotCors,
            _ if is_preflight(asked.method, asked.headers) => Self::Preflight,
            _ => Self::Actual,
        }
    }
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
    denial: Option<Denial<'r>>,
}

impl<'r> Decision<'r> {
    pub(crate) fn new(kind: RequestKind, denial: Option<Denial<'r>>) -> Self {
        Self { kind, denial }
    }

    /// What kind of request it is.
    ///
    /// # Example
    /// See [`RequestKind`].
    #[must_use]
    pub fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether a browser lets the page go on; always so for what is no CORS request.
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
        self.denial.is_none()
    }

    /// Why the request is denied.
    ///
    /// # Example
    /// See [`Decision`].
    #[must_use]
    pub fn denial(&self) -> Option<Denial<'r>> {
        self.denial
    }
}

/// Why a request is denied; the first reason, in the order in which a browser would meet them.
///
/// Its `Display` is one line; text that came from the client is escaped and cut in it. The fields hold
/// that text as it came: escape it (`escape_ascii`) before it reaches a log.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial<'r> {
    /// More than one `Origin` line; browsers send one.
    SeveralOrigins,
    /// `Origin: null`, which is not allowed.
    NullOrigin,
    /// No browser sends such an origin.
    MalformedOrigin {
        /// The `Origin` line.
        origin: &'r [u8],
        /// What is wrong with it.
        problem: OriginProblem,
    },
    /// The origin is not among the allowed ones.
    OriginNotAllowed {
        /// The origin.
        origin: Origin<'r>,
    },
    /// An `http://` origin that no list names, under a policy with credentials: predicates are not
    /// asked about it.
    InsecureOrigin {
        /// The origin.
        origin: Origin<'r>,
    },
    /// Whether the origin is allowed was to be looked up, and the look-up gave no answer.
    LookupFailed {
        /// The origin.
        origin: Origin<'r>,
    },
    /// More than one `Access-Control-Request-Method` line; browsers send one.
    SeveralMethods,
    /// The method that a preflight asks for is not among the allowed ones.
    MethodNotAllowed {
        /// The method.
        method: &'r [u8],
    },
    /// A header that a preflight asks for is not among the allowed ones.
    HeaderNotAllowed {
        /// The first such name, in the case in which it came.
        name: &'r [u8],
    },
    /// The list of headers that a preflight asks for is longer than 8192 bytes or 64 lines.
    HeaderListTooLong,
    /// A preflight asks for access to a private network, which is not allowed.
    PrivateNetworkNotAllowed,
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
        }
    }
}

impl fmt::Display for Denial<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SeveralOrigins => f.write_str("the request has more than one Origin line"),
            Self::NullOrigin => f.write_str("the origin \"null\" is not allowed"),
            Self::MalformedOrigin { origin, problem } => write!(
                f,
                "the origin {} is not one that a browser sends: it {problem}",
                Quoted(origin)
            ),
            Self::OriginNotAllowed { origin } => {
                write!(f, "the origin \"{origin}\" is not allowed")
            }
            Self::InsecureOrigin { origin } => write!(
                f,
                "the origin \"{origin}\" is insecure, and the policy allows credentials"
            ),
            Self::LookupFailed { origin } => write!(
                f,
                "whether the origin \"{origin}\" is allowed could not be looked up"
            ),
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
        }
    }
}

/// Text that came from a client, between quotes, escaped and cut.
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
