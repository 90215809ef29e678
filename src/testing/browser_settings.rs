//! The settings of a page: modes, credentials, limits.

use std::time::Duration;

use http::HeaderValue;

use super::browser::Browser;
use super::cookies::context::ThirdPartyCookies;
use super::fetch::modes::{CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode};

impl Browser {
    /// Sets the mode of all fetches from now on.
    ///
    /// # Example
    /// See [`RequestMode`].
    pub fn mode(mut self, mode: RequestMode) -> Self {
        self.page.mode = mode;
        self
    }

    /// Sets whether fetches include credentials from now on.
    ///
    /// # Example
    /// See [`CredentialsMode`].
    pub fn credentials(mut self, credentials: CredentialsMode) -> Self {
        self.page.credentials = credentials;
        self
    }

    /// Sets what fetches do with redirects from now on. A navigation always follows them.
    ///
    /// # Example
    /// See [`RedirectMode`].
    pub fn redirect(mut self, redirect: RedirectMode) -> Self {
        self.page.redirect = redirect;
        self
    }

    /// Sets which third-party cookies the browser allows. The default is
    /// [`Allowed`](ThirdPartyCookies::Allowed).
    ///
    /// # Example
    /// See [`ThirdPartyCookies`].
    pub fn third_party_cookies(mut self, policy: ThirdPartyCookies) -> Self {
        self.page.cookie_settings.third_party = policy;
        self
    }

    /// The visitor has granted the server's site access to its cookies on this page (Storage Access API).
    ///
    /// With each cross-site request that has credentials, the browser sends `Sec-Fetch-Storage-Access`: `none`,
    /// `inactive` or `active`. With this, a request without third-party cookies is `inactive`. If its response has
    /// `Activate-Storage-Access: retry; allowed-origin="…"` with the page's origin or `*`, the browser sends the
    /// request again, with third-party cookies. These cookies still need `SameSite=None; Secure`. For CORS, the page
    /// must be allowed to read both responses.
    ///
    /// Chromium and Firefox have these headers, WebKit has not.
    /// [Storage Access Headers](https://privacycg.github.io/storage-access-headers/)
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::{Browser, ThirdPartyCookies};
    /// let page = Browser::at("https://app.example.com")
    ///     .third_party_cookies(ThirdPartyCookies::Blocked)
    ///     .with_storage_access();
    /// ```
    pub fn with_storage_access(mut self) -> Self {
        self.page.cookie_settings.has_storage_access = true;
        self
    }

    /// The browser doesn't store or send `Secure` cookies over `http://localhost`. Without this it does, like
    /// Chromium and Firefox. WebKit doesn't.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::Browser;
    /// let page =
    ///     Browser::at("http://localhost:3000").without_secure_cookies_on_loopback();
    /// ```
    pub fn without_secure_cookies_on_loopback(mut self) -> Self {
        self.page.cookie_settings.has_loopback_exception = false;
        self
    }

    /// Sets the page's `Cross-Origin-Embedder-Policy`.
    ///
    /// # Example
    /// See [`EmbedderPolicy`].
    pub fn embedder_policy(mut self, policy: EmbedderPolicy) -> Self {
        self.page.embedder_policy = policy;
        self
    }

    /// The page listens to the progress of uploads (`XMLHttpRequest.upload`). Then even a simple request has
    /// a preflight.
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
    /// let request =
    ///     Request::post("https://api.example.com/items").body(Body::from("a=b"))?;
    /// let mut page = Browser::at("https://app.example.com").with_upload_listener();
    /// assert_eq!(page.fetch(&mut app, request).await?.preflights().count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_upload_listener(mut self) -> Self {
        self.page.has_upload_listener = true;
        self
    }

    /// The visitor has these cookies for the server: the text of a `Cookie` line. The credentials mode decides
    /// whether a fetch includes them. After a redirect they go to the same host at any port, but never to
    /// another host, or from https to http. The rules of
    /// `SameSite` and of third-party cookies don't apply to them. They do apply to cookies that the browser got
    /// from `Set-Cookie`: see [`Fetched::cookies`](crate::testing::Fetched::cookies).
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

    /// The visitor has logged in to the server with HTTP authentication: the text of an `Authorization` line.
    /// Fetches include it under the same rules as cookies. If the script itself sets `Authorization`, put that
    /// header into the request instead; it needs a preflight.
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

    /// How long the service may take for a response, and again for its body, in real time. The default is
    /// 10 s. If nobody holds the service's waker, the fetch fails at once. A body that is not complete in time
    /// is not a failure, because a page has the head before the body: see
    /// [`Fetched::is_body_complete`](crate::testing::Fetched::is_body_complete).
    ///
    /// Nothing can interrupt a service that blocks its thread.
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::testing::Browser;
    /// let page =
    ///     Browser::at("https://app.example.com").time_limit(Duration::from_secs(1));
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limits.time = limit;
        self
    }

    /// Reads only the first chunks of each response's body, such as the first events of an `EventSource`. Without
    /// this, the browser reads a body to its end, or until the [time limit](Self::time_limit).
    ///
    /// # Example
    /// See [`Fetched::chunks`](crate::testing::Fetched::chunks).
    pub fn first_chunks(mut self, count: usize) -> Self {
        self.limits.chunks = Some(count);
        self
    }

    /// How long a body may be, in bytes. The default is 16 MiB. A body may have at most 1,048,576 frames.
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
