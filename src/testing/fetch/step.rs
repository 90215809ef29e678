//! Where a fetch fails, for programs: the step of the standard.

use std::fmt;

/// The step of the Fetch standard at which a fetch fails.
///
/// # Example
/// ```
/// use tower_cors::testing::Step;
///
/// assert_eq!(Step::CorsCheck.to_string(), "CORS check");
/// assert_eq!(
///     Step::CorsCheck.section(),
///     "https://fetch.spec.whatwg.org/#concept-cors-check"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// The page's `new Request(…)`. Nothing was sent.
    Request,
    /// Main fetch doesn't allow the request. Nothing was sent on this hop.
    MainFetch,
    /// The page may not reach the server's address. Nothing was sent on this hop.
    LocalNetworkAccess,
    /// The preflight failed. The request was not sent.
    Preflight,
    /// The request was sent and answered, but the page may not read the response.
    CorsCheck,
    /// The response's `Cross-Origin-Resource-Policy` doesn't allow the page.
    ResourcePolicy,
    /// The response's MIME type is not one for the destination.
    MimeType,
    /// The response is not a stream of events.
    EventSource,
    /// A redirect can't be followed.
    Redirect,
    /// The server refused the WebSocket handshake.
    WebSocket,
    /// The service did not answer the request.
    Network,
    /// The head of the response arrived, but reading its body failed.
    Body,
}

impl Step {
    /// The URL of the standard's section.
    ///
    /// # Example
    /// See [`Step`].
    #[must_use]
    pub fn section(self) -> &'static str {
        match self {
            Self::Request => "https://fetch.spec.whatwg.org/#dom-request",
            Self::MainFetch => "https://fetch.spec.whatwg.org/#concept-main-fetch",
            Self::LocalNetworkAccess => "https://wicg.github.io/local-network-access/#fetching",
            Self::Preflight => "https://fetch.spec.whatwg.org/#cors-preflight-fetch",
            Self::CorsCheck => "https://fetch.spec.whatwg.org/#concept-cors-check",
            Self::ResourcePolicy => {
                "https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check"
            }
            Self::MimeType => {
                "https://fetch.spec.whatwg.org/#should-response-to-request-be-blocked-due-to-mime-type?"
            }
            Self::EventSource => {
                "https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource"
            }
            Self::WebSocket => "https://websockets.spec.whatwg.org/#concept-websocket-establish",
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
            Self::LocalNetworkAccess => "Local Network Access check",
            Self::Preflight => "preflight",
            Self::CorsCheck => "CORS check",
            Self::ResourcePolicy => "cross-origin resource policy check",
            Self::Redirect => "redirect",
            Self::MimeType => "MIME type check",
            Self::EventSource => "EventSource",
            Self::WebSocket => "WebSocket handshake",
            Self::Network => "network",
            Self::Body => "body",
        })
    }
}
