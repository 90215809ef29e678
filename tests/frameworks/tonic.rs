//! tonic with grpc-web: the CORS layer first, so that it is outside the grpc-web layer.

use std::net::SocketAddr;

use bytes::Bytes;
use http::Version;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Endpoint, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_web::GrpcWebLayer;
use tower_cors::CorsLayer;

use crate::client::{APP, Answer, EVIL, listen, preflight, send_body};

/// What a browser's grpc-web client asks for.
const ASKED: &str = "content-type,grpc-timeout,x-grpc-web,x-user-agent";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const WATCH: &str = "/grpc.health.v1.Health/Watch";

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .grpc_web()
        .build()
        .unwrap()
}

async fn serve() -> SocketAddr {
    let (listener, address) = listen().await;
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder()
        .accept_http1(true)
        .layer(policy())
        .layer(GrpcWebLayer::new())
        .add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    address
}

/// A call as grpc-web sends it: one frame, a zero byte and the length before the message. This one asks
/// for the health of a service.
async fn call(address: SocketAddr, origin: &str, method: &str, service: &str) -> Answer {
    let mut message = vec![0x0a, u8::try_from(service.len()).unwrap()];
    message.extend(service.as_bytes());
    let mut frame = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    frame.extend(message);
    let lines = [
        ("origin", origin),
        ("content-type", "application/grpc-web+proto"),
        ("x-grpc-web", "1"),
    ];
    send_body(
        address,
        Version::HTTP_11,
        "POST",
        method,
        &lines,
        Bytes::from(frame),
    )
    .await
}

#[tokio::test]
async fn a_preflight_of_a_grpc_web_client_passes() {
    let address = serve().await;
    let allowed = preflight(address, CHECK, APP, "POST", ASKED).await;
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.allowed_origin(), Some(APP));
    let names = allowed.lines("access-control-allow-headers")[0];
    for name in ASKED.split(',') {
        assert!(
            names.split(',').any(|listed| listed == name),
            "{name} in {names}"
        );
    }
    assert_eq!(
        preflight(address, CHECK, EVIL, "POST", ASKED).await.status,
        403
    );
}

#[tokio::test]
async fn a_unary_call_can_be_read_across_origins() {
    let answer = call(serve().await, APP, CHECK, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.allowed_origin(), Some(APP));
    assert_eq!(
        answer.lines("access-control-expose-headers"),
        ["grpc-status,grpc-message,grpc-status-details-bin"]
    );
    assert_eq!(&answer.body[..7], [0, 0, 0, 0, 2, 0x08, 0x01], "SERVING");
    let trailers = String::from_utf8_lossy(&answer.body[12..]);
    assert!(
        answer.body[7] == 0x80 && trailers.contains("grpc-status:0"),
        "{trailers}"
    );
}

/// An error without a message has its status among the headers, where a page reads it only if it is
/// exposed.
#[tokio::test]
async fn a_trailers_only_error_can_be_read_across_origins() {
    let answer = call(serve().await, APP, CHECK, "unknown").await;
    assert_eq!(answer.lines("grpc-status"), ["5"], "not found");
    assert_eq!(answer.allowed_origin(), Some(APP));
    assert!(
        answer.lines("access-control-expose-headers")[0].starts_with("grpc-status,grpc-message")
    );
}

#[tokio::test]
async fn a_disallowed_origin_reads_nothing() {
    let answer = call(serve().await, EVIL, CHECK, "").await;
    assert!(
        !answer
            .headers
            .keys()
            .any(|name| name.as_str().starts_with("access-control-")),
        "{answer:?}"
    );
}

#[tokio::test]
async fn grpc_over_http_2_is_unaffected() {
    let address = serve().await;
    let channel = Endpoint::from_shared(format!("http://{address}"))
        .unwrap()
        .connect()
        .await
        .unwrap();
    let mut client = HealthClient::new(channel);
    let health = client.check(HealthCheckRequest::default()).await.unwrap();
    assert_eq!(health.get_ref().status, 1, "SERVING");
    assert_eq!(health.metadata().get("vary").unwrap(), "origin");
    let mut watch = client
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status, 1);
    let unknown = HealthCheckRequest {
        service: "unknown".into(),
    };
    assert_eq!(
        client.check(unknown).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
}

/// The other order: the grpc-web layer refuses preflights before the CORS layer sees them.
#[tokio::test]
async fn inside_the_grpc_web_layer_preflights_fail() {
    let (listener, address) = listen().await;
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder()
        .accept_http1(true)
        .layer(GrpcWebLayer::new())
        .layer(policy())
        .add_service(health);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let refused = preflight(address, WATCH, APP, "POST", ASKED).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.allowed_origin(), None);
    assert_eq!(
        call(address, APP, CHECK, "").await.allowed_origin(),
        Some(APP)
    );
}
