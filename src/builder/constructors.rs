//! The ways to make a layer.

use std::marker::PhantomData;
use std::sync::Arc;

use super::choose::CorsChoiceBuilder;
use super::{CorsBuilder, UncheckedPolicy};
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::policy::rules::Notation;

/// # Ways to make a layer
///
/// Besides these: [`reloadable`](Self::reloadable), and `CorsLayer::try_from` a [`CorsConfig`](crate::CorsConfig).
impl CorsLayer {
    /// Starts a policy that allows nothing yet.
    ///
    /// # Example
    /// See [`CorsBuilder`].
    pub fn builder() -> CorsBuilder {
        CorsBuilder {
            policy: UncheckedPolicy::new(Notation::Builder),
            state: PhantomData,
        }
    }

    /// Allows any origin, method and request header, and exposes all response headers, without credentials. For
    /// development, and for APIs that anyone may call.
    ///
    /// Every page can then read every response. Browsers do not send cookies or HTTP authentication to it. Do not use
    /// it for a service that trusts its network, such as one on your own machine or behind a company's firewall: a page
    /// can reach that service through its visitor's browser.
    ///
    /// On the wire: `*` in `Access-Control-Allow-Origin`, `-Methods` and `-Expose-Headers`, and `*,authorization` in
    /// `-Allow-Headers`, because `*` does not cover `Authorization`.
    /// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
    ///
    /// # Example
    /// ```
    /// use tower_cors::{ConfigError, CorsLayer, origin};
    ///
    /// fn cors(is_development: bool) -> Result<CorsLayer, ConfigError> {
    ///     if is_development {
    ///         return Ok(CorsLayer::permissive());
    ///     }
    ///     CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()
    /// }
    /// # cors(true)?;
    /// # cors(false)?;
    /// # Ok::<(), ConfigError>(())
    /// ```
    pub fn permissive() -> Self {
        Self::from(Arc::new(Policy::permissive()))
    }

    /// Starts a layer that chooses among several policies for each request.
    ///
    /// # Example
    /// See [`CorsChoiceBuilder`].
    pub fn choose() -> CorsChoiceBuilder {
        CorsChoiceBuilder::new()
    }

    /// A layer that adds nothing, removes nothing and refuses nothing: an off switch, for a layer whose use depends on
    /// configuration. Preflights reach the inner service.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{ConfigError, CorsLayer, origin};
    ///
    /// fn cors(is_behind_gateway: bool) -> Result<CorsLayer, ConfigError> {
    ///     if is_behind_gateway {
    ///         // the gateway has the policy
    ///         return Ok(CorsLayer::disabled());
    ///     }
    ///     CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()
    /// }
    /// # cors(true)?;
    /// # Ok::<(), ConfigError>(())
    /// ```
    pub fn disabled() -> Self {
        CorsChoiceBuilder::finish(vec![], vec![], vec![], None)
    }
}
