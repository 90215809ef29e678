//! The answer where a page gets nothing: what failed, and how to fix it.

use std::fmt;

use super::cause::{Cause, Obstacle, Step};
use super::exchange::Exchange;
use super::request::PageRequest;
use super::suspect::{Suspect, suspects};
use super::words::{Words, words};

/// A fetch that fails: the page's `fetch()` throws a `TypeError` and learns nothing else.
///
/// `Display` is the message for a person: what failed, what the server sent, what was needed, how to fix
/// it with this crate and with any server, and what went over the wire. Text of others is escaped and cut
/// in it. `Debug`, [`step`](Self::step), [`cause`](Self::cause) and [`suspects`](Self::suspects) are for
/// machines.
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
///     "blocked at the CORS check: https://app.example.com may not have the response to \
///      GET https://api.example.com/items"
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Blocked(Box<Details>);

#[derive(Debug, Clone)]
struct Details {
    step: Step,
    cause: Cause,
    words: Words,
    suspects: Vec<Suspect>,
    exchanges: Vec<Exchange>,
}

impl Blocked {
    /// Of a request that has been made.
    pub(super) fn new(obstacle: Obstacle, request: &PageRequest, exchanges: Vec<Exchange>) -> Self {
        let Obstacle { step, cause } = obstacle;
        let suspects = suspects(step, &cause, request, &exchanges);
        Self(Box::new(Details {
            words: words(step, &cause, request, &suspects, exchanges.last()),
            suspects,
            step,
            cause,
            exchanges,
        }))
    }

    /// Of a request that could not even be made.
    pub(super) fn before_request(cause: Cause, page: &str, method: &str, url: &str) -> Self {
        Self(Box::new(Details {
            words: Words::before_request(&cause, page, method, url),
            suspects: vec![],
            step: Step::Request,
            cause,
            exchanges: vec![],
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

    /// Why.
    ///
    /// # Example
    /// See [`Blocked`].
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// The common mistakes whose marks are on what the server sent, the likeliest first.
    ///
    /// # Example
    /// See [`Suspect`].
    #[must_use]
    pub fn suspects(&self) -> &[Suspect] {
        &self.0.suspects
    }

    /// What went over the wire, in order.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.0.exchanges
    }

    /// What the server sent, in so far as it matters: one line.
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
    /// assert_eq!(blocked.needed(), "Access-Control-Allow-Origin: https://app.example.com");
    /// assert!(blocked.fix().contains(r#".allow_origins(["https://app.example.com"])"#));
    /// assert!(blocked.fix_in_general().contains("Vary: Origin"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sent(&self) -> &str {
        &self.0.words.sent
    }

    /// What the server would have had to send: one line.
    ///
    /// # Example
    /// See [`sent`](Self::sent).
    #[must_use]
    pub fn needed(&self) -> &str {
        &self.0.words.needed
    }

    /// How to fix it where this crate is the server's CORS layer: one line.
    ///
    /// # Example
    /// See [`sent`](Self::sent).
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.0.words.fix
    }

    /// How to fix it with any server: one line.
    ///
    /// # Example
    /// See [`sent`](Self::sent).
    #[must_use]
    pub fn fix_in_general(&self) -> &str {
        &self.0.words.fix_in_general
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details {
            step,
            words,
            suspects,
            exchanges,
            ..
        } = &*self.0;
        writeln!(f, "blocked at the {step}: {}", words.verdict)?;
        writeln!(f)?;
        writeln!(f, "  sent        {}", words.sent)?;
        writeln!(f, "  needed      {}", words.needed)?;
        for suspect in suspects {
            writeln!(f, "  suspect     {suspect}")?;
        }
        writeln!(f, "  tower-cors  {}", words.fix)?;
        writeln!(f, "  in general  {}", words.fix_in_general)?;
        write!(f, "  standard    {}", step.section())?;
        show_exchanges(f, exchanges)
    }
}

/// All of what went over the wire, below the verdict.
pub(super) fn show_exchanges(f: &mut fmt::Formatter<'_>, exchanges: &[Exchange]) -> fmt::Result {
    if exchanges.is_empty() {
        return write!(f, "\n\n  nothing went over the wire");
    }
    write!(f, "\n\n  what went over the wire")?;
    for (number, exchange) in (1..).zip(exchanges) {
        let text = exchange.to_string().replace('\n', "\n       ");
        write!(f, "\n  {number:>3}. {text}")?;
    }
    Ok(())
}

impl fmt::Debug for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blocked")
            .field("step", &self.0.step)
            .field("cause", &self.0.cause)
            .field("suspects", &self.0.suspects)
            .field("exchanges", &self.0.exchanges)
            .finish()
    }
}

impl std::error::Error for Blocked {}
