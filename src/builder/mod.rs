//! The builder: its methods set a policy, in any order, and `build()` checks it. Besides, what its methods take and what
//! they give to your functions.

// First: rustdoc shows the methods of `CorsLayer` in the order of modules.
mod constructors;

mod change;
mod check;
pub(crate) mod choose;
mod from_config;
mod hints;
mod inputs;
mod origins;
mod permissions;
mod responses;
pub mod state;
mod trust;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use http::{HeaderName, Method};

pub use crate::builder::choose::CorsChoiceBuilder;
use crate::error::ConfigError;
pub use crate::fetch::host::RequestHost;
pub use crate::handle::IntoLayer;
use crate::layer::CorsLayer;
pub use crate::policy::predicate::RequestView;
use crate::policy::presets::Preset;
use crate::policy::rules::{Notation, Rules};
pub use inputs::{IntoItem, IntoList};
use inputs::{Item, OriginInputs};
use state::Undecided;

/// Builds a [`CorsLayer`]: who may call, and with what. [`CorsLayer::builder`] makes one.
///
/// Repeated calls add. The order of calls does not matter. The type remembers the `Mode`: whether you chose a wildcard or
/// credentials, which do not compile together ([`state`]). [`build`](Self::build) checks everything else and reports
/// every problem at once.
///
/// # Example
/// ```
/// use http::{Method, header::{AUTHORIZATION, CONTENT_TYPE, ETAG}};
/// use std::time::Duration;
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_origins(["https://*.example.org", "http://localhost:*"])
///     .allow_methods([Method::PUT, Method::DELETE])
///     .allow_headers([AUTHORIZATION, CONTENT_TYPE])
///     .allow_credentials()
///     .expose_headers([ETAG])
///     .max_age(Duration::from_secs(600))
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
///
/// Credentials with a wildcard:
/// ```compile_fail
/// tower_cors::CorsLayer::builder().allow_any_origin().allow_credentials();
/// // error: `allow_credentials` cannot be combined with a wildcard
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct CorsBuilder<Mode = Undecided> {
    policy: UncheckedPolicy,
    state: PhantomData<Mode>,
}

/// # Building
impl<M> CorsBuilder<M> {
    /// Checks the policy and compiles it into a layer.
    ///
    /// # Errors
    /// If the policy has problems: the error lists all of them.
    ///
    /// # Example
    /// See [`CorsBuilder`] and [`ConfigError`].
    pub fn build(mut self) -> Result<CorsLayer, ConfigError> {
        let policy = self.policy.check()?;
        Ok(CorsLayer::from(Arc::new(policy)))
    }

    fn into_state<M2>(self) -> CorsBuilder<M2> {
        CorsBuilder {
            policy: self.policy,
            state: PhantomData,
        }
    }
}

impl<M> Clone for CorsBuilder<M> {
    fn clone(&self) -> Self {
        Self {
            policy: self.policy.clone(),
            state: PhantomData,
        }
    }
}

impl<M> fmt::Debug for CorsBuilder<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsBuilder").finish_non_exhaustive()
    }
}

/// A policy before `build()` checks it: its rules, and the values that `build()` still has to check.
///
/// The builder and a [`CorsConfig`](crate::CorsConfig) both fill one of these. `check` compiles it.
#[derive(Clone)]
struct UncheckedPolicy {
    notation: Notation,
    rules: Rules,
    // `check` moves the valid entries of these lists into the rules.
    origins: OriginInputs,
    methods: Vec<Item<Method>>,
    request_headers: Vec<Item<HeaderName>>,
    exposed_headers: Vec<Item<HeaderName>>,
    /// `None` if no list was given.
    hosts: Option<Vec<String>>,
    presets: Vec<Item<Preset>>,
}

impl UncheckedPolicy {
    fn new(notation: Notation) -> Self {
        Self {
            notation,
            rules: Rules::default(),
            origins: OriginInputs::default(),
            methods: vec![],
            request_headers: vec![],
            exposed_headers: vec![],
            hosts: None,
            presets: vec![],
        }
    }
}
