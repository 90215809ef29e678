//! The values of the keys of a [`CorsConfig`](super::CorsConfig): each as its own type, or as a text for environment
//! variables.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess, Unexpected, Visitor};

/// A list of texts, or one text that is split at its commas.
pub(super) struct List(pub(super) &'static str);

impl<'de> Visitor<'de> for List {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be ", self.0)?;
        f.write_str(match self.0 {
            "origins" => "a list of origins, or \"*\"",
            "methods" => "a list of methods, or \"*\", or \"mirror request\"",
            "headers" => "a list of header names, or \"*\", or \"mirror request\"",
            "presets" => "a list of presets",
            _ => "a list of header names, or \"*\"",
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
        // An environment variable with an empty value.
        if text.trim().is_empty() {
            return Ok(vec![]);
        }
        Ok(text.split(',').map(|entry| entry.trim().into()).collect())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = list.next_element_seed(Entry {
            key: self.0,
            index: entries.len(),
        })? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// A text in a list.
struct Entry {
    key: &'static str,
    index: usize,
}

impl Visitor<'_> for Entry {
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
pub(super) struct Flag(pub(super) &'static str);

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

/// Whole seconds, or nothing.
pub(super) struct MaxAge;

impl<'de> Visitor<'de> for MaxAge {
    type Value = Option<u64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`max_age` to be a number of whole seconds")
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Option<u64>, E> {
        Ok(Some(seconds))
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Option<u64>, E> {
        let unsigned = u64::try_from(seconds).map(Some);
        unsigned.map_err(|_| E::invalid_value(Unexpected::Signed(seconds), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<u64>, E> {
        let seconds = number(text).map(Some);
        seconds.ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
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

/// A status.
pub(super) struct Status;

impl Visitor<'_> for Status {
    type Value = Option<u16>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`preflight_status` to be a number from 200 to 299")
    }

    fn visit_u64<E: Error>(self, status: u64) -> Result<Option<u16>, E> {
        u16::try_from(status)
            .map(Some)
            .map_err(|_| E::invalid_value(Unexpected::Unsigned(status), &self))
    }

    fn visit_i64<E: Error>(self, status: i64) -> Result<Option<u16>, E> {
        u16::try_from(status)
            .map(Some)
            .map_err(|_| E::invalid_value(Unexpected::Signed(status), &self))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<u16>, E> {
        let status = number(text).and_then(|number| u16::try_from(number).ok());
        status
            .map(Some)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
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

seeds! { List Entry Flag MaxAge Status }
