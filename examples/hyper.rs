//! A reverse proxy on bare hyper, in front of an upstream that sends CORS headers of its own: one policy
//! speaks, the proxy's.
//!
//! ```sh
//! cargo run --example hyper
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, service_fn};
use tower_cors::{CorsLayer, origin};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_credentials()
        .build()?;
    let upstream = start_upstream().await?;

    let client = Client::builder(TokioExecutor::new()).build_http::<Incoming>();
    let forward = service_fn(move |mut request: Request<Incoming>| {
        let mut uri = request.uri().clone().into_parts();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = upstream.to_string().parse().ok();
        if let Ok(uri) = Uri::from_parts(uri) {
            *request.uri_mut() = uri;
        }
        client.request(request)
    });
    let service = ServiceBuilder::new().layer(cors.clone()).service(forward);

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("The proxy's policy:\n\n{}", cors.policy());
    println!(
        "\
The upstream allows everybody:
   curl -i http://{upstream}/
   expect: access-control-allow-origin: *

Through the proxy, its policy replaces that:
   curl -i -H 'Origin: https://app.example.com' http://127.0.0.1:3000/
   expect: access-control-allow-origin: https://app.example.com
   curl -i -H 'Origin: https://evil.example' http://127.0.0.1:3000/
   expect no: access-control-allow-origin
"
    );
    loop {
        let (stream, _) = listener.accept().await?;
        let service = TowerToHyperService::new(service.clone());
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            if let Err(error) = builder
                .serve_connection(TokioIo::new(stream), service)
                .await
            {
                eprintln!("a connection failed: {error}");
            }
        });
    }
}

/// A server with a policy of its own, the usual careless one.
async fn start_upstream() -> Result<SocketAddr, Box<dyn Error>> {
    let hello = |_: Request<Incoming>| async {
        let body = Full::new(Bytes::from("hello from the upstream\n"));
        Response::builder()
            .header("access-control-allow-origin", "*")
            .body(body)
            .or_else(|_| Ok::<_, Infallible>(Response::default()))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let builder = Builder::new(TokioExecutor::new());
            tokio::spawn(async move {
                let service = hyper::service::service_fn(hello);
                builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    });
    Ok(address)
}
