//! A small JSON API for pages of other origins: prints its policy, and `curl` lines to try.
//!
//! ```sh
//! cargo run --example axum
//! PORT=8080 cargo run --example axum
//! ```

#[path = "support/listen.rs"]
mod listen;

use std::time::Duration;

use axum::extract::Path;
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG};
use http::{Method, StatusCode};
use serde_json::json;
use tower_cors::{CorsLayer, Rejection, origin};

use listen::{PlainError, listen};

#[tokio::main]
async fn main() -> Result<(), PlainError> {
    let cors = CorsLayer::builder()
        .allow_origins([origin!("https://app.example.com")])
        .allow_origins(["https://*.preview.example.com"])
        .allow_methods([Method::PUT, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .allow_credentials()
        .expose_headers([ETAG])
        .max_age(Duration::from_secs(600))
        // a form of another site can't store anything
        .reject_cross_site_writes()
        // the example is reached only from this machine
        .allow_loopback_hosts()
        .build()?;

    let app = Router::new()
        .route(
            "/items",
            get(async || ([(ETAG, "\"1\"")], Json(["one", "two"]))),
        )
        .route("/items/{id}", get(item).put(store))
        // last, so that it is the outermost layer: 404s and 405s get the headers too
        .layer(cors.clone())
        // outside of it: a body for what the layer refuses (RFC 9457)
        .layer(map_response(problem));

    let listener = listen(3000).await?;
    println!("The policy:\n\n{}", cors.policy());
    println!("{}", things_to_try(listener.local_addr()?));
    axum::serve(listener, app).await?;
    Ok(())
}

async fn problem(response: Response) -> Response {
    let Some(rejection) = response.extensions().get::<Rejection>() else {
        return response;
    };
    let problem = json!({ "title": rejection.to_string(), "code": rejection.code() });
    let kind = [(CONTENT_TYPE, "application/problem+json")];
    (response.status(), kind, problem.to_string()).into_response()
}

async fn item(Path(id): Path<u8>) -> Result<Json<u8>, StatusCode> {
    if id == 0 {
        Err(StatusCode::NOT_FOUND)
    } else {
        Ok(Json(id))
    }
}

async fn store(Path(_id): Path<u8>, Json(_item): Json<u8>) -> StatusCode {
    StatusCode::NO_CONTENT
}

fn things_to_try(address: std::net::SocketAddr) -> String {
    format!(
        "\
Listening on http://{address}. Try, in another terminal:

1. A preflight, as a browser sends it before a PUT from an allowed page
   curl -i -X OPTIONS -H 'Origin: https://app.example.com' -H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: content-type' http://{address}/items/1
   expect: 204
   expect: access-control-allow-origin: https://app.example.com
   expect: access-control-allow-credentials: true
   expect: access-control-allow-methods: PUT,DELETE
   expect: access-control-allow-headers: authorization,content-type
   expect: access-control-max-age: 600

2. The same from a page that is not allowed
   curl -i -X OPTIONS -H 'Origin: https://evil.example' -H 'Access-Control-Request-Method: PUT' http://{address}/items/1
   expect: 403
   expect no: access-control-allow-
   expect: vary: origin, access-control-request-method

3. An actual request from a page that the pattern allows
   curl -i -H 'Origin: https://pr-7.preview.example.com' http://{address}/items
   expect: 200
   expect: access-control-allow-origin: https://pr-7.preview.example.com
   expect: access-control-allow-credentials: true
   expect: access-control-expose-headers: etag
   expect: vary: origin

4. An error. The page can read it, because it has the same headers
   curl -i -H 'Origin: https://app.example.com' http://{address}/items/0
   expect: 404
   expect: access-control-allow-origin: https://app.example.com

5. An actual request from a page that is not allowed. curl shows the response, a browser hides it from the page
   curl -i -H 'Origin: https://evil.example' http://{address}/items
   expect: 200
   expect no: access-control-
   expect: vary: origin

6. A form of another site. The layer refuses it, and the body says why
   curl -i -X POST -H 'Origin: https://evil.example' -H 'Sec-Fetch-Site: cross-site' http://{address}/items/1
   expect: 403
   expect: content-type: application/problem+json
"
    )
}
