//! `Vary` suffices: two requests that differ only in headers that it doesn't name get the same answer.
//!
//! Exhaustive: every policy below, every combination of the values of every header that a policy can look
//! at, each changed in turn. The host is part of a cache's key, and stays the same.

use http::header::HeaderName;
use http::{HeaderMap, Request, StatusCode};
use tower_cors::CorsLayer;

use crate::support::{request, send_through};

const APP: &str = "https://app.example.com";

/// Every header that a policy can look at, with its values; `None` for its absence.
const LOOKED_AT: [(&str, &[Option<&str>]); 7] = [
    (
        "origin",
        &[
            None,
            Some(APP),
            Some("https://api.example.com"),
            Some("null"),
            Some("https://x/"),
        ],
    ),
    (
        "access-control-request-method",
        &[None, Some("PUT"), Some("DELETE")],
    ),
    (
        "access-control-request-headers",
        &[None, Some("x-a"), Some("x-b")],
    ),
    (
        "access-control-request-private-network",
        &[None, Some("true")],
    ),
    (
        "sec-fetch-site",
        &[None, Some("same-origin"), Some("cross-site")],
    ),
    ("x-tenant", &[None, Some("a")]),
    ("cookie", &[None, Some("a=b")]),
];

fn policies() -> Vec<(&'static str, CorsLayer)> {
    let tenant = HeaderName::from_static("x-tenant");
    let listed = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .allow_methods(["PUT"])
            .allow_headers(["x-a"])
    };
    let any = CorsLayer::builder().allow_any_origin();
    [
        ("listed", listed().build()),
        (
            "with credentials",
            listed()
                .allow_credentials()
                .expose_headers(["etag"])
                .build(),
        ),
        ("with timing", listed().timing_allow_origin().build()),
        (
            "mirroring",
            listed()
                .mirror_request_methods()
                .mirror_request_headers()
                .build(),
        ),
        ("private network", listed().allow_private_network().build()),
        ("rejecting", listed().reject_disallowed_origins().build()),
        ("forwarding", listed().forward_preflights().build()),
        ("null", listed().allow_null_origin().build()),
        ("any", any.clone().build()),
        (
            "any, mirroring, private network",
            any.clone()
                .mirror_request_methods()
                .mirror_request_headers()
                .allow_private_network()
                .build(),
        ),
        (
            "any, rejecting",
            any.reject_disallowed_origins()
                .timing_allow_origin()
                .build(),
        ),
        (
            "predicate",
            listed()
                .allow_origins_if_request([tenant.clone()], move |_, request| {
                    request.header(&tenant).is_some()
                })
                .reject_disallowed_origins()
                .build(),
        ),
    ]
    .map(|(name, cors)| (name, cors.unwrap()))
    .into()
}

type Choice = [usize; LOOKED_AT.len()];

fn choices() -> Vec<Choice> {
    let mut choices = vec![Choice::default()];
    for (place, (_, values)) in LOOKED_AT.iter().enumerate() {
        choices = choices
            .iter()
            .flat_map(|choice| {
                (0..values.len()).map(|value| {
                    let mut choice = *choice;
                    choice[place] = value;
                    choice
                })
            })
            .collect();
    }
    choices
}

fn ask(method: &str, choice: &Choice) -> Request<()> {
    let mut lines = vec![("host", "api.example.com")];
    for ((name, values), value) in LOOKED_AT.iter().zip(choice) {
        lines.extend(values[*value].map(|value| (*name, value)));
    }
    request(method, &lines)
}

fn index_of(choice: &Choice) -> usize {
    LOOKED_AT
        .iter()
        .zip(choice)
        .fold(0, |index, ((_, values), value)| {
            index * values.len() + value
        })
}

fn names_in_vary(headers: &HeaderMap, name: &str) -> bool {
    headers.get_all("vary").iter().any(|line| {
        line.to_str()
            .unwrap()
            .split(',')
            .any(|member| member.trim() == name)
    })
}

#[tokio::test]
async fn what_it_does_not_name_makes_no_difference() {
    let choices = choices();
    assert_eq!(choices.len(), 1080);
    for (policy, cors) in policies() {
        for method in ["GET", "OPTIONS", "POST"] {
            let mut answers: Vec<(StatusCode, HeaderMap, usize)> = Vec::new();
            for choice in &choices {
                let (answer, calls) =
                    send_through(&cors, ask(method, choice), &[("vary", "accept")]).await;
                answers.push((answer.status(), answer.headers().clone(), calls));
            }
            for (choice, answer) in choices.iter().zip(&answers) {
                for (place, (name, values)) in LOOKED_AT.iter().enumerate() {
                    if names_in_vary(&answer.1, name) {
                        continue;
                    }
                    for value in 0..values.len() {
                        let mut other = *choice;
                        other[place] = value;
                        assert_eq!(
                            *answer,
                            answers[index_of(&other)],
                            "{policy}, {method}: {name} is not in Vary, and {choice:?} differs from {other:?}"
                        );
                    }
                }
            }
        }
    }
}
