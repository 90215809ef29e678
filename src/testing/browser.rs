//! A page in a browser: calls a service as the page's script would.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::cookies::context::CookieSettings;
use super::cookies::jar::CookieJar;
use super::fetch::destination::Destination;
use super::fetch::fetch_params::FetchParams;
use super::fetch::local_network::LocalNetwork;
use super::fetch::main_fetch::PageResponse;
use super::fetch::modes::{CredentialsMode, EmbedderPolicy, RedirectMode, RequestMode};
use super::fetch::network_error::{Cause, NetworkError, Step};
use super::fetch::network_fetch::{Limits, Network};
use super::fetch::preflight_cache::PreflightCache;
use super::fetch::referrer_policy::ReferrerPolicy;
use super::fetch::request::{Page, PageRequest};
use super::fetch::url::FetchUrl;
use super::report::blocked::Blocked;
use super::report::fetched::Fetched;

/// A page at an origin, in its own browser with an empty cache.
///
/// [`fetch`](Self::fetch) does what `fetch()` does in a script, with the same defaults: mode `cors`,
/// credentials `same-origin`, and redirects are followed. The service plays the whole internet: it gets the
/// requests to all hosts, with an absolute URI and a `Host` header.
///
/// # Example
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower_cors::testing::{Browser, CredentialsMode, assert_allows, assert_blocks};
/// use tower_cors::{CorsLayer, origin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let mut app = Router::new()
///     .route("/items", get(|| async { "[]" }))
///     .layer(cors);
/// let request = || Request::get("https://api.example.com/items").body(Body::empty());
///
/// let mut page = Browser::at("https://app.example.com");
/// assert_allows!(page.fetch(&mut app, request()?).await);
///
/// let mut page = page.credentials(CredentialsMode::Include);
/// let blocked = assert_blocks!(page.fetch(&mut app, request()?).await);
/// assert!(blocked.fix().contains("add .allow_credentials()"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a page does nothing until it fetches"]
pub struct Browser {
    pub(crate) page: Page,
    pub(crate) limits: Limits,
    cache: PreflightCache,
    cookies: CookieJar,
}

impl Browser {
    /// A page at an origin, written as a browser sends it: `https://app.example.com`. `null` is a sandboxed
    /// frame or a local file. Every fetch of a page whose origin is not valid is blocked, with the reason.
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
                local_network: LocalNetwork::default(),
                cookies: Ok(None),
                authentication: Ok(None),
                cookie_settings: CookieSettings::default(),
                embedder_policy: EmbedderPolicy::default(),
                destination: Destination::default(),
                referrer_policy: ReferrerPolicy::default(),
                is_keepalive: false,
                has_streamed_body: false,
            },
            limits: Limits {
                time: Duration::from_secs(10),
                body: 16 << 20,
                chunks: None,
            },
            cache: PreflightCache::default(),
            cookies: CookieJar::new(),
        }
    }

    /// Opens another page in the same browser. Settings, cookies and cached preflights stay.
    ///
    /// # Example
    /// A visitor logs in on one site, and a page of another site calls it.
    /// ```
    /// use axum::{Router, body::Body, http::header::SET_COOKIE, routing::get};
    /// use http::Request;
    /// use tower_cors::testing::{Browser, CookieOutcome, CookieRule, RequestMode};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let login = || async { [(SET_COOKIE, "session=1; Secure; HttpOnly")] };
    /// let mut app = Router::new()
    ///     .route("/login", get(login))
    ///     .route("/logo", get(|| async {}));
    /// let request = |path: &str| {
    ///     Request::get(format!("https://shop.example{path}")).body(Body::empty())
    /// };
    ///
    /// let mut page = Browser::at("https://shop.example");
    /// let fetched = page.fetch(&mut app, request("/login")?).await?;
    /// assert_eq!(fetched.cookies()[0].outcome(), CookieOutcome::Stored);
    ///
    /// let mut page = page
    ///     .visit("https://other.example")
    ///     .mode(RequestMode::NoCors);
    /// let fetched = page.fetch(&mut app, request("/logo")?).await?;
    /// let not_sent = CookieOutcome::NotSent(CookieRule::CredentialsMode);
    /// assert_eq!(fetched.cookies()[0].outcome(), not_sent);
    /// # Ok(())
    /// # }
    /// ```
    pub fn visit(mut self, origin: impl Into<String>) -> Self {
        self.page.origin = origin.into();
        self
    }

    /// Moves the browser's clock forward. Cached preflights and cookies expire by it. Nothing else moves it.
    ///
    /// A preflight stays in the cache for the seconds of its `Access-Control-Max-Age`, at most 7200 as in
    /// Chromium, or for 5 s without that header.
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
        self.cookies.advance(time);
    }

    /// Fetches as the page's script does: with preflight, redirects and the CORS check.
    ///
    /// A relative URI (`/items`) has the page's own origin, where CORS forbids nothing. To test a layer, write
    /// the API's whole URL: `https://api.example.com/items`. The browser reads the request's body to its end
    /// first, and sends a copy each time. An empty body counts as no body.
    ///
    /// # Errors
    /// [`Blocked`] if the page may not read the response: why, and how to fix it.
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
        let made = match network.read_request(body).await {
            Ok(body) => self.make_request(&head, body),
            Err(cause) => Err(cause),
        };
        let request = match made {
            Ok(request) => request,
            Err(cause) => {
                let NetworkError { cause, .. } = cause.at(Step::Request);
                let (page, method) = (&self.page.origin, head.method.as_str());
                return Err(Blocked::before_request(cause, page, method, &uri));
            }
        };
        let mut fetch = FetchParams {
            request,
            network,
            cache: &mut self.cache,
            cookies: &mut self.cookies,
            cookie_events: vec![],
            needed_preflight: false,
            used_cache: false,
        };
        let result = fetch.main_fetch().await;
        let FetchParams {
            request,
            network: Network { exchanges, .. },
            used_cache,
            cookie_events: cookies,
            ..
        } = fetch;
        match result {
            Ok(PageResponse {
                filtered,
                body,
                is_timing_allowed,
            }) => Ok(Fetched {
                response_type: filtered.response_type,
                status: filtered.status,
                headers: filtered.headers,
                mode: request.initiator,
                body: body.whole(),
                chunks: body.chunks,
                is_body_complete: body.is_complete,
                url: request.url().to_string(),
                redirects: request.redirect_count(),
                is_timing_allowed,
                used_preflight_cache: used_cache,
                ignored: request.ignored,
                exchanges,
                cookies,
            }),
            Err(error) => Err(Blocked::new(error, &request, exchanges, cookies)),
        }
    }

    fn make_request(&self, head: &http::request::Parts, body: Bytes) -> Result<PageRequest, Cause> {
        self.page.check()?;
        let own = FetchUrl::parse(self.page.origin.as_bytes(), None).ok();
        let text = match (head.uri.scheme(), head.uri.authority()) {
            // `api.example.com` without a scheme is not a path.
            (None, Some(authority)) => format!("{authority}:"),
            // `ws:` and `wss:` become `http:` and `https:`.
            (Some(scheme), _)
                if self.page.mode == RequestMode::WebSocket
                    && matches!(scheme.as_str(), "ws" | "wss") =>
            {
                format!("http{}", &head.uri.to_string()[2..])
            }
            _ => head.uri.to_string(),
        };
        let url = FetchUrl::parse(text.as_bytes(), own.as_ref()).map_err(|problem| {
            Cause::InvalidUrl {
                why: problem.to_string(),
            }
        })?;
        PageRequest::new(&self.page, &head.method, url, &head.headers, body)
    }
}
