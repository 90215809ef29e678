//! Prefixes of header names: `mcp-param-*`.

use tower_cors::error::Field;
use tower_cors::{CorsLayer, Denial, Preset};

use crate::support::{members, preflight, request, send};

const APP: &str = "https://app.example";

fn cors(headers: &[&str]) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .allow_headers(headers.iter().copied())
        .allow_credentials()
        .build()
        .unwrap()
}

/// Browsers know no prefixes, so the answer names what was asked for.
#[tokio::test]
async fn the_answer_lists_fixed_names_and_covered_ones() {
    let both = cors(&["content-type", "x-amz-meta-*"]);
    let alone = cors(&["x-amz-meta-*"]);
    let rows: [(&CorsLayer, &str, Option<&str>, bool); 12] = [
        (&both, "", Some("content-type"), true),
        (&both, "content-type", Some("content-type"), true),
        (
            &both,
            "x-amz-meta-a",
            Some("content-type,x-amz-meta-a"),
            true,
        ),
        (
            &both,
            "X-Amz-Meta-B, content-type ,x-amz-meta-a",
            Some("content-type,x-amz-meta-b,x-amz-meta-a"),
            true,
        ),
        (
            &both,
            "x-amz-meta-a,X-AMZ-META-A",
            Some("content-type,x-amz-meta-a"),
            true,
        ),
        (&both, "x-amz-metadata", Some("content-type"), false),
        (&both, "x-amz-meta", Some("content-type"), false),
        (
            &both,
            "x-amz-meta-a,x-other",
            Some("content-type,x-amz-meta-a"),
            false,
        ),
        // not a name that a browser sends
        (&both, "x-amz-meta-a b", Some("content-type"), false),
        (&both, "x-amz-meta-", Some("content-type,x-amz-meta-"), true),
        (&alone, "", None, true),
        (&alone, "x-amz-meta-a", Some("x-amz-meta-a"), true),
    ];
    for (cors, asked, listed, is_allowed) in rows {
        let asks = preflight(APP, "GET", asked);
        let answer = send(cors, asks.clone()).await;
        assert_eq!(answer.status(), 204, "{asked}");
        let seen = answer.headers().get("access-control-allow-headers");
        let seen = seen.map(|value| value.to_str().unwrap());
        assert_eq!(seen, listed, "{asked}");
        assert_eq!(answer.headers()["access-control-allow-credentials"], "true");
        let vary = members(&answer, "vary");
        assert!(
            vary.contains(&"access-control-request-headers".to_owned()),
            "{vary:?}"
        );
        let policy = cors.policy();
        assert_eq!(
            policy.decide_request(&asks).is_allowed(),
            is_allowed,
            "{asked}"
        );
        assert_eq!(
            policy.explain_request(&asks).is_allowed(),
            is_allowed,
            "{asked}"
        );
    }
}

/// Names that browsers set themselves are not covered.
#[test]
fn forbidden_names_are_not_covered() {
    let cors = cors(&["content-*", "keep-*"]);
    for (name, is_allowed) in [
        ("content-disposition", true),
        ("content-length", false),
        ("Content-Length", false),
        ("keep-alive", false),
        ("keep-alives", true),
    ] {
        let asks = preflight(APP, "GET", name);
        assert_eq!(
            cors.policy().decide_request(&asks).is_allowed(),
            is_allowed,
            "{name}"
        );
    }
}

/// At most 64 names and 4 KiB are listed. What is not listed is not allowed.
#[tokio::test]
async fn a_long_list_is_cut() {
    let cors = cors(&["x-amz-meta-*"]);
    let short = |i: usize| format!("x-amz-meta-{i}");
    let long = |i: usize| format!("x-amz-meta-{i}{}", "x".repeat(400));
    let names =
        |count, name: &dyn Fn(usize) -> String| (0..count).map(name).collect::<Vec<_>>().join(",");
    for (asked, listed, is_allowed) in [
        (names(64, &short), 64, true),
        (names(65, &short), 64, false),
        (names(9, &long), 9, true),
        (names(12, &long), 9, false),
        (
            names(1000, &|_| "x-amz-meta-a".to_owned())[..8000].to_owned(),
            1,
            false,
        ),
    ] {
        let asks = preflight(APP, "GET", &asked);
        let answer = send(&cors, asks.clone()).await;
        let seen = members(&answer, "access-control-allow-headers");
        assert_eq!(seen.len(), listed, "{}", asked.len());
        let decision = cors.policy().decide_request(&asks).denial();
        assert_eq!(decision.is_none(), is_allowed, "{decision:?}");
    }
    // longer than any list that is read
    let asks = preflight(APP, "GET", &names(1000, &short));
    let decision = cors.policy().decide_request(&asks).denial();
    assert_eq!(decision, Some(Denial::HeaderListTooLong));
    let answer = send(&cors, asks).await;
    assert!(
        !answer
            .headers()
            .contains_key("access-control-allow-headers")
    );
}

#[test]
fn what_is_not_a_prefix() {
    for (text, code) in [
        ("*", Some("wildcard_header")),
        ("x-*-*", Some("misplaced_prefix")),
        ("mcp-*-x", Some("misplaced_prefix")),
        ("mcp*", Some("misplaced_prefix")),
        ("*-mcp", Some("misplaced_prefix")),
        ("-*", Some("misplaced_prefix")),
        ("x-*", Some("dangerous_prefix")),
        ("X-Forwarded-*", Some("dangerous_prefix")),
        ("x-forwarded-for-*", Some("dangerous_prefix")),
        ("x-original-*", Some("dangerous_prefix")),
        ("x-rewrite-*", Some("dangerous_prefix")),
        ("x-http-*", Some("dangerous_prefix")),
        ("x-http-method-*", Some("dangerous_prefix")),
        ("x-real-*", Some("dangerous_prefix")),
        ("sec-*", Some("dangerous_prefix")),
        ("proxy-*", Some("dangerous_prefix")),
        ("access-*", Some("dangerous_prefix")),
        ("access-control-*", Some("dangerous_prefix")),
        ("mcp-param-*", None),
        ("Mcp-Param-*", None),
        ("x-amz-meta-*", None),
    ] {
        let builder = || CorsLayer::builder().allow_origins([APP]);
        let refused = builder().allow_headers([text]).build().err();
        let seen = refused.as_ref().map(|error| error.problems()[0].code());
        assert_eq!(seen, code, "{text}");
        let exposed = builder().expose_headers([text]).build().unwrap_err();
        assert_eq!(
            exposed.problems()[0].field(),
            Field::ExposedHeaders,
            "{text}"
        );
        if text != "*" {
            assert_eq!(exposed.problems()[0].code(), "exposed_prefix", "{text}");
        }
    }
}

#[tokio::test]
async fn a_prefix_survives_the_config_and_the_preset_has_one() {
    let config = cors(&["x-amz-meta-*"]).policy().to_config().unwrap();
    assert_eq!(config.headers, ["x-amz-meta-*"]);
    let mcp = CorsLayer::builder()
        .allow_origins([APP])
        .preset(Preset::Mcp)
        .build()
        .unwrap();
    for cors in [CorsLayer::try_from(config).unwrap(), mcp] {
        assert!(
            cors.policy().to_string().contains("-*"),
            "{}",
            cors.policy()
        );
        let asked = if cors.policy().to_string().contains("mcp") {
            "mcp-param-region"
        } else {
            "x-amz-meta-a"
        };
        let answer = send(&cors, preflight(APP, "POST", asked)).await;
        let listed = members(&answer, "access-control-allow-headers");
        assert!(listed.contains(&asked.to_owned()), "{listed:?}");
    }
}

/// A prefix beside a wildcard or a mirror adds nothing.
#[tokio::test]
async fn a_wildcard_or_a_mirror_stays_what_it_is() {
    let any = CorsLayer::builder()
        .allow_any_origin()
        .allow_any_header()
        .allow_headers(["mcp-param-*"])
        .build()
        .unwrap();
    let mirror = CorsLayer::builder()
        .allow_origins([APP])
        .mirror_request_headers()
        .allow_headers(["mcp-param-*"])
        .build()
        .unwrap();
    for (cors, listed) in [(any, "*"), (mirror, "mcp-param-a")] {
        let answer = send(&cors, preflight(APP, "GET", "mcp-param-a")).await;
        assert_eq!(answer.headers()["access-control-allow-headers"], listed);
    }
    let plain = cors(&["mcp-param-*"]);
    let answer = send(&plain, request("GET", &[("origin", APP)])).await;
    assert_eq!(members(&answer, "vary"), ["origin"]);
}
