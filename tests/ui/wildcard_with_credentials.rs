//! Every wildcard and `allow_null_origin` exclude credentials, in either order.

use tower_cors::CorsLayer;

fn main() {
    CorsLayer::builder().allow_credentials().allow_any_origin();
    //~ `allow_any_origin` cannot be combined with `allow_credentials`
    //~ `allow_credentials` was called earlier
    //~ browsers refuse `Access-Control-Allow-Origin: *` on requests with credentials
    //~ name the origins of the pages that may call: `.allow_origins([origin!("https://app.example.com")])`
    //~ or leave out `.allow_credentials()`

    CorsLayer::builder().allow_credentials().allow_null_origin();
    //~ `allow_null_origin` cannot be combined with `allow_credentials`
    //~ `allow_credentials` was called earlier
    //~ any page can get the origin `null` with a sandboxed iframe
    //~ serve the page from a URL and name its origin: `.allow_origins([origin!("https://app.example.com")])`
    //~ or leave out `.allow_credentials()`

    CorsLayer::builder().allow_credentials().allow_any_method();
    //~ `allow_any_method` cannot be combined with `allow_credentials`
    //~ `allow_credentials` was called earlier
    //~ on requests with credentials, browsers read `*` as the name of a method
    //~ call `.mirror_request_methods()` instead, or list the methods: `.allow_methods([Method::PUT])`
    //~ or leave out `.allow_credentials()`

    CorsLayer::builder().allow_credentials().allow_any_header();
    //~ `allow_any_header` cannot be combined with `allow_credentials`
    //~ `allow_credentials` was called earlier
    //~ on requests with credentials, browsers read `*` as the name of a header
    //~ call `.mirror_request_headers()` instead, or list the headers: `.allow_headers([CONTENT_TYPE])`
    //~ or leave out `.allow_credentials()`

    CorsLayer::builder().allow_credentials().expose_any_header();
    //~ `expose_any_header` cannot be combined with `allow_credentials`
    //~ `allow_credentials` was called earlier
    //~ on requests with credentials, browsers read `*` as the name of a header
    //~ list the headers that pages may read: `.expose_headers([ETAG])`
    //~ or leave out `.allow_credentials()`

    CorsLayer::builder().allow_any_origin().allow_credentials();
    //~ `allow_credentials` cannot be combined with a wildcard
    //~ `allow_any_…`, `expose_any_header` or `allow_null_origin` was called earlier
    //~ browsers do not read `*` as "any" on requests with credentials
    //~ leave out `.allow_credentials()`, or replace the earlier call
    //~ `.allow_any_origin()` or `.allow_null_origin()` with `.allow_origins([origin!("https://app.example.com")])`

    CorsLayer::builder().allow_null_origin().allow_credentials();
    //~ `allow_credentials` cannot be combined with a wildcard
    //~ `allow_any_…`, `expose_any_header` or `allow_null_origin` was called earlier
    //~ `.allow_any_origin()` or `.allow_null_origin()` with `.allow_origins([origin!("https://app.example.com")])`

    CorsLayer::builder().allow_any_method().allow_credentials();
    //~ `allow_credentials` cannot be combined with a wildcard
    //~ `.allow_any_method()` with `.mirror_request_methods()`

    CorsLayer::builder().allow_any_header().allow_credentials();
    //~ `allow_credentials` cannot be combined with a wildcard
    //~ `.allow_any_header()` with `.mirror_request_headers()`

    CorsLayer::builder().expose_any_header().allow_credentials();
    //~ `allow_credentials` cannot be combined with a wildcard
    //~ `.expose_any_header()` with `.expose_headers([ETAG])`

    CorsLayer::builder()
        .allow_credentials()
        .allow_origins(["https://app.example.com"])
        .max_age(std::time::Duration::from_secs(600))
        .allow_any_method()
        //~ `allow_any_method` cannot be combined with `allow_credentials`
        .build();

    CorsLayer::builder()
        .allow_any_header()
        .allow_origins(["https://app.example.com"])
        .max_age(std::time::Duration::from_secs(600))
        .allow_credentials()
        //~ `allow_credentials` cannot be combined with a wildcard
        .build();
}
