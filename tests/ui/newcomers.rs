//! What people try first who come from tower-http or have not read the docs.

use axum::Router;
use http::{Request, Response};
use tower_cors::{CorsLayer, origin};

/// As in tower-http.
#[derive(Clone, Copy)]
struct Any;

#[derive(Clone)]
struct Proxy;

/// Without `Default`, as hyper's `Incoming`.
struct Incoming;

impl tower::Service<Request<()>> for Proxy {
    type Response = Response<Incoming>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Response<Incoming>, Self::Error>>;

    fn poll_ready(
        &mut self,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        std::future::ready(Ok(Response::new(Incoming)))
    }
}

fn is_service<S: tower::Service<Request<()>>>(_: S) {}

fn headers_as_in_tower_http() {
    CorsLayer::builder().allow_headers(Any);
    //~ `.allow_any_header()`
}

fn main() {
    headers_as_in_tower_http();

    let _ = CorsLayer::new();
    //~ write `CorsLayer::builder()`
    //~ `CorsLayer::permissive()`

    CorsLayer::builder().allow_origins(Any);
    //~ `.allow_any_origin()`

    let forgotten = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]);
    let _: Router = Router::new().layer(forgotten);
    //~ this CORS policy is not built yet: call `.build()?`

    let choice = CorsLayer::choose().path_prefix("/a", CorsLayer::permissive());
    let _: Router = Router::new().layer(choice);
    //~ this choice of CORS policies is not finished: call `.otherwise(policy)?`

    let _ = CorsLayer::very_permissive();
    //~ there is no `very_permissive()`

    let cors = CorsLayer::permissive();
    is_service(tower::Layer::layer(&cors, Proxy));
    //~ the response body `Incoming` has no empty value (`Default`)
    //~ `.layer(cors.wrap_body())`
}
