//! From a [`CorsConfig`] to a policy.

use std::sync::Arc;
use std::time::Duration;

use super::draft::Draft;
use super::presets::Preset;
use super::stated_by::StatedBy;
use super::{IntoHeaderName, IntoMethod, IntoOriginPattern};
use crate::config::{ANY, CorsConfig, MIRROR};
use crate::error::ConfigError;
use crate::layer::CorsLayer;

impl TryFrom<CorsConfig> for CorsLayer {
    type Error = ConfigError;

    /// Checks the policy and compiles it into a layer.
    ///
    /// # Errors
    /// If anything is wrong with the policy: all that is, at once.
    fn try_from(config: CorsConfig) -> Result<Self, ConfigError> {
        let policy = Draft::from(config).compile()?;
        Ok(Self::new(Arc::new(policy)))
    }
}

impl From<CorsConfig> for Draft {
    fn from(config: CorsConfig) -> Self {
        let mut draft = Self::stated_by(StatedBy::Keys);
        draft.any_origin = config.origins == [ANY];
        if !draft.any_origin {
            let origins = config.origins.into_iter();
            draft.origins = origins
                .map(IntoOriginPattern::into_origin_pattern)
                .collect();
        }
        draft.null_origin = config.allow_null_origin;
        draft.looked_up = config.allow_looked_up_origins;

        draft.any_method = config.methods == [ANY];
        draft.mirror_methods = config.methods == [MIRROR];
        if !draft.any_method && !draft.mirror_methods {
            let methods = config.methods.into_iter();
            draft.methods = methods.map(IntoMethod::into_method).collect();
        }

        draft.any_header = is_any_header(&config.headers);
        draft.mirror_headers = config.headers == [MIRROR];
        if !draft.mirror_headers {
            let names = config.headers.into_iter();
            draft.headers = names
                .filter(|name| !draft.any_header || name != ANY)
                .map(IntoHeaderName::into_header_name)
                .collect();
        }

        draft.expose_any = config.expose_headers == [ANY];
        if !draft.expose_any {
            let names = config.expose_headers.into_iter();
            draft.exposed = names.map(IntoHeaderName::into_header_name).collect();
        }
        if config.grpc_web {
            let (headers, exposed) = (
                Preset::GrpcWeb.request_headers(),
                Preset::GrpcWeb.exposed_headers(),
            );
            draft.headers.extend(headers.iter().cloned().map(Ok));
            draft.exposed.extend(exposed.iter().cloned().map(Ok));
        }

        draft.credentials = config.credentials;
        draft.max_age = config.max_age.map(Duration::from_secs);
        draft.preflight_status = config.preflight_status;
        draft.options.private_network = config.allow_private_network;
        draft.options.timing = config.timing_allow_origin;
        draft.options.reject_disallowed_origins = config.reject_disallowed_origins;
        draft.options.forward_preflights = config.forward_preflights;
        draft.options.insecure_origins = config.dangerously_allow_insecure_origins;
        draft.options.public_suffixes = config.dangerously_allow_public_suffixes;
        draft
    }
}

/// Whether there is a `*`, and nothing beside it but the one name that it doesn't cover.
fn is_any_header(names: &[String]) -> bool {
    let is_covered = |name: &String| name != ANY && !name.eq_ignore_ascii_case("authorization");
    names.iter().any(|name| name == ANY) && !names.iter().any(is_covered)
}
