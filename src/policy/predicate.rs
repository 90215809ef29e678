//! Functions that allow origins, and the view of the request that they receive.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method, Uri};

use crate::fetch::request::RequestHead;
use crate::origin::Origin;

type Ask = dyn Fn(&Origin<'_>, &RequestView<'_>) -> bool + Send + Sync;

/// A function that allows origins, and the request headers that it reads.
#[derive(Clone)]
pub(crate) struct Predicate {
    reads: Box<[HeaderName]>,
    ask: Arc<Ask>,
}

impl Predicate {
    pub(crate) fn new(
        reads: Box<[HeaderName]>,
        ask: impl Fn(&Origin<'_>, &RequestView<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self {
            reads,
            ask: Arc::new(ask),
        }
    }

    /// The request headers that its result depends on.
    pub(crate) fn reads(&self) -> &[HeaderName] {
        &self.reads
    }

    pub(crate) fn allows(&self, origin: &Origin<'_>, request: RequestHead<'_>) -> bool {
        (self.ask)(origin, &RequestView::new(request, &self.reads))
    }
}

/// The part of a request that a function may read: its method, its URI, and the headers that were declared.
///
/// Functions of [`allow_origins_if_request`](crate::CorsBuilder::allow_origins_if_request) and
/// [`choose_by`](crate::CorsChoiceBuilder::choose_by) receive one. The layer adds the declared headers to `Vary`, so
/// caches do not mix up responses that depend on them.
///
/// # Example
/// ```
/// use http::header::HOST;
/// use tower_cors::CorsLayer;
///
/// // each tenant's site may call the API under the tenant's own name
/// let cors = CorsLayer::builder()
///     .allow_origins_if_request([HOST], |origin, request| {
///         let tenant = request.header(&HOST).and_then(|host| host.to_str().ok()?.strip_suffix(".api.example"));
///         tenant.is_some_and(|tenant| origin.as_str() == format!("https://{tenant}.example"))
///     })
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Copy)]
pub struct RequestView<'r> {
    request: RequestHead<'r>,
    reads: &'r [HeaderName],
}

impl<'r> RequestView<'r> {
    pub(crate) fn new(request: RequestHead<'r>, reads: &'r [HeaderName]) -> Self {
        Self { request, reads }
    }

    /// The method of the request. `OPTIONS` for a preflight.
    ///
    /// # Example
    /// ```
    /// # use http::Method;
    /// # use tower_cors::CorsLayer;
    /// # let cors =
    /// CorsLayer::builder().allow_origins_if_request([], |_, request| request.method() == Method::GET)
    /// # .build();
    /// ```
    #[must_use]
    pub fn method(&self) -> &'r Method {
        self.request.method
    }

    /// The URI of the request. `None` if the caller passed only a method and headers, as with
    /// [`Policy::decide`](crate::Policy::decide).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// # let cors =
    /// CorsLayer::builder().allow_origins_if_request([], |_, request| {
    ///     request.uri().is_some_and(|uri| uri.path() == "/public")
    /// })
    /// # .build();
    /// ```
    #[must_use]
    pub fn uri(&self) -> Option<&'r Uri> {
        self.request.uri
    }

    /// The first value of a declared request header. `None` for a header that was not declared.
    ///
    /// # Example
    /// See [`RequestView`].
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&'r HeaderValue> {
        if self.reads.contains(name) {
            self.request.headers.get(name)
        } else {
            None
        }
    }
}

impl std::fmt::Debug for RequestView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestView")
            .field("method", self.method())
            .field("uri", &self.uri())
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}
