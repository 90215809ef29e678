//! Answers only requests to the playground's own host names. Otherwise an attacker could point a name of his own
//! to this machine (DNS rebinding), and his page could read what is here.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::HOST;

/// Answers requests to this origin, `http://host:port`, and refuses all others. A request to `127.0.0.1` is
/// redirected to `localhost`.
pub(crate) fn answer_as(origin: &str, app: Router) -> Router {
    let origin = origin.to_owned();
    app.layer(from_fn(move |request: Request, next: Next| {
        check(origin.clone(), request, next)
    }))
}

async fn check(origin: String, request: Request, next: Next) -> Response {
    let own = origin.trim_start_matches("http://");
    let named = request
        .headers()
        .get(HOST)
        .map_or(&b""[..], |host| host.as_bytes());
    if named == own.as_bytes() {
        return next.run(request).await;
    }
    if named == own.replace("localhost", "127.0.0.1").as_bytes() {
        return Redirect::temporary(&origin).into_response();
    }
    let text = format!("this is {origin}; it answers to no other name\n");
    (StatusCode::MISDIRECTED_REQUEST, text).into_response()
}
