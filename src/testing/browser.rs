//! A page in a browser: calls a service as the page's script would.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
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
    pub(super) page: Page,
    pub(super) limits: Limits,
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
    /// A relative URI (`/items`) is of the page's own origin, where CORS forbids nothing: to test a layer,
    /// write the API's whole URL, `https://api.example.com/items`. The request's body is read to its end first
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
