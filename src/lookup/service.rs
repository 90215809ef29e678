//! The service whose origins are looked up: asks where the policy leaves a question, and goes on as
//! [`Cors`] does.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use super::OriginLookup;
use super::future::LookupFuture;
use super::layer::{CorsLookupLayer, Question};
use crate::dynamic::source::Source;
use crate::fetch::request::Asked;
use crate::policy::outcome::Course;
use crate::policy::rules::AllowedOrigins;
use crate::service::body::ResponseBody;
use crate::service::future::ResponseFuture;

/// A service behind a CORS policy with a look-up. Made by [`CorsLookupLayer`].
///
/// 1. A request that the policy decides alone goes on as in [`Cors`](crate::Cors).
/// 2. Otherwise the look-up is asked; the inner service is called after it has answered, or failed.
///
/// It is ready when the inner service is; the one that was ready is kept for the request, and a clone takes
/// its place. A future that is dropped drops the look-up.
///
/// # Example
/// See [`CorsLayer::with_lookup`](crate::CorsLayer::with_lookup).
pub struct CorsLookup<S, L: OriginLookup> {
    inner: S,
    source: Source,
    question: Arc<Question<L>>,
}

impl<S, L: OriginLookup> CorsLookup<S, L> {
    pub(super) fn new(inner: S, layer: &CorsLookupLayer<L>) -> Self {
        Self {
            inner,
            source: layer.source.clone(),
            question: Arc::clone(&layer.question),
        }
    }
}

impl<S, L, ReqBody, ResBody> Service<Request<ReqBody>> for CorsLookup<S, L>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    L: OriginLookup,
    ReqBody: Send + 'static,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = LookupFuture<S::Future, Self::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // One policy for the whole of a request, whatever comes into force in the meantime.
        let policy = self.source.policy();
        let vary = (!matches!(policy.rules.origins, AllowedOrigins::Any))
            .then(|| Arc::clone(&self.question.vary));
        let asked = Asked::about(&request);
        if policy.open_question(asked).is_none() {
            let course = self.source.course_under(&policy, asked);
            return LookupFuture::direct(follow(&mut self.inner, request, course), vary);
        }
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let source = self.source.clone();
        let question = Arc::clone(&self.question);
        // In parts, since the body may be one that threads can't share.
        let (parts, body) = request.into_parts();
        LookupFuture::asking(
            async move {
                let asked = Asked::new(&parts.method, Some(&parts.uri), &parts.headers);
                let looked_up = match policy.open_question(asked) {
                    Some(origin) => question.ask(&origin, asked).await,
                    None => asked.looked_up,
                };
                let course = source.course_under(&policy, Asked { looked_up, ..asked });
                follow(&mut inner, Request::from_parts(parts, body), course).await
            },
            vary,
        )
    }
}

/// Does with a request what has been decided.
fn follow<S, ReqBody, ResBody>(
    inner: &mut S,
    request: Request<ReqBody>,
    course: Course,
) -> ResponseFuture<S::Future>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    match course {
        Course::Forward(policy, decoration) => {
            ResponseFuture::forwarded(inner.call(request), policy, decoration)
        }
        Course::Answer(status, headers) => ResponseFuture::answered(status, headers),
    }
}

impl<S: Clone, L: OriginLookup> Clone for CorsLookup<S, L> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            source: self.source.clone(),
            question: Arc::clone(&self.question),
        }
    }
}

impl<S: fmt::Debug, L: OriginLookup> fmt::Debug for CorsLookup<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsLookup")
            .field("inner", &self.inner)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
