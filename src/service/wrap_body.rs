//! Wraps the response body of a service in one that can be empty.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::Cors;
use super::body::ResponseBody;
use crate::dynamic::source::PolicySource;

/// A CORS layer that wraps the body of every response in a [`ResponseBody`].
/// [`CorsLayer::wrap_body`](crate::CorsLayer::wrap_body) makes one.
///
/// # Example
/// See [`CorsLayer::wrap_body`](crate::CorsLayer::wrap_body).
#[derive(Debug, Clone)]
#[must_use]
pub struct WrapBodyLayer {
    source: PolicySource,
}

impl WrapBodyLayer {
    pub(crate) fn new(source: PolicySource) -> Self {
        Self { source }
    }
}

impl<S> Layer<S> for WrapBodyLayer {
    type Service = Cors<WrapBody<S>>;

    fn layer(&self, inner: S) -> Self::Service {
        Cors::new(WrapBody { inner }, self.source.clone())
    }
}

/// The service of [`WrapBodyLayer`].
///
/// # Example
/// See [`CorsLayer::wrap_body`](crate::CorsLayer::wrap_body).
#[derive(Debug, Clone)]
pub struct WrapBody<S> {
    inner: S,
}

impl<S, Request, Body> Service<Request> for WrapBody<S>
where
    S: Service<Request, Response = Response<Body>>,
{
    type Response = Response<ResponseBody<Body>>;
    type Error = S::Error;
    type Future = WrapBodyFuture<S::Future>;

    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    #[inline]
    fn call(&mut self, request: Request) -> Self::Future {
        WrapBodyFuture {
            inner: self.inner.call(request),
        }
    }
}

pin_project! {
    /// The future of [`WrapBody`].
    #[must_use = "futures do nothing unless polled"]
    pub struct WrapBodyFuture<F> {
        #[pin]
        inner: F,
    }
}

impl<F, B, E> Future for WrapBodyFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.project().inner.poll(cx);
        polled.map_ok(|response| response.map(ResponseBody::new))
    }
}

impl<F> fmt::Debug for WrapBodyFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WrapBodyFuture")
    }
}
