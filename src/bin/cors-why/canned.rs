//! A server that exists only in this process. It is asked what would be sent, and what a cookie or a policy would do.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    HeaderValue, ORIGIN, SET_COOKIE,
};
use http::{Request, Response};
use tower_cors::testing::NoBody;
use tower_service::Service;

/// Answers every request with 200.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canned {
    /// Whether it allows every page everything. Without this, it has no CORS headers.
    pub(crate) allows: bool,
    pub(crate) set_cookie: Option<HeaderValue>,
}

impl Service<Request<NoBody>> for Canned {
    type Response = Response<NoBody>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<NoBody>) -> Self::Future {
        let mut response = Response::new(NoBody);
        let headers = response.headers_mut();
        if self.allows {
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
            for (asked, allowed) in [
                (ORIGIN, ACCESS_CONTROL_ALLOW_ORIGIN),
                (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
                (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
            ] {
                if let Some(value) = request.headers().get(asked) {
                    headers.insert(allowed, value.clone());
                }
            }
        }
        if let Some(cookie) = &self.set_cookie {
            headers.insert(SET_COOKIE, cookie.clone());
        }
        ready(Ok(response))
    }
}
