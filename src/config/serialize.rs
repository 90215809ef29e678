//! How a [`CorsConfig`] is written: only what differs from the default.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{ANY, CorsConfig};
use crate::draft::MIRROR;

/// Keys that say nothing are left out.
impl Serialize for CorsConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let default = Self::default();
        let lists = [
            ("origins", &self.origins),
            ("methods", &self.methods),
            ("headers", &self.headers),
            ("expose_headers", &self.expose_headers),
        ];
        let flags = [
            ("allow_null_origin", self.allow_null_origin),
            ("credentials", self.credentials),
            ("grpc_web", self.grpc_web),
            ("allow_private_network", self.allow_private_network),
            ("timing_allow_origin", self.timing_allow_origin),
            ("reject_disallowed_origins", self.reject_disallowed_origins),
            ("forward_preflights", self.forward_preflights),
            (
                "dangerously_allow_insecure_origins",
                self.dangerously_allow_insecure_origins,
            ),
            (
                "dangerously_allow_public_suffixes",
                self.dangerously_allow_public_suffixes,
            ),
        ];
        let numbers = [
            ("max_age", self.max_age),
            (
                "preflight_status",
                (self.preflight_status != default.preflight_status)
                    .then_some(self.preflight_status.into()),
            ),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        let flags = flags.into_iter().filter(|(_, is_set)| *is_set);
        let numbers = numbers
            .into_iter()
            .filter_map(|(key, number)| Some((key, number?)));
        let count = lists.clone().count() + flags.clone().count() + numbers.clone().count();

        let mut config = serializer.serialize_struct("CorsConfig", count)?;
        for (key, list) in lists {
            match &**list {
                [word] if word == ANY || word == MIRROR => config.serialize_field(key, word)?,
                list => config.serialize_field(key, list)?,
            }
        }
        for (key, is_set) in flags {
            config.serialize_field(key, &is_set)?;
        }
        for (key, number) in numbers {
            config.serialize_field(key, &number)?;
        }
        config.end()
    }
}
