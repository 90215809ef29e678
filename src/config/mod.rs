//! A policy as plain data: [`CorsConfig`].

#[cfg(feature = "serde")]
mod keys;
#[cfg(feature = "schemars")]
mod schema;
#[cfg(feature = "serde")]
mod value;

/// A policy as plain data: for files, environment variables, databases.
///
/// [`CorsLayer::try_from`](crate::CorsLayer) checks it as [`build`](crate::CorsBuilder::build) does, and
/// reports every problem at once, each with its place in the data (`origins[3]`). What the builder's types
/// exclude is refused in the words that the compiler has for it. [`Policy::to_config`] reads it back.
///
/// The keys are named like the builder's methods, where the details are:
///
/// | key | value | without it |
/// |---|---|---|
/// | `origins` | origins and [patterns](crate::OriginPattern), or `"*"` for [any](crate::CorsBuilder::allow_any_origin) | an error, unless one of the next three is true |
/// | [`allow_null_origin`](crate::CorsBuilder::allow_null_origin) | true or false | false |
/// | [`allow_loopback_origins`](crate::CorsBuilder::allow_loopback_origins) | true or false | false |
/// | `allow_looked_up_origins` | true or false; true where the program adds a look-up to the layer (feature `lookup`), which may then be the only one to allow origins | false |
/// | `methods` | [methods](crate::CorsBuilder::allow_methods) besides GET, HEAD and POST; `"*"` for [any](crate::CorsBuilder::allow_any_method); `"mirror request"` for [whatever is asked for](crate::CorsBuilder::mirror_request_methods) | none |
/// | `headers` | [request headers](crate::CorsBuilder::allow_headers); `"*"` for [any](crate::CorsBuilder::allow_any_header) but `authorization`, `["*", "authorization"]` for that too; `"mirror request"` for [whatever is asked for](crate::CorsBuilder::mirror_request_headers) | none |
/// | `credentials` | [true](crate::CorsBuilder::allow_credentials) or false | false |
/// | `expose_headers` | [response headers](crate::CorsBuilder::expose_headers), or `"*"` for [any](crate::CorsBuilder::expose_any_header) | none |
/// | [`max_age`](crate::CorsBuilder::max_age) | whole seconds, from 0 to 86400 | the browser's own 5 s |
/// | `presets` | what the clients of a protocol need: [`"connect"`](crate::CorsBuilder::connect), [`"grpc-web"`](crate::CorsBuilder::grpc_web), [`"mcp"`](crate::CorsBuilder::mcp), [`"range-requests"`](crate::CorsBuilder::range_requests), [`"tus"`](crate::CorsBuilder::tus) | none |
/// | [`allow_private_network`](crate::CorsBuilder::allow_private_network) | true or false | false |
/// | [`timing_allow_origin`](crate::CorsBuilder::timing_allow_origin) | true or false | false |
/// | [`cross_origin_resource_policy`](crate::CorsBuilder::cross_origin_resource_policy) | true or false | false |
/// | [`reject_disallowed_origins`](crate::CorsBuilder::reject_disallowed_origins) | true or false | false |
/// | [`forward_preflights`](crate::CorsBuilder::forward_preflights) | true or false | false |
/// | [`preflight_status`](crate::CorsBuilder::preflight_status) | from 200 to 299 | 204 |
/// | [`dangerously_allow_insecure_origins`](crate::CorsBuilder::dangerously_allow_insecure_origins) | true or false | false |
/// | [`dangerously_allow_public_suffixes`](crate::CorsBuilder::dangerously_allow_public_suffixes) | true or false | false |
/// | [`dangerously_allow_whole_schemes`](crate::CorsBuilder::dangerously_allow_whole_schemes) | true or false | false |
///
/// `"*"` and `"mirror request"` stand alone, but for `authorization` beside `"*"`. No method or header can
/// be called `mirror request`, because of the blank.
///
/// # Example
/// ```
/// use tower_cors::{CorsConfig, CorsLayer};
///
/// let mut config = CorsConfig::default();
/// config.origins = vec!["https://app.example.com".to_owned(), "https://*.example.org".to_owned()];
/// config.credentials = true;
/// config.max_age = Some(600);
/// let cors = CorsLayer::try_from(config)?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
///
/// # Files
///
/// The feature `serde` adds `Serialize` and `Deserialize`, for every format that describes itself: TOML,
/// JSON, YAML, and environment variables. A key that isn't one of the above is an error. In a greater
/// configuration, give the policy a table of its own: `#[serde(flatten)]` would drop such keys unsaid.
///
#[cfg_attr(feature = "serde", doc = "```")]
#[cfg_attr(not(feature = "serde"), doc = "```ignore")]
/// use tower_cors::{CorsConfig, CorsLayer};
///
/// let config: CorsConfig = toml::from_str(r#"
///     origins = ["https://app.example.com", "https://*.example.org"]
///     methods = ["PUT", "DELETE"]
///     headers = ["content-type", "authorization"]
///     credentials = true
///     max_age = 600
/// "#)?;
/// let cors = CorsLayer::try_from(config)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Environment variables are texts. So a text in the place of a list is the list of what stands between its
/// commas (`CORS_ORIGINS="https://app.example.com, https://*.example.org"`; an empty one is an empty list),
/// and a text in the place of a boolean or number must be just `true`, `false`, or digits: `1`, `yes` and
/// `10m` are errors. `"*"` and `["*"]` say the same. In YAML, write `"*"` with its quotation marks.
///
/// `cargo run --example config --features serde` reads all of these through figment; `tests/config` holds it
/// to that, and to the same through the crate `config`.
///
/// # What is no data
///
/// Look-ups, observers and shadow policies are added to the layer that is made of the config. A function that
/// allows origins, [`allow_origins_if`](crate::CorsBuilder::allow_origins_if), is the builder's alone.
///
/// # JSON Schema
///
/// For editors, which complete and mark the keys by it. The feature `schemars` has it as
/// `schemars::schema_for!(CorsConfig)`; this is it:
///
#[cfg_attr(doc, doc = "```json")]
#[cfg_attr(doc, doc = include_str!("../../docs/cors-config.schema.json"))]
#[cfg_attr(doc, doc = "```")]
///
/// [`Policy::to_config`]: crate::Policy::to_config
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no"
)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(
        title = "CORS policy",
        description = "Who may call from a web page, and with what.",
        default,
        deny_unknown_fields
    )
)]
pub struct CorsConfig {
    /// Origins and origin patterns, or `*` alone for any.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::origins"))]
    pub origins: Vec<String>,
    /// Whether the origin `null` is allowed, which anybody can get.
    pub allow_null_origin: bool,
    /// Whether pages on the visitor's own machine are allowed: every loopback name, address and port.
    pub allow_loopback_origins: bool,
    /// Whether a look-up that the program adds to the layer may allow origins too.
    pub allow_looked_up_origins: bool,
    /// Methods besides GET, HEAD and POST, or `*` alone for any, or `mirror request` alone for whatever is
    /// asked for.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::methods"))]
    pub methods: Vec<String>,
    /// Request headers, or `*` for any but `authorization`, which may stand beside it, or `mirror request`
    /// alone for whatever is asked for.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::headers"))]
    pub headers: Vec<String>,
    /// Whether pages may send cookies and HTTP authentication. Excludes every `*`.
    pub credentials: bool,
    /// Response headers that pages may read, or `*` alone for any.
    #[cfg_attr(
        feature = "schemars",
        schemars(schema_with = "schema::exposed_headers")
    )]
    pub expose_headers: Vec<String>,
    /// How long browsers may keep the answer to a preflight, in whole seconds.
    #[cfg_attr(feature = "schemars", schemars(range(max = 86_400)))]
    pub max_age: Option<u64>,
    /// Protocols whose methods and headers are allowed and exposed, besides those above.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::presets"))]
    pub presets: Vec<String>,
    /// Whether public pages may call a server on a private network.
    pub allow_private_network: bool,
    /// Whether the same pages may read the timing of responses.
    pub timing_allow_origin: bool,
    /// Whether responses say which pages may embed them, in `Cross-Origin-Resource-Policy`.
    pub cross_origin_resource_policy: bool,
    /// Whether actual requests from disallowed origins get 403.
    pub reject_disallowed_origins: bool,
    /// Whether the inner service answers preflights.
    pub forward_preflights: bool,
    /// The status of preflight responses. `None` is 204.
    #[cfg_attr(
        feature = "schemars",
        schemars(schema_with = "schema::preflight_status")
    )]
    pub preflight_status: Option<u16>,
    /// Whether `http://` origins are allowed with credentials.
    pub dangerously_allow_insecure_origins: bool,
    /// Whether subdomain patterns over public suffixes are allowed with credentials.
    pub dangerously_allow_public_suffixes: bool,
    /// Whether patterns for every host of a scheme, such as `moz-extension://*`, are allowed with credentials.
    pub dangerously_allow_whole_schemes: bool,
}

/// Any origin, method or header.
pub(crate) const ANY: &str = "*";

/// Whatever the preflight asks for. No method and no header name contains a blank.
pub(crate) const MIRROR: &str = "mirror request";

/// The status that most servers use, because the response has no body.
pub(crate) const DEFAULT_PREFLIGHT_STATUS: u16 = 204;

impl CorsConfig {
    /// The status of preflight responses.
    pub(crate) fn preflight_status(&self) -> u16 {
        self.preflight_status.unwrap_or(DEFAULT_PREFLIGHT_STATUS)
    }
}
