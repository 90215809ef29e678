//! Audits over the network.

use std::net::TcpListener;

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::get;
use tower_cors::{CorsLayer, origin};

use crate::server::{Certificate, Server};
use crate::{PAGE, ask, ask_with_authorities};

/// Allows every origin, with credentials.
async fn reflect(request: HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(origin) = request.get("origin") {
        headers.insert("access-control-allow-origin", origin.clone());
        headers.insert("access-control-allow-credentials", "true".parse().unwrap());
    }
    headers
}

#[test]
fn an_audit_finds_faults_and_counts_its_requests() {
    let server = Server::http(
        Router::new()
            .route("/items", get(reflect))
            .route("/me", get(reflect)),
    );
    let said = ask(&["audit", &server.url(""), "/items", "/me", "--from", PAGE]);
    assert_eq!(said.status, 1, "{said:?}");
    let sent = server.heads().len();
    assert!(
        said.first_line()
            .ends_with(&format!(" faults found by {sent} requests")),
        "{said:?}"
    );
    for path in ["/items", "/me"] {
        let fault = format!("critical: {}: every origin is allowed\n", server.url(path));
        assert!(said.stdout.contains(&fault), "{said:?}");
    }

    let said = ask(&["audit", &server.url("/items"), "--from", PAGE, "--json"]);
    let json = said.json();
    assert_eq!((said.status, &json["outcome"]), (1, &"faults".into()));
    assert_eq!(json["findings"][0]["severity"], "critical");
    assert_eq!(json["requests"], server.heads().len() - sent);
}

#[test]
fn an_audit_of_a_good_server_finds_nothing() {
    let layer = CorsLayer::builder()
        .allow_origins([origin!("http://app.localhost:5173")])
        .build()
        .unwrap();
    let certificate = Certificate::new("localhost");
    for protocols in [&["h2"][..], &["http/1.1"]] {
        let router = Router::new()
            .route("/items", get(|| async { "[]" }))
            .layer(layer.clone());
        let server = Server::https(router, &certificate, protocols);
        let url = server.https_url("/items");
        let said = ask_with_authorities(
            &["audit", &url, "--from", PAGE],
            &certificate.file("audit.pem"),
        );
        assert_eq!(said.status, 0, "{protocols:?}: {said:?}");
        assert!(
            said.stdout.starts_with("no fault found by "),
            "{protocols:?}: {said:?}"
        );
    }
}

#[test]
fn an_audit_stops_at_its_limit() {
    let server = Server::http(Router::new().route("/items", get(reflect)));
    let said = ask(&[
        "audit",
        &server.url("/items"),
        "--from",
        PAGE,
        "--requests",
        "3",
        "--json",
    ]);
    let json = said.json();
    assert_eq!(
        (said.status, &json["outcome"]),
        (2, &"incomplete".into()),
        "{json}"
    );
    assert_eq!(json["requests"], 3);
    assert_eq!(json["not_tried"].as_array().unwrap().len(), 1, "{json}");
    assert_eq!(server.heads().len(), 3);
}

#[test]
fn an_audit_of_nobody_ends_with_the_first_request() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let said = ask(&[
        "audit",
        &format!("http://{closed}"),
        "/",
        "/a",
        "--from",
        PAGE,
    ]);
    assert_eq!(said.status, 2, "{said:?}");
    assert!(said.stderr.starts_with("not a CORS problem: "), "{said:?}");
    assert_eq!(said.row("requests"), "0");
}
