//! The response future of a service with a look-up: the plain one, or one that asks first.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

use crate::policy::inner_headers::HasVary;
use crate::policy::vary::Vary;
use crate::service::body::ResponseBody;
use crate::service::future::ResponseFuture;

pin_project! {
    /// The future of [`CorsLookup`](crate::CorsLookup).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::LookupFuture;
    /// fn name_of_a_future<F, R, E>(future: &LookupFuture<F, R, E>) -> String {
    ///     format!("{future:?}")
    /// }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct LookupFuture<F, R, E> {
        #[pin]
        state: State<F, R, E>,
        // What the look-up reads; none under an any-origin policy, which never asks it.
        vary: Option<Arc<Vary>>,
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
    pub(super) fn direct(future: ResponseFuture<F>, vary: Option<Arc<Vary>>) -> Self {
        let state = State::Direct { future };
        Self { state, vary }
    }

    pub(super) fn asking(
        future: impl Future<Output = Result<R, E>> + Send + 'static,
        vary: Option<Arc<Vary>>,
    ) -> Self {
        let future = Box::pin(future);
        let state = State::Asking { future };
        Self { state, vary }
    }
}

impl<F, B, E> Future for LookupFuture<F, Response<ResponseBody<B>>, E>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = match this.state.project() {
            StateProjection::Direct { future } => future.poll(cx),
            StateProjection::Asking { future } => future.as_mut().poll(cx),
        };
        polled.map_ok(|mut response| {
            if let Some(vary) = this.vary {
                vary.merge_into(response.headers_mut(), HasVary::Yes);
            }
            response
        })
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
