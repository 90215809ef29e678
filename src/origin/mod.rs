//! Origins: what a request sends ([`Origin`]) and what a policy allows ([`OriginPattern`]).

mod grammar;
mod ip;
mod plain;
mod problem;
mod punycode;
mod repair;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use http::HeaderValue;

use grammar::{Dialect, Shape, parse};
pub(crate) use grammar::{HostKind, LONGEST_ORIGIN, Port};
use plain::parse_plain;
pub use problem::{OriginError, OriginProblem};

/// An [`OriginPattern`] that the compiler checks.
///
/// A text that is no origin pattern is a compile error that names the mistake and the fix, in the
/// words that `build()` has for it. It takes constants alone; a text that is known only when the
/// program runs goes straight into [`allow_origins`](crate::CorsBuilder::allow_origins).
///
/// # Example
/// ```
/// use tower_cors::origin;
///
/// let app = origin!("https://app.example.com");
/// let staging = origin!("https://*.staging.example.com");
/// let local = origin!("http://localhost:*");
/// # assert_eq!(local.to_string(), "http://localhost:*");
/// ```
/// ```compile_fail
/// let app = tower_cors::origin!("https://app.example.com/");
/// // error: "https://app.example.com/" has a trailing slash; an origin ends after the host and
/// //        port: write "https://app.example.com"
/// ```
#[macro_export]
macro_rules! origin {
    ($text:expr $(,)?) => {{
        const PATTERN: $crate::OriginPattern =
            $crate::OriginPattern::__checked_at_compile_time($text);
        PATTERN
    }};
}

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

    pub(crate) fn scheme_bytes(&self) -> &'a [u8] {
        &self.text[..usize::from(self.shape.scheme_end)]
    }

    pub(crate) fn host_bytes(&self) -> &'a [u8] {
        &self.text[usize::from(self.shape.host_start)..usize::from(self.shape.host_end)]
    }

    pub(crate) fn host_kind(&self) -> HostKind {
        self.shape.host
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

/// What a policy allows: one origin, or the origins of a pattern.
///
/// | pattern | allows |
/// |---|---|
/// | `https://example.com` | this origin alone |
/// | `https://*.example.com` | one or more labels before `.example.com`, never `https://example.com` itself |
/// | `http://localhost:*` | any port, and none |
/// | `https://*.example.com:*` | both |
///
/// Nothing else is a pattern: no regular expression, no `*` within a label.
///
/// # Example
/// ```
/// use tower_cors::{Origin, OriginPattern};
///
/// let pattern = OriginPattern::parse("https://*.example.com")?;
/// assert!(pattern.matches(&Origin::parse(b"https://a.b.example.com")?));
/// assert!(!pattern.matches(&Origin::parse(b"https://example.com")?));
/// assert!(!pattern.matches(&Origin::parse(b"https://evilexample.com")?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OriginPattern {
    text: Cow<'static, str>,
    shape: Shape,
}

impl OriginPattern {
    /// Reads an origin pattern at run time; [`origin!`](crate::origin!) does at compile time.
    ///
    /// # Errors
    /// If the text is no origin pattern: what is wrong with it, and what was probably meant.
    ///
    /// # Example
    /// ```
    /// use tower_cors::OriginPattern;
    ///
    /// let error = OriginPattern::parse("example.com").unwrap_err();
    /// assert_eq!(error.suggestion(), Some("https://example.com"));
    /// ```
    pub fn parse(text: impl Into<String>) -> Result<Self, OriginError> {
        let text = text.into();
        match parse(text.as_bytes(), Dialect::Pattern) {
            Ok(shape) => Ok(Self {
                text: Cow::Owned(text),
                shape,
            }),
            Err(problem) => Err(OriginError::new(text, problem)),
        }
    }

    /// For [`origin!`](crate::origin!) alone: outside a constant it would panic.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn __checked_at_compile_time(text: &'static str) -> Self {
        match parse(text.as_bytes(), Dialect::Pattern) {
            Ok(shape) => Self {
                text: Cow::Borrowed(text),
                shape,
            },
            Err(problem) => {
                let message = problem::describe(text.as_bytes(), problem);
                panic!("{}", message.as_str())
            }
        }
    }

    /// The pattern, as it was written.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert_eq!(origin!("https://*.example.com").as_str(), "https://*.example.com");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme: `https`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert_eq!(origin!("https://*.example.com").scheme(), "https");
    /// ```
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.text[..usize::from(self.shape.scheme_end)]
    }

    /// The host, without `*.`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert_eq!(origin!("https://*.example.com").host(), "example.com");
    /// ```
    #[must_use]
    pub fn host(&self) -> &str {
        &self.text[usize::from(self.shape.host_start)..usize::from(self.shape.host_end)]
    }

    /// Whether the host starts with `*.`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("https://*.example.com").allows_subdomains());
    /// ```
    #[must_use]
    pub fn allows_subdomains(&self) -> bool {
        self.shape.subdomains
    }

    /// Whether the port is `*`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("http://localhost:*").allows_any_port());
    /// ```
    #[must_use]
    pub fn allows_any_port(&self) -> bool {
        self.shape.port == Port::Any
    }

    /// Whether the pattern is one origin: neither subdomains nor any port.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("https://example.com").is_exact());
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.allows_subdomains() && !self.allows_any_port()
    }

    /// Whether this pattern allows an origin.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{origin, Origin};
    /// assert!(origin!("http://localhost:*").matches(&Origin::parse(b"http://localhost:3000")?));
    /// # Ok::<(), tower_cors::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn matches(&self, origin: &Origin<'_>) -> bool {
        let host = self.host().as_bytes();
        let same_host = if self.shape.subdomains {
            origin.host_kind() == HostKind::Domain
                && origin
                    .host_bytes()
                    .strip_suffix(host)
                    .and_then(|rest| rest.strip_suffix(b"."))
                    .is_some_and(|labels| !labels.is_empty())
        } else {
            origin.host_bytes() == host
        };
        same_host
            && origin.scheme_bytes() == self.scheme().as_bytes()
            && (self.shape.port == Port::Any || self.shape.port == origin.shape.port)
    }

    /// Whether every host of the pattern is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.shape.host, self.host().as_bytes())
    }

    /// Whether a person in the middle of the network can change what the page does.
    pub(crate) fn is_insecure(&self) -> bool {
        self.scheme() == "http" && !self.is_loopback()
    }

    pub(crate) fn host_kind(&self) -> HostKind {
        self.shape.host
    }

    /// `:8443`, `:*`, or nothing.
    pub(crate) fn port_text(&self) -> &str {
        &self.text[usize::from(self.shape.host_end)..]
    }
}

impl FromStr for OriginPattern {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text)
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginPattern({self})")
    }
}

/// The origin that was probably meant by a text that is none.
pub(crate) fn repair(text: &[u8]) -> Option<String> {
    repair::repair(text).map(|mended| mended.as_str().to_owned())
}

/// What the grammar has read is ASCII.
fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).expect("the grammar of origins lets nothing but ASCII pass")
}

/// `localhost` and the names below it (RFC 6761), `127.0.0.0/8`, `[::1]`.
fn is_loopback(kind: HostKind, host: &[u8]) -> bool {
    match kind {
        HostKind::Ipv4([first, ..]) => first == 127,
        HostKind::Ipv6(pieces) => pieces == [0, 0, 0, 0, 0, 0, 0, 1],
        HostKind::Domain | HostKind::Opaque => {
            let host = host.strip_suffix(b".").unwrap_or(host);
            host.strip_suffix(b"localhost")
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
        }
    }
}
