//! The builder: repeated calls add, order doesn't matter, redundant entries are merged.

use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use tower_cors::error::Field;
use tower_cors::{CorsLayer, OriginPattern, origin};

use crate::support::{lines, preflight, request, send};

const APP: &str = "https://app.example.com";

#[tokio::test]
async fn repeated_calls_add() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_origins(["https://admin.example.com"])
        .allow_methods([Method::PUT])
        .allow_methods([Method::DELETE])
        .allow_headers(["x-a"])
        .allow_headers(["x-b"])
        .expose_headers(["x-c"])
        .expose_headers(["x-d"])
        .build()
        .unwrap();
    for origin in [APP, "https://admin.example.com"] {
        let answer = send(&cors, preflight(origin, "PUT", "")).await;
        assert_eq!(
            answer.headers()["access-control-allow-methods"],
            "PUT,DELETE"
        );
        assert_eq!(answer.headers()["access-control-allow-headers"], "x-a,x-b");
        let answer = send(&cors, request("GET", &[("origin", origin)])).await;
        assert_eq!(answer.headers()["access-control-expose-headers"], "x-c,x-d");
    }
}

#[tokio::test]
async fn the_order_of_calls_does_not_matter() {
    let one = CorsLayer::builder()
        .allow_credentials()
        .max_age(std::time::Duration::from_secs(5))
        .mirror_request_headers()
        .allow_methods(["PUT"])
        .allow_origins([APP]);
    let other = CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods(["PUT"])
        .mirror_request_headers()
        .max_age(std::time::Duration::from_secs(5))
        .allow_credentials();
    let asked = || preflight(APP, "PUT", "x-a");
    let (one, other) = (one.build().unwrap(), other.build().unwrap());
    assert_eq!(
        lines(&send(&one, asked()).await),
        lines(&send(&other, asked()).await)
    );
}

#[test]
fn origins_are_taken_in_many_forms() {
    let owned = vec![String::from("https://a.example.com")];
    let pattern = OriginPattern::parse("https://d.example.com").unwrap();
    let cors = CorsLayer::builder()
        .allow_origins(&owned)
        .allow_origins(owned.clone())
        .allow_origins([&"https://b.example.com"])
        .allow_origins([origin!("https://c.example.com")])
        .allow_origins([&pattern])
        .allow_origins([HeaderValue::from_static("https://e.example.com")])
        .allow_origins(std::iter::once("https://f.example.com"))
        .build()
        .unwrap();
    let policy = cors.policy();
    let origins: Vec<_> = policy.origins().collect();
    let expected: Vec<_> = "abcdef"
        .chars()
        .map(|c| format!("https://{c}.example.com"))
        .collect();
    assert_eq!(origins, expected);
}

#[tokio::test]
async fn redundant_entries_are_merged() {
    let cors = CorsLayer::builder()
        .allow_origins([
            APP,
            APP,
            "https://*.example.com",
            "https://*.app.example.com",
        ])
        .allow_origins([
            "http://localhost:3000",
            "http://localhost",
            "http://localhost:*",
        ])
        .allow_origins([
            "https://*.example.org:8443",
            "https://*.example.org:*",
            "https://a.example.org:*",
        ])
        .allow_methods(["GET", "get", "PUT", "put", "PUT", "POST"])
        .allow_headers([CONTENT_TYPE, CONTENT_TYPE])
        .allow_headers(["Content-Type"])
        .expose_headers(["Cache-Control", "x-a", "X-A", "content-length"])
        .build()
        .unwrap();
    let policy = cors.policy();
    let mut origins: Vec<_> = policy.origins().collect();
    origins.sort_unstable();
    assert_eq!(
        origins,
        [
            "http://localhost:*",
            "https://*.example.com",
            "https://*.example.org:*"
        ]
    );
    let answer = send(&cors, preflight(APP, "PUT", "")).await;
    assert_eq!(answer.headers()["access-control-allow-methods"], "PUT");
    assert_eq!(
        answer.headers()["access-control-allow-headers"],
        "content-type"
    );
    let answer = send(&cors, request("GET", &[("origin", APP)])).await;
    assert_eq!(answer.headers()["access-control-expose-headers"], "x-a");
}

#[tokio::test]
async fn a_wildcard_makes_a_list_redundant() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .allow_any_origin()
        .allow_methods(["PUT"])
        .allow_any_method()
        .allow_headers([AUTHORIZATION])
        .allow_any_header()
        .build()
        .unwrap();
    let answer = send(&cors, preflight("https://whoever.example", "PUT", "")).await;
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.headers()["access-control-allow-methods"], "*");
    assert_eq!(
        answer.headers()["access-control-allow-headers"],
        "*,authorization"
    );
}

#[test]
fn layers_services_and_bodies_are_what_people_need_them_to_be() {
    fn is<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    is::<CorsLayer>();
    is::<tower_cors::Cors<u8>>();
    is::<tower_cors::CorsBuilder>();
    is::<tower_cors::ConfigError>();
    is::<OriginPattern>();
}

#[test]
fn the_policy_prints_as_a_table() {
    let cors = CorsLayer::builder()
        .allow_origins([APP, "https://*.example.org"])
        .allow_origins_if(|_| false)
        .allow_methods(["PUT"])
        .allow_headers(["x-a"])
        .allow_credentials()
        .max_age(std::time::Duration::from_secs(600))
        .reject_disallowed_origins()
        .build()
        .unwrap();
    // Without the list of public suffixes the table says so; tests/public_suffix.rs has the words.
    let table = cors.policy().to_string();
    let lines = table.split_inclusive('\n');
    let table: String = lines.filter(|line| !line.starts_with("caution")).collect();
    assert_eq!(
        table,
        "\
origins             https://app.example.com
                    https://*.example.org
                    those that a function allows
methods             GET, HEAD, POST, PUT
request headers     x-a
credentials         yes
exposed headers     only the CORS-safelisted ones
preflight answers   are kept for 600 s
preflight response  with 204
also                answers 403 to disallowed origins and to cross-site writes
"
    );
}

#[test]
fn of_many_origins_the_first_are_printed() {
    for (count, last) in [
        (20, "https://a20.example"),
        (21, "and 1 more"),
        (99, "and 79 more"),
    ] {
        let origins = (1..=count).map(|number| format!("https://a{number}.example"));
        let cors = CorsLayer::builder().allow_origins(origins).build().unwrap();
        let table = cors.policy().to_string();
        let origins: Vec<_> = table
            .lines()
            .take_while(|line| !line.starts_with("methods"))
            .collect();
        assert_eq!(origins.last().unwrap().trim_start(), last);
        assert_eq!(origins.len(), count.min(21));
    }
}

#[test]
fn methods_are_given_in_many_types() {
    let methods = CorsLayer::builder()
        .allow_origins([APP])
        .allow_methods([String::from("PURGE")])
        .allow_methods([&http::Method::PUT])
        .allow_methods([&"LOCK"])
        .allow_methods(&["COPY"]);
    let table = methods.build().unwrap().policy().to_string();
    assert!(table.contains("POST, PURGE, PUT, LOCK, COPY\n"), "{table}");
}

const ONE_METHOD: &str = "write one method, such as \"PUT\"";
const ONE_NAME: &str = "write one header name, such as \"x-request-id\"";

/// Texts that HTTP allows as names, or nearly so, and that are surely not the names that were meant.
#[test]
fn slips_in_methods_and_header_names() {
    let policy = || CorsLayer::builder().allow_origins(["https://a.example"]);
    for (text, fix) in [
        ("'PUT'", "write \"PUT\""),
        ("'PUT", ONE_METHOD),
        ("PUT`", ONE_METHOD),
        ("put patch", ONE_METHOD),
        ("GET PUT", ONE_METHOD),
        // A fix that the next check refuses is not one.
        ("\"patch\"", ONE_METHOD),
        ("\"TRACE\"", ONE_METHOD),
        ("\"*\"", ONE_METHOD),
        ("'PUT', any", ONE_METHOD),
        (" PUT", "write \"PUT\""),
        ("- PUT", "write \"PUT\""),
        ("PUT,", "write \"PUT\""),
        (
            "PUT, DELETE",
            "write each method as an entry: [\"PUT\", \"DELETE\"]",
        ),
        ("[\"PUT\"]", "write \"PUT\""),
        (
            "PUT|DELETE",
            "write each method as an entry: [\"PUT\", \"DELETE\"]",
        ),
        (
            "[\"PUT\", \"DELETE\"]",
            "write each method as an entry: [\"PUT\", \"DELETE\"]",
        ),
        ("ALL", "call allow_any_method()"),
        ("mirror request", "call mirror_request_methods()"),
    ] {
        let error = policy().allow_methods([text]).build().expect_err(text);
        assert!(error.to_string().ends_with(&format!(": {fix}")), "{error}");
    }
    for (text, fix) in [
        ("'x-a'", "write \"x-a\""),
        ("\"Content-Type\"", "write \"Content-Type\""),
        ("x-a:", ONE_NAME),
        ("Content Type", ONE_NAME),
        ("Content-Type: application/json", ONE_NAME),
        ("Content-Type, X Request Id", ONE_NAME),
        ("\"*\"", ONE_NAME),
        ("\"cookie\"", ONE_NAME),
        (
            "Content-Type, Authorization",
            "write each name as an entry: [\"Content-Type\", \"Authorization\"]",
        ),
        ("x-a|x-b", "write each name as an entry: [\"x-a\", \"x-b\"]"),
        (
            "x-*",
            "list the names that pages send, or a longer prefix such as \"mcp-param-*\"",
        ),
        (
            "all",
            "call allow_any_header(), or mirror_request_headers() with credentials",
        ),
        ("mirror request", "call mirror_request_headers()"),
    ] {
        let error = policy().allow_headers([text]).build().expect_err(text);
        assert!(error.to_string().ends_with(&format!(": {fix}")), "{error}");
    }
}

#[test]
fn a_missing_origin_is_a_problem_of_build() {
    let without = [
        CorsLayer::builder().build(),
        CorsLayer::builder().allow_origins([""; 0]).build(),
        CorsLayer::builder()
            .allow_methods(["PUT"])
            .allow_credentials()
            .build(),
        CorsLayer::builder().allow_any_method().build(),
    ];
    for result in without {
        let error = result.unwrap_err();
        assert_eq!(error.problems().len(), 1);
        assert_eq!(error.problems()[0].field(), Field::Origins);
        assert!(error.problems()[0].fix().contains("allow_origins("));
    }
}

#[test]
fn origins_can_be_added_in_a_loop() {
    let mut builder = CorsLayer::builder();
    for origin in ["https://a.example", "https://b.example"] {
        builder = builder.allow_origins([origin]);
    }
    let cors = builder.build().unwrap();
    assert_eq!(cors.policy().origins().count(), 2);
}
