//! The keys of a [`CorsConfig`] in files: one row for each key, for reading and for writing.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::value::{Flag, List, MaxAge, Status};
use super::{ANY, CorsConfig, MIRROR};

/// The field that a key sets.
#[derive(Clone, Copy)]
enum Field {
    List(fn(&mut CorsConfig) -> &mut Vec<String>),
    Flag(fn(&mut CorsConfig) -> &mut bool),
    MaxAge,
    PreflightStatus,
}

/// In the order in which an error lists them.
const FIELDS: [(&str, Field); 19] = [
    ("origins", Field::List(|c| &mut c.origins)),
    (
        "allow_null_origin",
        Field::Flag(|c| &mut c.allow_null_origin),
    ),
    (
        "allow_loopback_origins",
        Field::Flag(|c| &mut c.allow_loopback_origins),
    ),
    (
        "allow_looked_up_origins",
        Field::Flag(|c| &mut c.allow_looked_up_origins),
    ),
    ("methods", Field::List(|c| &mut c.methods)),
    ("headers", Field::List(|c| &mut c.headers)),
    ("credentials", Field::Flag(|c| &mut c.credentials)),
    ("expose_headers", Field::List(|c| &mut c.expose_headers)),
    ("max_age", Field::MaxAge),
    ("presets", Field::List(|c| &mut c.presets)),
    (
        "allow_private_network",
        Field::Flag(|c| &mut c.allow_private_network),
    ),
    (
        "timing_allow_origin",
        Field::Flag(|c| &mut c.timing_allow_origin),
    ),
    (
        "cross_origin_resource_policy",
        Field::Flag(|c| &mut c.cross_origin_resource_policy),
    ),
    (
        "reject_disallowed_origins",
        Field::Flag(|c| &mut c.reject_disallowed_origins),
    ),
    (
        "forward_preflights",
        Field::Flag(|c| &mut c.forward_preflights),
    ),
    ("preflight_status", Field::PreflightStatus),
    (
        "dangerously_allow_insecure_origins",
        Field::Flag(|c| &mut c.dangerously_allow_insecure_origins),
    ),
    (
        "dangerously_allow_public_suffixes",
        Field::Flag(|c| &mut c.dangerously_allow_public_suffixes),
    ),
    (
        "dangerously_allow_whole_schemes",
        Field::Flag(|c| &mut c.dangerously_allow_whole_schemes),
    ),
];

/// serde needs the keys without the fields.
static KEYS: [&str; FIELDS.len()] = {
    let mut keys = [""; FIELDS.len()];
    let mut i = 0;
    while i < keys.len() {
        keys[i] = FIELDS[i].0;
        i += 1;
    }
    keys
};

/// Works with formats that describe themselves. An error about a value names its key.
impl<'de> Deserialize<'de> for CorsConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("CorsConfig", &KEYS, Table)
    }
}

struct Table;

impl<'de> Visitor<'de> for Table {
    type Value = CorsConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CORS policy: keys such as `origins`, with their values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<CorsConfig, A::Error> {
        let mut config = CorsConfig::default();
        let mut seen = Vec::new();
        while let Some((key, field)) = map.next_key_seed(Key)? {
            if seen.contains(&key) {
                return Err(A::Error::duplicate_field(key));
            }
            seen.push(key);
            match field {
                Field::List(list) => *list(&mut config) = map.next_value_seed(List(key))?,
                Field::Flag(flag) => *flag(&mut config) = map.next_value_seed(Flag(key))?,
                Field::MaxAge => config.max_age = map.next_value_seed(MaxAge)?,
                Field::PreflightStatus => config.preflight_status = map.next_value_seed(Status)?,
            }
        }
        Ok(config)
    }
}

/// One of [`FIELDS`]. It refuses any other key here, because then the error has its place in the file.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = (&'static str, Field);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = (&'static str, Field);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key such as `origins`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if let Some(field) = FIELDS.iter().find(|(key, _)| *key == text) {
            return Ok(*field);
        }
        Err(match similar_key(text) {
            Some(key) => E::custom(format_args!(
                "unknown field `{}`, expected one of `{}`; did you mean `{key}`?",
                text.escape_debug(),
                KEYS.join("`, `")
            )),
            None => E::unknown_field(text, &KEYS),
        })
    }
}

/// The key that `allowedOrigins` or `max-age`, names from other frameworks, probably means.
fn similar_key(text: &str) -> Option<&'static str> {
    let core = |text: &str| {
        let letters = text.chars().filter(char::is_ascii_alphabetic);
        let text: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
        let prefixes = ["access", "control", "cors", "allowed", "allow"];
        let text = prefixes.iter().fold(&*text, |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
        let text = text.replace("exposed", "expose");
        text.strip_suffix('s').unwrap_or(&text).to_owned()
    };
    let text = core(text);
    KEYS.into_iter().find(|key| core(key) == text)
}

/// Writes only the values that differ from the default.
impl Serialize for CorsConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut config = self.clone();
        let entries: Vec<_> = FIELDS
            .iter()
            .filter_map(|(key, field)| Some((*key, entry(&mut config, *field)?)))
            .collect();
        let mut map = serializer.serialize_struct("CorsConfig", entries.len())?;
        for (key, value) in entries {
            match value {
                Entry::Word(word) => map.serialize_field(key, &word)?,
                Entry::List(list) => map.serialize_field(key, &list)?,
                Entry::Flag => map.serialize_field(key, &true)?,
                Entry::Number(number) => map.serialize_field(key, &number)?,
            }
        }
        map.end()
    }
}

enum Entry {
    Word(String),
    List(Vec<String>),
    Flag,
    Number(u64),
}

fn entry(config: &mut CorsConfig, field: Field) -> Option<Entry> {
    match field {
        Field::List(list) => match &**list(config) {
            [] => None,
            [word] if word == ANY || word == MIRROR => Some(Entry::Word(word.clone())),
            list => Some(Entry::List(list.to_vec())),
        },
        Field::Flag(flag) => flag(config).then_some(Entry::Flag),
        Field::MaxAge => config.max_age.map(Entry::Number),
        Field::PreflightStatus => {
            let status = config.preflight_status?;
            Some(Entry::Number(status.into()))
        }
    }
}
