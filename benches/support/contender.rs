//! Who is compared, and the service that all of them wrap.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use tower::Service;

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contender {
    /// The inner service alone, without any CORS.
    Bare,
    /// The inner service in the fewest lines that send the same headers, written by hand for this policy.
    Floor,
    /// This crate's layer.
    TowerCors,
    /// tower-http's layer with the same policy, or with the function that a person would write for it.
    TowerHttp,
}

pub const CONTENDERS: [Contender; 4] = [
    Contender::Bare,
    Contender::Floor,
    Contender::TowerCors,
    Contender::TowerHttp,
];

impl Contender {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Floor => "floor",
            Self::TowerCors => "tower-cors",
            Self::TowerHttp => "tower-http",
        }
    }
}

pub type Body = Full<Bytes>;

/// Sends one request through a service, and drops the response.
pub type Run = Box<dyn FnMut(Request<()>)>;

/// Sends requests through a service, each from `poll_ready` to the end of its future.
pub fn run<S, B>(mut service: S) -> Run
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible> + 'static,
    B: 'static,
{
    Box::new(move |request| {
        let mut context = Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut context).is_ready());
        let future = pin!(service.call(request));
        let Poll::Ready(Ok(response)) = future.poll(&mut context) else {
            unreachable!("the inner service is ready at once");
        };
        std::hint::black_box(response);
    })
}

/// The inner service: a small JSON answer.
#[derive(Clone, Copy)]
pub struct Bare;

impl Service<Request<()>> for Bare {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok(answer(request)))
    }
}

/// What the inner service answers.
pub fn answer(request: Request<()>) -> Response<Body> {
    drop(request);
    let mut response = Response::new(Full::new(Bytes::from_static(b"[]")));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("2"));
    response
}
