//! axum. Put the layer on the router, last: then it sees preflights, which match no route, and decorates
//! errors of the layers inside.
//!
//! Routers with policies of their own: the general policy first, then the routers that differ.
//! `.layer(…)` covers what a router has so far, its 404s included, and not what is nested later:
//!
//! ```text
//! site                                                   // routes for all
//!     .layer(general)
//!     .nest("/admin", admin.fallback(not_found).layer(strict))
//! ```
//!
//! The fallback puts the nested router's own 404s under its policy; without it they are the outer
//! router's. The other order, `.nest(…).layer(general)`, puts `general` around `strict`: one policy
//! speaks, the outermost, and `strict` is never heard.
//!
//! `Router::route_layer` leaves 404s alone. `MethodRouter::route_layer` (`get(…).route_layer(cors)`)
//! leaves preflights alone too, so that they fail; write `get(…).layer(cors)` there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceBuilder;
use tower_cors::CorsLayer;
use tower_http::catch_panic::CatchPanicLayer;

use crate::client::{APP, EVIL, PATIENCE, listen, preflight, preflight_lines, send};

pub(crate) const ADMIN: &str = "https://admin.example.com";
const TOKEN: (&str, &str) = ("authorization", "Bearer secret");

fn policy() -> CorsLayer {
    policy_for(APP)
}

pub(crate) fn policy_for(origin: &str) -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin])
        .allow_methods(["PUT"])
        .allow_headers(["authorization", "content-type"])
        .expose_headers(["etag"])
        .build()
        .unwrap()
}

pub(crate) async fn serve(app: Router) -> SocketAddr {
    let (listener, address) = listen().await;
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

pub(crate) fn items() -> Router {
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

pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Lets nobody in without a token, preflights included.
async fn require_token(headers: HeaderMap, request: Request<Body>, next: Next) -> Response {
    match headers.get(TOKEN.0) {
        Some(token) if token == TOKEN.1 => next.run(request).await,
        _ => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// What a client sees: the status, and whose policy spoke.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Seen {
    /// The origin is allowed.
    Allowed(u16),
    /// A policy denied the origin.
    Denied(u16),
    /// No policy spoke.
    Nobody(u16),
}
use Seen::{Allowed, Denied, Nobody};

/// Sends a request (`PREFLIGHT` for one that asks for PUT) and holds each header of the policy to what is
/// seen, so that there is no answer in between.
pub(crate) async fn see(
    address: SocketAddr,
    method: &str,
    path: &str,
    origin: &str,
    besides: &[(&str, &str)],
) -> Seen {
    let is_preflight = method == "PREFLIGHT";
    let mut lines = if is_preflight {
        preflight_lines(origin, "PUT", "authorization")
    } else {
        vec![("origin", origin)]
    };
    lines.extend(besides);
    let method = if is_preflight { "OPTIONS" } else { method };
    let answer = send(address, method, path, &lines).await;
    let status = answer.status.as_u16();
    let vary = match method {
        "OPTIONS" => "origin, access-control-request-method",
        _ => "origin",
    };
    let seen = match &*answer.lines("vary") {
        [] => Nobody(status),
        [line] if *line == vary && answer.allowed_origin().is_some() => Allowed(status),
        [line] if *line == vary => Denied(status),
        lines => panic!("{method} {path}: Vary is {lines:?}"),
    };
    let allow_origin = format!("access-control-allow-origin: {origin}");
    let expected: &[&str] = match seen {
        Allowed(_) if is_preflight => &[
            "access-control-allow-headers: authorization,content-type",
            "access-control-allow-methods: PUT",
            &allow_origin,
        ],
        Allowed(_) => &[&allow_origin, "access-control-expose-headers: etag"],
        Denied(_) | Nobody(_) => &[],
    };
    assert_eq!(answer.cors_lines(), expected, "{method} {path} {origin}");
    seen
}

#[tokio::test]
async fn every_response_of_a_router_is_decorated() {
    let address = serve(items().layer(policy())).await;
    for (method, path, status, body) in [
        ("GET", "/items", 200, "[]"),
        ("HEAD", "/items", 200, ""),
        ("PUT", "/items/1", 201, ""),
        ("GET", "/nothing", 404, ""),
        ("DELETE", "/items", 405, ""),
        ("GET", "/error", 500, "broken"),
        ("OPTIONS", "/options", 200, "handled"),
        ("OPTIONS", "/items", 405, ""),
        ("OPTIONS", "/nothing", 404, ""),
    ] {
        let name = format!("{method} {path}");
        let allowed = see(address, method, path, APP, &[]).await;
        assert_eq!(allowed, Allowed(status), "{name}");
        let denied = see(address, method, path, EVIL, &[]).await;
        assert_eq!(denied, Denied(status), "{name}");
        for lines in [&[("origin", APP)][..], &[("origin", EVIL)], &[]] {
            let answer = send(address, method, path, lines).await;
            assert_eq!(answer.status, status, "{name} {lines:?}");
            assert_eq!(answer.body, body, "{name} {lines:?}");
        }
    }
}

#[tokio::test]
async fn preflights_are_answered_on_every_path() {
    let address = serve(items().layer(policy())).await;
    for path in ["/items", "/items/1", "/options", "/error", "/nothing"] {
        let allowed = see(address, "PREFLIGHT", path, APP, &[]).await;
        assert_eq!(allowed, Allowed(204), "{path}");
        let denied = see(address, "PREFLIGHT", path, EVIL, &[]).await;
        assert_eq!(denied, Denied(403), "{path}");
        let answer = preflight(address, path, APP, "PUT", "").await;
        assert_eq!(answer.body, "", "{path}: no handler ran");
    }
}

/// Where the layer may be put, and what each place does for each kind of request.
#[tokio::test]
async fn places_for_the_layer() {
    let one_route = |route| Router::new().route("/items", route);
    for (name, app, rows) in [
        (
            "Router::layer: everything",
            items().layer(policy()),
            [
                ("PREFLIGHT", "/items", Allowed(204)),
                ("GET", "/items", Allowed(200)),
                ("DELETE", "/items", Allowed(405)),
                ("OPTIONS", "/items", Allowed(405)),
                ("PREFLIGHT", "/nothing", Allowed(204)),
                ("GET", "/nothing", Allowed(404)),
            ],
        ),
        (
            "Router::route_layer: known paths, with every method",
            items().route_layer(policy()),
            [
                ("PREFLIGHT", "/items", Allowed(204)),
                ("GET", "/items", Allowed(200)),
                ("DELETE", "/items", Allowed(405)),
                ("OPTIONS", "/items", Allowed(405)),
                ("PREFLIGHT", "/nothing", Nobody(404)),
                ("GET", "/nothing", Nobody(404)),
            ],
        ),
        (
            "MethodRouter::layer: one path, with every method",
            one_route(get(async || "[]").layer(policy())),
            [
                ("PREFLIGHT", "/items", Allowed(204)),
                ("GET", "/items", Allowed(200)),
                ("DELETE", "/items", Allowed(405)),
                ("OPTIONS", "/items", Allowed(405)),
                ("PREFLIGHT", "/nothing", Nobody(404)),
                ("GET", "/nothing", Nobody(404)),
            ],
        ),
        (
            "MethodRouter::route_layer: the methods of one path, and so no preflight",
            one_route(get(async || "[]").route_layer(policy())),
            [
                ("PREFLIGHT", "/items", Nobody(405)),
                ("GET", "/items", Allowed(200)),
                ("DELETE", "/items", Nobody(405)),
                ("OPTIONS", "/items", Nobody(405)),
                ("PREFLIGHT", "/nothing", Nobody(404)),
                ("GET", "/nothing", Nobody(404)),
            ],
        ),
        (
            "a route added after the layer is outside it",
            items()
                .layer(policy())
                .route("/late", get(async || "too late")),
            [
                ("PREFLIGHT", "/items", Allowed(204)),
                ("GET", "/items", Allowed(200)),
                ("PREFLIGHT", "/late", Nobody(405)),
                ("GET", "/late", Nobody(200)),
                ("PREFLIGHT", "/nothing", Allowed(204)),
                ("GET", "/nothing", Allowed(404)),
            ],
        ),
    ] {
        let address = serve(app).await;
        for (method, path, expected) in rows {
            let seen = see(address, method, path, APP, &[]).await;
            assert_eq!(seen, expected, "{name}: {method} {path}");
        }
    }
}

/// Where an authentication layer may be put. A browser sends no token with a preflight, so that one
/// outside fails every request that has a preflight, and hides its own 401 from the page.
#[tokio::test]
async fn an_auth_layer_belongs_inside() {
    let (auth, cors) = (|| from_fn(require_token), policy);
    for (name, app, [preflight, without_token, with_token]) in [
        (
            "inside",
            items().layer(auth()).layer(cors()),
            [Allowed(204), Allowed(401), Allowed(200)],
        ),
        (
            "outside",
            items().layer(cors()).layer(auth()),
            [Nobody(401), Nobody(401), Allowed(200)],
        ),
        (
            "inside, by a ServiceBuilder, of which the first layer is outermost",
            items().layer(ServiceBuilder::new().layer(cors()).layer(auth())),
            [Allowed(204), Allowed(401), Allowed(200)],
        ),
        (
            "outside, by a ServiceBuilder",
            items().layer(ServiceBuilder::new().layer(auth()).layer(cors())),
            [Nobody(401), Nobody(401), Allowed(200)],
        ),
    ] {
        let address = serve(app).await;
        let seen = see(address, "PREFLIGHT", "/items", APP, &[]).await;
        assert_eq!(seen, preflight, "{name}: preflight");
        let seen = see(address, "GET", "/items", APP, &[]).await;
        assert_eq!(seen, without_token, "{name}: without a token");
        let seen = see(address, "GET", "/items", APP, &[TOKEN]).await;
        assert_eq!(seen, with_token, "{name}: with a token");
    }
}

#[tokio::test]
async fn a_panic_is_readable_if_it_is_caught_inside() {
    let (catch, cors) = (CatchPanicLayer::new, policy);
    for (name, app, expected) in [
        ("inside", items().layer(catch()).layer(cors()), Allowed(500)),
        ("outside", items().layer(cors()).layer(catch()), Nobody(500)),
        (
            "inside, by a ServiceBuilder",
            items().layer(ServiceBuilder::new().layer(cors()).layer(catch())),
            Allowed(500),
        ),
        (
            "outside, by a ServiceBuilder",
            items().layer(ServiceBuilder::new().layer(catch()).layer(cors())),
            Nobody(500),
        ),
    ] {
        let seen = see(serve(app).await, "GET", "/panic", APP, &[]).await;
        assert_eq!(seen, expected, "{name}");
    }
}

/// Each row: a path, then a preflight and a GET from `APP`, then the same from `ADMIN`.
#[tokio::test]
async fn layouts_of_routers_with_policies_of_their_own() {
    let general = || policy_for(APP);
    let admin = || items().layer(policy_for(ADMIN));
    let admin_with_fallback = || items().fallback(not_found).layer(policy_for(ADMIN));
    let of_app = |status| [Allowed(204), Allowed(status), Denied(403), Denied(status)];
    let of_admin = |status| [Denied(403), Denied(status), Allowed(204), Allowed(status)];
    let of_nobody = |status| [Nobody(status); 4];
    for (name, app, rows) in [
        (
            "the layer, then the nested router with a fallback: the recommended layout",
            items()
                .layer(general())
                .nest("/admin", admin_with_fallback()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                // axum matches neither a route nor the fallback of the nested router
                ("/admin/", of_app(404)),
            ],
        ),
        (
            "the layer, then the nested router without a fallback",
            items().layer(general()).nest("/admin", admin()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_app(404)),
                ("/admin/", of_app(404)),
            ],
        ),
        (
            "a nested and a merged router",
            Router::new()
                .nest("/admin", admin_with_fallback())
                .merge(items().layer(general())),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin/", of_app(404)),
            ],
        ),
        (
            "a layer on the nested router alone",
            items().nest("/admin", admin_with_fallback()),
            [
                (
                    "/items",
                    [Nobody(405), Nobody(200), Nobody(405), Nobody(200)],
                ),
                ("/nothing", of_nobody(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin/", of_nobody(404)),
            ],
        ),
        (
            "the nested router, then a layer around all: the outermost speaks for all",
            items()
                .nest("/admin", admin_with_fallback())
                .layer(general()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_app(200)),
                ("/admin/nothing", of_app(404)),
                ("/admin/", of_app(404)),
            ],
        ),
    ] {
        let address = serve(app).await;
        for (path, expected) in rows {
            let seen = [
                see(address, "PREFLIGHT", path, APP, &[]).await,
                see(address, "GET", path, APP, &[]).await,
                see(address, "PREFLIGHT", path, ADMIN, &[]).await,
                see(address, "GET", path, ADMIN, &[]).await,
            ];
            assert_eq!(seen, expected, "{name}: {path}");
        }
    }
}

/// A server that changes protocols and then sends back what it gets; and how often it did.
async fn serve_echo() -> (SocketAddr, Arc<AtomicUsize>) {
    let handshakes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handshakes);
    let handshake = async move |mut request: Request<Body>| {
        count.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            let stream = hyper::upgrade::on(&mut request).await.unwrap();
            let (mut reader, mut writer) = tokio::io::split(TokioIo::new(stream));
            tokio::io::copy(&mut reader, &mut writer).await
        });
        (
            StatusCode::SWITCHING_PROTOCOLS,
            [("upgrade", "websocket"), ("connection", "upgrade")],
        )
    };
    let cors = CorsLayer::builder()
        .allow_origins([APP])
        .reject_disallowed_origins()
        .build()
        .unwrap();
    let app = Router::new().route("/ws", get(handshake)).layer(cors);
    (serve(app).await, handshakes)
}

fn handshake_lines() -> [(&'static str, &'static str); 4] {
    [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ]
}

/// Browsers apply no CORS to `WebSocket`s: only a server that rejects the handshake is safe.
#[tokio::test]
async fn a_websocket_handshake_from_another_origin_is_rejected_before_the_handler() {
    let (address, handshakes) = serve_echo().await;
    let own = &*format!("http://{address}");
    for (name, lines, status, allowed_origin) in [
        ("an allowed origin", vec![("origin", APP)], 101, Some(APP)),
        ("another origin", vec![("origin", EVIL)], 403, None),
        ("null", vec![("origin", "null")], 403, None),
        (
            "two lines",
            vec![("origin", APP), ("origin", APP)],
            403,
            None,
        ),
        ("its own page", vec![("origin", own)], 101, None),
        ("no browser", vec![], 101, None),
        (
            "another site, by the browser's word",
            vec![("origin", own), ("sec-fetch-site", "cross-site")],
            403,
            None,
        ),
        (
            "another subdomain of its site",
            vec![("origin", EVIL), ("sec-fetch-site", "same-site")],
            403,
            None,
        ),
        (
            "its own page, behind a proxy that changes Host",
            vec![("origin", EVIL), ("sec-fetch-site", "same-origin")],
            101,
            None,
        ),
    ] {
        let before = handshakes.load(Ordering::SeqCst);
        let lines = [lines, handshake_lines().to_vec()].concat();
        let answer = send(address, "GET", "/ws", &lines).await;
        assert_eq!(answer.status, status, "{name}");
        let handled = handshakes.load(Ordering::SeqCst) - before;
        assert_eq!(handled, usize::from(status == 101), "{name}");
        assert_eq!(answer.allowed_origin(), allowed_origin, "{name}");
        let lines = usize::from(allowed_origin.is_some());
        assert_eq!(answer.cors_lines().len(), lines, "{name}");
    }
}

#[tokio::test]
async fn an_upgraded_connection_works_through_the_layer() {
    let (address, _) = serve_echo().await;
    let conversation = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let lines = handshake_lines().map(|(name, value)| format!("{name}: {value}\r\n"));
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {address}\r\norigin: {APP}\r\n{}\r\n",
            lines.concat()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(
            head.starts_with(b"HTTP/1.1 101 "),
            "{}",
            head.escape_ascii()
        );
        stream.write_all(b"hello").await.unwrap();
        let mut echo = [0; 5];
        stream.read_exact(&mut echo).await.unwrap();
        assert_eq!(&echo, b"hello");
    };
    tokio::time::timeout(PATIENCE, conversation).await.unwrap();
}
