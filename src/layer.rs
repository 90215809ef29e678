//! The layer: puts a policy around a service.

use std::fmt;
use std::sync::Arc;

use tower::Layer;

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
#[derive(Clone)]
#[must_use]
pub struct CorsLayer {
    policy: Arc<Policy>,
}

impl CorsLayer {
    pub(crate) fn new(policy: Policy) -> Self {
        Self {
            policy: Arc::new(policy),
        }
    }

    /// The policy, to be asked or printed.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// println!("{}", cors.policy());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        Cors::new(inner, Arc::clone(&self.policy))
    }
}

impl fmt::Debug for CorsLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsLayer")
            .field("policy", &self.policy)
            .finish()
    }
}
