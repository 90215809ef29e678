//! What a policy decides about a request, and why it denies it.

use std::fmt;

use crate::fetch::requested_headers::{LONGEST_LIST, MOST_LINES};
use crate::origin::{Origin, OriginProblem};

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
    denial: Option<Denial<'r>>,
}

impl<'r> Decision<'r> {
    pub(crate) fn new(kind: RequestKind, denial: Option<Denial<'r>>) -> Self {
        Self { kind, denial }
    }

    /// The kind of the request.
    ///
    /// # Example
    /// See [`RequestKind`].
    #[must_use]
    pub fn kind(&self) -> RequestKind {
        self.kind
    }

    /// Whether the browser lets the page continue. Always true for a request without `Origin`.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            Self::MalformedOrigin { origin, problem } => {
                let origin = Quoted(origin);
                write!(f, "the origin {origin} is not one that browsers send")?;
                match problem {
                    // The rules of these are about settings.
                    OriginProblem::AnyOrigin => f.write_str(": it is a wildcard"),
                    OriginProblem::SeveralOrigins => f.write_str(": it is a list of several"),
                    problem => write!(f, ": it {problem}"),
                }
            }
            Self::OriginNotAllowed { origin } => {
                write!(f, "the origin \"{origin}\" is not allowed")
            }
            Self::InsecureOrigin { origin } => write!(
                f,
                "the origin \"{origin}\" is insecure, and the policy allows credentials"
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
        }
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
