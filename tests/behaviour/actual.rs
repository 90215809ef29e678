//! Actual requests, and requests that are no CORS requests: decorated responses.

use tower_cors::CorsLayer;

use crate::support::{lines, request, send, send_through};

const APP: &str = "https://app.example.com";

fn credentialed() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP, "https://*.example.org"])
        .allow_credentials()
        .expose_headers(["etag", "content-type", "x-total"])
        .build()
        .unwrap()
}

fn open() -> CorsLayer {
    CorsLayer::builder()
        .allow_any_origin()
        .expose_headers(["etag"])
        .build()
        .unwrap()
}

type Row<'a> = (&'a str, CorsLayer, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[tokio::test]
async fn responses_by_policy_and_origin() {
    let allowed = [
        "access-control-allow-credentials: true",
        "access-control-allow-origin: https://app.example.com",
        "access-control-expose-headers: etag,x-total",
        "vary: origin",
    ];
    let by_pattern = [
        "access-control-allow-credentials: true",
        "access-control-allow-origin: https://a.b.example.org",
        "access-control-expose-headers: etag,x-total",
        "vary: origin",
    ];
    let any = [
        "access-control-allow-origin: *",
        "access-control-expose-headers: etag",
    ];
    let denied = ["vary: origin"];
    let rows: [Row; 12] = [
        ("no origin", credentialed(), &[], &denied),
        ("allowed", credentialed(), &[("origin", APP)], &allowed),
        (
            "by a pattern",
            credentialed(),
            &[("origin", "https://a.b.example.org")],
            &by_pattern,
        ),
        (
            "denied",
            credentialed(),
            &[("origin", "https://evil.example")],
            &denied,
        ),
        ("null", credentialed(), &[("origin", "null")], &denied),
        (
            "malformed",
            credentialed(),
            &[("origin", "https://app.example.com/")],
            &denied,
        ),
        (
            "beyond ASCII",
            credentialed(),
            &[("origin", "https://äpp.example.com")],
            &denied,
        ),
        (
            "the same twice",
            credentialed(),
            &[("origin", APP), ("origin", APP)],
            &denied,
        ),
        ("no origin, any allowed", open(), &[], &any),
        ("any", open(), &[("origin", APP)], &any),
        ("any, null", open(), &[("origin", "null")], &any),
        (
            "any, malformed: responses are all alike",
            open(),
            &[("origin", "x")],
            &any,
        ),
    ];
    for (name, cors, request_lines, expected) in rows {
        for method in ["GET", "HEAD", "POST", "PUT", "PROPFIND"] {
            let (answer, calls) = send_through(&cors, request(method, request_lines), &[]).await;
            assert_eq!(lines(&answer), expected, "{name}, {method}");
            assert_eq!(calls, 1, "{name}, {method}");
        }
    }
}

#[tokio::test]
async fn the_headers_are_those_of_one_policy() {
    let upstream = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-origin", "https://other.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-expose-headers", "x-secret"),
        ("access-control-max-age", "86400"),
        ("access-control-allow-private-network", "true"),
        // not of the standard, or not of responses
        ("access-control-allow-local-network", "true"),
        ("access-control-foo", "true"),
        ("access-control-request-headers", "x-a"),
        ("x-kept", "1"),
    ];
    let (answer, _) = send_through(
        &credentialed(),
        request("GET", &[("origin", APP)]),
        &upstream,
    )
    .await;
    assert_eq!(
        lines(&answer),
        [
            "access-control-allow-credentials: true",
            "access-control-allow-origin: https://app.example.com",
            "access-control-expose-headers: etag,x-total",
            "vary: origin",
            "x-kept: 1",
        ]
    );
    for origin in [&[("origin", "https://other.example")][..], &[]] {
        let (answer, _) = send_through(&credentialed(), request("GET", origin), &upstream).await;
        assert_eq!(lines(&answer), ["vary: origin", "x-kept: 1"]);
    }
}

#[tokio::test]
async fn two_stacked_layers_never_send_two_values() {
    use http::Request;
    use tower::{Layer, ServiceExt};

    let inner = open();
    let outer = credentialed();
    let service = tower::service_fn(|_: Request<()>| async {
        Ok::<_, std::convert::Infallible>(http::Response::new(crate::support::Body::default()))
    });
    let stacked = outer.layer(inner.layer(service));
    let Ok(answer) = stacked.oneshot(request("GET", &[("origin", APP)])).await;
    assert_eq!(
        answer
            .headers()
            .get_all("access-control-allow-origin")
            .iter()
            .collect::<Vec<_>>(),
        [APP]
    );
    assert_eq!(
        answer.headers()["access-control-expose-headers"],
        "etag,x-total"
    );
}

#[tokio::test]
async fn plain_options_reaches_the_handler_and_is_decorated() {
    let (answer, calls) = send_through(
        &credentialed(),
        request("OPTIONS", &[("origin", APP)]),
        &[("allow", "GET")],
    )
    .await;
    assert_eq!(calls, 1);
    assert_eq!(answer.headers()["access-control-allow-origin"], APP);
    assert_eq!(answer.headers()["allow"], "GET");
}

#[tokio::test]
async fn the_null_origin_is_echoed_where_it_is_allowed() {
    let cors = CorsLayer::builder()
        .allow_null_origin()
        .allow_origins([APP])
        .build()
        .unwrap();
    for origin in ["null", APP] {
        let answer = send(&cors, request("GET", &[("origin", origin)])).await;
        let expected = format!("access-control-allow-origin: {origin}");
        assert_eq!(lines(&answer), [expected.as_str(), "vary: origin"]);
    }
    let answer = send(&cors, request("GET", &[("origin", "https://evil.example")])).await;
    assert_eq!(lines(&answer), ["vary: origin"]);
}

#[tokio::test]
async fn exposing_any_header_sends_a_wildcard() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .expose_any_header()
        .build()
        .unwrap();
    let answer = send(&cors, request("GET", &[("origin", APP)])).await;
    assert_eq!(answer.headers()["access-control-expose-headers"], "*");
}
