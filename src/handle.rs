//! The handle that replaces the policy of a layer while it serves.

use std::fmt;
use std::sync::Arc;

use crate::config::CorsConfig;
use crate::dynamic::replaceable::Replacer;
use crate::error::{ConfigError, Field, Problems, Reason};
use crate::layer::CorsLayer;
use crate::policy::Policy;

/// Replaces the policy of a layer while it serves. [`CorsLayer::reloadable`] makes one.
///
/// Cloning is cheap: it counts a reference. All clones are handles of the same layer. Do not put the handle into a
/// predicate of its own layer: that keeps both alive forever. Give the predicate a channel instead.
///
/// # Example
/// See [`CorsLayer::reloadable`].
#[derive(Clone)]
pub struct CorsHandle {
    replacer: Arc<Replacer<Policy>>,
}

/// # A policy that changes while the layer serves
impl CorsLayer {
    /// Makes a layer whose policy you can replace while it serves, and the handle that replaces it. Pass a layer from
    /// the builder, a [`CorsConfig`](crate::CorsConfig), or the policy of another layer.
    ///
    /// Each request comes under one policy: the one in force when the request arrived. Observers and response headers
    /// use that one. No request waits for a replacement or allocates because of it.
    ///
    /// What you attach to the layer, such as [`on_decision`](Self::on_decision), stays when the policy is replaced.
    ///
    /// You decide where new policies come from: a file that you read on a signal or a timer, a database, an API. The
    /// example `reload` watches a file (`cargo run --example reload --features serde`).
    ///
    /// # Errors
    /// If the configuration has problems. If the layer is already reloadable: clone its handle instead. If it
    /// [chooses](Self::choose) among several policies: make those layers reloadable instead.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsConfig, CorsLayer};
    ///
    /// let policy = |origins: &[&str]| CorsLayer::builder().allow_origins(origins).build();
    /// let (cors, handle) = CorsLayer::reloadable(policy(&["https://a.example.com"])?)?;
    /// let app: axum::Router = axum::Router::new().layer(cors);
    ///
    /// // from any thread, at any time
    /// handle.replace(policy(&["https://a.example.com", "https://b.example.com"])?)?;
    /// assert_eq!(handle.current().origins().count(), 2);
    ///
    /// // a policy with problems changes nothing
    /// let origins = vec!["https://c.example.com/".to_owned()];
    /// let error = handle
    ///     .replace(CorsConfig {
    ///         origins,
    ///         ..CorsConfig::default()
    ///     })
    ///     .unwrap_err();
    /// assert_eq!(
    ///     error.problems()[0].fix(),
    ///     r#"write "https://c.example.com""#
    /// );
    /// assert_eq!(handle.current().origins().count(), 2);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn reloadable(policy: impl IntoLayer) -> Result<(Self, CorsHandle), ConfigError> {
        let layer = policy.into_layer()?;
        let fix = "clone its handle instead";
        let mut problems = Problems::default();
        check_one_policy(&layer, fix, &mut problems);
        problems.into_result()?;
        let replacer = Replacer::new(layer.policy());
        let source = layer.into_source();
        let layer = Self::from_source(source.reload_from(Arc::clone(replacer.target())));
        let replacer = Arc::new(replacer);
        Ok((layer, CorsHandle { replacer }))
    }
}

/// What makes a layer with one policy: a [`CorsLayer`], a [`CorsConfig`], or an `Arc<Policy>`. You cannot implement this
/// trait.
///
/// # Example
/// See [`CorsHandle::replace`].
pub trait IntoLayer {
    #[doc(hidden)]
    fn into_layer(self) -> Result<CorsLayer, ConfigError>;
}

impl IntoLayer for CorsLayer {
    fn into_layer(self) -> Result<CorsLayer, ConfigError> {
        Ok(self)
    }
}

impl IntoLayer for CorsConfig {
    fn into_layer(self) -> Result<CorsLayer, ConfigError> {
        self.try_into()
    }
}

impl IntoLayer for Arc<Policy> {
    fn into_layer(self) -> Result<CorsLayer, ConfigError> {
        Ok(self.into())
    }
}

impl CorsHandle {
    /// Replaces the policy for every request that comes in from now on, in all clones and services at once. Requests
    /// that are being served keep their policy.
    ///
    /// Pass what [`CorsLayer::reloadable`] takes, or an earlier [`current`](Self::current) policy if you want to go
    /// back. The calling thread checks and compiles the policy. It also drops replaced policies that no request uses
    /// any more: see [`drop_unused`](Self::drop_unused). If several threads call it at the same time, the last one
    /// wins.
    ///
    /// # Errors
    /// If the policy has problems. If the layer is more than one fixed policy, because the rest would be lost:
    /// something is attached to it, such as [`on_decision`](CorsLayer::on_decision), it is reloadable itself, or it
    /// chooses among policies. After an error, the policy in force stays.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let policy = |origin| CorsLayer::builder().allow_origins([origin]).build();
    /// let (cors, handle) =
    ///     CorsLayer::reloadable(policy(origin!("https://a.example.com"))?)?;
    ///
    /// let before = handle.current();
    /// handle.replace(policy(origin!("https://b.example.com"))?)?;
    /// handle.replace(before)?;
    /// assert_eq!(
    ///     cors.policy().origins().collect::<Vec<_>>(),
    ///     ["https://a.example.com"]
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn replace(&self, policy: impl IntoLayer) -> Result<(), ConfigError> {
        let layer = policy.into_layer()?;
        let mut problems = Problems::default();
        let fix = "pass the policy in force, `handle.current()` of its own handle";
        check_one_policy(&layer, fix, &mut problems);
        for attachment in layer.source().names_of_attachments() {
            problems.add(
                Field::PassedLayer,
                None,
                attachment,
                Reason::AttachedToLayer,
                "call it on the layer that CorsLayer::reloadable returned",
            );
        }
        problems.into_result()?;
        self.replacer.replace(&layer.policy());
        Ok(())
    }

    /// The policy in force.
    ///
    /// # Example
    /// See [`Self::replace`].
    #[must_use]
    pub fn current(&self) -> Arc<Policy> {
        self.replacer.target().get()
    }

    /// Drops the replaced policies that no request uses any more, and returns how many are still in use.
    ///
    /// The handle keeps a replaced policy while a request is decided by it, because dropping a policy with many origins
    /// takes a while and would delay that request. Each [`replace`](Self::replace) drops what it can. Call this only if
    /// you want the memory back before the next replacement. After the last handle is dropped, the last request that is
    /// decided by a replaced policy drops it.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let (cors, handle) = CorsLayer::reloadable(cors)?;
    /// assert_eq!(handle.drop_unused(), 0);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[expect(
        clippy::must_use_candidate,
        reason = "it is called for its effect, and the count is a by-product"
    )]
    pub fn drop_unused(&self) -> usize {
        self.replacer.drop_unused()
    }
}

/// Reports a layer that is not one fixed policy.
fn check_one_policy(layer: &CorsLayer, fix_of_reloadable: &str, problems: &mut Problems) {
    let (text, reason, fix) = if layer.source().is_reloadable() {
        ("reloadable", Reason::ReloadableAlready, fix_of_reloadable)
    } else if layer.source().is_choice() {
        let fix = "make the layers that it chooses among reloadable, each with a handle of its own";
        ("choose", Reason::SeveralPolicies, fix)
    } else {
        return;
    };
    problems.add(Field::PassedLayer, None, text, reason, fix);
}

impl fmt::Debug for CorsHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CorsHandle").field(&self.current()).finish()
    }
}
