//! The service that chooses: one policy for each request, or none.

use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use super::CorsChoice;
use super::future::ChosenFuture;
use crate::fetch::request::Asked;
use crate::service::body::ResponseBody;

/// A service behind a choice of policies. Made by [`CorsChoice`].
///
/// Under the chosen policy it does what [`Cors`](crate::Cors) does. Without one, the request goes to the
/// inner service, a preflight too, and its response is left as it is, CORS headers included.
///
/// It is ready when the inner service is.
///
/// # Example
/// ```
/// use tower::Layer;
/// use tower_cors::{ChosenCors, CorsLayer};
///
/// let anybody = CorsLayer::builder().allow_any_origin().build()?;
/// let cors = CorsLayer::choose().path_prefix("/public", anybody).otherwise_no_cors()?;
/// let service: ChosenCors<_> = cors.layer(axum::Router::<()>::new());
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChosenCors<S> {
    inner: S,
    choice: CorsChoice,
}

impl<S> ChosenCors<S> {
    pub(super) fn new(inner: S, choice: CorsChoice) -> Self {
        Self { inner, choice }
    }

    /// The inner service.
    ///
    /// # Example
    /// See [`Cors::get_ref`](crate::Cors::get_ref).
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service, to be changed.
    ///
    /// # Example
    /// See [`Cors::get_mut`](crate::Cors::get_mut).
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service alone.
    ///
    /// # Example
    /// See [`Cors::into_inner`](crate::Cors::into_inner).
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for ChosenCors<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ChosenFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let rules = &self.choice.rules;
        let vary = rules.vary();
        match rules.choose(Asked::about(&request)) {
            Some(layer) => {
                let future = layer.source().call(&mut self.inner, request);
                ChosenFuture::under_a_policy(future, vary)
            }
            None => ChosenFuture::without_policy(self.inner.call(request), vary),
        }
    }
}
