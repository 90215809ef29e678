//! Why a text is not a valid origin pattern: [`OriginError`].

use std::fmt;

use super::const_text::Text;
use super::entries::entries;
use super::problem::OriginProblem;
use super::repair::repair;

/// Why a text is not a valid origin pattern, and what to write instead.
///
/// # Example
/// ```
/// use tower_cors::OriginPattern;
///
/// let error = OriginPattern::parse("https://Example.com/index.html").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     r#""https://Example.com/index.html" has a path; an origin ends after the host and port: write "https://example.com""#,
/// );
/// assert_eq!(error.suggestion(), Some("https://example.com"));
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", describe(text, *problem).as_str())]
pub struct OriginError {
    text: String,
    problem: OriginProblem,
    suggestion: Option<String>,
}

impl OriginError {
    pub(super) fn new(text: String, problem: OriginProblem) -> Self {
        let suggestion = repair(text.as_bytes()).map(|repaired| repaired.as_str().to_owned());
        Self {
            text,
            problem,
            suggestion,
        }
    }

    /// The text that was refused.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it.
    #[must_use]
    pub fn problem(&self) -> OriginProblem {
        self.problem
    }

    /// The origin pattern that the text probably means.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What to do: `write "https://app.example.com"`.
    #[must_use]
    pub fn fix(&self) -> String {
        let mut fix = Text::new();
        push_fix(&mut fix, self.text.as_bytes(), self.problem);
        fix.as_str().to_owned()
    }
}

impl OriginError {
    /// What to do, where the policy is in a file and methods can't be called.
    pub(crate) fn fix_in_config(&self) -> String {
        let fix = match self.problem {
            _ if self.suggestion.is_some() => return self.fix(),
            OriginProblem::AnyOrigin => "write `origins = \"*\"`, with no other entry",
            OriginProblem::NullOrigin => "set allow_null_origin = true if you need it",
            OriginProblem::MisplacedWildcard => "write each origin, or `origins = \"*\"` for all",
            OriginProblem::RegularExpression if entries(self.text.as_bytes()).is_none() => {
                "write a pattern, such as \"https://*.example.com\", or each origin"
            }
            OriginProblem::AddressRange => {
                "write each address, or set allow_loopback_origins = true for this machine"
            }
            OriginProblem::List | OriginProblem::SeveralOrigins
                if entries(self.text.as_bytes()).is_none() =>
            {
                "write each origin as an entry of its own"
            }
            _ => return self.fix(),
        };
        fix.to_owned()
    }
}

impl fmt::Debug for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OriginError({:?}: {self})", self.problem)
    }
}

/// The whole message, the same at compile time as at run time.
pub(super) const fn describe(text: &str, problem: OriginProblem) -> Text {
    let mut message = Text::new();
    message.push_quoted(text);
    message.push(b' ');
    message.push_bytes(problem.message().as_bytes());
    message.push_bytes(b": ");
    push_fix(&mut message, text.as_bytes(), problem);
    message
}

const fn push_fix(message: &mut Text, text: &[u8], problem: OriginProblem) {
    match (entries(text), repair(text)) {
        (Some(entries), _) => {
            message.push_bytes(b"write each as a separate entry: [");
            message.push_bytes(entries.as_bytes());
            message.push(b']');
        }
        (None, Some(repaired)) => {
            message.push_bytes(b"write \"");
            message.push_bytes(repaired.as_bytes());
            message.push(b'"');
        }
        (None, None) => message.push_bytes(problem.fix().as_bytes()),
    }
}
