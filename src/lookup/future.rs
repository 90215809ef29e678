//! The response future of a service with a look-up: with or without waiting for the look-up.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

use crate::service::body::EmptyBody;
use crate::service::future::ResponseFuture;

pin_project! {
    /// The future of [`CorsLookup`](crate::lookup::CorsLookup).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::lookup::LookupFuture;
    /// fn name_of_a_future<F, R, E>(future: &LookupFuture<F, R, E>) -> String {
    ///     format!("{future:?}")
    /// }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct LookupFuture<F, R, E> {
        #[pin]
        state: State<F, R, E>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, R, E> {
        Direct {
            #[pin]
            future: ResponseFuture<F>,
        },
        Asking {
            future: Pin<Box<dyn Future<Output = Result<R, E>> + Send>>,
        },
    }
}

impl<F, R, E> LookupFuture<F, R, E> {
    pub(super) fn direct(future: ResponseFuture<F>) -> Self {
        let state = State::Direct { future };
        Self { state }
    }

    pub(super) fn asking(future: impl Future<Output = Result<R, E>> + Send + 'static) -> Self {
        let future = Box::pin(future);
        let state = State::Asking { future };
        Self { state }
    }
}

impl<F, B, E> Future for LookupFuture<F, Response<B>, E>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: EmptyBody,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Direct { future } => future.poll(cx),
            StateProjection::Asking { future } => future.as_mut().poll(cx),
        }
    }
}

impl<F, R, E> fmt::Debug for LookupFuture<F, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Direct { future } => write!(f, "LookupFuture({future:?})"),
            State::Asking { .. } => f.write_str("LookupFuture(asking)"),
        }
    }
}
