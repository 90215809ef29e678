//! tonic with grpc-web: the CORS layer first, so that it is outside the grpc-web layer.

#[path = "../../../tests/frameworks/client.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod client;
#[path = "../../../tests/running/example.rs"]
#[allow(dead_code, reason = "shared with other tests")]
mod example;

use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use http::Version;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Endpoint, Server};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tonic_web::GrpcWebLayer;
use tower_cors::{CorsLayer, Preset};

use client::{APP, Answer, EVIL, PATIENCE, listen, preflight_lines, send_body};
use example::{Example, check_bad_ports, check_taken_port};

const BINARY: &str = env!("CARGO_BIN_EXE_tonic-example");
/// What a browser's grpc-web client asks for.
const ASKED: &str = "content-type,grpc-timeout,x-grpc-web,x-user-agent";
const CHECK: &str = "/grpc.health.v1.Health/Check";
const WATCH: &str = "/grpc.health.v1.Health/Watch";
const NO_METHOD: &str = "/grpc.health.v1.Health/Nothing";
const VERSIONS: [Version; 2] = [Version::HTTP_11, Version::HTTP_2];

fn policy() -> CorsLayer {
    CorsLayer::builder()
        .allow_origins([APP])
        .preset(Preset::GrpcWeb)
        .build()
        .unwrap()
}

/// Everything that the policy says about a call from `APP`.
const ACTUAL: [&str; 2] = [
    "access-control-allow-origin: https://app.example.com",
    "access-control-expose-headers: grpc-status,grpc-message,grpc-status-details-bin",
];
/// Everything that it says about a preflight from `APP`.
const PREFLIGHT: [&str; 3] = [
    "access-control-allow-headers: content-type,grpc-timeout,x-grpc-web,x-user-agent",
    "access-control-allow-methods: GET,HEAD,POST",
    "access-control-allow-origin: https://app.example.com",
];

/// Which of the two layers is outermost.
#[derive(Debug, Clone, Copy)]
enum Outermost {
    Cors,
    GrpcWeb,
}

async fn serve(outermost: Outermost) -> SocketAddr {
    let (listener, address) = listen().await;
    let (_, health) = tonic_health::server::health_reporter();
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().accept_http1(true);
    match outermost {
        Outermost::Cors => {
            let mut server = server.layer(policy()).layer(GrpcWebLayer::new());
            tokio::spawn(server.add_service(health).serve_with_incoming(incoming));
        }
        Outermost::GrpcWeb => {
            let mut server = server.layer(GrpcWebLayer::new()).layer(policy());
            tokio::spawn(server.add_service(health).serve_with_incoming(incoming));
        }
    }
    address
}

/// A call as grpc-web sends it: one frame, a zero byte and the length before the message. This one asks
/// for the health of a service.
async fn call(
    address: SocketAddr,
    version: Version,
    origin: Option<&str>,
    method: &str,
    service: &str,
) -> Answer {
    let mut message = vec![0x0a, u8::try_from(service.len()).unwrap()];
    message.extend(service.as_bytes());
    let mut frame = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    frame.extend(message);
    let mut lines = vec![
        ("content-type", "application/grpc-web+proto"),
        ("x-grpc-web", "1"),
    ];
    lines.extend(origin.map(|origin| ("origin", origin)));
    send_body(address, version, "POST", method, &lines, Bytes::from(frame)).await
}

/// The message of the first frame, and the trailers, which are in a last frame of their own.
fn frames(body: &[u8]) -> (Vec<u8>, String) {
    let (mut message, mut trailers, mut rest) = (Vec::new(), String::new(), body);
    while let [kind, a, b, c, d, after @ ..] = rest {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let (frame, after) = after.split_at(length);
        match kind {
            0 => message.extend(frame),
            0x80 => trailers.push_str(std::str::from_utf8(frame).unwrap()),
            kind => panic!("a frame of kind {kind}"),
        }
        rest = after;
    }
    assert!(rest.is_empty(), "half a frame: {rest:?}");
    (message, trailers)
}

#[tokio::test]
async fn a_preflight_of_a_grpc_web_client_passes() {
    let address = serve(Outermost::Cors).await;
    for (origin, status, cors) in [(APP, 204, &PREFLIGHT[..]), (EVIL, 403, &[])] {
        for (path, version) in [
            (CHECK, VERSIONS[0]),
            (CHECK, VERSIONS[1]),
            (WATCH, VERSIONS[0]),
            (NO_METHOD, VERSIONS[0]),
        ] {
            let name = format!("{origin} {path} {version:?}");
            let lines = preflight_lines(origin, "POST", ASKED);
            let answer = send_body(address, version, "OPTIONS", path, &lines, Bytes::new()).await;
            assert_eq!(answer.status, status, "{name}");
            assert_eq!(answer.cors_lines(), cors, "{name}");
            let vary = "origin, access-control-request-method";
            assert_eq!(answer.lines("vary"), [vary], "{name}");
            assert_eq!(answer.body, "", "{name}");
        }
    }
    for name in ASKED.split(',') {
        let listed = PREFLIGHT[0].split_once(": ").unwrap().1;
        assert!(listed.split(',').any(|listed| listed == name), "{name}");
    }
}

/// Whom the status of a call reaches, and where it is: in a last frame of the body, or, if there is no
/// body, among the headers, where a page reads it only if it is exposed.
#[tokio::test]
async fn calls_and_their_status_across_origins() {
    let serving: &[u8] = &[0x08, 0x01];
    let not_found = &[
        ("grpc-status", "5"),
        ("grpc-message", "service%20not%20registered"),
    ];
    for outermost in [Outermost::Cors, Outermost::GrpcWeb] {
        let address = serve(outermost).await;
        for (name, path, service, message, trailers, in_headers) in [
            ("answered", CHECK, "", serving, "grpc-status:0\r\n", &[][..]),
            ("an error", CHECK, "unknown", &[], "", &not_found[..]),
            (
                "no such method",
                NO_METHOD,
                "",
                &[],
                "",
                &[("grpc-status", "12")],
            ),
        ] {
            for version in VERSIONS {
                for (origin, cors) in [(Some(APP), &ACTUAL[..]), (Some(EVIL), &[]), (None, &[])] {
                    let name = format!("{name} {outermost:?} {version:?} {origin:?}");
                    let answer = call(address, version, origin, path, service).await;
                    assert_eq!(answer.status, 200, "{name}");
                    assert_eq!(answer.cors_lines(), cors, "{name}");
                    assert_eq!(answer.lines("vary"), ["origin"], "{name}");
                    let read = frames(&answer.body);
                    assert_eq!(read, (message.to_vec(), trailers.to_owned()), "{name}");
                    for (header, value) in in_headers {
                        assert_eq!(answer.lines(header), [*value], "{name}");
                    }
                    let has_status = answer.headers.contains_key("grpc-status");
                    assert_eq!(has_status, !in_headers.is_empty(), "{name}");
                }
            }
        }
    }
}

/// The other order: the grpc-web layer refuses what comes over HTTP/1.1 and is no grpc-web call, before
/// the CORS layer sees it.
#[tokio::test]
async fn inside_the_grpc_web_layer_preflights_over_http_1_fail() {
    let address = serve(Outermost::GrpcWeb).await;
    for (version, status, cors) in [
        (Version::HTTP_11, 400, &[][..]),
        (Version::HTTP_2, 204, &PREFLIGHT[..]),
    ] {
        let lines = preflight_lines(APP, "POST", ASKED);
        let answer = send_body(address, version, "OPTIONS", CHECK, &lines, Bytes::new()).await;
        assert_eq!(answer.status, status, "{version:?}");
        assert_eq!(answer.cors_lines(), cors, "{version:?}");
    }
}

#[tokio::test]
async fn grpc_over_http_2_is_unaffected() {
    for outermost in [Outermost::Cors, Outermost::GrpcWeb] {
        let address = serve(outermost).await;
        let channel = Endpoint::from_shared(format!("http://{address}"))
            .unwrap()
            .timeout(PATIENCE)
            .connect()
            .await
            .unwrap();
        let mut client = HealthClient::new(channel);
        let health = client.check(HealthCheckRequest::default()).await.unwrap();
        assert_eq!(health.get_ref().status, 1, "SERVING");
        let metadata = health.metadata();
        assert_eq!(metadata.get("vary").unwrap(), "origin", "{outermost:?}");
        assert!(
            !metadata.contains_key("access-control-allow-origin"),
            "{outermost:?}"
        );
        assert!(
            !metadata.contains_key("access-control-expose-headers"),
            "{outermost:?}"
        );
        let mut watch = client
            .watch(HealthCheckRequest::default())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(watch.message().await.unwrap().unwrap().status, 1);
        let unknown = HealthCheckRequest {
            service: "unknown".into(),
        };
        let status = client.check(unknown).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::NotFound, "{outermost:?}");
        assert_eq!(status.message(), "service not registered", "{outermost:?}");
    }
}

#[test]
fn the_example_says_what_happens() {
    let example = Example::start(BINARY.as_ref(), "0");
    for attempt in example.things_to_try(5) {
        attempt.check();
    }
}

#[test]
fn a_bad_and_a_taken_port_are_clear_errors() {
    check_bad_ports(Path::new(BINARY));
    check_taken_port(Path::new(BINARY));
}
