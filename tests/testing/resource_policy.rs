//! `Cross-Origin-Resource-Policy` and `Cross-Origin-Embedder-Policy` in the browser for tests.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{HeaderValue, ORIGIN};
use http::{Request, Response};
use http_body_util::Full;
use tower::Layer;
use tower_cors::CorsLayer;
use tower_cors::testing::{Browser, EmbedderPolicy, RequestMode, Step, assert_allows};

type Body = Full<Bytes>;

const APP: &str = "https://app.example.com";
const API: &str = "https://api.example.com";
const OTHER: &str = "https://other.example";

fn get(url: &str) -> Request<Body> {
    Request::get(url).body(Full::default()).unwrap()
}

#[tokio::test]
async fn a_resource_policy_decides_what_a_page_may_load_without_cors() {
    use EmbedderPolicy::{Credentialless, RequireCorp, UnsafeNone};
    // the page, its embedder policy, the resource's policy, and whether the page may load it from API
    let rows: &[(&str, EmbedderPolicy, Option<&'static str>, bool)] = &[
        (OTHER, UnsafeNone, None, true),
        (OTHER, UnsafeNone, Some("cross-origin"), true),
        (OTHER, UnsafeNone, Some("same-site"), false),
        (OTHER, UnsafeNone, Some("same-origin"), false),
        (OTHER, UnsafeNone, Some("Same-Origin"), true),
        (OTHER, UnsafeNone, Some("same-origin, same-origin"), true),
        (OTHER, RequireCorp, None, false),
        (OTHER, RequireCorp, Some("nonsense"), false),
        (OTHER, RequireCorp, Some("cross-origin"), true),
        (OTHER, RequireCorp, Some("same-site"), false),
        (OTHER, RequireCorp, Some("same-origin"), false),
        (OTHER, Credentialless, None, true),
        (OTHER, Credentialless, Some("same-site"), false),
        (APP, UnsafeNone, Some("same-site"), true),
        (APP, UnsafeNone, Some("same-origin"), false),
        (APP, RequireCorp, None, false),
        (APP, RequireCorp, Some("same-site"), true),
        (API, RequireCorp, None, true),
        (API, RequireCorp, Some("same-origin"), true),
        (
            "http://app.example.com",
            UnsafeNone,
            Some("same-site"),
            false,
        ),
        ("null", UnsafeNone, Some("same-site"), false),
    ];
    for (page, embedder, policy, is_allowed) in rows {
        let mut cdn = tower::service_fn(|request: Request<Body>| {
            let mut response = Response::new(Full::default());
            let headers = response.headers_mut();
            if let Some(policy) = policy {
                let policy = HeaderValue::from_static(policy);
                headers.insert("cross-origin-resource-policy", policy);
            }
            if let Some(origin) = request.headers().get(ORIGIN) {
                headers.insert("access-control-allow-origin", origin.clone());
            }
            std::future::ready(Ok::<Response<Body>, Infallible>(response))
        });
        let name = format!("{page} {embedder:?} {policy:?}");
        let mut browser = Browser::at(*page)
            .mode(RequestMode::NoCors)
            .embedder_policy(*embedder);
        let fetched = browser.fetch(&mut cdn, get(API)).await;
        assert_eq!(fetched.is_ok(), *is_allowed, "{name}");
        if let Err(blocked) = fetched {
            assert_eq!(blocked.step(), Step::ResourcePolicy, "{name}");
            let told = blocked.to_string();
            assert!(
                told.contains("Cross-Origin-Resource-Policy: cross-origin"),
                "{told}"
            );
        }
        // With CORS, the resource policy plays no part.
        browser = browser.mode(RequestMode::Cors);
        assert_allows!(browser.fetch(&mut cdn, get(API)).await);
    }
}

/// The layer, and the two fixes of the message.
#[tokio::test]
async fn a_layer_with_a_resource_policy_lets_pages_embed_its_responses() {
    use EmbedderPolicy::{RequireCorp, UnsafeNone};
    use RequestMode::{Cors, NoCors};
    let listed = || CorsLayer::builder().allow_origins([OTHER]);
    let any = || CorsLayer::builder().allow_any_origin();
    let listed_and_embedded = || listed().cross_origin_resource_policy().build().unwrap();
    let any_and_embedded = || any().cross_origin_resource_policy().build().unwrap();
    // the policy, the page's embedder policy and mode, and whether the page may load the response
    let rows: [(&str, CorsLayer, EmbedderPolicy, RequestMode, bool); 8] = [
        (
            "listed",
            listed().build().unwrap(),
            UnsafeNone,
            NoCors,
            true,
        ),
        (
            "listed",
            listed().build().unwrap(),
            RequireCorp,
            NoCors,
            false,
        ),
        ("listed", listed().build().unwrap(), RequireCorp, Cors, true),
        (
            "listed and embedded",
            listed_and_embedded(),
            UnsafeNone,
            NoCors,
            false,
        ),
        (
            "listed and embedded",
            listed_and_embedded(),
            RequireCorp,
            Cors,
            true,
        ),
        ("any", any().build().unwrap(), UnsafeNone, NoCors, true),
        ("any", any().build().unwrap(), RequireCorp, NoCors, false),
        (
            "any and embedded",
            any_and_embedded(),
            RequireCorp,
            NoCors,
            true,
        ),
    ];
    for (name, cors, embedder, mode, is_allowed) in rows {
        let handler = tower::service_fn(async |_: Request<Body>| {
            Ok::<_, Infallible>(Response::new(Body::from("picture")))
        });
        let mut app = cors.layer(handler);
        let mut page = Browser::at(OTHER).mode(mode).embedder_policy(embedder);
        let fetched = page.fetch(&mut app, get(API)).await;
        assert_eq!(fetched.is_ok(), is_allowed, "{name} {embedder:?} {mode:?}");
        if let Err(blocked) = fetched {
            let fix = blocked.fix();
            assert!(
                fix.contains(".allow_any_origin().cross_origin_resource_policy()"),
                "{fix}"
            );
            assert!(fix.contains("the attribute crossorigin"), "{fix}");
        }
    }
}
