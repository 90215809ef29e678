//! What a request costs in memory: nothing but its response's own header map.
//!
//! Each case is measured against a hand-written service that sends the same headers by the same
//! insertions: the layer may allocate as often and as much, and no more.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use tower::{Layer, Service};
use tower_cors::CorsLayer;
use tower_cors::builder::RequestView;

/// An inner service that allocates nothing, or one header map as a real one does.
#[derive(Clone)]
struct Inner {
    headers: &'static [(&'static str, &'static str)],
}

impl Service<Request<()>> for Inner {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        let mut response = Response::new(());
        insert(response.headers_mut(), self.headers);
        ready(Ok(response))
    }
}

fn insert(headers: &mut HeaderMap, lines: &[(&'static str, &'static str)]) {
    for (name, value) in lines {
        headers.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
}

fn run<S: Service<Request<()>, Error = Infallible>>(
    service: &mut S,
    request: Request<()>,
) -> S::Response {
    let mut future = pin!(service.call(request));
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Ok(response)) => response,
        Poll::Pending => panic!("the inner service is ready at once"),
    }
}

/// How the header values of a request came to be: as constants, or shared as a server makes them.
#[derive(Debug, Clone, Copy)]
enum Values {
    Static,
    Shared,
}

impl Values {
    fn make(self, text: &'static str) -> HeaderValue {
        match self {
            Self::Static => HeaderValue::from_static(text),
            // hyper cuts values out of one reference-counted buffer.
            Self::Shared => {
                let buffer = Bytes::from_owner(format!("GET / HTTP/1.1 {text}"));
                HeaderValue::from_maybe_shared(buffer.slice(15..)).unwrap()
            }
        }
    }
}

fn request(values: Values, method: &Method, lines: &[(&'static str, &'static str)]) -> Request<()> {
    let mut request = Request::builder()
        .method(method)
        .uri("/items")
        .body(())
        .unwrap();
    for (name, value) in lines {
        request
            .headers_mut()
            .append(HeaderName::from_static(name), values.make(value));
    }
    request
}

/// The layer's cost, and the cost of a response whose header map gets the same lines.
fn costs(
    cors: &CorsLayer,
    method: &Method,
    lines: &[(&'static str, &'static str)],
    inner: &'static [(&'static str, &'static str)],
    answer: &'static [(&'static str, &'static str)],
    values: Values,
) -> (AllocationInfo, AllocationInfo) {
    let mut service = cors.layer(Inner { headers: inner });
    let asked = request(values, method, lines);
    let mut sent = HeaderMap::new();
    let ours = measure(|| sent = run(&mut service, asked).into_parts().0.headers);
    let mut expected = HeaderMap::new();
    let floor = measure(|| {
        insert(&mut expected, inner);
        insert(&mut expected, answer);
    });
    assert_eq!(sent, expected, "the floor sends the same");
    (ours, floor)
}

const APP: &str = "https://app.example.com";
const ORIGIN: (&str, &str) = ("origin", APP);
const USUAL: &[(&str, &str)] = &[
    ("content-type", "application/json"),
    ("content-length", "2"),
];
const ALLOWED: &[(&str, &str)] = &[
    ("access-control-allow-origin", APP),
    ("access-control-allow-credentials", "true"),
    ("access-control-expose-headers", "etag,x-total"),
    ("vary", "origin"),
];

fn credentialed(origins: &[&str]) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins(origins)
        .allow_methods(["PUT", "DELETE"])
        .allow_headers(["authorization", "content-type"])
        .allow_credentials()
        .expose_headers(["etag", "x-total"])
        .build()
        .unwrap()
}

type Lines = &'static [(&'static str, &'static str)];
/// A name, the policy, the request's lines, the inner response's, and those that the layer adds.
type Case<'a> = (
    &'a str,
    &'a CorsLayer,
    &'a [(&'static str, &'static str)],
    Lines,
    Lines,
);

#[test]
fn actual_requests_allocate_nothing_but_the_growth_of_the_header_map() {
    let many: Vec<_> = (0..1000)
        .map(|i| format!("https://{i}.example.com"))
        .collect();
    let many: Vec<_> = many.iter().map(String::as_str).chain([APP]).collect();
    let any = CorsLayer::builder().allow_any_origin().build().unwrap();
    let predicate = CorsLayer::builder()
        .allow_origins_if(|origin| origin.host() == "app.example.com")
        .allow_credentials()
        .expose_headers(["etag", "x-total"])
        .build()
        .unwrap();
    let cases: [Case; 9] = [
        ("exact", &credentialed(&[APP]), &[ORIGIN], USUAL, ALLOWED),
        (
            "exact, on an empty response",
            &credentialed(&[APP]),
            &[ORIGIN],
            &[],
            ALLOWED,
        ),
        (
            "a thousand",
            &credentialed(&many),
            &[ORIGIN],
            USUAL,
            ALLOWED,
        ),
        (
            "pattern",
            &credentialed(&["https://*.example.com"]),
            &[ORIGIN],
            USUAL,
            ALLOWED,
        ),
        ("predicate", &predicate, &[ORIGIN], USUAL, ALLOWED),
        (
            "any",
            &any,
            &[ORIGIN],
            USUAL,
            &[("access-control-allow-origin", "*")],
        ),
        (
            "denied",
            &credentialed(&[APP]),
            &[("origin", "https://evil.example")],
            USUAL,
            &[("vary", "origin")],
        ),
        (
            "no origin",
            &credentialed(&[APP]),
            &[],
            USUAL,
            &[("vary", "origin")],
        ),
        (
            "vary is there",
            &credentialed(&[APP]),
            &[],
            &[("vary", "accept")],
            &[("vary", "origin")],
        ),
    ];
    for (name, cors, lines, inner, answer) in cases {
        for values in [Values::Static, Values::Shared] {
            let (ours, floor) = costs(cors, &Method::GET, lines, inner, answer, values);
            assert!(
                ours.count_total <= floor.count_total,
                "{name}, {values:?}: {ours:?}, floor {floor:?}"
            );
            assert!(
                ours.bytes_total <= floor.bytes_total,
                "{name}, {values:?}: {ours:?}, floor {floor:?}"
            );
        }
    }
}

/// Nor does it cost anything that the policy can be replaced, and has been.
#[test]
fn a_reloadable_layer_allocates_like_the_plain_one() {
    let (cors, handle) = CorsLayer::reloadable(credentialed(&[APP])).unwrap();
    for replacement in 0..3 {
        for (lines, answer) in [(&[ORIGIN][..], ALLOWED), (&[], &[("vary", "origin")])] {
            let (ours, floor) = costs(&cors, &Method::GET, lines, USUAL, answer, Values::Shared);
            assert!(
                ours.count_total <= floor.count_total && ours.bytes_total <= floor.bytes_total,
                "after {replacement} replacements: {ours:?}, floor {floor:?}"
            );
        }
        handle.replace(credentialed(&[APP])).unwrap();
    }
}

/// Nor that a policy is chosen: by a function, the host, the path, or a path that is read twice.
#[test]
fn choosing_allocates_nothing() {
    let cors = || credentialed(&[APP]);
    let given = cors();
    let function = move |_: &RequestView<'_>| Some(given.clone());
    let others = || {
        (0..100).fold(CorsLayer::choose(), |choice, i| {
            let other = CorsLayer::builder().allow_any_origin().build().unwrap();
            choice
                .path_prefix(format!("/items/{i}"), other.clone())
                .host(format!("{i}.example.com"), other)
        })
    };
    for (name, choice) in [
        (
            "function",
            others().choose_by([], function).otherwise_no_cors(),
        ),
        (
            "host",
            others().host("API.example.com", cors()).otherwise_no_cors(),
        ),
        (
            "path",
            others().path_prefix("/items", cors()).otherwise_no_cors(),
        ),
        ("otherwise", others().otherwise(cors())),
    ] {
        let mut service = choice.unwrap().layer(Inner { headers: USUAL });
        for uri in ["/items", "/items/a%20b//c"] {
            let host = ("host", "api.EXAMPLE.com:8443");
            let mut asked = request(Values::Shared, &Method::GET, &[ORIGIN, host]);
            *asked.uri_mut() = uri.parse().unwrap();
            let mut sent = HeaderMap::new();
            let ours = measure(|| sent = run(&mut service, asked).into_parts().0.headers);
            let mut expected = HeaderMap::new();
            let floor = measure(|| {
                insert(&mut expected, USUAL);
                insert(&mut expected, ALLOWED);
            });
            assert_eq!(sent, expected, "{name} {uri}");
            assert!(
                ours.count_total <= floor.count_total && ours.bytes_total <= floor.bytes_total,
                "{name} {uri}: {ours:?}, floor {floor:?}"
            );
        }
    }
}

/// A listed origin is answered by the policy's own value, so that even a value that can't be shared for
/// free costs nothing.
#[test]
fn an_exact_origin_costs_nothing_however_its_value_was_made() {
    let mut service = credentialed(&[APP]).layer(Inner { headers: USUAL });
    let mut asked = request(Values::Static, &Method::GET, &[]);
    asked
        .headers_mut()
        .insert("origin", HeaderValue::from_str(APP).unwrap());
    let mut expected = HeaderMap::new();
    let floor = measure(|| {
        insert(&mut expected, USUAL);
        insert(&mut expected, ALLOWED);
    });
    let ours = measure(|| drop(run(&mut service, asked)));
    assert!(
        ours.count_total <= floor.count_total,
        "{ours:?}, floor {floor:?}"
    );
}

#[test]
fn a_preflight_allocates_its_header_map_alone() {
    const PREFLIGHT: &[(&str, &str)] = &[
        ("access-control-allow-origin", APP),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "PUT,DELETE"),
        ("access-control-allow-headers", "authorization,content-type"),
        ("vary", "origin, access-control-request-method"),
    ];
    let cors = credentialed(&[APP, "https://*.example.org"]);
    let asks = [
        ("access-control-request-method", "PUT"),
        (
            "access-control-request-headers",
            "authorization,content-type",
        ),
    ];
    for (name, origin, answer) in [
        ("allowed", APP, PREFLIGHT),
        ("denied", "https://evil.example", &PREFLIGHT[4..]),
    ] {
        let lines = [&[("origin", origin)][..], &asks].concat();
        for values in [Values::Static, Values::Shared] {
            let (ours, floor) = costs(&cors, &Method::OPTIONS, &lines, &[], answer, values);
            assert!(
                ours.count_total <= floor.count_total,
                "{name}, {values:?}: {ours:?}, floor {floor:?}"
            );
            assert!(
                ours.bytes_total <= floor.bytes_total,
                "{name}, {values:?}: {ours:?}, floor {floor:?}"
            );
        }
    }
}

#[test]
fn deciding_allocates_nothing_whatever_the_client_sends() {
    let cors = credentialed(&[APP, "https://*.example.org", "http://localhost:*"]);
    let long = |text: &str| HeaderValue::from_str(&text.repeat(32 * 1024 / text.len())).unwrap();
    for (origin, names) in [
        (long("."), long(",")),
        (long("https://"), long("authorization,")),
        (long("a."), long(" \t")),
        (HeaderValue::from_static(APP), long("x")),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("origin", origin);
        headers.insert(
            "access-control-request-method",
            HeaderValue::from_static("PUT"),
        );
        headers.insert("access-control-request-headers", names);
        for method in [Method::GET, Method::OPTIONS] {
            let cost = measure(|| {
                let _ = cors.policy().decide(&method, &headers);
            });
            assert_eq!(cost.count_total, 0);
        }
    }
}
