//! One policy each: the floor, this crate's layer and tower-http's layer that keep it.

use std::time::Duration;

use axum::Router;
use axum::routing::{Route, get};
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG};
use http::{Method, Request};
use tower::layer::layer_fn;
use tower::{Layer, ServiceExt};
use tower_cors::{CorsLayer, origin};
use tower_http::cors::{AllowHeaders, AllowOrigin, Any, CorsLayer as TheirLayer};

use super::connection;
use super::contender::{Bare, Contender, Run, run};
use super::floor::{self, Floor};
use super::request::{self, APP, long_origin, shared};

const METHODS: [Method; 2] = [Method::PUT, Method::DELETE];
const HEADERS: [http::HeaderName; 2] = [AUTHORIZATION, CONTENT_TYPE];

/// One origin, with credentials and exposed headers.
pub(super) fn credentialed(who: Contender) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::credentialed)),
        Contender::TowerCors => run(our_credentialed().layer(Bare)),
        Contender::TowerHttp => run(their_credentialed().layer(Bare)),
    }
}

/// The same around an axum router, which boxes the futures of a layer, and its body if it is another type.
pub(super) fn credentialed_in_axum(who: Contender) -> Run {
    run(credentialed_router(who)
        .map_request(|request: Request<()>| request.map(|()| axum::body::Body::empty())))
}

/// The same router behind a connection.
pub(super) fn credentialed_over_http(who: Contender) -> Run {
    connection::run(credentialed_router(who))
}

fn credentialed_router(who: Contender) -> Router {
    let items = async || ([(CONTENT_TYPE, "application/json")], "[]");
    let app = Router::<()>::new().route("/items", get(items));
    let app = match who {
        Contender::Bare => app,
        Contender::Floor => app.layer(layer_fn(floor::credentialed_in_axum::<Route>)),
        Contender::TowerCors => app.layer(our_credentialed()),
        Contender::TowerHttp => app.layer(their_credentialed()),
    };
    // As `axum::serve` does for a connection. Otherwise the router would apply the layer anew for each request.
    app.with_state(())
}

fn our_credentialed() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_methods(METHODS)
        .allow_headers(HEADERS)
        .allow_credentials()
        .expose_headers([ETAG])
        .max_age(Duration::from_secs(600))
        .build()
        .expect("a policy")
}

fn their_credentialed() -> TheirLayer {
    TheirLayer::new()
        .allow_origin([shared(APP)])
        .allow_methods(METHODS)
        .allow_headers(HEADERS)
        .allow_credentials(true)
        .expose_headers([ETAG])
        .max_age(Duration::from_secs(600))
}

pub(super) fn any(who: Contender) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::any)),
        Contender::TowerCors => run(CorsLayer::builder()
            .allow_any_origin()
            .allow_methods(METHODS)
            .allow_headers(HEADERS)
            .build()
            .expect("a policy")
            .layer(Bare)),
        Contender::TowerHttp => run(TheirLayer::new()
            .allow_origin(Any)
            .allow_methods(METHODS)
            .allow_headers(HEADERS)
            .layer(Bare)),
    }
}

pub(super) fn subdomain(who: Contender) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::subdomain)),
        Contender::TowerCors => listed(["https://*.example.com".to_owned()]),
        Contender::TowerHttp => by_predicate(|origin| {
            origin.starts_with(b"https://") && origin.ends_with(b".example.com")
        }),
    }
}

pub(super) fn predicate(who: Contender) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::predicate)),
        Contender::TowerCors => run(CorsLayer::builder()
            .allow_origins_if(|origin| origin.host() == "app.example.com")
            .allow_credentials()
            .build()
            .expect("a policy")
            .layer(Bare)),
        Contender::TowerHttp => by_predicate(|origin| origin == APP.as_bytes()),
    }
}

/// So many origins.
pub(super) fn origins<const COUNT: usize>(who: Contender) -> Run {
    exact(who, (0..COUNT).map(request::origin).collect())
}

/// All hosts of 253 bytes whose first byte is a letter and the others are alike.
pub(super) fn long_origins(who: Contender) -> Run {
    exact(who, (b'a'..=b'z').map(long_origin).collect())
}

fn exact(who: Contender, list: Vec<String>) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::origins(list))),
        Contender::TowerCors => listed(list),
        Contender::TowerHttp => {
            let list = list.iter().map(|origin| shared(origin)).collect::<Vec<_>>();
            run(TheirLayer::new()
                .allow_origin(list)
                .allow_credentials(true)
                .layer(Bare))
        }
    }
}

/// So many origin patterns, for which tower-http knows only functions.
pub(super) fn patterns<const COUNT: usize>(who: Contender) -> Run {
    let list: Vec<_> = (0..COUNT).map(request::pattern).collect();
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::patterns(&list))),
        Contender::TowerCors => listed(list),
        Contender::TowerHttp => {
            let suffix = |pattern: String| pattern.replace("https://*", "").into_bytes();
            let suffixes: Vec<_> = list.into_iter().map(suffix).collect();
            by_predicate(move |origin| {
                origin.starts_with(b"https://")
                    && suffixes.iter().any(|suffix| origin.ends_with(suffix))
            })
        }
    }
}

/// One origin, and a preflight's list of headers sent back.
pub(super) fn mirror(who: Contender) -> Run {
    match who {
        Contender::Bare => run(Bare),
        Contender::Floor => run(Floor(floor::mirror)),
        Contender::TowerCors => run(CorsLayer::builder()
            .allow_origins([APP])
            .mirror_request_headers()
            .build()
            .expect("a policy")
            .layer(Bare)),
        Contender::TowerHttp => run(TheirLayer::new()
            .allow_origin([shared(APP)])
            .allow_headers(AllowHeaders::mirror_request())
            .layer(Bare)),
    }
}

fn listed(list: impl IntoIterator<Item = String>) -> Run {
    run(CorsLayer::builder()
        .allow_origins(list)
        .allow_credentials()
        .build()
        .expect("a policy")
        .layer(Bare))
}

fn by_predicate(allows: impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static) -> Run {
    let allows = AllowOrigin::predicate(move |origin, _| allows(origin.as_bytes()));
    run(TheirLayer::new()
        .allow_origin(allows)
        .allow_credentials(true)
        .layer(Bare))
}
