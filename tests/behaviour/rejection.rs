//! The reason of a refusal, for layers further out.

use std::convert::Infallible;

use http::{Request, Response};
use tower::{Layer, Service, ServiceExt};
use tower_cors::{CorsLayer, Rejection};

use crate::support::{preflight, request};

const APP: &str = "https://app.example";
const EVIL: &str = "https://evil.example";

async fn rejection(cors: &CorsLayer, request: Request<()>) -> Option<Rejection> {
    let mut service = cors.layer(tower::service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(()))
    }));
    let response = service.ready().await.unwrap().call(request).await.unwrap();
    response.extensions().get().cloned()
}

#[tokio::test]
async fn a_refusal_says_why() {
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .allow_hosts(["api.example"])
        .build()
        .unwrap();
    let mut rebound = preflight(APP, "GET", "");
    let host = "evil.example".parse().unwrap();
    rebound.headers_mut().insert("host", host);
    let rows = [
        (request("GET", &[("origin", APP)]), None),
        (request("GET", &[]), None),
        (preflight(APP, "GET", ""), None),
        (preflight(APP, "DELETE", "x-a"), None),
        (
            request("GET", &[("origin", EVIL)]),
            Some((
                "origin_not_allowed",
                r#"the origin "https://evil.example" is not allowed"#,
                false,
            )),
        ),
        (
            request("GET", &[("origin", "https://EVIL.example")]),
            Some((
                "malformed_origin",
                r#"the origin "https://EVIL.example" is not one that browsers send: it has upper-case letters; browsers send origins in lower case, and the comparison is byte by byte"#,
                false,
            )),
        ),
        (
            request("GET", &[("origin", "null")]),
            Some(("null_origin", r#"the origin "null" is not allowed"#, false)),
        ),
        (
            request("GET", &[("origin", EVIL), ("origin", APP)]),
            Some((
                "several_origins",
                "the request has more than one Origin line",
                false,
            )),
        ),
        (
            request("POST", &[("sec-fetch-site", "cross-site")]),
            Some((
                "cross_site_write",
                "the request is a cross-site write: a page that may not write here sent it, and CORS alone does not stop it",
                false,
            )),
        ),
        (
            request("GET", &[("host", "evil.example\t")]),
            Some((
                "host_not_allowed",
                r#"the server is not reached under the host "evil.example\t" (a proxy may have changed it)"#,
                false,
            )),
        ),
        // not refused: its answer is that of every preflight that is not allowed
        (preflight(EVIL, "GET", ""), None),
        (
            rebound,
            Some((
                "host_not_allowed",
                r#"the server is not reached under the host "evil.example" (a proxy may have changed it)"#,
                true,
            )),
        ),
    ];
    for (request, expected) in rows {
        let seen = rejection(&cors, request.clone()).await;
        let text = seen.as_ref().map(ToString::to_string);
        let seen = seen
            .as_ref()
            .zip(text.as_deref())
            .map(|(seen, text)| (seen.code(), text, seen.is_preflight()));
        assert_eq!(seen, expected, "{request:?}");
    }
}

/// It is of the layer that one stands outside of.
#[tokio::test]
async fn a_rejection_from_further_in_is_removed_or_replaced() {
    let strict = |origin| {
        let cors = CorsLayer::builder().allow_origins([origin]);
        cors.reject_disallowed_origins().build().unwrap()
    };
    let both = |outer: &CorsLayer, inner: &CorsLayer| {
        outer.layer(inner.layer(tower::service_fn(async |_: Request<()>| {
            Ok::<_, Infallible>(Response::new(()))
        })))
    };
    let from_app = || request("GET", &[("origin", APP)]);
    let (app, evil) = (strict(APP), strict(EVIL));
    for (outer, inner, is_rejected) in [
        (&app, &evil, false),
        (&evil, &app, true),
        (&evil, &evil, true),
        (&CorsLayer::disabled(), &evil, true),
    ] {
        let mut service = both(outer, inner);
        let response = service
            .ready()
            .await
            .unwrap()
            .call(from_app())
            .await
            .unwrap();
        let rejection = response.extensions().get::<Rejection>();
        assert_eq!(rejection.is_some(), is_rejected, "{outer:?} {inner:?}");
    }
}
