//! A reverse proxy on plain hyper, in front of an upstream server that sends CORS headers of its own. The
//! proxy's policy replaces them.
//!
//! ```sh
//! cargo run --example hyper
//! PORT=8080 cargo run --example hyper
//! ```

#[path = "support/listen.rs"]
mod listen;

use std::convert::Infallible;
use std::error::Error;
use std::net::SocketAddr;

use bytes::Bytes;
use http::uri::Scheme;
use http::{Request, Response, Uri, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, service_fn};
use tower_cors::{CorsLayer, origin};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_credentials()
        // the example is reached only from this machine
        .allow_loopback_hosts()
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
        // the upstream server speaks HTTP/1.1, whatever the browser speaks
        *request.version_mut() = Version::HTTP_11;
        client.request(request)
    });
    // hyper's `Incoming` has no empty value, which the layer needs for preflights
    let service = ServiceBuilder::new()
        .layer(cors.clone().wrap_body())
        .service(forward);

    let listener = listen(3000).await?;
    println!("The proxy's policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(listener.local_addr()?, upstream));
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

/// A server with a careless policy of its own: it allows everybody, and it does so twice.
async fn start_upstream() -> Result<SocketAddr, Box<dyn Error>> {
    let hello = |_: Request<Incoming>| async {
        let body = Full::new(Bytes::from("hello from the upstream\n"));
        Response::builder()
            .header("access-control-allow-origin", "*")
            .header("access-control-allow-origin", "https://evil.example")
            .header("access-control-expose-headers", "x-internal")
            .header("vary", "accept-encoding")
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

fn things_to_try(proxy: SocketAddr, upstream: SocketAddr) -> String {
    format!(
        "\
Listening on http://{proxy}. Try, in another terminal:

1. The upstream server, without the proxy: two values of allow-origin, which every browser refuses
   curl -i -H 'Origin: https://app.example.com' http://{upstream}/
   expect: 200
   expect: access-control-allow-origin: *
   expect: access-control-allow-origin: https://evil.example
   expect: access-control-expose-headers: x-internal

2. Through the proxy: its policy replaces these headers, and `Vary` is merged
   curl -i -H 'Origin: https://app.example.com' http://{proxy}/
   expect: 200
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-allow-credentials: true
   expect: vary: accept-encoding
   expect: vary: origin
   expect no: access-control-allow-origin: *
   expect no: evil.example
   expect no: access-control-expose-headers

3. From a page that the upstream server allows and the proxy doesn't
   curl -i -H 'Origin: https://evil.example' http://{proxy}/
   expect: 200
   expect: vary: origin
   expect no: access-control-

4. A preflight: it doesn't reach the upstream server
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: GET' -H 'Access-Control-Request-Headers: x-requested-with' http://{proxy}/
   expect: 204
   expect: access-control-allow-origin: https://app.example.com
   expect no: access-control-allow-headers
   expect no: x-internal
"
    )
}
