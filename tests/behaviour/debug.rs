//! What `{:?}` shows: what is configured, and no more of what is inside than that shows itself.

use http::header::HOST;
use http::{Request, Response};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tower::{Layer, Service, service_fn};
use tower_cors::{CorsConfig, CorsLayer, Origin, OriginPattern};

use crate::support::{Body, preflight, request};

const APP: &str = "https://app.example.com";

fn cors() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

#[derive(Clone, Debug)]
struct Inner;

impl Service<Request<()>> for Inner {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Infallible>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        std::future::ready(Ok(Response::new(Body::default())))
    }
}

#[test]
fn it_shows_what_is_configured() {
    let choice = CorsLayer::choose()
        .choose_by([HOST], |_| None)
        .host("api.example.com", cors())
        .path_prefix("/admin", cors())
        .otherwise_no_cors()
        .unwrap();
    let config = CorsConfig {
        origins: vec![APP.into()],
        ..CorsConfig::default()
    };
    let (reloadable, handle) = CorsLayer::reloadable(config).unwrap();
    let origin = Origin::parse(APP.as_bytes()).unwrap();
    let pattern = OriginPattern::parse("https://*.example.com").unwrap();
    let error = OriginPattern::parse("https://example.com/").unwrap_err();
    let policy = r#"Policy { origins: ["https://app.example.com"], credentials: false, .. }"#;
    let mut service = cors().layer(Inner);
    let mut chosen = choice.layer(Inner);
    let mut wrapped = cors().wrap_body().layer(Inner).into_inner();
    for (shown, expected) in [
        (format!("{:?}", CorsLayer::builder()), "CorsBuilder { .. }".to_owned()),
        (format!("{:?}", cors().policy()), policy.to_owned()),
        (format!("{:?}", cors()), format!("CorsLayer {{ source: {policy} }}")),
        (format!("{reloadable:?}"), format!("CorsLayer {{ source: {policy} }}")),
        (format!("{handle:?}"), format!("CorsHandle({policy})")),
        (
            format!("{service:?}"),
            format!("Cors {{ inner: Inner, source: {policy} }}"),
        ),
        (
            format!("{:?}", service.call(request("GET", &[]))),
            "ResponseFuture(forward)".to_owned(),
        ),
        (
            format!("{:?}", service.call(preflight(APP, "GET", ""))),
            "ResponseFuture(respond 204 No Content)".to_owned(),
        ),
        (
            format!("{:?}", wrapped.call(request("GET", &[]))),
            "WrapBodyFuture".to_owned(),
        ),
        (
            format!("{:?}", CorsLayer::choose()),
            "CorsChoiceBuilder { .. }".to_owned(),
        ),
        (
            format!("{choice:?}"),
            r#"CorsLayer { source: Choice { functions: 1, hosts: ["api.example.com"], path_prefixes: ["/admin"], otherwise: None, .. } }"#.to_owned(),
        ),
        (
            format!("{:?}", chosen.call(request("GET", &[]))),
            "ResponseFuture(forward)".to_owned(),
        ),
        (
            format!("{:?}", chosen.call(request("GET", &[("host", "api.example.com")]))),
            "ResponseFuture(forward)".to_owned(),
        ),
        (format!("{origin:?}"), "Origin(https://app.example.com)".to_owned()),
        (format!("{pattern:?}"), "OriginPattern(https://*.example.com)".to_owned()),
        (
            format!("{error:?}"),
            error.to_string(),
        ),
    ] {
        assert_eq!(shown, expected);
    }
}

#[test]
fn what_functions_are_given_shows_what_they_may_see() {
    let shown = Arc::new(Mutex::new(Vec::new()));
    let (of_predicate, of_observer) = (Arc::clone(&shown), Arc::clone(&shown));
    let cors = CorsLayer::builder()
        .allow_origins_if_request([HOST], move |_, request| {
            of_predicate.lock().unwrap().push(format!("{request:?}"));
            true
        })
        .build()
        .unwrap()
        .on_decision(move |observation| {
            of_observer.lock().unwrap().push(format!("{observation:?}"));
        });
    let mut service = cors.layer(service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    drop(service.call(request("GET", &[("origin", APP), ("cookie", "secret")])));
    assert_eq!(
        *shown.lock().unwrap(),
        [
            r#"RequestView { method: GET, uri: Some(/items), reads: ["host"], .. }"#,
            r"Observation { decision: Decision { kind: Actual, result: Allowed }, method: GET, uri: Some(/items), .. }",
        ]
    );
}
