//! `dangerously_expose_diagnosis`: what a stranger learns.

use http::{HeaderValue, Request};
use tower_cors::CorsLayer;

use crate::{answer, get};

const DIAGNOSIS: &str = "cors-diagnosis";

/// The docs announce that the header names the nearest origin. It names no other.
#[tokio::test]
async fn it_names_no_origin_but_the_nearest() {
    let cors = CorsLayer::builder()
        .allow_origins([
            "https://app.example.com",
            "https://secret-project.example.net",
            "https://*.internal.example.org",
        ])
        .build()
        .unwrap()
        .dangerously_expose_diagnosis();
    for origin in [
        "https://evil.example",
        "https://www.app.example.com",
        "null",
        "",
        "https://a\u{e4}.example",
    ] {
        let (_, headers) = answer(&cors, get("/", &[("origin", origin)])).await;
        let said = headers[DIAGNOSIS].to_str().unwrap();
        let named = ["app.example.com", "secret-project", "internal"];
        let count = named
            .iter()
            .filter(|name| said.replace("www.app.example.com", "").contains(*name))
            .count();
        assert!(count <= 1, "{origin}: {said}");
    }
}

/// A request learns only about what it asks for.
#[tokio::test]
async fn it_lists_nothing_that_the_policy_allows() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .allow_origins_if(|origin| origin.as_str() == "https://secret-partner.example")
        .allow_methods(["SECRET-METHOD"])
        .allow_headers(["secret-header"])
        .expose_headers(["secret-exposed"])
        .build()
        .unwrap()
        .dangerously_expose_diagnosis();
    for (name, method, headers) in [
        ("no origin", "GET", &[][..]),
        ("a stranger", "GET", &[("origin", "https://evil.example")]),
        (
            "an allowed one",
            "GET",
            &[("origin", "https://app.example.com")],
        ),
        (
            "another method",
            "OPTIONS",
            &[
                ("origin", "https://app.example.com"),
                ("access-control-request-method", "DELETE"),
            ],
        ),
        (
            "another header",
            "OPTIONS",
            &[
                ("origin", "https://app.example.com"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", "x-other"),
            ],
        ),
        (
            "a stranger's preflight",
            "OPTIONS",
            &[
                ("origin", "https://evil.example"),
                ("access-control-request-method", "DELETE"),
                ("access-control-request-headers", "x-other"),
            ],
        ),
    ] {
        let mut request = get("/", headers);
        *request.method_mut() = method.parse().unwrap();
        let (_, headers) = answer(&cors, request).await;
        let said = headers[DIAGNOSIS].to_str().unwrap().to_ascii_lowercase();
        assert!(!said.contains("secret"), "{name}: {said}");
    }
}

/// One line of visible ASCII, whatever a client sends.
#[tokio::test]
async fn nothing_that_a_client_sends_makes_another_line_or_header() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .build()
        .unwrap()
        .dangerously_expose_diagnosis();
    for bytes in [
        &b"https://a.example\t\xc2\x85set-cookie: x=1"[..],
        b"https://a.example\xe2\x80\xa8x",
        b"\xff\xfe\xfd",
        // A character that is cut in two.
        b"https://caf\xc3",
        b"\"><script>alert(1)</script>",
        b"https://a.example\\r\\nset-cookie: x=1",
        b"https://\xe2\x80\xae.example",
    ] {
        let value = HeaderValue::from_bytes(bytes).unwrap();
        for name in [
            "origin",
            "access-control-request-method",
            "access-control-request-headers",
        ] {
            let mut request = Request::options("/").header(name, &value);
            if name != "origin" {
                request = request.header("origin", "https://app.example.com");
            }
            let (_, headers) = answer(&cors, request.body(()).unwrap()).await;
            let said = headers.get_all(DIAGNOSIS).iter().collect::<Vec<_>>();
            assert_eq!(said.len(), 1, "{name}: {value:?}");
            assert!(
                said[0]
                    .as_bytes()
                    .iter()
                    .all(|byte| (b' '..=b'~').contains(byte)),
                "{name}: {said:?}"
            );
            assert!(!headers.contains_key("set-cookie"), "{name}: {value:?}");
        }
    }
}
