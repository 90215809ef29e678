//! A policy that changes while the service runs.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use crate::dynamic::replaceable::Replacer;
use crate::error::{ConfigError, Field, Problem, Reason};
use crate::layer::CorsLayer;
use crate::policy::Policy;

/// Replaces the policy of a layer while it serves. Made by [`CorsLayer::reloadable`].
///
/// Cloning is a reference count; all clones are handles of the same layer. A function of a policy that
/// holds the handle of its own layer keeps both alive for good: give it a channel instead.
///
/// # Example
/// See [`CorsLayer::reloadable`].
#[derive(Clone)]
pub struct CorsHandle {
    replacer: Arc<Replacer<Policy>>,
}

impl CorsLayer {
    /// Makes a layer whose policy can be replaced while it serves, with the handle that does it. It takes
    /// a layer from the builder, or whatever else becomes one, such as a
    /// [`CorsConfig`](crate::CorsConfig).
    ///
    /// Each request comes under one policy as a whole: what observers are told, the answer, and what is
    /// written onto the response are all from the policy that was in force when the request came in. No
    /// request ever waits for a replacement, and none allocates because of one.
    ///
    /// What is attached to the layer, such as [`on_decision`](Self::on_decision), before or after, belongs
    /// to the layer, and stays when the policy is replaced.
    ///
    /// Where new policies come from is yours: a file that is read on a signal or on a timer, a database, an
    /// API. The example `reload` watches a file (`cargo run --example reload --features serde`).
    ///
    /// # Errors
    /// If the configuration is refused; or if the layer is reloadable already: clone its handle.
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
    /// // a policy that is refused changes nothing
    /// let mut config = CorsConfig::default();
    /// config.origins = vec!["https://c.example.com/".to_owned()];
    /// let error = handle.replace(config).unwrap_err();
    /// assert_eq!(error.problems()[0].fix(), r#"write "https://c.example.com""#);
    /// assert_eq!(handle.current().origins().count(), 2);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn reloadable<P>(policy: P) -> Result<(Self, CorsHandle), ConfigError>
    where
        P: TryInto<Self>,
        P::Error: Into<ConfigError>,
    {
        let layer = policy.try_into().map_err(Into::into)?;
        if layer.is_reloadable() {
            return Err(ConfigError::from(reloadable_already(
                "clone its handle instead",
            )));
        }
        let replacer = Replacer::new(layer.policy());
        let layer = layer.living(|living| living.follow(Arc::clone(replacer.target())));
        let replacer = Arc::new(replacer);
        Ok((layer, CorsHandle { replacer }))
    }
}

impl CorsHandle {
    /// Puts another policy in force, for every request that comes in from now on, everywhere at once.
    /// Requests that came in before are answered by the policy that they came in under.
    ///
    /// It takes what [`CorsLayer::reloadable`] takes, and a policy that was in force before
    /// ([`current`](Self::current)), to go back to it. Checking and compiling are done on the caller's
    /// thread; so is the dropping of replaced policies, once no request uses them: see
    /// [`drop_unused`](Self::drop_unused). Of several calls at the same time, one comes last.
    ///
    /// # Errors
    /// If the policy is refused. The one in force then stays. Refused are also layers that are more than a
    /// policy, since what is more would be lost without a word: one with something attached, such as
    /// [`on_decision`](CorsLayer::on_decision), and one that is reloadable itself.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let policy = |origin| CorsLayer::builder().allow_origins([origin]).build();
    /// let (cors, handle) = CorsLayer::reloadable(policy(origin!("https://a.example.com"))?)?;
    ///
    /// let before = handle.current();
    /// handle.replace(policy(origin!("https://b.example.com"))?)?;
    /// handle.replace(before)?;
    /// assert_eq!(cors.policy().origins().collect::<Vec<_>>(), ["https://a.example.com"]);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn replace<P>(&self, policy: P) -> Result<(), ConfigError>
    where
        P: TryInto<CorsLayer>,
        P::Error: Into<ConfigError>,
    {
        let layer = policy.try_into().map_err(Into::into)?;
        let mut problems = Vec::new();
        if layer.is_reloadable() {
            problems.push(reloadable_already(
                "hand in the policy that its own handle says is in force, `handle.current()`",
            ));
        }
        for attachment in layer.attachments() {
            problems.push(Problem::new(
                Field::Layer,
                None,
                attachment,
                Reason::Attached,
                "call it on the layer that CorsLayer::reloadable gave",
            ));
        }
        if let Some(error) = ConfigError::of(problems) {
            return Err(error);
        }
        self.replacer.replace(&layer.policy());
        Ok(())
    }

    /// The policy that is in force.
    ///
    /// # Example
    /// See [`Self::replace`].
    #[must_use]
    pub fn current(&self) -> Arc<Policy> {
        self.replacer.target().get()
    }

    /// Drops the replaced policies that no request uses any more, and says how many are still in use.
    ///
    /// A replaced policy is kept until the last request that came in under it has its response: dropping
    /// one with many origins takes a while, and is no work for a request's thread. [`replace`](Self::replace)
    /// looks for what can be dropped each time. So this need be called only to have the memory back before
    /// the next replacement. When the last handle is dropped, nothing is kept any more, and the last
    /// request under a replaced policy drops it.
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
        reason = "it is called for what it does; the count is for those who wonder"
    )]
    pub fn drop_unused(&self) -> usize {
        self.replacer.drop_unused()
    }
}

fn reloadable_already(fix: &str) -> Problem {
    Problem::new(
        Field::Layer,
        None,
        "reloadable",
        Reason::ReloadableAlready,
        fix,
    )
}

/// A plain layer with this policy.
impl From<Arc<Policy>> for CorsLayer {
    fn from(policy: Arc<Policy>) -> Self {
        Self::new(policy)
    }
}

/// For [`CorsLayer::reloadable`], which takes a layer as well as what may become one.
impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// The policy that is in force.
impl fmt::Debug for CorsHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CorsHandle").field(&self.current()).finish()
    }
}
