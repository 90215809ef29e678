//! The origins that a policy allows: [`OriginPattern`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::error::{OriginError, describe};
use super::host::{Dialect, is_loopback};
use super::parse::{LONGEST_HOST, Port, Shape, parse};
use super::parse_common::are_labels;
use super::parts::Parts;
use super::request_origin::Origin;

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
    /// If the text is not a valid origin pattern: what is wrong with it, and what was probably meant.
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

    /// Only for [`origin!`](crate::origin!): outside a constant it panics.
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
                let message = describe(text.as_bytes(), problem);
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
        self.allows(origin.as_bytes())
    }

    /// Whether this pattern allows a text that may be an origin. Compares what the pattern names, and checks
    /// only what it leaves open.
    #[inline]
    pub(crate) fn allows(&self, origin: &[u8]) -> bool {
        let text = self.text.as_bytes();
        let Shape {
            scheme_end,
            host_start,
            host_end,
            ..
        } = self.shape;
        if self.shape.port == Port::Any {
            let host = &text[usize::from(host_start)..usize::from(host_end)];
            return Parts::of(origin).is_some_and(|origin| {
                origin.scheme == &text[..usize::from(scheme_end)]
                    && origin.has_port_or_none()
                    && if self.shape.subdomains {
                        origin.host.ends_with(host) && origin.has_labels_before(host.len())
                    } else {
                        origin.host == host
                    }
            });
        }
        if !self.shape.subdomains {
            return origin == text;
        }
        let (before, named) = text.split_at(usize::from(host_start));
        let labels = before
            .strip_suffix(b"*.")
            .and_then(|scheme| origin.strip_prefix(scheme))
            .and_then(|rest| rest.strip_suffix(named));
        let longest = LONGEST_HOST.saturating_sub(usize::from(host_end - host_start));
        labels.is_some_and(|labels| labels.len() <= longest && are_labels(labels))
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
