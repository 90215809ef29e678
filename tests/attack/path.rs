//! Paths that a router further in may read differently.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request};
use tower::{Layer, ServiceExt};
use tower_cors::CorsLayer;
use tower_http::normalize_path::NormalizePathLayer;

use crate::{APP, allowed, answer, get, open, strict};

const EVIL: (&str, &str) = ("origin", "https://evil.example");

/// Spellings that some router reads as `/admin`: one that decodes, drops parameters, stops at a NUL, reads overlong
/// UTF-8, or treats a backslash as a slash.
pub(crate) const SPELLINGS: [&str; 26] = [
    "/admin",
    "/admin/",
    "/admin/users",
    "//admin",
    "/./admin",
    "/x/../admin",
    "/x/..;/admin",
    "/admin;x",
    "/admin;x=1/users",
    "/;x/admin",
    "/admin%3bx",
    "/admin%00",
    "/admin%00.html",
    "/%00/admin",
    "/%61dmin",
    "/%2fadmin",
    "/x%2f..%2fadmin",
    "/%c0%afadmin",
    "/%c0%ae%c0%ae/admin",
    "/%e0%80%afadmin",
    "/%f0%80%80%afadmin",
    "/\\admin",
    "/x\\..\\admin",
    "/%5cadmin",
    "/x/%2e%2e/admin",
    "/admin%2fusers",
];
pub(crate) const OTHERS: [&str; 8] = [
    "/",
    "/items",
    "/administrator",
    "/items;admin",
    "/items/;x",
    "/items/%C3%A4",
    "/items/a%20b",
    "/items//x",
];

#[tokio::test]
async fn no_spelling_of_a_prefix_comes_under_the_policy_of_the_rest() {
    let cors = CorsLayer::choose()
        .path_prefix("/admin", strict())
        .otherwise(open())
        .unwrap();
    for path in SPELLINGS {
        let (_, headers) = answer(&cors, get(path, &[EVIL])).await;
        assert_eq!(allowed(&headers), None, "{path}");
        // the absolute form, as proxies get it
        let (_, headers) = answer(
            &cors,
            get(&format!("http://api.example.com{path}"), &[EVIL]),
        )
        .await;
        assert_eq!(allowed(&headers), None, "absolute: {path}");
    }
    for path in OTHERS {
        let (_, headers) = answer(&cors, get(path, &[EVIL])).await;
        assert_eq!(allowed(&headers), Some("*"), "{path}");
    }
}

/// A stranger can't read a response of the admin's routes, however the router and a layer before it read the path.
#[tokio::test]
async fn no_spelling_reaches_the_route_in_axum() {
    let router = || {
        let admin = Router::new()
            .route("/", get_route("admin"))
            .route("/{*rest}", get_route("admin"));
        Router::new()
            .nest("/admin", admin)
            .route("/{*rest}", get_route("general"))
            .fallback(async || "general")
    };
    let cors = CorsLayer::choose()
        .path_prefix("/admin", strict())
        .otherwise(open())
        .unwrap();
    let mut reached = 0;
    for path in SPELLINGS.into_iter().chain(OTHERS) {
        let plain = cors.layer(router());
        let (headers, body) = ask(plain, path).await;
        reached += usize::from(body == "admin");
        assert!(body != "admin" || allowed(&headers).is_none(), "{path}");

        let normalized = cors.layer(NormalizePathLayer::trim_trailing_slash().layer(router()));
        let (headers, body) = ask(normalized, path).await;
        reached += usize::from(body == "admin");
        assert!(
            body != "admin" || allowed(&headers).is_none(),
            "normalized: {path}"
        );
    }
    assert!(reached > 3, "hardly any spelling reached the route");
}

/// Unusual characters below a prefix do not change which prefix it is.
#[tokio::test]
async fn unusual_characters_below_a_prefix_stay_under_its_policy() {
    let cors = CorsLayer::choose()
        .path_prefix("/admin", strict())
        .otherwise(open())
        .unwrap();
    for (path, expected) in [
        ("/admin/a;x=1", Some(APP)),
        ("/admin/a%2Fb", Some(APP)),
        ("/admin//b", Some(APP)),
        ("/admin/a\\b", Some(APP)),
        ("/admin/%C3%A4", Some(APP)),
        ("/admin;x=1", None),
        ("/admin/a%00", None),
        ("/admin/%C0%AF", None),
        ("/admin/..%2Fitems", None),
    ] {
        let (_, headers) = answer(&cors, get(path, &[("origin", APP)])).await;
        assert_eq!(allowed(&headers), expected, "{path}");
    }
}

/// `OPTIONS *` is about the server. It matches no path prefix, and comes under the policy of the rest.
#[tokio::test]
async fn a_request_about_the_server_matches_no_prefix() {
    let cors = CorsLayer::choose()
        .path_prefix("/admin", open())
        .otherwise(strict())
        .unwrap();
    let mut request = get("*", &[EVIL, ("access-control-request-method", "PUT")]);
    *request.method_mut() = Method::OPTIONS;
    let (status, headers) = answer(&cors, request).await;
    assert_eq!((status.as_u16(), allowed(&headers)), (403, None));
}

fn get_route(text: &'static str) -> axum::routing::MethodRouter {
    axum::routing::get(async move || text)
}

async fn ask<S, B>(service: S, path: &str) -> (HeaderMap, String)
where
    S: tower::Service<
            Request<Body>,
            Response = http::Response<B>,
            Error = std::convert::Infallible,
        >,
    B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let request = get(path, &[EVIL]).map(|()| Body::empty());
    let response = service.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(Body::new(body), 1024).await.unwrap();
    (parts.headers, String::from_utf8(body.to_vec()).unwrap())
}
