//! What happened to one cookie in a fetch.

use std::fmt;

use super::rule::CookieRule;
use crate::testing::escaped_text::Escaped;

/// What happened to one cookie in one request of a fetch: was it sent, was it stored, and if not, why.
///
/// `Display` is one line for a person. It has the name of the cookie, but never its value.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, http::header::SET_COOKIE, routing::post};
/// use http::Request;
/// use tower_cors::testing::{
///     Browser, CookieOutcome, CookieRule, CredentialsMode, assert_allows,
/// };
/// use tower_cors::{CorsLayer, origin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example")])
///     .allow_credentials()
///     .build()?;
/// let login = || async { [(SET_COOKIE, "session=1; HttpOnly; Secure")] };
/// let mut app = Router::new().route("/login", post(login)).layer(cors);
///
/// let request =
///     Request::post("https://api.other.example/login").body(Body::empty())?;
/// let mut page =
///     Browser::at("https://app.example").credentials(CredentialsMode::Include);
/// let fetched = assert_allows!(page.fetch(&mut app, request).await);
/// // CORS allows the page, but the browser doesn't store the cookie
/// let [session] = fetched.cookies() else {
///     panic!("{fetched}")
/// };
/// assert_eq!(session.name(), "session");
/// assert_eq!(
///     session.outcome(),
///     CookieOutcome::NotStored(CookieRule::SameSite)
/// );
/// assert!(
///     session
///         .fix()
///         .unwrap()
///         .starts_with("send the cookie with SameSite=None; Secure")
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieEvent {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) outcome: CookieOutcome,
    pub(crate) fix: Option<String>,
}

/// Whether a cookie was sent or stored.
///
/// # Example
/// See [`CookieEvent`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CookieOutcome {
    /// The browser sent the cookie in `Cookie`.
    Sent,
    /// The browser has the cookie and did not send it.
    NotSent(CookieRule),
    /// The browser stored the cookie of `Set-Cookie`.
    Stored,
    /// The browser removed the cookie, because `Set-Cookie` has a time in the past.
    Removed,
    /// The browser did not store the cookie of `Set-Cookie`.
    NotStored(CookieRule),
}

impl CookieEvent {
    /// The name of the cookie; empty for a cookie without a name (`Set-Cookie: value`).
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of the request.
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the cookie was sent or stored, and if not, by which rule.
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn outcome(&self) -> CookieOutcome {
        self.outcome
    }

    /// How to have it sent or stored; `None` if it was.
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn fix(&self) -> Option<&str> {
        self.fix.as_deref()
    }
}

impl fmt::Display for CookieEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &*self.name {
            "" => "a cookie without a name",
            name => name,
        };
        let name = Escaped(name.as_bytes());
        let url = Escaped(self.url.as_bytes());
        match self.outcome {
            CookieOutcome::Sent => write!(f, "{name} was sent to {url}")?,
            CookieOutcome::NotSent(rule) => write!(f, "{name} was not sent to {url}: {rule}")?,
            CookieOutcome::Stored => write!(f, "{name} from {url} was stored")?,
            CookieOutcome::Removed => write!(f, "{name} from {url} was removed")?,
            CookieOutcome::NotStored(rule) => {
                write!(f, "{name} from {url} was not stored: {rule}")?;
            }
        }
        match &self.fix {
            Some(fix) => write!(f, "; {fix}"),
            None => Ok(()),
        }
    }
}
