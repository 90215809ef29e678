//! From a policy back to a [`CorsConfig`].

use http::{HeaderName, Method};

use crate::config::MIRROR;
use crate::config::{ANY, CorsConfig};
use crate::policy::Policy;
use crate::policy::rules::{AllowedHeaders, AllowedMethods, AllowedOrigins, ExposedHeaders};

impl Policy {
    /// The policy as data, in its simplest form: a layer made of it answers every request alike. `None` if
    /// [a function](crate::CorsBuilder::allow_origins_if) allows origins, since functions are no data. What
    /// is attached to a layer, such as an observer or a look-up, is not part of its policy.
    ///
    /// Left out is what makes no difference: repetitions, origins that a pattern covers, the CORS-safelisted
    /// methods and response headers. Origins come before patterns; names of headers are in lower case;
    /// [`grpc_web`](crate::CorsBuilder::grpc_web) comes back as the headers that it stands for.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://*.example.com"), origin!("https://a.example.com")])
    ///     .allow_headers(["Content-Type"])
    ///     .build()?;
    /// let config = cors.policy().to_config().expect("there is no function");
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
        let mut origins = vec![ANY.to_owned()];
        let (mut allow_null_origin, mut allow_looked_up_origins) = (false, false);
        if let AllowedOrigins::Listed {
            set,
            null,
            predicates,
            looked_up,
            ..
        } = &rules.origins
        {
            if !predicates.is_empty() {
                return None;
            }
            origins = set.iter().map(str::to_owned).collect();
            allow_null_origin = *null;
            allow_looked_up_origins = *looked_up;
        }
        Some(CorsConfig {
            origins,
            allow_null_origin,
            allow_looked_up_origins,
            methods: match &rules.methods {
                AllowedMethods::Any => vec![ANY.to_owned()],
                AllowedMethods::Mirrored => vec![MIRROR.to_owned()],
                AllowedMethods::Listed(methods) => texts(methods.iter().map(Method::as_str)),
            },
            headers: match &rules.headers {
                AllowedHeaders::Any {
                    authorization: false,
                } => vec![ANY.to_owned()],
                AllowedHeaders::Any {
                    authorization: true,
                } => texts([ANY, "authorization"].into_iter()),
                AllowedHeaders::Mirrored => vec![MIRROR.to_owned()],
                AllowedHeaders::Listed { names, .. } => texts(names.iter().map(HeaderName::as_str)),
            },
            credentials: rules.credentials,
            expose_headers: match &rules.exposed {
                ExposedHeaders::Any => vec![ANY.to_owned()],
                ExposedHeaders::Listed(names) => texts(names.iter().map(HeaderName::as_str)),
            },
            max_age: rules.max_age,
            grpc_web: false,
            allow_private_network: rules.options.private_network,
            timing_allow_origin: rules.options.timing,
            reject_disallowed_origins: rules.options.reject_disallowed_origins,
            forward_preflights: rules.options.forward_preflights,
            preflight_status: rules.options.preflight_status.as_u16(),
            dangerously_allow_insecure_origins: rules.options.insecure_origins,
            dangerously_allow_public_suffixes: rules.options.public_suffixes,
        })
    }
}

fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.map(str::to_owned).collect()
}
