//! The modes of a fetch: request mode, credentials mode, redirect mode, embedder policy.

/// Which servers a fetch may reach, and what the page sees of the response.
///
/// [Fetch standard, request mode](https://fetch.spec.whatwg.org/#concept-request-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, RequestMode};
///
/// let page = Browser::at("https://app.example.com").mode(RequestMode::NoCors);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RequestMode {
    /// `cors`, the default of `fetch()`. A fetch may reach other origins that allow it.
    #[default]
    Cors,
    /// `no-cors`. A fetch may send simple requests to other origins. The page sees nothing of the response.
    NoCors,
    /// `same-origin`. A fetch of another origin is a network error.
    SameOrigin,
    /// `navigate`: the user follows a link or submits a form. CORS doesn't apply: the browser sends the request
    /// without a preflight, with credentials, and shows the user the response.
    ///
    /// The method is GET or POST. The only header that a form can set is a `Content-Type` that is CORS-safelisted:
    /// `application/x-www-form-urlencoded`, `multipart/form-data` or `text/plain`. A form never sends JSON as such.
    Navigate,
    /// `websocket`: the script calls `new WebSocket(…)`. CORS doesn't apply: the browser sends the handshake with
    /// `Origin` and credentials, and connects if the server agrees, whatever its CORS headers say.
    ///
    /// The URL is `wss://…` or `https://…`. The only header that a page can set is `Sec-WebSocket-Protocol`.
    ///
    /// ```
    /// # use axum::{Router, body::Body, http::StatusCode, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::{Browser, Cause, RequestMode, assert_blocks};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cors = tower_cors::CorsLayer::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .reject_disallowed_origins()
    /// #     .build()?;
    /// # let mut app = Router::new().route("/ws", get(|| async {})).layer(cors);
    /// let request = Request::get("wss://api.example.com/ws").body(Body::empty())?;
    /// let mut evil = Browser::at("https://evil.example").mode(RequestMode::WebSocket);
    /// // the layer has reject_disallowed_origins()
    /// let blocked = assert_blocks!(evil.fetch(&mut app, request).await);
    /// assert_eq!(
    ///     *blocked.cause(),
    ///     Cause::HandshakeRefused {
    ///         status: StatusCode::FORBIDDEN
    ///     }
    /// );
    /// # Ok(())
    /// # }
    /// ```
    WebSocket,
    /// The script calls `new EventSource(…)`: a GET with CORS and `Accept: text/event-stream`. Another origin must allow
    /// it. With [`CredentialsMode::Include`] it has `withCredentials: true`.
    ///
    /// The only header is `Last-Event-ID`, which the browser sends when it connects again. It needs no preflight. The
    /// response must be 200 with `Content-Type: text/event-stream`. [`Browser::first_chunks`] reads the first events.
    ///
    /// [`Browser::first_chunks`]: crate::testing::Browser::first_chunks
    ///
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::{Browser, RequestMode, Step, assert_blocks};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cors = tower_cors::CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new()
    ///     .route("/events", get(|| async { "data: 1\n\n" }))
    ///     .layer(cors);
    /// let request = Request::get("https://api.example.com/events").body(Body::empty())?;
    /// let mut page =
    ///     Browser::at("https://app.example.com").mode(RequestMode::EventSource);
    /// let blocked =
    ///     assert_blocks!(page.fetch(&mut app, request).await, Step::EventSource);
    /// assert_eq!(
    ///     blocked.sent(),
    ///     "200 OK, Content-Type: text/plain; charset=utf-8"
    /// );
    /// # Ok(())
    /// # }
    /// ```
    EventSource,
    /// The script calls `navigator.sendBeacon(url, data)`: a POST with credentials, of at most 64 KiB. The page sees
    /// nothing of the response.
    ///
    /// The only header is the `Content-Type` of the data. If it is CORS-safelisted, the mode is `no-cors`: every server
    /// gets the beacon, with the visitor's cookies. Otherwise, such as for a `Blob` of type `application/json`, the mode
    /// is `cors`, and there is a preflight.
    ///
    /// ```
    /// # use axum::{Router, body::Body, routing::post};
    /// # use http::Request;
    /// # use tower_cors::testing::{Browser, RequestMode, Step, assert_allows, assert_blocks};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut app = Router::new().route("/log", post(|| async {}));
    /// let beacon = |kind: &str| {
    ///     Request::post("https://api.example.com/log")
    ///         .header("content-type", kind)
    ///         .body(Body::from("{}"))
    /// };
    /// let mut page = Browser::at("https://app.example.com").mode(RequestMode::Beacon);
    /// assert_allows!(page.fetch(&mut app, beacon("text/plain")?).await);
    /// assert_blocks!(
    ///     page.fetch(&mut app, beacon("application/json")?).await,
    ///     Step::Preflight
    /// );
    /// # Ok(())
    /// # }
    /// ```
    Beacon,
}

/// Whether a fetch includes credentials: cookies and HTTP authentication.
///
/// [Fetch standard, request credentials mode](https://fetch.spec.whatwg.org/#concept-request-credentials-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, CredentialsMode};
///
/// let page =
///     Browser::at("https://app.example.com").credentials(CredentialsMode::Include);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CredentialsMode {
    /// `omit`: never.
    Omit,
    /// `same-origin`, the default of `fetch()`: only to the page's own origin.
    #[default]
    SameOrigin,
    /// `include`: always. Another origin must allow credentials.
    Include,
}

/// What a fetch does with a redirect.
///
/// [Fetch standard, request redirect mode](https://fetch.spec.whatwg.org/#concept-request-redirect-mode)
///
/// # Example
/// ```
/// use tower_cors::testing::{Browser, RedirectMode};
///
/// let page = Browser::at("https://app.example.com").redirect(RedirectMode::Manual);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RedirectMode {
    /// `follow`, the default of `fetch()`. It follows up to 20 redirects.
    #[default]
    Follow,
    /// `error`: a redirect is a network error.
    Error,
    /// `manual`: the page gets an opaque-redirect response, and sees nothing of it.
    Manual,
}

/// The page's `Cross-Origin-Embedder-Policy`: what it may load from other origins without CORS, in mode `no-cors`.
///
/// [HTML standard, embedder policies](https://html.spec.whatwg.org/multipage/browsers.html#coep)
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{
///     Browser, EmbedderPolicy, RequestMode, Step, assert_blocks,
/// };
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut app = Router::new().route("/logo.png", get(|| async { "picture" }));
/// let request = Request::get("https://cdn.example/logo.png").body(Body::empty())?;
/// let mut page = Browser::at("https://app.example.com")
///     .mode(RequestMode::NoCors)
///     .embedder_policy(EmbedderPolicy::RequireCorp);
/// let blocked =
///     assert_blocks!(page.fetch(&mut app, request).await, Step::ResourcePolicy);
/// assert!(
///     blocked
///         .fix_in_general()
///         .contains("Cross-Origin-Resource-Policy: cross-origin")
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum EmbedderPolicy {
    /// `unsafe-none`, the default: everything that its `Cross-Origin-Resource-Policy` doesn't forbid.
    #[default]
    UnsafeNone,
    /// `require-corp`: only what its `Cross-Origin-Resource-Policy` allows.
    RequireCorp,
    /// `credentialless`: the same as `unsafe-none`, but without cookies.
    Credentialless,
}
