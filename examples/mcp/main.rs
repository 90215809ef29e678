//! An MCP server that a page of another origin can use. It prints its policy, a page to open, and `curl` lines.
//!
//! ```sh
//! cargo run --example mcp
//! PORT=8080 cargo run --example mcp
//! ```
//!
//! The server answers each request with JSON and has one tool. The example is about the layer around it.
//! [rmcp](https://crates.io/crates/rmcp) is a complete server. It gets the layer in the same way:
//! `Router::new().route_service("/mcp", service).layer(cors)`. It needs a newer Rust than this crate, so the
//! example doesn't use it. `tests/browsers` tries it in real browsers.

#[path = "../support/listen.rs"]
mod listen;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower_cors::{CorsLayer, Preset, Rejection};

use listen::{PlainError, listen};

const SESSION: &str = "mcp-session-id";

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let listener = listen(3000).await?;
    let address = listener.local_addr()?;
    // the next port, so it is another origin; any free port if the first is
    let page_port = match address.port().checked_add(1) {
        Some(next) if std::env::var_os("PORT").is_none_or(|port| port != "0") => next,
        _ => 0,
    };
    let page_listener = TcpListener::bind(("127.0.0.1", page_port))
        .await
        .map_err(|error| format!("can't listen on 127.0.0.1:{page_port}, for the page: {error}; set PORT to another port"))?;
    let page_origin = format!("http://{}", page_listener.local_addr()?);

    let cors = CorsLayer::builder()
        .allow_origins([page_origin.as_str()])
        .preset(Preset::Mcp)
        // the protocol requires 403 for other pages; without this line they could still send requests
        .reject_disallowed_origins()
        // and no page whose own name leads to this machine (DNS rebinding)
        .allow_loopback_hosts()
        .build()?;
    let app = Router::new()
        .route("/mcp", post(answer).delete(end))
        .with_state(Sessions::default())
        // last, so that it is the outermost layer: a page can read the 405 for its GET, which means "no stream"
        .layer(cors.clone())
        // outside of it: clients show the text of a JSON-RPC error to people, but not an empty 403
        .layer(map_response(say_why));

    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(address, &page_origin));
    let html = include_str!("page.html").replace("{server}", &format!("http://{address}/mcp"));
    let page = Router::new().route("/", get(async || Html(html)));
    tokio::try_join!(
        axum::serve(page_listener, page).into_future(),
        axum::serve(listener, app).into_future(),
    )?;
    Ok(())
}

/// The body of a request that the layer has refused.
async fn say_why(response: Response) -> Response {
    match response.extensions().get::<Rejection>() {
        Some(rejection) if !rejection.is_preflight() => {
            let error = json!({ "code": -32000, "message": rejection.to_string() });
            let body = Json(json!({ "jsonrpc": "2.0", "id": null, "error": error }));
            let (mut parts, _) = response.into_parts();
            parts.headers.remove(CONTENT_LENGTH);
            (parts.status, parts.headers, body).into_response()
        }
        _ => response,
    }
}

/// The ids of the sessions that are open.
type Sessions = Arc<Mutex<HashSet<String>>>;

/// A JSON-RPC message. <https://modelcontextprotocol.io/specification/2025-11-25/basic/transports>
async fn answer(
    State(sessions): State<Sessions>,
    headers: HeaderMap,
    Json(message): Json<Value>,
) -> Response {
    let (id, method) = (&message["id"], message["method"].as_str());
    if method == Some("initialize") {
        let result = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": { "tools": {} },
            "serverInfo": { "name": "adder", "version": "1" },
        });
        return ([(SESSION, open(&sessions))], reply(id, &result)).into_response();
    }
    if let Err(status) = check(&sessions, &headers) {
        return status.into_response();
    }
    let result = match method {
        // a notification
        _ if id.is_null() => return StatusCode::ACCEPTED.into_response(),
        Some("tools/list") => {
            let numbers = json!({ "a": { "type": "integer" }, "b": { "type": "integer" } });
            let schema = json!({ "type": "object", "properties": numbers, "required": ["a", "b"] });
            json!({ "tools": [{ "name": "add", "inputSchema": schema }] })
        }
        Some("tools/call") => {
            let arguments = &message["params"]["arguments"];
            let number = |name| arguments[name].as_i64().unwrap_or_default();
            let sum = number("a").saturating_add(number("b")).to_string();
            json!({ "content": [{ "type": "text", "text": sum }] })
        }
        _ => {
            let error = json!({ "code": -32601, "message": "Method not found" });
            return Json(json!({ "jsonrpc": "2.0", "id": id, "error": error })).into_response();
        }
    };
    reply(id, &result).into_response()
}

async fn end(State(sessions): State<Sessions>, headers: HeaderMap) -> StatusCode {
    if let Err(status) = check(&sessions, &headers) {
        return status;
    }
    if let Some(id) = session(&headers) {
        sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(id);
    }
    StatusCode::NO_CONTENT
}

/// A real server's ids can't be guessed.
fn open(sessions: &Sessions) -> String {
    let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    let mut number = sessions.len() + 1;
    while !sessions.insert(number.to_string()) {
        number += 1;
    }
    number.to_string()
}

fn check(sessions: &Sessions, headers: &HeaderMap) -> Result<(), StatusCode> {
    let id = session(headers).ok_or(StatusCode::BAD_REQUEST)?;
    let sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
    if sessions.contains(id) {
        Ok(())
    } else {
        Err(StatusCode::NOT_FOUND)
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get(SESSION)?.to_str().ok()
}

fn reply(id: &Value, result: &Value) -> Json<Value> {
    Json(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

fn things_to_try(address: SocketAddr, page: &str) -> String {
    format!(
        "\
Listening on http://{address}. Open {page} in a browser: that page calls the server. Or try, in another terminal:

1. The preflight before a page's first message
   curl -i -X OPTIONS -H 'Origin: {page}' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type' http://{address}/mcp
   expect: 204
   expect: access-control-allow-origin: {page}
   expect: access-control-allow-methods: DELETE
   expect: access-control-allow-headers: content-type,authorization,mcp-protocol-version,mcp-session-id,last-event-id,mcp-method,mcp-name

2. The first message: the page can read the session's id
   printf '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}}' | curl -i -H 'Origin: {page}' -H 'Content-Type: application/json' --data-binary @- http://{address}/mcp
   expect: 200
   expect: access-control-allow-origin: {page}
   expect: access-control-expose-headers: mcp-session-id,www-authenticate
   expect: mcp-session-id: 1

3. A session that isn't open: the page can read the error
   curl -i -X DELETE -H 'Origin: {page}' -H 'Mcp-Session-Id: 7' http://{address}/mcp
   expect: 404
   expect: access-control-allow-origin: {page}

4. A message of another page: the server doesn't see it
   printf '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}}' | curl -i -H 'Origin: https://evil.example' -H 'Content-Type: application/json' --data-binary @- http://{address}/mcp
   expect: 403
   expect: content-type: application/json
   expect no: mcp-session-id

5. A page whose own name leads to this machine (DNS rebinding): the browser takes the server for the page's own
   printf '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}}' | curl -i -H 'Host: evil.example' -H 'Origin: http://evil.example' -H 'Content-Type: application/json' --data-binary @- http://{address}/mcp
   expect: 421
   expect no: mcp-session-id
"
    )
}
