//! The settings of a page's requests that are not about modes: what for, and with which body.

use super::browser::Browser;
use super::fetch::destination::Destination;
use super::fetch::referrer_policy::ReferrerPolicy;

impl Browser {
    /// Sets what the page loads responses for from now on: an image, a script, a font.
    ///
    /// # Example
    /// See [`Destination`].
    pub fn destination(mut self, destination: Destination) -> Self {
        self.page.destination = destination;
        self
    }

    /// Sets the page's `Referrer-Policy`. A redirect may change it.
    ///
    /// # Example
    /// See [`ReferrerPolicy`].
    pub fn referrer_policy(mut self, policy: ReferrerPolicy) -> Self {
        self.page.referrer_policy = policy;
        self
    }

    /// Fetches have the option `keepalive: true`: they outlive their page, and their body has at most 64 KiB.
    ///
    /// [Fetch standard, keepalive](https://fetch.spec.whatwg.org/#request-keepalive-flag)
    ///
    /// # Example
    /// ```
    /// use axum::{Router, body::Body, routing::post};
    /// use http::Request;
    /// use tower_cors::testing::{Browser, Cause, assert_blocks};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut app = Router::new().route("/log", post(|| async {}));
    /// let request = Request::post("/log").body(Body::from("x".repeat(65_537)))?;
    /// let mut page = Browser::at("https://app.example.com").with_keepalive();
    /// let blocked = assert_blocks!(page.fetch(&mut app, request).await);
    /// assert_eq!(*blocked.cause(), Cause::KeepaliveTooLong { limit: 65_536 });
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_keepalive(mut self) -> Self {
        self.page.is_keepalive = true;
        self
    }

    /// The bodies of fetches are streams: `fetch(url, { body: stream, duplex: "half" })`, over HTTP/2. Such a fetch
    /// always has a preflight to another origin. The browser can read the body only once: a redirect other than 303
    /// fails, and 421 is not asked again.
    ///
    /// [Fetch standard, Request constructor](https://fetch.spec.whatwg.org/#dom-request), the steps about a body without
    /// a source
    ///
    /// # Example
    /// ```
    /// use axum::{Router, body::Body, routing::post};
    /// use http::Request;
    /// use tower_cors::{CorsLayer, testing::Browser};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new().route("/upload", post(|| async {})).layer(cors);
    /// let request = Request::post("https://api.example.com/upload").body(Body::from("a film"))?;
    /// let mut page = Browser::at("https://app.example.com").with_streamed_body();
    /// assert_eq!(page.fetch(&mut app, request).await?.preflights().count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_streamed_body(mut self) -> Self {
        self.page.has_streamed_body = true;
        self
    }
}
