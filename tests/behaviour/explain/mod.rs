//! `Policy::explain`: what a browser will do, why, what comes near, and what fixes it.

mod nearest;

use tower_cors::{CorsLayer, Explanation};

use crate::support::{preflight, request};

const APP: &str = "https://app.example.com";

fn explain(allowed: &[&str], origin: &str) -> Explanation {
    let cors = CorsLayer::builder().allow_origins(allowed).build().unwrap();
    cors.policy()
        .explain_request(&request("GET", &[("origin", origin)]))
}

#[test]
fn verdicts() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .allow_methods(["PATCH"])
        .build()
        .unwrap();
    for (name, request, verdict) in [
        (
            "no origin",
            request("GET", &[]),
            "allowed: CORS does not apply without an Origin header",
        ),
        (
            "actual",
            request("GET", &[("origin", "https://a.example")]),
            "allowed: the page can read the response",
        ),
        (
            "preflight",
            preflight("https://a.example", "PATCH", ""),
            "allowed: the preflight succeeds",
        ),
        (
            "denied preflight",
            preflight("https://a.example", "PUT", ""),
            "blocked: the preflight fails",
        ),
    ] {
        let explanation = cors.policy().explain_request(&request);
        assert!(
            explanation.verdict().starts_with(verdict),
            "{name}: {explanation}"
        );
    }
    let unlisted = cors
        .policy()
        .explain_request(&preflight("https://a.example", "purge", ""));
    assert_eq!(
        unlisted.fix(),
        Some("if pages may use it, add .allow_methods([\"purge\"])")
    );
    let rejecting = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    let denied = request("GET", &[("origin", "https://b.example")]);
    let rejected = rejecting.policy().explain_request(&denied);
    assert!(rejected.verdict().contains("answered by 403"), "{rejected}");
    let lower = cors
        .policy()
        .explain_request(&preflight("https://a.example", "patch", ""));
    assert_eq!(
        lower.nearest_miss(),
        Some("\"PATCH\" is allowed, and methods are case-sensitive")
    );
    assert_eq!(
        lower.fix(),
        Some("let the page write the method as \"PATCH\"")
    );
}

#[test]
fn cookies_without_credentials_are_blocked() {
    let policy = || CorsLayer::builder().allow_origins(["https://a.example"]);
    let with_cookie = request("GET", &[("origin", "https://a.example"), ("cookie", "a=b")]);
    let explanation = policy()
        .build()
        .unwrap()
        .policy()
        .explain_request(&with_cookie);
    assert!(!explanation.is_allowed());
    assert!(explanation.fix().unwrap().contains(".allow_credentials()"));
    let credentialed = policy().allow_credentials().build().unwrap();
    assert!(
        credentialed
            .policy()
            .explain_request(&with_cookie)
            .is_allowed()
    );
}

/// Browsers send `Origin` and cookies on same-origin POSTs too, and read the response.
#[test]
fn what_comes_from_the_servers_own_pages_is_not_blocked() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .build()
        .unwrap();
    let line = ("sec-fetch-site", "same-origin");
    for (name, lines) in [
        ("origin", vec![("origin", "https://b.example"), line]),
        ("null", vec![("origin", "null"), line]),
        (
            "by host",
            vec![("origin", "https://b.example"), ("host", "b.example")],
        ),
        (
            "cookies",
            vec![("origin", "https://a.example"), ("cookie", "a=b"), line],
        ),
    ] {
        let explanation = cors.policy().explain_request(&request("POST", &lines));
        assert!(explanation.is_allowed(), "{name}: {explanation}");
        assert_eq!(
            explanation.to_string(),
            "allowed: the page is the server's own, and CORS does not apply to it",
            "{name}"
        );
    }
    let elsewhere = [
        ("origin", "https://b.example"),
        ("host", "b.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let explanation = cors.policy().explain_request(&request("POST", &elsewhere));
    assert!(!explanation.is_allowed(), "{explanation}");
}

#[test]
fn fixes_fit_the_policy() {
    let authorization = preflight("https://a.example", "GET", "authorization");
    let any = CorsLayer::builder()
        .allow_any_origin()
        .allow_any_header()
        .build()
        .unwrap();
    let fix = any.policy().explain_request(&authorization);
    assert!(
        fix.fix()
            .unwrap()
            .contains(".allow_headers([\"authorization\"])"),
        "{fix}"
    );

    let no_name = any
        .policy()
        .explain_request(&preflight("https://a.example", "GET", "x y"));
    assert_eq!(
        no_name.fix(),
        Some(
            "no change to the policy helps, because \"x y\" is not a valid header name; browsers do not ask for it"
        ),
        "{no_name}"
    );

    let null = request("GET", &[("origin", "null")]);
    let open = CorsLayer::builder().allow_origins(["https://a.example"]);
    let fix = open
        .clone()
        .build()
        .unwrap()
        .policy()
        .explain_request(&null);
    assert!(fix.fix().unwrap().contains("allow_null_origin"), "{fix}");
    let fix = open
        .allow_credentials()
        .build()
        .unwrap()
        .policy()
        .explain_request(&null);
    assert!(!fix.fix().unwrap().contains("allow_null_origin"), "{fix}");

    let insecure = request("GET", &[("origin", "http://a.example")]);
    let credentialed = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .allow_credentials();
    let fix = credentialed
        .build()
        .unwrap()
        .policy()
        .explain_request(&insecure);
    assert!(
        fix.fix().unwrap().contains("serve the page over https"),
        "{fix}"
    );
}

#[test]
fn an_options_request_that_is_not_a_preflight_says_so() {
    let note = "without Access-Control-Request-Method, an OPTIONS request is not a preflight; browsers send that header \
                with each preflight";
    let cors = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .build()
        .unwrap();
    for origin in ["https://a.example", "https://b.example"] {
        let explanation = cors
            .policy()
            .explain_request(&request("OPTIONS", &[("origin", origin)]));
        assert_eq!(explanation.note(), Some(note), "{explanation}");
    }
    let explanation = cors
        .policy()
        .explain_request(&preflight("https://a.example", "GET", ""));
    assert_eq!(explanation.note(), None, "{explanation}");
}

/// The rules for settings do not fit a request.
#[test]
fn origins_that_only_settings_have() {
    for (origin, why) in [
        ("*", "it is a wildcard"),
        (
            "https://a.example, https://b.example",
            "it is a list of several",
        ),
        (
            "https://a.example https://b.example",
            "it is a list of several",
        ),
    ] {
        let explanation = explain(&["https://a.example"], origin);
        assert_eq!(
            explanation.why(),
            Some(format!("the origin \"{origin}\" is not one that browsers send: {why}").as_str())
        );
        assert!(
            explanation
                .fix()
                .unwrap()
                .starts_with("no change to the policy helps"),
            "{explanation}"
        );
    }
}

#[test]
fn text_from_the_client_is_escaped() {
    let explanation = explain(&["https://example.com"], "https://x\u{85}\t.example");
    let text = explanation.to_string();
    assert!(!text.contains(['\u{85}', '\t']), "{text}");
}

/// The search for near misses and the list of missing names are bounded.
#[test]
fn an_explanation_is_bounded() {
    let mut origins: Vec<_> = (0..10_000)
        .map(|i| format!("https://{i}.example"))
        .collect();
    origins.push("https://shop.example.com".to_owned());
    let near = |origins: &[String]| {
        let cors = CorsLayer::builder().allow_origins(origins).build().unwrap();
        let page = request("GET", &[("origin", "http://shop.example.com")]);
        let explanation = cors.policy().explain_request(&page);
        explanation.nearest_miss().map(str::to_owned)
    };
    assert_eq!(near(&origins), None);
    assert!(near(&origins[1..]).is_some());

    let cors = CorsLayer::builder().allow_origins([APP]).build().unwrap();
    let names: Vec<_> = (0..1_000).map(|i| format!("x-{i:03}")).collect();
    let explanation = cors
        .policy()
        .explain_request(&preflight(APP, "GET", &names.join(",")));
    assert!(
        explanation.why().unwrap().contains(" and many more "),
        "{explanation}"
    );
    assert!(
        explanation
            .fix()
            .unwrap()
            .contains("mirror_request_headers()"),
        "{explanation}"
    );
    // A name that no browser asks for is found wherever it is.
    let with_invalid = format!("{},x@y", names.join(","));
    let explanation = cors
        .policy()
        .explain_request(&preflight(APP, "GET", &with_invalid));
    assert!(
        explanation
            .fix()
            .unwrap()
            .contains("is not a valid header name"),
        "{explanation}"
    );
}

/// A header of one protocol's clients: the fix also names the preset, and that works too.
#[test]
fn a_fix_names_the_preset_of_a_header() {
    use tower_cors::{CorsConfig, Preset};
    for (asked, method, preset) in [
        ("mcp-session-id", "GET", Some(Preset::Mcp)),
        ("content-type,mcp-param-x", "DELETE", Some(Preset::Mcp)),
        ("tus-resumable", "PATCH", Some(Preset::Tus)),
        ("x-grpc-web", "GET", Some(Preset::GrpcWeb)),
        ("connect-protocol-version", "GET", Some(Preset::Connect)),
        ("if-match", "GET", Some(Preset::RangeRequests)),
        // Not all of it, or not only its own.
        ("if-match", "PUT", None),
        ("mcp-session-id,x-own", "GET", None),
        ("authorization", "GET", None),
        ("content-type", "GET", None),
    ] {
        let asked = preflight(APP, method, asked);
        let builder = || CorsLayer::builder().allow_origins([APP]);
        let explanation = builder().build().unwrap().policy().explain_request(&asked);
        let fix = explanation.fix().unwrap();
        let Some(preset) = preset else {
            assert!(!fix.contains("preset"), "{fix}");
            continue;
        };
        assert!(
            fix.ends_with(&format!("; or .preset(Preset::{preset:?})")),
            "{fix}"
        );
        let cors = builder().preset(preset).build().unwrap();
        assert!(
            cors.policy().explain_request(&asked).is_allowed(),
            "{preset:?}"
        );

        let mut config = CorsConfig {
            origins: vec![APP.to_owned()],
            ..CorsConfig::default()
        };
        let cors = CorsLayer::try_from(config.clone()).unwrap();
        let explanation = cors.policy().explain_request(&asked);
        let fix = explanation.fix().unwrap();
        assert!(
            fix.ends_with(&format!("; or add \"{}\" to presets", preset.name())),
            "{fix}"
        );
        config.presets = vec![preset.name().to_owned()];
        let cors = CorsLayer::try_from(config).unwrap();
        assert!(
            cors.policy().explain_request(&asked).is_allowed(),
            "{preset:?}"
        );
    }
}

/// What the policy's table says of settings that open it, and of functions that are not asked.
#[test]
fn the_table_shows_what_is_dangerous() {
    let builder = || {
        CorsLayer::builder()
            .allow_origins_if(|origin| origin.is_private_network() || origin.host() == "intranet")
            .allow_credentials()
    };
    let table = builder().build().unwrap().policy().to_string();
    assert!(
        table.contains("functions and look-ups are not asked about http:// origins"),
        "{table}"
    );
    let open = builder().dangerously_allow_insecure_origins();
    let table = open.build().unwrap().policy().to_string();
    assert!(
        table.contains("dangerously_allow_insecure_origins"),
        "{table}"
    );
    assert!(!table.contains("not asked"), "{table}");
}
