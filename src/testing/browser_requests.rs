//! The settings of a page that are not about modes: its requests, and its place in the network.

use super::browser::Browser;
use super::fetch::destination::Destination;
use super::fetch::local_network::{AddressSpace, LocalNetworkAccess};
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
    /// let mut app = Router::new()
    ///     .route("/upload", post(|| async {}))
    ///     .layer(cors);
    /// let request =
    ///     Request::post("https://api.example.com/upload").body(Body::from("a film"))?;
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

impl Browser {
    /// Sets whether the browser asks the visitor before a page on the internet reaches this machine or the local
    /// network, and what the visitor answers.
    ///
    /// # Example
    /// See [`LocalNetworkAccess`].
    pub fn local_network_access(mut self, access: LocalNetworkAccess) -> Self {
        self.page.local_network.access = access;
        self
    }

    /// Says where a host's address is. Without this, addresses, `localhost` and names under `.local` are known by their
    /// text, and all other names are on the internet. It counts for pages and for servers.
    ///
    /// # Example
    /// A company's page and its API are both on the local network, so the browser asks nobody.
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower_cors::CorsLayer;
    /// use tower_cors::testing::{
    ///     AddressSpace, Browser, LocalNetworkAccess, Permission, Step, assert_allows,
    ///     assert_blocks,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new()
    ///     .route("/items", get(|| async { "[]" }))
    ///     .layer(cors);
    /// let request = || Request::get("https://api.corp.example/items").body(Body::empty());
    ///
    /// let browser = Browser::at("https://app.example.com")
    ///     .local_network_access(LocalNetworkAccess::Chromium(Permission::Denied))
    ///     .address_space("api.corp.example", AddressSpace::Local)
    ///     .address_space("wiki.corp.example", AddressSpace::Local);
    /// let mut page = browser.clone();
    /// assert_blocks!(
    ///     page.fetch(&mut app, request()?).await,
    ///     Step::LocalNetworkAccess
    /// );
    /// let mut page = browser.visit("https://wiki.corp.example");
    /// assert_allows!(page.fetch(&mut app, request()?).await);
    /// # Ok(())
    /// # }
    /// ```
    pub fn address_space(mut self, host: impl Into<String>, space: AddressSpace) -> Self {
        self.page.local_network.hosts.push((host.into(), space));
        self
    }

    /// Sets the option `targetAddressSpace` of all fetches from now on: where the page says that the server is. In
    /// Chromium, an https page can then reach http there, once the visitor allows it. If the server's address is not
    /// in that space, the fetch fails. [`Public`](AddressSpace::Public) is the same as no option.
    ///
    /// # Example
    /// ```
    /// use axum::{Router, body::Body, routing::get};
    /// use http::Request;
    /// use tower_cors::CorsLayer;
    /// use tower_cors::testing::{
    ///     AddressSpace, Browser, Cause, LocalNetworkAccess, Permission, assert_allows,
    ///     assert_blocks,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new()
    ///     .route("/status", get(|| async { "ready" }))
    ///     .layer(cors);
    /// let request = || Request::get("http://printer.example/status").body(Body::empty());
    ///
    /// let page = Browser::at("https://app.example.com")
    ///     .local_network_access(LocalNetworkAccess::Chromium(Permission::Granted))
    ///     .address_space("printer.example", AddressSpace::Local);
    /// let blocked = assert_blocks!(page.clone().fetch(&mut app, request()?).await);
    /// assert_eq!(*blocked.cause(), Cause::MixedContent);
    /// let mut page = page.target_address_space(AddressSpace::Local);
    /// assert_allows!(page.fetch(&mut app, request()?).await);
    /// # Ok(())
    /// # }
    /// ```
    pub fn target_address_space(mut self, space: AddressSpace) -> Self {
        self.page.local_network.target = Some(space);
        self
    }
}
