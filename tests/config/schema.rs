//! The JSON Schema is the committed one. `tests/checkers` tests what an editor marks by it.

use serde_json::Value;
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
