//! Answers of a look-up that are kept: how long, for whom, how many, and how often the look-up runs for them.

use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{HOST, HeaderName};
use http::{Request, Response};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{advance, sleep, timeout};
use tower::{Layer, ServiceExt};
use tower_cors::CorsLayer;
use tower_cors::lookup::{
    CachedLookup, CachedLookupBuilder, CorsLookupLayer, DeclaredHeaders, OriginLookup,
};

const TENANT: &str = "https://shop.example";

/// A database of customers. Each answer takes some time, and needs a permit.
#[derive(Clone)]
struct Database {
    asked: Arc<AtomicUsize>,
    takes: Duration,
    permits: Arc<Semaphore>,
    fails: Arc<AtomicBool>,
    customers: Arc<Mutex<HashSet<String>>>,
    reads: &'static [HeaderName],
}

impl Database {
    fn new() -> Self {
        Self {
            asked: Arc::default(),
            takes: Duration::ZERO,
            permits: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            fails: Arc::default(),
            customers: Arc::new(Mutex::new(HashSet::from([TENANT.to_owned()]))),
            reads: const { &[HOST] },
        }
    }

    fn that_takes(takes: Duration) -> Self {
        Self {
            takes,
            ..Self::new()
        }
    }

    fn with_permits(permits: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            ..Self::new()
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn add(&self, origin: &str) {
        self.customers.lock().unwrap().insert(origin.to_owned());
    }

    fn remove(&self, origin: &str) {
        self.customers.lock().unwrap().remove(origin);
    }

    fn fail(&self, fails: bool) {
        self.fails.store(fails, Ordering::SeqCst);
    }
}

impl OriginLookup for Database {
    type Error = &'static str;

    fn reads(&self) -> &[HeaderName] {
        self.reads
    }

    async fn allows(
        &self,
        origin: &tower_cors::Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> Result<bool, &'static str> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // What was true at the start, as in a database.
        let is_customer = self.customers.lock().unwrap().contains(origin.as_str());
        if self.takes.is_zero() {
            tokio::task::yield_now().await;
        } else {
            sleep(self.takes).await;
        }
        self.permits.acquire().await.map_err(|_| "closed")?.forget();
        if self.fails.load(Ordering::SeqCst) {
            return Err("gone");
        }
        Ok(is_customer)
    }
}

type Cors = CorsLookupLayer<CachedLookup<Database>>;

fn layer(lookup: &CachedLookup<Database>) -> Cors {
    let cors = CorsLayer::builder().allow_looked_up_origins().build();
    cors.unwrap().with_lookup(lookup.clone())
}

fn builder(database: &Database) -> CachedLookupBuilder<Database> {
    CachedLookup::builder(database.clone())
}

async fn is_allowed(cors: &Cors, origin: &str, host: &str) -> bool {
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let request = Request::get("/")
        .header("origin", origin)
        .header("host", host);
    let Ok(answer) = cors.layer(inner).oneshot(request.body(()).unwrap()).await;
    answer.headers().contains_key("access-control-allow-origin")
}

fn spawn(requests: &mut JoinSet<bool>, cors: &Cors, origin: String) {
    let cors = cors.clone();
    requests.spawn(async move { is_allowed(&cors, &origin, "a").await });
}

async fn count_allowed(requests: JoinSet<bool>) -> usize {
    let allowed = requests.join_all().await;
    allowed.into_iter().filter(|allowed| *allowed).count()
}

fn customer(number: usize) -> String {
    format!("https://customer-{number}.example")
}

fn stranger(number: usize) -> String {
    format!("https://stranger-{number}.example")
}

// How long, and for whom.

#[tokio::test]
async fn an_answer_is_asked_for_once_while_it_lives() {
    for (origin, expected) in [(TENANT, true), ("https://evil.example", false)] {
        let database = Database::new();
        let cors = layer(&CachedLookup::new(database.clone()));
        for _ in 0..3 {
            assert_eq!(is_allowed(&cors, origin, "a").await, expected);
        }
        assert_eq!(database.asked(), 1, "{origin}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_allowed_answer_lives_for_its_time_and_is_renewed_in_the_stale_time() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.remove(TENANT);
    advance(Duration::from_secs(59)).await;
    assert!(is_allowed(&cors, TENANT, "a").await, "fresh");
    assert_eq!(database.asked(), 1);
    advance(Duration::from_secs(2)).await;
    assert!(is_allowed(&cors, TENANT, "a").await, "stale");
    assert_eq!(cached.counts().served_stale, 1);
    sleep(Duration::from_millis(1)).await;
    assert_eq!(database.asked(), 2, "the stale answer is renewed");
    assert!(
        !is_allowed(&cors, TENANT, "a").await,
        "a no ends the yes at once"
    );
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_prolongs_nothing() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.fail(true);
    advance(Duration::from_secs(60)).await;
    for second in 60..120 {
        assert!(is_allowed(&cors, TENANT, "a").await, "{second}");
        advance(Duration::from_secs(1)).await;
    }
    assert!(!is_allowed(&cors, TENANT, "a").await, "after 120 s");
    let asked = database.asked();
    assert!(asked <= 62, "asked at most once a second: {asked}");
    assert_eq!(cached.counts().served_stale, 60);
    database.fail(false);
    advance(Duration::from_secs(1)).await;
    assert!(is_allowed(&cors, TENANT, "a").await, "the database is back");
}

/// An answer is as old as its question: the database may have changed right after it was asked.
#[tokio::test(start_paused = true)]
async fn the_age_of_a_yes_counts_from_the_start_of_its_look_up() {
    let database = Database::that_takes(Duration::from_millis(900));
    let cached = builder(&database)
        .time_to_live(Duration::from_secs(10))
        .stale(Duration::ZERO)
        .build();
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.remove(TENANT);
    advance(Duration::from_secs(9)).await;
    assert!(
        is_allowed(&cors, TENANT, "a").await,
        "9.9 s after the start"
    );
    advance(Duration::from_millis(200)).await;
    assert!(!is_allowed(&cors, TENANT, "a").await, "10.1 s after it");
}

#[tokio::test]
async fn yes_and_no_live_each_their_own_time() {
    let database = Database::new();
    let cached = builder(&database)
        .time_to_live(Duration::from_secs(3600))
        .time_to_live_of_denials(Duration::ZERO)
        .build();
    let cors = layer(&cached);
    database.remove(TENANT);
    assert!(!is_allowed(&cors, TENANT, "a").await);
    database.add(TENANT);
    assert!(is_allowed(&cors, TENANT, "a").await, "a no is not kept");
    database.remove(TENANT);
    assert!(is_allowed(&cors, TENANT, "a").await, "a yes is kept");
}

#[tokio::test(start_paused = true)]
async fn an_added_customer_is_allowed_when_the_no_has_expired() {
    let database = Database::new();
    database.remove(TENANT);
    let cors = layer(&CachedLookup::new(database.clone()));
    assert!(!is_allowed(&cors, TENANT, "a").await);
    database.add(TENANT);
    advance(Duration::from_secs(9)).await;
    assert!(!is_allowed(&cors, TENANT, "a").await);
    advance(Duration::from_secs(1)).await;
    assert!(is_allowed(&cors, TENANT, "a").await);
}

#[tokio::test]
async fn an_answer_for_one_tenant_never_serves_another() {
    let database = Database::new();
    let cors = layer(&CachedLookup::new(database.clone()));
    assert!(is_allowed(&cors, TENANT, "api.a.example").await);
    database.remove(TENANT);
    for host in ["api.b.example", "", "a@api.a.example", "api.a.example:8080"] {
        assert!(!is_allowed(&cors, TENANT, host).await, "{host:?}");
    }
    assert!(is_allowed(&cors, TENANT, "api.a.example").await);
}

/// Allows who names its own host, and remembers what it has seen.
struct ByHost(Arc<Mutex<Vec<String>>>);

impl OriginLookup for ByHost {
    type Error = Infallible;

    fn reads(&self) -> &[HeaderName] {
        static READS: [HeaderName; 2] = [HOST, HeaderName::from_static("x-tenant")];
        &READS
    }

    async fn allows(
        &self,
        origin: &tower_cors::Origin<'_>,
        headers: &DeclaredHeaders<'_>,
    ) -> Result<bool, Infallible> {
        let tenant = headers.get(&HeaderName::from_static("x-tenant"));
        let seen = format!("{:?} {:?} {tenant:?}", headers.host(), headers.get(&HOST));
        self.0.lock().unwrap().push(seen);
        Ok(headers.host().name() == Some(&format!("api.{}", origin.host())))
    }
}

#[tokio::test]
async fn a_cached_look_up_sees_what_the_request_has() {
    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);
    let rows: [Row<'_>; 5] = [
        (
            r#"Named("api.shop.example") Some("api.shop.example") Some("1")"#,
            &[("host", "api.shop.example"), ("x-tenant", "1")],
            true,
        ),
        (
            r#"Named("api.shop.example") Some("API.shop.example:81") None"#,
            &[("host", "API.shop.example:81")],
            true,
        ),
        (
            r#"Ambiguous None Some("")"#,
            &[("host", "x@api.shop.example"), ("x-tenant", "")],
            false,
        ),
        (
            "Ambiguous None None",
            &[("host", "api.shop.example"), ("host", "b")],
            false,
        ),
        ("Missing None None", &[], false),
    ];
    for (expected, lines, is_allowed) in rows {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let cors = CorsLayer::builder()
            .allow_looked_up_origins()
            .build()
            .unwrap()
            .with_lookup(CachedLookup::new(ByHost(Arc::clone(&seen))));
        let mut request = Request::get("/").header("origin", TENANT);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        let inner =
            tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
        let response = cors.layer(inner).oneshot(request.body(()).unwrap()).await;
        let headers = response.unwrap().into_parts().0.headers;
        let allowed = headers.contains_key("access-control-allow-origin");
        assert_eq!(*seen.lock().unwrap(), [expected]);
        assert_eq!(allowed, is_allowed, "{expected}");
    }
}

// What is forgotten.

#[tokio::test(start_paused = true)]
async fn a_forgotten_answer_is_not_used_fresh_or_stale() {
    for (name, age) in [("fresh", 1), ("stale", 61)] {
        for all in [false, true] {
            let database = Database::new();
            let cached = CachedLookup::new(database.clone());
            let cors = layer(&cached);
            assert!(is_allowed(&cors, TENANT, "a").await);
            assert!(is_allowed(&cors, TENANT, "b").await);
            database.remove(TENANT);
            advance(Duration::from_secs(age)).await;
            cached.forget("https://other.example");
            assert!(is_allowed(&cors, TENANT, "a").await, "{name}");
            // The database is gone too: a failure must not bring the yes back.
            database.fail(true);
            if all {
                cached.forget_all();
            } else {
                cached.forget(TENANT);
            }
            for host in ["a", "b"] {
                assert!(!is_allowed(&cors, TENANT, host).await, "{name} {host}");
            }
        }
    }
}

/// The look-up has read "yes" before the customer was removed.
#[tokio::test(start_paused = true)]
async fn what_was_asked_before_it_was_forgotten_is_neither_used_nor_kept() {
    for all in [false, true] {
        let database = Database::that_takes(Duration::from_millis(300));
        let cached = CachedLookup::new(database.clone());
        let cors = layer(&cached);
        let mut waiting = JoinSet::new();
        spawn(&mut waiting, &cors, TENANT.to_owned());
        sleep(Duration::from_millis(100)).await;
        database.remove(TENANT);
        if all {
            cached.forget_all();
        } else {
            cached.forget(TENANT);
        }
        assert_eq!(count_allowed(waiting).await, 0, "not used");
        assert_eq!(database.asked(), 2, "it was asked again");
        sleep(Duration::from_secs(1)).await;
        assert!(!is_allowed(&cors, TENANT, "a").await, "not kept");
    }
}

/// On several threads, requests ask without a pause. What is removed and forgotten is denied from then on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_request_after_forget_is_allowed_whatever_other_threads_ask() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    let mut others = JoinSet::new();
    for _ in 0..4 {
        let cors = cors.clone();
        others.spawn(async move {
            loop {
                is_allowed(&cors, TENANT, "a").await;
                tokio::task::yield_now().await;
            }
        });
    }
    for round in 0..300 {
        let forget = || match round % 3 {
            0 => cached.forget_all(),
            _ => cached.forget(TENANT),
        };
        database.add(TENANT);
        forget();
        assert!(is_allowed(&cors, TENANT, "a").await, "{round}");
        database.remove(TENANT);
        forget();
        assert!(!is_allowed(&cors, TENANT, "a").await, "{round}");
    }
    others.shutdown().await;
}

#[tokio::test]
async fn every_clone_forgets_for_all() {
    let database = Database::new();
    let first = CachedLookup::new(database.clone());
    let second = first.clone();
    let cors = layer(&first);
    assert!(is_allowed(&cors, TENANT, "a").await);
    database.remove(TENANT);
    second.forget(TENANT);
    assert!(!is_allowed(&cors, TENANT, "a").await);
    assert_eq!(first.counts(), second.counts());
}

// Failures.

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

// One look-up for all who ask the same.

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

tokio::task_local! {
    static USER: &'static str;
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

// The attacks.

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

/// How many customers are asked about again, while strangers come.
async fn asked_again(capacity: u64, customers: usize, strangers: usize, each: usize) -> usize {
    let database = Database::new();
    let cors = layer(&builder(&database).capacity(capacity).build());
    for number in 0..customers {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    for number in 0..strangers {
        for _ in 0..each {
            assert!(!is_allowed(&cors, &stranger(number), "a").await);
        }
    }
    let before = database.asked();
    for number in 0..customers {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    database.asked() - before
}

#[tokio::test]
async fn strangers_push_no_customer_out() {
    for (name, capacity, customers, strangers, each) in [
        ("strangers who insist", 1_000, 100, 2_000, 5),
        ("strangers who come once", 1_000, 100, 5_000, 1),
        ("a larger cache", 10_000, 500, 12_000, 1),
    ] {
        let again = asked_again(capacity, customers, strangers, each).await;
        assert_eq!(again, 0, "{name}");
    }
}

/// The cache is full of strangers before the first customer comes, and strangers come between customers.
#[tokio::test]
async fn customers_get_into_a_cache_that_strangers_have_filled() {
    let database = Database::new();
    let cors = layer(&builder(&database).capacity(1_000).build());
    for number in 0..3_000 {
        assert!(!is_allowed(&cors, &stranger(number), "a").await);
    }
    for number in 0..100 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
        for further in 0..10 {
            let origin = stranger(3_000 + 10 * number + further);
            assert!(!is_allowed(&cors, &origin, "a").await);
        }
    }
    let before = database.asked();
    for number in 0..100 {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    assert_eq!(database.asked(), before);
}

/// Strangers can send a customer's origin, with hosts of their choice.
#[tokio::test]
async fn strangers_with_a_customers_origin_push_no_answer_out_that_is_used() {
    let database = Database::new();
    database.add(&customer(1));
    let cached = builder(&database).capacity(1_000).build();
    let cors = layer(&cached);
    for host in ["api.example", "www.example"] {
        assert!(is_allowed(&cors, TENANT, host).await);
    }
    assert!(is_allowed(&cors, &customer(1), "api.example").await);
    let mut asked = 0;
    for number in 0..5_000 {
        let host = format!("{number}.example");
        assert!(is_allowed(&cors, TENANT, &host).await);
        let before = database.asked();
        assert!(is_allowed(&cors, TENANT, "api.example").await);
        assert!(is_allowed(&cors, TENANT, "www.example").await);
        asked += database.asked() - before;
    }
    assert_eq!(asked, 0);
    let before = database.asked();
    assert!(is_allowed(&cors, &customer(1), "api.example").await);
    assert_eq!(database.asked(), before, "another customer");
    let counts = cached.counts();
    assert_eq!(counts.allowed_origins, 2);
    assert!(counts.bytes <= 6_000, "{}", counts.bytes);
}

/// 200 connections with new origins, one after another. 20 customers are known, and their answers are due for renewal.
#[tokio::test(start_paused = true)]
async fn known_customers_are_served_while_strangers_come() {
    let database = Database::that_takes(Duration::from_millis(20));
    let cached = builder(&database)
        .time_to_live(Duration::from_millis(100))
        .build();
    let cors = layer(&cached);
    for number in 0..20 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let mut strangers = JoinSet::new();
    for connection in 0..200 {
        let cors = cors.clone();
        strangers.spawn(async move {
            for number in 0.. {
                assert!(!is_allowed(&cors, &stranger(connection + 200 * number), "a").await);
            }
        });
    }
    let mut requests = JoinSet::new();
    for round in 0..50 {
        for number in 0..20 {
            spawn(&mut requests, &cors, customer(number));
        }
        if round == 25 {
            database.add(TENANT);
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(count_allowed(requests).await, 1000);
    assert!(
        is_allowed(&cors, TENANT, "a").await,
        "a new customer waits in the queue, like the strangers"
    );
    strangers.shutdown().await;
}

/// More strangers than the queue has room for. A new customer gets what each of them gets.
#[tokio::test(start_paused = true)]
async fn a_new_customer_gets_a_fair_share_of_a_full_queue() {
    let database = Database::that_takes(Duration::from_millis(20));
    let cached = builder(&database).most_at_once(4).most_waiting(8).build();
    let cors = layer(&cached);
    let mut strangers = JoinSet::new();
    for connection in 0..50 {
        let cors = cors.clone();
        strangers.spawn(async move {
            for number in 0.. {
                is_allowed(&cors, &stranger(connection + 50 * number), "a").await;
                sleep(Duration::from_millis(10)).await;
            }
        });
    }
    sleep(Duration::from_millis(100)).await;
    let mut tries = 0;
    while !is_allowed(&cors, TENANT, "a").await {
        tries += 1;
        sleep(Duration::from_millis(10)).await;
    }
    // Three of some fifty are looked up in 20 ms. A chance of 1 in 50 misses 1,000 times in 500 million runs.
    assert!(tries <= 1000, "{tries} tries");
    let counts = cached.counts();
    assert!(counts.crowded_out > 0);
    assert!(counts.running <= 4 && counts.waiting <= 8, "{counts:?}");
    strangers.shutdown().await;
}

/// Who still waits stays in the queue before clients that went away.
#[tokio::test(start_paused = true)]
async fn clients_that_went_away_leave_the_queue_first() {
    let database = Database::that_takes(Duration::from_millis(100));
    let cached = builder(&database).most_at_once(1).most_waiting(4).build();
    let cors = layer(&cached);
    let mut customers = JoinSet::new();
    for number in 0..4 {
        database.add(&customer(number));
        spawn(&mut customers, &cors, customer(number));
        tokio::task::yield_now().await;
    }
    for number in 0..1_000 {
        let patience = Duration::from_micros(10);
        let _ = timeout(patience, is_allowed(&cors, &stranger(number), "a")).await;
    }
    assert_eq!(count_allowed(customers).await, 4);
    assert!(cached.counts().crowded_out > 900);
}

#[tokio::test]
async fn a_long_header_is_refused_without_asking() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let reported = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reported);
    let cors = layer(&cached).on_failure(move |_, failure| {
        sink.lock().unwrap().push(failure.to_string());
    });
    assert!(!is_allowed(&cors, TENANT, &"a".repeat(32_000)).await);
    assert!(!is_allowed(&cors, TENANT, &"a".repeat(1025)).await);
    assert_eq!(database.asked(), 0);
    assert_eq!((cached.counts().too_long, cached.counts().bytes), (2, 0));
    assert_eq!(
        reported.lock().unwrap()[0],
        "the look-up failed: the value of host is longer than 1024 bytes"
    );
    assert!(is_allowed(&cors, TENANT, &"a".repeat(1024)).await);
}

#[tokio::test]
async fn hits_ask_nothing_after_thousands_of_calls_of_forget() {
    let database = Database::new();
    let cached = CachedLookup::new(database.clone());
    let cors = layer(&cached);
    assert!(is_allowed(&cors, TENANT, "a").await);
    for number in 0..5_000 {
        cached.forget(&stranger(number));
    }
    for _ in 0..1_000 {
        assert!(is_allowed(&cors, TENANT, "a").await);
    }
    assert_eq!(database.asked(), 1);
}

/// A renewal never waits for strangers, even if all their look-ups hang.
#[tokio::test(start_paused = true)]
async fn renewals_have_permits_of_their_own() {
    for most_at_once in [1, 4, 64] {
        let database = Database::with_permits(1);
        let cached = builder(&database).most_at_once(most_at_once).build();
        let cors = layer(&cached);
        assert!(is_allowed(&cors, TENANT, "a").await);
        advance(Duration::from_secs(61)).await;
        let mut strangers = JoinSet::new();
        for number in 0..200 {
            spawn(&mut strangers, &cors, stranger(number));
        }
        sleep(Duration::from_millis(1)).await;
        assert!(is_allowed(&cors, TENANT, "a").await);
        sleep(Duration::from_millis(1)).await;
        let hanging = (most_at_once - most_at_once.div_ceil(4)).max(1);
        assert_eq!(
            cached.counts().running,
            hanging as u64 + 1,
            "{most_at_once}"
        );
        assert_eq!(database.asked(), 1 + hanging + 1, "{most_at_once}");
        strangers.shutdown().await;
    }
}

#[tokio::test]
async fn it_holds_no_more_answers_than_was_said() {
    let database = Database::new();
    let cached = builder(&database).capacity(10).build();
    let cors = layer(&cached);
    for number in 0..500 {
        database.add(&customer(number));
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let before = database.asked();
    for number in 0..500 {
        assert!(is_allowed(&cors, &customer(number), "a").await);
    }
    let again = database.asked() - before;
    assert!(again >= 400, "{} were kept", 500 - again);
    assert!(cached.counts().evicted >= 400);
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
