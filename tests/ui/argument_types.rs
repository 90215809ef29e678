//! The builder takes lists of origins, of methods and of header names.

use tower_cors::{CorsLayer, origin};

fn main() {
    CorsLayer::builder().allow_origins("https://app.example.com");
    //~ `&str` is not a list of `OriginPattern`
    //~ expected a list of
    //~ write a list, even for one entry: `.allow_origins([origin!("https://app.example.com")])`
    //~ an entry can be a `&str` or a `String` too
    //~ to allow any, call `.allow_any_origin()`

    CorsLayer::builder().allow_origins(origin!("https://app.example.com"));
    //~ `OriginPattern` is not a list of `OriginPattern`

    CorsLayer::builder().allow_origins([3000_u16]);
    //~ `[u16; 1]` is not a list of `OriginPattern`

    CorsLayer::builder().allow_methods("PUT");
    //~ `&str` is not a list of `http::method::Method`
    //~ expected a list of
    //~ `.allow_methods([Method::PUT])`
    //~ an entry can be a `&str` or a `String` too
    //~ `.allow_any_method()`

    CorsLayer::builder().allow_methods([true]);
    //~ `[bool; 1]` is not a list of `http::method::Method`

    CorsLayer::builder().allow_headers("content-type");
    //~ `&str` is not a list of `http::header::name::HeaderName`
    //~ expected a list of
    //~ `.allow_headers([CONTENT_TYPE])`
    //~ `.allow_headers(["x-api-key"])`
    //~ `.allow_any_header()`

    CorsLayer::builder().allow_headers(['x']);
    //~ `[char; 1]` is not a list of `http::header::name::HeaderName`

    CorsLayer::builder().expose_headers("etag");
    //~ `&str` is not a list of `http::header::name::HeaderName`
    //~ `.expose_any_header()`
}
