//! Observers are told of every decision, and change none.

use std::sync::{Arc, Mutex};

use tower_cors::{CorsLayer, RequestKind};

use crate::support::{preflight, request, send_through};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .build()
        .unwrap()
}

#[tokio::test]
async fn each_decision_is_told_once_with_its_request_and_reason() {
    let told = Arc::new(Mutex::new(vec![]));
    let teller = Arc::clone(&told);
    let cors = policy().on_decision(move |observation| {
        let decision = observation.decision();
        teller.lock().unwrap().push((
            observation.method().to_string(),
            observation.uri().unwrap().path().to_owned(),
            observation.headers().len(),
            decision.kind(),
            decision.denial().map(|denial| denial.code()),
        ));
    });
    for asked in [
        request("GET", &[]),
        request("GET", &[("origin", APP)]),
        request("GET", &[("origin", "https://evil.example")]),
        preflight(APP, "DELETE", "x-a"),
    ] {
        send_through(&cors, asked, &[]).await;
    }
    let row = |method: &str, lines, kind, code| {
        (method.to_owned(), "/items".to_owned(), lines, kind, code)
    };
    assert_eq!(
        *told.lock().unwrap(),
        [
            row("GET", 0, RequestKind::NotCors, None),
            row("GET", 1, RequestKind::Actual, None),
            row("GET", 1, RequestKind::Actual, Some("origin_not_allowed")),
            row(
                "OPTIONS",
                3,
                RequestKind::Preflight,
                Some("method_not_allowed")
            ),
        ]
    );
}

#[tokio::test]
async fn an_observed_layer_answers_like_the_plain_one() {
    let observed = policy().on_decision(|_| {});
    for asked in [
        request("GET", &[]),
        request("OPTIONS", &[("origin", APP)]),
        request("PUT", &[("origin", APP)]),
        request("GET", &[("origin", "https://evil.example")]),
        preflight(APP, "PUT", "x-a"),
        preflight("null", "PUT", "x-a"),
    ] {
        let inner = [("vary", "accept"), ("access-control-allow-origin", "*")];
        let (plain, plain_calls) = send_through(&policy(), asked.clone(), &inner).await;
        let (answer, calls) = send_through(&observed, asked, &inner).await;
        assert_eq!(answer.status(), plain.status());
        assert_eq!(answer.headers(), plain.headers());
        assert_eq!(calls, plain_calls);
    }
}

#[test]
fn every_observer_is_told_and_a_clone_tells_the_same() {
    use tower::{Layer, Service};

    let count = Arc::new(Mutex::new(0));
    let (first, second) = (Arc::clone(&count), Arc::clone(&count));
    let cors = policy()
        .on_decision(move |_| *first.lock().unwrap() += 1)
        .on_decision(move |_| *second.lock().unwrap() += 10);
    let mut service = cors
        .clone()
        .layer(tower::service_fn(async |_: http::Request<()>| {
            Ok::<_, std::convert::Infallible>(http::Response::new(()))
        }));
    drop(service.call(request("GET", &[("origin", APP)])));
    assert_eq!(*count.lock().unwrap(), 11);
}
