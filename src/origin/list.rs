//! A list of origin patterns in one text, as in an environment variable: [`OriginPattern::parse_list`].

use std::fmt;

use super::error::OriginError;
use super::pattern::OriginPattern;
use super::setting::entries_of_list;

impl OriginPattern {
    /// Reads a list of origin patterns from one text, such as the value of an environment variable. Commas, semicolons
    /// and white space separate the entries. Repeated separators, one at the end, brackets around the list, quotes around
    /// the list or an entry, and comments after a blank and `#` are allowed. A text in a
    /// [`CorsConfig`](crate::CorsConfig) is split in the same way.
    ///
    /// # Errors
    /// If an entry is not a valid origin pattern: the error lists every such entry with its position. If the list has
    /// no entry, because that is most likely a setting that was not read.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, OriginPattern};
    ///
    /// let text = "https://app.example.com, https://*.example.org,"; // std::env::var("CORS_ORIGINS")?
    /// let origins = OriginPattern::parse_list(text)
    ///     .map_err(|error| error.in_variable("CORS_ORIGINS"))?;
    /// let cors = CorsLayer::builder().allow_origins(origins).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    /// The error names the entry, and what to write:
    /// ```
    /// use tower_cors::OriginPattern;
    ///
    /// let error = OriginPattern::parse_list("https://app.example.com, https://example.org/").unwrap_err();
    /// assert_eq!(
    ///     error.in_variable("CORS_ORIGINS").to_string(),
    ///     "CORS_ORIGINS[1]: \"https://example.org/\" has a trailing slash; an origin ends after the host and \
    ///      port: write \"https://example.org\"",
    /// );
    /// ```
    pub fn parse_list(text: &str) -> Result<Vec<Self>, OriginListError> {
        let entries = entries_of_list(text).into_iter();
        let mut patterns = Vec::new();
        let mut problems = Vec::new();
        for (index, entry) in entries.enumerate() {
            match Self::parse(entry) {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => problems.push((index, error)),
            }
        }
        if problems.is_empty() && !patterns.is_empty() {
            Ok(patterns)
        } else {
            Err(OriginListError {
                variable: None,
                problems,
            })
        }
    }
}

/// Why a text is not a list of origin patterns. `Display` writes a line for each problem.
///
/// # Example
/// See [`OriginPattern::parse_list`].
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct OriginListError {
    variable: Option<String>,
    problems: Vec<(usize, OriginError)>,
}

impl OriginListError {
    /// Adds the name of the variable or setting that the text comes from to the message.
    ///
    /// # Example
    /// ```
    /// use tower_cors::OriginPattern;
    ///
    /// let error = OriginPattern::parse_list("").unwrap_err().in_variable("CORS_ORIGINS");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "CORS_ORIGINS has no entry; it lists the origins of the pages that may call: \
    ///      set CORS_ORIGINS, for example to \"https://app.example.com, https://admin.example.com\"",
    /// );
    /// ```
    #[must_use]
    pub fn in_variable(mut self, name: impl Into<String>) -> Self {
        self.variable = Some(name.into());
        self
    }

    /// The entries that are not valid, each with its position in the list, from 0. If the list is empty, there are
    /// none.
    ///
    /// # Example
    /// ```
    /// use tower_cors::OriginPattern;
    ///
    /// let error = OriginPattern::parse_list("https://a.example,b.example").unwrap_err();
    /// let (position, problem) = &error.problems()[0];
    /// assert_eq!(*position, 1);
    /// assert_eq!(problem.suggestion(), Some("https://b.example"));
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[(usize, OriginError)] {
        &self.problems
    }
}

impl fmt::Display for OriginListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.problems.is_empty() {
            return match &self.variable {
                Some(name) => write!(
                    f,
                    "{name} has no entry; it lists the origins of the pages that may call: set {name}, for \
                     example to \"https://app.example.com, https://admin.example.com\""
                ),
                None => f.write_str(
                    "the list of origins has no entry; most likely the variable that it comes from is not set: \
                     set it, for example to \"https://app.example.com, https://admin.example.com\"",
                ),
            };
        }
        let name = self.variable.as_deref().unwrap_or("origins");
        for (i, (index, error)) in self.problems.iter().enumerate() {
            let line_break = if i > 0 { "\n" } else { "" };
            write!(f, "{line_break}{name}[{index}]: {}", error.in_list())?;
        }
        Ok(())
    }
}

/// The same lines, because `main` and `unwrap` print `Debug`.
impl fmt::Debug for OriginListError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
