//! The control: what the other files do wrong, done right, compiles.

use std::time::Duration;

use tower_cors::{CorsLayer, OriginPattern, origin};

const APP: OriginPattern = origin!("https://app.example.com");

fn main() {
    let _ = [
        CorsLayer::builder()
            .allow_any_origin()
            .allow_null_origin()
            .allow_any_method()
            .allow_any_header()
            .expose_any_header()
            .build(),
        CorsLayer::builder()
            .allow_credentials()
            .mirror_request_methods()
            .mirror_request_headers()
            .expose_headers(["etag"])
            .allow_origins([APP])
            .build(),
        CorsLayer::builder()
            .max_age(Duration::from_secs(600))
            .allow_methods(vec!["PUT".to_owned()])
            .allow_headers("content-type,authorization".split(','))
            .allow_origins(Some("https://app.example.com"))
            .allow_origins(&[
                origin!("https://*.example.org"),
                origin!("http://localhost:*"),
            ])
            .allow_credentials()
            .build(),
    ];
}
