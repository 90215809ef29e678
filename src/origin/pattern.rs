//! The origins that a policy allows: [`OriginPattern`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::error::{OriginError, describe_at_compile_time};
use super::fast_path::{Parts, are_labels};
use super::host::{Wildcard, is_loopback};
use super::parse::{LONGEST_HOST, Shape, parse_pattern};
use super::request_origin::{Origin, is_of_scheme};
use super::scheme_and_port::Port;

/// What a policy allows: one origin, or the origins of a pattern.
///
/// | pattern | allows |
/// |---|---|
/// | `https://example.com` | this origin only |
/// | `https://*.example.com` | one or more labels before `.example.com`, never `https://example.com` itself |
/// | `https://app-*.example.com` | one or more of `a-z`, `0-9` and `-` in place of the `*`, never a dot |
/// | `http://localhost:*` | any port, or none |
/// | `moz-extension://*` | any host of this scheme, without a port |
///
/// You can combine a `*` before the host with one for the port: `https://*.example.com:*`. A `*` in the first label
/// needs fixed text beside it, and at least two more labels after it: `https://app-*.com` is refused. `*` for any host
/// works only with schemes of apps and extensions, not with `http` and `https`.
///
/// # What is not a pattern, and what to write instead
/// * **Several ports or hosts**: write an entry for each, or use `map`:
///   `[3000, 3001].map(|port| format!("http://localhost:{port}"))`.
/// * **A range of addresses**, such as your local network: call
///   [`allow_origins_if`](crate::CorsBuilder::allow_origins_if) with [`Origin::is_private_network`].
/// * **Regular expressions**: they are not supported, because they cause most security holes in CORS policies. They often
///   match more than their author meant: a dot matches any character (`https://app.example.com` matches
///   `https://appxexample.com`), or an anchor is missing (`https://example.com` matches
///   `https://example.com.evil.example`). A pattern does not have these traps, and `build()` can check it. If a pattern
///   cannot express your rule, call [`allow_origins_if`](crate::CorsBuilder::allow_origins_if) and compare whole hosts.
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
    /// If the text is not a valid origin pattern: the error says what is wrong, and what to write
    /// if one pattern surely means the same.
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
        match parse_pattern(text.as_bytes()) {
            Ok(shape) => Ok(Self {
                text: Cow::Owned(text),
                shape,
            }),
            Err(problem) => Err(OriginError::new(text, problem)),
        }
    }

    /// Only for [`origin!`](crate::origin!). It panics outside of a constant.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub const fn __checked_at_compile_time(text: &'static str) -> Self {
        match parse_pattern(text.as_bytes()) {
            Ok(shape) => Self {
                text: Cow::Borrowed(text),
                shape,
            },
            Err(problem) => panic!("{}", describe_at_compile_time(text, problem).as_str()),
        }
    }

    /// The pattern as it was written.
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

    pub(crate) fn into_text(self) -> String {
        self.text.into_owned()
    }

    /// The same, if it is a constant of the program, as that of `origin!` is.
    pub(crate) fn constant(&self) -> Option<&'static str> {
        match self.text {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The scheme, such as `https`.
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

    /// The host that the pattern names: without `*.`, and without a first label that has a `*`. Empty if the pattern
    /// allows any host.
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

    /// Whether the host starts with `*.`: the pattern allows subdomains.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("https://*.example.com").allows_subdomains());
    /// ```
    #[must_use]
    pub fn allows_subdomains(&self) -> bool {
        self.shape.wildcard == Wildcard::Subdomains
    }

    /// The first label of the host, if it has a `*` beside other text.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// let previews = origin!("https://app-*.example.com");
    /// assert_eq!(previews.first_label(), Some("app-*"));
    /// assert_eq!(previews.host(), "example.com");
    /// assert_eq!(origin!("https://*.example.com").first_label(), None);
    /// ```
    #[must_use]
    pub fn first_label(&self) -> Option<&str> {
        let (before, after) = self.around_star()?;
        let start = usize::from(self.shape.scheme_end) + "://".len();
        Some(&self.text[start..start + before.len() + "*".len() + after.len()])
    }

    /// Whether the host is `*`: the pattern allows any host of its scheme.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("moz-extension://*").allows_any_host());
    /// ```
    #[must_use]
    pub fn allows_any_host(&self) -> bool {
        self.shape.wildcard == Wildcard::AnyHost
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

    /// Whether the pattern is one origin: it has no `*`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::origin;
    /// assert!(origin!("https://example.com").is_exact());
    /// ```
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.shape.wildcard == Wildcard::None && !self.allows_any_port()
    }

    /// Whether this pattern allows an origin.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{origin, Origin};
    /// assert!(
    ///     origin!("http://localhost:*")
    ///         .matches(&Origin::parse(b"http://localhost:3000")?)
    /// );
    /// # Ok::<(), tower_cors::error::OriginProblem>(())
    /// ```
    #[must_use]
    pub fn matches(&self, origin: &Origin<'_>) -> bool {
        self.allows(origin.as_bytes())
    }

    /// Whether this pattern allows a text that may be an origin. Compares the parts that the pattern names, and checks
    /// only the parts that it leaves open.
    #[inline]
    pub(crate) fn allows(&self, origin: &[u8]) -> bool {
        let text = self.text.as_bytes();
        match (self.shape.wildcard, self.shape.port) {
            (Wildcard::None, Port::Default | Port::Number(_)) => origin == text,
            (Wildcard::Subdomains, Port::Default | Port::Number(_)) => {
                let (before, named) = text.split_at(usize::from(self.shape.host_start));
                let labels = before
                    .strip_suffix(b"*.")
                    .and_then(|scheme| origin.strip_prefix(scheme))
                    .and_then(|rest| rest.strip_suffix(named));
                let host = usize::from(self.shape.host_end - self.shape.host_start);
                let longest = LONGEST_HOST.saturating_sub(host);
                labels.is_some_and(|labels| labels.len() <= longest && are_labels(labels))
            }
            (Wildcard::AnyHost, _) => is_of_scheme(origin, self.scheme()),
            _ => Parts::new(origin).is_some_and(|origin| self.allows_parts(origin)),
        }
    }

    fn allows_parts(&self, origin: Parts<'_>) -> bool {
        let is_port_allowed = match self.shape.port {
            Port::Any => origin.has_port_or_none(),
            Port::Default | Port::Number(_) => origin.port == self.port_text().as_bytes(),
        };
        is_port_allowed && origin.scheme == self.scheme().as_bytes() && self.allows_host_of(origin)
    }

    /// Whether the pattern allows the host, whatever the scheme and the port are.
    pub(crate) fn allows_host_of(&self, origin: Parts<'_>) -> bool {
        let host = self.host().as_bytes();
        match self.around_star() {
            Some((prefix, suffix)) => origin.split_first_label().is_some_and(|(label, base)| {
                let (prefix, suffix) = (prefix.as_bytes(), suffix.as_bytes());
                base == host && origin.has_first_label(label, prefix, suffix)
            }),
            None if self.allows_subdomains() => {
                origin.host.ends_with(host) && origin.has_labels_before(host.len())
            }
            None => origin.host == host,
        }
    }

    /// The texts before and after the `*` of the first label.
    pub(crate) fn around_star(&self) -> Option<(&str, &str)> {
        let Wildcard::FirstLabel { star } = self.shape.wildcard else {
            return None;
        };
        let star = usize::from(star);
        let start = usize::from(self.shape.scheme_end) + "://".len();
        let dot = usize::from(self.shape.host_start) - ".".len();
        Some((&self.text[start..star], &self.text[star + 1..dot]))
    }

    /// Whether every page of a scheme has an origin that the pattern allows: `moz-extension://*`, or
    /// `file://`, which all local files in a web view share.
    pub(crate) fn is_whole_scheme(&self) -> bool {
        self.allows_any_host() || self.scheme() == "file"
    }

    /// Whether every host of the pattern is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.shape.host, self.host().as_bytes())
    }

    /// Whether someone on the network between the user and this origin can change what the page does.
    pub(crate) fn is_insecure(&self) -> bool {
        self.scheme() == "http" && !self.is_loopback()
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
