//! The service: asks the policy one question per request, answers preflights, decorates the rest.

pub(crate) mod body;
pub(crate) mod future;

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use crate::dynamic::source::Source;
use crate::fetch::request::Asked;
use crate::policy::Policy;
use crate::policy::outcome::Course;
use crate::service::body::ResponseBody;
use crate::service::future::ResponseFuture;

/// A service behind a CORS policy. Made by [`CorsLayer`](crate::CorsLayer).
///
/// 1. **No `Origin`**: goes to the inner service. Its response gets `Vary: origin`, or, where any
///    origin is allowed, `Access-Control-Allow-Origin: *`, for the sake of shared caches.
/// 2. **Preflight** (`OPTIONS` with `Origin` and `Access-Control-Request-Method`): answered here, 204 with
///    all that is allowed, or 403 if the origin isn't.
/// 3. **Everything else with `Origin`**: goes to the inner service; its response, of whatever status,
///    gets the CORS headers if the origin is allowed, and loses all it had if not.
///
/// It is ready when the inner service is. A preflight that is answered here leaves the inner service as
/// ready as it was: the next `poll_ready` asks it again.
///
/// # Example
/// ```
/// use tower::Layer;
/// use tower_cors::{Cors, CorsLayer, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let service: Cors<_> = cors.layer(axum::Router::<()>::new());
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cors<S> {
    inner: S,
    source: Source,
}

impl<S> Cors<S> {
    pub(crate) fn new(inner: S, source: Source) -> Self {
        Self { inner, source }
    }

    /// The policy that is in force.
    ///
    /// # Example
    /// ```
    /// # use tower::Layer;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// println!("{}", cors.layer(()).policy());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.source.policy()
    }

    /// The inner service.
    ///
    /// # Example
    /// ```
    /// # use tower::Layer;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// assert_eq!(cors.layer("inner").get_ref(), &"inner");
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, to be changed.
    ///
    /// # Example
    /// ```
    /// # use tower::Layer;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// *cors.layer("inner").get_mut() = "other";
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service alone.
    ///
    /// # Example
    /// ```
    /// # use tower::Layer;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// assert_eq!(cors.layer("inner").into_inner(), "inner");
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Cors<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        self.source.call(&mut self.inner, request)
    }
}

impl Source {
    /// What [`Cors`] does, for whoever has an inner service.
    #[inline]
    pub(crate) fn call<S, ReqBody, ResBody>(
        &self,
        inner: &mut S,
        request: Request<ReqBody>,
    ) -> ResponseFuture<S::Future>
    where
        S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    {
        match self.course(Asked::about(&request)) {
            Course::Forward(policy, decoration) => {
                ResponseFuture::forwarded(inner.call(request), policy, decoration)
            }
            Course::Answer(status, headers) => ResponseFuture::answered(status, headers),
        }
    }
}
