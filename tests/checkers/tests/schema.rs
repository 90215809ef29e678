//! What an editor marks by the JSON Schema: what is wrong, and nothing else.

#[path = "../../properties/any_config.rs"]
mod any_config;
#[path = "../../properties/input.rs"]
#[allow(dead_code, reason = "shared with the properties")]
mod input;

use std::sync::LazyLock;

use arbitrary::Unstructured;
use proptest::prelude::*;
use serde_json::json;
use tower_cors::{CorsConfig, CorsLayer};

use any_config::config;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = schemars::schema_for!(CorsConfig).to_value();
    jsonschema::validator_for(&schema).expect("a schema")
});

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_048) })]

    #[test]
    fn a_policy_that_can_be_built_is_not_marked(bytes in prop::collection::vec(any::<u8>(), 0..1024)) {
        if let Ok(config) = config(&mut Unstructured::new(&bytes)) {
            if CorsLayer::try_from(config.clone()).is_ok() {
                let json = serde_json::to_value(config).expect("it can be written");
                prop_assert!(SCHEMA.is_valid(&json), "the schema refuses {json}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_marked() {
    for (config, is_valid) in [
        (json!({}), true),
        (json!({"origins": "*"}), true),
        (json!({"origins": ["*"]}), true),
        (
            json!({"origins": ["https://*.example.com", "http://localhost:*", "http://[::1]:3000"]}),
            true,
        ),
        (json!({"origins": ["example.com"]}), false),
        (json!({"origins": ["https://example.com/"]}), false),
        (json!({"origins": "https://a.example"}), false),
        (json!({"origins": [3]}), false),
        (json!({"origins": null}), false),
        (json!({"origin": "*"}), false),
        (
            json!({"methods": "mirror request", "headers": "mirror request"}),
            true,
        ),
        (
            json!({"methods": ["PUT", "x-~"], "headers": ["*", "authorization"]}),
            true,
        ),
        (json!({"methods": ["PUT DELETE"]}), false),
        (json!({"methods": "mirror"}), false),
        (json!({"headers": ["content-type: text/html"]}), false),
        (json!({"expose_headers": "*"}), true),
        (json!({"expose_headers": "mirror request"}), false),
        (json!({"presets": ["mcp", "grpc-web"]}), true),
        (json!({"presets": ["MCP"]}), false),
        (json!({"presets": "*"}), false),
        (json!({"credentials": true}), true),
        (json!({"credentials": "yes"}), false),
        (json!({"max_age": 86_400}), true),
        (json!({"max_age": null}), true),
        (json!({"max_age": 86_401}), false),
        (json!({"max_age": -1}), false),
        (json!({"max_age": 1.5}), false),
        (json!({"preflight_status": 200}), true),
        (json!({"preflight_status": 302}), false),
    ] {
        assert_eq!(SCHEMA.is_valid(&config), is_valid, "{config}");
    }
}
