//! The builder takes lists of origins, of methods and of header names.

use tower_cors::{CorsLayer, origin};

fn main() {
    CorsLayer::builder().allow_origins("https://app.example.com");
    //~ `&str` is no list of origins
    //~ a list of origins belongs here
    //~ write a list, even of one origin: `.allow_origins([origin!("https://app.example.com")])`
    //~ each origin in the list is an `origin!("…")`, a `&str` or a `String`

    CorsLayer::builder().allow_origins(origin!("https://app.example.com"));
    //~ `OriginPattern` is no list of origins

    CorsLayer::builder().allow_origins([3000_u16]);
    //~ `[u16; 1]` is no list of origins

    CorsLayer::builder().allow_methods("PUT");
    //~ `&str` is no list of methods
    //~ a list of methods belongs here
    //~ write a list, even of one method: `.allow_methods([Method::PUT])`
    //~ each method in the list is an `http::Method`, a `&str` or a `String`

    CorsLayer::builder().allow_methods([true]);
    //~ `[bool; 1]` is no list of methods

    CorsLayer::builder().allow_headers("content-type");
    //~ `&str` is no list of header names
    //~ a list of header names belongs here
    //~ write a list, even of one name: `[CONTENT_TYPE]` or `["x-api-key"]`
    //~ each name in the list is an `http::HeaderName`, a `&str` or a `String`

    CorsLayer::builder().allow_headers(['x']);
    //~ `[char; 1]` is no list of header names

    CorsLayer::builder().expose_headers("etag");
    //~ `&str` is no list of header names
}
