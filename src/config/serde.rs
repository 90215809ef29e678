//! [`CorsConfig`] in files and environment variables: one row for each key, and the kinds of values. Each value may also be
//! a text, as in environment variables.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{ANY, CorsConfig, MIRROR, NONE};
use crate::origin::{clean, entries_of_list};

/// The field that a key sets.
#[derive(Clone, Copy)]
enum Field {
    List(fn(&mut CorsConfig) -> &mut Vec<String>),
    Flag(fn(&mut CorsConfig) -> &mut bool),
    Seconds(fn(&mut CorsConfig) -> &mut Option<u64>),
    Status(fn(&mut CorsConfig) -> &mut Option<u16>),
}

macro_rules! fields {
    ($($kind:ident $name:ident,)*) => {
        /// Each key has the name of its field.
        const FIELDS: &[(&str, Field)] = &[$((stringify!($name), Field::$kind(|config| &mut config.$name)),)*];
    };
}

// In the order in which an error lists them.
fields! {
    List origins,
    Flag allow_null_origin,
    Flag allow_loopback_origins,
    Flag allow_looked_up_origins,
    List methods,
    List headers,
    Flag credentials,
    List expose_headers,
    Seconds max_age,
    List presets,
    Flag allow_private_network,
    Flag timing_allow_origin,
    Flag cross_origin_resource_policy,
    Flag reject_disallowed_origins,
    Flag reject_cross_site_writes,
    List hosts,
    Flag allow_loopback_hosts,
    Flag forward_preflights,
    Status preflight_status,
    Flag dangerously_allow_insecure_origins,
    Flag dangerously_allow_public_suffixes,
    Flag dangerously_allow_whole_schemes,
}

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
                Field::List(list) if key == "hosts" => {
                    let hosts = map.next_value_seed(List(key))?;
                    if hosts.is_empty() {
                        // An empty variable would turn the check off.
                        return Err(A::Error::custom(
                            "`hosts` is empty; name the hosts, or leave the key out",
                        ));
                    }
                    *list(&mut config) = hosts;
                }
                Field::List(list) => *list(&mut config) = map.next_value_seed(List(key))?,
                Field::Flag(flag) => *flag(&mut config) = map.next_value_seed(Flag(key))?,
                Field::Seconds(number) => *number(&mut config) = map.next_value_seed(SECONDS)?,
                Field::Status(number) => {
                    let status = map.next_value_seed(STATUS)?;
                    *number(&mut config) = status.and_then(|status| u16::try_from(status).ok());
                }
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
        let prefixes = [
            "access", "control", "cors", "supports", "with", "allowed", "allow",
        ];
        let text = prefixes.iter().fold(&*text, |text, prefix| {
            text.strip_prefix(prefix).unwrap_or(text)
        });
        let suffixes = ["seconds", "secs", "patterns", "pattern", "regex", "list"];
        let text = suffixes.iter().fold(text, |text, suffix| {
            text.strip_suffix(suffix).unwrap_or(text)
        });
        let text = text.replace("exposed", "expose");
        let text = text.strip_suffix('s').unwrap_or(&text);
        match text {
            "optionssuccessstatu" => "preflightstatu".to_owned(),
            text => text.to_owned(),
        }
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
            .filter_map(|(key, field)| Some((*key, written(&mut config, *field)?)))
            .collect();
        let mut map = serializer.serialize_struct("CorsConfig", entries.len())?;
        for (key, value) in entries {
            match value {
                Written::Word(word) => map.serialize_field(key, &word)?,
                Written::List(list) => map.serialize_field(key, &list)?,
                Written::Flag => map.serialize_field(key, &true)?,
                Written::Number(number) => map.serialize_field(key, &number)?,
            }
        }
        map.end()
    }
}

enum Written {
    Word(String),
    List(Vec<String>),
    Flag,
    Number(u64),
}

fn written(config: &mut CorsConfig, field: Field) -> Option<Written> {
    match field {
        Field::List(list) => match &**list(config) {
            [] => None,
            [word] if [ANY, MIRROR, NONE].contains(&&**word) => Some(Written::Word(word.clone())),
            list => Some(Written::List(list.to_vec())),
        },
        Field::Flag(flag) => flag(config).then_some(Written::Flag),
        Field::Seconds(number) => number(config).map(Written::Number),
        Field::Status(number) => number(config).map(|status| Written::Number(status.into())),
    }
}

/// A list of texts, or one text that is split as [`OriginPattern::parse_list`](crate::OriginPattern::parse_list) does.
struct List(&'static str);

impl<'de> Visitor<'de> for List {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be ", self.0)?;
        f.write_str(match self.0 {
            "origins" => "a list of origins, or \"*\", or \"none\"",
            "hosts" => "a list of hosts",
            "methods" => "a list of methods, or \"*\", or \"mirror request\"",
            "headers" => "a list of header names, or \"*\", or \"mirror request\"",
            "presets" => "a list of presets",
            _ => "a list of header names, or \"*\"",
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        // The one entry with a space.
        if clean(text) == MIRROR {
            return Ok(vec![MIRROR.to_owned()]);
        }
        let entries = entries_of_list(text).into_iter();
        Ok(entries.map(str::to_owned).collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element_seed(ListEntry {
            key: self.0,
            index: entries.len(),
        })? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// A text in a list.
struct ListEntry {
    key: &'static str,
    index: usize,
}

impl Visitor<'_> for ListEntry {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}[{}]` to be a text", self.key, self.index)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<String, E> {
        Ok(text)
    }
}

/// True or false.
struct Flag(&'static str);

impl Visitor<'_> for Flag {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be true or false", self.0)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }
}

/// A number, or nothing.
struct Number {
    expected: &'static str,
    read: fn(&str) -> Option<u64>,
    /// A number above it cannot be stored.
    most: u64,
}

const SECONDS: Number = Number {
    expected: "`max_age` to be a number of whole seconds, or a text such as \"10m\" or \"2h\"",
    read: seconds,
    most: u64::MAX,
};

const STATUS: Number = Number {
    expected: "`preflight_status` to be a number from 200 to 299",
    read: number,
    most: 65_535,
};

impl<'de> Visitor<'de> for Number {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Option<u64>, E> {
        if number > self.most {
            return Err(E::invalid_value(Unexpected::Unsigned(number), &self));
        }
        Ok(Some(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Option<u64>, E> {
        match u64::try_from(number) {
            Ok(number) => self.visit_u64(number),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(number), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<u64>, E> {
        match (self.read)(text).filter(|number| *number <= self.most) {
            Some(number) => Ok(Some(number)),
            None => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<u64>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<u64>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// `600`, `600s`, `10m`, `2h` or `1d`
fn seconds(text: &str) -> Option<u64> {
    let units = [("s", 1), ("m", 60), ("h", 60 * 60), ("d", 24 * 60 * 60)];
    let with_unit = units.iter().find_map(|(unit, seconds)| {
        let count = text.strip_suffix(unit)?;
        Some((count.trim_end(), *seconds))
    });
    let (count, unit) = with_unit.unwrap_or((text, 1));
    number(count)?.checked_mul(unit)
}

fn number(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

macro_rules! seeds {
    ($($name:ident)*) => {
        $(impl<'de> DeserializeSeed<'de> for $name {
            type Value = <Self as Visitor<'de>>::Value;

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                deserializer.deserialize_any(self)
            }
        })*
    };
}

seeds! { List ListEntry Flag Number }
