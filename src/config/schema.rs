//! The JSON Schema of a [`CorsConfig`](super::CorsConfig), for editors: the values that its keys can have.

use schemars::{Schema, SchemaGenerator, json_schema};

use super::{ANY, MIRROR, NONE};
use crate::policy::presets::Preset;
use crate::policy::rules::DEFAULT_PREFLIGHT_STATUS;

/// Precise enough for an editor to mark a missing scheme or a path. The crate checks the rest.
const ORIGIN: &str = r"^(\*|none|file://|[a-z][a-z0-9+.-]*://[^/?#@,\s]+)$";
/// Precise enough to mark a scheme or a path.
const HOST: &str = r"^(\*\.)?[^*/?#@,\s]+$";
/// <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>
const TOKEN: &str = "^[-!#$%&'*+.^_`|~0-9A-Za-z]+$";

pub(super) fn origins(_: &mut SchemaGenerator) -> Schema {
    list(&[ANY, NONE], ORIGIN)
}

pub(super) fn methods(_: &mut SchemaGenerator) -> Schema {
    list(&[ANY, MIRROR], TOKEN)
}

pub(super) fn headers(_: &mut SchemaGenerator) -> Schema {
    list(&[ANY, MIRROR], TOKEN)
}

pub(super) fn exposed_headers(_: &mut SchemaGenerator) -> Schema {
    list(&[ANY], TOKEN)
}

pub(super) fn hosts(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "default": [], "type": "array", "items": { "type": "string", "pattern": HOST } })
}

pub(super) fn presets(_: &mut SchemaGenerator) -> Schema {
    let names = Preset::ALL.map(Preset::name);
    json_schema!({ "default": [], "type": "array", "items": { "enum": names } })
}

pub(super) fn max_age(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "default": null,
        "anyOf": [
            { "type": ["integer", "null"], "minimum": 0, "maximum": 86_400 },
            { "type": "string", "pattern": "^[0-9]+ *[smhd]?$" },
        ]
    })
}

pub(super) fn preflight_status(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": ["integer", "null"],
        "minimum": 200,
        "maximum": 299,
        "default": DEFAULT_PREFLIGHT_STATUS,
    })
}

/// One of these words, or a list of texts that match the pattern.
fn list(words: &[&str], pattern: &str) -> Schema {
    json_schema!({
        "default": [],
        "anyOf": [
            { "enum": words },
            { "type": "array", "items": { "type": "string", "pattern": pattern } },
        ]
    })
}
