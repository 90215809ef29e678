//! Everything that is wrong with a policy, said at once.

#[macro_use]
pub(crate) mod credentials;

use std::fmt;

use crate::origin::OriginProblem;
use credentials::Excluded;

/// A policy that `build()` refuses: every problem that it has.
///
/// `Display` has a line for each: `field[index]: "text" what; rule: fix`. `Debug` is the same text,
/// since that is what `main` and `unwrap` print.
///
/// # Example
/// ```
/// use tower_cors::{CorsLayer, Field};
///
/// let error = CorsLayer::builder()
///     .allow_origins(["https://app.example.com/"])
///     .allow_methods(["TRACE"])
///     .build()
///     .unwrap_err();
/// assert_eq!(error.problems().len(), 2);
/// assert_eq!(error.problems()[0].field(), Field::Origins);
/// assert_eq!(
///     error.problems()[0].to_string(),
///     r#"origins[0]: "https://app.example.com/" has a trailing slash; an origin ends after the host and port: write "https://app.example.com""#,
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// `None` if there is no problem.
    pub(crate) fn of(problems: Vec<Problem>) -> Option<Self> {
        if problems.is_empty() {
            None
        } else {
            Some(Self { problems })
        }
    }

    /// The problems, at least one, by field and index.
    ///
    /// # Example
    /// See [`ConfigError`].
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.problems {
            [problem] => write!(f, "the CORS policy has a problem: {problem}"),
            problems => {
                write!(f, "the CORS policy has {} problems:", problems.len())?;
                problems
                    .iter()
                    .try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

/// One thing that is wrong with a policy.
///
/// # Example
/// ```
/// use tower_cors::{CorsLayer, Field, Reason};
///
/// let error = CorsLayer::builder()
///     .allow_origins(["https://app.example.com"])
///     .allow_headers(["X-Api-Key", "Cookie"])
///     .build()
///     .unwrap_err();
/// let problem = &error.problems()[0];
/// assert_eq!(problem.field(), Field::Headers);
/// assert_eq!(problem.index(), Some(1));
/// assert_eq!(problem.text(), "cookie");
/// assert_eq!(problem.reason(), Reason::ForbiddenRequestHeader);
/// assert!(problem.fix().contains("allow_credentials"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    field: Field,
    index: Option<usize>,
    text: String,
    reason: Reason,
    fix: String,
}

impl Problem {
    pub(crate) fn new(
        field: Field,
        index: Option<usize>,
        text: impl Into<String>,
        reason: Reason,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            field,
            index,
            text: text.into(),
            reason,
            fix: fix.into(),
        }
    }

    /// The part of the policy.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn field(&self) -> Field {
        self.field
    }

    /// The entry's place in its list, from 0, counted over all calls that added to the list.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The offending text.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// What to do about it.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.fix
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.field)?;
        if let Some(index) = self.index {
            write!(f, "[{index}]")?;
        }
        write!(f, ": {:?} {}: {}", self.text, self.reason, self.fix)
    }
}

/// A part of a policy. Its `Display` is the key that the part has in a [`CorsConfig`](crate::CorsConfig).
///
/// # Example
/// ```
/// assert_eq!(tower_cors::Field::ExposedHeaders.to_string(), "expose_headers");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Field {
    /// The allowed origins.
    Origins,
    /// Whether the origin `null` is allowed.
    NullOrigin,
    /// The allowed methods.
    Methods,
    /// The allowed request headers.
    Headers,
    /// The exposed response headers.
    ExposedHeaders,
    /// How long a preflight may be cached.
    MaxAge,
    /// The status of the answer to a preflight.
    PreflightStatus,
    /// The layer that a policy was taken from.
    Layer,
    /// The hosts that a choice knows.
    Hosts,
    /// The path prefixes that a choice knows.
    PathPrefixes,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Origins => "origins",
            Self::NullOrigin => "allow_null_origin",
            Self::Methods => "methods",
            Self::Headers => "headers",
            Self::ExposedHeaders => "expose_headers",
            Self::MaxAge => "max_age",
            Self::PreflightStatus => "preflight_status",
            Self::Layer => "layer",
            Self::Hosts => "hosts",
            Self::PathPrefixes => "path_prefixes",
        })
    }
}

/// What is wrong with an entry of a policy. Its `Display` says what was met, and the rule.
///
/// # Example
/// ```
/// assert_eq!(
///     tower_cors::Reason::ForbiddenMethod.to_string(),
///     "is a forbidden method; no browser lets a page use CONNECT, TRACE or TRACK",
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The text is no origin pattern.
    Origin(OriginProblem),
    /// The list of origins is empty.
    NoOrigin,
    /// What credentials exclude. A builder with it doesn't compile; a [`CorsConfig`](crate::CorsConfig) is
    /// refused.
    WithCredentials(Excluded),
    /// The origins would take more than 4 GiB.
    TooManyOrigins,
    /// An `http://` origin, not of this machine, with credentials.
    InsecureOrigin,
    /// A subdomain pattern over a public suffix, with credentials.
    PublicSuffix,
    /// The text is no method.
    InvalidMethod,
    /// CONNECT, TRACE or TRACK. <https://fetch.spec.whatwg.org/#forbidden-method>
    ForbiddenMethod,
    /// `patch`, which browsers don't normalise to `PATCH`.
    MethodCase,
    /// `*` as a method.
    WildcardMethod,
    /// The text is no header name.
    InvalidHeaderName,
    /// A header that no script can set. <https://fetch.spec.whatwg.org/#forbidden-request-header>
    ForbiddenRequestHeader,
    /// A header that no script can read.
    /// <https://fetch.spec.whatwg.org/#forbidden-response-header-name>
    ForbiddenResponseHeader,
    /// A header of the CORS protocol itself.
    CorsHeader,
    /// `*` as a header name.
    WildcardHeader,
    /// More than a day.
    MaxAgeTooLong,
    /// A fraction of a second.
    MaxAgeFraction,
    /// A status that is no 2xx. <https://fetch.spec.whatwg.org/#ok-status>
    PreflightStatusNotOk,
    /// A reloadable layer, where a policy is wanted that holds still.
    ReloadableAlready,
    /// Something that is attached to a layer, where a policy alone is wanted.
    Attached,
    /// The path prefix of every path: empty, or a slash.
    EveryPath,
    /// A path prefix that doesn't start with a slash.
    NoLeadingSlash,
    /// A path prefix that ends with a slash.
    PrefixTrailingSlash,
    /// A path prefix that can be read in several ways: dot segments, repeated or encoded slashes.
    UnclearPath,
    /// A path prefix with what no path has.
    InvalidPath,
    /// A `*` or a capture in a path prefix or a host.
    Pattern,
    /// A host with a scheme, a port or a path.
    MoreThanAHost,
    /// The same path prefix or host as another.
    Twice,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Origin(problem) => return problem.fmt(f),
            Self::WithCredentials(excluded) => {
                return write!(f, "cannot be combined with `credentials`; {}", excluded.why());
            }
            Self::NoOrigin => "has no entry; a CORS policy needs an origin, and an empty list is most likely a setting that was not read",
            Self::TooManyOrigins => "has too many entries; a policy holds at most 4 GiB of origins",
            Self::InsecureOrigin => "is insecure; with credentials, whoever is in the middle of the network between the user and this origin can act as the user",
            Self::PublicSuffix => "allows names that anybody can get; with credentials, whoever gets one can act as the user",
            Self::InvalidMethod => "is no method; a method is letters, digits and some marks, without blanks",
            Self::ForbiddenMethod => "is a forbidden method; no browser lets a page use CONNECT, TRACE or TRACK",
            Self::MethodCase => "is in lower case; methods are case-sensitive, and browsers send this one as the page writes it",
            Self::WildcardMethod => "is no method; any method is a choice of its own",
            Self::InvalidHeaderName => "is no header name; a header name is letters, digits and some marks, without blanks",
            Self::ForbiddenRequestHeader => "is a forbidden request header; browsers set it themselves and let no page set it",
            Self::ForbiddenResponseHeader => "is a forbidden response header; browsers let no page read it",
            Self::CorsHeader => "is a header of the CORS protocol; browsers and this layer set it, nobody else",
            Self::WildcardHeader => "is no header name; any header is a choice of its own",
            Self::MaxAgeTooLong => "is too long; no browser keeps a preflight for more than 86400 s",
            Self::MaxAgeFraction => "has a fraction of a second; on the wire there are whole seconds",
            Self::PreflightStatusNotOk => "is no 2xx; a browser takes any other status of a preflight for a refusal",
            Self::ReloadableAlready => "has a handle already, which may replace its policy at any time; here a policy is wanted that stays as it is",
            Self::EveryPath => "is the prefix of every path; a choice is made among some",
            Self::NoLeadingSlash => "does not start with a slash; a path prefix is the first segments of a path, from its start",
            Self::PrefixTrailingSlash => "ends with a slash; a path prefix is for its path with a slash and without, and for all below it",
            Self::UnclearPath => "can be read in several ways; whether a request comes under a policy must be plain",
            Self::InvalidPath => "is no path as browsers send it; that is ASCII, percent-encoded where it must be and nowhere else, without query and fragment",
            Self::Pattern => "is a pattern; path prefixes and hosts are compared as they are",
            Self::MoreThanAHost => "is more than a host; a policy is chosen by the host alone, whatever the scheme and the port",
            Self::Twice => "is there already; one and the same request has one policy",
            Self::Attached => "is attached to a layer; here a policy alone is wanted, and what is attached would be lost",
        })
    }
}
