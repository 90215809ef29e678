//! The servers that are compared: one axum program, and the layer around it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    AUTHORIZATION, CONTENT_TYPE, ETAG, ORIGIN, VARY,
};
use http::{HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::util::MapResponseLayer;

pub(crate) const APP: &str = "https://app.example.com";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contender {
    WithoutCors,
    WithoutCorsAgain,
    /// The handler itself compares the origin and sends the same headers.
    ByHand,
    /// What axum itself takes for any layer.
    IdleLayer,
    TowerCors,
    TowerHttp,
}

impl Contender {
    pub(crate) const ALL: [Self; 6] = [
        Self::WithoutCors,
        Self::WithoutCorsAgain,
        Self::ByHand,
        Self::IdleLayer,
        Self::TowerCors,
        Self::TowerHttp,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WithoutCors => "without CORS",
            Self::WithoutCorsAgain => "without CORS, again",
            Self::ByHand => "the same headers by hand",
            Self::IdleLayer => "a layer that does nothing",
            Self::TowerCors => "tower-cors",
            Self::TowerHttp => "tower-http",
        }
    }

    fn sends_cors_headers(self) -> bool {
        matches!(self, Self::ByHand | Self::TowerCors | Self::TowerHttp)
    }
}

/// Starts a server on a free port of loopback, and sees that it answers as it should.
pub(crate) async fn start(who: Contender) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(axum::serve(listener, app(who)).into_future());

    let response = ask(address).await.to_lowercase();
    let allowed = format!("access-control-allow-origin: {APP}\r\n");
    assert!(response.starts_with("http/1.1 200"), "{who:?}: {response}");
    assert_eq!(
        response.contains(&allowed),
        who.sends_cors_headers(),
        "{who:?}: {response}"
    );
    address
}

fn app(who: Contender) -> Router {
    let app = Router::new().route("/items", get(items));
    let methods = [Method::PUT, Method::DELETE];
    let headers = [AUTHORIZATION, CONTENT_TYPE];
    let max_age = Duration::from_secs(600);
    match who {
        Contender::WithoutCors | Contender::WithoutCorsAgain => app,
        Contender::ByHand => Router::new().route("/items", get(items_by_hand)),
        Contender::IdleLayer => app.layer(MapResponseLayer::new(|response: Response| response)),
        Contender::TowerCors => app.layer(
            tower_cors::CorsLayer::builder()
                .allow_origins([APP])
                .allow_methods(methods)
                .allow_headers(headers)
                .allow_credentials()
                .expose_headers([ETAG])
                .max_age(max_age)
                .build()
                .expect("a policy"),
        ),
        Contender::TowerHttp => app.layer(
            tower_http::cors::CorsLayer::new()
                .allow_origin([HeaderValue::from_static(APP)])
                .allow_methods(methods)
                .allow_headers(headers)
                .allow_credentials(true)
                .expose_headers([ETAG])
                .max_age(max_age),
        ),
    }
}

async fn items() -> Json<[&'static str; 2]> {
    Json(["one", "two"])
}

async fn items_by_hand(request: Request) -> Response {
    let origin = request.headers().get(ORIGIN);
    let is_allowed = origin.is_some_and(|origin| origin == APP);
    let mut response = items().await.into_response();
    let headers = response.headers_mut();
    if is_allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static(APP));
        headers.insert(
            ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("etag"),
        );
    }
    headers.append(VARY, HeaderValue::from_static("origin"));
    response
}

async fn ask(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /items HTTP/1.1\r\nhost: {address}\r\norigin: {APP}\r\nconnection: close\r\n\r\n"
    );
    let mut response = String::new();
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
        .read_to_string(&mut response)
        .await
        .expect("received");
    response
}
