//! What `build()` refuses, and in which words.

use std::time::Duration;

use http::StatusCode;
use tower_cors::CorsLayer;
use tower_cors::error::Field;

/// The problems of a policy: field, index, text, code.
fn problems(error: &tower_cors::ConfigError) -> Vec<(Field, Option<usize>, &str, &'static str)> {
    error
        .problems()
        .iter()
        .map(|problem| {
            (
                problem.field(),
                problem.index(),
                problem.text(),
                problem.code(),
            )
        })
        .collect()
}

#[test]
fn everything_is_reported_at_once() {
    let error = CorsLayer::builder()
        .allow_origins([
            "https://app.example.com",
            "https://app.example.com/",
            "http://example.com",
            "https://*.com",
        ])
        .allow_methods(["PUT", "TRACE", "a b"])
        .allow_headers(["x-a", "Cookie", "é"])
        .expose_headers(["Set-Cookie"])
        .max_age(Duration::from_secs(100_000))
        .preflight_status(StatusCode::FOUND)
        .allow_credentials()
        .build()
        .unwrap_err();
    assert_eq!(
        problems(&error),
        [
            (
                Field::Origins,
                Some(1),
                "https://app.example.com/",
                "trailing_slash"
            ),
            (
                Field::Origins,
                Some(2),
                "http://example.com",
                "insecure_origin"
            ),
            (Field::Origins, Some(3), "https://*.com", "public_suffix"),
            (Field::Methods, Some(1), "TRACE", "forbidden_method"),
            (Field::Methods, Some(2), "a b", "invalid_method"),
            (
                Field::Headers,
                Some(1),
                "cookie",
                "forbidden_request_header"
            ),
            (Field::Headers, Some(2), "é", "invalid_header_name"),
            (
                Field::ExposedHeaders,
                Some(0),
                "set-cookie",
                "forbidden_response_header"
            ),
            (Field::MaxAge, None, "100000s", "max_age_too_long"),
            (
                Field::PreflightStatus,
                None,
                "302",
                "preflight_status_not_ok"
            ),
        ]
    );
    let text = error.to_string();
    assert!(
        text.starts_with("the CORS policy has 10 problems:\n  origins[1]: "),
        "{text}"
    );
    assert_eq!(text.lines().count(), 11);
    assert_eq!(
        format!("{error:?}"),
        text,
        "Debug is what main and unwrap print"
    );
}

#[test]
fn a_single_problem_is_one_line() {
    let error = CorsLayer::builder()
        .allow_origins(["https://app.example.com/"])
        .build()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CORS policy has a problem: origins[0]: \"https://app.example.com/\" has a trailing slash; \
         an origin ends after the host and port: write \"https://app.example.com\""
    );
}

#[test]
fn methods() {
    for (text, reason) in [
        ("CONNECT", Some("forbidden_method")),
        ("TRACE", Some("forbidden_method")),
        ("TRACK", Some("forbidden_method")),
        ("track", Some("forbidden_method")),
        ("*", Some("wildcard_method")),
        ("patch", Some("method_case")),
        ("query", Some("method_case")),
        ("Query", Some("method_case")),
        ("QUERY", None),
        ("", Some("invalid_method")),
        ("PUT,DELETE", Some("invalid_method")),
        ("PUT DELETE", Some("invalid_method")),
        ("résumé", Some("invalid_method")),
        ("PATCH", None),
        ("delete", None),
        ("OPTIONS", None),
        ("PROPFIND", None),
        ("getaway", None),
    ] {
        let built = CorsLayer::builder()
            .allow_any_origin()
            .allow_methods([text])
            .build();
        let found = built.err().map(|error| problems(&error)[0].3);
        assert_eq!(found, reason, "{text}");
    }
}

#[test]
fn request_headers() {
    for (text, reason) in [
        ("Accept-Charset", Some("forbidden_request_header")),
        ("Accept-Encoding", Some("forbidden_request_header")),
        ("Connection", Some("forbidden_request_header")),
        ("Content-Length", Some("forbidden_request_header")),
        ("Cookie", Some("forbidden_request_header")),
        ("Cookie2", Some("forbidden_request_header")),
        ("Date", Some("forbidden_request_header")),
        ("DNT", Some("forbidden_request_header")),
        ("Expect", Some("forbidden_request_header")),
        ("Host", Some("forbidden_request_header")),
        ("Keep-Alive", Some("forbidden_request_header")),
        ("Origin", Some("forbidden_request_header")),
        ("Referer", Some("forbidden_request_header")),
        ("Set-Cookie", Some("forbidden_request_header")),
        ("TE", Some("forbidden_request_header")),
        ("Trailer", Some("forbidden_request_header")),
        ("Transfer-Encoding", Some("forbidden_request_header")),
        ("Upgrade", Some("forbidden_request_header")),
        ("Via", Some("forbidden_request_header")),
        ("Proxy-Authorization", Some("forbidden_request_header")),
        ("Sec-Fetch-Site", Some("forbidden_request_header")),
        ("Access-Control-Request-Method", Some("cors_header")),
        ("Access-Control-Request-Headers", Some("cors_header")),
        ("Access-Control-Allow-Origin", Some("cors_header")),
        ("Access-Control-Max-Age", Some("cors_header")),
        ("*", Some("wildcard_header")),
        ("", Some("invalid_header_name")),
        ("x-a, x-b", Some("invalid_header_name")),
        ("résumé", Some("invalid_header_name")),
        ("Accept", None),
        ("Authorization", None),
        ("Content-Type", None),
        ("User-Agent", None),
        ("X-Proxy", None),
        ("Secret", None),
        ("X-HTTP-Method-Override", None),
    ] {
        let built = CorsLayer::builder()
            .allow_any_origin()
            .allow_headers([text])
            .build();
        let found = built.err().map(|error| problems(&error)[0].3);
        assert_eq!(found, reason, "{text}");
    }
}

#[test]
fn exposed_headers() {
    for (text, reason) in [
        ("Set-Cookie", Some("forbidden_response_header")),
        ("Set-Cookie2", Some("forbidden_response_header")),
        ("Access-Control-Allow-Origin", Some("cors_header")),
        ("Access-Control-Request-Method", Some("cors_header")),
        ("*", Some("wildcard_header")),
        ("", Some("invalid_header_name")),
        ("résumé", Some("invalid_header_name")),
        ("ETag", None),
        ("Content-Type", None),
        ("Cookie", None),
    ] {
        let built = CorsLayer::builder()
            .allow_any_origin()
            .expose_headers([text])
            .build();
        let found = built.err().map(|error| problems(&error)[0].3);
        assert_eq!(found, reason, "{text}");
    }
}

#[test]
fn max_age() {
    for (max_age, reason) in [
        (Duration::ZERO, None),
        (Duration::from_secs(86_400), None),
        (Duration::from_secs(86_401), Some("max_age_too_long")),
        (Duration::MAX, Some("max_age_too_long")),
        (Duration::new(86_400, 1), Some("max_age_too_long")),
        (Duration::from_millis(1500), Some("max_age_fraction")),
        (Duration::from_nanos(1), Some("max_age_fraction")),
    ] {
        let built = CorsLayer::builder()
            .allow_any_origin()
            .max_age(max_age)
            .build();
        assert_eq!(
            built.err().map(|error| problems(&error)[0].3),
            reason,
            "{max_age:?}"
        );
    }
}

#[test]
fn preflight_status() {
    for (status, is_ok) in [
        (100, false),
        (199, false),
        (200, true),
        (204, true),
        (299, true),
        (300, false),
        (304, false),
        (404, false),
        (500, false),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let built = CorsLayer::builder()
            .allow_any_origin()
            .preflight_status(status)
            .build();
        assert_eq!(built.is_ok(), is_ok, "{status}");
    }
}

#[test]
fn an_empty_list_of_origins_is_most_likely_a_setting_that_was_not_read() {
    let none: [&str; 0] = [];
    let error = CorsLayer::builder()
        .allow_origins(none)
        .build()
        .unwrap_err();
    assert_eq!(problems(&error), [(Field::Origins, None, "", "no_origin")]);
    assert!(
        CorsLayer::builder()
            .allow_origins(none)
            .allow_origins_if(|_| true)
            .build()
            .is_ok()
    );
    assert!(
        CorsLayer::builder()
            .allow_origins(none)
            .allow_any_origin()
            .build()
            .is_ok()
    );
    assert!(
        CorsLayer::builder()
            .allow_origins(none)
            .allow_null_origin()
            .build()
            .is_ok()
    );
}

#[test]
fn insecure_origins_with_credentials() {
    for (origin, is_insecure) in [
        ("http://example.com", true),
        ("http://example.com:8080", true),
        ("http://*.example.com", true),
        ("http://alocalhost", true),
        ("http://localhost.example.com", true),
        ("http://*.alocalhost.example", true),
        ("http://169.254.169.254:90", true),
        ("http://[2001:db8::1]:9090", true),
        ("http://128.0.0.1", true),
        ("https://example.com", false),
        ("http://localhost", false),
        ("http://localhost:3000", false),
        ("http://localhost:*", false),
        ("http://*.localhost", false),
        ("http://foo.bar.localhost", false),
        ("http://127.0.0.1", false),
        ("http://127.127.127.127", false),
        ("http://[::1]:90", false),
        ("capacitor://localhost", false),
        ("chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn", false),
    ] {
        let policy = || CorsLayer::builder().allow_origins([origin]);
        let built = policy().allow_credentials().build();
        let expected = is_insecure.then_some("insecure_origin");
        assert_eq!(
            built.err().map(|error| problems(&error)[0].3),
            expected,
            "{origin}"
        );
        assert!(policy().build().is_ok(), "{origin}, without credentials");
        let relaxed = policy()
            .allow_credentials()
            .dangerously_allow_insecure_origins()
            .build();
        assert!(relaxed.is_ok(), "{origin}, relaxed");
    }
}

#[test]
fn the_secure_origin_that_a_fix_names_is_allowed() {
    for (origin, secure) in [
        ("http://example.com", "https://example.com"),
        ("http://example.com:443", "https://example.com"),
        ("http://example.com:8443", "https://example.com:8443"),
        ("http://*.example.com:443", "https://*.example.com"),
        ("http://*.example.com:*", "https://*.example.com:*"),
    ] {
        let policy = |origin| {
            CorsLayer::builder()
                .allow_origins([origin])
                .allow_credentials()
        };
        let error = policy(origin).build().unwrap_err().to_string();
        let fix = format!("write \"{secure}\", or call dangerously_allow_insecure_origins()");
        assert!(error.ends_with(&fix), "{error}");
        assert!(policy(secure).build().is_ok(), "{secure}");
    }
}

#[test]
fn subdomains_of_a_single_label_with_credentials() {
    for (origin, is_suffix) in [
        ("https://*.com", true),
        ("https://*.com:*", true),
        ("https://*.internal", true),
        ("https://*.localhost", false),
        ("https://*.example.com", false),
        ("https://com", false),
    ] {
        let policy = || CorsLayer::builder().allow_origins([origin]);
        let built = policy().allow_credentials().build();
        let expected = is_suffix.then_some("public_suffix");
        assert_eq!(
            built.err().map(|error| problems(&error)[0].3),
            expected,
            "{origin}"
        );
        assert!(policy().build().is_ok(), "{origin}, without credentials");
        let relaxed = policy()
            .allow_credentials()
            .dangerously_allow_public_suffixes()
            .build();
        assert!(relaxed.is_ok(), "{origin}, relaxed");
    }
}

#[test]
fn one_entry_can_have_two_problems() {
    let error = CorsLayer::builder()
        .allow_origins(["http://*.com"])
        .allow_credentials()
        .build()
        .unwrap_err();
    let reasons: Vec<_> = problems(&error)
        .into_iter()
        .map(|problem| problem.3)
        .collect();
    assert_eq!(reasons, ["insecure_origin", "public_suffix"]);
}

#[test]
fn every_problem_has_a_fix_and_ends_without_a_full_stop() {
    let error = CorsLayer::builder()
        .allow_origins([
            "",
            "*",
            "null",
            "http://x.example",
            "https://*.com",
            "https://a,https://b",
        ])
        .allow_methods(["*", "patch", "TRACE", ""])
        .allow_headers(["*", "cookie", "host", "access-control-allow-origin", ""])
        .expose_headers(["*", "set-cookie", "access-control-allow-origin"])
        .max_age(Duration::from_millis(1))
        .preflight_status(StatusCode::NOT_FOUND)
        .allow_credentials()
        .build()
        .unwrap_err();
    assert_eq!(error.problems().len(), 20);
    for problem in error.problems() {
        let text = problem.to_string();
        assert!(!problem.fix().is_empty(), "{text}");
        assert!(text.ends_with(problem.fix()), "{text}");
        assert!(!text.ends_with('.'), "{text}");
    }
}
