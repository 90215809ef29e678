//! What a request sends: [`Origin`].

use std::fmt;

use http::HeaderValue;

use super::fast_path::parse_plain;
use super::grammar::{Port, Shape, parse};
use super::host::Dialect;
use super::{OriginProblem, is_loopback};

/// The origin that a request sends: `scheme://host[:port]`, borrowed from its `Origin` line.
///
/// Only what a browser sends is an origin: lower case (but for the hosts of custom schemes), no
/// default port, no path, no trailing slash; matching is by bytes. `null` is no `Origin`; see
/// [`allow_null_origin`](crate::CorsBuilder::allow_null_origin).
///
/// [Fetch standard, `Origin` header](https://fetch.spec.whatwg.org/#origin-header)
///
/// # Example
/// ```
/// use tower_cors::Origin;
///
/// let origin = Origin::parse(b"https://app.example.com:8443")?;
/// assert_eq!(origin.scheme(), "https");
/// assert_eq!(origin.host(), "app.example.com");
/// assert_eq!(origin.port(), Some(8443));
/// assert!(Origin::parse(b"https://app.example.com:443").is_err());
/// # Ok::<(), tower_cors::OriginProblem>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin<'a> {
    text: &'a [u8],
    shape: Shape,
}

impl<'a> Origin<'a> {
    /// Reads an origin, of which at most 327 bytes are looked at.
    ///
    /// # Errors
    /// If no browser would send the text as an origin: what is wrong with it.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{Origin, OriginProblem};
    ///
    /// assert_eq!(Origin::parse(b"https://app.example.com/"), Err(OriginProblem::TrailingSlash));
    /// ```
    pub fn parse(text: &'a [u8]) -> Result<Self, OriginProblem> {
        if let Some(shape) = parse_plain(text) {
            return Ok(Self { text, shape });
        }
        match parse(text, Dialect::Request) {
            Ok(shape) => Ok(Self { text, shape }),
            Err(problem) => Err(problem),
        }
    }

    /// The whole origin, as it was sent.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"http://[::1]:3000")?.as_str(), "http://[::1]:3000");
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        ascii(self.text)
    }

    /// The scheme: `https`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"capacitor://localhost")?.scheme(), "capacitor");
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        ascii(self.scheme_bytes())
    }

    /// The host: a domain name, an IPv4 address, an IPv6 address in its brackets, or what a custom
    /// scheme has for a host.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"http://[::1]:3000")?.host(), "[::1]");
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn host(&self) -> &'a str {
        ascii(self.host_bytes())
    }

    /// The port; `None` for the default port of the scheme.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"https://example.com")?.port(), None);
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self.shape.port {
            Port::Number(port) => Some(port),
            Port::Default | Port::Any => None,
        }
    }

    /// Whether the host is this machine: `localhost` and the names below it, `127.0.0.0/8`, `[::1]`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert!(Origin::parse(b"http://localhost:3000")?.is_loopback());
    /// assert!(!Origin::parse(b"http://localhost.example.com")?.is_loopback());
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.shape.host, self.host_bytes())
    }

    pub(crate) fn as_bytes(&self) -> &'a [u8] {
        self.text
    }

    pub(crate) fn scheme_bytes(&self) -> &'a [u8] {
        &self.text[..usize::from(self.shape.scheme_end)]
    }

    pub(crate) fn host_bytes(&self) -> &'a [u8] {
        &self.text[usize::from(self.shape.host_start)..usize::from(self.shape.host_end)]
    }

    /// `:8443`, or nothing.
    pub(crate) fn port_bytes(&self) -> &'a [u8] {
        &self.text[usize::from(self.shape.host_end)..]
    }

    /// Whether a person in the middle of the network can change what the page does.
    pub(crate) fn is_insecure(&self) -> bool {
        self.scheme_bytes() == b"http" && !self.is_loopback()
    }
}

impl<'a> TryFrom<&'a HeaderValue> for Origin<'a> {
    type Error = OriginProblem;

    fn try_from(value: &'a HeaderValue) -> Result<Self, OriginProblem> {
        Self::parse(value.as_bytes())
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Origin({})", self.as_str())
    }
}

/// What the grammar has read is ASCII.
fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).expect("the grammar of origins lets nothing but ASCII pass")
}
