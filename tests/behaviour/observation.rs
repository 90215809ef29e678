//! Observers get every decision, and change none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tower_cors::{CorsLayer, RequestKind};

use crate::everything::{METHODS, ask, choices, policies};
use crate::support::{preflight, request, send, send_through};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .build()
        .unwrap()
}

#[tokio::test]
async fn each_decision_is_reported_once_with_its_request_and_reason() {
    let reported = Arc::new(Mutex::new(vec![]));
    let sink = Arc::clone(&reported);
    let cors = policy().on_decision(move |observation| {
        let decision = observation.decision();
        sink.lock().unwrap().push((
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
        *reported.lock().unwrap(),
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
async fn an_observed_layer_answers_like_the_plain_one_and_tells_what_the_policy_decides() {
    let inner = [("vary", "accept"), ("access-control-allow-origin", "*")];
    for (name, plain) in policies() {
        let reported = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&reported);
        let observed = plain.clone().on_decision(move |observation| {
            *sink.lock().unwrap() =
                format!("{:?} {:?}", observation.decision(), observation.explain());
        });
        for (method, choice) in METHODS
            .iter()
            .flat_map(|method| choices().into_iter().map(move |choice| (method, choice)))
        {
            let (answer, calls) = send_through(&plain, ask(method, &choice), &inner).await;
            let (same, same_calls) = send_through(&observed, ask(method, &choice), &inner).await;
            assert_eq!(
                same.status(),
                answer.status(),
                "{name}, {method} {choice:?}"
            );
            assert_eq!(
                same.headers(),
                answer.headers(),
                "{name}, {method} {choice:?}"
            );
            assert_eq!(same_calls, calls, "{name}, {method} {choice:?}");
            let asked = ask(method, &choice);
            let expected = format!(
                "{:?} {:?}",
                plain.policy().decide_request(&asked),
                plain.policy().explain_request(&asked)
            );
            assert_eq!(
                *reported.lock().unwrap(),
                expected,
                "{name}, {method} {choice:?}"
            );
        }
    }
}

/// A function may be slow, or count: it is asked as often as without an observer.
#[tokio::test]
async fn functions_that_allow_origins_are_asked_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let cors = CorsLayer::builder()
        .allow_origins_if(move |origin| {
            count.fetch_add(1, Ordering::SeqCst);
            origin.host() == "app.example.com"
        })
        .allow_methods(["PUT"])
        .build()
        .unwrap()
        .on_decision(|observation| drop(observation.explain()))
        .dangerously_expose_diagnosis();
    for (name, request) in [
        ("allowed", request("GET", &[("origin", APP)])),
        (
            "denied",
            request("GET", &[("origin", "https://evil.example")]),
        ),
        ("preflight", preflight(APP, "PUT", "")),
        (
            "denied preflight",
            preflight("https://evil.example", "PUT", ""),
        ),
    ] {
        asked.store(0, Ordering::SeqCst);
        send(&cors, request).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{name}");
    }
}

#[tokio::test]
async fn requests_of_the_servers_own_pages_are_recognized() {
    let reported = Arc::new(Mutex::new(vec![]));
    let sink = Arc::clone(&reported);
    let cors = policy().on_decision(move |observation| {
        sink.lock()
            .unwrap()
            .push(observation.decision().is_own_page());
    });
    for lines in [
        [
            ("origin", "https://api.example.com"),
            ("sec-fetch-site", "same-origin"),
        ],
        [
            ("origin", "https://api.example.com"),
            ("host", "api.example.com"),
        ],
        [
            ("origin", "https://api.example.com"),
            ("sec-fetch-site", "same-site"),
        ],
        [
            ("origin", "https://evil.example"),
            ("host", "api.example.com"),
        ],
    ] {
        send(&cors, request("POST", &lines)).await;
    }
    assert_eq!(*reported.lock().unwrap(), [true, true, false, false]);
}

/// Whatever the scheme of the connection, which a server behind a proxy doesn't know. No server has a page of an app.
#[tokio::test]
async fn its_own_host_is_recognized_by_name_and_port() {
    for (origin, host, is_same) in [
        ("https://api.example.com", "API.example.com", true),
        ("https://api.example.com", "api.example.com:443", true),
        ("http://api.example.com", "api.example.com:80", true),
        ("http://api.example.com", "api.example.com:443", false),
        ("https://api.example.com", "api.example.com:80", false),
        ("https://api.example.com", "api.example.com:8443", false),
        ("https://api.example.com:8443", "api.example.com:8443", true),
        ("https://api.example.com:8443", "api.example.com", false),
        ("https://api.example.com:8443", "api.example.com:443", false),
        ("https://api.example.com", "api.example.comx", false),
        ("https://api.example.com", "api.example.co", false),
        ("https://api.example.com", "", false),
        ("https://[::1]:3000", "[::1]:3000", true),
        ("app://api.example.com", "api.example.com", false),
        ("app://api.example.com", "api.example.com:80", false),
    ] {
        let reported = Arc::new(Mutex::new(vec![]));
        let sink = Arc::clone(&reported);
        let cors = policy().on_decision(move |observation| {
            sink.lock()
                .unwrap()
                .push(observation.decision().is_own_page());
        });
        let lines = [("origin", origin), ("host", host)];
        send(&cors, request("POST", &lines)).await;
        assert_eq!(*reported.lock().unwrap(), [is_same], "{origin} {host}");
    }
}

#[test]
fn every_observer_is_called_and_a_clone_calls_the_same() {
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
