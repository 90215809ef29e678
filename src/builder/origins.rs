//! The builder's methods for who may call: origins, patterns, functions.

use http::HeaderName;

use super::CorsBuilder;
use super::inputs::{IntoItem, IntoList};
use super::state::{MayAllowAnyOrigin, MayAllowNullOrigin, Wildcard};
use crate::origin::{Origin, OriginPattern};
use crate::policy::predicate::{Predicate, RequestView};

/// # Origins: which pages may read
impl<M> CorsBuilder<M> {
    /// Allows origins and origin patterns (see [`OriginPattern`]).
    ///
    /// On the wire: `Access-Control-Allow-Origin` repeats the origin of the request, and `Vary: origin` tells caches
    /// that the response depends on it.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-origin>
    ///
    /// `build` refuses an origin that browsers do not send. With credentials, it also refuses:
    ///
    /// * `http://` origins, except on the visitor's own machine;
    /// * patterns for every host of a scheme, such as `moz-extension://*`;
    /// * patterns over domains that anyone can get: a single label (`https://*.com`), the usual second levels of countries (`https://*.co.uk`), and the best-known hosting services (`https://*.vercel.app`).
    ///
    /// With the feature `public-suffix`, it refuses every suffix of the [Public Suffix
    /// List](https://publicsuffix.org/), and every name that has such a suffix below it. **Without that feature the
    /// list is not checked**: `https://*.kobe.jp` passes.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")]) // checked by the compiler
    ///     .allow_origins(["https://*.example.org", "http://localhost:*"]) // checked by build()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_origins<I>(mut self, origins: I) -> Self
    where
        I: IntoList<OriginPattern>,
    {
        let origins = origins.into_iter().map(IntoItem::into_item);
        self.policy.origins.extend(origins);
        self
    }

    /// Allows any origin, including `null`, without credentials: for an API that is open to all. After this call,
    /// `allow_credentials` does not compile.
    ///
    /// Origins, patterns and functions that you allow too have no effect then: they do not restrict this call.
    ///
    /// On the wire: `Access-Control-Allow-Origin: *` on every response. Responses are the same for all origins, so they
    /// do not need `Vary`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-origin>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_any_origin(mut self) -> CorsBuilder<Wildcard>
    where
        M: MayAllowAnyOrigin,
    {
        self.policy.rules.any_origin = true;
        self.into_state()
    }

    /// Allows the origin `null`, without credentials. After this call, `allow_credentials` does not compile.
    ///
    /// Every sandboxed iframe has the origin `null`, and so does every `data:` and `file:` page. So anyone can write a
    /// page that this allows. You rarely need it.
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
    pub fn allow_null_origin(mut self) -> CorsBuilder<Wildcard>
    where
        M: MayAllowNullOrigin,
    {
        self.policy.rules.allow_null_origin = true;
        self.into_state()
    }

    /// Allows pages on the visitor's own machine, with http and https: `localhost`, every name below it,
    /// `127.0.0.0/8` and `[::1]`, with any port or none. For development.
    ///
    /// People write `localhost`, and the browser sends `127.0.0.1` or `[::1]`, depending on what they typed.
    /// This covers all of them. With credentials, every program on a visitor's machine that serves pages can act
    /// as the visitor; leave it out in production, unless your users run such a program.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins).
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
    /// let headers = HeaderMap::from_iter([(
    ///     ORIGIN,
    ///     HeaderValue::from_static("http://127.0.0.1:5173"),
    /// )]);
    /// assert!(cors.policy().decide(&Method::GET, &headers).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_loopback_origins(mut self) -> Self {
        self.policy.rules.allow_loopback_origins = true;
        self
    }

    /// Allows the origins for which a function returns `true`. The layer calls it last, if no listed origin matches.
    ///
    /// The function gets only origins that browsers send. With credentials, it does not get `http://` origins, except
    /// those of the visitor's own machine, unless you call
    /// [`dangerously_allow_insecure_origins`](Self::dangerously_allow_insecure_origins).
    ///
    /// Compare what [`host()`](Origin::host) and [`scheme()`](Origin::scheme) return, as a whole: a host that
    /// `ends_with("example.com")` may be `evilexample.com`. If a pattern can express your rule, use the pattern.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins_if(|origin| {
    ///         // the domains of two countries, on https only
    ///         origin.scheme() == "https"
    ///             && ["shop.example", "boutique.example"].contains(&origin.host())
    ///     })
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_origins_if<F>(self, allows: F) -> Self
    where
        F: Fn(&Origin<'_>) -> bool + Send + Sync + 'static,
    {
        self.allow_origins_if_request([], move |origin, _| allows(origin))
    }

    /// Allows the origins for which a function of the origin and the request returns `true`. The function sees the
    /// method, the URI and the request headers that you declare, and no other headers.
    ///
    /// The layer adds the declared headers to `Vary` on every response, because responses depend on them. Otherwise it
    /// works like [`allow_origins_if`](Self::allow_origins_if).
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins), and the declared names in `Vary`.
    ///
    /// # Example
    /// See [`RequestView`].
    pub fn allow_origins_if_request<I, F>(mut self, reads: I, allows: F) -> Self
    where
        I: IntoIterator<Item = HeaderName>,
        F: Fn(&Origin<'_>, &RequestView<'_>) -> bool + Send + Sync + 'static,
    {
        let predicate = Predicate::new(reads.into_iter().collect(), allows);
        self.policy.rules.predicates.push(predicate);
        self
    }

    /// Lets a look-up allow origins. [`CorsLayer::with_lookup`] adds the look-up to the layer. After this call, the
    /// policy does not need another origin. Without a look-up on the layer, this call allows no origin.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins).
    ///
    /// # Example
    /// See [`CorsLayer::with_lookup`].
    ///
    /// [`CorsLayer::with_lookup`]: crate::CorsLayer::with_lookup
    #[cfg(feature = "lookup")]
    pub fn allow_looked_up_origins(mut self) -> Self {
        self.policy.rules.allow_looked_up_origins = true;
        self
    }

    /// Allows `http://` origins with credentials. Anyone on the network between a visitor and such a page can change
    /// the page, and then act as the visitor.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins).
    /// <https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["http://intranet.example.com"])
    ///     .allow_credentials()
    ///     .dangerously_allow_insecure_origins()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn dangerously_allow_insecure_origins(mut self) -> Self {
        self.policy.rules.dangerously_allow_insecure_origins = true;
        self
    }

    /// Allows subdomain patterns over a public suffix with credentials. Anyone can get a domain under a public suffix,
    /// and then act as your visitors.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins). <https://publicsuffix.org/>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["https://*.internal"])
    ///     .allow_credentials()
    ///     .dangerously_allow_public_suffixes()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn dangerously_allow_public_suffixes(mut self) -> Self {
        self.policy.rules.dangerously_allow_public_suffixes = true;
        self
    }

    /// Allows patterns for every host of a scheme with credentials: `moz-extension://*`, and `file://`, which all local
    /// files in a web view share. Every extension, app or file with that scheme can then act as its user.
    ///
    /// On the wire: the same as with [`allow_origins`](Self::allow_origins).
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["moz-extension://*"])
    ///     .allow_credentials()
    ///     .dangerously_allow_whole_schemes()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn dangerously_allow_whole_schemes(mut self) -> Self {
        self.policy.rules.dangerously_allow_whole_schemes = true;
        self
    }
}
