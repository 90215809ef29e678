//! The builder's methods for how the layer responds.

use std::time::Duration;

use http::StatusCode;

use super::CorsBuilder;

/// # Preflights, caches and further headers
impl<M> CorsBuilder<M> {
    /// How long browsers may cache the preflight response: whole seconds, at most 86,400 s. Chromium caches it for at
    /// most 7200 s. Without this call, browsers cache it for 5 s. The last call counts.
    ///
    /// `build` refuses more than 86,400 s, and fractions of a second.
    ///
    /// On the wire: `Access-Control-Max-Age` on the preflight response.
    /// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .max_age(Duration::from_secs(600))
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.policy.rules.max_age = Some(max_age);
        self
    }

    /// Tells browsers not to cache preflight responses: each request gets its own preflight. For debugging.
    ///
    /// On the wire: `Access-Control-Max-Age: 0` on the preflight response.
    /// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .disable_preflight_cache()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn disable_preflight_cache(self) -> Self {
        self.max_age(Duration::ZERO)
    }

    /// The status of the preflight response: any 2xx. Without this call, it is 204. `build` refuses any other status.
    ///
    /// On the wire: the status of the preflight response if the origin is allowed.
    /// <https://fetch.spec.whatwg.org/#ok-status>
    ///
    /// # Example
    /// ```
    /// # use http::StatusCode;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .preflight_status(StatusCode::OK)
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn preflight_status(mut self, status: StatusCode) -> Self {
        self.policy.rules.preflight_status = Some(status.as_u16());
        self
    }

    /// Lets the inner service respond to preflights, and adds the CORS headers to its response. The layer still refuses
    /// a preflight from a disallowed origin. The inner service must respond with a 2xx status: a route without
    /// `OPTIONS` does not.
    ///
    /// On the wire: the inner service's response with the headers that the layer's own preflight response would have.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().forward_preflights().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn forward_preflights(mut self) -> Self {
        self.policy.rules.forward_preflights = true;
        self
    }

    /// Allows the preflights of Private Network Access, a draft that browsers no longer follow.
    ///
    /// **It has no effect in Chromium, Firefox or WebKit today**: none of them sends such a preflight. Chromium and
    /// Firefox ask their user before a public page may reach a private network or the user's own machine ([Local
    /// Network Access](https://wicg.github.io/local-network-access/)). WebKit does not ask. No response header replaces
    /// that permission. Once the user has given it, the request comes under this policy like any other.
    /// `docs/browsers.md` shows each engine, and what a server at home can do instead.
    ///
    /// Older versions of Chromium, from 104, sent the preflight, and continued whatever the response was. The call
    /// still works for clients that follow the draft.
    ///
    /// On the wire: `Access-Control-Allow-Private-Network: true` on the response to a preflight that has
    /// `Access-Control-Request-Private-Network: true`.
    /// <https://wicg.github.io/private-network-access/#headers>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_private_network()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_private_network(mut self) -> Self {
        self.policy.rules.allow_private_network = true;
        self
    }

    /// Lets pages of the allowed origins read the timing of responses (`PerformanceResourceTiming`).
    ///
    /// Under a policy that lists origins, it covers only requests with an `Origin`: `fetch()`, and elements with the
    /// attribute `crossorigin`. Images, scripts and styles without that attribute send no `Origin`, so the layer can't know
    /// the page, and their timing stays hidden. If any origin is allowed, it covers them too.
    ///
    /// On the wire: `Timing-Allow-Origin` with the value of `Access-Control-Allow-Origin`.
    /// <https://fetch.spec.whatwg.org/#tao-check>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().timing_allow_origin().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn timing_allow_origin(mut self) -> Self {
        self.policy.rules.timing_allow_origin = true;
        self
    }

    /// Lets the same origins embed responses in pages that isolate themselves with `Cross-Origin-Embedder-Policy`, and
    /// keeps other pages from embedding them.
    ///
    /// Pages embed images, scripts and media without CORS, unless the element has a `crossorigin` attribute. Such a
    /// request usually has no `Origin`, so the layer cannot know the page: under a policy that lists origins, only the
    /// server's own pages may embed the response. Pages of allowed origins add `crossorigin` to the element. If any
    /// origin is allowed, every page may embed the response.
    ///
    /// On the wire: `Cross-Origin-Resource-Policy: cross-origin` if the origin is allowed, `same-origin` if it is not or
    /// if there is none. It replaces the header of the inner service. The layer's preflight responses do not have it,
    /// because browsers do not read it there.
    /// <https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .cross_origin_resource_policy()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn cross_origin_resource_policy(mut self) -> Self {
        self.policy.rules.cross_origin_resource_policy = true;
        self
    }
}
