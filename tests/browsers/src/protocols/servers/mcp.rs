//! An MCP server by rmcp, with one tool; and one that wants a token.

use axum::Router;
use axum::response::{IntoResponse, Json};
use axum::routing::{any, get};
use http::header::{HOST, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::schemars::JsonSchema;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ServerHandler, schemars, tool, tool_router};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) fn router() -> Router {
    // Who may call is the layer's affair. The host is checked too, as rmcp does by itself on loopback.
    let config = StreamableHttpServerConfig::default().with_allowed_hosts(["b.localhost"]);
    let service: StreamableHttpService<Adder, LocalSessionManager> =
        StreamableHttpService::new(|| Ok(Adder::new()), LocalSessionManager::default().into(), config);
    Router::new().route_service("/mcp", service)
}

/// It takes no token; where to get one, its metadata says, and where these are, the answer says.
pub(crate) fn with_login() -> Router {
    Router::new()
        .route("/mcp", any(unauthorized))
        .route("/metadata", get(resource))
        .route("/.well-known/oauth-authorization-server/login", get(authorization_server))
}

async fn unauthorized(headers: HeaderMap) -> impl IntoResponse {
    let challenge = format!("Bearer resource_metadata=\"{}/metadata\"", origin(&headers));
    (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)])
}

async fn resource(headers: HeaderMap) -> Json<Value> {
    let origin = origin(&headers);
    Json(json!({
        "resource": format!("{origin}/mcp"),
        "authorization_servers": [format!("{origin}/login")],
    }))
}

async fn authorization_server(headers: HeaderMap) -> Json<Value> {
    let issuer = origin(&headers) + "/login";
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
    }))
}

fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}")
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Summands {
    a: i32,
    b: i32,
}

#[derive(Clone)]
struct Adder {
    tool_router: ToolRouter<Self>,
}

#[tool_router]
impl Adder {
    fn new() -> Self {
        Self { tool_router: Self::tool_router() }
    }

    #[expect(clippy::unused_self, reason = "a tool of rmcp's takes it")]
    #[tool(description = "Adds two numbers")]
    fn add(&self, Parameters(Summands { a, b }): Parameters<Summands>) -> String {
        a.saturating_add(b).to_string()
    }
}

#[rmcp::tool_handler(router = self.tool_router)]
impl ServerHandler for Adder {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}
