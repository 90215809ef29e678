//! The audit finds the faults of a service, and finds nothing in a service without faults.

mod layers;
mod report;

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
