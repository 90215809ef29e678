//! Turns a policy back into a [`CorsConfig`].

use http::{HeaderName, Method};

use super::{ANY, CorsConfig, MIRROR, NONE};
use crate::policy::Policy;
use crate::policy::presets::Preset;
use crate::policy::rules::Names;

impl Policy {
    /// The policy as data, in its simplest form. A layer that you make from it decides in the same way about every
    /// request. `None` if [a function](crate::CorsBuilder::allow_origins_if) allows origins, because a function is not
    /// data. What is attached to a layer, such as an observer or a look-up, is not part of its policy.
    ///
    /// The result leaves out what makes no difference: repetitions, origins that a pattern covers, CORS-safelisted
    /// methods and response headers, and the entries that a preset adds. Patterns with a `*` inside the first label all
    /// stay, unless a pattern of another form covers them. Origins come before patterns, and header names are in lower
    /// case.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([
    ///         origin!("https://*.example.com"),
    ///         origin!("https://a.example.com"),
    ///     ])
    ///     .allow_headers(["Content-Type"])
    ///     .build()?;
    /// let config = cors
    ///     .policy()
    ///     .to_config()
    ///     .expect("no function allows origins");
    /// assert_eq!(config.origins, ["https://*.example.com"]);
    /// assert_eq!(config.headers, ["content-type"]);
    ///
    /// let again = CorsLayer::try_from(config.clone())?;
    /// assert_eq!(again.policy().to_config(), Some(config));
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn to_config(&self) -> Option<CorsConfig> {
        let rules = &self.rules;
        if !rules.predicates.is_empty() {
            return None;
        }
        let origins = if rules.any_origin {
            texts(std::iter::once(ANY).chain(self.origins()))
        } else if rules.no_origin {
            texts([NONE])
        } else {
            texts(self.origins())
        };
        let in_presets = |entries: fn(Preset) -> &'static [&'static str]| {
            let entries = rules
                .presets
                .iter()
                .flat_map(move |preset| entries(*preset));
            entries.copied().collect::<Vec<_>>()
        };
        Some(CorsConfig {
            origins,
            methods: entries(&rules.methods, Method::as_str, &in_presets(Preset::methods)),
            headers: if rules.request_headers.any && rules.lists_authorization() {
                texts([ANY, "authorization"])
            } else {
                entries(
                    &rules.request_headers,
                    HeaderName::as_str,
                    &in_presets(Preset::request_headers),
                )
            },
            expose_headers: entries(
                &rules.exposed_headers,
                HeaderName::as_str,
                &in_presets(Preset::exposed_headers),
            ),
            max_age: rules.max_age.map(|max_age| max_age.as_secs()),
            preflight_status: rules.preflight_status,
            credentials: rules.credentials,
            presets: texts(rules.presets.iter().map(|preset| preset.name())),
            hosts: rules
                .hosts
                .as_ref()
                .map_or_else(Vec::new, |hosts| hosts.entries().to_vec()),
            allow_loopback_hosts: rules.allow_loopback_hosts,
            allow_null_origin: rules.allow_null_origin && !rules.any_origin,
            allow_loopback_origins: rules.allow_loopback_origins,
            allow_looked_up_origins: rules.allow_looked_up_origins,
            forward_preflights: rules.forward_preflights,
            allow_private_network: rules.allow_private_network,
            timing_allow_origin: rules.timing_allow_origin,
            cross_origin_resource_policy: rules.cross_origin_resource_policy,
            reject_disallowed_origins: rules.reject_disallowed_origins,
            reject_cross_site_writes: rules.reject_cross_site_writes,
            dangerously_allow_insecure_origins: rules.dangerously_allow_insecure_origins,
            dangerously_allow_public_suffixes: rules.dangerously_allow_public_suffixes,
            dangerously_allow_whole_schemes: rules.dangerously_allow_whole_schemes,
        })
    }
}

/// The entries of a list, without those of its presets.
fn entries<T>(names: &Names<T>, text: fn(&T) -> &str, in_presets: &[&str]) -> Vec<String> {
    if names.any {
        texts([ANY])
    } else if names.mirrored {
        texts([MIRROR])
    } else {
        let listed = names.listed.iter().map(text);
        texts(listed.filter(|entry| !in_presets.contains(entry)))
    }
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    texts.into_iter().map(str::to_owned).collect()
}
