//! What the clients of known protocols need.

/// A protocol with clients that run in web pages. [`CorsBuilder::preset`](crate::CorsBuilder::preset) allows what they
/// send, and exposes what they read. In a [`CorsConfig`](crate::CorsConfig), write its [name](Self::name).
///
/// # Example
/// See [`CorsBuilder::preset`](crate::CorsBuilder::preset).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Preset {
    /// Allows the request headers that grpc-web clients send, and exposes the response headers that they must read. Add your own metadata with [`allow_headers`](crate::CorsBuilder::allow_headers) and
    /// [`expose_headers`](crate::CorsBuilder::expose_headers).
    ///
    /// On the wire: `content-type`, `grpc-timeout`, `x-grpc-web` and `x-user-agent` in `Access-Control-Allow-Headers`; `grpc-status`, `grpc-message` and
    /// `grpc-status-details-bin` in `Access-Control-Expose-Headers`. The method is POST, which does not need
    /// permission.
    /// <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .preset(Preset::GrpcWeb)
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    GrpcWeb,
    /// Allows the request headers that Connect clients such as `@connectrpc/connect-web` send, and exposes the response
    /// header that they must read.
    ///
    /// Add your own metadata with [`allow_headers`](crate::CorsBuilder::allow_headers) and [`expose_headers`](crate::CorsBuilder::expose_headers).
    /// The trailers of a unary call are response headers with the prefix `trailer-`: expose `trailer-x-cost` to let
    /// pages read the trailer `x-cost`.
    ///
    /// On the wire: `content-type`, `connect-protocol-version`, `connect-timeout-ms`, `content-encoding`,
    /// `connect-content-encoding`, `connect-accept-encoding` and `x-user-agent` in `Access-Control-Allow-Headers`;
    /// `connect-content-encoding` in `Access-Control-Expose-Headers`. The methods are POST and GET, which do not need
    /// permission.
    /// <https://connectrpc.com/docs/protocol>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .preset(Preset::Connect)
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    Connect,
    /// Allows what clients of the Model Context Protocol, such as `@modelcontextprotocol/sdk`, send over streamable
    /// HTTP, and exposes the response headers that they must read.
    ///
    /// The headers are those of all revisions up to 2026-07-28, with every `mcp-param-…`, in which clients repeat parameters
    /// of tools. A token in `Authorization` does not need
    /// [`allow_credentials`](crate::CorsBuilder::allow_credentials), which is for cookies.
    ///
    /// The protocol requires servers to respond with 403 to an `Origin` that they do not allow.
    /// [`reject_disallowed_origins`](crate::CorsBuilder::reject_disallowed_origins) does that. It does not stop DNS
    /// rebinding, where the page's own name leads to your server: on your own machine, call
    /// [`allow_loopback_hosts`](crate::CorsBuilder::allow_loopback_hosts) too, and on a server with a name
    /// [`allow_hosts`](crate::CorsBuilder::allow_hosts).
    ///
    /// On the wire: `content-type`, `authorization`, `mcp-protocol-version`, `mcp-session-id`, `last-event-id`,
    /// `mcp-method`, `mcp-name` and each `mcp-param-…` that the preflight asks for in `Access-Control-Allow-Headers`; `mcp-session-id` and `www-authenticate` in
    /// `Access-Control-Expose-Headers`; DELETE, which ends a session, in `Access-Control-Allow-Methods`.
    /// <https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#streamable-http>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://chat.example.com")])
    ///     .preset(Preset::Mcp)
    ///     .reject_disallowed_origins()
    ///     .allow_loopback_hosts() // for a server on your own machine
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    Mcp,
    /// Allows what clients of the tus protocol for resumable uploads, such as `tus-js-client`, send, and exposes the
    /// response headers that they must read.
    ///
    /// The protocol leaves authentication to the server. If clients send a token, add `authorization` with
    /// [`allow_headers`](crate::CorsBuilder::allow_headers). Add `x-request-id` too if you turn it on in `tus-js-client`, and the
    /// headers of the IETF drafts if you use them.
    ///
    /// On the wire: `content-type`, `tus-resumable`, `upload-length`, `upload-offset`, `upload-metadata`,
    /// `upload-defer-length`, `upload-concat`, `upload-checksum` and `x-http-method-override` in
    /// `Access-Control-Allow-Headers`; `location`, `upload-offset`, `upload-length`, `upload-metadata`,
    /// `upload-defer-length`, `upload-concat`, `upload-expires`, `tus-resumable`, `tus-version`, `tus-extension`,
    /// `tus-max-size` and `tus-checksum-algorithm` in `Access-Control-Expose-Headers`; PATCH, DELETE and OPTIONS in
    /// `Access-Control-Allow-Methods`.
    /// <https://tus.io/protocols/resumable-upload>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .preset(Preset::Tus)
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    Tus,
    /// Allows range requests and conditional requests, and exposes the response headers that belong to them: for media,
    /// for viewers such as PDF.js, for object stores.
    ///
    /// A browser sends `Range: bytes=0-499` without a preflight. For other forms, such as `bytes=-500`, and for
    /// conditions, it sends a preflight first. Without the exposed headers, a page cannot tell which part it got, or
    /// whether the resource has changed. Pages can always read `Last-Modified` and `Content-Length`.
    ///
    /// On the wire: `range`, `if-range`, `if-match`, `if-none-match`, `if-modified-since` and `if-unmodified-since` in
    /// `Access-Control-Allow-Headers`; `accept-ranges`, `content-range`, `etag` and `content-encoding` in
    /// `Access-Control-Expose-Headers`. Conditional writes need their method too:
    /// `.preset(Preset::RangeRequests).allow_methods([Method::PUT])`.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-14>
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-13>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset};
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .preset(Preset::RangeRequests)
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    RangeRequests,
    /// Allows what browsers send to a collector of reports (the header `Reporting-Endpoints`): CSP violations, crashes,
    /// deprecations.
    ///
    /// A browser sends reports to another origin as a POST with a preflight, and without cookies. The reports come from
    /// every page of the sites that name the collector, so `allow_any_origin()` is usual.
    ///
    /// On the wire: `content-type` in `Access-Control-Allow-Headers`, for `application/reports+json`. The method is POST,
    /// which does not need permission. <https://www.w3.org/TR/reporting-1/#try-delivery>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, Preset};
    /// let cors = CorsLayer::builder().allow_any_origin().preset(Preset::Reports).build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    Reports,
}

impl Preset {
    pub(crate) const ALL: [Self; 6] = [
        Self::Connect,
        Self::GrpcWeb,
        Self::Mcp,
        Self::RangeRequests,
        Self::Reports,
        Self::Tus,
    ];

    /// The name in the key `presets` of a [`CorsConfig`](crate::CorsConfig).
    ///
    /// # Example
    /// ```
    /// assert_eq!(tower_cors::Preset::GrpcWeb.name(), "grpc-web");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::GrpcWeb => "grpc-web",
            Self::Mcp => "mcp",
            Self::RangeRequests => "range-requests",
            Self::Reports => "reports",
            Self::Tus => "tus",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Whether only clients of this protocol send a header.
    pub(crate) fn is_marked_by(self, name: &str) -> bool {
        let marks: &[&str] = match self {
            Self::Connect => &["connect-"],
            Self::GrpcWeb => &["grpc-", "x-grpc-"],
            Self::Mcp => &["mcp-"],
            Self::RangeRequests => &["range", "if-"],
            Self::Reports => &[],
            Self::Tus => &["tus-", "upload-"],
        };
        marks.iter().any(|mark| name.starts_with(mark))
    }

    pub(crate) fn request_headers(self) -> &'static [&'static str] {
        match self {
            Self::GrpcWeb => {
                // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
                &["content-type", "grpc-timeout", "x-grpc-web", "x-user-agent"]
            }
            Self::Connect => {
                // https://connectrpc.com/docs/protocol
                &[
                    "content-type",
                    "connect-protocol-version",
                    "connect-timeout-ms",
                    "content-encoding",
                    "connect-content-encoding",
                    "connect-accept-encoding",
                    // https://connectrpc.com/docs/cors
                    "x-user-agent",
                ]
            }
            Self::Mcp => {
                // The first five: revisions up to 2025-11-25. The last two: since 2026-07-28.
                // https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
                // https://modelcontextprotocol.io/specification/2026-07-28/basic/transports/streamable-http
                &[
                    "content-type",
                    "authorization",
                    "mcp-protocol-version",
                    "mcp-session-id",
                    "last-event-id",
                    "mcp-method",
                    "mcp-name",
                    "mcp-param-*",
                ]
            }
            Self::Tus => {
                // https://tus.io/protocols/resumable-upload#headers
                &[
                    "content-type",
                    "tus-resumable",
                    "upload-length",
                    "upload-offset",
                    "upload-metadata",
                    "upload-defer-length",
                    "upload-concat",
                    "upload-checksum",
                    "x-http-method-override",
                ]
            }
            Self::Reports => &["content-type"],
            Self::RangeRequests => {
                // https://www.rfc-editor.org/rfc/rfc9110#section-13
                // https://www.rfc-editor.org/rfc/rfc9110#section-14
                &[
                    "range",
                    "if-range",
                    "if-match",
                    "if-none-match",
                    "if-modified-since",
                    "if-unmodified-since",
                ]
            }
        }
    }

    pub(crate) fn exposed_headers(self) -> &'static [&'static str] {
        match self {
            Self::GrpcWeb => {
                // A response without a body has its trailers in the headers.
                &["grpc-status", "grpc-message", "grpc-status-details-bin"]
            }
            Self::Connect => {
                // The messages of a stream are compressed one by one, and the browser does not decompress them.
                &["connect-content-encoding"]
            }
            Self::Mcp => {
                // https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization
                &["mcp-session-id", "www-authenticate"]
            }
            Self::Tus => &[
                "location",
                "upload-offset",
                "upload-length",
                "upload-metadata",
                "upload-defer-length",
                "upload-concat",
                "upload-expires",
                "tus-resumable",
                "tus-version",
                "tus-extension",
                "tus-max-size",
                "tus-checksum-algorithm",
            ],
            Self::RangeRequests => {
                // Ranges count encoded bytes, so a page must know the encoding.
                &["accept-ranges", "content-range", "etag", "content-encoding"]
            }
            Self::Reports => &[],
        }
    }

    /// In addition to GET, HEAD and POST, which do not need permission.
    pub(crate) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::GrpcWeb | Self::Connect | Self::RangeRequests | Self::Reports => &[],
            Self::Mcp => &["DELETE"],
            Self::Tus => &["PATCH", "DELETE", "OPTIONS"],
        }
    }
}
