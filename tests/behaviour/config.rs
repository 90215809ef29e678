//! What `build()` refuses, and in which words.

use std::time::Duration;

use http::StatusCode;
use tower_cors::{CorsLayer, Field, OriginProblem, Reason};

/// The problems of a policy: field, index, text, reason.
fn problems(error: &tower_cors::ConfigError) -> Vec<(Field, Option<usize>, &str, Reason)> {
    error
        .problems()
        .iter()
        .map(|problem| {
            (
                problem.field(),
                problem.index(),
                problem.text(),
                problem.reason(),
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
                Reason::Origin(OriginProblem::TrailingSlash)
            ),
            (
                Field::Origins,
                Some(2),
                "http://example.com",
                Reason::InsecureOrigin
            ),
            (
                Field::Origins,
                Some(3),
                "https://*.com",
                Reason::PublicSuffix
            ),
            (Field::Methods, Some(1), "TRACE", Reason::ForbiddenMethod),
            (Field::Methods, Some(2), "a b", Reason::InvalidMethod),
            (
                Field::Headers,
                Some(1),
                "cookie",
                Reason::ForbiddenRequestHeader
            ),
            (Field::Headers, Some(2), "é", Reason::InvalidHeaderName),
            (
                Field::ExposedHeaders,
                Some(0),
                "set-cookie",
                Reason::ForbiddenResponseHeader
            ),
            (Field::MaxAge, None, "100000s", Reason::MaxAgeTooLong),
            (
                Field::PreflightStatus,
                None,
                "302",
                Reason::PreflightStatusNotOk
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
    use Reason::{ForbiddenMethod, InvalidMethod, MethodCase, WildcardMethod};
    for (text, reason) in [
        ("CONNECT", Some(ForbiddenMethod)),
        ("TRACE", Some(ForbiddenMethod)),
        ("TRACK", Some(ForbiddenMethod)),
        ("track", Some(ForbiddenMethod)),
        ("*", Some(WildcardMethod)),
        ("patch", Some(MethodCase)),
        ("", Some(InvalidMethod)),
        ("PUT,DELETE", Some(InvalidMethod)),
        ("PUT DELETE", Some(InvalidMethod)),
        ("résumé", Some(InvalidMethod)),
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
    use Reason::{CorsHeader, ForbiddenRequestHeader, InvalidHeaderName, WildcardHeader};
    for (text, reason) in [
        ("Accept-Charset", Some(ForbiddenRequestHeader)),
        ("Accept-Encoding", Some(ForbiddenRequestHeader)),
        ("Connection", Some(ForbiddenRequestHeader)),
        ("Content-Length", Some(ForbiddenRequestHeader)),
        ("Cookie", Some(ForbiddenRequestHeader)),
        ("Cookie2", Some(ForbiddenRequestHeader)),
        ("Date", Some(ForbiddenRequestHeader)),
        ("DNT", Some(ForbiddenRequestHeader)),
        ("Expect", Some(ForbiddenRequestHeader)),
        ("Host", Some(ForbiddenRequestHeader)),
        ("Keep-Alive", Some(ForbiddenRequestHeader)),
        ("Origin", Some(ForbiddenRequestHeader)),
        ("Referer", Some(ForbiddenRequestHeader)),
        ("Set-Cookie", Some(ForbiddenRequestHeader)),
        ("TE", Some(ForbiddenRequestHeader)),
        ("Trailer", Some(ForbiddenRequestHeader)),
        ("Transfer-Encoding", Some(ForbiddenRequestHeader)),
        ("Upgrade", Some(ForbiddenRequestHeader)),
        ("Via", Some(ForbiddenRequestHeader)),
        ("Proxy-Authorization", Some(ForbiddenRequestHeader)),
        ("Sec-Fetch-Site", Some(ForbiddenRequestHeader)),
        ("Access-Control-Request-Method", Some(CorsHeader)),
        ("Access-Control-Request-Headers", Some(CorsHeader)),
        ("Access-Control-Allow-Origin", Some(CorsHeader)),
        ("Access-Control-Max-Age", Some(CorsHeader)),
        ("*", Some(WildcardHeader)),
        ("", Some(InvalidHeaderName)),
        ("x-a, x-b", Some(InvalidHeaderName)),
        ("résumé", Some(InvalidHeaderName)),
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
    use Reason::{CorsHeader, ForbiddenResponseHeader, InvalidHeaderName, WildcardHeader};
    for (text, reason) in [
        ("Set-Cookie", Some(ForbiddenResponseHeader)),
        ("Set-Cookie2", Some(ForbiddenResponseHeader)),
        ("Access-Control-Allow-Origin", Some(CorsHeader)),
        ("Access-Control-Request-Method", Some(CorsHeader)),
        ("*", Some(WildcardHeader)),
        ("", Some(InvalidHeaderName)),
        ("résumé", Some(InvalidHeaderName)),
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
        (Duration::from_secs(86_401), Some(Reason::MaxAgeTooLong)),
        (Duration::MAX, Some(Reason::MaxAgeTooLong)),
        (Duration::new(86_400, 1), Some(Reason::MaxAgeTooLong)),
        (Duration::from_millis(1500), Some(Reason::MaxAgeFraction)),
        (Duration::from_nanos(1), Some(Reason::MaxAgeFraction)),
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
    assert_eq!(
        problems(&error),
        [(Field::Origins, None, "", Reason::NoOrigin)]
    );
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
        let expected = is_insecure.then_some(Reason::InsecureOrigin);
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
        let expected = is_suffix.then_some(Reason::PublicSuffix);
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
    assert_eq!(reasons, [Reason::InsecureOrigin, Reason::PublicSuffix]);
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
