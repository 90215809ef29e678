//! The table in `docs/from-tower-http.md`, row by row: for each option of tower-http, the same requests get the
//! same answer here, except where that page says that it differs.

use std::convert::Infallible;
use std::time::Duration;

use http::{Method, Request, Response, header};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_cors::CorsLayer;
use tower_http::cors as theirs;

use crate::support::{Body, preflight, request};

const APP: &str = "https://app.example.com";

type Inner = tower::util::BoxCloneService<Request<()>, Response<Body>, Infallible>;

async fn headers_of<L, B>(layer: &L, request: Request<()>) -> Vec<String>
where
    L: Layer<Inner>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    let inner =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(Body::default())) });
    let Ok(answer) = layer.layer(Inner::new(inner)).oneshot(request).await;
    let mut lines: Vec<_> = answer
        .headers()
        .iter()
        .filter(|(name, value)| **name != header::VARY && *value != "GET,HEAD,POST")
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines
}

/// The same header lines on preflights and actual requests, except for what the page says:
/// `Vary`, and the list of safelisted methods where no others are allowed.
async fn same<L, B>(theirs: theirs::CorsLayer, ours: L)
where
    L: Layer<Inner>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    for request in [
        || preflight(APP, "PUT", "x-a"),
        || preflight(APP, "DELETE", "authorization,content-type"),
        || request("GET", &[("origin", APP)]),
        || request("PUT", &[("origin", APP)]),
    ] {
        let (a, b) = (
            headers_of(&theirs, request()).await,
            headers_of(&ours, request()).await,
        );
        assert_eq!(a, b);
    }
}

#[tokio::test]
async fn allow_origin_any() {
    same(
        theirs::CorsLayer::new().allow_origin(theirs::Any),
        CorsLayer::builder().allow_any_origin().build().unwrap(),
    )
    .await;
}

#[tokio::test]
async fn one_exact_value_is_not_sent_to_other_origins() {
    let value = header::HeaderValue::from_static(APP);
    let theirs = theirs::CorsLayer::new().allow_origin(value);
    let ours = CorsLayer::builder().allow_origins([APP]).build().unwrap();
    let from_evil = || request("GET", &[("origin", "https://evil.example")]);
    let sent = format!("access-control-allow-origin: {APP}");
    assert_eq!(headers_of(&theirs, from_evil()).await, [sent]);
    assert!(headers_of(&ours, from_evil()).await.is_empty());
}

#[tokio::test]
async fn allow_origin_exact_list_and_predicate() {
    let origin = header::HeaderValue::from_static(APP);
    let ours = || CorsLayer::builder().allow_origins([APP]).build().unwrap();
    same(
        theirs::CorsLayer::new().allow_origin(origin.clone()),
        ours(),
    )
    .await;
    same(
        theirs::CorsLayer::new().allow_origin([origin.clone()]),
        ours(),
    )
    .await;
    same(
        theirs::CorsLayer::new()
            .allow_origin(theirs::AllowOrigin::predicate(|origin, _| origin == APP)),
        CorsLayer::builder()
            .allow_origins_if(|origin| origin.as_str() == APP)
            .build()
            .unwrap(),
    )
    .await;
    same(
        theirs::CorsLayer::new().allow_origin(theirs::AllowOrigin::mirror_request()),
        CorsLayer::builder()
            .allow_origins_if(|_| true)
            .build()
            .unwrap(),
    )
    .await;
}

#[cfg(feature = "lookup")]
#[tokio::test]
async fn allow_origin_async_predicate() {
    for allowed in [true, false] {
        same(
            theirs::CorsLayer::new().allow_origin(theirs::AllowOrigin::async_predicate(
                move |origin, _| async move { allowed && origin == APP },
            )),
            CorsLayer::builder()
                .allow_looked_up_origins()
                .build()
                .unwrap()
                .with_lookup(move |origin: String| async move {
                    Ok::<_, Infallible>(allowed && origin == APP)
                }),
        )
        .await;
    }
}

#[tokio::test]
async fn allow_methods_list_any_and_mirror() {
    let theirs = || theirs::CorsLayer::new().allow_origin(theirs::Any);
    let ours = || CorsLayer::builder().allow_any_origin();
    same(
        theirs().allow_methods([Method::PUT, Method::DELETE]),
        ours()
            .allow_methods([Method::PUT, Method::DELETE])
            .build()
            .unwrap(),
    )
    .await;
    same(
        theirs().allow_methods(theirs::Any),
        ours().allow_any_method().build().unwrap(),
    )
    .await;
    same(
        theirs().allow_methods(theirs::AllowMethods::mirror_request()),
        ours().mirror_request_methods().build().unwrap(),
    )
    .await;
}

#[tokio::test]
async fn allow_headers_list_any_and_mirror() {
    let theirs = || theirs::CorsLayer::new().allow_origin(theirs::Any);
    let ours = || CorsLayer::builder().allow_any_origin();
    same(
        theirs().allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]),
        ours()
            .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
            .build()
            .unwrap(),
    )
    .await;
    same(
        theirs().allow_headers(theirs::Any),
        ours().allow_any_header().build().unwrap(),
    )
    .await;
    same(
        theirs().allow_headers(theirs::AllowHeaders::mirror_request()),
        ours().mirror_request_headers().build().unwrap(),
    )
    .await;
}

#[tokio::test]
async fn expose_headers_list_and_any() {
    let theirs = || theirs::CorsLayer::new().allow_origin(theirs::Any);
    let ours = || CorsLayer::builder().allow_any_origin();
    same(
        theirs().expose_headers([header::ETAG, header::LOCATION]),
        ours()
            .expose_headers([header::ETAG, header::LOCATION])
            .build()
            .unwrap(),
    )
    .await;
    same(
        theirs().expose_headers(theirs::Any),
        ours().expose_any_header().build().unwrap(),
    )
    .await;
}

#[tokio::test]
async fn allow_credentials_and_max_age() {
    let origin = header::HeaderValue::from_static(APP);
    same(
        theirs::CorsLayer::new()
            .allow_origin([origin])
            .allow_credentials(true)
            .max_age(Duration::from_secs(600)),
        CorsLayer::builder()
            .allow_origins([APP])
            .allow_credentials()
            .max_age(Duration::from_secs(600))
            .build()
            .unwrap(),
    )
    .await;
}

#[tokio::test]
async fn permissive() {
    same(
        theirs::CorsLayer::permissive(),
        CorsLayer::builder()
            .allow_any_origin()
            .allow_any_method()
            .allow_any_header()
            .expose_any_header()
            .build()
            .unwrap(),
    )
    .await;
}

/// The preset has one header more.
#[tokio::test]
async fn permissive_allows_authorization_too() {
    let request = || preflight(APP, "PUT", "authorization");
    let mut theirs = headers_of(&theirs::CorsLayer::permissive(), request()).await;
    let allowed = theirs
        .iter_mut()
        .find(|line| *line == "access-control-allow-headers: *")
        .unwrap();
    allowed.push_str(",authorization");
    let ours = headers_of(&CorsLayer::permissive(), request()).await;
    assert_eq!(ours, theirs);
}

#[tokio::test]
async fn very_permissive() {
    same(
        theirs::CorsLayer::very_permissive(),
        CorsLayer::builder()
            .allow_origins_if(|_| true)
            .allow_credentials()
            .mirror_request_methods()
            .mirror_request_headers()
            .build()
            .unwrap(),
    )
    .await;
}

#[tokio::test]
async fn allow_private_network() {
    let asks = || {
        let mut asks = preflight(APP, "PUT", "");
        let name = "access-control-request-private-network";
        asks.headers_mut()
            .insert(name, header::HeaderValue::from_static("true"));
        asks
    };
    let theirs = theirs::CorsLayer::new()
        .allow_origin(theirs::Any)
        .allow_private_network(true);
    let ours = CorsLayer::builder()
        .allow_any_origin()
        .allow_private_network()
        .build()
        .unwrap();
    assert_eq!(
        headers_of(&theirs, asks()).await,
        headers_of(&ours, asks()).await
    );
}
