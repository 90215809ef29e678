//! Answers of a look-up that are kept: how long, for whom, how many, and asked for how often.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::{HOST, HeaderName};
use http::{Request, Response};
use tokio::sync::Semaphore;
use tower::{Layer, ServiceExt};
use tower_cors::lookup::{CachedLookup, CorsLookupLayer, DeclaredHeaders, OriginLookup};
use tower_cors::{CorsLayer, Origin};

const TENANT: &str = "https://shop.example";

/// Allows everybody, or nobody; each answer waits for a permit.
#[derive(Clone)]
struct Slow {
    asked: Arc<AtomicUsize>,
    allows: Arc<AtomicBool>,
    fails: Arc<AtomicBool>,
    permits: Arc<Semaphore>,
}

impl Slow {
    fn with_permits(permits: usize) -> Self {
        Self {
            asked: Arc::default(),
            allows: Arc::new(AtomicBool::new(true)),
            fails: Arc::default(),
            permits: Arc::new(Semaphore::new(permits)),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl OriginLookup for Slow {
    type Error = &'static str;

    fn reads(&self) -> &[HeaderName] {
        const { &[HOST] }
    }

    async fn allows(&self, _: &Origin<'_>, _: &DeclaredHeaders<'_>) -> Result<bool, &'static str> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.permits.acquire().await.map_err(|_| "closed")?.forget();
        if self.fails.load(Ordering::SeqCst) {
            return Err("gone");
        }
        Ok(self.allows.load(Ordering::SeqCst))
    }
}

fn layer(lookup: &CachedLookup<Slow>) -> CorsLookupLayer<CachedLookup<Slow>> {
    let cors = CorsLayer::builder().allow_looked_up_origins().build();
    cors.unwrap().with_lookup(lookup.clone())
}

async fn is_allowed(cors: &CorsLookupLayer<CachedLookup<Slow>>, origin: &str, host: &str) -> bool {
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let request = Request::get("/")
        .header("origin", origin)
        .header("host", host);
    let Ok(answer) = cors.layer(inner).oneshot(request.body(()).unwrap()).await;
    answer.headers().contains_key("access-control-allow-origin")
}

#[tokio::test]
async fn an_answer_is_asked_for_once_while_it_lives() {
    for answer in [true, false] {
        let slow = Slow::with_permits(100);
        slow.allows.store(answer, Ordering::SeqCst);
        let cors = layer(&CachedLookup::new(slow.clone()));
        for _ in 0..3 {
            assert_eq!(is_allowed(&cors, TENANT, "a").await, answer);
        }
        assert_eq!(slow.asked(), 1, "{answer}");
    }
}

#[tokio::test]
async fn yes_and_no_live_each_their_own_time() {
    let slow = Slow::with_permits(100);
    let cached = CachedLookup::new(slow.clone())
        .time_to_live(Duration::from_secs(3600))
        .time_to_live_of_denials(Duration::ZERO);
    let cors = layer(&cached);
    slow.allows.store(false, Ordering::SeqCst);
    assert!(!is_allowed(&cors, TENANT, "a").await);
    slow.allows.store(true, Ordering::SeqCst);
    assert!(is_allowed(&cors, TENANT, "a").await, "a no is not kept");
    slow.allows.store(false, Ordering::SeqCst);
    assert!(is_allowed(&cors, TENANT, "a").await, "a yes is kept");
    cached.forget("https://other.example");
    assert!(
        is_allowed(&cors, TENANT, "a").await,
        "another origin was forgotten"
    );
    cached.forget(TENANT);
    assert!(!is_allowed(&cors, TENANT, "a").await, "it was forgotten");

    slow.allows.store(true, Ordering::SeqCst);
    assert!(is_allowed(&cors, TENANT, "b").await);
    slow.allows.store(false, Ordering::SeqCst);
    cached.forget_all();
    assert!(!is_allowed(&cors, TENANT, "b").await, "all were forgotten");
}

#[tokio::test]
async fn a_failure_is_reported_with_the_look_ups_own_message() {
    let slow = Slow::with_permits(100);
    slow.fails.store(true, Ordering::SeqCst);
    for (at_once, expected) in [
        (1, "the look-up failed: gone"),
        (0, "the look-up failed: too many look-ups are running"),
    ] {
        let reported = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reported);
        let cached = CachedLookup::new(slow.clone()).most_at_once(at_once);
        assert_eq!(format!("{cached:?}"), "CachedLookup { answers: 0, .. }");
        let cors = layer(&cached).on_failure(move |_, failure| {
            sink.lock().unwrap().push(failure.to_string());
        });
        assert!(!is_allowed(&cors, TENANT, "a").await);
        assert_eq!(*reported.lock().unwrap(), [expected]);
    }
}

#[tokio::test]
async fn an_answer_for_one_tenant_never_serves_another() {
    let slow = Slow::with_permits(100);
    let cors = layer(&CachedLookup::new(slow.clone()));
    assert!(is_allowed(&cors, TENANT, "api.a.example").await);
    slow.allows.store(false, Ordering::SeqCst);
    assert!(!is_allowed(&cors, TENANT, "api.b.example").await);
    assert!(is_allowed(&cors, TENANT, "api.a.example").await);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    let slow = Slow::with_permits(100);
    slow.fails.store(true, Ordering::SeqCst);
    let cors = layer(&CachedLookup::new(slow.clone()));
    assert!(!is_allowed(&cors, TENANT, "a").await);
    slow.fails.store(false, Ordering::SeqCst);
    assert!(is_allowed(&cors, TENANT, "a").await);
}

#[tokio::test]
async fn however_many_wait_it_is_asked_once_even_if_the_first_goes_away() {
    let slow = Slow::with_permits(0);
    let cors = layer(&CachedLookup::new(slow.clone()));
    let ask = || {
        let cors = cors.clone();
        tokio::spawn(async move { is_allowed(&cors, TENANT, "a").await })
    };
    let first = ask();
    while slow.asked() == 0 {
        tokio::task::yield_now().await;
    }
    let others: Vec<_> = (0..50).map(|_| ask()).collect();
    tokio::task::yield_now().await;
    assert_eq!(slow.asked(), 1);
    first.abort();
    slow.permits.add_permits(1);
    for other in others {
        assert!(other.await.unwrap());
    }
    assert!(
        slow.asked() <= 2,
        "by the first, and by one that took its place"
    );
}

#[tokio::test]
async fn no_more_are_under_way_than_was_said() {
    let slow = Slow::with_permits(0);
    let cached = CachedLookup::new(slow.clone()).most_at_once(3);
    let cors = layer(&cached);
    let asking: Vec<_> = (0..3)
        .map(|i| {
            let cors = cors.clone();
            tokio::spawn(async move {
                is_allowed(&cors, &format!("https://{i}.example.com"), "a").await
            })
        })
        .collect();
    while slow.asked() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(
        !is_allowed(&cors, "https://fourth.example.com", "a").await,
        "denied at once"
    );
    assert_eq!(slow.asked(), 3);
    slow.permits.add_permits(100);
    for asked in asking {
        assert!(asked.await.unwrap());
    }
    assert!(is_allowed(&cors, "https://fourth.example.com", "a").await);
}

#[tokio::test]
async fn it_holds_no_more_answers_than_was_said() {
    let slow = Slow::with_permits(Semaphore::MAX_PERMITS);
    let cors = layer(&CachedLookup::new(slow.clone()).capacity(10));
    let origin = |i: usize| format!("https://{i}.example.com");
    for i in 0..500 {
        assert!(is_allowed(&cors, &origin(i), "a").await);
    }
    let before = slow.asked();
    for i in 0..500 {
        assert!(is_allowed(&cors, &origin(i), "a").await);
    }
    assert!(
        slow.asked() - before >= 400,
        "{} were kept",
        500 - (slow.asked() - before)
    );
}
