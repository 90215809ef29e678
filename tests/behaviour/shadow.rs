//! A second policy that is tried out: reported, and enforced for none, some or all origins.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, Request, StatusCode};
use tower_cors::CorsLayer;

use crate::support::{preflight, request, send_through};

const APP: &str = "https://app.example.com";

fn lax() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins(["https://*.example.com"])
        .allow_methods(["PUT"])
        .build()
        .unwrap()
}

fn any() -> CorsLayer {
    CorsLayer::builder()
        .allow_any_origin()
        .allow_methods(["PUT"])
        .build()
        .unwrap()
}

fn strict() -> CorsLayer {
    CorsLayer::builder().allow_origins([APP]).build().unwrap()
}

fn origin(n: usize) -> String {
    format!("https://tenant-{n}.example.com")
}

fn get(origin: &str) -> Request<()> {
    request("GET", &[("origin", origin)])
}

async fn answer(cors: &CorsLayer, request: Request<()>) -> (StatusCode, HeaderMap, usize) {
    let inner = [("vary", "accept"), ("access-control-allow-origin", "*")];
    let (answer, calls) = send_through(cors, request, &inner).await;
    (answer.status(), answer.headers().clone(), calls)
}

async fn is_allowed(cors: &CorsLayer, origin: &str) -> bool {
    answer(cors, get(origin))
        .await
        .1
        .contains_key("access-control-allow-origin")
}

fn requests() -> Vec<Request<()>> {
    vec![
        request("GET", &[]),
        request("OPTIONS", &[("origin", APP)]),
        get(APP),
        get(&origin(1)),
        get("https://evil.example"),
        get("null"),
        request("GET", &[("origin", APP), ("origin", APP)]),
        preflight(APP, "PUT", "x-a"),
        preflight(&origin(1), "PUT", ""),
        preflight("https://evil.example", "PUT", ""),
    ]
}

#[tokio::test]
async fn a_shadow_changes_nothing_on_the_wire() {
    for (plain, shadow) in [(lax(), strict()), (any(), strict()), (strict(), any())] {
        let shadowed = plain.clone().shadow(shadow);
        for asked in requests() {
            assert_eq!(
                answer(&shadowed, asked.clone()).await,
                answer(&plain, asked).await
            );
        }
    }
}

#[tokio::test]
async fn a_full_roll_out_is_the_second_policy_and_more_than_full_is_full() {
    for percent in [100, 255] {
        let rolled_out = any().roll_out(strict(), percent);
        for asked in requests() {
            assert_eq!(
                answer(&rolled_out, asked.clone()).await,
                answer(&strict(), asked).await
            );
        }
    }
}

#[tokio::test]
async fn both_decisions_are_reported() {
    let reported = Arc::new(Mutex::new(vec![]));
    let sink = Arc::clone(&reported);
    let cors = lax().shadow(strict()).on_decision(move |observation| {
        let shadow = observation.shadow().unwrap();
        let code =
            |decision: tower_cors::Decision<'_>| decision.denial().map(|denial| denial.code());
        sink.lock()
            .unwrap()
            .push((code(observation.decision()), code(shadow)));
    });
    for asked in [
        get(APP),
        get(&origin(1)),
        get("https://evil.example"),
        preflight(APP, "PUT", ""),
    ] {
        answer(&cors, asked).await;
    }
    let denied = Some("origin_not_allowed");
    assert_eq!(
        *reported.lock().unwrap(),
        [
            (None, None),
            (None, denied),
            (denied, denied),
            (None, Some("method_not_allowed"))
        ]
    );
}

/// More origins come with a higher share, none goes, and the shares are about what was said.
#[tokio::test]
async fn a_share_is_stable_and_grows() {
    let mut before = vec![true; 1_000];
    for percent in [0, 1, 10, 50, 99, 100] {
        let cors = lax().roll_out(strict(), percent);
        let mut allowed = Vec::new();
        for n in 0..before.len() {
            allowed.push(is_allowed(&cors, &origin(n)).await);
        }
        assert!(
            allowed
                .iter()
                .zip(&before)
                .all(|(now, before)| *before || !now),
            "{percent}"
        );
        let denied = allowed.iter().filter(|is_allowed| !**is_allowed).count();
        let expected = usize::from(percent) * 10;
        assert!(
            denied.abs_diff(expected) <= 40,
            "{denied} of 1000 at {percent} %"
        );
        before = allowed;
    }
}

/// An operator sees the same origins fall at every version of the crate.
#[tokio::test]
async fn which_origins_a_share_takes_is_fixed() {
    let at_20 = vec![0, 6, 10, 14, 15, 17, 24, 26, 28];
    let at_28 = vec![0, 6, 8, 10, 14, 15, 17, 24, 26, 28];
    for (percent, expected) in [(20, at_20.clone()), (27, at_20), (28, at_28)] {
        let cors = lax().roll_out(strict(), percent);
        let mut taken = Vec::new();
        for n in 0..30 {
            if !is_allowed(&cors, &origin(n)).await {
                taken.push(n);
            }
        }
        assert_eq!(taken, expected, "{percent} %");
    }
}

#[tokio::test]
async fn a_preflight_and_its_request_meet_the_same_policy() {
    let cors = lax().roll_out(strict(), 50);
    for n in 0..100 {
        let (status, _, _) = answer(&cors, preflight(&origin(n), "PUT", "")).await;
        let expected = if is_allowed(&cors, &origin(n)).await {
            StatusCode::NO_CONTENT
        } else {
            StatusCode::FORBIDDEN
        };
        assert_eq!(status, expected, "{n}");
    }
}

/// While two policies speak, a cache must not serve one's answer for the other's.
#[tokio::test]
async fn while_both_speak_every_response_varies_by_origin() {
    for (percent, varies) in [(0, false), (1, true), (99, true)] {
        let cors = any().roll_out(any(), percent);
        for asked in [request("GET", &[]), get(APP), get(&origin(3))] {
            let (_, headers, _) = answer(&cors, asked).await;
            let names = |line: &http::HeaderValue| {
                line.to_str()
                    .unwrap()
                    .split(',')
                    .any(|name| name.trim() == "origin")
            };
            assert_eq!(
                headers.get_all("vary").iter().any(names),
                varies,
                "{percent}"
            );
        }
    }
}

#[tokio::test]
async fn a_shadow_that_is_reloadable_is_followed() {
    let (shadow, handle) = CorsLayer::reloadable(strict()).unwrap();
    let cors = lax().roll_out(shadow, 100);
    assert!(!is_allowed(&cors, &origin(1)).await);
    handle.replace(lax()).unwrap();
    assert!(is_allowed(&cors, &origin(1)).await);
}
