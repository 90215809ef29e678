//! The message of a blocked fetch: the step, the cause, the likely mistakes, the fix.

#![expect(
    clippy::unwrap_used,
    clippy::type_complexity,
    clippy::too_many_lines,
    reason = "a failed set-up is a failed test, and the type of a table is read in its rows"
)]

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::routing::{get, put};
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{Method, Request, Response, StatusCode};
use http_body_util::Full;
use tower_cors::testing::{
    Blocked, Browser, Cause, CredentialsMode, Mistake, RedirectMode, RequestMode, Step,
    assert_allows, assert_blocks,
};
use tower_cors::{CorsLayer, origin};

const PAGE: &str = "https://app.example.com";
const API: &str = "https://api.example.com/items";

type Lines = &'static [(&'static str, &'static str)];

/// A response: status and header lines.
type Answer = (u16, Lines);

/// Fetches from a server that has one response for OPTIONS and one for all other methods.
async fn meet(
    page: Browser,
    method: &str,
    headers: Lines,
    preflight: Answer,
    actual: Answer,
) -> Blocked {
    let mut app = tower::service_fn(|request: Request<Full<Bytes>>| {
        let (status, headers) = if request.method() == Method::OPTIONS {
            preflight
        } else {
            actual
        };
        let mut response = Response::new(Full::<Bytes>::default());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            response.headers_mut().append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let mut request = Request::builder().method(method).uri(API);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::default()).unwrap();
    let mut page = page;
    let blocked = assert_blocks!(page.fetch(&mut app, request).await);
    assert_message_is_complete(&blocked);
    blocked
}

const ALLOW: &str = "access-control-allow-origin";
const NAMED: (&str, &str) = ("access-control-allow-origin", "https://app.example.com");
const TRUE: (&str, &str) = ("access-control-allow-credentials", "true");
const OPEN: Lines = &[("access-control-allow-origin", "*")];
const OPEN_PUT: Lines = &[
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "PUT"),
];

/// The message has the step, what was needed, the fixes, the mistakes and the standard's section.
fn assert_message_is_complete(blocked: &Blocked) {
    let told = blocked.to_string();
    let head = format!("blocked at the {}: ", blocked.step());
    assert!(told.starts_with(&head), "{told}");
    for part in [
        blocked.needed(),
        blocked.fix_in_general(),
        blocked.step().section(),
    ] {
        assert!(told.contains(part) && !part.is_empty(), "{part}: {told}");
    }
    // Each cause has words of its own.
    assert_ne!(blocked.needed(), "another response", "{told}");
    for mistake in blocked.likely_mistakes() {
        let mistake = mistake.to_string();
        assert!(mistake.contains(' '), "{told}");
        assert!(
            told.contains(&format!("  likely      {mistake}\n")),
            "{told}"
        );
    }
    assert!(format!("{blocked:?}").starts_with("Blocked { step: "));
}

#[tokio::test]
async fn common_mistakes_are_named() {
    use Mistake::*;
    let put: &[(&str, Answer, &[Mistake])] = &[
        ("404", (404, OPEN), &[PreflightNotRouted]),
        ("405", (405, &[]), &[PreflightNotRouted]),
        ("501", (501, &[]), &[PreflightNotRouted]),
        ("301", (301, OPEN_PUT), &[PreflightRedirected]),
        ("308", (308, &[]), &[PreflightRedirected]),
        ("401", (401, &[]), &[PreflightUnauthenticated]),
        ("500", (500, &[]), &[PreflightFailed]),
        ("502", (502, &[]), &[ServerNotReached]),
        ("503", (503, &[]), &[ServerNotReached]),
        ("504", (504, &[]), &[ServerNotReached]),
        ("413", (413, &[]), &[PreflightLimited]),
        ("429", (429, &[]), &[PreflightLimited]),
        ("431", (431, &[]), &[PreflightLimited]),
        ("400", (400, &[]), &[]),
        ("403 without CORS", (403, &[]), &[]),
    ];
    for (name, preflight, mistakes) in put {
        let blocked = meet(Browser::at(PAGE), "PUT", &[], *preflight, (200, OPEN)).await;
        assert_eq!(blocked.step(), Step::Preflight, "{name}");
        assert_eq!(blocked.likely_mistakes(), *mistakes, "{name}");
        assert_eq!(
            blocked.exchanges().len(),
            1,
            "{name}: the request is not sent"
        );
    }
    let get: &[(&str, Lines, &[Mistake])] = &[
        (
            "two lines",
            &[(ALLOW, "https://app.example.com"), (ALLOW, "*")],
            &[SeveralAllowOrigins],
        ),
        (
            "a list",
            &[(ALLOW, "https://app.example.com, https://b.example")],
            &[ListOfOrigins],
        ),
        (
            "a list with spaces",
            &[(ALLOW, "https://app.example.com https://b.example")],
            &[ListOfOrigins],
        ),
        (
            "a list with commas alone",
            &[(ALLOW, "https://app.example.com,https://b.example")],
            &[ListOfOrigins],
        ),
        (
            "a pattern",
            &[(ALLOW, "https://*.example.com")],
            &[PatternAsOrigin],
        ),
        (
            "www",
            &[(ALLOW, "https://www.app.example.com"), ("vary", "origin")],
            &[DiffersByWww],
        ),
        (
            "scheme",
            &[(ALLOW, "http://app.example.com"), ("vary", "Origin")],
            &[DiffersByScheme],
        ),
        (
            "port",
            &[(ALLOW, "https://app.example.com:8443"), ("vary", "*")],
            &[DiffersByPort],
        ),
        (
            "slash",
            &[(ALLOW, "https://app.example.com/")],
            &[DiffersBySlash],
        ),
        (
            "case",
            &[(ALLOW, "https://App.example.com")],
            &[DiffersByCase],
        ),
        (
            "another's answer from a cache",
            &[(ALLOW, "https://b.example")],
            &[VaryMissing],
        ),
        ("nothing", &[], &[]),
    ];
    for (name, headers, mistakes) in get {
        let blocked = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (200, headers)).await;
        assert_eq!(blocked.step(), Step::CorsCheck, "{name}");
        assert_eq!(blocked.likely_mistakes(), *mistakes, "{name}");
    }
    let error = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (500, &[])).await;
    assert_eq!(error.likely_mistakes(), [ErrorWithoutCors]);
    assert!(error.fix().contains(".route_layer()"), "{error}");
    let silent: Lines = &[("vary", "Accept-Encoding, Origin")];
    for (method, status) in [("GET", 200), ("GET", 404), ("PUT", 204), ("PUT", 403)] {
        let silent = (status, silent);
        let denied = meet(Browser::at(PAGE), method, &[], silent, silent).await;
        assert_eq!(
            denied.likely_mistakes(),
            [OriginNotAllowed],
            "{method} {status}"
        );
        assert_eq!(
            denied.fix(),
            r#"if that page may call, add .allow_origins(["https://app.example.com"])"#
        );
    }
    let bare = meet(Browser::at(PAGE), "PUT", &[], (204, OPEN_PUT), (200, &[])).await;
    assert_eq!(bare.likely_mistakes(), [PreflightOnly]);
}

#[tokio::test]
async fn each_rule_of_the_preflight_has_its_cause() {
    let include = || Browser::at(PAGE).credentials(CredentialsMode::Include);
    let rows: &[(&str, Browser, &str, Lines, Lines, Cause, &[Mistake])] = &[
        (
            "method",
            Browser::at(PAGE),
            "DELETE",
            &[],
            OPEN_PUT,
            Cause::MethodNotAllowed {
                method: "DELETE".into(),
            },
            &[],
        ),
        (
            "lower-case patch",
            Browser::at(PAGE),
            "patch",
            &[],
            &[(ALLOW, "*"), ("access-control-allow-methods", "PATCH")],
            Cause::MethodNotAllowed {
                method: "patch".into(),
            },
            &[Mistake::MethodCase],
        ),
        (
            "any method with credentials",
            include(),
            "PUT",
            &[],
            &[NAMED, TRUE, ("access-control-allow-methods", "*")],
            Cause::MethodNotAllowed {
                method: "PUT".into(),
            },
            &[Mistake::WildcardListWithCredentials],
        ),
        (
            "header",
            Browser::at(PAGE),
            "GET",
            &[("x-a", "1")],
            OPEN,
            Cause::HeaderNotAllowed { name: "x-a".into() },
            &[],
        ),
        (
            "authorization and *",
            Browser::at(PAGE),
            "GET",
            &[("authorization", "x")],
            &[(ALLOW, "*"), ("access-control-allow-headers", "*")],
            Cause::HeaderNotAllowed {
                name: "authorization".into(),
            },
            &[Mistake::WildcardWithoutAuthorization],
        ),
        (
            "malformed list",
            Browser::at(PAGE),
            "PUT",
            &[],
            &[
                (ALLOW, "*"),
                ("access-control-allow-methods", "PUT; DELETE"),
            ],
            Cause::MalformedList {
                header: HeaderName::from_static("access-control-allow-methods"),
                sent: "PUT; DELETE".into(),
            },
            &[],
        ),
        (
            "* with credentials",
            include(),
            "PUT",
            &[],
            OPEN_PUT,
            Cause::WildcardWithCredentials,
            &[Mistake::WildcardWithCredentials],
        ),
        (
            "no credentials",
            include(),
            "PUT",
            &[],
            &[NAMED],
            Cause::AllowCredentialsMissing { sent: None },
            &[],
        ),
        (
            "credentials in upper case",
            include(),
            "PUT",
            &[],
            &[NAMED, ("access-control-allow-credentials", "True")],
            Cause::AllowCredentialsMissing {
                sent: Some("True".into()),
            },
            &[],
        ),
    ];
    for (name, page, method, sent, answer, cause, mistakes) in rows {
        let blocked = meet(page.clone(), method, sent, (200, answer), (200, OPEN)).await;
        assert_eq!(blocked.step(), Step::Preflight, "{name}");
        assert_eq!(blocked.cause(), cause, "{name}");
        assert_eq!(blocked.likely_mistakes(), *mistakes, "{name}");
    }
}

#[tokio::test]
async fn the_message_names_all_missing_headers() {
    let headers = &[("x-b", "1"), ("x-known", "1"), ("x-a", "1")];
    let answer = (
        204,
        &[(ALLOW, "*"), ("access-control-allow-headers", "X-Known")] as Lines,
    );
    let blocked = meet(Browser::at(PAGE), "GET", headers, answer, (200, OPEN)).await;
    assert_eq!(blocked.needed(), "Access-Control-Allow-Headers: x-a, x-b");
    assert_eq!(
        blocked.fix(),
        r#"if pages may send them, add .allow_headers(["x-a", "x-b"])"#
    );
    let in_general = blocked.fix_in_general();
    assert!(in_general.starts_with("send x-a, x-b in "), "{in_general}");
}

#[tokio::test]
async fn the_message_says_what_was_sent_and_what_the_response_lacks() {
    const METHODS: &str = "access-control-allow-methods";
    const HEADERS: &str = "access-control-allow-headers";
    const EXPOSED: &str = "access-control-expose-headers";
    let at = || Browser::at(PAGE);
    let include = || at().credentials(CredentialsMode::Include);
    // the page, the method, its headers, and the status and headers of each response; what was sent, and the fix
    let rows: &[(&str, Browser, &str, Lines, Answer, &str, &str)] = &[
        (
            "status",
            at(),
            "PUT",
            &[],
            (404, OPEN),
            "404 Not Found to the preflight",
            "put the layer around the whole router, outside of authentication and redirects: it answers \
             preflights itself",
        ),
        (
            "no credentials",
            include(),
            "PUT",
            &[],
            (204, &[NAMED]),
            "204 No Content without Access-Control-Allow-Credentials",
            "if that page may act as the user, add .allow_credentials(); or let the page fetch with \
             credentials: \"omit\"",
        ),
        (
            "no credentials, any method",
            include(),
            "PUT",
            &[],
            (204, &[NAMED, (METHODS, "*")]),
            "204 No Content without Access-Control-Allow-Credentials",
            "if that page may act as the user, replace .allow_any_method() with .mirror_request_methods(), \
             add .allow_credentials(); or let the page fetch with credentials: \"omit\"",
        ),
        (
            "any origin",
            include(),
            "GET",
            &[],
            (200, OPEN),
            "200 OK, Access-Control-Allow-Origin: *",
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), add .allow_credentials(); or let the page fetch \
             with credentials: \"omit\"",
        ),
        (
            "any origin, any exposed",
            include(),
            "GET",
            &[],
            (200, &[(ALLOW, "*"), (EXPOSED, "*")]),
            "200 OK, Access-Control-Allow-Origin: *",
            "if that page may act as the user, replace .allow_any_origin() with \
             .allow_origins([\"https://app.example.com\"]), replace .expose_any_header() with \
             .expose_headers([\"x-name\"]) for each that pages read, add .allow_credentials(); or replace \
             CorsLayer::permissive() with \
             CorsLayer::builder().allow_origins([\"https://app.example.com\"]).mirror_request_methods()\
             .mirror_request_headers().expose_headers([\"x-name\"]).allow_credentials().build()?, \
             with the response headers that pages read in place of \"x-name\"; or let the page fetch with \
             credentials: \"omit\"",
        ),
        (
            "method by name",
            at(),
            "PUT",
            &[("x-a", "1")],
            (204, OPEN_PUT),
            "204 No Content without Access-Control-Allow-Headers",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
        (
            "any method",
            at(),
            "PUT",
            &[("x-a", "1")],
            (204, &[(ALLOW, "*"), (METHODS, "*")]),
            "204 No Content without Access-Control-Allow-Headers",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
        (
            "any method with credentials",
            include(),
            "PUT",
            &[("x-a", "1")],
            (204, &[NAMED, TRUE, (METHODS, "*")]),
            "Access-Control-Allow-Methods: *",
            "if pages may do so, add .allow_methods([\"PUT\"]).allow_headers([\"x-a\"])",
        ),
        (
            "any header",
            at(),
            "GET",
            &[("authorization", "x"), ("x-a", "1")],
            (204, &[(ALLOW, "*"), (HEADERS, "*")]),
            "Access-Control-Allow-Headers: *",
            "if pages may send it, add .allow_headers([\"authorization\"])",
        ),
        (
            "any header with credentials",
            include(),
            "GET",
            &[("x-a", "1")],
            (204, &[NAMED, TRUE, (HEADERS, "*")]),
            "Access-Control-Allow-Headers: *",
            "if pages may send it, add .allow_headers([\"x-a\"])",
        ),
    ];
    for (name, page, method, headers, answer, sent, fix) in rows {
        let blocked = meet(page.clone(), method, headers, *answer, *answer).await;
        assert_eq!(blocked.sent(), *sent, "{name}");
        assert_eq!(blocked.fix(), *fix, "{name}");
    }
}

#[tokio::test]
async fn the_fix_in_general_names_the_response_that_needs_headers() {
    let other: Answer = (200, &[(ALLOW, "https://b.example")]);
    let preflight = "and Vary: Origin on the response to OPTIONS and on every other response";
    let actual = "and Vary: Origin on this response and on errors";
    let compared = "; the browser compares the value with the page's origin byte by byte";
    // the page, the method, the answer, the end of the text
    let rows: &[(&str, &str, Answer, String)] = &[
        (PAGE, "PUT", (204, &[]), preflight.into()),
        (PAGE, "GET", (200, &[]), actual.into()),
        (PAGE, "PUT", other, format!("{preflight}{compared}")),
        (PAGE, "GET", other, format!("{actual}{compared}")),
        (
            "null",
            "GET",
            other,
            "every such page has the origin \"null\"".into(),
        ),
    ];
    for &(page, method, answer, ref end) in rows {
        let blocked = meet(Browser::at(page), method, &[], answer, answer).await;
        let told = blocked.fix_in_general();
        assert!(told.ends_with(end), "{page} {method}: {told}");
    }
}

#[tokio::test]
async fn the_fix_for_lower_case_patch_is_upper_case() {
    let blocked = meet(
        Browser::at(PAGE),
        "patch",
        &[],
        (204, OPEN_PUT),
        (200, OPEN),
    )
    .await;
    assert_eq!(blocked.likely_mistakes(), [Mistake::MethodCase]);
    for fix in [blocked.fix(), blocked.fix_in_general()] {
        assert!(
            fix.starts_with("let the page write the method as \"PATCH\""),
            "{fix}"
        );
        assert!(!fix.contains("patch"), "{fix}");
    }
    assert!(blocked.fix().contains(r#".allow_methods(["PATCH"])"#));
}

/// Most redirects of an API lead to a login on another host.
#[tokio::test]
async fn no_fix_allows_null() {
    let login: Lines = &[
        ("access-control-allow-origin", "*"),
        ("location", "https://login.example.com/"),
    ];
    let mut answers = [(302, login), (200, &[] as Lines)].into_iter();
    let mut app = tower::service_fn(move |_: Request<Full<Bytes>>| {
        let (status, headers) = answers.next().unwrap();
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        std::future::ready(response.body(Full::<Bytes>::default()))
    });
    let request = Request::get(API).body(Full::default()).unwrap();
    let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
    assert_eq!(
        blocked.likely_mistakes(),
        [Mistake::RedirectTainted],
        "{blocked}"
    );
    for fix in [blocked.fix(), blocked.fix_in_general()] {
        assert!(fix.contains("401 in place of a login page"), "{fix}");
        assert!(!fix.contains("null"), "{fix}");
    }
    let sandboxed = meet(Browser::at("null"), "GET", &[], (204, &[]), (200, &[])).await;
    assert!(
        !sandboxed.fix_in_general().contains("Allow-Origin"),
        "{sandboxed}"
    );
}

#[tokio::test]
async fn mistakes_of_the_page_never_reach_the_server() {
    let at = Browser::at;
    let rows: &[(&str, Browser, &str, &str, &str, Step)] = &[
        (
            "page with a slash",
            at("https://app.example.com/"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "page without a scheme",
            at("app.example.com"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "page with a line break",
            at("https://a\r\nx: y"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "relative URL of a null page",
            at("null"),
            "GET",
            "/items",
            "",
            Step::Request,
        ),
        (
            "another scheme",
            at(PAGE),
            "GET",
            "ftp://api.example.com/",
            "",
            Step::Request,
        ),
        (
            "user and password",
            at(PAGE),
            "GET",
            "https://a:b@api.example.com/",
            "",
            Step::Request,
        ),
        (
            "no scheme",
            at(PAGE),
            "GET",
            "api.example.com",
            "",
            Step::Request,
        ),
        ("CONNECT", at(PAGE), "CONNECT", API, "", Step::Request),
        ("trace", at(PAGE), "trace", API, "", Step::Request),
        ("GET with a body", at(PAGE), "GET", API, "a", Step::Request),
        (
            "cookies with a line break",
            at(PAGE).with_cookies("a\nb"),
            "GET",
            API,
            "",
            Step::Request,
        ),
        (
            "no-cors PUT",
            at(PAGE).mode(RequestMode::NoCors),
            "PUT",
            API,
            "",
            Step::Request,
        ),
        (
            "no-cors and manual",
            at(PAGE)
                .mode(RequestMode::NoCors)
                .redirect(RedirectMode::Manual),
            "GET",
            API,
            "",
            Step::MainFetch,
        ),
        (
            "same-origin",
            at(PAGE).mode(RequestMode::SameOrigin),
            "GET",
            API,
            "",
            Step::MainFetch,
        ),
        (
            "mixed content",
            at(PAGE),
            "GET",
            "http://api.example.com/",
            "",
            Step::MainFetch,
        ),
        (
            "bad port",
            at(PAGE),
            "GET",
            "https://api.example.com:6666/",
            "",
            Step::MainFetch,
        ),
    ];
    for (name, page, method, url, body, step) in rows {
        let mut app = Router::new().fallback(|| async { "reached" });
        let request = Request::builder().method(*method).uri(*url);
        let request = request.body(Body::from(*body)).unwrap();
        let blocked = assert_blocks!(page.clone().fetch(&mut app, request).await);
        assert_eq!(blocked.step(), *step, "{name}: {blocked}");
        assert_message_is_complete(&blocked);
        assert!(blocked.exchanges().is_empty(), "{name}");
        assert!(
            blocked.to_string().contains("nothing went over the wire"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn loopback_servers_are_not_mixed_content() {
    let cors = CorsLayer::builder().allow_any_origin().build().unwrap();
    let mut app = Router::new().route("/", get(|| async {})).layer(cors);
    for url in [
        "http://localhost:3000/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
    ] {
        let request = Request::get(url).body(Body::empty()).unwrap();
        assert_allows!(Browser::at(PAGE).fetch(&mut app, request).await);
    }
}

#[tokio::test]
async fn redirects_that_cannot_be_followed_are_blocked() {
    let long = format!("/{}", "a".repeat(1 << 16));
    let long: Lines = Box::leak(Box::new([("location", &*long.leak())]));
    let rows: &[(&str, Lines, &str)] = &[
        ("longer than a request may be", long, "Redirect"),
        ("no URL", &[("location", "https://")], "Redirect"),
        (
            "another scheme",
            &[("location", "ftp://b.example/")],
            "Redirect",
        ),
        ("data", &[("location", "data:text/plain,x")], "Redirect"),
        (
            "user and password",
            &[("location", "https://a:b@b.example/")],
            "Redirect",
        ),
        (
            "two locations",
            &[("location", "/a"), ("location", "/a")],
            "Redirect",
        ),
        (
            "a port with letters",
            &[("location", "https://b.example:x/")],
            "Redirect",
        ),
        (
            "a port too high",
            &[("location", "https://b.example:65536/")],
            "Redirect",
        ),
        ("to http", &[("location", "http://b.example/")], "MainFetch"),
        ("in a circle", &[("location", "/items")], "Redirect"),
    ];
    for (name, location, step) in rows {
        let mut headers = OPEN.to_vec();
        headers.extend_from_slice(location);
        let blocked = meet(
            Browser::at(PAGE),
            "GET",
            &[],
            (204, &[]),
            (302, Box::leak(headers.into_boxed_slice())),
        )
        .await;
        assert_eq!(format!("{:?}", blocked.step()), *step, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_without_cors_headers_fails_before_it_is_followed() {
    let location: Lines = &[("location", "/items")];
    let blocked = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (302, location)).await;
    assert_eq!(blocked.step(), Step::CorsCheck);
    assert_eq!(blocked.exchanges().len(), 1);
}

#[tokio::test]
async fn the_message_starts_with_the_verdict_and_ends_with_the_wire() {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .build()
        .unwrap();
    let mut app = Router::new().route("/items", put(|| async {})).layer(cors);
    let request = Request::put(API)
        .header("content-type", "application/json")
        .header("authorization", "Bearer secret")
        .body(Body::from("{}"))
        .unwrap();
    let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
    assert_eq!(
        blocked.to_string(),
        r#"blocked at the preflight: https://app.example.com may not send PUT https://api.example.com/items

  sent        Access-Control-Allow-Methods: GET,HEAD,POST
  needed      Access-Control-Allow-Methods: PUT
  tower-cors  if pages may do so, add .allow_methods(["PUT"]).allow_headers(["authorization", "content-type"])
  in general  send PUT in Access-Control-Allow-Methods on the response to OPTIONS
  standard    https://fetch.spec.whatwg.org/#cors-preflight-fetch

  what went over the wire
    1. OPTIONS https://api.example.com/items  (preflight)
         > access-control-request-method: PUT
         > access-control-request-headers: authorization,content-type
         > origin: https://app.example.com
         < 204 No Content
         < access-control-allow-origin: https://app.example.com
         < access-control-allow-methods: GET,HEAD,POST
         < vary: origin, access-control-request-method"#
    );
}

#[tokio::test]
async fn the_message_has_no_secrets() {
    let mut page = Browser::at(PAGE)
        .with_cookies("session=secret")
        .credentials(CredentialsMode::Include);
    let mut app = Router::new().route("/items", get(|| async {}));
    let request = Request::get(API).body(Body::empty()).unwrap();
    let blocked = assert_blocks!(page.fetch(&mut app, request).await);
    let message = blocked.to_string();
    assert!(message.contains("cookie: (14 bytes)"), "{message}");
    assert!(!message.contains("secret"), "{message}");
}

#[tokio::test]
#[should_panic(expected = "the page should have been allowed\n\nblocked at the CORS check")]
async fn assert_allows_fails_with_the_message() {
    let mut app = Router::new().route("/items", get(|| async {}));
    let request = Request::get(API).body(Body::empty()).unwrap();
    assert_allows!(Browser::at(PAGE).fetch(&mut app, request).await);
}

#[tokio::test]
#[should_panic(
    expected = "the page should have been blocked at the preflight\n\nblocked at the CORS"
)]
async fn assert_blocks_fails_at_another_step() {
    let mut app = Router::new().route("/items", get(|| async {}));
    let request = Request::get(API).body(Body::empty()).unwrap();
    assert_blocks!(
        Browser::at(PAGE).fetch(&mut app, request).await,
        Step::Preflight
    );
}

#[tokio::test]
#[should_panic(expected = "the page should have been blocked\n\nallowed: ")]
async fn assert_blocks_fails_with_what_the_page_saw() {
    let mut app = Router::new().route("/items", get(|| async {}));
    let request = Request::get("/items").body(Body::empty()).unwrap();
    assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
}

const LAYER: Lines = &[
    ("access-control-allow-origin", "https://app.example.com"),
    ("access-control-allow-methods", "PUT"),
    ("vary", "origin"),
];
const NO_CHANGE: &str = "the policy needs no change";

/// Where the policy is not at fault, the message does not ask for a change of it.
#[tokio::test]
async fn causes_in_front_of_the_layer_ask_for_no_origin() {
    use Mistake::*;
    let moved: Lines = &[("location", "https://api.example.com/items")];
    let rows: &[(&str, &str, Answer, Answer, Mistake)] = &[
        (
            "a tunnel's page",
            "PUT",
            (204, LAYER),
            (200, &[]),
            OtherServerAnswered,
        ),
        (
            "a proxy's 404",
            "PUT",
            (204, LAYER),
            (404, &[]),
            OtherServerAnswered,
        ),
        (
            "502 on the request",
            "PUT",
            (204, LAYER),
            (502, &[]),
            ServerNotReached,
        ),
        (
            "502 without a preflight",
            "GET",
            (204, &[]),
            (502, &[]),
            ServerNotReached,
        ),
        (
            "504 on the preflight",
            "PUT",
            (504, &[]),
            (200, &[]),
            ServerNotReached,
        ),
        (
            "http to https in front",
            "GET",
            (204, &[]),
            (301, moved),
            RedirectWithoutCors,
        ),
    ];
    for (name, method, preflight, actual, mistake) in rows {
        let blocked = meet(Browser::at(PAGE), method, &[], *preflight, *actual).await;
        assert_eq!(blocked.likely_mistakes(), [*mistake], "{name}");
        assert_eq!(blocked.fix(), NO_CHANGE, "{name}");
    }
    let limited = meet(Browser::at(PAGE), "PUT", &[], (429, &[]), (200, &[])).await;
    assert!(!limited.fix().contains("allow_origins"), "{limited}");
    // With the mark of a layer, it is the layer's answer about the origin.
    let varied: Lines = &[("vary", "origin")];
    let blocked = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (502, varied)).await;
    assert_eq!(blocked.likely_mistakes(), [OriginNotAllowed]);
    // Without the mark on the preflight, the server has CORS headers on OPTIONS only.
    let blocked = meet(Browser::at(PAGE), "PUT", &[], (204, OPEN_PUT), (200, &[])).await;
    assert_eq!(blocked.likely_mistakes(), [PreflightOnly]);
}

/// The layer did not see an error without its marks: its place comes before the list of origins.
#[tokio::test]
async fn an_error_outside_of_the_layer_names_its_place_first() {
    let blocked = meet(Browser::at(PAGE), "GET", &[], (204, &[]), (404, &[])).await;
    assert_eq!(blocked.likely_mistakes(), [Mistake::ErrorWithoutCors]);
    assert!(
        blocked
            .fix()
            .starts_with("make the layer the outermost one"),
        "{blocked}"
    );
    assert!(blocked.fix().contains("allow_origins"), "{blocked}");
}

/// After a redirect to another origin, the origin is null: `www`, scheme and port do not matter.
#[tokio::test]
async fn a_null_origin_after_redirects_is_the_only_mistake() {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .build()
        .unwrap();
    let to_other_site =
        get(|| async { axum::response::Redirect::to("https://other.example/login") });
    let mut app = Router::new()
        .route("/items", to_other_site)
        .route("/login", get(|| async { "log in" }))
        .layer(cors);
    let request = Request::get(API).body(Body::empty()).unwrap();
    let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
    // The first redirect leaves the origin of the API, so the second request is of the origin null.
    assert_eq!(blocked.likely_mistakes(), [Mistake::RedirectTainted]);
    assert!(!blocked.to_string().contains("www"), "{blocked}");
}

/// Chromium asks the visitor; the others block it.
#[tokio::test]
async fn an_https_page_and_http_on_the_local_network() {
    let mut app = Router::new().route("/items", get(|| async { "[]" }));
    for (url, names_it) in [
        ("http://192.168.1.5/items", true),
        ("http://93.184.215.14/items", false),
    ] {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let blocked = assert_blocks!(Browser::at(PAGE).fetch(&mut app, request).await);
        assert_eq!(*blocked.cause(), Cause::MixedContent, "{url}");
        let names = blocked.fix_in_general().contains("Local Network Access");
        assert_eq!(names, names_it, "{url}: {blocked}");
    }
}
