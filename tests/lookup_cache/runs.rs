//! Look-ups that run, fail, or are given up.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_failure_is_kept_for_a_second_for_its_question_alone() {
    let database = Database::new();
    let cors = layer(&CachedLookup::new(database.clone()));
    database.fail(true);
    for _ in 0..10 {
        assert!(!is_allowed(&cors, TENANT, "a").await);
    }
    assert_eq!(database.asked(), 1);
    database.fail(false);
    assert!(is_allowed(&cors, TENANT, "b").await, "another question");
    advance(Duration::from_secs(1)).await;
    assert!(is_allowed(&cors, TENANT, "a").await, "a second later");
    assert_eq!(database.asked(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_why() {
    type Row<'a> = (&'a str, fn() -> CachedLookup<Database>, &'a str);
    let rows: [Row<'_>; 3] = [
        (
            "an error",
            || {
                let database = Database::new();
                database.fail(true);
                CachedLookup::new(database)
            },
            "the look-up failed: gone",
        ),
        (
            "the look-up takes too long",
            || {
                let database = Database::with_permits(0);
                builder(&database)
                    .run_limit(Duration::from_millis(200))
                    .build()
            },
            "the look-up failed: it took longer than 200ms",
        ),
        (
            "the request waits too long",
            || CachedLookup::new(Database::with_permits(0)),
            "the look-up took longer than 1s",
        ),
    ];
    for (name, cached, expected) in rows {
        let reported = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reported);
        let cors = layer(&cached()).on_failure(move |_, failure| {
            sink.lock().unwrap().push(failure.to_string());
        });
        assert!(!is_allowed(&cors, TENANT, "a").await, "{name}");
        assert_eq!(*reported.lock().unwrap(), [expected], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_failed_run_is_reported_once_also_while_requests_are_served_stale() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reported);
    let database = Database::new();
    let cached = builder(&database)
        .on_failed_run(move |origin, error| {
            sink.lock().unwrap().push(format!("{origin}: {error}"));
        })
        .build();
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.fail(true);
    advance(Duration::from_secs(61)).await;
    for _ in 0..10 {
        assert!(is_allowed(&cors, TENANT, "a").await);
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(*reported.lock().unwrap(), ["https://shop.example: gone"]);
}

#[tokio::test(start_paused = true)]
async fn a_look_up_goes_on_when_nobody_waits_for_it() {
    let database = Database::that_takes(Duration::from_millis(300));
    let cors = layer(&CachedLookup::new(database.clone()));
    let mut requests = JoinSet::new();
    for _ in 0..50 {
        spawn(&mut requests, &cors, TENANT.to_owned());
    }
    sleep(Duration::from_millis(10)).await;
    requests.shutdown().await;
    sleep(Duration::from_millis(300)).await;
    assert!(is_allowed(&cors, TENANT, "a").await);
    assert_eq!(database.asked(), 1);
}

#[tokio::test]
async fn a_look_up_takes_nothing_from_the_request_that_asks_first() {
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(CachedLookup::new(async |_: String| {
            Ok::<_, Infallible>(USER.try_with(|user| *user == "admin").unwrap_or(true))
        }));
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let request = Request::get("/").header("origin", TENANT).body(());
    let response = USER.scope("nobody", cors.layer(inner).oneshot(request.unwrap()));
    let headers = response.await.unwrap().into_parts().0.headers;
    assert!(headers.contains_key("access-control-allow-origin"));
}

/// Requests for one customer, every 10 ms: how many look-ups were started, and how many requests were served.
async fn four_seconds_of_requests(takes: Duration) -> (usize, usize) {
    let database = Database::that_takes(takes);
    let cors = layer(&CachedLookup::new(database.clone()));
    let mut requests = JoinSet::new();
    for _ in 0..400 {
        spawn(&mut requests, &cors, TENANT.to_owned());
        sleep(Duration::from_millis(10)).await;
    }
    let served = count_allowed(requests).await;
    (database.asked(), served)
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_takes_longer_than_a_request_waits_is_asked_once() {
    let (asked, served) = four_seconds_of_requests(Duration::from_millis(1200)).await;
    assert_eq!(asked, 1);
    assert!(served >= 375, "{served} of 400 were served");
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_is_slow_is_asked_once() {
    let (asked, served) = four_seconds_of_requests(Duration::from_millis(300)).await;
    assert_eq!((asked, served), (1, 400));
}

#[tokio::test(start_paused = true)]
async fn clients_that_cancel_start_no_further_look_ups() {
    let mut asked = Vec::new();
    for patience in [Duration::from_millis(5), Duration::from_secs(60)] {
        let database = Database::that_takes(Duration::from_millis(100));
        let cors = layer(&CachedLookup::new(database.clone()));
        let mut clients = JoinSet::new();
        for client in 0..200 {
            let cors = cors.clone();
            clients.spawn(async move {
                for _ in 0..20 {
                    let origin = customer(client % 17);
                    let _ = timeout(patience, is_allowed(&cors, &origin, "a")).await;
                    sleep(Duration::from_millis(1)).await;
                }
            });
        }
        clients.join_all().await;
        asked.push(database.asked());
    }
    assert_eq!(asked, [17, 17]);
}

/// No runtime is left to run the look-up. The request is denied, and does not wait for ever.
#[test]
fn a_look_up_whose_runtime_has_stopped_is_asked_again_on_another() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let database = Database::with_permits(0);
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    let first = runtime();
    first.block_on(async {
        let impatient = timeout(Duration::from_millis(1), is_allowed(&cors, TENANT, "a"));
        assert!(impatient.await.is_err());
    });
    assert_eq!(cached.counts().running, 1);
    drop(first);
    assert_eq!(cached.counts().running, 0, "its permit is free again");
    database.permits.add_permits(1);
    assert!(runtime().block_on(is_allowed(&cors, TENANT, "a")));
    assert_eq!(database.asked(), 2);
}
