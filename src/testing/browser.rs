//! A page in a browser: calls a service as the page's script would.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use tower::Service;

use super::blocked::Blocked;
use super::cause::{Cause, Obstacle, Step};
use super::fetch::{Fetch, Outcome};
use super::fetched::Fetched;
use super::network::{Limits, Network};
use super::options::{CredentialsMode, RedirectMode, RequestMode};
use super::preflight_cache::PreflightCache;
use super::request::{Page, PageRequest};
use super::url::Url;

/// A page at an origin, in a browser of its own, with an empty cache.
///
/// [`fetch`](Self::fetch) is what `fetch()` is to a script, with the same defaults: mode `cors`,
/// credentials `same-origin`, redirects followed. The service that it is given plays the whole of the
/// internet: requests to all hosts go to it, with an absolute URI and a `Host` header.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::{CorsLayer, origin};
/// use tower_cors::testing::{Browser, CredentialsMode, assert_allows, assert_blocks};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let mut app = Router::new().route("/items", get(|| async { "[]" })).layer(cors);
/// let request = || Request::get("https://api.example.com/items").body(Body::empty());
///
/// let mut page = Browser::at("https://app.example.com");
/// assert_allows!(page.fetch(&mut app, request()?).await);
///
/// let mut page = page.credentials(CredentialsMode::Include);
/// let blocked = assert_blocks!(page.fetch(&mut app, request()?).await);
/// assert!(blocked.fix().starts_with("add .allow_credentials()"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a page does nothing until it fetches"]
pub struct Browser {
    page: Page,
    limits: Limits,
    cache: PreflightCache,
}

impl Browser {
    /// A page at an origin, as a browser would send it: `https://app.example.com`. `null` is a sandboxed
    /// frame or a local file. Anything else that is no origin blocks every fetch, with the reason.
    ///
    /// # Example
    /// See [`Browser`].
    pub fn at(origin: impl Into<String>) -> Self {
        Self {
            page: Page {
                origin: origin.into(),
                mode: RequestMode::default(),
                credentials: CredentialsMode::default(),
                redirect: RedirectMode::default(),
                has_upload_listener: false,
                is_private_network: false,
                cookies: Ok(None),
                authentication: Ok(None),
            },
            limits: Limits {
                time: Duration::from_secs(10),
                body: 16 << 20,
            },
            cache: PreflightCache::default(),
        }
    }

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
    /// preflight that asks for access, as Chromium does by the
    /// [Private Network Access](https://wicg.github.io/private-network-access/) draft.
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
    /// or not, as the credentials mode says, and never to another server to which a redirect leads.
    /// `SameSite` and the blocking of third-party cookies are not modelled.
    ///
    /// [Fetch standard, HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch),
    /// step 8.22
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

    /// Moves the browser's clock on, by which answers to preflights grow old. Nothing else moves it.
    ///
    /// An answer is kept for the seconds of its `Access-Control-Max-Age`, at most 7200 (as in Chromium),
    /// and for 5 s without one.
    ///
    /// # Example
    /// ```
    /// # use axum::{Router, body::Body, routing::put};
    /// # use http::{Method, Request};
    /// # use std::time::Duration;
    /// # use tower_cors::{CorsLayer, testing::Browser};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let cors = CorsLayer::builder().allow_any_origin().allow_methods([Method::PUT]).build()?;
    /// # let mut app = Router::new().route("/items", put(|| async {})).layer(cors);
    /// # let request = || Request::put("https://api.example.com/items").body(Body::empty());
    /// let mut page = Browser::at("https://app.example.com");
    /// assert_eq!(page.fetch(&mut app, request()?).await?.preflights().count(), 1);
    /// page.advance(Duration::from_secs(4));
    /// assert_eq!(page.fetch(&mut app, request()?).await?.preflights().count(), 0);
    /// page.advance(Duration::from_secs(1));
    /// assert_eq!(page.fetch(&mut app, request()?).await?.preflights().count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance(&mut self, time: Duration) {
        self.cache.advance(time);
    }

    /// Fetches, as the page's script would: with preflight, redirects and the CORS check.
    ///
    /// A relative URI (`/items`) is of the page's own origin. The request's body is read to its end first
    /// and made anew for each time that it is sent; an empty one is none.
    ///
    /// # Errors
    /// If the browser lets the page have nothing: why, and how to fix it.
    ///
    /// # Example
    /// See [`Browser`].
    pub async fn fetch<S, ReqBody, ResBody>(
        &mut self,
        app: &mut S,
        request: Request<ReqBody>,
    ) -> Result<Fetched, Blocked>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ReqBody: Body + From<Bytes>,
        ReqBody::Error: Display,
        ResBody: Body,
        ResBody::Error: Display,
    {
        let network = Network {
            app,
            limits: self.limits,
            exchanges: vec![],
        };
        let (head, body) = request.into_parts();
        let uri = head.uri.to_string();
        let made = match network.read(body).await {
            Ok(body) => self.make_request(&head, body),
            Err(cause) => Err(cause),
        };
        let request = match made {
            Ok(request) => request,
            Err(cause) => {
                let Obstacle { cause, .. } = cause.at(Step::Request);
                let (page, method) = (&self.page.origin, head.method.as_str());
                return Err(Blocked::before_request(cause, page, method, &uri));
            }
        };
        let mut fetch = Fetch {
            request,
            network,
            cache: &mut self.cache,
            used_cache: false,
        };
        let result = fetch.run().await;
        let Fetch {
            request,
            network: Network { exchanges, .. },
            used_cache,
            ..
        } = fetch;
        match result {
            Ok(Outcome {
                filtered,
                body,
                is_timing_allowed,
            }) => Ok(Fetched {
                response_type: filtered.response_type,
                status: filtered.status,
                headers: filtered.headers,
                body,
                url: request.url().to_string(),
                redirects: request.redirect_count(),
                is_timing_allowed,
                used_preflight_cache: used_cache,
                ignored: request.ignored,
                exchanges,
            }),
            Err(obstacle) => Err(Blocked::new(obstacle, &request, exchanges)),
        }
    }

    fn make_request(&self, head: &http::request::Parts, body: Bytes) -> Result<PageRequest, Cause> {
        self.page.check()?;
        let own = Url::parse(self.page.origin.as_bytes(), None).ok();
        let text = match (head.uri.scheme(), head.uri.authority()) {
            // `api.example.com` without a scheme is no path.
            (None, Some(authority)) => format!("{authority}:"),
            _ => head.uri.to_string(),
        };
        let url = Url::parse(text.as_bytes(), own.as_ref())
            .map_err(|problem| Cause::InvalidUrl { why: problem.why() })?;
        PageRequest::new(&self.page, &head.method, url, &head.headers, body)
    }
}
