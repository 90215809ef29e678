//! Every policy, and every request as far as a policy can tell requests apart: for what must hold of all.

use http::Request;
use http::header::HeaderName;
use tower_cors::CorsLayer;

use crate::support::request;

pub(crate) const APP: &str = "https://app.example.com";

pub(crate) const METHODS: [&str; 3] = ["GET", "OPTIONS", "POST"];

/// Every header that a policy can look at, with its values; `None` for its absence.
pub(crate) const LOOKED_AT: [(&str, &[Option<&str>]); 7] = [
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

pub(crate) fn policies() -> Vec<(&'static str, CorsLayer)> {
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
            "with a resource policy",
            listed().cross_origin_resource_policy().build(),
        ),
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
            any.reject_cross_site_writes().timing_allow_origin().build(),
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

/// For each of these headers, which of its values.
pub(crate) type Choice = [usize; LOOKED_AT.len()];

pub(crate) fn choices() -> Vec<Choice> {
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

pub(crate) fn ask(method: &str, choice: &Choice) -> Request<()> {
    let mut lines = vec![("host", "api.example.com")];
    for ((name, values), value) in LOOKED_AT.iter().zip(choice) {
        lines.extend(values[*value].map(|value| (*name, value)));
    }
    request(method, &lines)
}
