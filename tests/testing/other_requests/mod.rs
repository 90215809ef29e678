//! Requests that are not a `fetch()` of a whole response: streams, WebSockets, navigations and forms.

mod streams;
mod websockets;

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request as AxumRequest;
use axum::handler::Handler;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::{Request, StatusCode};
use tower_cors::testing::{
    Audit, Blocked, Browser, Cause, CredentialsMode, Fault, Fetched, Finding, Mistake,
    RedirectMode, RequestMode, Step, assert_allows, assert_blocks,
};
use tower_cors::{CorsLayer, origin};

const PAGE: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";
const LIMIT: Duration = Duration::from_millis(50);

fn cors() -> CorsLayer {
    let page = origin!("https://app.example.com");
    CorsLayer::builder().allow_origins([page]).build().unwrap()
}

fn rejecting() -> CorsLayer {
    let builder = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]);
    builder.reject_disallowed_origins().build().unwrap()
}

fn to(path: &str) -> Request<Body> {
    let uri = format!("https://api.example.com{path}");
    Request::get(uri).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn cors_does_not_apply_to_navigations_and_forms() {
    let form = || {
        Router::new()
            .route(
                "/callback",
                post(|headers: HeaderMap| async move {
                    headers["origin"].clone().to_str().unwrap().to_owned()
                }),
            )
            .route("/page", get(|| async { "page" }))
            .route(
                "/old",
                get(|| async { Redirect::to("https://other.example/page") }),
            )
    };
    let at = |method: &str, path: &str| {
        let uri = format!("https://api.example.com{path}");
        Request::builder()
            .method(method)
            .uri(uri)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-other", "1")
    };
    let rows: [(&str, &str, &str, Option<&str>); 3] = [
        (
            "a form post",
            "POST",
            "/callback",
            Some("https://appleid.apple.example"),
        ),
        ("a link", "GET", "/page", Some("page")),
        ("a link that redirects", "GET", "/old", Some("page")),
    ];
    for (name, method, path, body) in rows {
        let mut page = Browser::at("https://appleid.apple.example")
            .mode(RequestMode::Navigate)
            .redirect(RedirectMode::Error)
            .credentials(CredentialsMode::Omit);
        let request = at(method, path).body(Body::empty()).unwrap();
        let fetched = assert_allows!(page.fetch(&mut form().layer(cors()), request).await);
        assert_eq!(Some(&**fetched.body()), body.map(str::as_bytes), "{name}");
        assert_eq!(fetched.preflights().count(), 0, "{name}");
        assert_eq!(fetched.ignored_request_headers(), ["x-other"], "{name}");
        let headers = fetched.exchanges()[0].request_headers();
        assert_eq!(headers["sec-fetch-dest"], "document", "{name}");
        assert_eq!(headers["sec-fetch-mode"], "navigate", "{name}");
        assert_eq!(headers.contains_key("origin"), method == "POST", "{name}");
        let told = fetched.to_string();
        assert!(
            told.contains("CORS does not apply to navigations"),
            "{told}"
        );
    }
    let put = at("PUT", "/callback").body(Body::empty()).unwrap();
    let mut page = Browser::at(PAGE).mode(RequestMode::Navigate);
    let blocked = assert_blocks!(page.fetch(&mut form(), put).await, Step::Request);
    assert_eq!(*blocked.cause(), Cause::MethodNeedsCors);
}

/// Where a layer is, and what the audit says about it.
#[tokio::test]
async fn an_audit_names_a_layer_in_the_wrong_place() {
    async fn login(request: AxumRequest, next: Next) -> Response {
        if request.headers().contains_key("authorization") {
            next.run(request).await
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
    let items = || get(|| async { "[]" });
    let routes = || Router::new().route("/items", items());
    let rows: [(&str, Router, &[(Fault, &[Mistake])]); 7] = [
        (
            "outermost",
            routes().layer(from_fn(login)).layer(cors()),
            &[],
        ),
        (
            "below authentication",
            routes().layer(cors()).layer(from_fn(login)),
            &[
                (Fault::ErrorWithoutCors, &[]),
                (
                    Fault::PreflightNotAnswered,
                    &[Mistake::PreflightUnauthenticated],
                ),
            ],
        ),
        (
            "before the route",
            Router::new().layer(cors()).route("/items", items()),
            &[(Fault::PageNotAllowed, &[Mistake::LayerBeforeRoute])],
        ),
        (
            "route_layer of the router",
            routes().route_layer(cors()),
            &[(Fault::ErrorWithoutCors, &[])],
        ),
        (
            "around a handler",
            Router::new().route("/items", get((|| async { "[]" }).layer(cors()))),
            &[
                (Fault::PreflightNotAnswered, &[Mistake::PreflightNotRouted]),
                (Fault::ErrorWithoutCors, &[]),
            ],
        ),
        (
            "route_layer of the method router",
            Router::new().route("/items", items().route_layer(cors())),
            &[
                (Fault::PreflightNotAnswered, &[Mistake::PreflightNotRouted]),
                (Fault::ErrorWithoutCors, &[]),
            ],
        ),
        ("nowhere", routes(), &[(Fault::PageNotAllowed, &[])]),
    ];
    for (name, mut app, expected) in rows {
        let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
        let found: Vec<_> = report
            .findings()
            .iter()
            .map(|finding| (finding.fault(), finding.likely_mistakes()))
            .collect();
        assert_eq!(found, expected, "{name}: {report}");
        for finding in report.findings() {
            for mistake in finding.likely_mistakes() {
                assert!(
                    finding.to_string().contains(&mistake.to_string()),
                    "{finding}"
                );
            }
        }
    }
}
