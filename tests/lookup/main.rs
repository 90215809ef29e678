//! Origins that are looked up: when the look-up is asked, what it changes, what its failures change.
#![allow(
    clippy::wildcard_imports,
    reason = "the other files share the helpers of this one"
)]

mod inner_service;

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{HOST, HeaderName};
use http::{HeaderMap, Request, Response, StatusCode};
use tower::{Layer, Service, ServiceExt};
use tower_cors::lookup::{CorsLookupLayer, DeclaredHeaders, LookupError, OriginLookup};
use tower_cors::{CorsLayer, Origin};

const LISTED: &str = "https://console.example.com";
const TENANT: &str = "https://shop.example";
const STRANGER: &str = "https://evil.example";

/// Allows the tenant, fails for `broken`, never answers for `slow`; counts what it is asked.
#[derive(Clone, Default)]
struct Tenants(Arc<AtomicUsize>);

impl Tenants {
    fn asked(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl OriginLookup for Tenants {
    type Error = &'static str;

    async fn allows(
        &self,
        origin: &Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> Result<bool, &'static str> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match origin.as_str() {
            "https://broken.example" => Err("the database is gone"),
            "https://slow.example" => std::future::pending().await,
            text => Ok(text == TENANT || text == "http://shop.example"),
        }
    }
}

fn layer(tenants: &Tenants) -> CorsLookupLayer<Tenants> {
    let cors = CorsLayer::builder()
        .allow_origins([LISTED])
        .allow_looked_up_origins()
        .allow_methods(["PUT"])
        .allow_credentials()
        .build();
    cors.unwrap()
        .with_lookup(tenants.clone())
        .time_limit(Duration::from_millis(20))
}

fn get(origin: &str) -> Request<()> {
    Request::get("/").header("origin", origin).body(()).unwrap()
}

fn preflight(origin: &str) -> Request<()> {
    Request::options("/")
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .body(())
        .unwrap()
}

async fn send<L: OriginLookup>(
    cors: &CorsLookupLayer<L>,
    request: Request<()>,
) -> (StatusCode, HeaderMap) {
    let inner = tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
    let Ok(answer) = cors.layer(inner).oneshot(request).await;
    let (parts, ()) = answer.into_parts();
    (parts.status, parts.headers)
}

#[tokio::test]
async fn a_look_up_runs_only_for_origins_that_the_policy_does_not_decide() {
    // a name, the request, whether it is asked, whether the origin is allowed, the status
    let no_origin = Request::get("/").body(()).unwrap();
    let mut two_lines = get(TENANT);
    two_lines
        .headers_mut()
        .append("origin", TENANT.parse().unwrap());
    let rows = [
        ("no origin", no_origin, 0, false, 200),
        ("listed", get(LISTED), 0, true, 200),
        ("tenant", get(TENANT), 1, true, 200),
        ("tenant, preflight", preflight(TENANT), 1, true, 204),
        ("stranger", get(STRANGER), 1, false, 200),
        ("stranger, preflight", preflight(STRANGER), 1, false, 403),
        ("malformed", get("https://shop.example/"), 0, false, 200),
        ("null", get("null"), 0, false, 200),
        ("two lines", two_lines, 0, false, 200),
        (
            "insecure, with credentials",
            get("http://shop.example"),
            0,
            false,
            200,
        ),
    ];
    for (name, request, asked, allowed, status) in rows {
        let tenants = Tenants::default();
        let (got, headers) = send(&layer(&tenants), request).await;
        assert_eq!(tenants.asked(), asked, "{name}");
        assert_eq!(
            headers.contains_key("access-control-allow-origin"),
            allowed,
            "{name}"
        );
        assert_eq!(
            headers.contains_key("access-control-allow-credentials"),
            allowed,
            "{name}"
        );
        assert_eq!(got, status, "{name}");
        assert!(
            headers["vary"].to_str().unwrap().starts_with("origin"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn an_any_origin_policy_asks_nothing() {
    let tenants = Tenants::default();
    let any = CorsLayer::builder().allow_any_origin().build().unwrap();
    let (_, headers) = send(&any.with_lookup(tenants.clone()), get(TENANT)).await;
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert!(!headers.contains_key("vary"));
    assert_eq!(tenants.asked(), 0);
}

#[tokio::test]
async fn failure_and_delay_deny_and_are_reported_and_the_request_continues() {
    let reported = Arc::new(Mutex::new(vec![]));
    let seen = Arc::new(Mutex::new(vec![]));
    let (sink, see) = (Arc::clone(&reported), Arc::clone(&seen));
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .on_decision(move |observation| {
            let denial = observation.decision().denial();
            see.lock().unwrap().push(denial.map(|denial| denial.code()));
        })
        .with_lookup(Tenants::default())
        .time_limit(Duration::from_millis(20))
        .on_failure(move |origin, failure| {
            sink.lock().unwrap().push(format!("{origin}: {failure}"));
        });
    for origin in [
        "https://broken.example",
        "https://slow.example",
        TENANT,
        STRANGER,
    ] {
        let (status, _) = send(&cors, get(origin)).await;
        assert_eq!(status, StatusCode::OK);
    }
    let (status, headers) = send(&cors, preflight("https://broken.example")).await;
    assert_eq!((status, headers.len()), (StatusCode::FORBIDDEN, 1));
    assert_eq!(
        *reported.lock().unwrap(),
        [
            "https://broken.example: the look-up failed: the database is gone",
            "https://slow.example: the look-up took longer than 20ms",
            "https://broken.example: the look-up failed: the database is gone",
        ]
    );
    let failed = Some("lookup_failed");
    assert_eq!(
        *seen.lock().unwrap(),
        [failed, failed, None, Some("origin_not_allowed"), failed]
    );
}

#[tokio::test]
async fn rejection_waits_for_the_answer() {
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .reject_disallowed_origins()
        .build()
        .unwrap()
        .with_lookup(Tenants::default());
    assert_eq!(send(&cors, get(TENANT)).await.0, StatusCode::OK);
    assert_eq!(send(&cors, get(STRANGER)).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_function_of_the_text_will_do() {
    async fn allows(origin: String) -> Result<bool, Infallible> {
        Ok(origin == TENANT)
    }
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap();
    let cors = cors.with_lookup(allows);
    assert_eq!(
        send(&cors, get(TENANT)).await.1["access-control-allow-origin"],
        TENANT
    );
    assert!(
        !send(&cors, get(STRANGER))
            .await
            .1
            .contains_key("access-control-allow-origin")
    );
}

/// Allows a tenant's origin under the tenant's own host.
struct ByHost;

impl OriginLookup for ByHost {
    type Error = Infallible;

    fn reads(&self) -> &[HeaderName] {
        const { &[HOST] }
    }

    async fn allows(
        &self,
        origin: &Origin<'_>,
        headers: &DeclaredHeaders<'_>,
    ) -> Result<bool, Infallible> {
        assert!(
            headers.get(&http::header::COOKIE).is_none(),
            "what isn't declared isn't seen"
        );
        Ok(headers.host().name() == Some(&format!("api.{}", origin.host())))
    }
}

#[tokio::test]
async fn declared_headers_are_seen_and_named_in_vary_on_every_response() {
    let cors = CorsLayer::builder()
        .allow_origins([LISTED])
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .with_lookup(ByHost);
    let asked = ["host", "origin", "sec-fetch-site"];
    for (origin, host, allowed, expected) in [
        (Some(TENANT), "api.shop.example", true, &asked[..]),
        (Some(TENANT), "api.other.example", false, &asked),
        (Some(LISTED), "api.other.example", true, &asked[..2]),
        (None, "api.shop.example", false, &asked[..2]),
    ] {
        let mut request = Request::get("/")
            .header("host", host)
            .header("cookie", "a=b");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let (_, headers) = send(&cors, request.body(()).unwrap()).await;
        assert_eq!(
            headers.contains_key("access-control-allow-origin"),
            allowed,
            "{origin:?} {host}"
        );
        let vary = headers.get_all("vary").iter();
        let mut vary: Vec<_> = vary
            .flat_map(|line| line.to_str().unwrap().split(", "))
            .collect();
        vary.sort_unstable();
        assert_eq!(vary, expected, "{origin:?} {host}");
    }
}

/// The answer comes from the policy under which the request came in, with what the look-up said.
#[tokio::test]
async fn a_policy_that_is_replaced_meanwhile_takes_effect_for_the_next_request() {
    let policy = || CorsLayer::builder().allow_looked_up_origins();
    let (cors, handle) = CorsLayer::reloadable(policy().build().unwrap()).unwrap();
    let replace = move || {
        let stricter = policy().expose_headers(["etag"]).build().unwrap();
        handle.replace(stricter).unwrap();
    };
    let cors = cors.with_lookup(move |_: String| {
        replace();
        async { Ok::<_, Infallible>(true) }
    });
    let exposes = |headers: &HeaderMap| headers.contains_key("access-control-expose-headers");
    assert!(!exposes(&send(&cors, get(TENANT)).await.1));
    assert!(exposes(&send(&cors, get(TENANT)).await.1));
}

#[tokio::test]
async fn axum_takes_it() {
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap();
    let cors = cors.with_lookup(Tenants::default());
    let app = axum::Router::new()
        .route("/", axum::routing::get(async || "[]"))
        .layer(cors);
    let request = get(TENANT).map(|()| axum::body::Body::empty());
    let answer = app.oneshot(request).await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], TENANT);
}

#[test]
fn a_failure_displays_its_reason() {
    let failure = LookupError::Failed("gone");
    assert_eq!(failure.to_string(), "the look-up failed: gone");
}

/// A choice knows no look-ups; one further in speaks where the choice has no policy.
#[tokio::test]
async fn within_a_choice_it_is_asked_if_no_policy_is_chosen() {
    let tenants = Tenants::default();
    let listed = CorsLayer::builder().allow_origins([LISTED]).build();
    let choice = CorsLayer::choose()
        .path_prefix("/console", listed.unwrap())
        .otherwise_no_cors()
        .unwrap();
    for (path, request, asked, allowed) in [
        ("/", get(TENANT), 1, true),
        ("/", preflight(TENANT), 1, true),
        ("/", preflight(STRANGER), 1, false),
        ("/console", preflight(TENANT), 0, false),
        ("/console", preflight(LISTED), 0, true),
    ] {
        let before = tenants.asked();
        let mut request = request;
        *request.uri_mut() = path.parse().unwrap();
        let inner =
            tower::service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(())));
        let service = choice.layer(layer(&tenants).layer(inner));
        let Ok(answer) = service.oneshot(request).await;
        let line = answer.headers().get("access-control-allow-origin");
        assert_eq!(line.is_some(), allowed, "{path}");
        assert_eq!(tenants.asked() - before, asked, "{path}");
    }
}

#[tokio::test]
async fn a_denial_says_that_the_look_up_failed() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&reported);
    let cors = CorsLayer::builder()
        .allow_looked_up_origins()
        .build()
        .unwrap()
        .on_decision(move |observation| {
            let (denial, explanation) = (observation.decision().denial(), observation.explain());
            sink.lock()
                .unwrap()
                .push(format!("{}\n{explanation}", denial.unwrap()));
        })
        .with_lookup(Tenants::default());
    send(&cors, get("https://broken.example")).await;
    assert_eq!(
        *reported.lock().unwrap(),
        [r#"the look-up of the origin "https://broken.example" failed
blocked: the request reaches the server, but the browser withholds the response from the page
why:     the look-up of the origin "https://broken.example" failed
fix:     the policy needs no change; try again, and see the error that CorsLookupLayer::on_failure gets"#]
    );
}

#[test]
fn an_explanation_says_that_a_look_up_has_its_own_say() {
    for (builder, expected) in [
        (
            CorsLayer::builder().allow_origins([LISTED]),
            r#"if that page may call, add .allow_origins(["https://evil.example"])"#,
        ),
        (
            CorsLayer::builder()
                .allow_origins([LISTED])
                .allow_looked_up_origins(),
            "if that page may call, add .allow_origins([\"https://evil.example\"]); or let the look-up allow \
             it, which explain() does not ask",
        ),
    ] {
        let cors = builder.build().unwrap();
        let explanation = cors.policy().explain_request(&get(STRANGER));
        assert_eq!(explanation.fix().unwrap(), expected);
    }
}

/// A predicate may be costly, and may count what it sees.
#[tokio::test]
async fn a_predicate_is_asked_once_for_each_request() {
    for (name, request, allowed) in [
        ("the predicate allows", get("https://partner.example"), true),
        ("the look-up allows", get(TENANT), true),
        ("both deny", get(STRANGER), false),
        ("the look-up fails", get("https://broken.example"), false),
        ("a preflight that both deny", preflight(STRANGER), false),
        (
            "a preflight that the look-up allows",
            preflight(TENANT),
            true,
        ),
    ] {
        let asked = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&asked);
        let cors = CorsLayer::builder()
            .allow_origins_if(move |origin| {
                counting.fetch_add(1, Ordering::SeqCst);
                origin.as_str() == "https://partner.example"
            })
            .allow_looked_up_origins()
            .allow_methods(["PUT"])
            .build()
            .unwrap();
        for (attached, cors) in [
            ("alone", cors.clone()),
            ("observed", cors.on_decision(|_| {})),
        ] {
            asked.store(0, Ordering::SeqCst);
            let cors = cors.with_lookup(Tenants::default());
            let (_, headers) = send(&cors, request.clone()).await;
            let is_allowed = headers.contains_key("access-control-allow-origin");
            assert_eq!(is_allowed, allowed, "{name}, {attached}");
            assert_eq!(asked.load(Ordering::SeqCst), 1, "{name}, {attached}");
        }
    }
}
