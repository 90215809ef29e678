//! What an audit sends, and what its report says.

use super::layers::routes;
use super::*;

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
