//! The settings of a page on the internet that calls this machine or the local network.

use super::browser::Browser;
use super::fetch::address_space::AddressSpace;
use super::fetch::local_network::LocalNetworkAccess;

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
    ///     AddressSpace, Browser, LocalNetworkAccess, Permission, Step, assert_allows, assert_blocks,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new().route("/items", get(|| async { "[]" })).layer(cors);
    /// let request = || Request::get("https://api.corp.example/items").body(Body::empty());
    ///
    /// let browser = Browser::at("https://app.example.com")
    ///     .local_network_access(LocalNetworkAccess::Chromium(Permission::Denied))
    ///     .address_space("api.corp.example", AddressSpace::Local)
    ///     .address_space("wiki.corp.example", AddressSpace::Local);
    /// let mut page = browser.clone();
    /// assert_blocks!(page.fetch(&mut app, request()?).await, Step::LocalNetworkAccess);
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
    ///     AddressSpace, Browser, Cause, LocalNetworkAccess, Permission, assert_allows, assert_blocks,
    /// };
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// let mut app = Router::new().route("/status", get(|| async { "ready" })).layer(cors);
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
