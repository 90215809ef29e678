//! The response future: the inner service's response with changed headers, or a response from the layer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Extensions, Response};
use pin_project_lite::pin_project;

use super::body::EmptyBody;
use crate::policy::headers::change::Change;
use crate::policy::rejection::Rejection;

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
            response: Response<()>,
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
    pub(crate) fn respond(response: Response<()>) -> Self {
        Self {
            state: State::Respond { response },
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
            StateProjection::Respond { response } => {
                Poll::Ready(Ok(std::mem::take(response).map(|()| B::empty())))
            }
            StateProjection::Forward { inner, change } => {
                let mut polled = inner.poll(cx);
                if let Poll::Ready(Ok(response)) = &mut polled {
                    change.apply(response.headers_mut());
                    if !response.extensions().is_empty() && !matches!(change, Change::Unchanged) {
                        remove_rejection(response.extensions_mut());
                    }
                }
                polled
            }
        }
    }
}

/// Of a layer further in: this layer did not refuse the request.
#[cold]
fn remove_rejection(extensions: &mut Extensions) {
    extensions.remove::<Rejection>();
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::Respond { response } => {
                write!(f, "ResponseFuture(respond {})", response.status())
            }
            State::Forward { .. } => f.write_str("ResponseFuture(forward)"),
        }
    }
}
