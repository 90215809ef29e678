//! The options of a policy, each on the wire.

use http::StatusCode;
use tower_cors::{CorsLayer, Preset};

use crate::support::{lines, members, preflight, request, send, send_through};

const APP: &str = "https://app.example.com";

fn max_age_line(answer: &crate::support::Answer) -> Option<&str> {
    answer
        .headers()
        .get("access-control-max-age")
        .map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn preflight_status_is_sent() {
    for status in [
        StatusCode::OK,
        StatusCode::NO_CONTENT,
        StatusCode::from_u16(299).unwrap(),
    ] {
        let cors = CorsLayer::builder()
            .allow_origins([APP])
            .preflight_status(status)
            .build()
            .unwrap();
        assert_eq!(
            send(&cors, preflight(APP, "PUT", "")).await.status(),
            status
        );
    }
}

#[tokio::test]
async fn disabling_the_preflight_cache_sends_zero() {
    let policy = || CorsLayer::builder().allow_origins([APP]);
    let answer = send(&policy().build().unwrap(), preflight(APP, "PUT", "")).await;
    assert_eq!(max_age_line(&answer), None);
    let cors = policy().disable_preflight_cache().build().unwrap();
    assert_eq!(
        max_age_line(&send(&cors, preflight(APP, "PUT", "")).await),
        Some("0")
    );
}

#[tokio::test]
async fn private_network_access_is_granted_only_where_it_is_asked_for() {
    let policy = || CorsLayer::builder().allow_origins([APP]);
    let asks = |value| {
        let mut request = preflight(APP, "PUT", "");
        request
            .headers_mut()
            .insert("access-control-request-private-network", value);
        request
    };
    let granted = |answer: crate::support::Answer| {
        answer
            .headers()
            .get("access-control-allow-private-network")
            .is_some_and(|value| value == "true")
    };
    let yes = http::HeaderValue::from_static("true");
    let no = http::HeaderValue::from_static("false");
    let cors = policy().allow_private_network().build().unwrap();
    assert!(granted(send(&cors, asks(yes.clone())).await));
    assert!(!granted(send(&cors, asks(no)).await));
    assert!(!granted(send(&cors, preflight(APP, "PUT", "")).await));
    assert!(!granted(send(&policy().build().unwrap(), asks(yes)).await));
}

#[tokio::test]
async fn timing_is_allowed_for_the_same_origins() {
    let upstream = [("timing-allow-origin", "*")];
    let listed = CorsLayer::builder()
        .allow_origins([APP])
        .timing_allow_origin()
        .build()
        .unwrap();
    let (answer, _) = send_through(&listed, request("GET", &[("origin", APP)]), &upstream).await;
    assert_eq!(members(&answer, "timing-allow-origin"), [APP]);
    let evil = request("GET", &[("origin", "https://evil.example")]);
    let (answer, _) = send_through(&listed, evil, &upstream).await;
    assert_eq!(lines(&answer), ["vary: origin"]);

    let any = CorsLayer::builder()
        .allow_any_origin()
        .timing_allow_origin()
        .build()
        .unwrap();
    assert_eq!(
        members(
            &send(&any, request("GET", &[])).await,
            "timing-allow-origin"
        ),
        ["*"]
    );

    let without = CorsLayer::builder().allow_origins([APP]).build().unwrap();
    let (answer, _) = send_through(&without, request("GET", &[("origin", APP)]), &upstream).await;
    assert_eq!(
        members(&answer, "timing-allow-origin"),
        ["*"],
        "none of the policy's business"
    );
}

#[tokio::test]
async fn forwarded_preflights_are_answered_inside_and_decorated() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .forward_preflights()
        .build()
        .unwrap();
    let upstream = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "DELETE"),
        ("vary", "accept"),
        ("x-inner", "1"),
    ];
    let (answer, calls) = send_through(&cors, preflight(APP, "PUT", ""), &upstream).await;
    assert_eq!((answer.status(), calls), (StatusCode::OK, 1));
    assert_eq!(
        lines(&answer),
        [
            "access-control-allow-methods: PUT",
            "access-control-allow-origin: https://app.example.com",
            "vary: accept",
            "vary: origin, access-control-request-method",
            "x-inner: 1",
        ]
    );
    let (answer, calls) = send_through(
        &cors,
        preflight("https://evil.example", "PUT", ""),
        &upstream,
    )
    .await;
    assert_eq!((answer.status(), calls), (StatusCode::FORBIDDEN, 0));
}

type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);

#[tokio::test]
async fn rejecting_stops_disallowed_origins_before_the_service() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    let evil = "https://evil.example";
    let rows: [Row; 17] = [
        ("allowed", &[("origin", APP)], true),
        ("no origin", &[("host", "api.example.com")], true),
        (
            "another origin",
            &[("origin", evil), ("host", "api.example.com")],
            false,
        ),
        (
            "same host",
            &[
                ("origin", "https://api.example.com"),
                ("host", "api.example.com"),
            ],
            true,
        ),
        (
            "same host in another case",
            &[
                ("origin", "https://api.example.com"),
                ("host", "API.example.com"),
            ],
            true,
        ),
        (
            "same host, explicit default port",
            &[
                ("origin", "https://api.example.com"),
                ("host", "api.example.com:443"),
            ],
            true,
        ),
        (
            "same host and port",
            &[
                ("origin", "http://localhost:3000"),
                ("host", "localhost:3000"),
            ],
            true,
        ),
        (
            "same host, another port",
            &[
                ("origin", "http://localhost:3001"),
                ("host", "localhost:3000"),
            ],
            false,
        ),
        (
            "host is a prefix",
            &[
                ("origin", "https://api.example.com.evil.example"),
                ("host", "api.example.com"),
            ],
            false,
        ),
        (
            "host is a suffix",
            &[
                ("origin", "https://example.com"),
                ("host", "api.example.com"),
            ],
            false,
        ),
        ("no host", &[("origin", evil)], false),
        (
            "fetch metadata: same-origin behind a proxy",
            &[
                ("origin", "https://www.example.com"),
                ("host", "backend:8080"),
                ("sec-fetch-site", "same-origin"),
            ],
            true,
        ),
        (
            "fetch metadata: same-origin without a referrer",
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            true,
        ),
        (
            "fetch metadata: same-site",
            &[
                ("origin", "http://api.example.com"),
                ("host", "api.example.com"),
                ("sec-fetch-site", "same-site"),
            ],
            false,
        ),
        (
            "fetch metadata: cross-site",
            &[("origin", evil), ("sec-fetch-site", "cross-site")],
            false,
        ),
        ("null", &[("origin", "null"), ("host", "null")], false),
        ("malformed", &[("origin", "x"), ("host", "x")], false),
    ];
    for (name, request_lines, passes) in rows {
        let (answer, calls) = send_through(&cors, request("POST", request_lines), &[]).await;
        assert_eq!(calls, usize::from(passes), "{name}");
        let status = if passes {
            StatusCode::OK
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(answer.status(), status, "{name}");
        assert!(
            members(&answer, "vary").contains(&"origin".to_owned()),
            "{name}"
        );
        let is_allowed = name == "allowed";
        assert_eq!(
            answer.headers().contains_key("access-control-allow-origin"),
            is_allowed,
            "{name}"
        );
    }
    let denied = send(&cors, request("POST", &[("origin", evil)])).await;
    assert_eq!(members(&denied, "vary"), ["origin", "sec-fetch-site"]);
}

#[tokio::test]
async fn grpc_web_headers_are_allowed_and_exposed() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .preset(Preset::GrpcWeb)
        .build()
        .unwrap();
    let asked = "content-type,grpc-timeout,x-grpc-web,x-user-agent";
    assert!(
        cors.policy()
            .decide_request(&preflight(APP, "POST", asked))
            .is_allowed()
    );
    let answer = send(&cors, request("POST", &[("origin", APP)])).await;
    assert_eq!(
        members(&answer, "access-control-expose-headers"),
        ["grpc-message", "grpc-status", "grpc-status-details-bin"]
    );
}

#[tokio::test]
async fn the_resource_policy_follows_the_origin() {
    let listed = CorsLayer::builder()
        .allow_origins([APP])
        .cross_origin_resource_policy();
    let listed_and_rejecting = listed.clone().reject_disallowed_origins();
    let any = CorsLayer::builder()
        .allow_any_origin()
        .cross_origin_resource_policy();
    let without = CorsLayer::builder().allow_origins([APP]);
    let evil = "https://evil.example";
    let rows = [
        (
            "allowed",
            listed.clone().build(),
            Some(APP),
            Some("cross-origin"),
        ),
        (
            "not allowed",
            listed.clone().build(),
            Some(evil),
            Some("same-origin"),
        ),
        ("no origin", listed.build(), None, Some("same-origin")),
        (
            "rejected",
            listed_and_rejecting.build(),
            Some(evil),
            Some("same-origin"),
        ),
        (
            "any origin",
            any.clone().build(),
            Some(evil),
            Some("cross-origin"),
        ),
        ("any, no origin", any.build(), None, Some("cross-origin")),
        (
            "not asked for",
            without.build(),
            Some(APP),
            Some("same-site"),
        ),
    ];
    for (name, cors, origin, expected) in rows {
        let cors = cors.unwrap();
        let origin: Vec<_> = origin
            .map(|origin| ("origin", origin))
            .into_iter()
            .collect();
        let upstream = [("cross-origin-resource-policy", "same-site")];
        let (answer, _) = send_through(&cors, request("GET", &origin), &upstream).await;
        let seen = members(&answer, "cross-origin-resource-policy");
        assert_eq!(seen, Vec::from_iter(expected), "{name}");
    }
    let cors = CorsLayer::builder()
        .allow_any_origin()
        .cross_origin_resource_policy();
    let answer = send(&cors.build().unwrap(), preflight(APP, "PUT", "")).await;
    assert!(members(&answer, "cross-origin-resource-policy").is_empty());
}
