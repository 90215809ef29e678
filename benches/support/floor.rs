//! The floors: for each policy the fewest lines, written by hand, that send the same headers.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use hashbrown::HashSet;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use tower::{Service, service_fn};
use tower_cors::Origin;

use super::contender::{Body, answer};
use super::request::{APP, length_of};

/// A service that is one function.
pub(super) struct Floor<F>(pub(super) F);

impl<F: FnMut(Request<()>) -> Response<Body>> Service<Request<()>> for Floor<F> {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(Ok((self.0)(request)))
    }
}

/// One origin, with credentials and exposed headers.
pub(super) fn credentialed(request: Request<()>) -> Response<Body> {
    let origin = request.headers().get(ORIGIN);
    let is_allowed = origin.is_some_and(|origin| origin == APP);
    if origin.is_some() && is_preflight(&request) {
        return credentialed_preflight(is_allowed);
    }
    let mut response = answer(request);
    insert_credentialed(response.headers_mut(), is_allowed);
    response
}

/// The same around an axum router.
pub(super) fn credentialed_in_axum<S>(
    mut inner: S,
) -> impl Service<
    Request<axum::body::Body>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send,
> + Clone
where
    S: Service<Request<axum::body::Body>, Response = axum::response::Response, Error = Infallible>
        + Clone,
    S::Future: Send,
{
    service_fn(move |request: Request<axum::body::Body>| {
        let origin = request.headers().get(ORIGIN);
        let is_allowed = origin.is_some_and(|origin| origin == APP);
        let forwarded = if origin.is_some() && is_preflight(&request) {
            None
        } else {
            Some(inner.call(request))
        };
        async move {
            let Some(forwarded) = forwarded else {
                return Ok(credentialed_preflight(is_allowed));
            };
            let mut response = forwarded.await?;
            insert_credentialed(response.headers_mut(), is_allowed);
            Ok(response)
        }
    })
}

#[inline]
fn credentialed_preflight<B: Default>(is_allowed: bool) -> Response<B> {
    if !is_allowed {
        let mut headers = HeaderMap::with_capacity(1);
        headers.insert(VARY, value("origin, access-control-request-method"));
        return respond(StatusCode::FORBIDDEN, headers);
    }
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value(APP));
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, value("true"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, value("PUT,DELETE"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        value("authorization,content-type"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, value("600"));
    headers.insert(VARY, value("origin, access-control-request-method"));
    respond(StatusCode::NO_CONTENT, headers)
}

#[inline]
fn insert_credentialed(headers: &mut HeaderMap, is_allowed: bool) {
    if is_allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value(APP));
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, value("true"));
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, value("etag"));
    }
    headers.append(VARY, value("origin"));
}

pub(super) fn any(request: Request<()>) -> Response<Body> {
    if is_preflight(&request) && request.headers().contains_key(ORIGIN) {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value("*"));
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, value("PUT,DELETE"));
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            value("authorization,content-type"),
        );
        headers.insert(VARY, value("origin, access-control-request-method"));
        return respond(StatusCode::NO_CONTENT, headers);
    }
    let mut response = answer(request);
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_ORIGIN, value("*"));
    response
}

/// The hosts below `example.com`.
pub(super) fn subdomain(request: Request<()>) -> Response<Body> {
    echo(request, |origin| {
        let labels = origin
            .strip_prefix(b"https://")
            .and_then(|host| host.strip_suffix(b".example.com"));
        labels.is_some_and(are_labels)
    })
}

pub(super) fn predicate(request: Request<()>) -> Response<Body> {
    // A function is given an origin that has been read, and so it is here.
    echo(request, |origin| {
        Origin::parse(origin).is_ok_and(|origin| origin.host() == "app.example.com")
    })
}

pub(super) fn origins(list: Vec<String>) -> impl FnMut(Request<()>) -> Response<Body> {
    let set: HashSet<Box<[u8]>> = list
        .into_iter()
        .map(|origin| origin.into_bytes().into())
        .collect();
    move |request| echo(request, |origin| set.contains(origin))
}

/// Patterns that all start with `https://*.`.
pub(super) fn patterns(list: &[String]) -> impl FnMut(Request<()>) -> Response<Body> + use<> {
    let base = |pattern: &str| {
        pattern
            .strip_prefix("https://*.")
            .map(|base| base.as_bytes().into())
    };
    let bases: HashSet<Box<[u8]>> = list.iter().filter_map(|pattern| base(pattern)).collect();
    move |request| {
        echo(request, |origin| {
            let Some(host) = origin.strip_prefix(b"https://") else {
                return false;
            };
            // Every suffix that starts after a dot, the longest first.
            let mut dots = (0..host.len()).filter(|i| host[*i] == b'.');
            dots.any(|dot| bases.contains(&host[dot + 1..]) && are_labels(&host[..dot]))
        })
    }
}

/// One origin, and a preflight's list of headers sent back, up to 8 KiB in 64 lines.
pub(super) fn mirror(request: Request<()>) -> Response<Body> {
    if !is_preflight(&request) {
        return answer(request);
    }
    let lines = request.headers().get_all(ACCESS_CONTROL_REQUEST_HEADERS);
    let is_short = length_of(&request, &ACCESS_CONTROL_REQUEST_HEADERS) <= 8 * 1024
        && lines.iter().count() <= 64;
    let mut headers = HeaderMap::with_capacity(3);
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value(APP));
    headers.insert(
        VARY,
        value("origin, access-control-request-method, access-control-request-headers"),
    );
    if is_short {
        for line in lines {
            headers.append(ACCESS_CONTROL_ALLOW_HEADERS, line.clone());
        }
    }
    respond(StatusCode::NO_CONTENT, headers)
}

/// An actual request with credentials, its origin sent back if it is allowed.
fn echo(request: Request<()>, allows: impl FnOnce(&[u8]) -> bool) -> Response<Body> {
    let origin = request.headers().get(ORIGIN);
    let allowed = origin.filter(|origin| allows(origin.as_bytes())).cloned();
    let mut response = answer(request);
    let headers = response.headers_mut();
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, value("true"));
    }
    headers.append(VARY, value("origin"));
    response
}

fn is_preflight<B>(request: &Request<B>) -> bool {
    *request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn are_labels(text: &[u8]) -> bool {
    !text.is_empty()
        && text
            .iter()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
}

fn respond<B: Default>(status: StatusCode, headers: HeaderMap) -> Response<B> {
    let mut response = Response::new(B::default());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

const fn value(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}
