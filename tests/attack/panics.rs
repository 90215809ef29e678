//! User functions that panic: the request ends as if the handler had panicked, and the next one is served.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::{Layer, ServiceExt, service_fn};
use tower_cors::CorsLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{APP, allowed, answer, get_from, open, strict};

/// Panics while the switch is on.
fn panics(switch: &AtomicBool) {
    assert!(!switch.load(Ordering::SeqCst), "on purpose");
}

async fn meets(name: &str, layer: CorsLayer, switch: &AtomicBool) {
    // Several times, on other threads, as in a server.
    for _ in 0..8 {
        switch.store(true, Ordering::SeqCst);
        let cors = layer.clone();
        let task = tokio::spawn(async move { answer(&cors, get_from(APP)).await });
        assert!(task.await.unwrap_err().is_panic(), "{name}");

        switch.store(false, Ordering::SeqCst);
        let (status, headers) = answer(&layer, get_from(APP)).await;
        assert_eq!(
            (status, allowed(&headers)),
            (StatusCode::OK, Some(APP)),
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_panics_leaves_no_trace() {
    // The messages of the panics would hide that of a failed test.
    std::panic::set_hook(Box::new(|_| {}));
    let switch = Arc::new(AtomicBool::new(false));

    let on = switch.clone();
    let predicate = CorsLayer::builder()
        .allow_origins_if(move |origin| {
            panics(&on);
            origin.as_str() == APP
        })
        .build()
        .unwrap();
    meets("a predicate", predicate, &switch).await;

    let on = switch.clone();
    let observed = strict().on_decision(move |_| panics(&on));
    meets("an observer", observed.clone(), &switch).await;

    let (reloadable, handle) = CorsLayer::reloadable(observed).unwrap();
    meets("a reloadable layer's observer", reloadable.clone(), &switch).await;
    handle.replace(strict()).unwrap();
    let (_, headers) = answer(&reloadable, get_from(APP)).await;
    assert_eq!(allowed(&headers), Some(APP), "it can still be replaced");

    let on = switch.clone();
    let shadowed = strict().shadow(open()).on_decision(move |_| panics(&on));
    meets("a shadowed layer's observer", shadowed, &switch).await;

    let on = switch.clone();
    let strict = strict();
    let choice = CorsLayer::choose()
        .choose_by([], move |_| {
            panics(&on);
            Some(strict.clone())
        })
        .otherwise_no_cors()
        .unwrap();
    meets("a choice", choice, &switch).await;
}

/// The layer that turns a panic of a handler into a response does the same for a panic in a function of the policy.
#[tokio::test]
async fn a_function_that_panics_gets_the_response_of_a_handler_that_panics() {
    std::panic::set_hook(Box::new(|_| {}));
    let predicate = CorsLayer::builder()
        .allow_origins_if(|_| panic!("on purpose"))
        .build()
        .unwrap();
    let choice = CorsLayer::choose()
        .choose_by([], |_| panic!("on purpose"))
        .otherwise(strict())
        .unwrap();
    let observed = strict().on_decision(|_| panic!("on purpose"));
    let in_handler = respond(strict(), true).await;
    assert_eq!(in_handler.0, StatusCode::INTERNAL_SERVER_ERROR);
    for (name, cors) in [
        ("a predicate", predicate),
        ("a choice", choice),
        ("an observer", observed),
    ] {
        assert_eq!(respond(cors, false).await, in_handler, "{name}");
    }
}

/// The status and the body that a client gets from a server that catches panics.
async fn respond(cors: CorsLayer, handler_panics: bool) -> (StatusCode, Vec<u8>) {
    let handler = service_fn(move |_| async move {
        assert!(!handler_panics, "on purpose");
        Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    });
    let server = CatchPanicLayer::new().layer(cors.layer(handler));
    let response = server.oneshot(get_from(APP)).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap();
    (status, body.to_bytes().to_vec())
}
