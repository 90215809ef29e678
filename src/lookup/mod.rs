//! Look-ups: ask a database or another service about an origin, asynchronously.

#[cfg(feature = "lookup-cache")]
mod cache;
mod future;
mod layer;
mod service;

use std::future::Future;

use http::header::HOST;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::fetch::host::{HostReading, RequestHost};
use crate::fetch::request::RequestHead;
use crate::origin::Origin;

#[cfg(feature = "lookup-cache")]
pub use cache::{CacheError, CachedLookup, CachedLookupBuilder, LookupCounts};
pub use future::LookupFuture;
pub use layer::{CorsLookupLayer, LookupError};
pub use service::CorsLookup;

/// Decides whether an origin is allowed, by asking a database or another service.
///
/// The layer asks only about well-formed origins that the policy itself does not allow, on preflights and actual
/// requests. Under a policy with credentials, it does not ask about `http://` origins, except loopback ones, unless you
/// call [`dangerously_allow_insecure_origins`](crate::CorsBuilder::dangerously_allow_insecure_origins).
///
/// A function of the origin's text works too: an `async fn`, or a closure that returns a future of `Result<bool, E>`.
///
/// # Example
/// ```
/// use std::collections::HashSet;
/// use tower_cors::Origin;
/// use tower_cors::lookup::{DeclaredHeaders, OriginLookup};
///
/// struct Tenants(tokio::sync::RwLock<HashSet<String>>);
///
/// impl OriginLookup for Tenants {
///     type Error = std::convert::Infallible;
///
///     async fn allows(
///         &self,
///         origin: &Origin<'_>,
///         _: &DeclaredHeaders<'_>,
///     ) -> Result<bool, Self::Error> {
///         Ok(self.0.read().await.contains(origin.as_str()))
///     }
/// }
/// ```
pub trait OriginLookup: Send + Sync + 'static {
    /// The error. Only [`on_failure`](CorsLookupLayer::on_failure) receives it. Clients do not see it.
    type Error: Send + Sync + 'static;

    /// Whether the origin is allowed. An error denies.
    ///
    /// # Example
    /// See [`OriginLookup`].
    fn allows(
        &self,
        origin: &Origin<'_>,
        headers: &DeclaredHeaders<'_>,
    ) -> impl Future<Output = Result<bool, Self::Error>> + Send;

    /// The request headers that the result depends on, in addition to `Origin`. The look-up sees only these, and they
    /// go into `Vary` on every response. By default, there are none.
    ///
    /// # Example
    /// ```
    /// use http::{HeaderName, header::HOST};
    /// use tower_cors::Origin;
    /// use tower_cors::lookup::{DeclaredHeaders, OriginLookup};
    ///
    /// struct ByHost;
    ///
    /// impl OriginLookup for ByHost {
    ///     type Error = std::convert::Infallible;
    ///
    ///     fn reads(&self) -> &[HeaderName] {
    ///         const { &[HOST] }
    ///     }
    ///
    ///     async fn allows(
    ///         &self,
    ///         origin: &Origin<'_>,
    ///         headers: &DeclaredHeaders<'_>,
    ///     ) -> Result<bool, Self::Error> {
    ///         Ok(headers.host().name() == Some(&format!("api.{}", origin.host())))
    ///     }
    /// }
    /// ```
    fn reads(&self) -> &[HeaderName] {
        &[]
    }
}

impl<F, Answer, E> OriginLookup for F
where
    F: Fn(String) -> Answer + Send + Sync + 'static,
    Answer: Future<Output = Result<bool, E>> + Send,
    E: Send + Sync + 'static,
{
    type Error = E;

    fn allows(
        &self,
        origin: &Origin<'_>,
        _: &DeclaredHeaders<'_>,
    ) -> impl Future<Output = Result<bool, E>> + Send {
        self(origin.as_str().to_owned())
    }
}

/// The request headers that an [`OriginLookup`] has declared. The look-up sees nothing else of the request, because a
/// cache keeps its results by origin and these headers.
///
/// # Example
/// See [`OriginLookup::reads`].
#[derive(Debug, Clone)]
pub struct DeclaredHeaders<'r> {
    headers: &'r HeaderMap,
    declared: &'r [HeaderName],
    host: RequestHost<'r>,
    host_value: Option<HeaderValue>,
}

impl<'r> DeclaredHeaders<'r> {
    pub(crate) fn new(request: RequestHead<'r>, declared: &'r [HeaderName]) -> Self {
        let reading = if declared.contains(&HOST) {
            HostReading::new(request)
        } else {
            HostReading::Missing
        };
        Self {
            headers: request.headers,
            declared,
            host: reading.into(),
            host_value: reading.to_header_value(),
        }
    }

    /// The host of the request, from its URI (HTTP/2) or its `Host` line. [`RequestHost::Missing`] if `Host` was not
    /// declared.
    ///
    /// # Example
    /// See [`OriginLookup::reads`].
    #[must_use]
    pub fn host(&self) -> &RequestHost<'r> {
        &self.host
    }

    /// The first value of a declared header. `None` for a header that was not declared.
    ///
    /// For `Host`, this is what [`host`](Self::host) reads, with the port: on HTTP/2 too, and `None` if the host is missing
    /// or ambiguous.
    ///
    /// # Example
    /// ```
    /// use http::HeaderName;
    /// use tower_cors::lookup::DeclaredHeaders;
    ///
    /// fn tenant<'r>(headers: &'r DeclaredHeaders<'_>) -> Option<&'r str> {
    ///     headers.get(&HeaderName::from_static("x-tenant"))?.to_str().ok()
    /// }
    /// ```
    #[must_use]
    pub fn get(&self, name: &HeaderName) -> Option<&HeaderValue> {
        if !self.declared.contains(name) {
            None
        } else if *name == HOST {
            self.host_value.as_ref()
        } else {
            self.headers.get(name)
        }
    }
}
