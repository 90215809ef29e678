//! Functions of the user's that panic: the request ends as if the handler had panicked, and the next one is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::StatusCode;
use tower_cors::CorsLayer;

use crate::{APP, allowed, answer, get_from, open, strict};

/// Panics while the switch is on.
fn panics(switch: &AtomicBool) {
    assert!(!switch.load(Ordering::SeqCst), "as it was told to");
}

async fn meets(name: &str, layer: CorsLayer, switch: &AtomicBool) {
    // Many, on other threads as a server's are.
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
    // Its many words would hide those of a test that fails.
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
