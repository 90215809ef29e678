//! What happens to the page that sent a request: [`PageOutcome`].

use std::fmt;

/// What happens to the page that sent a request.
///
/// [`Explanation`](crate::Explanation) and the browser of `tower_cors::testing` both say it with these words.
/// `Display` writes the first line of an explanation.
///
/// # Example
/// ```
/// use tower_cors::explain::PageOutcome;
///
/// assert!(!PageOutcome::Withheld.is_allowed());
/// assert_eq!(
///     PageOutcome::Reads.to_string(),
///     "allowed: the page can read the response"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PageOutcome {
    /// The request has no `Origin`, and CORS does not apply.
    NotCors,
    /// The page is the server's own, and CORS does not apply.
    OwnPage,
    /// The user started the request, or an extension that has permission for this host (`Sec-Fetch-Site: none`). CORS
    /// does not apply.
    StartedByUser,
    /// The page can read the response.
    Reads,
    /// The preflight succeeds, and the browser sends the actual request.
    Continues,
    /// The page can't see the response, because it asked with the mode `no-cors`.
    Opaque,
    /// The browser shows the response to the user, as for each link and form. CORS does not apply.
    Shown,
    /// The browser opens the WebSocket, or the WebTransport session, if the server accepts the handshake. CORS does not
    /// apply.
    Connects,
    /// The request is sent and answered, but the page can't read the response.
    Withheld,
    /// The preflight fails, and the browser does not send the actual request.
    PreflightFails,
    /// The browser does not send the request at all.
    NotSent,
    /// The request is answered by 403 and does not reach the handler.
    Rejected,
    /// The form or link is answered by 403 and does not reach the handler.
    NavigationRejected,
    /// The server refuses the handshake of a WebSocket or a WebTransport session.
    HandshakeRejected,
    /// The request names a host under which the server is not reached, and is answered by 421.
    WrongHost,
    /// No response arrives.
    NoResponse,
}

impl PageOutcome {
    /// Whether the page can go on.
    ///
    /// # Example
    /// See [`PageOutcome`].
    #[must_use]
    pub fn is_allowed(self) -> bool {
        matches!(
            self,
            Self::NotCors
                | Self::OwnPage
                | Self::StartedByUser
                | Self::Reads
                | Self::Continues
                | Self::Opaque
                | Self::Shown
                | Self::Connects
        )
    }
}

impl fmt::Display for PageOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_allowed() {
            "allowed: "
        } else {
            "blocked: "
        })?;
        f.write_str(match self {
            Self::NotCors => {
                "CORS does not apply without an Origin header (curl and same-origin GETs send none)"
            }
            Self::OwnPage => "the page is the server's own, and CORS does not apply to it",
            Self::StartedByUser => {
                "the user started the request, or an extension that has permission for this host, and CORS does not \
                 apply to it"
            }
            Self::Reads => "the page can read the response",
            Self::Continues => "the preflight succeeds, and the browser sends the request itself",
            Self::Opaque => {
                "the request is sent, but the page sees nothing of the response, because it asked with the \
                 mode \"no-cors\""
            }
            Self::Shown => {
                "the browser shows the response to the user, because CORS does not apply to links and forms"
            }
            Self::Connects => {
                "the browser connects if the server accepts the handshake, because CORS does not apply to \
                 WebSockets and WebTransport"
            }
            Self::Withheld => {
                "the request reaches the server, but the browser withholds the response from the page"
            }
            Self::PreflightFails => {
                "the preflight fails, and the browser never sends the request itself"
            }
            Self::NotSent => "the browser does not send the request",
            Self::Rejected => {
                "the request is answered by 403 before it reaches the handler, and the page can't read that"
            }
            Self::NavigationRejected => {
                "the form or link is answered by 403, and the user sees that in place of the page"
            }
            Self::HandshakeRejected => {
                "the handshake is refused, and the page can't connect"
            }
            Self::WrongHost => {
                "the request is answered by 421 before it reaches the handler, because of the host that it names"
            }
            Self::NoResponse => "no response arrives",
        })
    }
}
