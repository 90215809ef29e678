//! What a config makes is what the builder makes.

use std::time::Duration;

use http::StatusCode;
use tower_cors::{CorsConfig, CorsHandle, CorsLayer, Preset};

use crate::list;

/// The policy's table, and its configuration.
fn shown(cors: &CorsLayer) -> (String, Option<CorsConfig>) {
    let policy = cors.policy();
    (policy.to_string(), policy.to_config())
}

#[test]
fn each_key_does_what_the_method_of_its_name_does() {
    type Set = fn(&mut CorsConfig);
    type Build = fn() -> Result<CorsLayer, tower_cors::ConfigError>;
    macro_rules! built {
        ($($call:tt)*) => {
            || CorsLayer::builder().allow_origins(["https://app.example.com"]) $($call)* .build()
        };
    }
    let rows: Vec<(&str, Set, Build)> = vec![
        ("nothing else", |_| {}, built!()),
        (
            "any origin",
            |c| c.origins = list(["*"]),
            built!(.allow_any_origin()),
        ),
        (
            "null",
            |c| c.allow_null_origin = true,
            built!(.allow_null_origin()),
        ),
        (
            "methods",
            |c| c.methods = list(["PUT", "delete"]),
            built!(.allow_methods(["PUT", "DELETE"])),
        ),
        (
            "any method",
            |c| c.methods = list(["*"]),
            built!(.allow_any_method()),
        ),
        (
            "mirrored methods",
            |c| c.methods = list(["mirror request"]),
            built!(.mirror_request_methods()),
        ),
        (
            "headers",
            |c| c.headers = list(["X-A", "x-b"]),
            built!(.allow_headers(["x-a", "x-b"])),
        ),
        (
            "any header",
            |c| c.headers = list(["*"]),
            built!(.allow_any_header()),
        ),
        (
            "any header and authorization",
            |c| c.headers = list(["Authorization", "*"]),
            built!(.allow_any_header().allow_headers(["authorization"])),
        ),
        (
            "authorization alone",
            |c| c.headers = list(["authorization"]),
            built!(.allow_headers(["authorization"])),
        ),
        (
            "mirrored headers",
            |c| c.headers = list(["mirror request"]),
            built!(.mirror_request_headers()),
        ),
        (
            "credentials",
            |c| c.credentials = true,
            built!(.allow_credentials()),
        ),
        (
            "exposed headers",
            |c| c.expose_headers = list(["ETag"]),
            built!(.expose_headers(["etag"])),
        ),
        (
            "any exposed header",
            |c| c.expose_headers = list(["*"]),
            built!(.expose_any_header()),
        ),
        (
            "max age",
            |c| c.max_age = Some(600),
            built!(.max_age(Duration::from_secs(600))),
        ),
        (
            "no cache",
            |c| c.max_age = Some(0),
            built!(.disable_preflight_cache()),
        ),
        (
            "grpc-web",
            |c| {
                c.headers = list(["x-a"]);
                c.presets = list(["grpc-web"]);
            },
            built!(.allow_headers(["x-a"]).preset(Preset::GrpcWeb)),
        ),
        (
            "Connect",
            |c| c.presets = list(["connect"]),
            built!(.preset(Preset::Connect)),
        ),
        (
            "MCP and ranges, with a method and credentials",
            |c| {
                c.presets = list(["mcp", "range-requests", "mcp"]);
                c.methods = list(["PUT"]);
                c.credentials = true;
            },
            built!(.preset(Preset::Mcp).preset(Preset::RangeRequests).allow_methods(["PUT"]).allow_credentials()),
        ),
        (
            "tus",
            |c| c.presets = list(["tus"]),
            built!(.preset(Preset::Tus)),
        ),
        (
            "private network",
            |c| c.allow_private_network = true,
            built!(.allow_private_network()),
        ),
        #[cfg(feature = "lookup")]
        (
            "look-ups",
            |c| c.allow_looked_up_origins = true,
            built!(.allow_looked_up_origins()),
        ),
        (
            "resource policy",
            |c| c.cross_origin_resource_policy = true,
            built!(.cross_origin_resource_policy()),
        ),
        (
            "timing",
            |c| c.timing_allow_origin = true,
            built!(.timing_allow_origin()),
        ),
        (
            "rejection",
            |c| c.reject_disallowed_origins = true,
            built!(.reject_disallowed_origins()),
        ),
        (
            "forwarding",
            |c| c.forward_preflights = true,
            built!(.forward_preflights()),
        ),
        (
            "status",
            |c| c.preflight_status = Some(200),
            built!(.preflight_status(StatusCode::OK)),
        ),
        (
            "relaxations",
            |c| {
                c.credentials = true;
                c.dangerously_allow_insecure_origins = true;
                c.dangerously_allow_public_suffixes = true;
                c.origins = list([
                    "https://app.example.com",
                    "http://a.example",
                    "https://*.com",
                ]);
            },
            built!(
                .allow_origins(["http://a.example", "https://*.com"])
                .allow_credentials()
                .dangerously_allow_insecure_origins()
                .dangerously_allow_public_suffixes()
            ),
        ),
    ];
    let mut all = std::collections::BTreeSet::new();
    for (name, set, build) in rows {
        let mut config = CorsConfig {
            origins: list(["https://app.example.com"]),
            ..CorsConfig::default()
        };
        set(&mut config);
        let read = shown(&CorsLayer::try_from(config).unwrap());
        assert_eq!(read, shown(&build().unwrap()), "{name}");
        assert!(
            all.insert(format!("{read:?}")),
            "{name} makes no difference"
        );
    }
}

#[test]
fn a_policy_with_a_function_is_no_data() {
    let cors = CorsLayer::builder()
        .allow_origins(["https://app.example.com"])
        .allow_origins_if(|_| false)
        .build()
        .unwrap();
    assert_eq!(cors.policy().to_config(), None);
}

#[test]
fn what_is_read_back_makes_no_difference() {
    let config = CorsConfig {
        origins: list([
            "https://*.example.com",
            "https://app.example.com",
            "https://b.example",
            "https://a.example",
            "https://b.example",
        ]),
        methods: list(["GET", "put", "PUT", "PROPFIND"]),
        headers: list(["X-A", "x-a", "Content-Type"]),
        expose_headers: list(["Content-Type", "ETag", "etag"]),
        ..CorsConfig::default()
    };
    let cors = CorsLayer::try_from(config).unwrap();

    let expected = CorsConfig {
        origins: list([
            "https://b.example",
            "https://a.example",
            "https://*.example.com",
        ]),
        methods: list(["PUT", "PROPFIND"]),
        headers: list(["x-a", "content-type"]),
        expose_headers: list(["etag"]),
        ..CorsConfig::default()
    };
    assert_eq!(cors.policy().to_config(), Some(expected));
}

#[test]
fn a_config_replaces_the_policy_of_a_layer_that_serves() {
    let mut config = CorsConfig {
        origins: list(["https://a.example"]),
        ..CorsConfig::default()
    };
    let (cors, handle): (CorsLayer, CorsHandle) = CorsLayer::reloadable(config.clone()).unwrap();

    config.origins = list(["https://b.example", "https://c.example/"]);
    let error = handle.replace(config.clone()).unwrap_err();
    assert!(error.to_string().contains("origins[1]"), "{error}");
    assert_eq!(
        cors.policy().origins().collect::<Vec<_>>(),
        ["https://a.example"]
    );

    config.origins.pop();
    handle.replace(config.clone()).unwrap();
    assert_eq!(handle.current().to_config(), Some(config));
}
