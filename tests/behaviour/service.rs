//! The service as a Tower service: bounds, readiness, errors.

use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use http::{Request, Response, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use tower::limit::ConcurrencyLimit;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_cors::CorsLayer;
use tower_cors::service::ResponseBody;

use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

/// Nothing that isn't needed: neither `Clone`, `Send` nor `'static`, a body without `Default`, an error
/// that is no `Error`.
#[tokio::test]
async fn no_bound_that_is_not_needed() {
    struct NoDefault;
    struct NoError;
    struct Picky<'a> {
        _not_send: Rc<()>,
        calls: &'a mut usize,
    }
    impl Service<Request<Rc<str>>> for Picky<'_> {
        type Response = Response<NoDefault>;
        type Error = NoError;
        type Future = Ready<Result<Self::Response, NoError>>;
        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), NoError>> {
            Poll::Ready(Ok(()))
        }
        fn call(&mut self, request: Request<Rc<str>>) -> Self::Future {
            *self.calls += 1;
            ready(if request.uri() == "/fail" {
                Err(NoError)
            } else {
                Ok(Response::new(NoDefault))
            })
        }
    }
    let mut calls = 0;
    let mut service = policy().wrap_body().layer(Picky {
        _not_send: Rc::new(()),
        calls: &mut calls,
    });
    let with_body = |request: Request<()>| request.map(|()| Rc::from("body"));
    let answer = service
        .call(with_body(request("GET", &[("origin", APP)])))
        .await;
    assert!(answer.is_ok_and(|answer| answer.into_body().into_inner().is_some()));
    let answer = service.call(with_body(preflight(APP, "GET", ""))).await;
    assert!(answer.is_ok_and(|answer| answer.into_body().into_inner().is_none()));
    let fails = Request::get("/fail").body(Rc::from("")).unwrap();
    assert!(
        service.call(fails).await.is_err(),
        "an inner error passes through"
    );
    assert_eq!(calls, 2);
}

#[tokio::test]
async fn readiness_passes_through() {
    let mut service = policy().layer(tower::util::BoxService::new(NeverReady));
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_pending());
    let mut wrapped = policy().wrap_body().layer(NeverReady);
    assert!(wrapped.poll_ready(&mut context).is_pending());

    let failing = service_fn(|_: Request<()>| async { Ok::<_, &str>(Response::new(())) });
    let mut failing = policy().layer(FailsWhenAsked(failing));
    assert_eq!(
        poll_fn(|context| failing.poll_ready(context)).await,
        Err("not ready")
    );
}

struct NeverReady;
impl Service<Request<()>> for NeverReady {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Pending
    }
    fn call(&mut self, _: Request<()>) -> Self::Future {
        unreachable!("it was never ready")
    }
}

struct FailsWhenAsked<S>(S);
impl<S: Service<Request<()>, Error = &'static str>> Service<Request<()>> for FailsWhenAsked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("not ready"))
    }
    fn call(&mut self, request: Request<()>) -> Self::Future {
        self.0.call(request)
    }
}

/// A preflight leaves the inner service ready: the permit that readiness reserved serves the next request.
#[tokio::test]
async fn a_preflight_does_not_use_up_readiness() {
    let inner = service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(())) });
    let mut service = policy().layer(ConcurrencyLimit::new(inner, 1));
    for _ in 0..3 {
        let Ok(answer) = service
            .ready()
            .await
            .unwrap()
            .call(preflight(APP, "GET", ""))
            .await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let Ok(answer) = service
            .ready()
            .await
            .unwrap()
            .call(request("GET", &[]))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn bodies_pass_through_unchanged() {
    use bytes::Bytes;
    use http_body::Frame;
    use http_body_util::StreamBody;

    let trailers = http::HeaderMap::from_iter([(http::header::ETAG, "x".parse().unwrap())]);
    let frames = [
        Ok::<_, Infallible>(Frame::data(Bytes::from("hello"))),
        Ok(Frame::trailers(trailers.clone())),
    ];
    let body = ResponseBody::new(StreamBody::new(futures_util::stream::iter(frames)));
    let collected = body.collect().await.unwrap();
    assert_eq!(collected.trailers(), Some(&trailers));
    assert_eq!(collected.to_bytes(), "hello");

    let full = ResponseBody::new(http_body_util::Full::new(Bytes::from("hello")));
    assert!(!full.is_end_stream());
    assert_eq!(full.size_hint().exact(), Some(5));

    let empty = ResponseBody::<http_body_util::Full<Bytes>>::empty();
    assert!(empty.is_end_stream());
    assert_eq!(empty.size_hint().exact(), Some(0));
    assert_eq!(empty.collect().await.unwrap().to_bytes(), "");
}

#[tokio::test]
async fn status_and_version_of_the_inner_response_are_kept() {
    for status in [200, 204, 301, 304, 401, 404, 429, 500, 503] {
        let inner = service_fn(move |_: Request<()>| async move {
            let response = Response::builder()
                .status(status)
                .version(http::Version::HTTP_2)
                .body(());
            Ok::<_, Infallible>(response.unwrap())
        });
        let Ok(answer) = policy()
            .layer(inner)
            .oneshot(request("GET", &[("origin", APP)]))
            .await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.version(), http::Version::HTTP_2);
        assert_eq!(
            answer.headers()["access-control-allow-origin"],
            APP,
            "{status}"
        );
    }
}

#[test]
fn the_inner_service_can_be_looked_at_changed_and_taken_out() {
    let mut cors = policy().layer(1);
    assert_eq!(*cors.get_ref(), 1);
    *cors.get_mut() += 1;
    assert_eq!(cors.into_inner(), 2);

    let mut chosen = CorsLayer::choose().otherwise_no_cors().unwrap().layer(1);
    assert_eq!(*chosen.get_ref(), 1);
    *chosen.get_mut() += 1;
    assert_eq!(chosen.into_inner(), 2);
}
