//! A fetch that succeeds: what the page's script sees.

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderMap, HeaderName};

use crate::explain::PageOutcome;
use crate::testing::cookies::event::CookieEvent;
use crate::testing::fetch::exchange::Exchange;
use crate::testing::fetch::filtered_response::ResponseType;
use crate::testing::fetch::modes::RequestMode;

/// A fetch that succeeds: what the page's script sees, and what went over the wire.
///
/// An error status is not a failure. A page that is allowed can read a 404 like a 200.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, http::header::ETAG, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, ResponseType};
/// use tower_cors::{CorsLayer, origin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let mut app = Router::new()
///     .route("/items", get(|| async { ([(ETAG, "1")], "[]") }))
///     .layer(cors);
///
/// let request = Request::get("https://api.example.com/items").body(Body::empty())?;
/// let fetched = Browser::at("https://app.example.com")
///     .fetch(&mut app, request)
///     .await?;
/// assert_eq!(fetched.response_type(), ResponseType::Cors);
/// assert_eq!(fetched.status(), Some(http::StatusCode::OK));
/// assert_eq!(fetched.body(), "[]");
/// assert!(fetched.headers().contains_key("content-type"));
/// // the server sent it, but did not expose it
/// assert_eq!(fetched.hidden_headers(), ["etag"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Fetched {
    pub(crate) response_type: ResponseType,
    pub(crate) status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) mode: RequestMode,
    pub(crate) body: Bytes,
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) is_body_complete: bool,
    pub(crate) url: String,
    pub(crate) redirects: usize,
    pub(crate) is_timing_allowed: bool,
    pub(crate) used_preflight_cache: bool,
    pub(crate) ignored: Vec<HeaderName>,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) cookies: Vec<CookieEvent>,
}

impl Fetched {
    /// How much of the response the page sees.
    ///
    /// # Example
    /// See [`Fetched`].
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.response_type
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
    /// let request = Request::get("/items").body(Body::empty())?;
    /// let fetched = Browser::at("https://app.example.com")
    ///     .fetch(&mut app, request)
    ///     .await?;
    /// assert_eq!(fetched.outcome(), PageOutcome::OwnPage);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn outcome(&self) -> PageOutcome {
        match self.mode {
            RequestMode::Navigate => PageOutcome::Shown,
            RequestMode::WebSocket => PageOutcome::Connects,
            _ if self.response_type == ResponseType::Basic => PageOutcome::OwnPage,
            RequestMode::NoCors | RequestMode::Beacon => PageOutcome::Opaque,
            RequestMode::Cors | RequestMode::SameOrigin | RequestMode::EventSource => {
                PageOutcome::Reads
            }
        }
    }

    /// The status; `None` for an opaque response, where the page sees 0.
    ///
    /// # Example
    /// See [`Fetched`].
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The headers that the script sees.
    ///
    /// # Example
    /// See [`Fetched`].
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body that the script sees; empty for an opaque response. For a stream, this is the part that the
    /// browser read: see [`is_body_complete`](Self::is_body_complete).
    ///
    /// # Example
    /// See [`Fetched`].
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The chunks of the body, as the service sent them. For a stream, these are the chunks that the browser read.
    ///
    /// # Example
    /// ```
    /// use std::convert::Infallible;
    ///
    /// use axum::response::sse::{Event, Sse};
    /// use axum::{Router, body::Body, routing::get};
    /// use futures_util::{StreamExt, stream};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // sends two events, and then waits for more
    /// let events = || async {
    ///     let first =
    ///         stream::iter(["one", "two"]).map(|data| Ok(Event::default().data(data)));
    ///     Sse::new(first.chain(stream::pending::<Result<Event, Infallible>>()))
    /// };
    /// let mut app = Router::new().route("/events", get(events));
    /// let request = Request::get("/events").body(Body::empty())?;
    /// let mut page = Browser::at("https://app.example.com").first_chunks(2);
    /// let fetched = page.fetch(&mut app, request).await?;
    /// assert_eq!(fetched.chunks(), ["data: one\n\n", "data: two\n\n"]);
    /// assert!(!fetched.is_body_complete());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn chunks(&self) -> &[Bytes] {
        &self.chunks
    }

    /// Whether the browser read the body to its end. It is `false` for a stream that goes on after the
    /// [time limit](crate::testing::Browser::time_limit) or the
    /// [first chunks](crate::testing::Browser::first_chunks).
    ///
    /// # Example
    /// See [`chunks`](Self::chunks).
    #[must_use]
    pub fn is_body_complete(&self) -> bool {
        self.is_body_complete
    }

    /// The URL of the response, after redirects.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, response::Redirect, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut app = Router::new()
    ///     .route("/old", get(|| async { Redirect::to("/new") }))
    ///     .route("/new", get(|| async { "hello" }));
    /// let request = Request::get("/old").body(Body::empty())?;
    /// let fetched = Browser::at("https://app.example.com")
    ///     .fetch(&mut app, request)
    ///     .await?;
    /// assert_eq!(fetched.url(), "https://app.example.com/new");
    /// assert_eq!(fetched.redirects(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many redirects the browser followed.
    ///
    /// # Example
    /// See [`url`](Self::url).
    #[must_use]
    pub fn redirects(&self) -> usize {
        self.redirects
    }

    /// Whether the page may read the timing (`PerformanceResourceTiming`).
    /// <https://fetch.spec.whatwg.org/#concept-tao-check>
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut app = Router::new().route("/items", get(|| async { "[]" }));
    /// let request = Request::get("/items").body(Body::empty())?;
    /// let fetched = Browser::at("https://app.example.com")
    ///     .fetch(&mut app, request)
    ///     .await?;
    /// assert!(fetched.is_timing_allowed()); // its own server
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn is_timing_allowed(&self) -> bool {
        self.is_timing_allowed
    }

    /// The preflights that were sent. There are none for a simple request, or if the cache had the answer.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::put};
    /// # use http::{Method, Request};
    /// # use tower_cors::testing::Browser;
    /// # use tower_cors::CorsLayer;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .allow_methods([Method::PUT])
    ///     .build()?;
    /// let mut app = Router::new().route("/items", put(|| async {})).layer(cors);
    /// let request = || Request::put("https://api.example.com/items").body(Body::empty());
    ///
    /// let mut page = Browser::at("https://app.example.com");
    /// let first = page.fetch(&mut app, request()?).await?;
    /// assert_eq!(first.preflights().count(), 1);
    /// let second = page.fetch(&mut app, request()?).await?;
    /// assert_eq!(second.preflights().count(), 0);
    /// assert!(second.used_preflight_cache());
    /// # Ok(())
    /// # }
    /// ```
    pub fn preflights(&self) -> impl Iterator<Item = &Exchange> {
        self.exchanges
            .iter()
            .filter(|exchange| exchange.is_preflight())
    }

    /// Whether a preflight was not sent, because its answer was still in the cache.
    ///
    /// # Example
    /// See [`preflights`](Self::preflights).
    #[must_use]
    pub fn used_preflight_cache(&self) -> bool {
        self.used_preflight_cache
    }

    /// What went over the wire, in order.
    ///
    /// # Example
    /// See [`Exchange`].
    #[must_use]
    pub fn exchanges(&self) -> &[Exchange] {
        &self.exchanges
    }

    /// What happened to each cookie, in order: those that the browser has for the site of a URL, and those that
    /// the server sent with `Set-Cookie`.
    ///
    /// # Example
    /// See [`CookieEvent`].
    #[must_use]
    pub fn cookies(&self) -> &[CookieEvent] {
        &self.cookies
    }

    /// The response headers that the script does not see, each once. CORS headers, `Set-Cookie` and `Vary` are
    /// left out.
    ///
    /// # Example
    /// See [`Fetched`].
    #[must_use]
    pub fn hidden_headers(&self) -> Vec<&str> {
        let headers = self.exchanges.last().and_then(Exchange::response_headers);
        headers
            .into_iter()
            .flat_map(HeaderMap::keys)
            .filter(|name| !self.headers.contains_key(*name))
            .map(HeaderName::as_str)
            .filter(|name| !name.starts_with("access-control-"))
            .filter(|name| !matches!(*name, "set-cookie" | "set-cookie2" | "vary"))
            .collect()
    }

    /// The request headers that the browser left out, because no page can set them: `Cookie`, `Host`,
    /// `Origin` and so on. In mode `no-cors` the browser leaves out almost all headers.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut app = Router::new().route("/items", get(|| async { "[]" }));
    /// let request = Request::get("/items")
    ///     .header("cookie", "a=b")
    ///     .body(Body::empty())?;
    /// let fetched = Browser::at("https://app.example.com")
    ///     .fetch(&mut app, request)
    ///     .await?;
    /// assert_eq!(fetched.ignored_request_headers(), ["cookie"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ignored_request_headers(&self) -> &[HeaderName] {
        &self.ignored
    }
}
