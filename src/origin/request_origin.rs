//! The origin of a request: [`Origin`].

use std::fmt;

use http::HeaderValue;

use super::fast_path::parse_fast;
use super::host::{Dialect, is_loopback, is_private_network};
use super::parse::{Shape, parse};
use super::problem::OriginProblem;
use super::scheme_and_port::Port;

/// The origin that a request sends: `scheme://host[:port]`, borrowed from its `Origin` line.
///
/// Only what a browser sends is an origin: in lower case (except the hosts of custom schemes), without a
/// default port, path or trailing slash. Origins are compared byte by byte. `null` is not an `Origin`; see
/// [`allow_null_origin`](crate::CorsBuilder::allow_null_origin).
///
/// Browsers send more than the standard's ABNF of the `Origin` header allows: hosts with an underscore, hyphens at the ends
/// of a label, and other characters in the hosts of custom schemes. These are origins here, too. Port 0 is not.
///
/// An `Origin` is not a string. Ask for its [`host`](Self::host), [`scheme`](Self::scheme) or
/// [`port`](Self::port); the whole text is [`as_str`](Self::as_str). Don't test how the text ends:
/// `evilexample.com` ends with `example.com`.
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
/// # Ok::<(), tower_cors::error::OriginProblem>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin<'a> {
    text: &'a [u8],
    shape: Shape,
}

impl<'a> Origin<'a> {
    /// Reads an origin of at most 327 bytes; longer texts are refused unread.
    ///
    /// # Errors
    /// If no browser would send the text as an origin: what is wrong with it.
    ///
    /// # Example
    /// ```
    /// use tower_cors::Origin;
    ///
    /// let problem = Origin::parse(b"https://app.example.com/").unwrap_err();
    /// assert_eq!(problem.code(), "trailing_slash");
    /// ```
    pub fn parse(text: &'a [u8]) -> Result<Self, OriginProblem> {
        if let Some(shape) = parse_fast(text) {
            return Ok(Self { text, shape });
        }
        match parse(text, Dialect::Request) {
            Ok(shape) => Ok(Self { text, shape }),
            Err(mistake) => Err(OriginProblem(mistake)),
        }
    }

    /// The whole origin, as it was sent.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"http://[::1]:3000")?.as_str(), "http://[::1]:3000");
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
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
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn scheme(&self) -> &'a str {
        ascii(self.scheme_bytes())
    }

    /// The host: a domain name, an IPv4 address, an IPv6 address in its brackets, or the host of a custom
    /// scheme.
    ///
    /// Compare whole hosts. `host().ends_with("example.com")` also allows `evilexample.com`; write
    /// `ends_with(".example.com")`, or the pattern `https://*.example.com`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::Origin;
    /// assert_eq!(Origin::parse(b"http://[::1]:3000")?.host(), "[::1]");
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
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
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
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
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.shape.host, self.host_bytes())
    }

    /// Whether the host is an address that the [Local Network Access draft] calls local: `0.0.0.0/8` except `0.0.0.0`,
    /// `10.0.0.0/8`, `100.64.0.0/10`, `169.254.0.0/16`, `172.16.0.0/12`, `192.168.0.0/16`, `fc00::/7`, `fe80::/10`,
    /// `fec0::/10`, the addresses for documentation (`2001:db8::/32`, `3fff::/20`), and the IPv6 forms of those IPv4
    /// addresses.
    ///
    /// This asks about the address in the text. A domain name is never looked up, so `nas.local` and
    /// `router.example.com` are not private here.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Origin};
    /// assert!(Origin::parse(b"http://192.168.1.5:8080")?.is_private_network());
    /// assert!(!Origin::parse(b"http://192.168.example.com")?.is_private_network());
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
    /// ```
    /// Every page on this machine and in its local network, without credentials:
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins_if(|origin| origin.is_loopback() || origin.is_private_network())
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    ///
    /// [Local Network Access draft]: https://wicg.github.io/local-network-access/#non-public-ip-address-blocks
    #[must_use]
    pub fn is_private_network(&self) -> bool {
        is_private_network(self.shape.host)
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

    /// Whether this is a web page on this machine. An app's page, such as `tauri://localhost`, is not one.
    pub(crate) fn is_loopback_page(&self) -> bool {
        matches!(self.scheme_bytes(), b"http" | b"https") && self.is_loopback()
    }

    /// Whether someone on the network between the user and this origin can change what the page does.
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

/// Whether a text is an origin of a scheme, without a port.
pub(crate) fn is_of_scheme(text: &[u8], scheme: &str) -> bool {
    let is_named = text
        .strip_prefix(scheme.as_bytes())
        .is_some_and(|rest| rest.starts_with(b"://"));
    is_named && Origin::parse(text).is_ok_and(|origin| origin.port().is_none())
}

/// The grammar accepts only ASCII.
fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).expect("the grammar accepts only ASCII")
}
