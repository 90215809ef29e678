//! From a [`CorsConfig`] to a layer.

use std::sync::Arc;
use std::time::Duration;

use super::UncheckedPolicy;
use super::inputs::Item;
use crate::config::{ANY, CorsConfig, MIRROR, NONE};
use crate::error::ConfigError;
use crate::layer::CorsLayer;
use crate::policy::rules::{Names, Notation, Rules};

impl TryFrom<CorsConfig> for CorsLayer {
    type Error = ConfigError;

    /// Checks the policy and compiles it into a layer.
    ///
    /// # Errors
    /// If the policy has problems: the error lists all of them.
    fn try_from(config: CorsConfig) -> Result<Self, ConfigError> {
        let policy = UncheckedPolicy::from(config).check()?;
        Ok(Self::from(Arc::new(policy)))
    }
}

impl From<CorsConfig> for UncheckedPolicy {
    fn from(config: CorsConfig) -> Self {
        let CorsConfig {
            mut origins,
            allow_null_origin,
            allow_loopback_origins,
            allow_looked_up_origins,
            methods,
            mut headers,
            credentials,
            mut expose_headers,
            max_age,
            presets,
            allow_private_network,
            timing_allow_origin,
            cross_origin_resource_policy,
            reject_disallowed_origins,
            reject_cross_site_writes,
            hosts,
            allow_loopback_hosts,
            forward_preflights,
            preflight_status,
            dangerously_allow_insecure_origins,
            dangerously_allow_public_suffixes,
            dangerously_allow_whole_schemes,
        } = config;
        let mut rules = Rules {
            any_origin: origins == [ANY],
            no_origin: origins == [NONE],
            allow_null_origin,
            allow_loopback_origins,
            allow_looked_up_origins,
            allow_loopback_hosts,
            credentials,
            max_age: max_age.map(Duration::from_secs),
            preflight_status,
            forward_preflights,
            allow_private_network,
            timing_allow_origin,
            cross_origin_resource_policy,
            reject_disallowed_origins,
            reject_cross_site_writes,
            dangerously_allow_insecure_origins,
            dangerously_allow_public_suffixes,
            dangerously_allow_whole_schemes,
            ..Rules::default()
        };
        if rules.any_origin || rules.no_origin {
            origins.clear();
        } else if reject_cross_site_writes && origins.iter().any(|origin| origin == ANY) {
            // Any page may read, the others in the list may write.
            rules.any_origin = true;
            origins.retain(|origin| origin != ANY);
        }
        if is_any_header(&headers) {
            rules.request_headers.any = true;
            headers.retain(|name| name != ANY);
        }
        if expose_headers == [ANY] {
            rules.exposed_headers.any = true;
            expose_headers.clear();
        }
        let mut policy = Self {
            methods: read_list(methods, &mut rules.methods),
            request_headers: read_list(headers, &mut rules.request_headers),
            exposed_headers: items(expose_headers),
            presets: items(presets),
            // An empty list is the same as none.
            hosts: Some(hosts).filter(|hosts| !hosts.is_empty()),
            rules,
            ..Self::new(Notation::Config)
        };
        policy.origins.extend(origins.into_iter().map(Item::Text));
        policy
    }
}

/// The entries of a list, unless the list is only `*` or [`MIRROR`].
fn read_list<T, N>(entries: Vec<String>, names: &mut Names<N>) -> Vec<Item<T>> {
    match &*entries {
        [word] if word == ANY => names.any = true,
        [word] if word == MIRROR => names.mirrored = true,
        _ => return items(entries),
    }
    vec![]
}

fn items<T>(entries: Vec<String>) -> Vec<Item<T>> {
    entries.into_iter().map(Item::Text).collect()
}

/// Whether the list is `*`, alone or with the one name that `*` does not cover.
fn is_any_header(names: &[String]) -> bool {
    let is_covered = |name: &String| name != ANY && !name.eq_ignore_ascii_case("authorization");
    names.iter().any(|name| name == ANY) && !names.iter().any(is_covered)
}
