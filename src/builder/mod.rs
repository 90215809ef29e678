//! The builder: states a policy, in any order, and has it checked.

mod checks;
pub(crate) mod draft;
mod from_config;
mod inputs;
mod lists;
mod origins;
mod permissions;
mod presets;
mod responses;
pub mod state;
mod stated_by;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::error::ConfigError;
use crate::layer::CorsLayer;
use draft::Draft;
pub use inputs::{IntoHeaderName, IntoMethod, IntoOriginPattern};
pub use lists::{HeaderNameList, MethodList, OriginList};
use state::{HasOrigin, NoOrigin, Undecided};
use stated_by::StatedBy;

/// States who may call, with what. Made by [`CorsLayer::builder`].
///
/// Repeated calls add, and the order of calls doesn't matter. The type knows two things. `Mode`: whether
/// a wildcard or credentials have been chosen, which exclude each other; combining them doesn't compile.
/// `Origins`: whether an origin has been chosen; without one there is no [`build`](Self::build). What
/// the type can't know, `build` checks, and reports every problem at once.
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
/// No origin:
/// ```compile_fail
/// tower_cors::CorsLayer::builder().build();
/// // error: a CORS policy needs an origin before `build`
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct CorsBuilder<Mode = Undecided, Origins = NoOrigin> {
    draft: Draft,
    state: PhantomData<(Mode, Origins)>,
}

impl CorsLayer {
    /// Starts a policy that allows nobody anything.
    ///
    /// # Example
    /// See [`CorsBuilder`].
    pub fn builder() -> CorsBuilder {
        CorsBuilder {
            draft: Draft::stated_by(StatedBy::Calls),
            state: PhantomData,
        }
    }
}

impl<M, O> CorsBuilder<M, O> {
    /// Checks the policy and compiles it into a layer.
    ///
    /// # Errors
    /// If anything is wrong with the policy: all that is, at once.
    ///
    /// # Example
    /// See [`CorsBuilder`] and [`ConfigError`].
    pub fn build(self) -> Result<CorsLayer, ConfigError>
    where
        O: HasOrigin,
    {
        self.draft.compile().map(Arc::new).map(CorsLayer::new)
    }

    fn into_state<M2, O2>(self) -> CorsBuilder<M2, O2> {
        CorsBuilder {
            draft: self.draft,
            state: PhantomData,
        }
    }
}

impl<M, O> Clone for CorsBuilder<M, O> {
    fn clone(&self) -> Self {
        Self {
            draft: self.draft.clone(),
            state: PhantomData,
        }
    }
}

impl<M, O> fmt::Debug for CorsBuilder<M, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsBuilder").finish_non_exhaustive()
    }
}
