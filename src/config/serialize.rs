//! How a [`CorsConfig`] is written: only what differs from the default.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{ANY, CorsConfig, MIRROR};

/// Keys that say nothing are left out.
impl Serialize for CorsConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = (self.preflight_status != Self::default().preflight_status)
            .then_some(self.preflight_status.into());
        let entries = [
            ("origins", list(&self.origins)),
            ("allow_null_origin", flag(self.allow_null_origin)),
            (
                "allow_looked_up_origins",
                flag(self.allow_looked_up_origins),
            ),
            ("methods", list(&self.methods)),
            ("headers", list(&self.headers)),
            ("credentials", flag(self.credentials)),
            ("expose_headers", list(&self.expose_headers)),
            ("max_age", self.max_age.map(Value::Number)),
            ("grpc_web", flag(self.grpc_web)),
            ("allow_private_network", flag(self.allow_private_network)),
            ("timing_allow_origin", flag(self.timing_allow_origin)),
            (
                "reject_disallowed_origins",
                flag(self.reject_disallowed_origins),
            ),
            ("forward_preflights", flag(self.forward_preflights)),
            ("preflight_status", status.map(Value::Number)),
            (
                "dangerously_allow_insecure_origins",
                flag(self.dangerously_allow_insecure_origins),
            ),
            (
                "dangerously_allow_public_suffixes",
                flag(self.dangerously_allow_public_suffixes),
            ),
        ];
        let entries = entries
            .iter()
            .filter_map(|(key, value)| Some((*key, value.as_ref()?)));
        let mut config = serializer.serialize_struct("CorsConfig", entries.clone().count())?;
        for (key, value) in entries {
            match value {
                Value::Word(word) => config.serialize_field(key, word)?,
                Value::List(list) => config.serialize_field(key, list)?,
                Value::Flag => config.serialize_field(key, &true)?,
                Value::Number(number) => config.serialize_field(key, number)?,
            }
        }
        config.end()
    }
}

/// What is written behind a key.
enum Value<'c> {
    Word(&'c str),
    List(&'c [String]),
    /// True: what is false is left out.
    Flag,
    Number(u64),
}

fn list(list: &[String]) -> Option<Value<'_>> {
    match list {
        [] => None,
        [word] if word == ANY || word == MIRROR => Some(Value::Word(word)),
        list => Some(Value::List(list)),
    }
}

fn flag(is_set: bool) -> Option<Value<'static>> {
    is_set.then_some(Value::Flag)
}
