//! The answer to "why?", as a value and as a text.

use std::fmt;

use super::outcome::PageOutcome;

/// What a browser will do with a request, why, and what fixes it. Made by [`Policy::explain`](crate::Policy::explain).
///
/// `Display` writes up to five lines for a person. Text that came from the client is escaped.
///
/// | line | says |
/// |---|---|
/// | first | what happens to the page: one of the [`PageOutcome`]s |
/// | `why:` | the reasons, all of them, if something is missing |
/// | `near:` | what is allowed and differs by little |
/// | `fix:` | what to do |
/// | `note:` | what was assumed about the request, or what browsers do today |
///
/// A fix is one of these:
///
/// * **Code to paste into the builder**, after the condition under which it is right: `if that page may call, add
///   .allow_origins(["https://app.example.com"])`. It covers everything that is missing, so one change is enough.
///   With credentials, it may begin with `replace .allow_any_header() with …`. For
///   [`CorsLayer::permissive()`](crate::CorsLayer::permissive), it is a whole builder.
/// * **Keys**, for a layer that was made of a [`CorsConfig`](crate::CorsConfig): `add
///   "https://app.example.com" to origins, set credentials = true`.
/// * **What the page, the client or the proxy must do**: `let the page write the method as "PATCH"`.
/// * **`no change to the policy helps`**, and why: no browser sends such a request, or no policy may allow it.
///
/// CORS does not apply to WebSockets, WebTransport, links and forms. For these, the first line says what happens instead,
/// and the fix shows how to refuse the page, or how to exempt the path.
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
    pub(super) outcome: PageOutcome,
    pub(super) verdict: String,
    pub(super) why: Option<String>,
    pub(super) near: Option<String>,
    pub(super) fix: Option<String>,
    pub(super) note: Option<String>,
}

impl Explanation {
    pub(super) fn new(outcome: PageOutcome) -> Self {
        Self {
            outcome,
            verdict: outcome.to_string(),
            why: None,
            near: None,
            fix: None,
            note: None,
        }
    }

    pub(super) fn add_to_why(&mut self, reason: &str) {
        if let Some(why) = &mut self.why {
            why.push_str("; ");
            why.push_str(reason);
        }
    }

    /// Adds what is likelier than the fix, if there is one.
    pub(super) fn add_before_fix(&mut self, advice: &str) {
        if let Some(fix) = &mut self.fix {
            *fix = format!("{advice}; {fix}");
        }
    }

    /// What happens to the page.
    ///
    /// # Example
    /// ```
    /// # use http::{HeaderMap, Method};
    /// # use tower_cors::explain::PageOutcome;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let explanation = cors.policy().explain(&Method::GET, &HeaderMap::new());
    /// assert_eq!(explanation.outcome(), PageOutcome::NotCors);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn outcome(&self) -> PageOutcome {
        self.outcome
    }

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
        self.outcome.is_allowed()
    }

    /// What the browser will do: one line.
    ///
    /// # Example
    /// See [`Explanation`].
    #[must_use]
    pub fn verdict(&self) -> &str {
        &self.verdict
    }

    /// The reasons, if something is missing: one line.
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

    /// What was assumed about the request, or what browsers do today: one line.
    ///
    /// # Example
    /// ```
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let post = Request::post("/sign-in")
    ///     .header("origin", "https://id.example")
    ///     .body(())
    ///     .unwrap();
    /// let explanation = cors.policy().explain_request(&post);
    /// assert!(
    ///     explanation
    ///         .note()
    ///         .unwrap()
    ///         .contains("a script's fetch() is assumed")
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.verdict)?;
        for (label, line) in [
            ("why: ", &self.why),
            ("near:", &self.near),
            ("fix: ", &self.fix),
            ("note:", &self.note),
        ] {
            if let Some(line) = line {
                write!(f, "\n{label}    {line}")?;
            }
        }
        Ok(())
    }
}
