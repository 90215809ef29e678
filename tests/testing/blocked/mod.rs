//! The message of a blocked fetch: the step, the cause, the likely mistakes, the fix.

mod messages;
mod page;

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
