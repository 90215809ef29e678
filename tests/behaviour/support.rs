//! A service behind the layer, and requests to it.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use tower::{Layer, ServiceExt, service_fn};
use tower_cors::CorsLayer;

pub(crate) type Body = Full<bytes::Bytes>;
pub(crate) type Answer = Response<Body>;

/// A request with these header lines, in order; a line may occur several times.
pub(crate) fn request(method: &str, lines: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder()
        .method(method)
        .uri("/items")
        .body(())
        .unwrap();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request.headers_mut().append(name, value);
    }
    request
}

/// A preflight from this origin that asks for a method and headers.
pub(crate) fn preflight(origin: &str, method: &str, headers: &str) -> Request<()> {
    request(
        "OPTIONS",
        &[
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", headers),
        ],
    )
}

/// What comes back for a request, where the inner service answers 200 with these header lines; and how
/// often the inner service was called.
pub(crate) async fn send_through(
    cors: &CorsLayer,
    request: Request<()>,
    inner_lines: &[(&'static str, &'static str)],
) -> (Answer, usize) {
    let calls = Arc::new(AtomicUsize::new(0));
    let inner_lines = inner_lines.to_vec();
    let inner = service_fn(|_: Request<()>| {
        calls.fetch_add(1, Ordering::SeqCst);
        let mut response = Response::new(Body::from("[]"));
        for (name, value) in &inner_lines {
            let name = HeaderName::from_static(name);
            response
                .headers_mut()
                .append(name, HeaderValue::from_static(value));
        }
        async { Ok::<_, Infallible>(response) }
    });
    let Ok(answer) = cors.layer(inner).oneshot(request).await;
    (answer, calls.load(Ordering::SeqCst))
}

pub(crate) async fn send(cors: &CorsLayer, request: Request<()>) -> Answer {
    send_through(cors, request, &[]).await.0
}

/// The header lines of a response, `name: value`, sorted.
pub(crate) fn lines(answer: &Answer) -> Vec<String> {
    let mut lines: Vec<_> = answer
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.as_bytes().escape_ascii()))
        .collect();
    lines.sort();
    lines
}

/// The members of a list header over all its lines, sorted.
pub(crate) fn members(answer: &Answer, name: &str) -> Vec<String> {
    let mut members: Vec<_> = answer
        .headers()
        .get_all(name)
        .iter()
        .flat_map(|line| {
            line.to_str()
                .unwrap()
                .split(',')
                .map(|member| member.trim().to_owned())
        })
        .collect();
    members.sort();
    members
}
