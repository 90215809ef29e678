//! Attacks on the layer from outside, a table for each surface.

#![expect(clippy::unwrap_used, reason = "a failed set-up is a failed test")]

mod connections;
mod diagnosis;
mod flood;
mod host;
#[cfg(feature = "lookup-cache")]
mod lookup;
mod mirrored;
mod panics;
mod path;
#[cfg(feature = "lookup")]
mod whose_answer;

use std::convert::Infallible;

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_cors::{CorsLayer, origin};

/// The only origin of the strict policies here.
const APP: &str = "https://app.example.com";

/// Only `APP` is allowed.
fn strict() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .build()
        .unwrap()
}

/// Any origin is allowed.
fn open() -> CorsLayer {
    CorsLayer::builder().allow_any_origin().build().unwrap()
}

fn get(uri: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().uri(uri);
    for (name, value) in headers {
        // Clients may send bytes that no browser sends.
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request = request.header(*name, value);
    }
    request.body(()).unwrap()
}

fn get_from(origin: &str) -> Request<()> {
    get("/", &[(ORIGIN.as_str(), origin)])
}

/// The response of the layer around a service that responds with 200.
async fn answer<L, B>(layer: &L, request: Request<()>) -> (StatusCode, HeaderMap)
where
    L: Layer<Inner>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let response = layer
        .layer(service_fn(inner as _))
        .oneshot(request)
        .await
        .unwrap();
    (response.status(), response.headers().clone())
}

type Inner =
    tower::util::ServiceFn<fn(Request<()>) -> std::future::Ready<Result<Response<()>, Infallible>>>;

fn inner(_: Request<()>) -> std::future::Ready<Result<Response<()>, Infallible>> {
    std::future::ready(Ok(Response::new(())))
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    headers.get(ACCESS_CONTROL_ALLOW_ORIGIN)?.to_str().ok()
}
