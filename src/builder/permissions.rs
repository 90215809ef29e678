//! The builder's methods for what pages may send and read: methods, headers, credentials.

use http::{HeaderName, Method};

use super::CorsBuilder;
use super::inputs::{IntoItem, IntoList, Item};
use super::state::{
    Credentialed, MayAllowAnyHeader, MayAllowAnyMethod, MayAllowCredentials, MayExposeAnyHeader,
    Wildcard,
};
use crate::policy::presets::Preset;

/// # What these pages may send and read: methods, headers, credentials, presets of protocols
impl<M> CorsBuilder<M> {
    /// Allows methods in addition to GET, HEAD and POST, which do not need permission.
    ///
    /// On the wire: `Access-Control-Allow-Methods` on the preflight response. If you allow no method, it is
    /// `GET,HEAD,POST`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    ///
    /// `build` refuses CONNECT, TRACE and TRACK, because browsers do not let pages use them.
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

    /// Allows any method, without credentials. After this call, `allow_credentials` does not compile.
    ///
    /// On the wire: `Access-Control-Allow-Methods: *` on the preflight response.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().allow_any_method().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_any_method(mut self) -> CorsBuilder<Wildcard>
    where
        M: MayAllowAnyMethod,
    {
        self.policy.rules.methods.any = true;
        self.into_state()
    }

    /// Allows every method that a preflight asks for, with or without credentials.
    ///
    /// On the wire: `Access-Control-Allow-Methods` on the preflight response repeats `Access-Control-Request-Method`.
    /// It is never `*`.
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

    /// Allows request headers. For example, pages need `Content-Type` to send JSON, and `Authorization` to send a
    /// token.
    ///
    /// On the wire: `Access-Control-Allow-Headers` on the preflight response.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-headers>
    ///
    /// `build` refuses the headers that pages cannot set (`Cookie`, `Origin`, `Sec-*`, `Proxy-*` and others) and the
    /// headers of the CORS protocol.
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

    /// Allows any request header except `Authorization`, without credentials. To allow `Authorization` too, add a
    /// second call:
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
    ///
    /// By the standard, `*` does not cover `Authorization`. Today's browsers still let pages send it
    /// (`docs/browsers.md`), so leaving it out does not protect you. After this call, `allow_credentials` does not
    /// compile.
    ///
    /// [`CorsLayer::permissive()`](crate::CorsLayer::permissive) makes both calls.
    ///
    /// On the wire: `Access-Control-Allow-Headers: *`, or `*,authorization` with the second call, on the preflight
    /// response.
    /// <https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name>
    pub fn allow_any_header(mut self) -> CorsBuilder<Wildcard>
    where
        M: MayAllowAnyHeader,
    {
        self.policy.rules.request_headers.any = true;
        self.into_state()
    }

    /// Allows every request header that a preflight asks for, including `Authorization`, with or without credentials.
    ///
    /// On the wire: `Access-Control-Allow-Headers` on the preflight response repeats `Access-Control-Request-Headers`,
    /// up to 8192 bytes and 64 lines. It is never `*`.
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

    /// Allows credentials: cookies, HTTP authentication and TLS client certificates. After this call, the wildcards do
    /// not compile.
    ///
    /// Pages of the allowed origins can then act as their visitors. Allow only origins that you own.
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
    pub fn allow_credentials(mut self) -> CorsBuilder<Credentialed>
    where
        M: MayAllowCredentials,
    {
        self.policy.rules.credentials = true;
        self.into_state()
    }

    /// Lets pages read response headers in addition to the seven that they can always read (`Cache-Control`,
    /// `Content-Language`, `Content-Length`, `Content-Type`, `Expires`, `Last-Modified`, `Pragma`).
    ///
    /// On the wire: `Access-Control-Expose-Headers` on responses to actual requests.
    /// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
    ///
    /// `build` refuses `Set-Cookie`, which pages cannot read, and the headers of the CORS protocol.
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

    /// Lets pages read any response header, without credentials. After this call, `allow_credentials` does not compile.
    ///
    /// On the wire: `Access-Control-Expose-Headers: *` on responses to actual requests.
    /// <https://fetch.spec.whatwg.org/#http-access-control-expose-headers>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().expose_any_header().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn expose_any_header(mut self) -> CorsBuilder<Wildcard>
    where
        M: MayExposeAnyHeader,
    {
        self.policy.rules.exposed_headers.any = true;
        self.into_state()
    }

    /// Allows what the clients of a protocol send, and exposes what they read. It adds to the lists and replaces nothing.
    ///
    /// On the wire: the headers and methods that [`Preset`] lists for each protocol, in `Access-Control-Allow-Headers`,
    /// `-Allow-Methods` and `-Expose-Headers`.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, Preset, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .preset(Preset::GrpcWeb)
    ///     .allow_headers(["x-tenant"]) // your own metadata
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn preset(mut self, preset: Preset) -> Self {
        self.policy.presets.push(Item::Value(preset));
        self
    }
}
