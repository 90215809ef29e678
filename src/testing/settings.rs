//! What a test says about a page before it fetches: mode, credentials, limits.

use std::time::Duration;

use http::HeaderValue;

use super::browser::Browser;
use super::options::{CredentialsMode, RedirectMode, RequestMode};

impl Browser {
    /// The mode of the fetches from here on.
    ///
    /// # Example
    /// See [`RequestMode`].
    pub fn mode(mut self, mode: RequestMode) -> Self {
        self.page.mode = mode;
        self
    }

    /// Whether credentials go along with the fetches from here on.
    ///
    /// # Example
    /// See [`CredentialsMode`].
    pub fn credentials(mut self, credentials: CredentialsMode) -> Self {
        self.page.credentials = credentials;
        self
    }

    /// What the fetches from here on do with redirects.
    ///
    /// # Example
    /// See [`RedirectMode`].
    pub fn redirect(mut self, redirect: RedirectMode) -> Self {
        self.page.redirect = redirect;
        self
    }

    /// The page listens to the progress of uploads (`XMLHttpRequest.upload`), so that even a simple
    /// request has a preflight.
    ///
    /// [Fetch standard, use-CORS-preflight flag](https://fetch.spec.whatwg.org/#use-cors-preflight-flag)
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::post};
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, testing::Browser};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// # let mut app = Router::new().route("/items", post(|| async {})).layer(cors);
    /// let request = Request::post("https://api.example.com/items").body(Body::from("a=b"))?;
    /// let mut page = Browser::at("https://app.example.com").with_upload_listener();
    /// assert_eq!(page.fetch(&mut app, request).await?.preflights().count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_upload_listener(mut self) -> Self {
        self.page.has_upload_listener = true;
        self
    }

    /// All other origins are on a private network, and the page is public: each fetch of them has a
    /// preflight that asks for access, as the draft
    /// [Private Network Access](https://wicg.github.io/private-network-access/) has it.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::get};
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, testing::{Browser, Cause, assert_blocks}};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// # let mut app = Router::new().route("/", get(|| async {})).layer(cors);
    /// let request = Request::get("https://printer.home.arpa/").body(Body::empty())?;
    /// let mut page = Browser::at("https://app.example.com").to_private_network();
    /// let blocked = assert_blocks!(page.fetch(&mut app, request).await);
    /// assert_eq!(*blocked.cause(), Cause::PrivateNetworkNotAllowed);
    /// assert_eq!(blocked.fix(), ".allow_private_network()");
    /// # Ok(())
    /// # }
    /// ```
    pub fn to_private_network(mut self) -> Self {
        self.page.is_private_network = true;
        self
    }

    /// The visitor has cookies for the server that is fetched: the text of a `Cookie` line. They go along
    /// or not, as the credentials mode says. Where a redirect leads, they go along to the same host at any
    /// port, and never to another host, or from https to http. `SameSite` and the blocking of third-party cookies are not modelled.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
    /// where credentials are included
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, http::HeaderMap, routing::get};
    /// # use http::Request;
    /// # use tower_cors::testing::Browser;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut app = Router::new().route("/me", get(|| async {}));
    /// let mut page = Browser::at("https://app.example.com").with_cookies("session=1");
    /// let fetched = page.fetch(&mut app, Request::get("/me").body(Body::empty())?).await?;
    /// assert_eq!(fetched.exchanges()[0].request_headers()["cookie"], "session=1");
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_cookies(mut self, cookies: impl AsRef<[u8]>) -> Self {
        self.page.cookies = HeaderValue::from_bytes(cookies.as_ref())
            .map(Some)
            .map_err(drop);
        self
    }

    /// The visitor has logged in to the server by HTTP authentication, and the browser keeps it: the text
    /// of an `Authorization` line. It goes along or not, as cookies do. An `Authorization` that the script
    /// itself sets is another matter: it belongs into the request, and needs a preflight.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::{Browser, CredentialsMode};
    /// let page = Browser::at("https://app.example.com")
    ///     .with_http_authentication("Basic dXNlcjpwYXNz")
    ///     .credentials(CredentialsMode::Include);
    /// ```
    pub fn with_http_authentication(mut self, authorization: impl AsRef<[u8]>) -> Self {
        self.page.authentication = HeaderValue::from_bytes(authorization.as_ref())
            .map(Some)
            .map_err(drop);
        self
    }

    /// How long the service may take for an answer, and again for its body, in real time: 10 s without
    /// this. A service that can never answer, as nobody holds its waker, is found out at once.
    ///
    /// A service that blocks its thread can't be interrupted.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::testing::Browser;
    /// let page = Browser::at("https://app.example.com").time_limit(Duration::from_secs(1));
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limits.time = limit;
        self
    }

    /// How long a body may be, in bytes: 16 MiB without this, and at most 1,048,576 frames.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::Browser;
    /// let page = Browser::at("https://app.example.com").body_limit(1024);
    /// ```
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.limits.body = bytes;
        self
    }
}
