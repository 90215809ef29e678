//! The response future: the inner service's response with changed headers, or a response from the layer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::HeaderMap;
use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use super::body::EmptyBody;
use crate::policy::headers::change::Change;

pin_project! {
    /// The future of [`Cors`](crate::Cors).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Respond {
            status: StatusCode,
            headers: HeaderMap,
        },
        Forward {
            #[pin]
            inner: F,
            change: Change,
        },
    }
}

impl<F> ResponseFuture<F> {
    #[inline]
    pub(crate) fn respond(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            state: State::Respond { status, headers },
        }
    }

    #[inline]
    pub(crate) fn forward(inner: F, change: Change) -> Self {
        Self {
            state: State::Forward { inner, change },
        }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: EmptyBody,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Respond { status, headers } => {
                let mut response = Response::new(B::empty());
                *response.status_mut() = *status;
                *response.headers_mut() = std::mem::take(headers);
                Poll::Ready(Ok(response))
            }
            StateProjection::Forward { inner, change } => {
                let mut polled = inner.poll(cx);
                if let Poll::Ready(Ok(response)) = &mut polled {
                    change.apply(response.headers_mut());
                }
                polled
            }
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Respond { status, .. } => write!(f, "ResponseFuture(respond {status})"),
            State::Forward { .. } => f.write_str("ResponseFuture(forward)"),
        }
    }
}
