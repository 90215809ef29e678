//! The JSON Schema: that it is the committed one, and what an editor marks by it.

use serde_json::{Value, json};
use tower_cors::CorsConfig;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cors-config.schema.json");

fn generated() -> Value {
    schemars::schema_for!(CorsConfig).to_value()
}

#[test]
fn it_is_the_committed_one() {
    let generated = generated();
    if std::env::var_os("WRITE_SCHEMA").is_some() {
        let text = serde_json::to_string_pretty(&generated).unwrap();
        std::fs::write(COMMITTED, text + "\n").unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap();
    assert!(
        serde_json::from_str::<Value>(&committed).unwrap() == generated,
        "docs/cors-config.schema.json is out of date; to write it anew:\n\
         WRITE_SCHEMA=1 cargo test --features schemars --test config schema"
    );
}

#[test]
fn an_editor_marks_what_is_wrong() {
    let schema = jsonschema::validator_for(&generated()).unwrap();
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
        assert_eq!(schema.is_valid(&config), is_valid, "{config}");
    }
}
