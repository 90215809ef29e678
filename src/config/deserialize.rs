//! Which keys a [`CorsConfig`] is read from. What may stand behind them is in `value.rs`.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::CorsConfig;
use super::value::{Flag, List, MaxAge, Status};

/// In the order in which an error names them.
const KEYS: &[&str] = &[
    "origins",
    "allow_null_origin",
    "allow_looked_up_origins",
    "methods",
    "headers",
    "credentials",
    "expose_headers",
    "max_age",
    "grpc_web",
    "allow_private_network",
    "timing_allow_origin",
    "reject_disallowed_origins",
    "forward_preflights",
    "preflight_status",
    "dangerously_allow_insecure_origins",
    "dangerously_allow_public_suffixes",
];

/// For formats that describe themselves. What is wrong with a value is told with its key.
impl<'de> Deserialize<'de> for CorsConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("CorsConfig", KEYS, Keys)
    }
}

struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = CorsConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CORS policy: keys such as `origins`, with their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CorsConfig, A::Error> {
        let mut config = CorsConfig::default();
        let mut seen = Vec::new();
        while let Some(key) = map.next_key_seed(Key)? {
            if seen.contains(&key) {
                return Err(A::Error::duplicate_field(key));
            }
            seen.push(key);
            match key {
                "origins" => config.origins = map.next_value_seed(List(key))?,
                "allow_null_origin" => config.allow_null_origin = map.next_value_seed(Flag(key))?,
                "allow_looked_up_origins" => {
                    config.allow_looked_up_origins = map.next_value_seed(Flag(key))?;
                }
                "methods" => config.methods = map.next_value_seed(List(key))?,
                "headers" => config.headers = map.next_value_seed(List(key))?,
                "credentials" => config.credentials = map.next_value_seed(Flag(key))?,
                "expose_headers" => config.expose_headers = map.next_value_seed(List(key))?,
                "max_age" => config.max_age = map.next_value_seed(MaxAge)?,
                "grpc_web" => config.grpc_web = map.next_value_seed(Flag(key))?,
                "allow_private_network" => {
                    config.allow_private_network = map.next_value_seed(Flag(key))?;
                }
                "timing_allow_origin" => {
                    config.timing_allow_origin = map.next_value_seed(Flag(key))?;
                }
                "reject_disallowed_origins" => {
                    config.reject_disallowed_origins = map.next_value_seed(Flag(key))?;
                }
                "forward_preflights" => {
                    config.forward_preflights = map.next_value_seed(Flag(key))?;
                }
                "preflight_status" => config.preflight_status = map.next_value_seed(Status)?,
                "dangerously_allow_insecure_origins" => {
                    config.dangerously_allow_insecure_origins = map.next_value_seed(Flag(key))?;
                }
                "dangerously_allow_public_suffixes" => {
                    config.dangerously_allow_public_suffixes = map.next_value_seed(Flag(key))?;
                }
                _ => return Err(A::Error::unknown_field(key, KEYS)),
            }
        }
        Ok(config)
    }
}

/// One of [`KEYS`]. Another is refused here, so that the error has its place.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = &'static str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key such as `origins`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<&'static str, E> {
        let known = KEYS.iter().find(|key| **key == text);
        known.copied().ok_or_else(|| E::unknown_field(text, KEYS))
    }
}
