//! The builder: states a policy, in any order, and has it checked.

mod entry;
mod grpc_web;
mod list;
pub mod state;

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::{HeaderName, StatusCode};

use crate::draft::Draft;
use crate::error::ConfigError;
use crate::layer::CorsLayer;
use crate::origin::Origin;
use crate::predicate::{Predicate, RequestView};
pub use entry::{IntoHeaderName, IntoMethod, IntoOriginPattern};
pub use list::{HeaderNameList, MethodList, OriginList};
use state::{
    Credentialed, HasOrigin, MayAllowAnyHeader, MayAllowAnyMethod, MayAllowAnyOrigin,
    MayAllowCredentials, MayAllowNullOrigin, MayExposeAnyHeader, NoOrigin, SomeOrigin, Undecided,
    Wildcard,
};

/// States who may call, with what. Made by [`CorsLayer::builder`].
///
/// Repeated calls add, and the order of calls doesn't matter. The type knows two things. `Mode`: whether
/// a wildcard or credentials have been chosen, which exclude each other; combining them doesn't compile.
/// `Origins`: whether an origin has been chosen; without one there is no [`build`](Self::build). What
/// the type can't know, `build` checks, and reports every problem at once.
///
/// # Example
/// ```
/// use http::{Method, header::{AUTHORIZATION, CONTENT_TYPE, ETAG}};
/// use std::time::Duration;
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_origins(["https://*.example.org", "http://localhost:*"])
///     .allow_methods([Method::PUT, Method::DELETE])
///     .allow_headers([AUTHORIZATION, CONTENT_TYPE])
///     .allow_credentials()
///     .expose_headers([ETAG])
///     .max_age(Duration::from_secs(600))
///     .build()?;
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
///
/// Credentials with a wildcard:
/// ```compile_fail
/// tower_cors::CorsLayer::builder().allow_any_origin().allow_credentials();
/// // error: `allow_credentials` cannot be combined with a wildcard
/// ```
/// No origin:
/// ```compile_fail
/// tower_cors::CorsLayer::builder().build();
/// // error: a CORS policy needs an origin before `build`
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct CorsBuilder<Mode = Undecided, Origins = NoOrigin> {
    draft: Draft,
    state: PhantomData<(Mode, Origins)>,
}

impl CorsLayer {
    /// Starts a policy that allows nobody anything.
    ///
    /// # Example
    /// See [`CorsBuilder`].
    pub fn builder() -> CorsBuilder {
        CorsBuilder {
            draft: Draft::default(),
            state: PhantomData,
        }
    }
}

/// Who may call.
impl<M, O> CorsBuilder<M, O> {
    /// Allows origins and origin patterns (see [`OriginPattern`](crate::OriginPattern)).
    ///
    /// On the wire: `Access-Control-Allow-Origin` echoes the request's origin, and `Vary: origin` tells
    /// caches so. <https://fetch.spec.whatwg.org/#http-access-control-allow-origin>
    ///
    /// `build` refuses what no browser sends; with credentials, `http://` origins that are not this
    /// machine, and subdomain patterns over a public suffix: always where the base is a single label
    /// (`https://*.com`), and with the feature `public-suffix`, which is recommended, where it is on the
    /// [Public Suffix List](https://publicsuffix.org/) (`https://*.github.io`).
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
        I: OriginList,
    {
        let origins = origins
            .into_iter()
            .map(IntoOriginPattern::into_origin_pattern);
        self.draft.origins.extend(origins);
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
        self.draft.any_origin = true;
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
        self.draft.null_origin = true;
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
        self.draft.predicates.push(predicate);
        self.into_state()
    }
}

/// With what.
impl<M, O> CorsBuilder<M, O> {
    /// Allows methods, besides GET, HEAD and POST, which browsers never ask about.
    ///
    /// On the wire: `Access-Control-Allow-Methods` on the answer to a preflight.
    /// <https://fetch.spec.whatwg.org/#http-access-control-allow-methods>
    ///
    /// `build` refuses CONNECT, TRACE and TRACK, which no browser lets a page use.
    ///
    /// # Example
    /// See [`IntoMethod`].
    pub fn allow_methods<I>(mut self, methods: I) -> Self
    where
        I: MethodList,
    {
        self.draft
            .methods
            .extend(methods.into_iter().map(IntoMethod::into_method));
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
        self.draft.any_method = true;
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
        self.draft.mirror_methods = true;
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
    /// See [`IntoHeaderName`].
    pub fn allow_headers<I>(mut self, names: I) -> Self
    where
        I: HeaderNameList,
    {
        self.draft
            .headers
            .extend(names.into_iter().map(IntoHeaderName::into_header_name));
        self
    }

    /// Allows any request header but `Authorization`, without credentials.
    ///
    /// Browsers do not let `*` cover `Authorization`; where pages may send it, name it too:
    /// `.allow_any_header().allow_headers([AUTHORIZATION])`.
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
        self.draft.any_header = true;
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
        self.draft.mirror_headers = true;
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
        self.draft.credentials = true;
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
        I: HeaderNameList,
    {
        self.draft
            .exposed
            .extend(names.into_iter().map(IntoHeaderName::into_header_name));
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
        self.draft.expose_any = true;
        self.into_state()
    }
}

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
        self.draft.max_age = Some(max_age);
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
        self.draft.options.preflight_status = status;
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
        self.draft.options.forward_preflights = true;
        self
    }

    /// Answers 403 to actual requests from disallowed origins before the inner service runs, for
    /// requests that do something before the browser withholds the response, and for `WebSocket`s, to
    /// which browsers apply no CORS. Without this, such a request runs, and its response is withheld.
    ///
    /// Never refuses a request without `Origin`, or one from the server's own pages: by
    /// `Sec-Fetch-Site`, or, from a browser that doesn't send it, by comparing the origin's host and port
    /// with the request's `Host`. It is no protection against other clients than browsers, nor a
    /// replacement for CSRF tokens.
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
        self.draft.options.reject_disallowed_origins = true;
        self
    }

    /// Lets public pages call this server on a private network or on the visitor's own machine.
    ///
    /// On the wire: `Access-Control-Allow-Private-Network: true` on the answer to a preflight that asks
    /// for it. <https://wicg.github.io/private-network-access/#headers>
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
        self.draft.options.private_network = true;
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
        self.draft.options.timing = true;
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
        self.draft.insecure_origins = true;
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
        self.draft.public_suffixes = true;
        self
    }

    /// Checks the policy and compiles it into a layer.
    ///
    /// # Errors
    /// If anything is wrong with the policy: all that is, at once.
    ///
    /// # Example
    /// See [`CorsBuilder`] and [`ConfigError`].
    pub fn build(self) -> Result<CorsLayer, ConfigError>
    where
        O: HasOrigin,
    {
        self.draft.compile().map(CorsLayer::new)
    }

    fn into_state<M2, O2>(self) -> CorsBuilder<M2, O2> {
        CorsBuilder {
            draft: self.draft,
            state: PhantomData,
        }
    }
}

impl<M, O> Clone for CorsBuilder<M, O> {
    fn clone(&self) -> Self {
        Self {
            draft: self.draft.clone(),
            state: PhantomData,
        }
    }
}

impl<M, O> fmt::Debug for CorsBuilder<M, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsBuilder").finish_non_exhaustive()
    }
}
