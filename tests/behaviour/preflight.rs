//! Preflights: `OPTIONS` with `Origin` and `Access-Control-Request-Method`.

use std::time::Duration;

use http::StatusCode;
use http_body::Body as _;
use tower_cors::CorsLayer;

use crate::support::{lines, preflight, request, send, send_through};

const APP: &str = "https://app.example.com";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT", "DELETE"])
        .allow_headers(["authorization", "content-type"])
        .allow_credentials()
        .expose_headers(["etag"])
        .max_age(Duration::from_secs(600))
        .build()
        .unwrap()
}

const WHOLE_TRUTH: [&str; 6] = [
    "access-control-allow-credentials: true",
    "access-control-allow-headers: authorization,content-type",
    "access-control-allow-methods: PUT,DELETE",
    "access-control-allow-origin: https://app.example.com",
    "access-control-max-age: 600",
    "vary: origin, access-control-request-method",
];

#[tokio::test]
async fn an_allowed_origin_gets_the_whole_truth_whatever_it_asks_for() {
    for (name, method, headers) in [
        ("allowed", "PUT", "content-type"),
        (
            "safelisted method, as an upload listener causes it",
            "POST",
            "",
        ),
        ("disallowed method", "PATCH", "content-type"),
        ("disallowed header", "PUT", "x-secret"),
        ("malformed list", "PUT", "content-type, ,,a b"),
        ("too long a list", "PUT", &"x".repeat(9000)),
    ] {
        let (answer, calls) = send_through(&policy(), preflight(APP, method, headers), &[]).await;
        assert_eq!(answer.status(), StatusCode::NO_CONTENT, "{name}");
        assert_eq!(lines(&answer), WHOLE_TRUTH, "{name}");
        assert_eq!(answer.body().size_hint().exact(), Some(0), "{name}");
        assert_eq!(calls, 0, "{name}");
    }
}

#[tokio::test]
async fn a_post_preflight_without_request_headers_is_answered() {
    let upload = [("origin", APP), ("access-control-request-method", "POST")];
    let answer = send(&policy(), request("OPTIONS", &upload)).await;
    assert_eq!(lines(&answer), WHOLE_TRUTH);
}

#[tokio::test]
async fn a_disallowed_origin_gets_403_and_no_cors_header() {
    let cases: [(&str, &[(&str, &str)]); 6] = [
        ("another origin", &[("origin", "https://evil.example")]),
        ("null", &[("origin", "null")]),
        ("malformed", &[("origin", "https://app.example.com/")]),
        ("empty", &[("origin", "")]),
        ("two lines", &[("origin", APP), ("origin", APP)]),
        ("beyond ASCII", &[("origin", "https://äpp.example.com")]),
    ];
    for (name, origin) in cases {
        let mut all = vec![("access-control-request-method", "PUT")];
        all.extend(origin);
        let (answer, calls) = send_through(&policy(), request("OPTIONS", &all), &[]).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{name}");
        assert_eq!(
            lines(&answer),
            ["vary: origin, access-control-request-method"],
            "{name}"
        );
        assert_eq!(calls, 0, "{name}");
    }
}

#[tokio::test]
async fn an_any_origin_policy_refuses_only_what_no_client_sends() {
    let cors = CorsLayer::builder().allow_any_origin().build().unwrap();
    for (origin, status) in [
        ("https://whoever.example", StatusCode::NO_CONTENT),
        ("null", StatusCode::NO_CONTENT),
        ("https://example.com.", StatusCode::NO_CONTENT),
        ("file://", StatusCode::NO_CONTENT),
        (
            "safari-web-extension://0D5A1C5E-9E2B-4D0A-8A43-7B9B1D2F3A4C",
            StatusCode::NO_CONTENT,
        ),
        ("https://whoever.example/", StatusCode::FORBIDDEN),
        ("whoever", StatusCode::FORBIDDEN),
    ] {
        let answer = send(&cors, preflight(origin, "GET", "")).await;
        assert_eq!(answer.status(), status, "{origin}");
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(
            allowed.is_some_and(|value| value == "*"),
            status.is_success(),
            "{origin}"
        );
    }
    let twice = [
        ("origin", APP),
        ("origin", APP),
        ("access-control-request-method", "GET"),
    ];
    assert_eq!(
        send(&cors, request("OPTIONS", &twice)).await.status(),
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn only_what_was_allowed_is_listed() {
    // Without a list of methods, a page with an upload listener could use any.
    let cors = CorsLayer::builder().allow_origins([APP]).build().unwrap();
    let answer = send(&cors, preflight(APP, "PUT", "content-type")).await;
    assert_eq!(
        lines(&answer),
        [
            "access-control-allow-methods: GET,HEAD,POST",
            "access-control-allow-origin: https://app.example.com",
            "vary: origin, access-control-request-method",
        ]
    );
}

#[tokio::test]
async fn wildcards_are_sent_as_such() {
    let any = || {
        CorsLayer::builder()
            .allow_any_origin()
            .allow_any_method()
            .allow_any_header()
    };
    for (cors, headers) in [
        (any(), "access-control-allow-headers: *"),
        (
            any().allow_headers(["x-a", "Authorization"]),
            "access-control-allow-headers: *,authorization",
        ),
    ] {
        let answer = send(&cors.build().unwrap(), preflight(APP, "PUT", "x-a")).await;
        assert_eq!(
            lines(&answer),
            [
                headers,
                "access-control-allow-methods: *",
                "access-control-allow-origin: *",
                "vary: origin, access-control-request-method",
            ]
        );
    }
}

#[tokio::test]
async fn mirroring_echoes_and_says_so_in_vary() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_credentials()
        .mirror_request_methods()
        .mirror_request_headers()
        .build()
        .unwrap();
    let answer = send(&cors, preflight(APP, "PATCH", "authorization,x-a")).await;
    assert_eq!(
        lines(&answer),
        [
            "access-control-allow-credentials: true",
            "access-control-allow-headers: authorization,x-a",
            "access-control-allow-methods: PATCH",
            "access-control-allow-origin: https://app.example.com",
            "vary: origin, access-control-request-method, access-control-request-headers",
        ]
    );
}

type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str], bool);

#[tokio::test]
async fn mirroring_echoes_every_line_but_nothing_malformed() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .mirror_request_methods()
        .mirror_request_headers()
        .build()
        .unwrap();
    let long = "x".repeat(8193);
    let cases: [Row; 6] = [
        (
            "several lines",
            &[
                ("access-control-request-headers", "x-a"),
                ("access-control-request-headers", "x-b"),
            ],
            &["x-a", "x-b"],
            true,
        ),
        (
            "a name with a blank",
            &[("access-control-request-headers", "x-a,b c")],
            &[],
            true,
        ),
        (
            "a name beyond ASCII",
            &[("access-control-request-headers", "x-ä")],
            &[],
            true,
        ),
        (
            "too long",
            &[("access-control-request-headers", &long)],
            &[],
            true,
        ),
        (
            "two methods",
            &[("access-control-request-method", "PUT")],
            &[],
            false,
        ),
        ("no headers", &[], &[], true),
    ];
    for (name, more, echoed, has_method) in cases {
        let mut all = vec![("origin", APP), ("access-control-request-method", "PUT")];
        all.extend(more);
        let answer = send(&cors, request("OPTIONS", &all)).await;
        let allowed = answer.headers().get_all("access-control-allow-headers");
        assert_eq!(allowed.iter().collect::<Vec<_>>(), echoed, "{name}");
        assert_eq!(
            answer
                .headers()
                .contains_key("access-control-allow-methods"),
            has_method,
            "{name}"
        );
    }
    let answer = send(&cors, preflight(APP, "P\tT", "")).await;
    assert!(
        !answer
            .headers()
            .contains_key("access-control-allow-methods"),
        "a method with a tab"
    );
}

#[tokio::test]
async fn options_without_a_requested_method_is_no_preflight() {
    for lines in [
        &[("origin", APP)][..],
        &[("access-control-request-method", "PUT")],
    ] {
        let (answer, calls) = send_through(&policy(), request("OPTIONS", lines), &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(calls, 1);
    }
}

#[tokio::test]
async fn a_requested_method_on_another_method_is_no_preflight() {
    let get = [("origin", APP), ("access-control-request-method", "PUT")];
    let (answer, calls) = send_through(&policy(), request("GET", &get), &[]).await;
    assert_eq!((answer.status(), calls), (StatusCode::OK, 1));
}
