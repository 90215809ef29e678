//! axum. Put the layer on the router, last: then it sees preflights, which match no route, and decorates
//! errors of the layers inside.
//!
//! Routers with policies of their own: a layer on each, and none around all of them, since the outermost
//! speaks for all. A nested router takes its own 404s under its policy only if it has a `fallback`.

use std::net::SocketAddr;

use axum::Router;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use tower::ServiceBuilder;
use tower_cors::CorsLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::client::{APP, EVIL, listen, preflight, send};

const ADMIN: &str = "https://admin.example.com";

fn policy() -> CorsLayer {
    policy_for(APP)
}

fn policy_for(origin: &str) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin])
        .allow_methods(["PUT"])
        .allow_headers(["authorization", "content-type"])
        .build()
        .unwrap()
}

async fn serve(app: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

fn items() -> Router {
    Router::new()
        .route("/items", get(async || "[]"))
        .route("/items/{id}", put(async || StatusCode::CREATED))
        .route(
            "/error",
            get(async || (StatusCode::INTERNAL_SERVER_ERROR, "broken")),
        )
        .route("/panic", get(panics))
        .route("/options", get(async || "").options(async || "handled"))
}

async fn panics() -> &'static str {
    panic!("on purpose")
}

/// Lets nobody in without a token, preflights included.
async fn require_token(
    headers: HeaderMap,
    request: Request<axum::body::Body>,
    next: Next,
) -> Response {
    match headers.get("authorization") {
        Some(token) if token == "Bearer secret" => next.run(request).await,
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[tokio::test]
async fn every_response_of_a_router_is_decorated() {
    let address = serve(items().layer(policy())).await;
    for (method, path, status) in [
        ("GET", "/items", 200),
        ("HEAD", "/items", 200),
        ("PUT", "/items/1", 201),
        ("GET", "/nothing", 404),
        ("DELETE", "/items", 405),
        ("GET", "/error", 500),
        ("OPTIONS", "/options", 200),
        ("OPTIONS", "/items", 405),
    ] {
        let allowed = send(address, method, path, &[("origin", APP)]).await;
        assert_eq!(allowed.status, status, "{method} {path}");
        assert_eq!(allowed.allowed_origin(), Some(APP), "{method} {path}");
        let denied = send(address, method, path, &[("origin", EVIL)]).await;
        assert_eq!(denied.status, status, "{method} {path}");
        assert_eq!(denied.allowed_origin(), None, "{method} {path}");
        assert!(
            denied.lines("vary")[0].contains("origin"),
            "{method} {path}"
        );
    }
    assert_eq!(
        send(address, "GET", "/items", &[("origin", APP)])
            .await
            .body,
        "[]"
    );
    assert_eq!(
        send(address, "OPTIONS", "/options", &[("origin", APP)])
            .await
            .body,
        "handled"
    );
}

#[tokio::test]
async fn preflights_are_answered_on_every_path() {
    let address = serve(items().layer(policy())).await;
    for path in ["/items", "/items/1", "/options", "/nothing"] {
        let allowed = preflight(address, path, APP, "PUT", "authorization").await;
        assert_eq!(allowed.status, 204, "{path}");
        assert_eq!(allowed.allowed_origin(), Some(APP), "{path}");
        assert_eq!(
            allowed.lines("access-control-allow-methods"),
            ["PUT"],
            "{path}"
        );
        let denied = preflight(address, path, EVIL, "PUT", "authorization").await;
        assert_eq!(denied.status, 403, "{path}");
        assert_eq!(denied.allowed_origin(), None, "{path}");
    }
}

/// `route_layer` sees the routes alone: preflights of known paths, but no 404.
#[tokio::test]
async fn a_route_layer_answers_preflights_of_known_paths_alone() {
    let address = serve(items().route_layer(policy())).await;
    assert_eq!(
        preflight(address, "/items", APP, "GET", "").await.status,
        204
    );
    assert_eq!(
        send(address, "GET", "/items", &[("origin", APP)])
            .await
            .allowed_origin(),
        Some(APP)
    );
    for answer in [
        preflight(address, "/nothing", APP, "GET", "").await,
        send(address, "GET", "/nothing", &[("origin", APP)]).await,
    ] {
        assert_eq!(answer.status, 404);
        assert_eq!(answer.allowed_origin(), None);
    }
}

#[tokio::test]
async fn an_auth_layer_inside_leaves_preflights_alone_and_its_401_is_readable() {
    let address = serve(items().layer(from_fn(require_token)).layer(policy())).await;
    assert_eq!(
        preflight(address, "/items", APP, "GET", "authorization")
            .await
            .status,
        204
    );
    let refused = send(address, "GET", "/items", &[("origin", APP)]).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.allowed_origin(), Some(APP));
    let token = [("origin", APP), ("authorization", "Bearer secret")];
    assert_eq!(send(address, "GET", "/items", &token).await.status, 200);
}

/// The usual mistake: browsers send no token with a preflight.
#[tokio::test]
async fn an_auth_layer_outside_refuses_preflights() {
    let address = serve(items().layer(policy()).layer(from_fn(require_token))).await;
    let refused = preflight(address, "/items", APP, "GET", "authorization").await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.allowed_origin(), None);
}

#[tokio::test]
async fn a_panic_is_readable_if_it_is_caught_inside() {
    for (name, app, expected) in [
        (
            "caught inside",
            items().layer(CatchPanicLayer::new()).layer(policy()),
            Some(APP),
        ),
        (
            "caught outside",
            items().layer(policy()).layer(CatchPanicLayer::new()),
            None,
        ),
    ] {
        let answer = send(serve(app).await, "GET", "/panic", &[("origin", APP)]).await;
        assert_eq!(answer.status, 500, "{name}");
        assert_eq!(answer.allowed_origin(), expected, "{name}");
    }
}

/// On a `ServiceBuilder` the first layer is the outermost.
#[tokio::test]
async fn the_first_of_a_service_builder_is_outermost() {
    let outermost = ServiceBuilder::new()
        .layer(policy())
        .layer(from_fn(require_token));
    let address = serve(items().layer(outermost)).await;
    assert_eq!(
        preflight(address, "/items", APP, "GET", "").await.status,
        204
    );
    assert_eq!(
        send(address, "GET", "/items", &[("origin", APP)])
            .await
            .allowed_origin(),
        Some(APP)
    );

    let innermost = ServiceBuilder::new()
        .layer(from_fn(require_token))
        .layer(policy());
    let address = serve(items().layer(innermost)).await;
    assert_eq!(
        preflight(address, "/items", APP, "GET", "").await.status,
        401
    );
}

#[tokio::test]
async fn routers_with_policies_of_their_own() {
    let app = Router::new()
        .nest(
            "/admin",
            items()
                .fallback(async || StatusCode::NOT_FOUND)
                .layer(policy_for(ADMIN)),
        )
        .merge(items().layer(policy_for(APP)));
    let address = serve(app).await;
    for (path, origin, other) in [("/items", APP, ADMIN), ("/admin/items", ADMIN, APP)] {
        assert_eq!(
            preflight(address, path, origin, "PUT", "")
                .await
                .allowed_origin(),
            Some(origin),
            "{path}"
        );
        assert_eq!(
            preflight(address, path, other, "PUT", "").await.status,
            403,
            "{path}"
        );
        assert_eq!(
            send(address, "GET", path, &[("origin", origin)])
                .await
                .allowed_origin(),
            Some(origin),
            "{path}"
        );
        assert_eq!(
            send(address, "GET", path, &[("origin", other)])
                .await
                .allowed_origin(),
            None,
            "{path}"
        );
    }
    let missing = send(address, "GET", "/admin/nothing", &[("origin", ADMIN)]).await;
    assert_eq!(missing.status, 404);
    assert_eq!(
        missing.allowed_origin(),
        Some(ADMIN),
        "the nested router has a fallback"
    );
}

/// Without a fallback of its own, a nested router leaves its 404s to the router around it.
#[tokio::test]
async fn a_nested_router_without_fallback_leaves_404_to_the_outer_policy() {
    let app = Router::new().nest("/admin", items().layer(policy_for(ADMIN)));
    let missing = send(
        serve(app).await,
        "GET",
        "/admin/nothing",
        &[("origin", ADMIN)],
    )
    .await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.allowed_origin(), None);
}

/// One policy speaks: a layer around all routers replaces what they say.
#[tokio::test]
async fn a_layer_around_nested_routers_speaks_for_all() {
    let app = Router::new()
        .nest("/admin", items().layer(policy_for(ADMIN)))
        .merge(items())
        .layer(policy_for(APP));
    let address = serve(app).await;
    assert_eq!(
        send(address, "GET", "/admin/items", &[("origin", ADMIN)])
            .await
            .allowed_origin(),
        None
    );
    assert_eq!(
        send(address, "GET", "/admin/items", &[("origin", APP)])
            .await
            .allowed_origin(),
        Some(APP)
    );
    assert_eq!(
        preflight(address, "/admin/items", ADMIN, "PUT", "")
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn a_websocket_handshake_from_another_origin_is_rejected() {
    async fn handshake() -> Response {
        (
            StatusCode::SWITCHING_PROTOCOLS,
            [("upgrade", "websocket"), ("connection", "upgrade")],
        )
            .into_response()
    }
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    let address = serve(Router::new().route("/ws", get(handshake)).layer(cors)).await;
    let upgrade = |origin| {
        vec![
            ("origin", origin),
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
    };
    assert_eq!(send(address, "GET", "/ws", &upgrade(APP)).await.status, 101);
    assert_eq!(
        send(address, "GET", "/ws", &upgrade(EVIL)).await.status,
        403
    );
    let own = format!("http://{address}");
    assert_eq!(
        send(address, "GET", "/ws", &upgrade(&own)).await.status,
        101,
        "its own page"
    );
}
