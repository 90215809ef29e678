//! A gRPC service that web pages can call by grpc-web: the CORS layer first, so that it is outermost.
//!
//! ```sh
//! cargo run --example tonic
//! ```

use std::error::Error;

use tonic::transport::Server;
use tonic_web::GrpcWebLayer;
use tower_cors::{CorsLayer, origin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        // the request headers that grpc-web clients send, and the response headers that they read
        .grpc_web()
        .build()?;

    println!("The policy:\n\n{}", cors.policy());
    println!(
        "\
Listening on http://127.0.0.1:50051. Try, in another terminal:

A preflight, as a grpc-web client causes it
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: content-type,x-grpc-web' http://127.0.0.1:50051/grpc.health.v1.Health/Check
   expect: 204
   expect: access-control-allow-origin: https://app.example.com

A call: an empty message in a frame of five bytes
   printf '\\0\\0\\0\\0\\0' | curl -i -o - --data-binary @- -H 'Origin: https://app.example.com' -H 'Content-Type: application/grpc-web+proto' http://127.0.0.1:50051/grpc.health.v1.Health/Check
   expect: 200
   expect: access-control-expose-headers: grpc-status,grpc-message,grpc-status-details-bin
"
    );
    let (_, health) = tonic_health::server::health_reporter();
    Server::builder()
        .accept_http1(true)
        .layer(cors)
        .layer(GrpcWebLayer::new())
        .add_service(health)
        .serve("127.0.0.1:50051".parse()?)
        .await?;
    Ok(())
}
