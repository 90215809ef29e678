//! A fetch that fails: what failed, and how to fix it.

use std::fmt;

use http::StatusCode;

use super::fetched_display::show_exchanges;
use super::message::Message;
use super::mistakes::{Mistake, likely_mistakes};
use crate::explain::PageOutcome;
use crate::testing::cookies::event::CookieEvent;
use crate::testing::fetch::exchange::Exchange;
use crate::testing::fetch::network_error::{Cause, NetworkError, Step};
use crate::testing::fetch::request::PageRequest;

/// A fetch that fails: the page's `fetch()` throws a `TypeError` and learns nothing else.
///
/// `Display` is the message for a person: what failed, what the server sent, what was needed, how to fix
/// it with this crate and with any server, and what went over the wire. Text from the server is escaped and
/// shortened. `Debug`, [`step`](Self::step), [`cause`](Self::cause) and
/// [`likely_mistakes`](Self::likely_mistakes) are for programs.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, Cause, Step};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut app = Router::new().route("/items", get(|| async { "[]" }));
/// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
/// let blocked = Browser::at("https://app.example.com").fetch(&mut app, request).await.unwrap_err();
/// assert_eq!(blocked.step(), Step::CorsCheck);
/// assert_eq!(*blocked.cause(), Cause::AllowOriginMissing);
/// assert!(blocked.to_string().starts_with(
///     "blocked at the CORS check: https://app.example.com may not read the response to \
///      GET https://api.example.com/items"
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, thiserror::Error)]
pub struct Blocked(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    step: Step,
    cause: Cause,
    message: Message,
    mistakes: Vec<Mistake>,
    exchanges: Vec<Exchange>,
    cookies: Vec<CookieEvent>,
}

impl Blocked {
    pub(crate) fn new(
        error: NetworkError,
        request: &PageRequest,
        exchanges: Vec<Exchange>,
        cookies: Vec<CookieEvent>,
    ) -> Self {
        let mistakes = likely_mistakes(&error, request, &exchanges);
        Self(Box::new(Details {
            message: Message::new(&error, request, &mistakes, exchanges.last()),
            mistakes,
            step: error.step,
            cause: error.cause,
            exchanges,
            cookies,
        }))
    }

    /// For a request that could not be made.
    pub(crate) fn before_request(cause: Cause, page: &str, method: &str, url: &str) -> Self {
        Self(Box::new(Details {
            message: Message::before_request(&cause, page, method, url),
            mistakes: vec![],
            step: Step::Request,
            cause,
            exchanges: vec![],
            cookies: vec![],
        }))
    }

    /// The step of the standard at which the fetch failed.
    ///
    /// # Example
    /// See [`Blocked`].
    #[must_use]
    pub fn step(&self) -> Step {
        self.0.step
    }

    /// Why the fetch failed.
    ///
    /// # Example
    /// See [`Blocked`].
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// What happens to the page, in the words of [`Policy::explain`](crate::Policy::explain).
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::explain::PageOutcome;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut app = Router::new().route("/items", get(|| async { "[]" }));
    /// # let request = Request::get("https://api.example.com/items").body(Body::empty())?;
    /// # let blocked = Browser::at("https://app.example.com").fetch(&mut app, request).await.unwrap_err();
    /// assert_eq!(blocked.outcome(), PageOutcome::Withheld);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> PageOutcome {
        let status = self.0.exchanges.last().and_then(Exchange::status);
        match self.0.step {
            Step::Request | Step::MainFetch | Step::LocalNetworkAccess => PageOutcome::NotSent,
            Step::Preflight => PageOutcome::PreflightFails,
            Step::WebSocket => PageOutcome::HandshakeRejected,
            Step::Network | Step::Body => PageOutcome::NoResponse,
            Step::CorsCheck if status == Some(StatusCode::FORBIDDEN) => PageOutcome::Rejected,
            Step::CorsCheck
            | Step::ResourcePolicy
            | Step::MimeType
            | Step::EventSource
            | Step::Redirect => PageOutcome::Withheld,
        }
    }

    /// Common mistakes that explain what the server sent, the likeliest first.
    ///
    /// # Example
    /// See [`Mistake`].
    #[must_use]
    pub fn likely_mistakes(&self) -> &[Mistake] {
        &self.0.mistakes
    }

    /// What went over the wire, in order.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.0.exchanges
    }

    /// What happened to each cookie, in order. A browser stores the cookies of a response even if the page may not
    /// read it.
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn cookies(&self) -> &[CookieEvent] {
        &self.0.cookies
    }

    /// The part of the server's response that matters: one line.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut app = Router::new().route("/items", get(|| async { "[]" }));
    /// # let request = Request::get("https://api.example.com/items").body(Body::empty())?;
    /// # let blocked = Browser::at("https://app.example.com").fetch(&mut app, request).await.unwrap_err();
    /// assert_eq!(blocked.sent(), "200 OK without Access-Control-Allow-Origin");
    /// assert_eq!(
    ///     blocked.needed(),
    ///     "Access-Control-Allow-Origin: https://app.example.com"
    /// );
    /// assert!(
    ///     blocked
    ///         .fix()
    ///         .contains(r#".allow_origins(["https://app.example.com"])"#)
    /// );
    /// assert!(blocked.fix_in_general().contains("Vary: Origin"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sent(&self) -> &str {
        &self.0.message.sent
    }

    /// What the server had to send: one line.
    ///
    /// # Example
    /// See [`sent`](Self::sent).
    #[must_use]
    pub fn needed(&self) -> &str {
        &self.0.message.needed
    }

    /// How to fix it if this crate is the server's CORS layer: one line.
    ///
    /// The browser sees responses, not the policy. So it names calls of the builder, and only what the response shows to
    /// be missing. [`Policy::explain`](crate::Policy::explain) knows the policy: it names everything that is missing, and
    /// keys if the policy was made from a [`CorsConfig`](crate::CorsConfig).
    ///
    /// # Example
    /// The same request, asked of the policy:
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::{CorsConfig, CorsLayer, testing::Browser};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut config = CorsConfig::default();
    /// config.origins = vec!["https://app.example.com".to_owned()];
    /// let cors = CorsLayer::try_from(config)?;
    /// let mut app = Router::new()
    ///     .route("/items", get(|| async { "[]" }))
    ///     .layer(cors.clone());
    ///
    /// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
    /// let blocked = Browser::at("https://www.example.com")
    ///     .fetch(&mut app, request)
    ///     .await
    ///     .unwrap_err();
    /// assert!(
    ///     blocked
    ///         .fix()
    ///         .ends_with(r#"add .allow_origins(["https://www.example.com"])"#)
    /// );
    ///
    /// let asked = blocked.exchanges().last().expect("the request was sent");
    /// let explanation = cors
    ///     .policy()
    ///     .explain(asked.method(), asked.request_headers());
    /// assert_eq!(
    ///     explanation.fix(),
    ///     Some(r#"if that page may call, add "https://www.example.com" to origins"#)
    /// );
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.0.message.fix
    }

    /// How to fix it with any server: one line.
    ///
    /// # Example
    /// See [`sent`](Self::sent).
    #[must_use]
    pub fn fix_in_general(&self) -> &str {
        &self.0.message.fix_in_general
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details {
            step,
            message,
            mistakes,
            exchanges,
            cookies,
            ..
        } = &*self.0;
        writeln!(f, "blocked at the {step}: {}", message.verdict)?;
        writeln!(f)?;
        writeln!(f, "  sent        {}", message.sent)?;
        writeln!(f, "  needed      {}", message.needed)?;
        for mistake in mistakes {
            writeln!(f, "  likely      {mistake}")?;
        }
        writeln!(f, "  tower-cors  {}", message.fix)?;
        writeln!(f, "  in general  {}", message.fix_in_general)?;
        write!(f, "  standard    {}", step.section())?;
        for cookie in cookies {
            write!(f, "\n  cookie      {cookie}")?;
        }
        show_exchanges(f, exchanges)
    }
}

impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocked")
            .field("step", &self.0.step)
            .field("cause", &self.0.cause)
            .field("likely_mistakes", &self.0.mistakes)
            .field("exchanges", &self.0.exchanges)
            .finish()
    }
}
