//! A gRPC service that web pages call with grpc-web. The CORS layer is added first, so it is the outermost.
//!
//! ```sh
//! cd examples/tonic
//! cargo run
//! PORT=8080 cargo run
//! ```

#[path = "../../support/listen.rs"]
mod listen;

use std::net::SocketAddr;

use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_web::GrpcWebLayer;
use tower_cors::{CorsLayer, Preset, origin};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        // the request headers that grpc-web clients send, and the response headers that they read
        .preset(Preset::GrpcWeb)
        // the example is reached only from this machine
        .allow_loopback_hosts()
        .build()?;

    let incoming = TcpIncoming::from(listen(50051).await?);
    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(incoming.local_addr()?));

    let (_, health) = tonic_health::server::health_reporter();
    Server::builder()
        // browsers use HTTP/2 only with TLS
        .accept_http1(true)
        .layer(cors)
        .layer(GrpcWebLayer::new())
        .add_service(health)
        .serve_with_incoming(incoming)
        .await?;
    Ok(())
}

fn things_to_try(address: SocketAddr) -> String {
    let check = format!("http://{address}/grpc.health.v1.Health/Check");
    format!(
        "\
Listening on http://{address}. Try, in another terminal:

1. A preflight, as a browser sends it for a grpc-web client
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type,x-grpc-web' {check}
   expect: 204
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-allow-headers: content-type,grpc-timeout,x-grpc-web,x-user-agent

2. The same from a page that is not allowed
   curl -i -X OPTIONS -H 'Origin: https://evil.example' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type,x-grpc-web' {check}
   expect: 403
   expect no: access-control-allow-

3. A call: an empty message, in a frame of five bytes. The status is at the end of the body
   printf '\\0\\0\\0\\0\\0' | curl -i -o - --data-binary @- -H 'Origin: https://app.example.com' -H 'Content-Type: application/grpc-web+proto' {check}
   expect: 200
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-expose-headers: grpc-status,grpc-message,grpc-status-details-bin

4. A call that fails: its status is in the headers, and the page can read it
   curl -i -X POST -H 'Origin: https://app.example.com' -H 'Content-Type: application/grpc-web+proto' http://{address}/grpc.health.v1.Health/Nothing
   expect: 200
   expect: grpc-status: 12
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-expose-headers: grpc-status,grpc-message,grpc-status-details-bin

5. A call from a page that is not allowed. curl shows the response, a browser hides it from the page
   printf '\\0\\0\\0\\0\\0' | curl -i -o - --data-binary @- -H 'Origin: https://evil.example' -H 'Content-Type: application/grpc-web+proto' {check}
   expect: 200
   expect no: access-control-
"
    )
}
