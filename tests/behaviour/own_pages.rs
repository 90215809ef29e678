//! Pages of the server's own origin: they are not denials, whoever is asked.

use std::sync::{Arc, Mutex};

use tower_cors::explain::PageOutcome;
use tower_cors::{CorsConfig, CorsLayer};

use crate::support::{request, send_through};

const EVIL: &str = "https://evil.example";

/// A request, and whether it comes from a page of the server's own.
const ROWS: [(&[(&str, &str)], bool); 9] = [
    (
        &[
            ("origin", "https://api.example"),
            ("sec-fetch-site", "same-origin"),
        ],
        true,
    ),
    (
        &[
            ("origin", "https://api.example"),
            ("sec-fetch-site", "none"),
        ],
        true,
    ),
    (
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        true,
    ),
    (
        &[("origin", "https://api.example"), ("host", "api.example")],
        true,
    ),
    (&[("origin", EVIL), ("host", "api.example")], false),
    (&[("origin", EVIL), ("sec-fetch-site", "cross-site")], false),
    (
        &[
            ("origin", "https://api.example"),
            ("sec-fetch-site", "same-site"),
        ],
        false,
    ),
    // Browsers send one well-formed line.
    (
        &[
            ("origin", "https://api.example/"),
            ("sec-fetch-site", "same-origin"),
        ],
        false,
    ),
    (
        &[
            ("origin", EVIL),
            ("origin", "https://api.example"),
            ("sec-fetch-site", "same-origin"),
        ],
        false,
    ),
];

#[tokio::test]
async fn every_answer_agrees_about_own_pages() {
    let builder = || CorsLayer::builder().allow_origins(["https://app.example"]);
    let policies = [
        ("list", builder().build().unwrap()),
        (
            "rejecting",
            builder().reject_disallowed_origins().build().unwrap(),
        ),
        (
            "function",
            builder().allow_origins_if(|_| false).build().unwrap(),
        ),
        (
            "look-up",
            CorsLayer::try_from(CorsConfig {
                allow_looked_up_origins: true,
                ..CorsConfig::default()
            })
            .unwrap(),
        ),
    ];
    for (name, cors) in policies {
        for (lines, is_own) in ROWS {
            let case = format!("{name} {lines:?}");
            let post = request("POST", lines);
            let decision = cors.policy().decide_request(&post).is_allowed();
            let explanation = cors.policy().explain_request(&post);
            assert_eq!(decision, is_own, "{case}");
            assert_eq!(explanation.is_allowed(), is_own, "{case}");
            let is_told = matches!(
                explanation.outcome(),
                PageOutcome::OwnPage | PageOutcome::StartedByUser
            );
            assert_eq!(is_told, is_own, "{case}");

            let reported = Arc::new(Mutex::new(vec![]));
            let sink = Arc::clone(&reported);
            let observed = cors.clone().on_decision(move |observation| {
                let decision = observation.decision();
                sink.lock()
                    .unwrap()
                    .push((decision.is_allowed(), decision.is_own_page()));
            });
            let (answer, served) = send_through(&observed, post, &[]).await;
            assert_eq!(*reported.lock().unwrap(), [(is_own, is_own)], "{case}");
            assert!(
                !answer.headers().contains_key("access-control-allow-origin"),
                "{case}"
            );
            let is_refused = name == "rejecting" && !is_own;
            assert_eq!(
                (answer.status().as_u16(), served),
                if is_refused { (403, 0) } else { (200, 1) },
                "{case}"
            );
            assert_eq!(
                answer.headers().contains_key("cache-control"),
                is_refused,
                "{case}"
            );
        }
    }
}

/// The list comes first: an origin that is listed is allowed, also on its own pages.
#[tokio::test]
async fn a_listed_origin_is_allowed_on_its_own_pages() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example"])
        .build()
        .unwrap();
    let own = request(
        "POST",
        &[
            ("origin", "https://app.example"),
            ("sec-fetch-site", "same-origin"),
        ],
    );
    let decision = cors.policy().decide_request(&own);
    assert!(decision.is_allowed() && !decision.is_own_page());
    let (answer, _) = send_through(&cors, own, &[]).await;
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://app.example"
    );
}

/// Browsers send no preflight to the page's own origin.
#[test]
fn a_preflight_is_never_an_own_page() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example"])
        .build()
        .unwrap();
    let lines = [
        ("origin", "https://api.example"),
        ("access-control-request-method", "PUT"),
        ("sec-fetch-site", "same-origin"),
    ];
    assert!(
        !cors
            .policy()
            .decide_request(&request("OPTIONS", &lines))
            .is_allowed()
    );
}
