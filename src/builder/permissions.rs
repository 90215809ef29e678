//! The builder's methods for what pages may send and read: methods, headers, credentials.

use http::{HeaderName, Method};

use super::CorsBuilder;
use super::inputs::{IntoItem, IntoList};
use super::state::{
    Credentialed, MayAllowAnyHeader, MayAllowAnyMethod, MayAllowCredentials, MayExposeAnyHeader,
    Wildcard,
};

/// With what.
impl<M, O> CorsBuilder<M, O> {
    /// Allows methods, besides GET, HEAD and POST, which browsers never ask about.
    ///
    /// On the wire: `Access-Control-Allow-Methods` on the answer to a preflight; without methods of its own,
    /// `GET,HEAD,POST`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    ///
    /// `build` refuses CONNECT, TRACE and TRACK, which no browser lets a page use.
    ///
    /// # Example
    /// See [`IntoList`].
    pub fn allow_methods<I>(mut self, methods: I) -> Self
    where
        I: IntoList<Method>,
    {
        let methods = methods.into_iter().map(IntoItem::into_item);
        self.policy.methods.extend(methods);
        self
    }

    /// Allows any method, without credentials.
    ///
    /// On the wire: `Access-Control-Allow-Methods: *`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().allow_any_method().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_any_method(mut self) -> CorsBuilder<Wildcard, O>
    where
        M: MayAllowAnyMethod,
    {
        self.policy.rules.methods.any = true;
        self.into_state()
    }

    /// Allows whatever method a preflight asks for, with credentials or without.
    ///
    /// On the wire: `Access-Control-Allow-Methods` echoes `Access-Control-Request-Method`, never `*`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-request-method>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_credentials()
    ///     .mirror_request_methods()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn mirror_request_methods(mut self) -> Self {
        self.policy.rules.methods.mirrored = true;
        self
    }

    /// Allows request headers. `Content-Type` must be here for JSON, `Authorization` for tokens.
    ///
    /// On the wire: `Access-Control-Allow-Headers` on the answer to a preflight.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-headers>
    ///
    /// `build` refuses the headers that no page can set (`Cookie`, `Origin`, `Sec-*`, `Proxy-*` …) and
    /// those of the CORS protocol.
    ///
    /// # Example
    /// See [`IntoList`].
    pub fn allow_headers<I>(mut self, names: I) -> Self
    where
        I: IntoList<HeaderName>,
    {
        let names = names.into_iter().map(IntoItem::into_item);
        self.policy.request_headers.extend(names);
        self
    }

    /// Allows any request header but `Authorization`, without credentials.
    ///
    /// By the standard, `*` does not cover `Authorization`; where pages may send it, name it too:
    /// `.allow_any_header().allow_headers([AUTHORIZATION])`. Browsers still let it pass
    /// (`docs/browsers.md`), so that leaving it out keeps no page from sending it.
    ///
    /// On the wire: `Access-Control-Allow-Headers: *`, or `*,authorization`.
    /// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
    ///
    /// # Example
    /// ```
    /// # use http::header::AUTHORIZATION;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .allow_any_header()
    ///     .allow_headers([AUTHORIZATION])
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_any_header(mut self) -> CorsBuilder<Wildcard, O>
    where
        M: MayAllowAnyHeader,
    {
        self.policy.rules.request_headers.any = true;
        self.into_state()
    }

    /// Allows whatever request headers a preflight asks for, `Authorization` included, with credentials
    /// or without.
    ///
    /// On the wire: `Access-Control-Allow-Headers` echoes `Access-Control-Request-Headers`, never `*`,
    /// up to 8192 bytes and 64 lines.
    /// <https://fetch.spec.whatwg.org/#http-access-control-request-headers>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_credentials()
    ///     .mirror_request_headers()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn mirror_request_headers(mut self) -> Self {
        self.policy.rules.request_headers.mirrored = true;
        self
    }

    /// Allows credentials: cookies, HTTP authentication, TLS client certificates. Excludes the wildcards.
    ///
    /// The allowed pages can then act as their visitors; allow only origins that you own.
    ///
    /// On the wire: `Access-Control-Allow-Credentials: true`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-credentials>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_credentials()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_credentials(mut self) -> CorsBuilder<Credentialed, O>
    where
        M: MayAllowCredentials,
    {
        self.policy.rules.settings.credentials = true;
        self.into_state()
    }

    /// Lets pages read response headers, besides the seven that they always can (`Cache-Control`,
    /// `Content-Language`, `Content-Length`, `Content-Type`, `Expires`, `Last-Modified`, `Pragma`).
    ///
    /// On the wire: `Access-Control-Expose-Headers` on responses to actual requests.
    /// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
    ///
    /// `build` refuses `Set-Cookie`, which no page can read, and the headers of the CORS protocol.
    ///
    /// # Example
    /// ```
    /// # use http::header::ETAG;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().expose_headers([ETAG]).build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn expose_headers<I>(mut self, names: I) -> Self
    where
        I: IntoList<HeaderName>,
    {
        let names = names.into_iter().map(IntoItem::into_item);
        self.policy.exposed_headers.extend(names);
        self
    }

    /// Lets pages read any response header, without credentials.
    ///
    /// On the wire: `Access-Control-Expose-Headers: *`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().expose_any_header().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn expose_any_header(mut self) -> CorsBuilder<Wildcard, O>
    where
        M: MayExposeAnyHeader,
    {
        self.policy.rules.exposed_headers.any = true;
        self.into_state()
    }
}
