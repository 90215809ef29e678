//! The service: asks the policy about each request, answers preflights, and changes the headers of other responses.

pub(crate) mod body;
pub(crate) mod future;
pub(crate) mod wrap_body;

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

pub use crate::dynamic::observe::Observation;
use crate::dynamic::source::PolicySource;
use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::outcome::Outcome;
use body::EmptyBody;
pub use body::ResponseBody;
pub use future::ResponseFuture;
pub use wrap_body::{WrapBody, WrapBodyFuture, WrapBodyLayer};

/// A service behind a CORS policy. [`CorsLayer`](crate::CorsLayer) makes one.
///
/// 1. **A request without `Origin`** goes to the inner service. The response gets `Vary: origin`, because a shared
///    cache may keep it. If any origin is allowed, it gets `Access-Control-Allow-Origin: *` instead.
/// 2. **A preflight** (`OPTIONS` with `Origin` and `Access-Control-Request-Method`) gets its response from the layer: 204
///    with everything that is allowed, or 403 if the origin is not allowed.
/// 3. **Any other request with `Origin`** goes to the inner service. If the origin is allowed, the response gets the
///    CORS headers, whatever its status is. If not, the layer removes the CORS headers that the inner service has set.
///
/// The response has the body type of the inner service. That type needs `Default`, for the empty body of responses that
/// the layer makes. For a body without `Default`, see [`CorsLayer::wrap_body`](crate::CorsLayer::wrap_body).
///
/// The service is ready when the inner service is ready. A preflight does not use up that readiness.
/// <https://fetch.spec.whatwg.org/#http-cors-protocol>
///
/// # Example
/// ```
/// use tower::Layer;
/// use tower_cors::{Cors, CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let service: Cors<_> = cors.layer(axum::Router::<()>::new());
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cors<S> {
    inner: S,
    source: PolicySource,
}

impl<S> Cors<S> {
    pub(crate) fn new(inner: S, source: PolicySource) -> Self {
        Self { inner, source }
    }

    /// The policy in force: see [`CorsLayer::policy`](crate::CorsLayer::policy).
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

    /// The inner service, as a mutable reference.
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

    /// Returns the inner service, and drops the layer around it.
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

impl<S, RequestBody, Body> Service<Request<RequestBody>> for Cors<S>
where
    S: Service<Request<RequestBody>, Response = Response<Body>>,
    Body: EmptyBody,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request<RequestBody>) -> Self::Future {
        match self.source.outcome(&RequestHead::from(&request)) {
            Outcome::Forward(change) => ResponseFuture::forward(self.inner.call(request), change),
            Outcome::Respond(response) => ResponseFuture::respond(response),
        }
    }
}
