//! Functions that allow origins, and the view of the request that they receive.

use std::cell::OnceCell;
use std::sync::Arc;

use http::header::HOST;
use http::{HeaderName, HeaderValue, Method, Uri};

use crate::fetch::host::{HostReading, RequestHost};
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

/// The part of a request that a function may read: its method, its URI, its host, and the headers that were declared.
///
/// Functions of [`allow_origins_if_request`](crate::CorsBuilder::allow_origins_if_request) and
/// [`choose_by`](crate::builder::CorsChoiceBuilder::choose_by) receive one. The layer adds the declared headers to `Vary`, so
/// caches do not mix up responses that depend on them.
///
/// # Example
/// ```
/// use tower_cors::CorsLayer;
///
/// // each tenant's site may call the API under the tenant's own name
/// let cors = CorsLayer::builder()
///     .allow_origins_if_request([], |origin, request| {
///         let host = request.host();
///         let tenant = host
///             .name()
///             .and_then(|host| host.strip_suffix(".api.example"));
///         tenant.is_some_and(|tenant| {
///             origin.as_str() == format!("https://{tenant}.example")
///         })
///     })
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct RequestView<'r> {
    request: RequestHead<'r>,
    reads: &'r [HeaderName],
    /// Made when it is asked for: on HTTP/2, no header of the request has this value.
    host_value: OnceCell<Option<HeaderValue>>,
}

impl<'r> RequestView<'r> {
    pub(crate) fn new(request: RequestHead<'r>, reads: &'r [HeaderName]) -> Self {
        Self {
            request,
            reads,
            host_value: OnceCell::new(),
        }
    }

    /// The method of the request. `OPTIONS` for a preflight.
    ///
    /// # Example
    /// ```
    /// # use http::Method;
    /// # use tower_cors::CorsLayer;
    /// # let cors =
    /// CorsLayer::builder()
    ///     .allow_origins_if_request([], |_, request| request.method() == Method::GET)
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

    /// The host of the request, from its URI (HTTP/2) or its `Host` line. It need not be declared: caches store responses
    /// by host.
    ///
    /// # Example
    /// See [`RequestView`].
    #[must_use]
    pub fn host(&self) -> RequestHost<'r> {
        HostReading::new(self.request).into()
    }

    /// The first value of a declared request header. `None` for a header that was not declared.
    ///
    /// For `Host`, this is what [`host`](Self::host) reads, with the port: on HTTP/2 too, and `None` if the host is missing
    /// or ambiguous.
    ///
    /// # Example
    /// ```
    /// # use http::HeaderName;
    /// # use tower_cors::CorsLayer;
    /// # let cors =
    /// CorsLayer::builder().allow_origins_if_request(
    ///     [HeaderName::from_static("x-tenant")],
    ///     |origin, request| {
    ///         request
    ///             .header(&HeaderName::from_static("x-tenant"))
    ///             .is_some_and(|tenant| tenant == origin.host())
    ///     },
    /// )
    /// # .build();
    /// ```
    #[must_use]
    pub fn header(&self, name: &HeaderName) -> Option<&HeaderValue> {
        if !self.reads.contains(name) {
            None
        } else if *name == HOST {
            let value = || HostReading::new(self.request).to_header_value();
            self.host_value.get_or_init(value).as_ref()
        } else {
            self.request.headers.get(name)
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
