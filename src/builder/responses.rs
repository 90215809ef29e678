//! The builder's methods for how the layer responds, and the dangerous relaxations.

use std::time::Duration;

use http::StatusCode;

use super::CorsBuilder;

/// How it answers.
impl<M, O> CorsBuilder<M, O> {
    /// How long browsers may keep the answer to a preflight: whole seconds, at most 86,400 s. Chromium
    /// keeps it for at most 7200 s; without this, browsers keep it for 5 s. The last call counts.
    ///
    /// On the wire: `Access-Control-Max-Age`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
    ///
    /// # Example
    /// ```
    /// # use std::time::Duration;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().max_age(Duration::from_secs(600)).build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.policy.max_age = Some(max_age);
        self
    }

    /// Tells browsers to keep no answer to a preflight: each request has its own. For debugging.
    ///
    /// On the wire: `Access-Control-Max-Age: 0`.
    /// <https://fetch.spec.whatwg.org/#http-access-control-max-age>
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().disable_preflight_cache().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn disable_preflight_cache(self) -> Self {
        self.max_age(Duration::ZERO)
    }

    /// The status of the answer to a preflight: any 2xx; 204 without this.
    /// <https://fetch.spec.whatwg.org/#ok-status>
    ///
    /// # Example
    /// ```
    /// # use http::StatusCode;
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().preflight_status(StatusCode::OK).build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn preflight_status(mut self, status: StatusCode) -> Self {
        self.policy.rules.settings.preflight_status = Some(status.as_u16());
        self
    }

    /// Lets the inner service answer preflights, and decorates what it answers. A preflight from a
    /// disallowed origin is refused all the same. The inner service must answer with a 2xx: a route
    /// without `OPTIONS` does not.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::CorsLayer;
    /// let cors = CorsLayer::builder().allow_any_origin().forward_preflights().build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn forward_preflights(mut self) -> Self {
        self.policy.rules.settings.forward_preflights = true;
        self
    }

    /// Answers 403 to actual requests from disallowed origins before the inner service runs. Without this, the
    /// inner service runs, and the browser withholds its response from the page. Call it for requests that change
    /// something, and for WebSockets, to which browsers do not apply CORS.
    ///
    /// It never refuses a request without `Origin`, or one from the server's own pages. `Sec-Fetch-Site` shows which
    /// these are. If a browser does not send it, the origin's host and port are compared with the request's `Host`.
    /// This does not protect against other clients than browsers, and it does not replace CSRF tokens.
    ///
    /// # Two traps
    /// * **Forms and links of other sites** have an `Origin` too, and get 403: the call-backs of log-ins and payments
    ///   (`form_post`, such as "Sign in with Apple"). CORS does not apply to them, so do not allow their origin.
    ///   Exempt the path:
    ///   ```
    ///   # use tower_cors::{CorsLayer, origin};
    ///   # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    ///   let cors = CorsLayer::choose()
    ///       .path_prefix("/auth/callback", CorsLayer::choose().otherwise_no_cors()?)
    ///       .otherwise(cors)?;
    ///   # Ok::<(), tower_cors::ConfigError>(())
    ///   ```
    /// * **A proxy that changes `Host`** makes the server's own pages look like those of another origin, in browsers
    ///   that do not send `Sec-Fetch-Site` (Safari before 16.4, and any browser on plain `http://`). Let the proxy
    ///   keep the header: `proxy_set_header Host $http_host` in nginx, `ProxyPreserveHost On` in Apache.
    ///
    /// [`Policy::explain_request`](crate::Policy::explain_request) recognises both.
    ///
    /// On the wire: 403 without any CORS header; `Vary: origin, sec-fetch-site`.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .reject_disallowed_origins()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn reject_disallowed_origins(mut self) -> Self {
        self.policy.rules.settings.reject_disallowed_origins = true;
        self
    }

    /// Answers the preflights of Private Network Access, a draft that browsers no longer follow.
    ///
    /// **It has no effect in Chromium, Firefox or WebKit today**: none of them sends such a preflight.
    /// Chromium and Firefox ask their visitor before a public page may reach a private network or the
    /// visitor's own machine ([Local Network Access](https://wicg.github.io/local-network-access/)); WebKit asks
    /// nobody. No response header takes the place of the visitor's answer. Once it is given, the request
    /// comes under this policy like any other. `docs/browsers.md` shows each engine, and what a server at home
    /// can do instead. Older Chromium, from version 104, sent the preflight, and went on whatever the answer was.
    /// The call keeps working, for clients that follow the draft.
    ///
    /// On the wire: `Access-Control-Allow-Private-Network: true` on the answer to a preflight that has
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
        self.policy.rules.settings.allow_private_network = true;
        self
    }

    /// Lets the same origins read the timing of responses (`PerformanceResourceTiming`).
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
        self.policy.rules.settings.timing_allow_origin = true;
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
        self.policy.rules.settings.cross_origin_resource_policy = true;
        self
    }

    /// Allows `http://` origins with credentials. Whoever is in the middle of the network between a
    /// visitor and such a page can change it, and then act as the visitor.
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
        self.policy
            .rules
            .settings
            .dangerously_allow_insecure_origins = true;
        self
    }

    /// Allows subdomain patterns over a public suffix with credentials. Anybody can get a domain under a
    /// public suffix, and then act as the visitors.
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
        self.policy.rules.settings.dangerously_allow_public_suffixes = true;
        self
    }

    /// Allows patterns for every host of a scheme with credentials: `moz-extension://*`, and `file://`, which all
    /// local files in a web view share. Every extension, app or file with that scheme can then act as its user.
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
        self.policy.rules.settings.dangerously_allow_whole_schemes = true;
        self
    }
}
