//! Errors of settings: what `build()` and the parsers of origins refuse, and what fixes it.

pub(crate) mod credentials;
mod reason;

use std::fmt::{self, Write};

pub use crate::origin::{OriginError, OriginListError, OriginProblem};
pub(crate) use reason::Reason;

/// Why `build()` refuses a policy: all of its problems.
///
/// `Display` writes one line for each problem: `field[index]: "text" what; rule: fix`. `Debug` writes the same text,
/// because `main` and `unwrap` print `Debug`.
///
/// # Example
/// ```
/// use tower_cors::CorsLayer;
/// use tower_cors::error::Field;
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
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", ProblemLines(.problems))]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    /// One problem, which is not in a list.
    pub(crate) fn new(field: Field, text: &str, reason: Reason, fix: &str) -> Self {
        let mut problems = Problems::default();
        problems.add(field, None, text, reason, fix);
        Self {
            problems: problems.0,
        }
    }

    /// The problems, sorted by field and index. There is at least one.
    ///
    /// # Example
    /// See [`ConfigError`].
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

/// The problems that the checks have found so far.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    #[cold]
    #[inline(never)]
    pub(crate) fn add(
        &mut self,
        field: Field,
        index: Option<usize>,
        text: &str,
        reason: Reason,
        fix: &str,
    ) {
        self.0.push(Problem {
            field,
            index,
            text: text.to_owned(),
            reason,
            fix: fix.to_owned(),
        });
    }

    /// An error if there is a problem.
    pub(crate) fn into_result(self) -> Result<(), ConfigError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ConfigError { problems: self.0 })
        }
    }
}

struct ProblemLines<'a>(&'a [Problem]);

impl fmt::Display for ProblemLines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
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

/// One thing that is wrong with a policy.
///
/// # Example
/// ```
/// use tower_cors::CorsLayer;
/// use tower_cors::error::Field;
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
/// assert_eq!(problem.code(), "forbidden_request_header");
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
    /// The part of the policy that has the problem.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn field(&self) -> Field {
        self.field
    }

    /// The index of the entry in its list, from 0. It counts the entries of all calls that added to the list. `None` if
    /// the problem is not in a list.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn index(&self) -> Option<usize> {
        self.index
    }

    /// The text that is wrong.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong, as a short name for programs and logs. `Display` says it in words, with the rule.
    ///
    /// # Example
    /// See [`Problem`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// How to fix it.
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
        f.write_str(": ")?;
        // An empty list has no text to quote.
        if self.index.is_some() || !self.text.is_empty() {
            f.write_char('"')?;
            for letter in self.text.chars() {
                match letter {
                    // As the reader wrote them.
                    '"' | '\'' | '\\' => f.write_char(letter)?,
                    _ => write!(f, "{}", letter.escape_debug())?,
                }
            }
            f.write_str("\" ")?;
        }
        write!(f, "{}: {}", self.reason, self.fix)
    }
}

/// A part of a policy. `Display` writes its key in a [`CorsConfig`](crate::CorsConfig).
///
/// # Example
/// ```
/// assert_eq!(tower_cors::error::Field::ExposedHeaders.to_string(), "expose_headers");
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
    /// The presets.
    Presets,
    /// How long browsers may cache a preflight response.
    MaxAge,
    /// The status of preflight responses.
    PreflightStatus,
    /// The layer that you passed where a policy is needed.
    PassedLayer,
    /// The hosts of a policy, or of a choice among policies.
    Hosts,
    /// Whether requests of disallowed origins are rejected.
    RejectDisallowedOrigins,
    /// The path prefixes of a choice among policies.
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
            Self::Presets => "presets",
            Self::MaxAge => "max_age",
            Self::PreflightStatus => "preflight_status",
            Self::PassedLayer => "layer",
            Self::Hosts => "hosts",
            Self::RejectDisallowedOrigins => "reject_disallowed_origins",
            Self::PathPrefixes => "path_prefixes",
        })
    }
}
