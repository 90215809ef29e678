//! The builder's methods for whom the server trusts besides readers: who may write, and under which name.

use super::CorsBuilder;

/// # What CORS does not stop: who may write, and under which host
impl<M> CorsBuilder<M> {
    /// Allows no page of another origin to read. For servers that only their own pages use, together with
    /// [`reject_cross_site_writes`](Self::reject_cross_site_writes) or [`allow_hosts`](Self::allow_hosts).
    ///
    /// `build` refuses it beside a call that allows an origin.
    ///
    /// On the wire: preflights get 403, other responses no CORS headers.
    /// <https://fetch.spec.whatwg.org/#http-cors-protocol>
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// // only this site's own pages may post to it
    /// let cors = CorsLayer::builder()
    ///     .allow_no_origin()
    ///     .reject_cross_site_writes()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_no_origin(mut self) -> Self {
        self.policy.rules.no_origin = true;
        self
    }

    /// Responds with 403 to cross-site writes, before the inner service runs.
    ///
    /// A form or `fetch` of another site can make the browser send a POST with its visitor's cookies. CORS does not stop
    /// that: it only keeps the page from reading the response. The same goes for WebSocket handshakes.
    ///
    /// A *write* is a request with another method than GET, HEAD and OPTIONS, and any request that asks for an upgrade
    /// (WebSocket, WebTransport). A write passes if one of these holds:
    ///
    /// 1. `Sec-Fetch-Site` is `same-origin` or `none`: the server's own page, or the user.
    /// 2. The policy names its origin: a list, a pattern, a function or a look-up allows it. Any origin and `null` are not
    ///    names; origins that are listed beside any origin are. Without [`allow_credentials`](Self::allow_credentials), it must not carry cookies, or an `Authorization`
    ///    that pages may not set: a form of that page would send them.
    /// 3. There is no `Sec-Fetch-Site`, and the `Origin` has the host of the request. An `http:` page does not count as the
    ///    server's own if the request shows that it came over TLS.
    /// 4. It has neither header, so it is not from a browser.
    ///
    /// It works under [`allow_any_origin`](Self::allow_any_origin) too: any page may read, and only pages that
    /// the policy names may write. A preflight
    /// for a write that would be refused is refused.
    ///
    /// **What breaks on the day you enable it:** callbacks that other sites post to (`OpenID` Connect `form_post`, SAML, "Sign
    /// in with Apple", payments) and webhooks that send an `Origin`. Do not list the provider; give the path a policy of its
    /// own:
    /// ```
    /// # use tower_cors::CorsLayer;
    /// # let cors = CorsLayer::builder().allow_no_origin().reject_cross_site_writes().build()?;
    /// let cors = CorsLayer::choose()
    ///     .path_prefix("/auth/callback", CorsLayer::builder().allow_no_origin().build()?)
    ///     .otherwise(cors)?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    /// WebSockets and `sendBeacon` always carry cookies, so those of a listed origin need `allow_credentials()`.
    /// [`shadow`](crate::CorsLayer::shadow) shows whom the check would stop before you enforce it.
    ///
    /// On the wire: 403 without any CORS header, `Cache-Control: no-store`, and what it depends on in `Vary`.
    /// <https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header>
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, Denial};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .reject_cross_site_writes()
    ///     .build()?;
    /// let form = Request::post("/transfer")
    ///     .header("origin", "https://evil.example")
    ///     .header("sec-fetch-site", "cross-site")
    ///     .body(())
    ///     .unwrap();
    /// assert_eq!(
    ///     cors.policy().decide_request(&form).denial(),
    ///     Some(Denial::CrossSiteWrite)
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn reject_cross_site_writes(mut self) -> Self {
        self.policy.rules.reject_cross_site_writes = true;
        self
    }

    /// Responds with 403 to actual requests from disallowed origins, before the inner service runs. Without this call,
    /// such a request runs, and the browser withholds its response from the page. Use it for requests that change
    /// something, and for `WebSocket`s, for which browsers do not use CORS.
    ///
    /// It includes [`reject_cross_site_writes`](Self::reject_cross_site_writes): a cross-site write is refused without
    /// an `Origin` too. It never refuses a safe request without `Origin`, or one from the server's own pages. It
    /// recognises those by `Sec-Fetch-Site`. If the browser does not send that, it compares the host and port of the
    /// origin with the request's `Host`. This protects you from pages in browsers, not from other clients, and not from
    /// pages whose own name leads to your server: name your hosts with [`allow_hosts`](Self::allow_hosts).
    ///
    /// Under [`allow_any_origin`](Self::allow_any_origin) it would refuse nothing, so `build` refuses it there.
    ///
    /// On the wire: 403 without any CORS header, `Cache-Control: no-store`, and `Vary: origin, sec-fetch-site`.
    /// <https://fetch.spec.whatwg.org/#http-cors-protocol>
    ///
    /// # Two traps
    /// * **Forms and links of other sites** have an `Origin` too, and get 403: the callbacks of logins and payments
    ///   (`form_post`, such as "Sign in with Apple"). CORS does not apply to them, so do not allow their origin.
    ///   Exempt the path:
    ///   ```
    ///   # use tower_cors::{CorsLayer, origin};
    ///   # let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    ///   let cors = CorsLayer::choose()
    ///       .path_prefix("/auth/callback", CorsLayer::builder().allow_no_origin().build()?)
    ///       .otherwise(cors)?;
    ///   # Ok::<(), tower_cors::ConfigError>(())
    ///   ```
    /// * **A proxy that changes `Host`** makes the server's own pages look like those of another origin, in browsers
    ///   that do not send `Sec-Fetch-Site` (Safari before 16.4, and any browser on plain `http://`). Let the proxy
    ///   keep the header: `proxy_set_header Host $http_host` in nginx, `ProxyPreserveHost On` in Apache.
    ///
    /// [`Policy::explain_request`](crate::Policy::explain_request) recognises both.
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
        self.policy.rules.reject_disallowed_origins = true;
        self
    }

    /// The names under which clients reach the server: `"api.example.com"`, `"*.tenant.example"`, `"localhost:3000"`. A
    /// request under another name gets 421 before anything else. Repeated calls add.
    ///
    /// This stops DNS rebinding: a page at `evil.example` whose name leads to your server, so that the browser takes the
    /// server for the page's own. Such a page needs a *name*. So a request by IP address passes, as load balancers and
    /// probes send it, and so does one without any host, which no browser sends.
    ///
    /// Without a port, any port matches. With `:80` or `:443`, a missing port matches too. Case and a final dot don't
    /// matter. The name is that of the URI (HTTP/2) or the `Host` line; `X-Forwarded-Host` is never read. If a proxy
    /// rewrites `Host`, check the name in the proxy.
    ///
    /// An address needs no entry: with this setting, every canonical IP address passes, whatever its port.
    ///
    /// `build` refuses an empty list, entries that cannot be a host, `*` alone, and patterns over public suffixes.
    ///
    /// On the wire: 421 (Misdirected Request) without any CORS header, and `Cache-Control: no-store`.
    /// <https://www.rfc-editor.org/rfc/rfc9110#section-15.5.20>
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_hosts(["api.example.com"])
    ///     .build()?;
    /// let rebound = Request::get("/").header("host", "evil.example").body(()).unwrap();
    /// assert!(!cors.policy().decide_request(&rebound).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_hosts<I>(mut self, hosts: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let all = self.policy.hosts.get_or_insert_default();
        all.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// The server is reached only from its own machine: as `localhost`, a name below it, `127.0.0.0/8` or `[::1]`, with
    /// any port. For MCP servers, development servers and everything else that listens on loopback: it stops DNS
    /// rebinding.
    ///
    /// These are not included: `0.0.0.0` and other addresses, `host.docker.internal`, names of containers, `*.local`,
    /// tunnels. What [`allow_hosts`](Self::allow_hosts) lets through is added: its names, and every IP address.
    ///
    /// On the wire: the same as with [`allow_hosts`](Self::allow_hosts).
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, Preset, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://chat.example.com")])
    ///     .preset(Preset::Mcp)
    ///     .reject_disallowed_origins()
    ///     .allow_loopback_hosts()
    ///     .build()?;
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn allow_loopback_hosts(mut self) -> Self {
        self.policy.rules.allow_loopback_hosts = true;
        self
    }
}
