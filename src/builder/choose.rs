//! The builder of a layer that chooses among several policies.

use std::fmt;
use std::sync::Arc;

use http::HeaderName;

use crate::choose::host;
use crate::choose::path::PathPrefix;
use crate::dynamic::choice::{Choice, Function};
use crate::dynamic::source::PolicySource;
use crate::error::{ConfigError, Field, Problems, Reason};
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::policy::headers::vary::Vary;
use crate::policy::predicate::RequestView;

/// Builds a layer that chooses among several policies for each request. [`CorsLayer::choose`] makes one.
///
/// Each request comes under one policy. The layer chooses it by
///
/// 1. the first [`choose_by`](Self::choose_by) function that returns a layer,
/// 2. the [`host`](Self::host),
/// 3. the longest [`path_prefix`](Self::path_prefix),
/// 4. [`otherwise`](Self::otherwise), or no policy
///    ([`otherwise_no_cors`](Self::otherwise_no_cors)).
///
/// Put the layer around the router, as you do with one policy: a preflight is an `OPTIONS` request and matches no
/// route, but it must come under the policy of the request that it announces.
///
/// Each of the layers may be reloadable, have observers, or choose among policies itself. What you attach to the
/// finished layer applies to all of them. Choosing does not allocate.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::{CorsLayer, origin};
///
/// let public = CorsLayer::builder().allow_any_origin().build()?;
/// let app = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_credentials()
///     .build()?;
///
/// let cors = CorsLayer::choose()
///     .path_prefix("/public", public)
///     .path_prefix("/api", app)
///     .otherwise_no_cors()?;
///
/// let router: Router = Router::new()
///     .nest("/public", Router::new().route("/news", get(async || "[]")))
///     .nest("/api", Router::new().route("/items", get(async || "[]")))
///     // last: the outermost layer sees the paths as the client sent them
///     .layer(cors);
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[must_use = "a builder does nothing until `otherwise` or `otherwise_no_cors` is called"]
pub struct CorsChoiceBuilder {
    functions: Vec<Function>,
    hosts: Vec<(String, CorsLayer)>,
    prefixes: Vec<(String, CorsLayer)>,
}

impl CorsChoiceBuilder {
    pub(super) fn new() -> Self {
        Self {
            functions: vec![],
            hosts: vec![],
            prefixes: vec![],
        }
    }

    /// The policy of a path and everything below it: `/api` covers `/api`, `/api/` and `/api/items`, but not
    /// `/apis`. The longest matching prefix counts; the order of calls does not. Paths are compared segment by segment and
    /// case-sensitively.
    ///
    /// An unusual spelling of a path does not get a laxer policy. *Plain* segments choose the prefix: segments that no
    /// router changes, because they have no backslash, no semicolon, no needless percent-encoding (`%61`, `%2f`) and no
    /// dot at their end. What follows them may be unusual, as in `/api/groups%2Fa` and `/items/a;x`. But if some router
    /// could find another prefix there, the request comes under a policy that allows nobody, and requests from other
    /// origins get 403. Beside a prefix `/api/admin`, these are:
    ///
    /// - `/api//admin`, `/api/%61dmin`, `/api/;x/admin`, `/api/ad%2fx`: after the plain segments, the prefix goes on with
    ///   a segment that begins like what is certain (here nothing, nothing, nothing and `ad`)
    /// - `/api/Admin`: it matches only for routers that ignore case
    /// - `/items/..%2fapi`, `/items/%252e%252e/api`, `/items/x%00`: after decoding as often as possible, what follows has
    ///   `..`, a control character, `%u` or invalid UTF-8, or it is longer than 8192 bytes
    ///
    /// `SECURITY.md` says which readings no such rule covers: compatibility forms of Unicode, rewriting, and others.
    ///
    /// The path is the one that the layer sees. For the outermost layer, that is what the client sent. Inside an axum
    /// router that is nested at `/v1`, `/v1` is already removed. Requests without a path (`OPTIONS *`, `CONNECT`) do
    /// not match any prefix.
    ///
    /// Prefixes are written as browsers send them, with plain segments: `/caf%C3%A9`. Others are an error of
    /// [`otherwise`](Self::otherwise).
    ///
    /// # Example
    /// ```
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let policy = |origin| CorsLayer::builder().allow_origins([origin]).build();
    /// # let (general, admin) = (policy(origin!("https://a.example"))?, policy(origin!("https://b.example"))?);
    /// let cors = CorsLayer::choose()
    ///     .path_prefix("/api", general)
    ///     .path_prefix("/api/admin", admin)
    ///     .otherwise_no_cors()?;
    /// let origins = |path: &str| {
    ///     let policy = cors.policy_for(&Request::get(path).body(()).unwrap())?;
    ///     Some(policy.origins().map(str::to_owned).collect::<Vec<_>>())
    /// };
    /// assert_eq!(origins("/api/items").unwrap(), ["https://a.example"]);
    /// assert_eq!(origins("/api/admin/users").unwrap(), ["https://b.example"]);
    /// assert!(origins("/api/%61dmin/users").unwrap().is_empty());
    /// assert_eq!(origins("/items"), None);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn path_prefix(mut self, prefix: impl Into<String>, policy: CorsLayer) -> Self {
        self.prefixes.push((prefix.into(), policy));
        self
    }

    /// The policy of a host, for every path and port. Case does not matter, and neither does a final dot.
    ///
    /// The layer reads the host of a request from its URI (HTTP/2, absolute-form) or its `Host` line. If a request has
    /// several `Host` lines, a line that contradicts its URI, or a host that browsers do not send
    /// (`x@api.example.com`, `127.1`), it comes under a policy that allows nobody, and requests from other origins get 403. A
    /// request without a host does not match any host. Functions read the same host with
    /// [`RequestView::host`](crate::builder::RequestView::host).
    ///
    /// Behind a proxy, this is the host that the proxy sends. The layer never reads `X-Forwarded-Host`. If you trust
    /// the proxy, read it in a [`choose_by`](Self::choose_by) function.
    ///
    /// # Example
    /// ```
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let policy = |origin| CorsLayer::builder().allow_origins([origin]).build();
    /// # let (shop, blog) = (policy(origin!("https://a.example"))?, policy(origin!("https://b.example"))?);
    /// let cors = CorsLayer::choose()
    ///     .host("shop.example.com", shop)
    ///     .host("blog.example.com", blog)
    ///     .otherwise_no_cors()?;
    /// let request = Request::get("/")
    ///     .header("host", "Shop.example.com:8443")
    ///     .body(())
    ///     .unwrap();
    /// assert!(cors.policy_for(&request).is_some());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn host(mut self, host: impl Into<String>, policy: CorsLayer) -> Self {
        self.hosts.push((host.into(), policy));
        self
    }

    /// Chooses the policy with a function of the method, the URI, the host and the request headers that you declare. If it
    /// returns `None`, the layer calls the next function, then tries the hosts and paths. Return a clone of a layer
    /// that exists: a clone counts a reference, but building a layer takes time.
    ///
    /// The declared headers go into `Vary` on every response, even if no policy applies, because the responses depend
    /// on them. A preflight has the method `OPTIONS`, and it does not carry the headers that it asks for. Choose by
    /// what the browser sends with both requests. Take care with paths: the layer does not decode or resolve them here.
    ///
    /// # Example
    /// ```
    /// use std::collections::HashMap;
    /// use tower_cors::CorsLayer;
    /// # use http::Request;
    ///
    /// let tenants = ["one", "two"].map(|tenant| {
    ///     let policy = CorsLayer::builder()
    ///         .allow_origins([format!("https://{tenant}.example")])
    ///         .build();
    ///     Ok::<_, tower_cors::ConfigError>((format!("{tenant}.api.example"), policy?))
    /// });
    /// let tenants = tenants.into_iter().collect::<Result<HashMap<_, _>, _>>()?;
    /// let cors = CorsLayer::choose()
    ///     .choose_by([], move |request| {
    ///         tenants.get(request.host().name()?).cloned()
    ///     })
    ///     .otherwise_no_cors()?;
    /// # let request = Request::get("/").header("host", "two.api.example").body(()).unwrap();
    /// # assert!(cors.policy_for(&request).is_some());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn choose_by<I, F>(mut self, reads: I, choose: F) -> Self
    where
        I: IntoIterator<Item = HeaderName>,
        F: Fn(&RequestView<'_>) -> Option<CorsLayer> + Send + Sync + 'static,
    {
        self.functions.push(Function {
            reads: reads.into_iter().collect(),
            choose: Box::new(move |request| choose(request).map(CorsLayer::into_source)),
        });
        self
    }

    /// The policy of all other requests. This finishes the layer.
    ///
    /// # Errors
    /// If a host or a path prefix is not valid, or is listed twice: the error lists all problems.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// # let policy = |origin| CorsLayer::builder().allow_origins([origin]).build();
    /// # let (general, admin) = (policy(origin!("https://a.example"))?, policy(origin!("https://b.example"))?);
    /// let error = CorsLayer::choose()
    ///     .path_prefix("admin", admin.clone())
    ///     .host("https://admin.example.com", admin)
    ///     .otherwise(general)
    ///     .unwrap_err();
    /// assert_eq!(error.problems()[0].fix(), r#"write "admin.example.com""#);
    /// assert_eq!(error.problems()[1].fix(), r#"write "/admin""#);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn otherwise(self, policy: CorsLayer) -> Result<CorsLayer, ConfigError> {
        self.build(Some(policy))
    }

    /// No policy for all other requests. They pass as if the layer were not there: preflights reach the inner service,
    /// and the layer does not change CORS headers of the inner service. This finishes the layer.
    ///
    /// # Errors
    /// If a host or a path prefix is not valid, or is listed twice: the error lists all problems.
    ///
    /// # Example
    /// See [`CorsChoiceBuilder`].
    pub fn otherwise_no_cors(self) -> Result<CorsLayer, ConfigError> {
        self.build(None)
    }

    fn build(self, otherwise: Option<CorsLayer>) -> Result<CorsLayer, ConfigError> {
        let mut problems = Problems::default();
        let mut hosts: Vec<(Box<str>, PolicySource)> = Vec::new();
        for (index, (text, layer)) in self.hosts.into_iter().enumerate() {
            match host::parse(&text) {
                Ok(host) => match hosts.binary_search_by(|(other, _)| other.cmp(&host)) {
                    Ok(_) => {
                        problems.add(Field::Hosts, Some(index), &text, Reason::ListedTwice, TWICE);
                    }
                    Err(place) => hosts.insert(place, (host, layer.into_source())),
                },
                Err((reason, fix)) => {
                    problems.add(Field::Hosts, Some(index), &text, reason, &fix);
                }
            }
        }
        let mut prefixes: Vec<(PathPrefix, PolicySource)> = Vec::new();
        for (index, (text, layer)) in self.prefixes.into_iter().enumerate() {
            let field = Field::PathPrefixes;
            match PathPrefix::parse(&text) {
                Ok(prefix) if prefixes.iter().any(|(other, _)| other.is_same(&prefix)) => {
                    problems.add(field, Some(index), &text, Reason::ListedTwice, TWICE);
                }
                Ok(prefix) => {
                    let len = prefix.len();
                    let place = prefixes.partition_point(|(other, _)| other.len() >= len);
                    prefixes.insert(place, (prefix, layer.into_source()));
                }
                Err((reason, fix)) => {
                    problems.add(field, Some(index), &text, reason, &fix);
                }
            }
        }
        problems.into_result()?;
        Ok(Self::finish(self.functions, hosts, prefixes, otherwise))
    }

    pub(super) fn finish(
        functions: Vec<Function>,
        hosts: Vec<(Box<str>, PolicySource)>,
        prefixes: Vec<(PathPrefix, PolicySource)>,
        otherwise: Option<CorsLayer>,
    ) -> CorsLayer {
        let reads = functions.iter().flat_map(|it| it.reads.iter());
        let mut choice = Choice {
            vary: Vary::new(&reads.cloned().collect::<Vec<_>>()),
            functions,
            hosts,
            prefixes,
            otherwise: otherwise.map(CorsLayer::into_source),
            ambiguous: PolicySource::from(Arc::new(Policy::for_ambiguous_requests(false))),
        };
        let mut restricts_embedding = false;
        for target in choice.targets() {
            target
                .for_each_policy(&mut |policy| restricts_embedding |= policy.restricts_embedding());
        }
        if restricts_embedding {
            let strictest = Policy::for_ambiguous_requests(true);
            choice.ambiguous = PolicySource::from(Arc::new(strictest));
        }
        CorsLayer::from_source(PolicySource::from(choice))
    }
}

/// The fix for [`Reason::ListedTwice`]
const TWICE: &str = "remove one of the two";

impl fmt::Debug for CorsChoiceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsChoiceBuilder").finish_non_exhaustive()
    }
}
