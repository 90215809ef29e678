//! The API that the page calls: behind the policy that is tried out, and without any layer under `/bare`.

use axum::Router;
use axum::extract::{Path, Query, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::any;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, ETAG, SET_COOKIE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;
use tower_cors::{CorsHandle, CorsLayer};

use crate::exchange::Log;

/// The name of the API's cookie. Cookies belong to a host with all its ports, so no other program may use it.
pub(crate) const SESSION: &str = "tower-cors-playground";

pub(crate) fn router(cors: CorsLayer, handle: CorsHandle, log: Log) -> Router {
    routes()
        .layer(cors)
        // After the layer, so that it doesn't cover them.
        .nest("/bare", routes())
        // Outside the layer, to see what the browser sends and gets.
        .layer(from_fn(move |request: Request, next: Next| {
            log.clone().record(handle.clone(), request, next)
        }))
}

fn routes() -> Router {
    Router::new()
        .route("/items", any(items))
        .route("/private", any(private))
        .route("/status/{code}", any(status))
        .route(
            "/redirect",
            any(async |request: Request| Redirect::temporary(&to_items(&request))),
        )
        .route("/cached", any(cached))
        .route("/upstream", any(upstream))
        .route("/login", any(login))
        .route("/logout", any(logout))
        .route("/me", any(me))
}

async fn items() -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/json"), (ETAG, "\"1\"")];
    (headers, [("x-total", "2")], r#"["one","two"]"#)
}

/// Answers 401 to everything without a token, preflights included, as authentication does.
async fn private(headers: HeaderMap) -> Response {
    if headers.contains_key(AUTHORIZATION) {
        items().await.into_response()
    } else {
        (StatusCode::UNAUTHORIZED, "no token").into_response()
    }
}

async fn status(Path(code): Path<u16>) -> Response {
    match StatusCode::from_u16(code) {
        Ok(code) => (code, code.to_string()).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "no such status").into_response(),
    }
}

/// What a CDN sends that stored the response for another page, because it had no `Vary`.
async fn cached() -> impl IntoResponse {
    let headers = [
        (ACCESS_CONTROL_ALLOW_ORIGIN, "https://other-page.example"),
        (AGE, "30"),
    ];
    (headers, items().await)
}

/// What a proxy passes on from a server that sends CORS headers, and to which it adds its own.
async fn upstream(headers: HeaderMap) -> Response {
    let mut response = items().await.into_response();
    let any = HeaderValue::from_static("*");
    let origin = headers.get(http::header::ORIGIN).cloned();
    for value in origin.into_iter().chain([any]) {
        response
            .headers_mut()
            .append(ACCESS_CONTROL_ALLOW_ORIGIN, value);
    }
    response
}

#[derive(Deserialize)]
struct Login {
    /// The attributes of the cookie.
    #[serde(default)]
    cookie: Attributes,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Attributes {
    #[default]
    Lax,
    None,
    Partitioned,
}

async fn login(Query(login): Query<Login>) -> impl IntoResponse {
    let attributes = match login.cookie {
        Attributes::Lax => "SameSite=Lax",
        Attributes::None => "SameSite=None; Secure",
        Attributes::Partitioned => "SameSite=None; Secure; Partitioned",
    };
    let cookie = format!("{SESSION}=1; Path=/; HttpOnly; {attributes}");
    ([(SET_COOKIE, cookie)], "welcome")
}

/// Removes the cookie, with whatever attributes it was set.
async fn logout() -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    for attributes in [
        "SameSite=Lax",
        "SameSite=None; Secure",
        "SameSite=None; Secure; Partitioned",
    ] {
        let cookie = format!("{SESSION}=; Path=/; Max-Age=0; {attributes}");
        headers.extend(HeaderValue::try_from(cookie).map(|value| (SET_COOKIE, value)));
    }
    (headers, "bye")
}

async fn me(headers: HeaderMap) -> Response {
    let is_logged_in = headers.get_all(COOKIE).iter().any(|line| {
        let line = line.to_str().unwrap_or_default();
        line.split("; ")
            .any(|cookie| cookie == format!("{SESSION}=1"))
    });
    if is_logged_in {
        ([(CONTENT_TYPE, "application/json")], r#"{"name":"Ada"}"#).into_response()
    } else {
        (StatusCode::UNAUTHORIZED, "log in first").into_response()
    }
}

fn to_items(request: &Request) -> String {
    match request.uri().query() {
        Some(query) => format!("/items?{query}"),
        None => "/items".to_owned(),
    }
}
