//! The policies of the matrix.

use std::time::Duration;

use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG};
use tower_cors::{CorsLayer, Preset};

use crate::world::{Page, PolicyRow};

/// A row: its name for the table, and the builder's calls, one layer after the other from the outermost.
macro_rules! policy {
    ($(#[$doc:meta])* $id:ident, $name:literal $(, |$places:pat_param| $layer:expr)*) => {
        $(#[$doc])*
        pub(crate) static $id: PolicyRow = PolicyRow {
            name: $name,
            layers: |_places| {
                Ok(vec![$({
                    let $places = _places;
                    $layer.build()?
                }),*])
            },
        };
    };
}

policy!(
    /// Its handlers answer preflights too, and set what a row says.
    NONE,
    "no layer"
);

// Who may call.

policy!(EXACT, "the app", |places| CorsLayer::builder().allow_origins([places.origin(Page::App)]));

policy!(SEVERAL, "the app and three others", |places| CorsLayer::builder().allow_origins(
    [Page::App, Page::Address, Page::International, Page::Neighbour].map(|page| places.origin(page))
));

policy!(ANY, "any origin", |_| CorsLayer::builder().allow_any_origin());

policy!(SUBDOMAINS, "subdomains of the app's host", |places| CorsLayer::builder()
    .allow_origins([format!("http://*.a.localhost:{}", places.page)]));

policy!(PORTS, "localhost at any port", |_| CorsLayer::builder().allow_origins(["http://localhost:*"]));

policy!(SUBDOMAINS_AND_PORTS, "subdomains at any port", |_| CorsLayer::builder()
    .allow_origins(["http://*.a.localhost:*"]));

policy!(NULL, "null", |_| CorsLayer::builder().allow_null_origin());

policy!(PREDICATE, "a function that asks for the host", |_| CorsLayer::builder()
    .allow_origins_if(|origin| origin.host() == "a.localhost"));

policy!(HTTPS_ONLY, "the app over https", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::Secure)]));

// With what.

policy!(METHODS, "PUT, DELETE and PATCH", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT, Method::DELETE, Method::PATCH]));

policy!(ANY_METHOD, "any method", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_any_method());

policy!(MIRRORED_METHODS, "mirrored methods", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .mirror_request_methods());

policy!(HEADERS, "three headers", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_headers([CONTENT_TYPE.as_str(), AUTHORIZATION.as_str(), "x-one"]));

policy!(ANY_HEADER, "any header", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_any_header());

policy!(ANY_HEADER_AND_AUTHORIZATION, "any header and authorization", |places| {
    CorsLayer::builder()
        .allow_origins([places.origin(Page::App)])
        .allow_any_header()
        .allow_headers([AUTHORIZATION])
});

policy!(MIRRORED_HEADERS, "mirrored headers", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .mirror_request_headers());

policy!(EVERYTHING, "everything of everybody", |_| CorsLayer::builder()
    .allow_any_origin()
    .allow_any_method()
    .allow_any_header()
    .expose_any_header());

policy!(CREDENTIALS, "credentials", |places| CorsLayer::builder()
    .allow_origins(
        [Page::App, Page::Neighbour, Page::Secure, Page::SecureNeighbour].map(|page| places.origin(page))
    )
    .allow_methods([Method::PUT])
    .allow_headers([CONTENT_TYPE])
    .expose_headers([ETAG])
    .allow_credentials());

policy!(MIRRORED, "credentials, all else mirrored", |places| CorsLayer::builder()
    .allow_origins([Page::App, Page::Neighbour].map(|page| places.origin(page)))
    .mirror_request_methods()
    .mirror_request_headers()
    .allow_credentials());

policy!(EXPOSED, "two exposed headers", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .expose_headers(["etag", "x-total"]));

policy!(ANY_EXPOSED, "any exposed header", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .expose_any_header());

policy!(GRPC_WEB, "grpc-web", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .preset(Preset::GrpcWeb));

policy!(CONNECT, "connect", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .preset(Preset::Connect));

// How it answers.

policy!(LONG, "preflights kept for ten minutes", |places| CorsLayer::builder()
    .allow_origins([Page::App, Page::Neighbour].map(|page| places.origin(page)))
    .allow_methods([Method::PUT, Method::DELETE])
    .allow_headers(["content-type", "x-one", "x-two"])
    .allow_credentials()
    .max_age(Duration::from_secs(600)));

policy!(SHORT, "preflights kept for a second", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT])
    .max_age(Duration::from_secs(1)));

policy!(UNCACHED, "preflights not kept", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT])
    .disable_preflight_cache());

policy!(STATUS_200, "preflights answered by 200", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT])
    .preflight_status(http::StatusCode::OK));

policy!(FORWARDED, "preflights forwarded", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT])
    .forward_preflights());

policy!(TIMING, "timing for the app", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .timing_allow_origin());

policy!(ANY_TIMING, "timing for everybody", |_| CorsLayer::builder()
    .allow_any_origin()
    .timing_allow_origin());

policy!(REJECTING, "the app, others rejected", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::App)])
    .allow_methods([Method::PUT])
    .reject_disallowed_origins());

policy!(PUBLIC_ONLY, "the public page", |places| CorsLayer::builder()
    .allow_origins([places.origin(Page::Public)]));

// Several layers: the outermost speaks.

policy!(
    STACKED,
    "the app around everybody",
    |places| CorsLayer::builder().allow_origins([places.origin(Page::App)]),
    |_| CorsLayer::builder().allow_any_origin().expose_any_header()
);

policy!(
    STACKED_STRICTER_INSIDE,
    "everybody around the app",
    |_| CorsLayer::builder().allow_any_origin(),
    |places| CorsLayer::builder().allow_origins([places.origin(Page::App)]).allow_credentials()
);
