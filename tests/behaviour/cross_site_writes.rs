//! Who may write: `reject_cross_site_writes`, as browsers and other clients send their requests.

use tower_cors::error::Field;
use tower_cors::explain::PageOutcome;
use tower_cors::{CorsConfig, CorsLayer, Denial, RequestKind};

use crate::support::{members, preflight, request, send, send_through};

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";
const OWN: &str = "https://api.example";

type Lines = &'static [(&'static str, &'static str)];

fn policies() -> [(&'static str, CorsLayer); 3] {
    let builder = || CorsLayer::builder().reject_cross_site_writes();
    [
        ("none", builder().allow_no_origin().build().unwrap()),
        (
            "list",
            builder()
                .allow_origins([APP])
                .allow_methods(["PUT", "QUERY"])
                .allow_credentials()
                .build()
                .unwrap(),
        ),
        ("any", builder().allow_any_origin().build().unwrap()),
    ]
}

/// The lines of a request to `api.example`, and whether its write passes under no origin, a list, and any origin.
const WRITES: [(Lines, [bool; 3]); 28] = [
    // not a browser
    (&[], [true; 3]),
    (&[("cookie", "a=b")], [true; 3]),
    // own pages and the user
    (&[("sec-fetch-site", "same-origin")], [true; 3]),
    (&[("sec-fetch-site", "none")], [true; 3]),
    (
        &[("origin", OWN), ("sec-fetch-site", "same-origin")],
        [true; 3],
    ),
    (
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        [true; 3],
    ),
    (&[("origin", OWN)], [true; 3]),
    (&[("origin", "http://api.example")], [true; 3]),
    (
        &[
            ("origin", "http://api.example"),
            ("x-forwarded-proto", "https"),
        ],
        [false; 3],
    ),
    (
        &[
            ("origin", "http://api.example"),
            ("forwarded", "for=1.2.3.4;proto=HTTPS"),
        ],
        [false; 3],
    ),
    (
        &[
            ("origin", "http://api.example"),
            ("x-forwarded-proto", "wss"),
        ],
        [false; 3],
    ),
    (
        &[
            ("origin", "http://api.example"),
            ("forwarded", "proto = \"https\""),
        ],
        [false; 3],
    ),
    (
        &[("origin", OWN), ("x-forwarded-proto", "https")],
        [true; 3],
    ),
    // an app's page
    (&[("origin", "capacitor://api.example")], [false; 3]),
    (&[("origin", "chrome-extension://api.example")], [false; 3]),
    // other pages
    (
        &[("origin", EVIL), ("sec-fetch-site", "cross-site")],
        [false; 3],
    ),
    (&[("origin", EVIL)], [false; 3]),
    (&[("sec-fetch-site", "cross-site")], [false; 3]),
    (&[("sec-fetch-site", "same-site")], [false; 3]),
    (
        &[("origin", "null"), ("sec-fetch-site", "cross-site")],
        [false; 3],
    ),
    (&[("origin", "null")], [false; 3]),
    (&[("origin", "https://api.example:8443")], [false; 3]),
    (&[("origin", "https://api.example/")], [false; 3]),
    // the page that is named
    (
        &[
            ("origin", APP),
            ("sec-fetch-site", "cross-site"),
            ("cookie", "a=b"),
        ],
        [false, true, false],
    ),
    (&[("origin", APP)], [false, true, false]),
    // what no browser sends
    (&[("sec-fetch-site", "Same-Origin")], [false; 3]),
    (
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "same-origin"),
        ],
        [false; 3],
    ),
    (&[("origin", OWN), ("origin", OWN)], [false; 3]),
];

#[tokio::test]
async fn writes_by_origin_and_policy() {
    for (lines, expected) in WRITES {
        for ((name, cors), passes) in policies().into_iter().zip(expected) {
            for method in ["POST", "PUT", "DELETE", "QUERY", "get", "PURGE", "CONNECT"] {
                let mut lines = lines.to_vec();
                lines.push(("host", "api.example"));
                let case = format!("{name} {method} {lines:?}");
                let (answer, served) = send_through(&cors, request(method, &lines), &[]).await;
                let expected = if passes { (200, 1) } else { (403, 0) };
                assert_eq!((answer.status().as_u16(), served), expected, "{case}");
                let decision = cors.policy();
                let request = request(method, &lines);
                let decision = decision.decide_request(&request);
                let is_refused = decision.denial() == Some(Denial::CrossSiteWrite);
                assert_eq!(is_refused, !passes, "{case}");
                if !passes {
                    assert!(
                        !answer.headers().contains_key("access-control-allow-origin"),
                        "{case}"
                    );
                    assert_eq!(answer.headers()["cache-control"], "no-store", "{case}");
                    assert!(
                        !cors.policy().explain_request(&request).is_allowed(),
                        "{case}"
                    );
                }
            }
            for method in ["GET", "HEAD", "OPTIONS"] {
                let (_, served) = send_through(&cors, request(method, lines), &[]).await;
                assert_eq!(served, 1, "{name} {method} {lines:?}");
            }
        }
    }
}

/// Any request that asks for an upgrade, whatever its method.
#[tokio::test]
async fn a_handshake_is_a_write() {
    let marks: [Lines; 5] = [
        &[("upgrade", "websocket")],
        &[("upgrade", "x")],
        &[("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")],
        &[("sec-fetch-mode", "websocket")],
        &[("sec-fetch-mode", "webtransport")],
    ];
    for (name, cors) in policies() {
        for mark in marks {
            for (origin, passes) in [(EVIL, false), (OWN, true), (APP, name == "list")] {
                let mut lines = vec![("origin", origin), ("host", "api.example")];
                lines.extend(mark);
                let (answer, served) = send_through(&cors, request("GET", &lines), &[]).await;
                let expected = if passes { (200, 1) } else { (403, 0) };
                assert_eq!(
                    (answer.status().as_u16(), served),
                    expected,
                    "{name} {lines:?}"
                );
            }
        }
    }
}

/// A form of an allowed page sends its visitor's cookies, and a policy without credentials does not grant them.
#[tokio::test]
async fn a_named_origin_writes_without_what_the_policy_does_not_grant() {
    let builder = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .reject_cross_site_writes()
    };
    let plain = builder().build().unwrap();
    let token = builder().allow_headers(["authorization"]).build().unwrap();
    let cookies = builder().allow_credentials().build().unwrap();
    let rows: [(Lines, [u16; 3]); 3] = [
        (&[], [200; 3]),
        (&[("cookie", "a=b")], [403, 403, 200]),
        (&[("authorization", "Basic YTpi")], [403, 200, 200]),
    ];
    for (more, expected) in rows {
        for (cors, expected) in [&plain, &token, &cookies].into_iter().zip(expected) {
            let mut lines = vec![("origin", APP), ("sec-fetch-site", "cross-site")];
            lines.extend(more);
            let answer = send(cors, request("POST", &lines)).await;
            assert_eq!(answer.status(), expected, "{lines:?}");
        }
    }
}

/// A browser is never told yes and then no.
#[tokio::test]
async fn a_preflight_for_a_refused_write_is_refused() {
    let any = CorsLayer::builder()
        .allow_any_origin()
        .allow_any_method()
        .allow_any_header()
        .reject_cross_site_writes()
        .build()
        .unwrap();
    for (method, status) in [
        ("GET", 204),
        ("HEAD", 204),
        ("OPTIONS", 204),
        ("POST", 403),
        ("PUT", 403),
        ("QUERY", 403),
        ("get", 403),
    ] {
        let answer = send(&any, preflight(EVIL, method, "x-a")).await;
        assert_eq!(answer.status(), status, "{method}");
        let is_open = answer.headers().contains_key("access-control-allow-origin");
        assert_eq!(is_open, status == 204, "{method}");
    }
    let [_, (_, list), _] = policies();
    assert_eq!(send(&list, preflight(APP, "PUT", "")).await.status(), 204);
    let null = CorsLayer::builder()
        .allow_null_origin()
        .allow_methods(["PUT"]);
    let null = null.reject_cross_site_writes().build().unwrap();
    assert_eq!(
        send(&null, preflight("null", "PUT", "")).await.status(),
        403
    );
    assert_eq!(
        send(&null, preflight("null", "GET", "x-a")).await.status(),
        204
    );
}

#[tokio::test]
async fn rejecting_disallowed_origins_includes_writes() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    for (method, lines, status) in [
        ("POST", &[("sec-fetch-site", "cross-site")][..], 403),
        ("GET", &[("sec-fetch-site", "cross-site")], 200),
        (
            "GET",
            &[("origin", EVIL), ("sec-fetch-site", "cross-site")],
            403,
        ),
        (
            "GET",
            &[("origin", APP), ("sec-fetch-site", "cross-site")],
            200,
        ),
        ("POST", &[], 200),
    ] {
        assert_eq!(
            send(&cors, request(method, lines)).await.status(),
            status,
            "{method} {lines:?}"
        );
    }
    let error = CorsLayer::builder()
        .allow_any_origin()
        .reject_disallowed_origins()
        .build()
        .unwrap_err();
    assert_eq!(error.problems()[0].field(), Field::RejectDisallowedOrigins);
    assert!(
        error.problems()[0]
            .fix()
            .contains("reject_cross_site_writes")
    );
}

#[test]
fn no_origin_stands_alone() {
    assert!(CorsLayer::builder().allow_no_origin().build().is_ok());
    let error = CorsLayer::builder()
        .allow_no_origin()
        .allow_origins([APP])
        .build()
        .unwrap_err();
    assert_eq!(error.problems()[0].field(), Field::Origins);
}

/// `Vary` names `Sec-Fetch-Site` and credentials where the answer depends on them.
#[tokio::test]
async fn vary_names_the_site_on_writes_alone() {
    let [(_, none), (_, list), (_, any)] = policies();
    let evil: Lines = &[("origin", EVIL), ("sec-fetch-site", "same-origin")];
    for (name, cors, method, lines, expected) in [
        ("none, safe", &none, "GET", evil, &["origin"][..]),
        (
            "none, write",
            &none,
            "POST",
            evil,
            &["origin", "sec-fetch-site"],
        ),
        (
            "list, named",
            &list,
            "POST",
            &[("origin", APP)],
            &["origin"],
        ),
        (
            "list, own",
            &list,
            "POST",
            evil,
            &["origin", "sec-fetch-site"],
        ),
        (
            "list, no origin",
            &list,
            "POST",
            &[],
            &["origin", "sec-fetch-site"],
        ),
        ("any, safe", &any, "GET", evil, &[]),
        (
            "any, write",
            &any,
            "POST",
            evil,
            // An origin may be named beside any origin. Then a refusal depends on the credentials.
            &["authorization", "cookie", "origin", "sec-fetch-site"],
        ),
    ] {
        let answer = send(cors, request(method, lines)).await;
        assert_eq!(members(&answer, "vary"), expected, "{name}");
    }
}

#[test]
fn it_says_what_the_layer_did_and_what_helps() {
    let [(_, none), (_, list), (_, any)] = policies();
    let form: Lines = &[
        ("origin", EVIL),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
    ];
    let script: Lines = &[
        ("origin", EVIL),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "cors"),
    ];
    for (name, cors, lines, outcome, fix) in [
        (
            "form",
            &none,
            form,
            PageOutcome::NavigationRejected,
            "give this path a policy of its own",
        ),
        (
            "script",
            &list,
            script,
            PageOutcome::Rejected,
            r#"add .allow_origins(["https://evil.example"])"#,
        ),
        (
            "any",
            &any,
            script,
            PageOutcome::Rejected,
            r#"add .allow_origins(["https://evil.example"])"#,
        ),
    ] {
        let explanation = cors.policy().explain_request(&request("POST", lines));
        assert_eq!(explanation.outcome(), outcome, "{name}");
        assert!(
            explanation.fix().unwrap().contains(fix),
            "{name}: {explanation}"
        );
    }
}

#[test]
fn what_no_setting_helps_gets_no_setting() {
    let [_, (_, list), _] = policies();
    let twin: Lines = &[
        ("origin", "http://api.example"),
        ("host", "api.example"),
        ("x-forwarded-proto", "https"),
    ];
    let socket: Lines = &[
        ("origin", APP),
        ("sec-fetch-mode", "websocket"),
        ("cookie", "a=b"),
    ];
    let plain = CorsLayer::builder()
        .allow_origins([APP])
        .reject_cross_site_writes()
        .build()
        .unwrap();
    for (cors, method, lines, fix) in [
        (&list, "POST", twin, "serve the page over https, with HSTS"),
        (
            &plain,
            "GET",
            socket,
            "if that page may act as the user, add .allow_credentials()",
        ),
    ] {
        let explanation = cors.policy().explain_request(&request(method, lines));
        assert_eq!(explanation.fix(), Some(fix), "{explanation}");
    }
}

/// Any page may read. Those that are listed beside may write, without cookies.
#[tokio::test]
async fn origins_listed_beside_any_origin_may_write() {
    let builder = || {
        CorsLayer::builder()
            .allow_any_origin()
            .reject_cross_site_writes()
    };
    let listed = builder()
        .allow_origins([APP])
        .allow_any_method()
        .build()
        .unwrap();
    let function = builder()
        .allow_origins_if(|origin| origin.as_str() == APP)
        .allow_any_method()
        .build()
        .unwrap();
    let config = listed.policy().to_config().unwrap();
    assert_eq!(config.origins, ["*", APP]);
    let again = CorsLayer::try_from(config.clone()).unwrap();
    assert_eq!(again.policy().to_config(), Some(config));
    for cors in [&listed, &function, &again] {
        for (origin, cookie, status) in [
            (APP, false, 200),
            (APP, true, 403),
            (EVIL, false, 403),
            (OWN, true, 200),
            ("null", false, 403),
        ] {
            let mut lines = vec![("origin", origin), ("host", "api.example")];
            if cookie {
                lines.push(("cookie", "a=b"));
            }
            let answer = send(cors, request("POST", &lines)).await;
            assert_eq!(answer.status(), status, "{origin} {cookie}");
            if status == 200 {
                assert_eq!(answer.headers()["access-control-allow-origin"], "*");
            }
            let answer = send(cors, request("GET", &lines)).await;
            assert_eq!(answer.status(), 200, "{origin} {cookie}");
        }
        for (origin, status) in [(APP, 204), (EVIL, 403)] {
            let answer = send(cors, preflight(origin, "PUT", "")).await;
            assert_eq!(answer.status(), status, "{origin}");
        }
    }
    let asks = CorsConfig {
        origins: vec!["*".to_owned()],
        reject_cross_site_writes: true,
        allow_looked_up_origins: true,
        ..CorsConfig::default()
    };
    let error = CorsLayer::try_from(asks).unwrap_err();
    assert_eq!(error.problems()[0].code(), "nobody_is_looked_up");
}

/// A handshake in the form of a preflight, which no browser sends.
#[tokio::test]
async fn a_handshake_is_not_forwarded_as_a_preflight() {
    let any = CorsLayer::builder()
        .allow_any_origin()
        .reject_cross_site_writes()
        .forward_preflights()
        .build()
        .unwrap();
    let mut handshake = preflight(EVIL, "GET", "");
    assert_eq!(send_through(&any, handshake.clone(), &[]).await.1, 1);
    let upgrade = "websocket".parse().unwrap();
    handshake.headers_mut().insert("upgrade", upgrade);
    let (answer, served) = send_through(&any, handshake, &[]).await;
    assert_eq!((answer.status().as_u16(), served), (403, 0));
}

/// The fix for a policy of nobody says what has to go.
#[test]
fn a_fix_replaces_no_origin() {
    let by_builder = CorsLayer::builder().allow_no_origin().build().unwrap();
    let by_config = CorsLayer::try_from(by_builder.policy().to_config().unwrap()).unwrap();
    for (cors, origin, fix) in [
        (
            &by_builder,
            EVIL,
            r#"if that page may call, remove .allow_no_origin(), add .allow_origins(["https://evil.example"])"#,
        ),
        (
            &by_config,
            EVIL,
            r#"if that page may call, set origins = ["https://evil.example"]"#,
        ),
        (
            &by_config,
            "null",
            "serve the page from an http or https URL; or, if everybody's sandboxed and local pages may call, \
             remove origins = \"none\", set allow_null_origin = true",
        ),
    ] {
        let read = request("GET", &[("origin", origin)]);
        let explanation = cors.policy().explain_request(&read);
        assert_eq!(explanation.fix(), Some(fix), "{explanation}");
    }
}

/// Someone sees whom the check would stop before enforcing it.
#[tokio::test]
async fn a_shadow_shows_whom_it_would_stop() {
    use std::sync::{Arc, Mutex};

    let seen = Arc::new(Mutex::new(vec![]));
    let sink = Arc::clone(&seen);
    let [_, (_, strict), _] = policies();
    let lax = CorsLayer::builder()
        .allow_origins([APP])
        .allow_credentials()
        .build()
        .unwrap();
    let cors = lax.shadow(strict).on_decision(move |observation| {
        let shadow = observation.shadow().and_then(|shadow| shadow.denial());
        let kind = observation.decision().kind();
        sink.lock()
            .unwrap()
            .push((kind, shadow.map(|denial| denial.code())));
    });
    let answer = send(&cors, request("POST", &[("sec-fetch-site", "cross-site")])).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(
        *seen.lock().unwrap(),
        [(RequestKind::NotCors, Some("cross_site_write"))]
    );
}

/// The table of a policy with credentials says when forged writes are not stopped.
#[test]
fn the_table_warns_of_forged_writes() {
    let builder = || {
        CorsLayer::builder()
            .allow_origins([APP])
            .allow_credentials()
    };
    let table = builder().build().unwrap().policy().to_string();
    assert!(table.contains("reject_cross_site_writes"), "{table}");
    let table = builder()
        .reject_cross_site_writes()
        .build()
        .unwrap()
        .policy()
        .to_string();
    assert!(
        table.contains("answers 403 to cross-site writes"),
        "{table}"
    );
    assert!(!table.contains("caution"), "{table}");
}
