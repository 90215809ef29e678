//! A policy has to allow an origin before you can build it.

use tower_cors::CorsLayer;

fn main() {
    CorsLayer::builder().build();
    //~ a CORS policy needs an origin before `build`
    //~ no origin has been allowed
    //~ name the origins of the pages that may call: `.allow_origins([origin!("https://app.example.com")])`
    //~ or call `.allow_any_origin()` for an API that is open to all

    CorsLayer::builder()
        .allow_methods(["PUT"])
        .allow_headers(["content-type"])
        .allow_credentials()
        .build();
    //~ a CORS policy needs an origin before `build`

    CorsLayer::builder()
        .allow_any_method()
        .allow_any_header()
        .expose_any_header()
        .build();
    //~ a CORS policy needs an origin before `build`
}
