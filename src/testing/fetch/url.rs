//! The URL of a request: `http` or `https`, without a fragment.

use http::Uri;

use crate::Origin;

/// A URL that can be fetched.
///
/// [URL standard, URL](https://url.spec.whatwg.org/#concept-url)
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FetchUrl {
    /// Without a user name, a password and a fragment.
    url: url::Url,
    origin: String,
    pub(crate) has_credentials: bool,
}

/// Why a text is not a URL that can be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlProblem {
    #[error("it is relative, and the page has no URL to complete it")]
    Relative,
    #[error("its scheme is neither http nor https")]
    Scheme,
    #[error("its port is not a number up to 65535")]
    Port,
    #[error("it is not a valid URL: {0}")]
    Invalid(url::ParseError),
    #[error("its path or query can't be sent in a request")]
    Unsendable,
}

impl FetchUrl {
    /// [URL standard, URL parsing](https://url.spec.whatwg.org/#url-parsing)
    pub(crate) fn parse(text: &[u8], base: Option<&Self>) -> Result<Self, UrlProblem> {
        let parser = url::Url::options().base_url(base.map(|base| &base.url));
        let mut url =
            parser
                .parse(&merge_slashes(to_text(text)))
                .map_err(|problem| match problem {
                    url::ParseError::RelativeUrlWithoutBase => UrlProblem::Relative,
                    url::ParseError::InvalidPort => UrlProblem::Port,
                    problem => UrlProblem::Invalid(problem),
                })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(UrlProblem::Scheme);
        }
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        url.set_fragment(None);
        // Both only fail for a URL without a host; `http` and `https` URLs have one.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let origin = url.origin().ascii_serialization();
        Ok(Self {
            url,
            origin,
            has_credentials,
        })
    }

    /// [URL standard, origin](https://url.spec.whatwg.org/#concept-url-origin)
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// The URL with one more segment at the end of its path, and without a query.
    pub(crate) fn below(&self, segment: &str) -> Self {
        let mut below = self.clone();
        below.url.set_query(None);
        if let Ok(mut segments) = below.url.path_segments_mut() {
            segments.pop_if_empty().push(segment);
        }
        below
    }

    /// The same URL over https; `None` if there is none.
    pub(crate) fn upgraded(&self) -> Option<Self> {
        let mut url = self.url.clone();
        url.set_scheme("https").ok()?;
        let origin = url.origin().ascii_serialization();
        Some(Self {
            url,
            origin,
            ..*self
        })
    }

    /// Whether the host is an IP address.
    pub(crate) fn has_address(&self) -> bool {
        matches!(
            self.url.host(),
            Some(url::Host::Ipv4(_) | url::Host::Ipv6(_))
        )
    }

    pub(crate) fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host, and the port if it is not the scheme's default.
    pub(crate) fn host_and_port(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, rest)| rest)
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn path(&self) -> &str {
        self.url.path()
    }

    /// `None` for the scheme's default.
    pub(crate) fn port(&self) -> Option<u16> {
        self.url.port()
    }

    /// Whether nobody on the network can change what is sent.
    ///
    /// [Secure Contexts, potentially trustworthy URL](https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy)
    pub(crate) fn is_trustworthy(&self) -> bool {
        self.scheme() == "https" || self.is_loopback()
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.url.host() {
            Some(url::Host::Domain(name)) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    pub(crate) fn to_uri(&self) -> Result<Uri, UrlProblem> {
        Uri::try_from(self.url.as_str()).map_err(|_| UrlProblem::Unsendable)
    }
}

impl std::fmt::Display for FetchUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.url.as_str())
    }
}

/// Whether an origin is `https` or this machine.
pub(crate) fn is_trustworthy(origin: &str) -> bool {
    Origin::parse(origin.as_bytes())
        .is_ok_and(|origin| origin.scheme() == "https" || origin.is_loopback())
}

/// `///host/x` is `//host/x`: the crate `url` skips further slashes only after a scheme.
///
/// [URL standard, special authority ignore slashes state](https://url.spec.whatwg.org/#special-authority-ignore-slashes-state)
fn merge_slashes(mut text: String) -> String {
    // The parser's steps 1 and 3.
    text.retain(|character| !matches!(character, '\t' | '\n' | '\r'));
    let start = text.trim_start_matches(|character| character <= ' ');
    let rest = start.trim_start_matches(['/', '\\']);
    if start.len() - rest.len() > 2 {
        format!("//{rest}")
    } else {
        text
    }
}

/// The text of a header value. Bytes that are not UTF-8 are percent-encoded, as browsers do.
fn to_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes
            .iter()
            .map(|byte| match byte {
                0..=0x7f => char::from(*byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect(),
    }
}

/// Sorted, for a binary search.
const BAD_PORTS: [u16; 82] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667,
    6668, 6669, 6679, 6697,
];

/// [Fetch standard, bad port](https://fetch.spec.whatwg.org/#bad-port)
pub(crate) fn is_bad_port(port: u16) -> bool {
    port == 10_080 || BAD_PORTS.binary_search(&port).is_ok()
}
