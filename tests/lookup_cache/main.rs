//! Answers of a look-up that are kept: how long, for whom, how many, and how often the look-up runs for them.
#![allow(
    clippy::wildcard_imports,
    reason = "the other files share the helpers of this one"
)]

mod forget;
mod runs;
mod strangers;

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

// Failures.

// One look-up for all who ask the same.

tokio::task_local! {
    static USER: &'static str;
}

// The attacks.
