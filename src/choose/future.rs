//! The response future of a choice: the chosen policy's, or the inner service's as it is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Response;
use http::header::VARY;
use pin_project_lite::pin_project;

use super::Rules;
use crate::policy::inner_headers::HasVary;
use crate::service::body::ResponseBody;
use crate::service::future::ResponseFuture;

pin_project! {
    /// The future of [`ChosenCors`](crate::ChosenCors).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::ChosenFuture;
    /// fn name_of_a_future<F>(future: &ChosenFuture<F>) -> String {
    ///     format!("{future:?}")
    /// }
    /// ```
    #[must_use = "futures do nothing unless polled"]
    pub struct ChosenFuture<F> {
        #[pin]
        state: State<F>,
        vary: Option<Arc<Rules>>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        UnderAPolicy {
            #[pin]
            future: ResponseFuture<F>,
        },
        WithoutPolicy {
            #[pin]
            inner: F,
        },
    }
}

impl<F> ChosenFuture<F> {
    pub(super) fn under_a_policy(future: ResponseFuture<F>, vary: Option<Arc<Rules>>) -> Self {
        let state = State::UnderAPolicy { future };
        Self { state, vary }
    }

    pub(super) fn without_policy(inner: F, vary: Option<Arc<Rules>>) -> Self {
        let state = State::WithoutPolicy { inner };
        Self { state, vary }
    }
}

impl<F, B, E> Future for ChosenFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = match this.state.project() {
            StateProjection::UnderAPolicy { future } => future.poll(cx),
            StateProjection::WithoutPolicy { inner } => inner
                .poll(cx)
                .map_ok(|response| response.map(ResponseBody::new)),
        };
        polled.map_ok(|mut response| {
            if let Some(rules) = this.vary {
                let headers = response.headers_mut();
                let has_vary = if headers.contains_key(VARY) {
                    HasVary::Yes
                } else {
                    HasVary::No
                };
                rules.vary.merge_into(headers, has_vary);
            }
            response
        })
    }
}

impl<F> fmt::Debug for ChosenFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.state {
            State::UnderAPolicy { future } => write!(f, "ChosenFuture({future:?})"),
            State::WithoutPolicy { .. } => f.write_str("ChosenFuture(without policy)"),
        }
    }
}
