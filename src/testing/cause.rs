//! Why a fetch fails, for machines: the step and the cause.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::HeaderName;

use crate::OriginProblem;

/// The step of the Fetch standard at which a fetch fails.
///
/// # Example
/// ```
/// use tower_cors::testing::Step;
///
/// assert_eq!(Step::CorsCheck.to_string(), "CORS check");
/// assert_eq!(Step::CorsCheck.section(), "https://fetch.spec.whatwg.org/#concept-cors-check");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The page's own `new Request(…)`: nothing has been sent.
    Request,
    /// The way to the server is closed: nothing has been sent on this hop.
    MainFetch,
    /// The preflight: the request itself has not been sent.
    Preflight,
    /// The request was sent and answered; the page may not have the answer.
    CorsCheck,
    /// A redirect that can't be followed.
    Redirect,
    /// The service failed to answer the request.
    Network,
    /// The head of the response came, its body did not.
    Body,
}

impl Step {
    /// The standard's section.
    ///
    /// # Example
    /// See [`Step`].
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Request => "https://fetch.spec.whatwg.org/#dom-request",
            Self::MainFetch => "https://fetch.spec.whatwg.org/#concept-main-fetch",
            Self::Preflight => "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
            Self::CorsCheck => "https://fetch.spec.whatwg.org/#concept-cors-check",
            Self::Redirect => "https://fetch.spec.whatwg.org/#http-redirect-fetch",
            Self::Network => "https://fetch.spec.whatwg.org/#concept-http-network-fetch",
            Self::Body => "https://fetch.spec.whatwg.org/#concept-body-consume-body",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request constructor",
            Self::MainFetch => "main fetch",
            Self::Preflight => "preflight",
            Self::CorsCheck => "CORS check",
            Self::Redirect => "redirect",
            Self::Network => "network",
            Self::Body => "body",
        })
    }
}

/// Why a fetch fails, for machines. Text of others in it is escaped and cut.
///
/// The causes of the CORS check are those of a preflight too: [`Blocked::step`](super::Blocked::step)
/// says of which.
///
/// # Example
/// See [`Blocked::cause`](super::Blocked::cause).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The browser was put at something that is no origin.
    InvalidPage {
        /// What is wrong with it.
        problem: OriginProblem,
    },
    /// The request's URI is no URL that can be fetched.
    InvalidUrl {
        /// What is wrong with it.
        why: String,
    },
    /// `https://user:password@…`, which a page can't fetch.
    UrlHasCredentials,
    /// The visitor's cookies or authentication hold bytes that no header can have.
    InvalidCredentials,
    /// More header names than a request has room for.
    TooManyHeaders {
        /// As many as there may be.
        limit: usize,
    },
    /// CONNECT, TRACE or TRACK. <https://fetch.spec.whatwg.org/#forbidden-method>
    ForbiddenMethod,
    /// `no-cors` with another method than GET, HEAD and POST.
    MethodNeedsCors,
    /// GET or HEAD with a body.
    BodyNotAllowed,

    /// `same-origin`, and the URL is of another origin.
    NotSameOrigin,
    /// `no-cors` with a redirect mode other than `follow`.
    RedirectModeNeedsCors,
    /// An `https` page, and an `http` URL that is not of this machine.
    /// <https://w3c.github.io/webappsec-mixed-content/#should-block-fetch>
    MixedContent,
    /// A port that belongs to another protocol. <https://fetch.spec.whatwg.org/#bad-port>
    BadPort {
        /// The port.
        port: u16,
    },
    /// An `http` page may not reach a private network.
    InsecurePage,

    /// No `Access-Control-Allow-Origin`.
    AllowOriginMissing,
    /// Several `Access-Control-Allow-Origin` lines.
    SeveralAllowOrigins {
        /// All of them, joined by commas.
        sent: String,
    },
    /// `Access-Control-Allow-Origin: *` for a request with credentials.
    WildcardWithCredentials,
    /// `Access-Control-Allow-Origin` is not the page's origin, byte for byte.
    AllowOriginMismatch {
        /// The value.
        sent: String,
    },
    /// The request has credentials, and `Access-Control-Allow-Credentials` is not `true`.
    AllowCredentialsMissing {
        /// The value, if there is one.
        sent: Option<String>,
    },

    /// The preflight's answer is no 2xx.
    PreflightStatus {
        /// The status.
        status: StatusCode,
    },
    /// A list in the preflight's answer is not of its grammar.
    MalformedList {
        /// Which list.
        header: HeaderName,
        /// Its value.
        sent: String,
    },
    /// `Access-Control-Allow-Methods` lacks the method.
    MethodNotAllowed {
        /// The method.
        method: String,
    },
    /// `Access-Control-Allow-Headers` lacks a header of the request.
    HeaderNotAllowed {
        /// The first such name.
        name: String,
    },
    /// No `Access-Control-Allow-Private-Network: true`.
    PrivateNetworkNotAllowed,

    /// The redirect mode is `error`.
    RedirectForbidden,
    /// More than 20.
    TooManyRedirects,
    /// `Location` is no URL that can be fetched, or there are several.
    InvalidLocation {
        /// The value.
        sent: String,
        /// What is wrong with it.
        why: String,
    },
    /// A redirect to `https://user:password@…`.
    LocationHasCredentials,

    /// The service, or the body of its response, gave an error.
    ServiceFailed {
        /// The error.
        message: String,
    },
    /// The service, or the body of its response, panicked.
    ServicePanicked {
        /// The panic's message.
        message: String,
    },
    /// The service, or the body of its response, waits for something that can't come: nobody holds the
    /// waker.
    NeverAnswers,
    /// The service, or the body of its response, took too long.
    TimedOut {
        /// As long as it may take.
        limit: Duration,
    },
    /// The body is longer than the test reads.
    BodyTooLong {
        /// As long as it may be, in bytes.
        limit: usize,
    },
}

impl Cause {
    /// The same with the step at which it came up.
    pub(super) fn at(self, step: Step) -> Obstacle {
        let cause = match self {
            Self::ServiceFailed { message } => Self::ServiceFailed {
                message: super::quote::shown(message.as_bytes()),
            },
            Self::ServicePanicked { message } => Self::ServicePanicked {
                message: super::quote::shown(message.as_bytes()),
            },
            cause => cause,
        };
        Obstacle { step, cause }
    }
}

/// What stops a fetch.
#[derive(Debug)]
pub(super) struct Obstacle {
    pub(super) step: Step,
    pub(super) cause: Cause,
}
