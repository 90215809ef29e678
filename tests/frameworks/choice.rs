//! axum, with one layer that chooses among policies: on the router, last, where it sees the whole path of
//! every request.
//!
//! ```text
//! site
//!     .nest("/admin", admin)
//!     .merge(others)
//!     .layer(CorsLayer::choose().path_prefix("/admin", strict).otherwise(general)?)
//! ```
//!
//! The order of `nest`, `merge` and `route` makes no difference, nor does it whether a nested router has a
//! fallback: its 404s and its preflights come under its policy.

use std::convert::Infallible;

use axum::Router;
use axum::http::{HeaderMap, Request, Response, Uri};
use axum::routing::{any, get};
use tower::{Layer, ServiceExt};
use tower_cors::CorsLayer;

use crate::axum::Seen::{Allowed, Denied, Nobody};
use crate::axum::{ADMIN, items, not_found, policy_for, see, serve};
use crate::client::APP;

fn admin_or_general() -> CorsLayer {
    CorsLayer::choose()
        .path_prefix("/admin", policy_for(ADMIN))
        .otherwise(policy_for(APP))
        .unwrap()
}

fn admin_alone() -> CorsLayer {
    CorsLayer::choose()
        .path_prefix("/admin", policy_for(ADMIN))
        .otherwise_no_cors()
        .unwrap()
}

/// Each row: a path, then a preflight and a GET from `APP`, then the same from `ADMIN`.
#[tokio::test]
async fn layouts_of_routers_under_one_choice() {
    let of_app = |status| [Allowed(204), Allowed(status), Denied(403), Denied(status)];
    let of_admin = |status| [Denied(403), Denied(status), Allowed(204), Allowed(status)];
    let of_nobody = |preflight, status| [preflight, status, preflight, status].map(Nobody);
    let nested = |site: Router| site.nest("/admin", items());
    for (name, app, rows) in [
        (
            "nested, without a fallback",
            nested(items()).layer(admin_or_general()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_app(404)),
            ],
        ),
        (
            "nested, with a fallback",
            items()
                .nest("/admin", items().fallback(not_found))
                .layer(admin_or_general()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_app(404)),
            ],
        ),
        (
            "merged",
            nested(Router::new())
                .merge(items())
                .layer(admin_or_general()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_app(404)),
            ],
        ),
        (
            "without a policy for all others, which are as without a layer",
            nested(items()).layer(admin_alone()),
            [
                ("/items", of_nobody(405, 200)),
                ("/nothing", of_nobody(404, 404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_nobody(404, 404)),
            ],
        ),
        (
            "without a policy for all others, where a layer further in speaks",
            items()
                .layer(policy_for(APP))
                .nest("/admin", items())
                .layer(admin_alone()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_app(404)),
            ],
        ),
        (
            "in the wrong place: within the nested router, where `/admin` is gone from the path",
            items().nest("/admin", items().layer(admin_or_general())),
            [
                ("/items", of_nobody(405, 200)),
                ("/nothing", of_nobody(404, 404)),
                ("/admin/items", of_app(200)),
                ("/admin/nothing", of_nobody(404, 404)),
                ("/admin", of_nobody(404, 404)),
                ("/admin/", of_nobody(404, 404)),
                ("/admins/items", of_nobody(404, 404)),
            ],
        ),
        (
            "in the wrong place: `route_layer` leaves 404s alone",
            nested(items()).route_layer(admin_or_general()),
            [
                ("/items", of_app(200)),
                ("/nothing", of_nobody(404, 404)),
                ("/admin/items", of_admin(200)),
                ("/admin/nothing", of_nobody(404, 404)),
                ("/admin", of_nobody(404, 404)),
                ("/admin/", of_nobody(404, 404)),
                ("/admins/items", of_nobody(404, 404)),
            ],
        ),
        (
            "in the wrong place: on the router before it is nested into",
            nested(items().layer(admin_or_general())),
            [
                ("/items", of_app(200)),
                ("/nothing", of_app(404)),
                ("/admin/items", of_nobody(405, 200)),
                ("/admin/nothing", of_admin(404)),
                ("/admin", of_admin(404)),
                ("/admin/", of_admin(404)),
                ("/admins/items", of_app(404)),
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

/// What people do with tower-http's layer instead, one on each router, and what becomes of the preflights:
/// those of the routes are answered, but for `get(…).route_layer(…)`; with one more layer around all, that
/// one answers for the others, and no origin of theirs is let in.
#[tokio::test]
async fn layers_on_each_router_where_preflights_go_wrong() {
    use tower_http::cors::CorsLayer as Theirs;

    let theirs = |origin: &str| {
        Theirs::new()
            .allow_origin(origin.parse::<axum::http::HeaderValue>().unwrap())
            .allow_methods([axum::http::Method::PUT])
    };
    let admin = || {
        Router::new()
            .route("/items", get(async || "[]").put(async || ""))
            .layer(theirs(ADMIN))
    };
    for (name, app, path, readable) in [
        (
            "a layer on each",
            Router::new().nest("/admin", admin()),
            "/admin/items",
            true,
        ),
        (
            "a layer on each, and a path that has no route",
            Router::new().nest("/admin", admin()),
            "/admin/nothing",
            false,
        ),
        (
            "one more around all",
            Router::new().nest("/admin", admin()).layer(theirs(APP)),
            "/admin/items",
            false,
        ),
        (
            "a layer on the route",
            Router::new().route("/items", get(async || "[]").route_layer(theirs(ADMIN))),
            "/items",
            false,
        ),
    ] {
        let address = serve(app).await;
        let answer = crate::client::preflight(address, path, ADMIN, "PUT", "").await;
        assert_eq!(
            answer.lines("access-control-allow-origin") == [ADMIN],
            readable,
            "{name}"
        );
    }
}

/// Paths that somebody may try instead of `/admin/items`.
const SPELLINGS: [&str; 21] = [
    "/admin/items",
    "/admin/items/",
    "/admin//items",
    "//admin/items",
    "///admin///items",
    "/./admin/items",
    "/admin/./items",
    "/public/../admin/items",
    "/public/x/../../admin/items",
    "/public/%2e%2e/admin/items",
    "/public/..%2fadmin/items",
    "/public%2f..%2fadmin/items",
    "/public/..%5cadmin%5citems",
    "/public/..%2f%2fadmin/items",
    "/%61dmin/items",
    "/admin%2fitems",
    "/admin%2Fitems",
    "/%2fadmin/items",
    "/%5cadmin/items",
    "/.//admin/items",
    "/public/..;/admin/items",
];

/// Which handler answers, and whose policy.
async fn ask(app: Router, path: &str, origin: &str) -> (String, Option<String>) {
    let request = Request::get(path).header("origin", origin);
    let request = request.body(axum::body::Body::empty()).unwrap();
    let Ok(answer): Result<Response<_>, Infallible> = app.oneshot(request).await;
    let line = |headers: &HeaderMap, name| {
        let line = headers.get(name)?;
        Some(line.to_str().unwrap().to_owned())
    };
    let handler = line(answer.headers(), "x-handler").unwrap_or_default();
    (
        handler,
        line(answer.headers(), "access-control-allow-origin"),
    )
}

fn site() -> Router {
    let handler = |name: &'static str| any(async move || ([("x-handler", name)], ""));
    Router::new()
        .nest(
            "/admin",
            Router::new()
                .route("/items", handler("admin"))
                .fallback(async || ([("x-handler", "admin")], "")),
        )
        .route("/public/{*rest}", handler("public"))
        .fallback(async || ([("x-handler", "fallback")], ""))
}

/// No spelling that axum reads as `/admin` is readable under the general policy.
#[tokio::test]
async fn no_spelling_reaches_a_route_under_the_policy_of_another() {
    for path in SPELLINGS {
        let app = site().layer(admin_or_general());
        let (handler, allowed) = ask(app.clone(), path, APP).await;
        assert!(
            handler != "admin" || allowed.is_none(),
            "{path}: {allowed:?}"
        );
        let (handler, allowed) = ask(app, path, ADMIN).await;
        assert!(
            handler == "admin" || allowed.is_none(),
            "{path}: {allowed:?}"
        );
    }
}

/// Nor one that somebody reads so who tidies paths up between the layer and the router.
#[tokio::test]
async fn no_spelling_does_so_where_paths_are_rewritten() {
    let mut tidied = 0;
    for path in SPELLINGS {
        let tidy = tower::util::MapRequestLayer::new(|mut request: Request<axum::body::Body>| {
            *request.uri_mut() = tidy(request.uri());
            request
        });
        // Around the router, since a `.layer` of it runs when the route is found.
        let rewriting = Router::new().fallback_service(tidy.layer(site()));
        let (handler, _) = ask(rewriting.clone(), path, APP).await;
        tidied += usize::from(handler == "admin" && !path.starts_with("/admin/"));
        let (handler, allowed) = ask(rewriting.layer(admin_or_general()), path, APP).await;
        assert!(
            handler != "admin" || allowed.is_none(),
            "{path}: {allowed:?}"
        );
    }
    assert_eq!(
        tidied, 16,
        "of the spellings above lead there only if they are tidied up"
    );
}

/// Decodes, and resolves all that there is to resolve.
fn tidy(uri: &Uri) -> Uri {
    let mut path = uri.path().to_owned();
    for (encoded, decoded) in [
        ("%2e", "."),
        ("%2f", "/"),
        ("%2F", "/"),
        ("%5c", "/"),
        ("%61", "a"),
    ] {
        path = path.replace(encoded, decoded);
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    format!("/{}", segments.join("/")).parse().unwrap()
}
