//! The layer: puts a policy around a service.

use std::sync::Arc;

use tower::Layer;

use crate::dynamic::Living;
use crate::dynamic::source::Source;
use crate::policy::Policy;
use crate::service::Cors;

/// Puts a CORS policy around a service. Made by [`CorsLayer::builder`].
///
/// Cloning is a reference count; all clones, and all services that they make, share one policy.
///
/// # Example
/// ```
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let app: axum::Router = axum::Router::new()
///     .route("/items", axum::routing::get(|| async { "[]" }))
///     .layer(cors);
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CorsLayer {
    source: Source,
}

impl CorsLayer {
    pub(crate) fn new(policy: Arc<Policy>) -> Self {
        Self {
            source: Source::Fixed(policy),
        }
    }

    /// The policy that is in force, to be asked or printed.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// println!("{}", cors.policy());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.source.policy()
    }

    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    pub(crate) fn is_reloadable(&self) -> bool {
        self.source.as_living().is_some_and(Living::is_reloadable)
    }

    pub(crate) fn into_source(self) -> Source {
        self.source
    }

    /// The methods that attached what is more than a policy.
    pub(crate) fn attachments(&self) -> Vec<&'static str> {
        self.source
            .as_living()
            .map_or_else(Vec::new, Living::attachments)
    }

    /// The same layer with something added that the plain one doesn't have.
    pub(crate) fn living(self, add: impl FnOnce(&mut Living)) -> Self {
        let mut living = self.source.into_living();
        add(&mut living);
        Self {
            source: living.into(),
        }
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        Cors::new(inner, self.source.clone())
    }
}
