//! The page, and what it asks of its own server: to put a policy in force, and to say what the API saw.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tower_cors::{ConfigError, CorsConfig, CorsHandle, CorsLayer};

use crate::api;
use crate::code::code_of;
use crate::exchange::{Exchange, Log};
use crate::fix;

#[derive(Clone)]
struct Shared {
    setup: Setup,
    handle: CorsHandle,
    log: Log,
}

/// What the page must know to begin with. Origins, as `http://host:port`.
#[derive(Clone, Serialize)]
struct Setup {
    page: String,
    /// The API on another origin of the same site.
    same_site: String,
    /// The API on an origin of another site.
    cross_site: String,
    /// An origin without a server.
    away_site: String,
}

pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let first = port()?;
    let mut listeners = Vec::new();
    for i in 0..3 {
        listeners.push(listen(if first == 0 { 0 } else { first + i }).await?);
    }
    let mut ports = Vec::new();
    for listener in &listeners {
        ports.push(listener.local_addr()?.port());
    }
    let setup = Setup {
        page: format!("http://localhost:{}", ports[0]),
        same_site: format!("http://localhost:{}", ports[1]),
        cross_site: format!("http://127.0.0.1:{}", ports[2]),
        away_site: format!("http://localhost:{}", free_port().await?),
    };
    let config = CorsConfig {
        origins: vec![setup.page.clone()],
        ..CorsConfig::default()
    };
    let (cors, handle) = CorsLayer::reloadable(for_this_machine(config))?;
    let log = Log::default();
    let api = api::router(cors, handle.clone(), log.clone());
    println!("Open {}", setup.page);
    // The page is for its own visitor: no other page writes here, and no other name leads here.
    let strict = CorsLayer::builder()
        .allow_no_origin()
        .reject_cross_site_writes()
        .allow_loopback_hosts()
        .build()?;
    let page = router(Shared { setup, handle, log }).layer(strict);

    let mut apps = [page, api.clone(), api].into_iter();
    let mut servers = tokio::task::JoinSet::new();
    for listener in listeners {
        if let Some(app) = apps.next() {
            servers.spawn(async { axum::serve(listener, app).await });
        }
    }
    while let Some(ended) = servers.join_next().await {
        ended??;
    }
    Ok(())
}

/// `PORT`, or 3000; 0 for any that are free.
fn port() -> Result<u16, String> {
    let text = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    match text.parse() {
        Ok(port) if port <= u16::MAX - 2 => Ok(port),
        _ => Err(format!(
            "PORT is '{text}'; write a number from 0 to 65533, because two more ports follow it"
        )),
    }
}

async fn listen(port: u16) -> Result<TcpListener, String> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| {
        format!(
            "can't listen on {address}: {error}; set PORT to another port, which has two free ports after it"
        )
    })
}

/// A port at which nothing listens, unless another program takes it.
async fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?.port())
}

fn router(shared: Shared) -> Router {
    let file =
        |kind: &'static str, text: &'static str| get(async move || ([(CONTENT_TYPE, kind)], text));
    Router::new()
        .route("/", get(start))
        .route("/page.css", file("text/css", include_str!("page.css")))
        .route("/page.js", file("text/javascript", include_str!("page.js")))
        .route(
            "/presets.js",
            file("text/javascript", include_str!("presets.js")),
        )
        .route(
            "/setup",
            get(async |State(shared): State<Shared>| Json(shared.setup)),
        )
        .route("/policy", post(put_in_force))
        .route("/exchanges", get(exchanges))
        .with_state(shared)
}

/// The page, at the one address that its own policies name.
async fn start(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).map_or(&b""[..], |host| host.as_bytes());
    if host.starts_with(b"127.0.0.1") {
        return Redirect::temporary(&shared.setup.page).into_response();
    }
    Html(include_str!("page.html")).into_response()
}

/// Whatever the policy is, no page reaches the API under a name of its own (DNS rebinding). A policy that names hosts
/// sees to that itself.
fn for_this_machine(config: CorsConfig) -> CorsConfig {
    CorsConfig {
        allow_loopback_hosts: config.allow_loopback_hosts || config.hosts.is_empty(),
        ..config
    }
}

/// The policy in force, for a person and as code.
#[derive(Serialize)]
struct InForce {
    table: String,
    code: String,
}

/// Why a policy is refused, and the policy that the certain fixes make.
#[derive(Serialize)]
struct Refused {
    problems: Vec<Shown>,
    fixed: Option<CorsConfig>,
    /// The code of the fixed policy, if nothing else is wrong with it.
    code: Option<String>,
}

/// One problem, to be shown beside its field.
#[derive(Serialize)]
struct Shown {
    field: String,
    message: String,
}

async fn put_in_force(State(shared): State<Shared>, Json(config): Json<CorsConfig>) -> Response {
    let code = code_of(&config);
    match shared.handle.replace(for_this_machine(config.clone())) {
        Ok(()) => {
            let table = shared.handle.current().to_string();
            Json(InForce { table, code }).into_response()
        }
        Err(error) => {
            let refused = refused(config, &error, &shared.setup.page);
            (StatusCode::UNPROCESSABLE_ENTITY, Json(refused)).into_response()
        }
    }
}

fn refused(config: CorsConfig, error: &ConfigError, page: &str) -> Refused {
    let problems = error.problems().iter();
    let fixed = fix::of_refusal(config, error, page);
    Refused {
        problems: problems
            .map(|problem| Shown {
                field: problem.field().to_string(),
                message: problem.to_string(),
            })
            .collect(),
        code: fixed
            .as_ref()
            .filter(|config| fix::is_lawful(config))
            .map(code_of),
        fixed,
    }
}

#[derive(Deserialize)]
struct Which {
    r#try: String,
}

async fn exchanges(
    State(shared): State<Shared>,
    Query(which): Query<Which>,
) -> Json<Vec<Exchange>> {
    Json(shared.log.take(&which.r#try))
}
