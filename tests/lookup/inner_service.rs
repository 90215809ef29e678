//! What the inner service sees while a look-up runs.

use super::*;

/// A service that must be asked for readiness before each call.
struct Strict {
    is_ready: bool,
    calls: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self {
            is_ready: false,
            calls: Arc::clone(&self.calls),
        }
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.is_ready, "it was never asked whether it is ready");
        self.is_ready = false;
        self.calls.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new(())))
    }
}

/// Strangers whose look-ups hang take no place in the inner service from other requests.
#[tokio::test(start_paused = true)]
async fn a_request_that_waits_for_its_look_up_holds_no_place_in_the_inner_service() {
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let inner = tower::limit::ConcurrencyLimit::new(inner, 2);
    let service = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(Tenants::default())
        .layer(inner);
    let start = tokio::time::Instant::now();
    let strangers: Vec<_> = (0..20)
        .map(|_| tokio::spawn(service.clone().oneshot(get("https://slow.example"))))
        .collect();
    tokio::task::yield_now().await;
    let no_origin = Request::get("/").body(()).unwrap();
    service.clone().oneshot(no_origin).await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
    for stranger in strangers {
        let response = stranger.await.unwrap().unwrap();
        assert_eq!(response.status(), StatusCode::OK, "it is called afterwards");
    }
}

/// Fails to become ready.
#[derive(Clone)]
struct Broken;

impl Service<Request<()>> for Broken {
    type Response = Response<()>;
    type Error = &'static str;
    type Future = Ready<Result<Response<()>, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("broken"))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        panic!("it is not ready")
    }
}

#[tokio::test]
async fn a_service_that_fails_meanwhile_is_not_called() {
    for (request, expected) in [(get(TENANT), Err("broken")), (preflight(TENANT), Ok(204))] {
        // `call` without `poll_ready`: the service was ready before, and is not after the look-up.
        let response = layer(&Tenants::default()).layer(Broken).call(request).await;
        assert_eq!(
            response.map(|response| response.status().as_u16()),
            expected
        );
    }
}

#[tokio::test]
async fn the_service_that_is_called_was_ready() {
    let calls = Arc::new(AtomicUsize::new(0));
    let inner = Strict {
        is_ready: false,
        calls: Arc::clone(&calls),
    };
    let mut service = layer(&Tenants::default()).layer(inner);
    for request in [
        get(TENANT),
        get(LISTED),
        preflight(TENANT),
        get(STRANGER),
        get(TENANT),
    ] {
        let Ok(_) = service.ready().await.unwrap().call(request).await;
    }
    assert_eq!(calls.load(Ordering::SeqCst), 4, "all but the preflight");
}

#[tokio::test]
async fn a_dropped_future_drops_the_lookup() {
    struct Guard(Arc<AtomicBool>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap();
    let cors = cors.with_lookup(move |_: String| {
        let guard = Guard(Arc::clone(&flag));
        async move {
            let _guard = guard;
            std::future::pending::<Result<bool, Infallible>>().await
        }
    });
    let mut service = cors.layer(tower::service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    let mut future = Box::pin(service.call(get(TENANT)));
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert!(!dropped.load(Ordering::SeqCst));
    drop(future);
    assert!(dropped.load(Ordering::SeqCst));
}

#[tokio::test]
async fn a_policy_is_not_used_while_the_inner_service_responds() {
    let policy = || CorsLayer::builder().allow_looked_up_origins();
    let (cors, handle) = CorsLayer::reloadable(policy().build().unwrap()).unwrap();
    let cors = cors.with_lookup(|_: String| async { Ok::<_, Infallible>(true) });
    let mut service = cors.layer(tower::service_fn(async |_: Request<()>| {
        std::future::pending::<Result<Response<()>, Infallible>>().await
    }));
    let mut future = Box::pin(service.call(get(TENANT)));
    handle.replace(policy().build().unwrap()).unwrap();
    assert_eq!(handle.drop_unused(), 1, "the look-up has not been asked");
    let mut context = Context::from_waker(std::task::Waker::noop());
    assert!(future.as_mut().poll(&mut context).is_pending());
    assert_eq!(handle.drop_unused(), 0);
}

#[tokio::test]
async fn what_is_cloned_is_asked_alike_and_shown_alike() {
    let tenants = Tenants::default();
    let failures = Arc::new(Mutex::new(Vec::new()));
    let reported = Arc::clone(&failures);
    let silent = layer(&tenants);
    let layer = silent.clone().on_failure(move |origin, failure| {
        reported
            .lock()
            .unwrap()
            .push(format!("{origin}: {failure}"));
    });
    silent
        .layer(Inner)
        .oneshot(get("https://broken.example"))
        .await
        .unwrap();
    let service = layer.clone().layer(Inner);
    let shown = format!("{service:?}");
    assert!(
        shown.starts_with("CorsLookup { inner: Inner, source: Policy {"),
        "{shown}"
    );
    let shown = format!("{layer:?}");
    assert!(
        shown.starts_with("CorsLookupLayer { source: Policy {"),
        "{shown}"
    );

    let mut clone = service.clone();
    assert_eq!(
        format!("{:?}", clone.call(get(LISTED))),
        "LookupFuture(ResponseFuture(forward))"
    );
    let asking = clone.call(get("https://broken.example"));
    assert_eq!(format!("{asking:?}"), "LookupFuture(asking)");
    asking.await.unwrap();
    assert_eq!(
        *failures.lock().unwrap(),
        ["https://broken.example: the look-up failed: the database is gone"]
    );
}

#[derive(Clone, Debug)]
struct Inner;

impl Service<Request<()>> for Inner {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}
