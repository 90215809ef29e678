//! `Vary`: what a shared cache must know.

use http::header::HeaderName;
use tower_cors::CorsLayer;

use crate::support::{lines, members, preflight, request, send, send_through};

const APP: &str = "https://app.example.com";

fn listed() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

#[tokio::test]
async fn it_is_merged_with_what_the_response_says() {
    type Row<'a> = (&'a str, &'a [(&'static str, &'static str)], &'a [&'a str]);
    let rows: [Row; 8] = [
        ("none", &[], &["vary: origin"]),
        (
            "another",
            &[("vary", "accept-encoding")],
            &["vary: accept-encoding", "vary: origin"],
        ),
        ("the same", &[("vary", "origin")], &["vary: origin"]),
        (
            "the same in another case",
            &[("vary", "Accept, ORIGIN")],
            &["vary: Accept, ORIGIN"],
        ),
        (
            "the same on a second line",
            &[("vary", "accept"), ("vary", "Origin")],
            &["vary: Origin", "vary: accept"],
        ),
        ("a star", &[("vary", "*")], &["vary: *"]),
        (
            "a star among others",
            &[("vary", "accept, *")],
            &["vary: accept, *"],
        ),
        (
            "a name that contains it",
            &[("vary", "x-origin")],
            &["vary: origin", "vary: x-origin"],
        ),
    ];
    for (name, inner, expected) in rows {
        for origin in [
            &[][..],
            &[("origin", APP)],
            &[("origin", "https://evil.example")],
        ] {
            let (answer, _) = send_through(&listed(), request("GET", origin), inner).await;
            let vary: Vec<_> = lines(&answer)
                .into_iter()
                .filter(|line| line.starts_with("vary"))
                .collect();
            assert_eq!(vary, expected, "{name}, {origin:?}");
        }
    }
}

#[tokio::test]
async fn an_any_origin_policy_needs_none() {
    let cors = CorsLayer::builder().allow_any_origin().build().unwrap();
    for origin in [&[][..], &[("origin", APP)]] {
        let answer = send(&cors, request("GET", origin)).await;
        assert!(!answer.headers().contains_key("vary"));
    }
}

/// Whether a request with `OPTIONS` is a preflight depends on two headers, under every policy.
#[tokio::test]
async fn responses_to_options_name_what_makes_a_preflight() {
    for cors in [
        listed(),
        CorsLayer::builder().allow_any_origin().build().unwrap(),
    ] {
        for lines in [
            &[][..],
            &[("origin", APP)],
            &[("access-control-request-method", "PUT")],
        ] {
            let answer = send(&cors, request("OPTIONS", lines)).await;
            assert_eq!(
                members(&answer, "vary"),
                ["access-control-request-method", "origin"],
                "{lines:?}"
            );
        }
        let answer = send(&cors, preflight(APP, "PUT", "")).await;
        assert_eq!(
            members(&answer, "vary"),
            ["access-control-request-method", "origin"]
        );
    }
}

#[tokio::test]
async fn a_predicates_declared_headers_are_named_on_every_response() {
    let tenant = HeaderName::from_static("x-tenant");
    let cors = CorsLayer::builder()
        .allow_origins_if_request(
            [tenant.clone(), HeaderName::from_static("origin")],
            |_, _| true,
        )
        .allow_origins_if_request([tenant], |_, _| true)
        .build()
        .unwrap();
    for origin in [&[][..], &[("origin", APP)], &[("origin", "nonsense")]] {
        let answer = send(&cors, request("GET", origin)).await;
        assert_eq!(answer.headers()["vary"], "origin, x-tenant", "{origin:?}");
    }
    let (answer, _) = send_through(&cors, request("GET", &[]), &[("vary", "X-Tenant")]).await;
    assert_eq!(members(&answer, "vary"), ["X-Tenant", "origin"]);
    let answer = send(&cors, preflight("https://evil.example/", "PUT", "")).await;
    assert_eq!(
        members(&answer, "vary"),
        ["access-control-request-method", "origin", "x-tenant"]
    );
}

#[tokio::test]
async fn a_private_network_policy_names_the_header_that_asks() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_private_network()
        .build()
        .unwrap();
    let answer = send(&cors, preflight(APP, "PUT", "")).await;
    assert!(
        members(&answer, "vary").contains(&"access-control-request-private-network".to_owned())
    );
}
