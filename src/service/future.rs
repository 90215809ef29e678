//! The response future: an answer that is there already, or the inner service's, decorated.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::header::HeaderMap;
use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use crate::policy::Policy;
use crate::policy::response::Decoration;
use crate::service::body::ResponseBody;

pin_project! {
    /// The future of [`Cors`](crate::Cors).
    ///
    /// # Example
    /// ```
    /// # use tower::Layer;
    /// # use tower_cors::{Cors, CorsLayer, ResponseFuture};
    /// fn name_of_a_future<F>(future: &ResponseFuture<F>) -> String {
    ///     format!("{future:?}")
    /// }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Answered {
            status: StatusCode,
            headers: HeaderMap,
        },
        Forwarded {
            #[pin]
            inner: F,
            policy: Arc<Policy>,
            decoration: Decoration,
        },
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn answered(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            state: State::Answered { status, headers },
        }
    }

    #[inline]
    pub(crate) fn forwarded(inner: F, policy: Arc<Policy>, decoration: Decoration) -> Self {
        Self {
            state: State::Forwarded {
                inner,
                policy,
                decoration,
            },
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Answered { status, headers } => {
                let mut response = Response::new(ResponseBody::empty());
                *response.status_mut() = *status;
                *response.headers_mut() = std::mem::take(headers);
                Poll::Ready(Ok(response))
            }
            StateProjection::Forwarded {
                inner,
                policy,
                decoration,
            } => inner.poll(cx).map_ok(|response| {
                let (mut parts, body) = response.into_parts();
                policy.answers.decorate(&mut parts.headers, decoration);
                Response::from_parts(parts, ResponseBody::new(body))
            }),
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::Answered { status, .. } => {
                return write!(f, "ResponseFuture(answered {status})");
            }
            State::Forwarded { .. } => "forwarded",
        };
        write!(f, "ResponseFuture({state})")
    }
}
