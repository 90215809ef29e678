//! Every published class of weakness in CORS middlewares, as a test of this one: the advisories that it
//! is known from, and the property that rules it out here.

use http::header::{HeaderMap, HeaderName, HeaderValue, ORIGIN};
use http::{Method, Request};
use tower_cors::{CorsLayer, Denial};

fn request(method: &str, lines: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder()
        .method(method)
        .uri("/items")
        .body(())
        .unwrap();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request
            .headers_mut()
            .append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    request
}

fn allows(cors: &CorsLayer, origin: &str) -> bool {
    let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_str(origin).unwrap())]);
    cors.policy().decide(&Method::GET, &headers).is_allowed()
}

fn listed(origins: &[&str]) -> CorsLayer {
    CorsLayer::builder().allow_origins(origins).build().unwrap()
}

mod answer {
    use super::*;
    use tower::{Layer, ServiceExt, service_fn};

    /// The response to a request, where the inner service answers with these header lines.
    pub(super) async fn to(
        cors: &CorsLayer,
        request: Request<()>,
        inner: &[(&'static str, &'static str)],
    ) -> (http::StatusCode, HeaderMap) {
        let inner = inner.to_vec();
        let service = service_fn(move |_: Request<()>| {
            let mut response = http::Response::new(());
            for (name, value) in &inner {
                response
                    .headers_mut()
                    .append(*name, HeaderValue::from_static(value));
            }
            async { Ok::<_, std::convert::Infallible>(response) }
        });
        let Ok(response) = cors.layer(service).oneshot(request).await;
        (response.status(), response.headers().clone())
    }
}

/// CVE-2018-20744 (rs/cors), CVE-2017-20146 (gorilla/handlers), CVE-2023-49803 (koa), CVE-2024-25124
/// (fiber), CVE-2021-39185 (http4s): any origin reflected together with credentials.
///
/// Ruled out by the builder's type: `tests/compile_errors.rs`. What any-origin sends is `*`, never an
/// echo, and never with credentials.
#[tokio::test]
async fn any_origin_is_never_reflected_and_never_has_credentials() {
    let cors = CorsLayer::builder().allow_any_origin().build().unwrap();
    for origin in ["https://evil.example", "null"] {
        let (_, headers) = answer::to(&cors, request("GET", &[("origin", origin)]), &[]).await;
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert!(!headers.contains_key("access-control-allow-credentials"));
    }
}

/// CVE-2021-39185 (http4s): `null` allowed along with listed origins, and with credentials.
///
/// `null` has a method of its own, which excludes credentials by type; no pattern or predicate can
/// match it.
#[test]
fn null_is_allowed_by_nothing_but_its_own_method() {
    assert!(!allows(
        &listed(&["https://a.example", "https://*.a.example"]),
        "null"
    ));
    let everything = CorsLayer::builder()
        .allow_origins_if(|_| true)
        .allow_credentials();
    assert!(!allows(&everything.build().unwrap(), "null"));
    assert!(
        CorsLayer::builder()
            .allow_origins(["null"])
            .build()
            .is_err()
    );
}

/// CVE-2017-11173 (rack-cors), CVE-2022-1996 (go-restful), CVE-2024-27302 (go-zero), CVE-2019-25211
/// (gin-contrib/cors): an origin matched as a prefix, a suffix or a part of another.
///
/// Exact origins are compared whole; patterns by whole labels.
#[test]
fn no_prefix_suffix_or_part_of_an_origin_matches() {
    let cors = listed(&[
        "https://example.com",
        "https://*.example.org",
        "http://localhost:*",
    ]);
    for origin in [
        "https://evilexample.com",
        "https://example.community",
        "https://example.com.evil.example",
        "https://evil.example/https://example.com",
        "https://evilexample.org",
        "https://example.org.evil.example",
        "https://a.example.org.evil.example",
        "http://localhost.evil.example",
        "http://evil-localhost",
        "http://localhost:80.evil.example",
    ] {
        assert!(!allows(&cors, origin), "{origin}");
    }
}

/// CVE-2026-25478 (litestar) and many a hand-written regular expression: a dot that matches any
/// character.
///
/// There are no regular expressions: matching is by bytes.
#[test]
fn a_dot_matches_a_dot_alone() {
    let cors = listed(&["https://www.example.com", "https://*.example.org"]);
    for origin in [
        "https://wwwxexample.com",
        "https://www-example.com",
        "https://a.examplexorg",
        "https://axexample.org",
    ] {
        assert!(!allows(&cors, origin), "{origin}");
    }
}

/// Case folding: an origin in another case than browsers send.
#[test]
fn case_is_not_folded() {
    let cors = listed(&["https://example.com", "https://*.example.org"]);
    for origin in [
        "https://EXAMPLE.com",
        "HTTPS://example.com",
        "https://A.example.org",
        "https://a.Example.org",
    ] {
        assert!(!allows(&cors, origin), "{origin}");
    }
}

/// GHSA-vhxv-fg4m-p2w8 (jub0bs/cors): a radix tree that merged `foo.com` and `bar.com` into
/// `barfoo.com`.
///
/// The set is a table of whole texts, held to a naive list by property tests: `tests/origin_matching.rs`.
#[test]
fn allowed_hosts_do_not_merge() {
    for origins in [
        ["https://foo.com", "https://bar.com"],
        ["https://*.foo.com", "https://*.bar.com"],
    ] {
        let cors = listed(&origins);
        for host in [
            "barfoo.com",
            "foobar.com",
            "foo.combar.com",
            "a.barfoo.com",
            "a.foobar.com",
        ] {
            assert!(!allows(&cors, &format!("https://{host}")), "{host}");
        }
    }
}

/// GHSA-q7jf-gf43-6x6p (hono): a `Vary` that a request or the handler could overwrite, or that was
/// missing.
///
/// `Vary` follows from the policy and is merged onto the response, after the handler, denied ones and
/// those without `Origin` included.
#[tokio::test]
async fn vary_is_there_whatever_the_handler_and_the_request_say() {
    let cors = listed(&["https://a.example"]);
    for origin in [
        &[][..],
        &[("origin", "https://a.example")],
        &[("origin", "https://evil.example")],
    ] {
        let mut lines = origin.to_vec();
        lines.push(("vary", "x-cache-key"));
        for inner in [&[][..], &[("vary", "accept-encoding")]] {
            let (_, headers) = answer::to(&cors, request("GET", &lines), inner).await;
            let names: Vec<_> = headers.get_all("vary").iter().collect();
            assert_eq!(names.len(), inner.len() + 1);
            assert!(
                names.contains(&&HeaderValue::from_static("origin")),
                "{names:?}"
            );
        }
    }
}

/// CVE-2025-47908 (rs/cors): a list of request headers that costs more than it is long.
///
/// The list is scanned in place, once, up to 8192 bytes and 64 lines; `tests/allocations.rs` counts.
#[test]
fn a_hostile_list_of_request_headers_is_denied_within_bounds() {
    let cors = listed(&["https://a.example"]);
    let commas = ",".repeat(1 << 20);
    let names = "a,".repeat(1 << 19);
    for list in [&commas, &names] {
        let asked = request(
            "OPTIONS",
            &[
                ("origin", "https://a.example"),
                ("access-control-request-method", "GET"),
                ("access-control-request-headers", list),
            ],
        );
        let denial = cors.policy().decide_request(&asked).denial();
        assert_eq!(denial, Some(Denial::HeaderListTooLong));
    }
}

/// CVE-2022-4147 (quarkus): requests from disallowed origins ran, although the server was configured to
/// reject them.
#[tokio::test]
async fn rejecting_covers_every_method_and_every_kind_of_disallowed_origin() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://a.example"])
        .reject_disallowed_origins();
    let cors = cors.build().unwrap();
    for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS"] {
        for origin in [
            "https://evil.example",
            "null",
            "",
            "x",
            "https://a.example/",
            "https://a.example ",
        ] {
            let lines = [("origin", origin), ("host", "api.example")];
            let (status, _) = answer::to(&cors, request(method, &lines), &[]).await;
            assert_eq!(status, 403, "{method} from {origin}");
        }
    }
}

/// CVE-2020-5397 (spring): a preflight from anywhere reached the application.
#[tokio::test]
async fn a_preflight_never_reaches_the_service() {
    let cors = listed(&["https://a.example"]);
    for origin in ["https://a.example", "https://evil.example", "null"] {
        let lines = [
            ("origin", origin),
            ("access-control-request-method", "DELETE"),
        ];
        let inner = [("x-inner", "1")];
        let (_, headers) = answer::to(&cors, request("OPTIONS", &lines), &inner).await;
        assert!(!headers.contains_key("x-inner"), "{origin}");
    }
}

/// CVE-2024-6221 (flask-cors): access to private networks granted to all who asked.
#[tokio::test]
async fn private_networks_are_closed_unless_opened() {
    let ask = [
        ("origin", "https://a.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-private-network", "true"),
    ];
    let (_, headers) = answer::to(
        &listed(&["https://a.example"]),
        request("OPTIONS", &ask),
        &[],
    )
    .await;
    assert!(!headers.contains_key("access-control-allow-private-network"));
}

/// CVE-2024-1681 (flask-cors): text of a request written to a log as it came.
///
/// What this crate says about a request is escaped and cut.
#[test]
fn nothing_of_a_request_reaches_a_log_unescaped() {
    let cors = listed(&["https://a.example"]);
    let mut headers = HeaderMap::new();
    let forged = "https://x\t\u{85}\u{2028}forged: line";
    headers.insert(ORIGIN, HeaderValue::from_bytes(forged.as_bytes()).unwrap());
    let explanation = cors.policy().explain(&Method::GET, &headers).to_string();
    let denial = cors
        .policy()
        .decide(&Method::GET, &headers)
        .denial()
        .unwrap()
        .to_string();
    for text in [explanation, denial] {
        assert!(text.is_ascii() && !text.contains(['\t', '\r']), "{text}");
    }
}

/// CVE-2023-35943 (envoy): a crash when the `Origin` of a request went away before its response came.
///
/// The decision is made once, before the inner service runs, and kept in the future.
#[tokio::test]
async fn an_inner_service_may_change_the_request() {
    use tower::{Layer, ServiceExt, service_fn};

    let inner = service_fn(|mut request: Request<()>| async move {
        request.headers_mut().clear();
        Ok::<_, std::convert::Infallible>(http::Response::new(()))
    });
    let cors = listed(&["https://a.example"]);
    let Ok(response) = cors
        .layer(inner)
        .oneshot(request("GET", &[("origin", "https://a.example")]))
        .await;
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        "https://a.example"
    );
}

/// CVE-2019-18978 (rack-cors), CVE-2020-25032, CVE-2024-6839, CVE-2024-6844, CVE-2024-6866 (flask-cors): a
/// policy chosen by a path that the router reads in another way (`..`, `%2e`, `+`, case, the order of
/// expressions).
///
/// A policy doesn't look at paths: the router that a layer is put on chooses.
#[tokio::test]
async fn no_path_changes_the_answer() {
    let cors = listed(&["https://a.example"]);
    for path in [
        "/",
        "/private/../public",
        "/%2e%2e/public",
        "/a+b",
        "/PUBLIC",
        "*",
    ] {
        let method = if path == "*" { "OPTIONS" } else { "GET" };
        let mut asked = request(method, &[("origin", "https://evil.example")]);
        *asked.uri_mut() = path.parse().unwrap();
        let (_, headers) = answer::to(&cors, asked, &[("access-control-allow-origin", "*")]).await;
        assert!(
            !headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
    }
}

/// Parsers that take headers for UTF-8 panic on bytes that are not ASCII.
#[test]
fn no_bytes_make_it_panic() {
    let cors = CorsLayer::builder()
        .allow_origins([
            "https://a.example",
            "https://*.b.example",
            "http://localhost:*",
        ])
        .allow_origins_if(|origin| origin.host().len() > 300)
        .mirror_request_methods()
        .build()
        .unwrap();
    for byte in (0x20..=0xff_u8).filter(|byte| *byte != 0x7f) {
        for text in [
            vec![byte],
            [b"https://", &[byte][..], b".b.example"].concat(),
            [b"http://localhost:", &[byte][..]].concat(),
        ] {
            let value = HeaderValue::from_bytes(&text).unwrap();
            let mut headers = HeaderMap::new();
            for name in [
                "origin",
                "access-control-request-method",
                "access-control-request-headers",
            ] {
                headers.insert(HeaderName::from_static(name), value.clone());
            }
            for method in [Method::GET, Method::OPTIONS] {
                let _ = cors.policy().explain(&method, &headers).to_string();
            }
        }
    }
}
