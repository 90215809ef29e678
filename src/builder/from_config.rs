//! From a [`CorsConfig`] to a layer.

use std::sync::Arc;
use std::time::Duration;

use super::UncheckedPolicy;
use super::inputs::Item;
use crate::config::{ANY, CorsConfig, MIRROR, NONE};
use crate::error::ConfigError;
use crate::layer::CorsLayer;
use crate::policy::notation::Notation;
use crate::policy::rules::Names;

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
    fn from(mut config: CorsConfig) -> Self {
        let mut policy = Self::new(Notation::Config);
        let rules = &mut policy.rules;

        let mut origins = std::mem::take(&mut config.origins);
        rules.any_origin = origins == [ANY];
        rules.no_origin = origins == [NONE];
        if config.reject_cross_site_writes && origins.iter().any(|origin| origin == ANY) {
            // Any page may read, the others in the list may write.
            rules.any_origin = true;
            origins.retain(|origin| origin != ANY);
        }
        if rules.no_origin || origins == [ANY] {
            origins.clear();
        }
        policy.origins.extend(origins.into_iter().map(Item::Text));

        let methods = std::mem::take(&mut config.methods);
        policy.methods = read_list(methods, &mut rules.methods);
        let mut names = std::mem::take(&mut config.headers);
        if is_any_header(&names) {
            rules.request_headers.any = true;
            names.retain(|name| name != ANY);
        }
        policy.request_headers = read_list(names, &mut rules.request_headers);
        let names = std::mem::take(&mut config.expose_headers);
        rules.exposed_headers.any = names == [ANY];
        if !rules.exposed_headers.any {
            policy.exposed_headers = items(names);
        }
        policy.max_age = config.max_age.map(Duration::from_secs);
        policy.presets = std::mem::take(&mut config.presets);
        policy.hosts = std::mem::take(&mut config.hosts);
        rules.settings = config;
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
