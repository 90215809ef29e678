//! Why a request is denied. A verdict has only the cause: the details are found when somebody asks.

use std::fmt;

use http::header::ACCESS_CONTROL_REQUEST_METHOD;

use super::Policy;
use super::verdict::Cause;
use crate::fetch::host::received_host;
use crate::fetch::request::{HeaderLine, NULL, RequestHead};
use crate::fetch::requested_headers::{LONGEST_LIST, MOST_LINES, Refused, check_names};
use crate::origin::{Origin, OriginMistake, OriginProblem};

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
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
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

impl Policy {
    pub(super) fn denial<'r>(&self, cause: Cause, request: RequestHead<'r>) -> Denial<'r> {
        match cause {
            Cause::CrossSiteWrite | Cause::UngrantedCredentials => return Denial::CrossSiteWrite,
            Cause::Host => {
                let host = received_host(request);
                return Denial::HostNotAllowed { host };
            }
            Cause::Origin | Cause::LookupFailed => {}
        }
        let HeaderLine::One(value) = request.origin() else {
            return Denial::SeveralOrigins;
        };
        if *value == NULL {
            return Denial::NullOrigin;
        }
        let origin = match Origin::try_from(value) {
            Ok(origin) => origin,
            Err(problem) => {
                return Denial::MalformedOrigin {
                    origin: value.as_bytes(),
                    problem,
                };
            }
        };
        let asks = self.rules.allow_looked_up_origins || !self.rules.predicates.is_empty();
        if cause == Cause::LookupFailed {
            Denial::LookupFailed { origin }
        } else if asks && origin.is_insecure() && !self.rules.allows_insecure_origins() {
            Denial::InsecureOrigin { origin }
        } else {
            Denial::OriginNotAllowed { origin }
        }
    }

    /// What a browser finds missing in the response to a preflight whose origin is allowed.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, steps 7.5 to 7.7
    pub(super) fn preflight_denial<'r>(&self, request: RequestHead<'r>) -> Option<Denial<'r>> {
        match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            HeaderLine::One(method) if !self.rules.allows_method(method.as_bytes()) => {
                let method = method.as_bytes();
                return Some(Denial::MethodNotAllowed { method });
            }
            HeaderLine::Several => return Some(Denial::SeveralMethods),
            HeaderLine::One(_) | HeaderLine::Missing => {}
        }
        match check_names(request.headers, self.check_of_request_headers()) {
            Ok(()) => {}
            Err(Refused::TooLong) => return Some(Denial::HeaderListTooLong),
            Err(Refused::Name(name)) => return Some(Denial::HeaderNotAllowed { name }),
        }
        (request.asks_for_private_network() && !self.rules.allow_private_network)
            .then_some(Denial::PrivateNetworkNotAllowed)
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
