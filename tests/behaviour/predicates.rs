//! Origins allowed by a function.

use http::header::{HOST, HeaderName};
use tower_cors::{CorsLayer, Denial};

use crate::support::{lines, preflight, request, send};

#[tokio::test]
async fn a_predicate_allows_by_origin() {
    let cors = CorsLayer::builder()
        .allow_origins_if(|origin| origin.scheme() == "moz-extension")
        .build()
        .unwrap();
    let extension = "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc";
    let expected = [
        format!("access-control-allow-origin: {extension}"),
        "vary: origin".to_owned(),
    ];
    assert_eq!(
        lines(&send(&cors, request("GET", &[("origin", extension)])).await),
        expected
    );
    assert_eq!(
        lines(&send(&cors, request("GET", &[("origin", "https://a.example")])).await),
        ["vary: origin"]
    );
    assert_eq!(
        send(&cors, preflight(extension, "GET", "")).await.status(),
        204
    );
}

#[test]
fn a_predicate_sees_the_parts_of_an_origin() {
    let cors = CorsLayer::builder()
        .allow_origins_if(|origin| {
            origin.as_str() == "https://a.example:8443"
                && origin.scheme() == "https"
                && origin.host() == "a.example"
                && origin.port() == Some(8443)
                && !origin.is_loopback()
        })
        .build()
        .unwrap();
    let asked = request("GET", &[("origin", "https://a.example:8443")]);
    assert!(cors.policy().decide_request(&asked).is_allowed());
}

#[test]
fn it_is_asked_only_about_what_a_browser_sends() {
    let cors = CorsLayer::builder()
        .allow_origins_if(|_| true)
        .build()
        .unwrap();
    for origin in [
        "null",
        "",
        "https://a.example/",
        "https://A.example",
        "x",
        "https://a.example:443",
    ] {
        let asked = request("GET", &[("origin", origin)]);
        assert!(
            !cors.policy().decide_request(&asked).is_allowed(),
            "{origin}"
        );
    }
}

#[test]
fn listed_origins_are_tried_first() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://a.example", "https://*.b.example"])
        .allow_origins_if(|_| unreachable!("the origin is listed"))
        .build()
        .unwrap();
    for origin in ["https://a.example", "https://x.b.example"] {
        assert!(
            cors.policy()
                .decide_request(&request("GET", &[("origin", origin)]))
                .is_allowed()
        );
    }
}

#[test]
fn with_credentials_it_is_not_asked_about_insecure_origins() {
    let policy = || CorsLayer::builder().allow_origins_if(|_| true);
    let insecure = request("GET", &[("origin", "http://a.example")]);
    let credentialed = policy().allow_credentials().build().unwrap();
    let denial = credentialed.policy().decide_request(&insecure).denial();
    assert!(matches!(denial, Some(Denial::InsecureOrigin { .. })));
    assert_eq!(denial.unwrap().code(), "insecure_origin");
    assert_eq!(
        credentialed.policy().explain_request(&insecure).to_string(),
        "blocked: the request reaches the server, but the browser withholds the response from the page\n\
         why:     the origin \"http://a.example\" is insecure, and the policy allows credentials, so no function and no look-up is asked about it\n\
         fix:     serve the page over https; or, if that page may call, add \
         .allow_origins([\"http://a.example\"]).dangerously_allow_insecure_origins()"
    );
    let local = request("GET", &[("origin", "http://localhost:3000")]);
    assert!(credentialed.policy().decide_request(&local).is_allowed());

    assert!(
        policy()
            .build()
            .unwrap()
            .policy()
            .decide_request(&insecure)
            .is_allowed()
    );
    let relaxed = policy()
        .allow_credentials()
        .dangerously_allow_insecure_origins()
        .build()
        .unwrap();
    assert!(relaxed.policy().decide_request(&insecure).is_allowed());
}

#[test]
fn an_insecure_origin_that_nobody_would_be_asked_about_is_just_not_allowed() {
    let listed = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .allow_credentials()
        .build()
        .unwrap();
    let insecure = request("GET", &[("origin", "http://a.example")]);
    let denial = listed.policy().decide_request(&insecure).denial();
    assert!(
        matches!(denial, Some(Denial::OriginNotAllowed { .. })),
        "{denial:?}"
    );
}

#[test]
fn it_sees_the_declared_headers_alone() {
    let secret = HeaderName::from_static("x-secret");
    let cors = CorsLayer::builder()
        .allow_origins_if_request([HOST], move |origin, request| {
            assert!(request.header(&secret).is_none(), "it was not declared");
            let tenant = request
                .header(&HOST)
                .and_then(|host| host.to_str().ok()?.strip_suffix(".api.example"));
            tenant.is_some_and(|tenant| origin.as_str() == format!("https://{tenant}.example"))
        })
        .build()
        .unwrap();
    for (host, is_allowed) in [("a.api.example", true), ("b.api.example", false)] {
        let asked = request(
            "GET",
            &[
                ("origin", "https://a.example"),
                ("host", host),
                ("x-secret", "1"),
            ],
        );
        assert_eq!(
            cors.policy().decide_request(&asked).is_allowed(),
            is_allowed,
            "{host}"
        );
    }
}

#[test]
fn it_sees_method_and_uri() {
    let cors = CorsLayer::builder()
        .allow_origins_if_request([], |_, request| {
            request.method() == "PUT" && request.uri().is_none_or(|uri| uri.path() == "/items")
        })
        .build()
        .unwrap();
    let put = request("PUT", &[("origin", "https://a.example")]);
    assert!(cors.policy().decide_request(&put).is_allowed());
    assert!(
        cors.policy()
            .decide(put.method(), put.headers())
            .is_allowed(),
        "without a URI"
    );
    let get = request("GET", &[("origin", "https://a.example")]);
    assert!(!cors.policy().decide_request(&get).is_allowed());
}
