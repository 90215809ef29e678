//! Decisions as events: what they hold, and that nobody can flood a log.

use std::convert::Infallible;
use std::io::Write;
use std::sync::{Arc, Mutex};

use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};
use tower_cors::CorsLayer;
use tracing::Level;

const APP: &str = "https://app.example.com";

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The lines that requests cause at a level.
fn lines(
    level: Level,
    cors: &CorsLayer,
    requests: impl IntoIterator<Item = Request<()>>,
) -> Vec<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .finish();
    let mut service = cors.layer(tower::service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    tracing::subscriber::with_default(subscriber, || {
        for request in requests {
            drop(service.call(request));
        }
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

fn cors() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .build()
        .unwrap()
        .trace_decisions()
}

fn get(origin: &str) -> Request<()> {
    let origin = HeaderValue::from_bytes(origin.as_bytes()).unwrap();
    Request::get("/").header("origin", origin).body(()).unwrap()
}

#[test]
fn a_denial_is_logged_with_its_fields() {
    assert_eq!(
        lines(
            Level::INFO,
            &cors(),
            [get(APP), get("https://evil.example")]
        ),
        [
            "INFO tower_cors: denied code=\"origin_not_allowed\" kind=Actual method=\"GET\" \
          origin=\"https://evil.example\" suppressed=0 why=the origin \"https://evil.example\" is not allowed"
        ]
    );
}

#[test]
fn allowed_requests_are_logged_at_debug_level() {
    let plain = Request::get("/").body(()).unwrap();
    assert_eq!(
        lines(Level::DEBUG, &cors(), [plain, get(APP)]),
        ["DEBUG tower_cors: allowed kind=Actual method=\"GET\" origin=\"https://app.example.com\""]
    );
}

#[test]
fn the_decision_of_a_shadow_is_logged() {
    let stricter = CorsLayer::builder()
        .allow_origins(["https://other.example"])
        .build()
        .unwrap();
    let reported = lines(Level::DEBUG, &cors().shadow(stricter), [get(APP)]);
    assert!(
        reported[0].contains("shadow=\"origin_not_allowed\""),
        "{reported:?}"
    );
}

#[test]
fn what_a_client_sends_is_escaped_and_cut() {
    let long = format!("https://{}", "é\t\"".repeat(1000));
    let reported = lines(Level::INFO, &cors(), [get(&long)]);
    assert_eq!(reported.len(), 1);
    assert!(reported[0].is_ascii(), "{reported:?}");
    assert!(reported[0].len() < 1500, "{} bytes", reported[0].len());
    assert!(reported[0].contains("(the first 128 of "), "{reported:?}");
}

#[test]
fn one_origin_is_logged_once_and_the_rest_is_counted() {
    let cors = cors();
    let many = (0..1000).map(|_| get("https://evil.example"));
    let reported = lines(
        Level::INFO,
        &cors,
        many.chain([get("https://other.example")]),
    );
    assert_eq!(reported.len(), 2, "{reported:?}");
    assert!(reported[1].contains("suppressed=999"), "{reported:?}");
}

#[test]
fn many_origins_cannot_flood_the_log() {
    let many = (0..10_000).map(|i| get(&format!("https://{i}.evil.example")));
    let count = lines(Level::INFO, &cors(), many).len();
    // So many a second, and the test takes some seconds at the most.
    assert!((20..=400).contains(&count), "{count}");
}

#[test]
fn replaced_headers_of_the_inner_service_are_reported() {
    for (name, header, expected) in [
        ("a second layer", Some("access-control-allow-origin"), 1),
        ("none", None, 0),
    ] {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::DEBUG)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let cors = CorsLayer::builder().allow_origins([APP]).build().unwrap();
        let mut service = cors.layer(tower::service_fn(async |_: Request<()>| {
            let mut response = Response::builder();
            if let Some(header) = header {
                response = response.header(header, "*");
            }
            Ok::<_, Infallible>(response.body(()).unwrap())
        }));
        tracing::subscriber::with_default(subscriber, || {
            let request = Request::get("/").header("origin", APP).body(()).unwrap();
            let mut future = std::pin::pin!(service.call(request));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(future.as_mut().poll(&mut context).is_ready());
        });
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let events = text.matches("this layer replaces them").count();
        assert_eq!(events, expected, "{name}: {text}");
    }
}

/// An own page is not a denial, so it is logged as allowed.
#[test]
fn own_pages_are_not_logged_as_denied() {
    let own = || {
        let request = Request::post("/").header("origin", "https://api.example.com");
        let request = request.header("sec-fetch-site", "same-origin");
        request.body(()).unwrap()
    };
    assert!(lines(Level::INFO, &cors(), [own()]).is_empty());
    let logged = lines(Level::DEBUG, &cors(), [own()]);
    assert!(logged[0].contains("allowed kind=Actual"), "{logged:?}");
}

/// A scanner that asks for one foreign host again and again does not silence the others.
#[test]
fn refusals_without_an_origin_are_told_apart() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_hosts(["api.example.com"])
        .build()
        .unwrap()
        .trace_decisions();
    let at = |host: &str| Request::get("/").header("host", host).body(()).unwrap();
    let scans = (0..100).map(|_| at("scanned.example"));
    let reported = lines(Level::INFO, &cors, scans.chain([at("other.example")]));
    assert_eq!(reported.len(), 2, "{reported:?}");
    assert!(
        reported[1].contains("code=\"host_not_allowed\""),
        "{reported:?}"
    );
    assert!(reported[1].contains("other.example"), "{reported:?}");
}
