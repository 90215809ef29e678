//! The JSON Schema: an editor marks nothing in what is lawful.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};
use tower_cors::{CorsConfig, CorsLayer};

use crate::config::config;

pub(crate) fn check(u: &mut Unstructured<'_>) -> Result<()> {
    let config = config(u)?;
    if CorsLayer::try_from(config.clone()).is_ok() {
        let json = serde_json::to_value(config).expect("it can be written");
        assert!(SCHEMA.is_valid(&json), "the schema refuses {json}");
    }
    Ok(())
}

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema = schemars::schema_for!(CorsConfig).to_value();
    jsonschema::validator_for(&schema).expect("a schema")
});
