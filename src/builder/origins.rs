//! The builder's methods for who may call: origins, patterns, functions.

use http::HeaderName;

use super::CorsBuilder;
use super::inputs::{IntoItem, IntoList};
use super::state::{MayAllowAnyOrigin, MayAllowNullOrigin, SomeOrigin, Wildcard};
use crate::origin::{Origin, OriginPattern};
use crate::policy::predicate::{Predicate, RequestView};

/// Who may call.
impl<M, O> CorsBuilder<M, O> {
    /// Allows origins and origin patterns (see [`OriginPattern`](crate::OriginPattern)).
    ///
    /// On the wire: `Access-Control-Allow-Origin` echoes the request's origin, and `Vary: origin` tells
    /// caches so. <https://fetch.spec.whatwg.org/#http-access-control-allow-origin>
    ///
    /// `build` refuses what no browser sends. With credentials it also refuses `http://` origins that are not
    /// this machine, and patterns over domains that anybody can get: a single label (`https://*.com`) and the
    /// best-known hosting services (`https://*.vercel.app`). With the feature `public-suffix` it refuses
    /// every suffix of the [Public Suffix List](https://publicsuffix.org/) and every name that has such a
    /// suffix below it. **Without that feature the list is not checked**: `https://*.co.uk` passes.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])        // checked by the compiler
    ///     .allow_origins(["https://*.example.org", "http://localhost:*"]) // checked by build()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_origins<I>(mut self, origins: I) -> CorsBuilder<M, SomeOrigin>
    where
        I: IntoList<OriginPattern>,
    {
        let origins = origins.into_iter().map(IntoItem::into_item);
        self.policy.origins.extend(origins);
        self.into_state()
    }

    /// Allows any origin, `null` included, without credentials: for an API that is open to all.
    ///
    /// On the wire: `Access-Control-Allow-Origin: *`, on every response alike, so that no `Vary` is
    /// needed. <https://fetch.spec.whatwg.org/#http-access-control-allow-origin>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_any_origin(mut self) -> CorsBuilder<Wildcard, SomeOrigin>
    where
        M: MayAllowAnyOrigin,
    {
        self.policy.rules.any_origin = true;
        self.into_state()
    }

    /// Allows the origin `null`, without credentials. That is the origin of every sandboxed iframe and
    /// `data:` or `file:` page of anybody, so that this allows all who know how; it is hardly ever what
    /// is wanted.
    ///
    /// On the wire: `Access-Control-Allow-Origin: null` for `Origin: null`.
    /// <https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-opaque>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_null_origin().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_null_origin(mut self) -> CorsBuilder<Wildcard, SomeOrigin>
    where
        M: MayAllowNullOrigin,
    {
        self.policy.rules.settings.allow_null_origin = true;
        self.into_state()
    }

    /// Allows pages on the visitor's own machine, with http and https: `localhost`, every name below it,
    /// `127.0.0.0/8` and `[::1]`, with any port or none. For development.
    ///
    /// People write `localhost`, and the browser sends `127.0.0.1` or `[::1]`, depending on what they typed.
    /// This covers all of them. With credentials, every program on a visitor's machine that serves pages can act
    /// as the visitor; leave it out in production, unless your users run such a program.
    ///
    /// On the wire: as with [`allow_origins`](Self::allow_origins).
    /// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>
    ///
    /// # Example
    /// ```
    /// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_loopback_origins()
    ///     .build()?;
    /// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("http://127.0.0.1:5173"))]);
    /// assert!(cors.policy().decide(&Method::GET, &headers).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_loopback_origins(mut self) -> CorsBuilder<M, SomeOrigin> {
        self.policy.rules.settings.allow_loopback_origins = true;
        self.into_state()
    }

    /// Allows the origins for which a function says so. It is asked last, when no listed origin fits,
    /// and only about what a browser sends; with credentials, never about an `http://` origin that is
    /// not this machine, unless by
    /// [`dangerously_allow_insecure_origins`](Self::dangerously_allow_insecure_origins).
    ///
    /// Compare whole hosts or schemes; `ends_with("example.com")` allows `evilexample.com` too. What a
    /// pattern can say is safer said by a pattern.
    ///
    /// On the wire: as with [`allow_origins`](Self::allow_origins).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins_if(|origin| origin.scheme() == "moz-extension")
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_origins_if<F>(self, allows: F) -> CorsBuilder<M, SomeOrigin>
    where
        F: Fn(&Origin<'_>) -> bool + Send + Sync + 'static,
    {
        self.allow_origins_if_request([], move |origin, _| allows(origin))
    }

    /// Allows the origins for which a function says so that sees the request too: its method, its URI,
    /// and the request headers that are named here, no others. Those names are added to `Vary` on every
    /// response, so that no cache mixes up the answers.
    ///
    /// On the wire: as with [`allow_origins`](Self::allow_origins), and the names in `Vary`.
    ///
    /// # Example
    /// See [`RequestView`].
    pub fn allow_origins_if_request<I, F>(
        mut self,
        reads: I,
        allows: F,
    ) -> CorsBuilder<M, SomeOrigin>
    where
        I: IntoIterator<Item = HeaderName>,
        F: Fn(&Origin<'_>, &RequestView<'_>) -> bool + Send + Sync + 'static,
    {
        let predicate = Predicate::new(reads.into_iter().collect(), allows);
        self.policy.rules.predicates.push(predicate);
        self.into_state()
    }

    /// Says that origins are allowed by a look-up, which [`CorsLayer::with_lookup`] adds to the layer: then
    /// no other origin need be. Without that, nobody else is allowed.
    ///
    /// # Example
    /// See [`CorsLayer::with_lookup`].
    ///
    /// [`CorsLayer::with_lookup`]: crate::CorsLayer::with_lookup
    #[cfg(feature = "lookup")]
    pub fn allow_looked_up_origins(mut self) -> CorsBuilder<M, SomeOrigin> {
        self.policy.rules.settings.allow_looked_up_origins = true;
        self.into_state()
    }
}
