//! The answer to "why?", as a value and as a text.

use std::fmt;

/// What a browser will do with a request, why, and what fixes it. Made by [`Policy::explain`](crate::Policy::explain).
///
/// `Display` is a few lines for a person; text that came from the client is escaped and cut.
///
/// # Example
/// ```
/// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("http://app.example.com"))]);
/// assert_eq!(
///     cors.policy().explain(&Method::GET, &headers).to_string(),
///     r#"blocked: the request reaches the server, but the browser withholds the response from the page
/// why:     the origin "http://app.example.com" is not allowed
/// near:    "https://app.example.com" is allowed, but the page is on http://
/// fix:     if that page may call, add .allow_origins(["http://app.example.com"])"#,
/// );
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Explanation {
    pub(crate) is_allowed: bool,
    pub(crate) verdict: String,
    pub(crate) why: Option<String>,
    pub(crate) near: Option<String>,
    pub(crate) fix: Option<String>,
}

impl Explanation {
    /// Whether the browser lets the page go on.
    ///
    /// # Example
    /// ```
    /// # use http::{HeaderMap, Method};
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// assert!(cors.policy().explain(&Method::GET, &HeaderMap::new()).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.is_allowed
    }

    /// What the browser will do: one line.
    ///
    /// # Example
    /// See [`Explanation`].
    #[must_use]
    pub fn verdict(&self) -> &str {
        &self.verdict
    }

    /// The reason, if the browser blocks the page: one line.
    ///
    /// # Example
    /// See [`Explanation`].
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// What is allowed and differs by little: one line.
    ///
    /// # Example
    /// See [`Explanation`].
    #[must_use]
    pub fn nearest_miss(&self) -> Option<&str> {
        self.near.as_deref()
    }

    /// What to do about it: one line.
    ///
    /// # Example
    /// See [`Explanation`].
    #[must_use]
    pub fn fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.verdict)?;
        for (label, line) in [
            ("why: ", &self.why),
            ("near:", &self.near),
            ("fix: ", &self.fix),
        ] {
            if let Some(line) = line {
                write!(f, "\n{label}    {line}")?;
            }
        }
        Ok(())
    }
}
