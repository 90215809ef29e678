//! `{:?}` of what functions are given shows what they may see, and nothing else of a request.

use std::sync::{Arc, Mutex};

use http::header::HOST;
use tower_cors::CorsLayer;

use crate::support::request;

const APP: &str = "https://app.example.com";

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
    let _ = cors.answer(&request("GET", &[("origin", APP), ("cookie", "secret")]));
    assert_eq!(
        *shown.lock().unwrap(),
        [
            r#"RequestView { method: GET, uri: Some(/items), reads: ["host"], .. }"#,
            r"Observation { decision: Decision { kind: Actual, result: Allowed }, method: GET, uri: Some(/items), .. }",
        ]
    );
}
