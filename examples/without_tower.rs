//! The same policy without Tower: a server on plain hyper asks the policy itself.
//!
//! ```sh
//! cargo run --example without_tower
//! PORT=8080 cargo run --example without_tower
//! ```
//!
//! Other frameworks work in the same way, if their requests and responses can be read as those of the crate `http`.

#[path = "support/listen.rs"]
mod listen;

use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tower_cors::{Answer, CorsLayer, Rejection, origin};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_methods(["PUT"])
        .reject_cross_site_writes()
        // the example is reached only from this machine
        .allow_loopback_hosts()
        .build()?;

    let listener = listen(3000).await?;
    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept().await?;
        let cors = cors.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| {
                let response = serve(&cors, &request);
                async { Ok::<_, Infallible>(response) }
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                eprintln!("a connection failed: {error}");
            }
        });
    }
}

fn serve(cors: &CorsLayer, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    match cors.answer(request) {
        // a preflight, or a refusal, whose reason becomes the body
        Answer::Respond(response) => {
            let reason = response.extensions().get::<Rejection>();
            let reason = reason.map_or_else(String::new, |reason| format!("{reason}\n"));
            response.map(|()| Full::from(reason))
        }
        Answer::Forward(changes) => {
            let mut response = handle(request);
            // on errors too, so that pages can read them
            changes.apply(response.headers_mut());
            response
        }
    }
}

fn handle(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, text) = match request.uri().path() {
        "/items" => (StatusCode::OK, "[]"),
        _ => (StatusCode::NOT_FOUND, "no such path\n"),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response
}

fn things_to_try(address: SocketAddr) -> String {
    format!(
        "\
Listening on http://{address}. Try, in another terminal:

1. A preflight
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: PUT' http://{address}/items
   expect: 204
   expect: access-control-allow-origin: https://app.example.com

2. An error that the page can read
   curl -i -H 'Origin: https://app.example.com' http://{address}/missing
   expect: 404
   expect: access-control-allow-origin: https://app.example.com

3. A form of another site: the handler doesn't run, and the body says why
   curl -i -X POST -H 'Origin: https://evil.example' -H 'Sec-Fetch-Site: cross-site' http://{address}/items
   expect: 403
   expect no: access-control-
"
    )
}
