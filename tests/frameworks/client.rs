//! A server on a free port of loopback, and a plain client for it.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

pub(crate) const APP: &str = "https://app.example.com";
pub(crate) const EVIL: &str = "https://evil.example";

/// Whoever takes longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The lines of a header.
    pub(crate) fn lines(&self, name: &str) -> Vec<&str> {
        self.headers
            .get_all(name)
            .iter()
            .map(|line| line.to_str().unwrap())
            .collect()
    }

    /// The one allow-origin value, if there is any.
    pub(crate) fn allowed_origin(&self) -> Option<&str> {
        match *self.lines("access-control-allow-origin") {
            [] => None,
            [origin] => Some(origin),
            ref several => panic!("{several:?}"),
        }
    }

    /// The CORS headers, `name: value`, sorted; each line for itself.
    pub(crate) fn cors_lines(&self) -> Vec<String> {
        let mut lines: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| name.as_str().starts_with("access-control-"))
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        lines.sort();
        lines
    }
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Sends a request with these header lines over HTTP/1.1.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    lines: &[(&str, &str)],
) -> Answer {
    send_body(address, Version::HTTP_11, method, path, lines, Bytes::new()).await
}

/// Sends a preflight from an origin over HTTP/1.1.
pub(crate) async fn preflight(
    address: SocketAddr,
    path: &str,
    origin: &str,
    method: &str,
    headers: &str,
) -> Answer {
    let lines = preflight_lines(origin, method, headers);
    send(address, "OPTIONS", path, &lines).await
}

/// The header lines of a preflight; browsers send no list of headers if it is empty.
pub(crate) fn preflight_lines<'a>(
    origin: &'a str,
    method: &'a str,
    headers: &'a str,
) -> Vec<(&'static str, &'a str)> {
    let mut lines = vec![
        ("origin", origin),
        ("access-control-request-method", method),
    ];
    if !headers.is_empty() {
        lines.push(("access-control-request-headers", headers));
    }
    lines
}

pub(crate) async fn send_body(
    address: SocketAddr,
    version: Version,
    method: &str,
    path: &str,
    lines: &[(&str, &str)],
    body: Bytes,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"));
    for (name, value) in lines {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(body)).unwrap();
    let client = Client::builder(TokioExecutor::new())
        .http2_only(version == Version::HTTP_2)
        .build_http();
    let exchange = async {
        let (head, body) = client.request(request).await.unwrap().into_parts();
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    };
    tokio::time::timeout(PATIENCE, exchange).await.unwrap()
}
