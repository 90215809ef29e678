//! Why a fetch fails, for programs: the cause.

use std::time::Duration;

use http::StatusCode;
use http::header::HeaderName;

use super::local_network::{AddressSpace, Permission};
pub(crate) use super::step::Step;
use crate::error::OriginProblem;
use crate::testing::escaped_text::escaped;

/// Why a fetch fails, for programs. Text from the server is escaped and shortened.
///
/// The CORS check of a preflight has the same causes as the CORS check of a response.
/// [`Blocked::step`](crate::testing::Blocked::step) tells which of the two failed.
///
/// # Example
/// See [`Blocked::cause`](crate::testing::Blocked::cause).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The page's origin is not a valid origin.
    InvalidPage {
        /// What is wrong with it.
        problem: OriginProblem,
    },
    /// The request's URI is not a URL that can be fetched.
    InvalidUrl {
        /// What is wrong with it.
        why: String,
    },
    /// The URL has a user name or a password. A page can't fetch it.
    UrlHasCredentials,
    /// The visitor's cookies or authentication are not a valid header value.
    InvalidCredentials,
    /// The request has too many header names.
    TooManyHeaders {
        /// The most that it may have.
        limit: usize,
    },
    /// The method is CONNECT, TRACE or TRACK. <https://fetch.spec.whatwg.org/#forbidden-method>
    ForbiddenMethod,
    /// The mode is `no-cors`, and the method is not GET, HEAD or POST; or the mode is `navigate`, and the method
    /// is not GET or POST; or it is a WebSocket or an `EventSource`, and the method is not GET; or it is a beacon, and
    /// the method is not POST.
    MethodNeedsCors,
    /// A GET or HEAD has a body.
    BodyNotAllowed,
    /// A protocol of `new WebSocket(url, protocols)` is not a token, or occurs twice.
    InvalidProtocol {
        /// The protocol.
        protocol: String,
    },

    /// The mode is `same-origin`, and the URL has another origin.
    NotSameOrigin,
    /// The mode is `no-cors`, and the redirect mode is not `follow`.
    RedirectModeNeedsCors,
    /// The page is on `https`, and the URL is on `http` and not on this machine.
    /// <https://w3c.github.io/webappsec-mixed-content/#should-block-fetch>
    MixedContent,
    /// The port belongs to another protocol. <https://fetch.spec.whatwg.org/#bad-port>
    BadPort {
        /// The port.
        port: u16,
    },
    /// A page on `http` may not reach this machine or the local network.
    InsecurePage,
    /// The visitor has not allowed the page to reach this machine or the local network.
    LocalNetworkPermission {
        /// Where the server's address is.
        space: AddressSpace,
        /// What the visitor said.
        answer: Permission,
    },
    /// The server's address is not in the space that the request names.
    OtherAddressSpace {
        /// Where the server's address is.
        space: AddressSpace,
        /// Where the request says that it is.
        target: AddressSpace,
    },

    /// The response has no `Access-Control-Allow-Origin`.
    AllowOriginMissing,
    /// The response has several `Access-Control-Allow-Origin` lines.
    SeveralAllowOrigins {
        /// All of them, joined by commas.
        sent: String,
    },
    /// `Access-Control-Allow-Origin` is `*`, and the request has credentials.
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

    /// The status of the preflight's response is not from 200 to 299.
    PreflightStatus {
        /// The status.
        status: StatusCode,
    },
    /// A list in the preflight's response doesn't match its grammar.
    MalformedList {
        /// The header.
        header: HeaderName,
        /// Its value.
        sent: String,
    },
    /// `Access-Control-Allow-Methods` doesn't list the method.
    MethodNotAllowed {
        /// The method.
        method: String,
    },
    /// `Access-Control-Allow-Headers` doesn't list a header of the request.
    HeaderNotAllowed {
        /// The first such name.
        name: String,
    },

    /// The `Cross-Origin-Resource-Policy` of the response, or its absence, blocks a page in mode `no-cors`.
    ResourcePolicy {
        /// The value, if there is one.
        sent: Option<String>,
    },

    /// The redirect mode is `error`, and the response is a redirect.
    RedirectForbidden,
    /// There were more than 20 redirects.
    TooManyRedirects,
    /// `Location` is not a URL that can be fetched, or there are several.
    InvalidLocation {
        /// The value.
        sent: String,
        /// What is wrong with it.
        why: String,
    },
    /// `Location` has a user name or a password.
    LocationHasCredentials,

    /// A streamed body needs the mode `cors` or `same-origin`, and a request that doesn't outlive its page.
    StreamNotAllowed,
    /// The redirect asks for the body again, and a streamed body can be read only once.
    StreamCannotRepeat,
    /// The body of a beacon, or of a fetch with `keepalive`, is too long.
    KeepaliveTooLong {
        /// The most that it may have, in bytes.
        limit: usize,
    },
    /// The MIME type is not one for the destination: a script that is an image, or, with
    /// `X-Content-Type-Options: nosniff`, a script or style that doesn't say so.
    BlockedMimeType {
        /// `Content-Type`, if there is one.
        sent: Option<String>,
    },
    /// The response to an `EventSource` is not 200 with `Content-Type: text/event-stream`.
    NotAnEventStream {
        /// Its status.
        status: StatusCode,
        /// Its `Content-Type`, if there is one.
        content_type: Option<String>,
    },
    /// The response to a WebSocket handshake is not 101.
    HandshakeRefused {
        /// Its status.
        status: StatusCode,
    },
    /// The response to a WebSocket handshake is 101, and its headers don't complete the handshake.
    InvalidHandshake {
        /// What is wrong with them.
        why: String,
    },

    /// The status is from 100 to 199. A final response follows such a response, and a service returns only one.
    InterimResponse {
        /// The status.
        status: StatusCode,
    },
    /// The service, or the body of its response, returned an error.
    ServiceFailed {
        /// The error.
        message: String,
    },
    /// The service, or the body of its response, panicked.
    ServicePanicked {
        /// The panic's message.
        message: String,
    },
    /// The service, or the body of its response, is pending, and nobody holds its waker.
    NeverAnswers,
    /// The service took too long.
    TimedOut {
        /// The time limit.
        limit: Duration,
    },
    /// The body is longer than the test's limit.
    BodyTooLong {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Cause {
    /// Adds the step at which the fetch failed.
    pub(crate) fn at(self, step: Step) -> NetworkError {
        let cause = match self {
            Self::ServiceFailed { message } => Self::ServiceFailed {
                message: escaped(message.as_bytes()),
            },
            Self::ServicePanicked { message } => Self::ServicePanicked {
                message: escaped(message.as_bytes()),
            },
            cause => cause,
        };
        NetworkError { step, cause }
    }
}

/// [Fetch standard, network error](https://fetch.spec.whatwg.org/#concept-network-error)
#[derive(Debug)]
pub(crate) struct NetworkError {
    pub(crate) step: Step,
    pub(crate) cause: Cause,
}
