//! What every server here does: it serves the page, and answers each other request as its query says.

use axum::Router;
use axum::body::Bytes;
use axum::extract::Query;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::response::{Html, IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, REFERRER_POLICY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use url::form_urlencoded;

/// What the server is to answer, as it is written into a URL's query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// 200 without one.
    pub(crate) status: Option<u16>,
    pub(crate) location: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(status) = self.status {
            query.append_pair("status", &status.to_string());
        }
        if let Some(location) = &self.location {
            query.append_pair("location", location);
        }
        for (name, value) in &self.headers {
            query.append_pair("header", &format!("{name}: {value}"));
        }
        query.finish()
    }
}

type Socket = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;
/// Of a URL's query.
type Fields = Vec<(String, String)>;

/// A mark on each response of the API itself, which a layer's own answers lack. It doesn't go over the wire.
#[derive(Clone)]
pub(super) struct Handled;

/// The API, whatever the path.
pub(super) fn router() -> Router {
    Router::new().fallback(async |socket: Socket, uri: Uri, Query(query): Query<Fields>, body: Bytes| {
        let mut response = answer(socket, &uri, &query, &body);
        response.extensions_mut().insert(Handled);
        response
    })
}

/// What is served beside the API, whatever its policy.
pub(super) fn page() -> Router {
    const COEP: HeaderName = HeaderName::from_static("cross-origin-embedder-policy");
    const HTML: &str = concat!(
        "<!doctype html><meta charset=utf-8><title>tower-cors</title><script>",
        include_str!("page.js"),
        "</script>"
    );
    Router::new()
        .route(
            "/page",
            axum::routing::get(async |Query(query): Query<Fields>| {
                let mut headers = HeaderMap::new();
                for (name, value) in &query {
                    match &**name {
                        "coep" => add(&mut headers, COEP, value),
                        "referrer" => add(&mut headers, REFERRER_POLICY, value),
                        _ => {}
                    }
                }
                (headers, Html(HTML))
            }),
        )
        .route("/cookies", axum::routing::get(cookies))
}

/// One cookie of each kind, for this host at all ports.
async fn cookies() -> impl IntoResponse {
    let mut headers = HeaderMap::new();
    for cookie in [
        "lax=1; Path=/; SameSite=Lax",
        "strict=1; Path=/; SameSite=Strict",
        "none=1; Path=/; SameSite=None; Secure",
    ] {
        headers.append("set-cookie", HeaderValue::from_static(cookie));
    }
    (headers, Html("<!doctype html><title>cookies</title>"))
}

fn answer(socket: Socket, uri: &Uri, query: &Fields, body: &Bytes) -> Response {
    if let Ok(socket) = socket {
        return socket.on_upgrade(async |mut socket| while let Some(Ok(_)) = socket.recv().await {});
    }
    let mut status = StatusCode::OK;
    let mut headers = HeaderMap::new();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    for (name, value) in query {
        match &**name {
            "status" => status = value.parse().unwrap_or(StatusCode::BAD_REQUEST),
            "location" => add(&mut headers, LOCATION, value),
            "header" => {
                let (name, value) = value.split_once(": ").unwrap_or_default();
                // A cookie of this row alone.
                let value = value.replace("{path}", uri.path());
                if name == "content-type" {
                    headers.remove(CONTENT_TYPE);
                }
                if let Ok(name) = HeaderName::try_from(name) {
                    add(&mut headers, name, &value);
                }
            }
            _ => {}
        }
    }
    let is_events = headers[CONTENT_TYPE] == "text/event-stream";
    let text = if is_events { "data: event\n\n".to_owned() } else { format!("got {} bytes", body.len()) };
    (status, headers, text).into_response()
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(name, value);
    }
}
