//! Where pages are: their origins.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

/// A page. The APIs at `b.localhost` have another origin, except for [`Page::Own`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Page {
    /// `http://a.localhost:PORT`, which most policies allow.
    App,
    /// The same host at another port.
    OtherPort,
    /// `http://x.a.localhost:PORT`
    Subdomain,
    /// `http://y.x.a.localhost:PORT`
    Deeper,
    /// `http://localhost:PORT`
    Localhost,
    /// The same at another port.
    LocalhostOtherPort,
    /// `http://127.0.0.1:PORT`
    Address,
    /// `http://bücher.localhost:PORT`, sent as punycode.
    International,
    /// `http://app.b.localhost:PORT`: the same site as the APIs, so the browser sends cookies.
    Neighbour,
    /// A sandboxed frame in the app: its origin is `null`.
    Sandboxed,
    /// The API's own page.
    Own(Scheme),
    /// `https://a.localhost:PORT`
    Secure,
    /// `https://app.b.localhost:PORT`
    SecureNeighbour,
    /// `https://a.localhost:PORT`, with `Cross-Origin-Embedder-Policy: require-corp`
    RequireCorp,
    /// `https://app.b.localhost:PORT`, with the same.
    RequireCorpNeighbour,
    /// `https://a.localhost:PORT`, with `Cross-Origin-Embedder-Policy: credentialless`
    Credentialless,
    /// `http://a.localhost:PORT`, on a server that the engine treats as one on the internet, if it has a setting for that.
    Public,
}

impl Page {
    /// The cookies of `b.localhost` that a page may take along.
    pub(crate) fn cookies(self) -> Option<&'static str> {
        match self {
            Self::Neighbour | Self::SecureNeighbour | Self::RequireCorpNeighbour | Self::Own(_) => {
                Some("lax=1; none=1; strict=1")
            }
            _ => None,
        }
    }

    /// The value of its `Cross-Origin-Embedder-Policy`.
    pub(crate) fn embedder_policy(self) -> Option<&'static str> {
        match self {
            Self::RequireCorp | Self::RequireCorpNeighbour => Some("require-corp"),
            Self::Credentialless => Some("credentialless"),
            _ => None,
        }
    }
}

/// The ports of the page servers.
pub(crate) struct Places {
    pub(crate) page: u16,
    pub(crate) other_page: u16,
    pub(crate) secure_page: u16,
    pub(crate) public_page: u16,
}

impl Places {
    /// As a browser sends it; an API's own is known to the [`World`](super::World) alone.
    pub(crate) fn origin(&self, page: Page) -> String {
        let Self { page: port, other_page, secure_page, public_page } = self;
        match page {
            Page::App => format!("http://a.localhost:{port}"),
            Page::OtherPort => format!("http://a.localhost:{other_page}"),
            Page::Subdomain => format!("http://x.a.localhost:{port}"),
            Page::Deeper => format!("http://y.x.a.localhost:{port}"),
            Page::Localhost => format!("http://localhost:{port}"),
            Page::LocalhostOtherPort => format!("http://localhost:{other_page}"),
            Page::Address => format!("http://127.0.0.1:{port}"),
            Page::International => format!("http://xn--bcher-kva.localhost:{port}"),
            Page::Neighbour => format!("http://app.b.localhost:{port}"),
            Page::Secure | Page::RequireCorp | Page::Credentialless => {
                format!("https://a.localhost:{secure_page}")
            }
            Page::SecureNeighbour | Page::RequireCorpNeighbour => {
                format!("https://app.b.localhost:{secure_page}")
            }
            Page::Public => format!("http://a.localhost:{public_page}"),
            Page::Sandboxed | Page::Own(_) => "null".into(),
        }
    }
}

impl fmt::Display for Page {
    /// For a table.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::App => "the app",
            Self::OtherPort => "another port",
            Self::Subdomain => "a subdomain",
            Self::Deeper => "a deeper subdomain",
            Self::Localhost => "localhost",
            Self::LocalhostOtherPort => "localhost, another port",
            Self::Address => "127.0.0.1",
            Self::International => "a name in punycode",
            Self::Neighbour => "the API's site",
            Self::Sandboxed => "a sandboxed frame",
            Self::Own(Scheme::Http) => "the API itself",
            Self::Own(Scheme::Https) => "the API itself, https",
            Self::Secure => "the app, https",
            Self::SecureNeighbour => "the API's site, https",
            Self::RequireCorp => "the app, `require-corp`",
            Self::RequireCorpNeighbour => "the API's site, `require-corp`",
            Self::Credentialless => "the app, `credentialless`",
            Self::Public => "a public server",
        })
    }
}
