//! A server on a free port of loopback, and a plain client for it.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

pub(crate) const APP: &str = "https://app.example.com";
pub(crate) const EVIL: &str = "https://evil.example";

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

/// Sends a preflight from an origin.
pub(crate) async fn preflight(
    address: SocketAddr,
    path: &str,
    origin: &str,
    method: &str,
    headers: &str,
) -> Answer {
    let lines = [
        ("origin", origin),
        ("access-control-request-method", method),
        ("access-control-request-headers", headers),
    ];
    send(address, "OPTIONS", path, &lines).await
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
    let (head, body) = client.request(request).await.unwrap().into_parts();
    Answer {
        status: head.status,
        headers: head.headers,
        body: body.collect().await.unwrap().to_bytes(),
    }
}
