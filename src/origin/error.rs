//! Why a text is not a valid origin pattern: [`OriginError`].

use std::fmt;

use super::const_text::{Text, find_last, starts_with, take};
use super::parse::{find_authority_end, find_scheme_end, parse_pattern};
use super::problem::{OriginMistake, OriginProblem};
use super::setting::name_mistake;
use super::suggestion::Suggestion;

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
#[error("{}{}", describe(text, *problem).as_str(), self.fix())]
pub struct OriginError {
    text: String,
    problem: OriginMistake,
    suggestion: Suggestion,
}

impl OriginError {
    /// The message for whoever sets a variable, and can't call methods.
    pub(super) fn in_list(&self) -> String {
        let fix = match self.problem {
            _ if !self.suggestion.patterns.is_empty() => self.fix(),
            OriginMistake::AnyOrigin => {
                "list each origin; to allow any origin, the program has to call allow_any_origin()"
                    .to_owned()
            }
            OriginMistake::NullOrigin => {
                "remove it; to allow it, the program has to call allow_null_origin()".to_owned()
            }
            OriginMistake::MisplacedWildcard => "write each origin".to_owned(),
            OriginMistake::RegularExpression => "write a pattern or each origin".to_owned(),
            OriginMistake::AddressRange => "write each address".to_owned(),
            OriginMistake::List | OriginMistake::SeveralOrigins => {
                "write a comma between the origins".to_owned()
            }
            _ => self.fix(),
        };
        format!("{}{fix}", describe(&self.text, self.problem).as_str())
    }

    pub(super) fn new(text: String, problem: OriginMistake) -> Self {
        Self {
            problem: name_mistake(&text).unwrap_or(problem),
            suggestion: Suggestion::new(&text),
            text,
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
        OriginProblem(self.problem)
    }

    /// The origin pattern that surely means the same as the text. `None` if no pattern is sure to.
    #[must_use]
    pub fn suggestion(&self) -> Option<&str> {
        match &*self.suggestion.patterns {
            [one] => Some(one),
            _ => None,
        }
    }

    /// What to do: `write "https://app.example.com"`.
    #[must_use]
    pub fn fix(&self) -> String {
        let fix = self.suggestion.fix(self.problem);
        fix.unwrap_or_else(|| self.problem.fix().to_owned())
    }

    /// What to do, where the policy is in a file and methods can't be called.
    pub(crate) fn fix_in_config(&self) -> String {
        let fix = match self.problem {
            _ if !self.suggestion.patterns.is_empty() => return self.fix(),
            OriginMistake::AnyOrigin => "write `origins = \"*\"`, with no other entry",
            OriginMistake::NullOrigin => "set allow_null_origin = true if you need it",
            OriginMistake::MisplacedWildcard => "write each origin, or `origins = \"*\"` for all",
            OriginMistake::RegularExpression => "write a pattern or each origin",
            OriginMistake::AddressRange => "write each address, or call allow_origins_if() in code",
            OriginMistake::List | OriginMistake::SeveralOrigins => {
                "write each origin as an entry of its own"
            }
            _ => return self.fix(),
        };
        fix.to_owned()
    }
}

/// The same line, because `main` and `unwrap` print `Debug`.
impl fmt::Debug for OriginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The message without its fix.
const fn describe(text: &str, problem: OriginMistake) -> Text {
    let mut message = Text::new();
    message.push_quoted(text);
    message.push(b' ');
    message.push_bytes(problem.message().as_bytes());
    message.push_bytes(b": ");
    message
}

/// The message that the compiler shows for [`origin!`](crate::origin!).
pub(super) const fn describe_at_compile_time(text: &str, problem: OriginMistake) -> Text {
    let mut message = describe(text, problem);
    if let Some(meant) = edit_at_compile_time(text.as_bytes(), problem) {
        message.push_bytes(b"write \"");
        message.push_bytes(meant.as_bytes());
        message.push(b'"');
    } else {
        message.push_bytes(problem.fix().as_bytes());
    }
    message
}

/// The web origin without its slash, its upper-case letters or its default port. [`Suggestion`] knows more edits, but is
/// not `const`.
const fn edit_at_compile_time(text: &[u8], problem: OriginMistake) -> Option<Text> {
    let end = match (problem, find_scheme_end(text, 0), find_last(text, b':')) {
        (OriginMistake::TrailingSlash, Some(scheme_end), _) => {
            find_authority_end(text, scheme_end + 3)
        }
        (OriginMistake::DefaultPort, _, Some(colon)) => colon,
        (OriginMistake::UpperCase, ..) => text.len(),
        _ => return None,
    };
    let mut edited = Text::new();
    edited.push_lower(take(text, end));
    match parse_pattern(edited.as_bytes()) {
        Ok(_) if starts_with(edited.as_bytes(), b"http") => Some(edited),
        _ => None,
    }
}
