//! A policy as plain data: [`CorsConfig`].

mod from_policy;
#[cfg(feature = "schemars")]
mod schema;
#[cfg(feature = "serde")]
mod serde;

/// A policy as plain data: for files, environment variables and databases.
///
/// [`CorsLayer::try_from`](crate::CorsLayer) checks it like [`build`](crate::CorsBuilder::build) does, and reports
/// every problem at once, each with its place in the data (`origins[3]`). It refuses the combinations that do not
/// compile with the builder, with the same message. [`Policy::to_config`] turns a policy back into data.
///
/// The keys have the names of the builder's methods, which describe them in detail:
///
#[doc = include_str!("../../docs/config-keys.md")]
///
/// `"*"` and `"mirror request"` cannot be combined with other entries, except `"*"` with `authorization`. No method or
/// header can have the name `mirror request`, because it contains a space.
///
/// # Example
/// ```
/// use tower_cors::{CorsConfig, CorsLayer};
///
/// let cors = CorsLayer::try_from(CorsConfig {
///     origins: vec![
///         "https://app.example.com".to_owned(),
///         "https://*.example.org".to_owned(),
///     ],
///     credentials: true,
///     max_age: Some(600),
///     ..CorsConfig::default()
/// })?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
///
/// # Files
///
/// The feature `serde` adds `Serialize` and `Deserialize`, for every format that describes itself: TOML, JSON, YAML,
/// and environment variables. An unknown key is an error. In a larger configuration, give the policy a table of its
/// own: `#[serde(flatten)]` would silently drop unknown keys.
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
/// Environment variables are texts. So a text is accepted for every kind of value:
///
/// * For a list, the text is split as [`OriginPattern::parse_list`](crate::OriginPattern::parse_list) does, at commas, semicolons and white space: `CORS_ORIGINS="https://app.example.com, https://*.example.org"`. Brackets and quotes around it don't matter. An empty text is an empty list.
/// * For a boolean or a number, the text must be exactly `true`, `false`, or digits. `1` and `yes` are errors. `max_age` takes `10m` and `2h` too.
///
/// `"*"` and `["*"]` mean the same. In YAML, write `"*"` with its quotation marks.
///
/// `cargo run --example config --features serde` reads all of these through figment. `tests/config` tests them with
/// figment and with the crate `config`.
///
/// # What a config does not hold
///
/// You add look-ups, observers and shadow policies to the layer that you make from the config. Functions that allow
/// origins, such as [`allow_origins_if`](crate::CorsBuilder::allow_origins_if), exist only in the builder.
///
/// # JSON Schema
///
/// For editors, which use it to complete and check the keys. With the feature `schemars`, you get it from
/// `schemars::schema_for!(CorsConfig)`:
///
#[cfg_attr(doc, doc = "```json")]
#[cfg_attr(doc, doc = include_str!("../../docs/cors-config.schema.json"))]
#[cfg_attr(doc, doc = "```")]
///
/// [`Policy::to_config`]: crate::Policy::to_config
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is independent of the others"
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
    /// Origins and origin patterns, or only `*` for any, or only `none` for no other origin than the server's own.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::origins"))]
    pub origins: Vec<String>,
    /// Whether the origin `null` is allowed, which anyone can get.
    pub allow_null_origin: bool,
    /// Whether pages on the visitor's own machine are allowed: every loopback name, address and port.
    pub allow_loopback_origins: bool,
    /// Whether a look-up that the program adds to the layer can also allow origins.
    pub allow_looked_up_origins: bool,
    /// Methods in addition to GET, HEAD and POST, or only `*` for any, or only `mirror request` for every method that a
    /// preflight asks for.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::methods"))]
    pub methods: Vec<String>,
    /// Request headers, or `*` for any except `authorization`, which can be added to it, or only `mirror request` for
    /// every header that a preflight asks for.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::headers"))]
    pub headers: Vec<String>,
    /// Whether pages may send cookies and HTTP authentication. Cannot be combined with `*`.
    pub credentials: bool,
    /// Response headers that pages may read, or only `*` for any.
    #[cfg_attr(
        feature = "schemars",
        schemars(schema_with = "schema::exposed_headers")
    )]
    pub expose_headers: Vec<String>,
    /// How long browsers may cache the preflight response, in whole seconds.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::max_age"))]
    pub max_age: Option<u64>,
    /// Protocols: their methods and headers are allowed and exposed too.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::presets"))]
    pub presets: Vec<String>,
    /// Whether preflights of Private Network Access, a former draft, are allowed.
    pub allow_private_network: bool,
    /// Whether pages of the allowed origins may read the timing of responses.
    pub timing_allow_origin: bool,
    /// Whether responses say which pages may embed them, in `Cross-Origin-Resource-Policy`.
    pub cross_origin_resource_policy: bool,
    /// Whether actual requests from disallowed origins, and cross-site writes, get 403.
    pub reject_disallowed_origins: bool,
    /// Whether cross-site writes get 403: forms, scripts and handshakes of pages that may not write.
    pub reject_cross_site_writes: bool,
    /// The names under which clients reach the server, or none to accept every name.
    #[cfg_attr(feature = "schemars", schemars(schema_with = "schema::hosts"))]
    pub hosts: Vec<String>,
    /// Whether the server is reached under the names and addresses of its own machine.
    pub allow_loopback_hosts: bool,
    /// Whether the inner service responds to preflights.
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

/// No origin.
pub(crate) const NONE: &str = "none";

/// Every method or header that the preflight asks for. No method and no header name contains a space.
pub(crate) const MIRROR: &str = "mirror request";
