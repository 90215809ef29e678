//! Failures before an HTTP response: they are not about CORS, and each says what it is.

use std::fmt;

/// Why there is no response to judge.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    /// Such as `connection refused by 127.0.0.1:3000`.
    pub(crate) what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The host's name has no address.
    Name,
    /// Nothing accepts connections at the port.
    Connection,
    /// This machine can't reach the host's addresses.
    Unreachable,
    /// The server's certificate is not trusted.
    Certificate,
    /// The TLS handshake failed for another reason.
    Tls,
    /// This machine has no list of trusted authorities.
    NoAuthorities,
    /// No connection within the time limit.
    ConnectionTimedOut,
    /// Connected, and no response within the time limit.
    ResponseTimedOut,
    /// The connection ended without a response.
    NoResponse,
    /// What arrived is not HTTP.
    NotHttp,
    /// The stated number of requests is reached.
    MostRequests,
}

impl Failure {
    pub(crate) fn new(kind: Kind, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { kind, what }
    }
}

impl Kind {
    /// For `--json`.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Connection => "connection",
            Self::Unreachable => "unreachable",
            Self::Certificate => "certificate",
            Self::Tls => "tls",
            Self::NoAuthorities => "no-authorities",
            Self::ConnectionTimedOut => "connection-timed-out",
            Self::ResponseTimedOut => "response-timed-out",
            Self::NoResponse => "no-response",
            Self::NotHttp => "not-http",
            Self::MostRequests => "most-requests",
        }
    }

    /// Whether the request was sent. Otherwise, further requests to the host would fail in the same way.
    pub(crate) fn is_after_sending(self) -> bool {
        matches!(
            self,
            Self::ResponseTimedOut | Self::NoResponse | Self::NotHttp
        )
    }

    pub(crate) fn fix(self) -> &'static str {
        match self {
            Self::Name => {
                "correct the name, or connect to the network that knows it, such as a VPN"
            }
            Self::Connection => "start the server, or correct the host and the port",
            Self::Unreachable => "correct the host, or look at the network of this machine",
            Self::Certificate => {
                "open the URL in a browser: it shows the same problem. For a certificate of your own, let this machine \
                 trust its authority, or name the authority's file in the variable SSL_CERT_FILE"
            }
            Self::Tls => "does the server speak https on this port? If not, write http://",
            Self::NoAuthorities => {
                "install the package ca-certificates, or name a file of certificates in the variable SSL_CERT_FILE"
            }
            Self::ConnectionTimedOut => {
                "correct the host and the port, or let the firewall pass the connection; --timeout waits longer"
            }
            Self::ResponseTimedOut => "find out what the server waits for; --timeout waits longer",
            Self::NoResponse => {
                "look into the server's log: it, or a proxy in front of it, closed the connection"
            }
            Self::NotHttp => "does the server speak https on this port? If so, write https://",
            Self::MostRequests => "name fewer paths, or raise --requests",
        }
    }

    /// What consoles say, where this is sure. Firefox calls all of it CORS, which misleads many people.
    pub(crate) fn console(self) -> Option<String> {
        let chrome = match self {
            Self::Name => "net::ERR_NAME_NOT_RESOLVED",
            Self::Connection => "net::ERR_CONNECTION_REFUSED",
            Self::Certificate => "net::ERR_CERT_…",
            Self::Tls => "net::ERR_SSL_…",
            Self::ConnectionTimedOut => "net::ERR_CONNECTION_TIMED_OUT",
            Self::NoResponse => "net::ERR_EMPTY_RESPONSE or net::ERR_CONNECTION_RESET",
            Self::Unreachable
            | Self::NoAuthorities
            | Self::ResponseTimedOut
            | Self::NotHttp
            | Self::MostRequests => {
                return None;
            }
        };
        Some(format!(
            "Chrome says {chrome}. Firefox says \"CORS request did not succeed\", though it is not about CORS"
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
