//! The API that the page calls, behind the policy that is tried out.

use axum::Router;
use axum::extract::{Path, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::any;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, ETAG, SET_COOKIE};
use tower_cors::{CorsHandle, CorsLayer};

use crate::exchange::Log;

pub(crate) fn router(cors: CorsLayer, handle: CorsHandle, log: Log) -> Router {
    Router::new()
        .route("/items", any(items))
        .route("/status/{code}", any(status))
        .route(
            "/redirect",
            any(async |request: Request| Redirect::temporary(&to_items(&request))),
        )
        // An upstream that was given CORS headers of its own.
        .route(
            "/upstream",
            any(async || ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], items().await)),
        )
        .layer(cors)
        // Outside the layer, to see what the browser sends and gets.
        .layer(from_fn(move |request: Request, next: Next| {
            log.clone().record(handle.clone(), request, next)
        }))
}

async fn items() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (ETAG, "\"1\""),
        // Cookies are of a host with all its ports: a name that no other program has.
        (SET_COOKIE, "tower-cors-playground=1; SameSite=Lax"),
    ];
    (headers, [("x-total", "2")], r#"["one","two"]"#)
}

async fn status(Path(code): Path<u16>) -> Response {
    match StatusCode::from_u16(code) {
        Ok(code) => (code, code.to_string()).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, "no such status").into_response(),
    }
}

fn to_items(request: &Request) -> String {
    match request.uri().query() {
        Some(query) => format!("/items?{query}"),
        None => "/items".to_owned(),
    }
}
