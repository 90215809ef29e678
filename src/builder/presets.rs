//! What grpc-web and Connect clients need.

use http::HeaderName;
use http::header::CONTENT_TYPE;

use super::CorsBuilder;

/// <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>
pub(crate) const REQUEST_HEADERS: [HeaderName; 6] = [
    CONTENT_TYPE,
    HeaderName::from_static("grpc-timeout"),
    HeaderName::from_static("x-grpc-web"),
    HeaderName::from_static("x-user-agent"),
    HeaderName::from_static("connect-protocol-version"),
    HeaderName::from_static("connect-timeout-ms"),
];

/// A response without a body has its trailers among the headers.
pub(crate) const RESPONSE_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
];

/// grpc-web.
impl<M, O> CorsBuilder<M, O> {
    /// Allows the request headers that grpc-web and Connect clients send, and exposes the response
    /// headers that they must read. Metadata of your own is to be added with
    /// [`allow_headers`](Self::allow_headers) and [`expose_headers`](Self::expose_headers).
    ///
    /// On the wire: `content-type`, `grpc-timeout`, `x-grpc-web`, `x-user-agent`,
    /// `connect-protocol-version` and `connect-timeout-ms` in `Access-Control-Allow-Headers`;
    /// `grpc-status`, `grpc-message` and `grpc-status-details-bin` in `Access-Control-Expose-Headers`.
    /// The method is POST, which needs no permission.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .grpc_web()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn grpc_web(self) -> Self {
        self.allow_headers(REQUEST_HEADERS)
            .expose_headers(RESPONSE_HEADERS)
    }
}
