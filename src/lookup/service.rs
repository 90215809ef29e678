//! The service with a look-up. It is not [`Cors`](crate::Cors), because it waits before it calls the inner service: that
//! needs `Clone + Send + 'static`, which `Cors` does not ask for.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::OriginLookup;
use super::future::LookupFuture;
use super::layer::{CorsLookupLayer, LookupSettings};
use crate::dynamic::source::PolicySource;
use crate::fetch::request::{RequestHead, SEC_FETCH_SITE};
use crate::policy::headers::vary::Vary;
use crate::policy::outcome::Outcome;
use crate::policy::verdict::{LookupAnswer, Verdict};
use crate::service::body::EmptyBody;
use crate::service::future::ResponseFuture;

/// A service behind a CORS policy with a look-up. [`CorsLookupLayer`] makes one.
///
/// 1. A request that the policy can decide continues as in [`Cors`](crate::Cors).
/// 2. For any other request, the service first asks the look-up. It calls the inner service when the look-up has a
///    result or has failed.
///
/// It is ready when the inner service is ready. A request that needs a look-up gives this readiness back, so that it takes
/// no place from others while it waits. It waits for a clone to be ready when the look-up has ended. If you drop the
/// future, you drop the look-up, unless a `CachedLookup` runs it.
///
/// # Example
/// See [`CorsLayer::with_lookup`](crate::CorsLayer::with_lookup).
pub struct CorsLookup<S, L: OriginLookup> {
    inner: S,
    source: PolicySource,
    settings: Arc<LookupSettings<L>>,
}

impl<S, L: OriginLookup> CorsLookup<S, L> {
    pub(super) fn new(inner: S, layer: &CorsLookupLayer<L>) -> Self {
        Self {
            inner,
            source: layer.source.clone(),
            settings: Arc::clone(&layer.settings),
        }
    }
}

impl<S, L, ReqBody, ResBody> Service<Request<ReqBody>> for CorsLookup<S, L>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Future: Send,
    L: OriginLookup,
    ReqBody: Send + 'static,
    ResBody: EmptyBody,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = LookupFuture<S::Future, Self::Response, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let head = RequestHead::from(&request);
        let resolved = self.source.resolve(head);
        let verdict = resolved.verdict(&head);
        let is_preflight = match verdict {
            Some(verdict) if verdict.is_undecided() => verdict.is_preflight(),
            _ => {
                let outcome = resolved.outcome(verdict, LookupAnswer::NotAsked, head);
                let outcome = self.settings.with_vary(outcome, &resolved);
                return LookupFuture::direct(respond(&mut self.inner, request, outcome));
            }
        };
        // The service that is ready may hold a permit, such as one of `ConcurrencyLimit`. It is dropped here.
        self.inner = self.inner.clone();
        let mut inner = self.inner.clone();
        let resolved = resolved.into_owned();
        let settings = Arc::clone(&self.settings);
        // In parts, because the body may not be `Sync`.
        let (parts, body) = request.into_parts();
        LookupFuture::asking(async move {
            let head = RequestHead::new(&parts.method, Some(&parts.uri), &parts.headers);
            let answer = settings.ask(head).await;
            // Made anew, because the first one borrows from the request, and another `verdict` would ask the
            // predicates again.
            let verdict = Verdict::undecided(is_preflight);
            let outcome = resolved.outcome(Some(verdict), answer, head);
            let mut outcome = settings.with_vary(outcome, &resolved);
            if !is_preflight {
                // For an own page, no look-up is asked.
                outcome = outcome.with_vary(&Vary::new(&[SEC_FETCH_SITE]));
            }
            // The policy is not needed while the inner service responds.
            drop(resolved);
            if let Outcome::Forward(_) = outcome {
                std::future::poll_fn(|cx| inner.poll_ready(cx)).await?;
            }
            respond(&mut inner, Request::from_parts(parts, body), outcome).await
        })
    }
}

/// Calls the inner service, or responds in its place. [`Cors`](crate::Cors) does the same without a function, which would
/// copy the request once more.
fn respond<S, RequestBody>(
    inner: &mut S,
    request: Request<RequestBody>,
    outcome: Outcome,
) -> ResponseFuture<S::Future>
where
    S: Service<Request<RequestBody>>,
{
    match outcome {
        Outcome::Forward(change) => ResponseFuture::forward(inner.call(request), change),
        Outcome::Respond(response) => ResponseFuture::respond(response),
    }
}

impl<S: Clone, L: OriginLookup> Clone for CorsLookup<S, L> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            source: self.source.clone(),
            settings: Arc::clone(&self.settings),
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
