//! A whole server in memory: hyper reads each request from a connection, and writes the response to it.

use axum::Router;
use http::Request;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::contender::Run;

/// Longer than a request or a response.
const MOST_BYTES: usize = 4 * 1024;

/// Sends requests to a router over one HTTP/1.1 connection, each after the response to the last. All are like the first.
pub(super) fn run(app: Router) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let (mut client, server) = duplex(MOST_BYTES);
    runtime.spawn(
        http1::Builder::new().serve_connection(TokioIo::new(server), TowerToHyperService::new(app)),
    );
    let mut sent = None;
    let mut response = [0; MOST_BYTES];
    Box::new(move |request| {
        let sent = sent.get_or_insert_with(|| text_of(&request));
        runtime.block_on(async {
            client.write_all(sent).await.expect("an open connection");
            let length = client.read(&mut response).await.expect("a response");
            assert!(response[..length].ends_with(b"\r\n\r\n[]"));
        });
    })
}

fn text_of(request: &Request<()>) -> Vec<u8> {
    let mut text = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri()).into_bytes();
    for (name, value) in request.headers() {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    text
}
