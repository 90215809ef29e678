//! The audit finds the faults of a service, and finds nothing in a service without faults.

#![expect(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "a failed set-up is a failed test, and the type of a table is read in its rows"
)]

use std::convert::Infallible;

use axum::Router;
use axum::extract::Request as AxumRequest;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::Request;
use http_body::Body as _;
use tower_cors::testing::{Audit, Fault, Finding, Mistake, NoBody, Report, Severity, audit};
use tower_cors::{CorsBuilder, CorsLayer, origin};

const PAGE: &str = "https://app.example.com";

type Headers = Vec<(&'static str, String)>;

/// Audits a server with the given status, headers and body for each request and origin.
async fn faults(
    audit: Audit,
    answer: impl Fn(&Request<NoBody>, &str) -> (u16, Headers, &'static str),
) -> Vec<(Fault, Severity)> {
    let report = report(audit, answer).await;
    for finding in report.findings() {
        assert_message_is_complete(finding);
    }
    let findings = report.findings().iter();
    findings
        .map(|finding| (finding.fault(), finding.severity()))
        .collect()
}

/// The message has the severity, the path and the fault, then the evidence, then the fix.
fn assert_message_is_complete(finding: &Finding) {
    let told = finding.to_string();
    let lines: Vec<_> = told.lines().collect();
    let head = format!(
        "{}: {}: {}",
        finding.severity(),
        finding.path(),
        finding.fault()
    );
    assert_eq!(lines.first(), Some(&&*head));
    let seen = lines
        .iter()
        .filter_map(|line| line.strip_prefix("  proof "));
    assert!(seen.eq(finding.evidence()), "{told}");
    assert!(!finding.evidence().is_empty(), "{told}");
    let fix = format!("  fix   {}", finding.fix());
    assert_eq!(lines.last(), Some(&&*fix));
    assert!(finding.fix().contains(' '), "{told}");
}

async fn report(
    audit: Audit,
    answer: impl Fn(&Request<NoBody>, &str) -> (u16, Headers, &'static str),
) -> Report {
    let mut app = tower::service_fn(|request: Request<NoBody>| {
        let origin = request.headers().get("origin");
        let origin = origin.map_or("", |origin| origin.to_str().unwrap());
        let (status, headers, body) = answer(&request, origin);
        let mut response = http::Response::new(body.to_owned());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            let value = HeaderValue::from_str(&value).unwrap();
            response.headers_mut().append(name, value);
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    audit.run(&mut app, ["/items"]).await
}

fn allow(origin: &str) -> (&'static str, String) {
    ("access-control-allow-origin", origin.into())
}

fn credentials() -> (&'static str, String) {
    ("access-control-allow-credentials", "true".into())
}

fn vary() -> (&'static str, String) {
    ("vary", "Accept-Encoding, Origin".into())
}

/// A correct response: it allows the origin if `passes` is true.
fn checked(passes: bool, origin: &str, with_credentials: bool) -> (u16, Headers, &'static str) {
    let mut headers = vec![vary()];
    if passes {
        headers.push(allow(origin));
    }
    if passes && with_credentials {
        headers.push(credentials());
    }
    (204, headers, "")
}

#[tokio::test]
async fn origins_that_should_not_be_allowed_are_found() {
    use Fault::{AnyOriginReflected, InsecureOriginAllowed, LookAlikeAllowed, NullOriginAllowed};
    use Severity::{Critical, High, Medium};
    type Passes = fn(&str) -> bool;
    let rows: &[(&str, Passes, bool, &[(Fault, Severity)])] = &[
        (
            "everybody, with credentials",
            |origin| !origin.is_empty() && origin != "null",
            true,
            &[
                (AnyOriginReflected, Critical),
                (LookAlikeAllowed, Critical),
                (InsecureOriginAllowed, High),
            ],
        ),
        (
            "everybody, without credentials",
            |origin| !origin.is_empty() && origin != "null",
            false,
            &[(AnyOriginReflected, Medium), (LookAlikeAllowed, Medium)],
        ),
        (
            "null",
            |origin| origin == PAGE || origin == "null",
            true,
            &[(NullOriginAllowed, Critical)],
        ),
        (
            "by its start",
            |origin| origin.starts_with(PAGE),
            true,
            &[(LookAlikeAllowed, Critical)],
        ),
        (
            "by a part after a dot",
            |origin| origin == PAGE || origin.contains(".app.example.com"),
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "by its start and a dot",
            |origin| origin == PAGE || origin.starts_with("https://app.example.com."),
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "by its end",
            |origin| origin.ends_with("app.example.com") && origin.starts_with("https:"),
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "by the end of its domain",
            |origin| origin.ends_with("example.com") && origin.starts_with("https:"),
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "by a part",
            |origin| origin.contains("app.example.com") && origin.starts_with("https:"),
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "by a regular expression",
            |origin| {
                origin.len() == PAGE.len()
                    && origin.starts_with("https://app")
                    && origin.ends_with("example.com")
            },
            false,
            &[(LookAlikeAllowed, Medium)],
        ),
        (
            "http too, with credentials",
            |origin| origin.ends_with("://app.example.com"),
            true,
            &[(InsecureOriginAllowed, High)],
        ),
        (
            "http too, without credentials",
            |origin| origin.ends_with("://app.example.com"),
            false,
            &[],
        ),
        (
            "subdomains",
            |origin| {
                origin == PAGE || origin.starts_with("https://") && origin.ends_with(".example.com")
            },
            true,
            &[],
        ),
        ("the page alone", |origin| origin == PAGE, true, &[]),
    ];
    for (name, passes, with_credentials, found) in rows {
        let answer =
            |_: &Request<NoBody>, origin: &str| checked(passes(origin), origin, *with_credentials);
        assert_eq!(
            faults(Audit::new().page(PAGE), answer).await,
            *found,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_missing_vary_is_found_on_each_kind_of_answer() {
    // the name, the origins whose response has no Vary, and the evidence
    let rows: &[(&str, fn(&str) -> bool, &str)] = &[
        (
            "actual",
            |origin| origin == PAGE,
            "from https://app.example.com → 204",
        ),
        (
            "denied",
            |origin| origin == "https://stranger.invalid",
            "from https://stranger.invalid → 204",
        ),
        ("without Origin", str::is_empty, "without Origin → 204"),
    ];
    for (name, is_missing, evidence) in rows {
        let report = report(Audit::new().page(PAGE), |_, origin| {
            let (status, mut headers, body) = checked(origin == PAGE, origin, false);
            headers.retain(|(name, _)| *name != "vary" || !is_missing(origin));
            (status, headers, body)
        })
        .await;
        let [finding] = report.findings() else {
            panic!("{name}: {report}");
        };
        assert_eq!(finding.fault(), Fault::VaryMissing, "{name}");
        let [seen] = finding.evidence() else {
            panic!("{name}: {report}");
        };
        assert!(seen.contains(evidence), "{name}: {seen}");
    }
}

#[tokio::test]
async fn equal_or_uncached_responses_need_no_vary() {
    let any = |_: &Request<NoBody>, _: &str| (200, vec![allow("*")], "");
    assert_eq!(faults(Audit::new().page(PAGE), any).await, []);
    let fixed = |_: &Request<NoBody>, _: &str| (200, vec![allow(PAGE)], "");
    assert_eq!(faults(Audit::new(), fixed).await, []);
    let no_store = |_: &Request<NoBody>, origin: &str| {
        let (status, mut headers, body) = checked(origin == PAGE, origin, false);
        headers[0] = ("cache-control", "no-store".into());
        (status, headers, body)
    };
    assert_eq!(faults(Audit::new().page(PAGE), no_store).await, []);
}

#[tokio::test]
async fn what_browsers_refuse_is_found() {
    use Severity::{High, Medium};
    let rows: &[(&str, &[&str], bool, (Fault, Severity))] = &[
        (
            "two lines",
            &[PAGE, "*"],
            false,
            (Fault::SeveralAllowOrigins, High),
        ),
        (
            "the same twice",
            &[PAGE, PAGE],
            false,
            (Fault::SeveralAllowOrigins, High),
        ),
        (
            "a list",
            &["https://app.example.com, https://b.example"],
            false,
            (Fault::AllowOriginInvalid, High),
        ),
        (
            "a pattern",
            &["https://*.example.com"],
            false,
            (Fault::AllowOriginInvalid, High),
        ),
        (
            "a slash",
            &["https://app.example.com/"],
            false,
            (Fault::AllowOriginInvalid, High),
        ),
        (
            "* with credentials",
            &["*"],
            true,
            (Fault::WildcardWithCredentials, Medium),
        ),
    ];
    for (name, values, with_credentials, fault) in rows {
        let found = faults(Audit::new(), |_, _| {
            let mut headers: Headers = values.iter().map(|value| allow(value)).collect();
            if *with_credentials {
                headers.push(credentials());
            }
            (200, headers, "")
        })
        .await;
        assert_eq!(found, [*fault], "{name}");
    }
    let lists = |_: &Request<NoBody>, origin: &str| {
        let (status, mut headers, body) = checked(origin == PAGE, origin, true);
        if origin == PAGE {
            headers.push(("access-control-allow-headers", "*".into()));
        }
        (status, headers, body)
    };
    assert_eq!(
        faults(Audit::new().page(PAGE), lists).await,
        [(Fault::WildcardWithCredentials, Medium)]
    );
}

#[tokio::test]
async fn preflights_that_the_layer_does_not_answer_are_found() {
    let answer = |status: u16, extra: Headers, body: &'static str| {
        move |request: &Request<NoBody>, origin: &str| {
            let (_, mut headers, _) = checked(origin == PAGE, origin, false);
            if request.method() != Method::OPTIONS {
                return (200, headers, "items");
            }
            headers.extend(extra.clone());
            (status, headers, body)
        }
    };
    let rows: [(&str, u16, Headers, &str, Option<(Fault, Severity)>); 8] = [
        (
            "404",
            404,
            vec![],
            "",
            Some((Fault::PreflightNotAnswered, Severity::High)),
        ),
        (
            "405",
            405,
            vec![],
            "",
            Some((Fault::PreflightNotAnswered, Severity::High)),
        ),
        (
            "401",
            401,
            vec![],
            "",
            Some((Fault::PreflightNotAnswered, Severity::High)),
        ),
        (
            "a redirect",
            308,
            vec![],
            "",
            Some((Fault::PreflightNotAnswered, Severity::High)),
        ),
        (
            "a body",
            200,
            vec![],
            "items",
            Some((Fault::PreflightReachesHandler, Severity::Low)),
        ),
        (
            "a cookie",
            200,
            vec![("set-cookie", "a=b".into())],
            "",
            Some((Fault::PreflightReachesHandler, Severity::Low)),
        ),
        (
            "a stream",
            200,
            vec![("content-type", "text/event-stream".into())],
            "",
            Some((Fault::PreflightReachesHandler, Severity::Low)),
        ),
        ("answered", 204, vec![], "", None),
    ];
    for (name, status, extra, body, fault) in rows {
        let found = faults(Audit::new().page(PAGE), answer(status, extra, body)).await;
        assert_eq!(found, Vec::from_iter(fault), "{name}");
    }
}

#[tokio::test]
async fn responses_without_cors_headers_are_found() {
    // the name, the requests whose response has CORS headers, and the fault
    let rows: &[(&str, fn(&Request<NoBody>) -> bool, Fault)] = &[
        (
            "on OPTIONS alone",
            |request| request.method() == Method::OPTIONS,
            Fault::ActualWithoutCors,
        ),
        (
            "not on errors",
            |request| request.uri().path() == "/items" && request.method() != "AUDIT",
            Fault::ErrorWithoutCors,
        ),
        ("nowhere", |_| false, Fault::PageNotAllowed),
    ];
    for (name, has_cors, fault) in rows {
        let found = faults(Audit::new().page(PAGE), |request, origin| {
            let is_error = request.uri().path() != "/items" || request.method() == "AUDIT";
            let passes = origin == PAGE && has_cors(request);
            let (_, headers, _) = checked(passes, origin, false);
            (if is_error { 404 } else { 200 }, headers, "")
        })
        .await;
        let found: Vec<_> = found.into_iter().map(|(fault, _)| fault).collect();
        assert_eq!(found, [*fault], "{name}");
    }
}

/// An application with a route that reads, one that writes, one that fails, and one behind a login.
fn routes() -> Router {
    async fn login(request: AxumRequest, next: Next) -> Response {
        if request.headers().contains_key("authorization") {
            next.run(request).await
        } else {
            StatusCode::UNAUTHORIZED.into_response()
        }
    }
    Router::new()
        .route("/items", get(|| async { ([("etag", "1")], "[]") }))
        .route("/orders", post(|| async { "ok" }))
        .route(
            "/broken",
            get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        )
        .route("/mine", get(|| async { "mine" }).layer(from_fn(login)))
}

const PATHS: [&str; 4] = ["/items", "/orders", "/broken", "/mine"];

fn names(report: &Report) -> Vec<Fault> {
    report.findings().iter().map(Finding::fault).collect()
}

#[tokio::test]
async fn nothing_is_found_behind_this_crates_layer() {
    let builder = CorsLayer::builder;
    let page = || origin!("https://app.example.com");
    let rows: Vec<(&str, CorsLayer)> = vec![
        ("one origin", built(builder().allow_origins([page()]))),
        (
            "any origin",
            built(
                builder()
                    .allow_any_origin()
                    .allow_any_method()
                    .allow_any_header()
                    .expose_any_header(),
            ),
        ),
        (
            "credentials",
            built(
                builder()
                    .allow_origins([page()])
                    .allow_credentials()
                    .mirror_request_methods()
                    .mirror_request_headers(),
            ),
        ),
        (
            "subdomains",
            built(
                builder()
                    .allow_origins(["https://*.example.com"])
                    .allow_credentials(),
            ),
        ),
        (
            "subdomains and ports",
            built(builder().allow_origins(["https://*.example.com:*"])),
        ),
        (
            "http and https",
            built(builder().allow_origins(["https://app.example.com", "http://app.example.com"])),
        ),
        (
            "a function",
            built(
                builder()
                    .allow_origins_if(|origin| origin.host() == "app.example.com")
                    .allow_credentials(),
            ),
        ),
        (
            "rejecting",
            built(
                builder()
                    .allow_origins([page()])
                    .reject_disallowed_origins(),
            ),
        ),
        (
            "everything else",
            built(
                builder()
                    .allow_origins([page()])
                    .timing_allow_origin()
                    .allow_private_network()
                    .preflight_status(StatusCode::OK),
            ),
        ),
    ];
    for (name, cors) in rows {
        let report = Audit::new()
            .page(PAGE)
            .run(&mut routes().layer(cors), PATHS)
            .await;
        assert!(report.is_clean(), "{name}: {report}");
        assert_eq!(report.skipped(), [""; 0], "{name}");
    }
}

fn built<M>(builder: CorsBuilder<M>) -> CorsLayer {
    builder.build().unwrap()
}

#[tokio::test]
async fn null_is_found_even_behind_this_crates_layer() {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_null_origin();
    let report = Audit::new()
        .page(PAGE)
        .run(&mut routes().layer(built(cors)), ["/items"])
        .await;
    assert_eq!(names(&report), [Fault::NullOriginAllowed], "{report}");
}

#[tokio::test]
async fn a_layer_on_one_route_alone_is_found() {
    let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
    let mut app = Router::new()
        .route("/items", get(|| async { "[]" }).layer(cors))
        .route("/orders", post(|| async { "ok" }));
    let report = Audit::new()
        .page(PAGE)
        .run(&mut app, ["/items", "/orders"])
        .await;
    assert_eq!(
        names(&report),
        [
            Fault::ErrorWithoutCors,
            Fault::PreflightNotAnswered,
            Fault::ErrorWithoutCors
        ],
        "{report}"
    );
}

#[tokio::test]
async fn a_login_outside_of_the_layer_is_found() {
    let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
    let mut app = Router::new()
        .route("/items", get(|| async { "[]" }))
        .layer(cors)
        .layer(from_fn(async |request: AxumRequest, next: Next| {
            // Only preflights need the login in this test.
            if request.method() == Method::OPTIONS {
                StatusCode::UNAUTHORIZED.into_response()
            } else {
                next.run(request).await
            }
        }));
    let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
    assert_eq!(names(&report), [Fault::PreflightNotAnswered], "{report}");
}

/// Its responses don't show that a layer further in allows the page.
#[tokio::test]
async fn a_login_that_blocks_everything_is_named() {
    for status in [401, 303, 407] {
        let cors = built(CorsLayer::builder().allow_origins([origin!("https://app.example.com")]));
        let mut app = Router::new()
            .route("/items", get(|| async { "[]" }))
            .layer(cors)
            .layer(from_fn(move |_: AxumRequest, _: Next| async move {
                let status = StatusCode::from_u16(status).unwrap();
                (status, [("location", "/login")])
            }));
        let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
        assert_eq!(
            names(&report),
            [Fault::ErrorWithoutCors, Fault::PreflightNotAnswered],
            "{report}"
        );
    }
}

#[tokio::test]
async fn nothing_is_found_behind_tower_https_layer_well_configured() {
    use tower_http::cors::{AllowOrigin, Any};
    let listed = tower_http::cors::CorsLayer::new()
        .allow_origin([HeaderValue::from_static(PAGE)])
        .allow_methods([Method::GET, Method::PUT])
        .allow_credentials(true);
    let any = tower_http::cors::CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(Any)
        .allow_headers(Any);
    let predicate = tower_http::cors::CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(|origin, _| origin == PAGE));
    for (name, cors) in [("listed", listed), ("any", any), ("predicate", predicate)] {
        let report = Audit::new()
            .page(PAGE)
            .run(&mut routes().layer(cors), PATHS)
            .await;
        assert!(report.is_clean(), "{name}: {report}");
    }
}

#[tokio::test]
async fn tower_https_very_permissive_layer_is_found() {
    let cors = tower_http::cors::CorsLayer::very_permissive();
    let report = Audit::new()
        .page(PAGE)
        .run(&mut routes().layer(cors), ["/items"])
        .await;
    assert!(
        names(&report).contains(&Fault::AnyOriginReflected),
        "{report}"
    );
    assert!(
        names(&report).contains(&Fault::NullOriginAllowed),
        "{report}"
    );
    assert_eq!(report.findings()[0].severity(), Severity::Critical);
}

#[tokio::test]
async fn an_app_without_cors_has_no_faults_until_a_page_is_named() {
    let report = audit(&mut routes(), ["/items"]).await;
    assert_eq!(names(&report), []);
    assert_eq!(report.skipped().len(), 1);
    assert!(!report.is_clean(), "what was skipped hasn't passed");
    let report = Audit::new().page(PAGE).run(&mut routes(), ["/items"]).await;
    assert_eq!(names(&report), [Fault::PageNotAllowed]);
}

#[tokio::test]
async fn a_path_that_is_not_a_url_is_skipped() {
    let report = Audit::new()
        .server("nowhere")
        .run(&mut routes(), ["/items"])
        .await;
    assert!(report.skipped()[0].starts_with("\"/items\" is not a URL of the server: "));
    assert_eq!(report.requests(), 0);
}

#[tokio::test]
async fn an_audit_changes_nothing() {
    let mut asked = vec![];
    let mut app = tower::service_fn(|request: Request<NoBody>| {
        let has = |name| request.headers().contains_key(name);
        let kind = match (has("access-control-request-method"), has("upgrade")) {
            (true, false) => " preflight",
            (false, true) => " handshake",
            (true, true) => " both",
            (false, false) => "",
        };
        asked.push(format!("{}{kind}", request.method()));
        let headers = HeaderMap::from_iter([(
            http::header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        )]);
        std::future::ready(Ok::<_, Infallible>((headers, "").into_response()))
    });
    let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
    assert_eq!(report.requests(), asked.len());
    asked.sort();
    asked.dedup();
    let kinds = ["AUDIT", "GET", "GET handshake", "OPTIONS preflight"];
    assert_eq!(asked, kinds);
    assert!(NoBody.is_end_stream());
    assert_eq!(NoBody.size_hint().exact(), Some(0));
}

#[tokio::test]
async fn a_page_that_the_server_names_is_audited_like_one_that_the_test_names() {
    let fixed = |_: &Request<NoBody>, _: &str| (200, vec![allow(PAGE), vary()], "");
    let named = report(Audit::new().page(PAGE), fixed).await;
    let found = report(Audit::new(), fixed).await;
    assert_eq!(found.skipped(), [""; 0]);
    assert_eq!(found.requests(), named.requests());
}

#[tokio::test]
async fn a_page_that_is_not_allowed_is_explained_by_what_the_responses_show() {
    let other = "https://b.example";
    // the name, the headers for the path and for a path without a route, and the mistakes
    let rows: [(&str, Headers, Headers, &[Mistake]); 4] = [
        ("nothing", vec![], vec![], &[]),
        (
            "only the errors",
            vec![],
            vec![allow("*")],
            &[Mistake::LayerBeforeRoute],
        ),
        ("another page", vec![allow(other)], vec![allow("*")], &[]),
        (
            "a layer for other pages",
            vec![vary()],
            vec![vary()],
            &[Mistake::OriginNotAllowed],
        ),
    ];
    for (name, headers, of_error, mistakes) in rows {
        let report = report(Audit::new().page(PAGE), |request, _| {
            if request.uri().path() == "/items" {
                (200, headers.clone(), "")
            } else {
                (404, of_error.clone(), "")
            }
        })
        .await;
        let mut findings = report.findings().iter();
        let finding = findings.find(|finding| finding.fault() == Fault::PageNotAllowed);
        assert_eq!(finding.unwrap().likely_mistakes(), mistakes, "{name}");
    }
}

#[tokio::test]
async fn a_finding_shows_eight_responses_at_most() {
    let everybody = |_: &Request<NoBody>, origin: &str| (200, vec![allow(origin), vary()], "");
    let audit = Audit::new().page(PAGE).page("https://www.example.org");
    let report = report(audit, everybody).await;
    let mut findings = report.findings().iter();
    let finding = findings.find(|finding| finding.fault() == Fault::LookAlikeAllowed);
    let mut evidence = finding.unwrap().evidence().to_vec();
    evidence.sort();
    evidence.dedup();
    assert_eq!(evidence.len(), 8, "{report}");
}

#[tokio::test]
async fn each_body_is_read_to_find_failures() {
    let mut app = tower::service_fn(|request: Request<NoBody>| {
        let origin = request.headers().get("origin");
        let frame = if origin.is_some_and(|origin| origin == PAGE) {
            Err("cut off")
        } else {
            Ok(http_body::Frame::data(bytes::Bytes::from("[]")))
        };
        let body = http_body_util::StreamBody::new(futures_util::stream::iter([frame]));
        std::future::ready(Ok::<_, Infallible>(http::Response::new(body)))
    });
    let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
    let mut findings = report.findings().iter();
    let finding = findings.find(|finding| finding.fault() == Fault::ServiceFails);
    let evidence = finding.unwrap().evidence();
    assert!(evidence[0].ends_with("an error: cut off"), "{report}");
}

#[tokio::test]
async fn an_audit_waits_for_the_stream_of_a_path_once() {
    let waits = std::cell::Cell::new(0);
    let mut app = tower::service_fn(|request: Request<NoBody>| {
        let (waits, is_get) = (&waits, request.method() == Method::GET);
        let sleep = futures_util::stream::once(async move {
            waits.set(waits.get() + usize::from(is_get));
            tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
            Ok::<_, Infallible>(http_body::Frame::data(bytes::Bytes::new()))
        });
        let body = http_body_util::StreamBody::new(Box::pin(sleep));
        std::future::ready(Ok::<_, Infallible>(http::Response::new(body)))
    });
    let audit = Audit::new().time_limit(std::time::Duration::from_millis(20));
    let _ = audit.run(&mut app, ["/items"]).await;
    assert_eq!(waits.get(), 1);
}

#[tokio::test]
async fn a_report_starts_with_the_most_severe_and_ends_with_what_was_skipped() {
    let everybody = |_: &Request<NoBody>, origin: &str| (200, vec![allow(origin), vary()], "");
    let nobody = |_: &Request<NoBody>, _: &str| (200, vec![], "");
    let null = |_: &Request<NoBody>, origin: &str| checked(origin == "null", origin, true);
    let not_tried = "not tried: https://server.example/items: look-alikes, preflights and errors, because no page \
                     is known that may call; name one with Audit::page";
    assert_eq!(
        report(Audit::new(), nobody).await.to_string(),
        format!("no fault found by 5 requests\n\n{not_tried}")
    );
    assert_eq!(
        report(Audit::new(), null).await.to_string(),
        format!(
            r#"1 fault found by 5 requests

critical: https://server.example/items: "null" is allowed, the origin of every sandboxed frame
  proof GET https://server.example/items from null → 204, Access-Control-Allow-Origin: null, Access-Control-Allow-Credentials: true, Vary: Accept-Encoding, Origin
  fix   remove .allow_null_origin(). Any server: never allow "null"; every sandboxed frame has this origin

{not_tried}"#
        )
    );
    let told = report(Audit::new().page(PAGE), everybody).await.to_string();
    let severities: Vec<_> = told
        .split("\n\n")
        .map(|part| part.split(' ').next().unwrap())
        .collect();
    assert_eq!(severities, ["4", "high:", "medium:", "medium:", "medium:"]);
}

#[tokio::test]
async fn a_handler_may_read_the_body() {
    let cors = CorsLayer::builder().allow_origins([PAGE]).build().unwrap();
    let read = async |body: bytes::Bytes| format!("{} bytes", body.len());
    let mut app = Router::new()
        .route("/items", axum::routing::any(read))
        .layer(cors);
    let report = Audit::new().page(PAGE).run(&mut app, ["/items"]).await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_failing_server_is_reported_with_its_failure() {
    let sleep = || async {
        tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
        Ok::<_, Infallible>(http::Response::new(endless()))
    };
    let mut silent = tower::service_fn(|_: Request<NoBody>| {
        std::future::pending::<Result<http::Response<String>, Infallible>>()
    });
    let mut slow = tower::service_fn(|_: Request<NoBody>| sleep());
    let mut endless = tower::service_fn(|_: Request<NoBody>| {
        std::future::ready(Ok::<_, Infallible>(http::Response::new(endless())))
    });
    let audit = || Audit::default().page(PAGE);
    let impatient = audit().time_limit(std::time::Duration::from_millis(20));
    for (report, expected) in [
        (audit().run(&mut silent, ["/"]).await, "it never answers"),
        (
            impatient.run(&mut slow, ["/"]).await,
            "no answer within 20ms",
        ),
        (
            audit().run(&mut endless, ["/"]).await,
            "a body of more than ",
        ),
    ] {
        let [finding] = report.findings() else {
            panic!("{report}")
        };
        assert_eq!(finding.fault(), Fault::ServiceFails);
        assert!(finding.evidence()[0].contains(expected), "{finding}");
    }
}

fn endless() -> impl http_body::Body<Data = bytes::Bytes, Error = Infallible> {
    let chunk = || Ok(http_body::Frame::data(vec![0; 1 << 20].into()));
    http_body_util::StreamBody::new(futures_util::stream::repeat_with(chunk))
}

/// A login by POST sets a cookie that pages of another site never send. The audit can't see it, and says so.
#[tokio::test]
async fn a_login_by_post_is_named_by_the_test() {
    use axum::routing::post;
    let cors = || {
        CorsLayer::builder()
            .allow_origins(["https://app.example.com"])
            .allow_credentials()
            .build()
            .unwrap()
    };
    let login = || post(|| async { ([("set-cookie", "session=1; SameSite=Lax")], "in") });
    let mut app = axum::Router::new().route("/login", login()).layer(cors());
    let audit = Audit::new().page("https://app.example.com");
    let report = audit.run(&mut app, ["/login"]).await;
    assert!(
        report
            .notes()
            .iter()
            .any(|note| note.contains("Audit::set_cookie")),
        "{report}"
    );
    let named = audit
        .set_cookie("session=1; SameSite=Lax")
        .run(&mut app, ["/login", "/login?again"])
        .await;
    let of_cookie = named.findings().iter();
    let of_cookie: Vec<_> = of_cookie
        .filter(|finding| finding.fault() == Fault::CookieNotCrossSite)
        .collect();
    // Once, not for each path; and no response is said to have sent it.
    assert_eq!(of_cookie.len(), 1, "{named}");
    assert!(
        of_cookie[0].evidence()[0].starts_with("the cookie that the test named: session"),
        "{named}"
    );
}

/// Where nothing was tried, the report is not clean.
#[tokio::test]
async fn a_path_that_does_not_exist_is_not_clean() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .build()
        .unwrap();
    let mut app = axum::Router::new()
        .route("/items", axum::routing::get(|| async { "[]" }))
        .layer(cors);
    let audit = Audit::new().page("https://app.example.com");
    let report = audit.run(&mut app, ["/itmes"]).await;
    assert!(!report.is_clean(), "{report}");
    assert!(
        report.skipped()[0].contains("each GET gets 404"),
        "{report}"
    );
    let none: [&str; 0] = [];
    let report = audit.run(&mut app, none).await;
    assert!(!report.is_clean(), "{report}");
    let report = audit.run(&mut app, ["/items"]).await;
    assert!(report.is_clean(), "{report}");
}
