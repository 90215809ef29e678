//! States among which policies to choose, and by what.

use std::fmt;
use std::sync::Arc;

use http::HeaderName;

use super::path::PathPrefix;
use super::{CorsChoice, Function, Rules, host};
use crate::error::{ConfigError, Field, Problem, Reason};
use crate::layer::CorsLayer;
use crate::policy::predicate::RequestView;
use crate::policy::vary::Vary;

/// States among which policies to choose, and by what. Made by [`CorsLayer::choose`].
///
/// # Example
/// See [`CorsChoice`].
#[must_use = "a builder does nothing until `otherwise` or `otherwise_no_cors` is called"]
pub struct CorsChoiceBuilder {
    functions: Vec<Function>,
    hosts: Vec<(String, CorsLayer)>,
    prefixes: Vec<(String, CorsLayer)>,
}

impl CorsLayer {
    /// Starts a choice among several policies, request by request: see [`CorsChoice`].
    ///
    /// # Example
    /// See [`CorsChoice`].
    pub fn choose() -> CorsChoiceBuilder {
        CorsChoiceBuilder {
            functions: vec![],
            hosts: vec![],
            prefixes: vec![],
        }
    }
}

impl CorsChoiceBuilder {
    /// The policy of a path and of all below it: `/api` is for `/api`, `/api/` and `/api/items`, and not
    /// for `/apis`. Of several prefixes that fit, the longest counts; the order of calls doesn't. Paths are
    /// compared by bytes and in the case in which they come, as routers do.
    ///
    /// No spelling of a path leads it to a laxer policy than its own. A path is read as it stands, and as
    /// one reads it who decodes `%2F`, takes `\` for `/` and `//` for `/`. If that comes to another prefix
    /// (`/%61pi`, `//api`), or if there is a dot segment even then (`/public/..%2Fapi`; browsers resolve
    /// those that are written plainly), the request comes under a policy that allows nobody, and requests
    /// of other origins are answered by 403. `/api/groups%2Fa` and `/api//a` are served as ever. Decoding
    /// is done once; do not put a router behind this that decodes twice, that ignores case, or that leaves
    /// out what follows a `;`, as Java servers do. A path of more than 8192 bytes is not read twice: if it
    /// isn't plain, nobody is allowed.
    ///
    /// The path is the one that the layer sees, as the client sent it if the layer is outermost. Within an
    /// axum router that is nested at `/v1`, `/v1` is gone already. Requests without a path (`OPTIONS *`,
    /// `CONNECT`) fit no prefix.
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

    /// The policy of a host, whatever the path and the port. Hosts are compared in any case, and with a
    /// final dot as without. The host of a request is that of its URI or of its `Host` line. A request with
    /// several `Host` lines, or with a line that contradicts its URI, has none.
    ///
    /// Behind a proxy this is the host that the proxy names. What a proxy says in `X-Forwarded-Host` is for
    /// a function, if the proxy is to be trusted.
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
    /// let request = Request::get("/").header("host", "Shop.example.com:8443").body(()).unwrap();
    /// assert!(cors.policy_for(&request).is_some());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn host(mut self, host: impl Into<String>, policy: CorsLayer) -> Self {
        self.hosts.push((host.into(), policy));
        self
    }

    /// Has a function choose the policy, from the request's method, its URI and the request headers that
    /// are named here. For `None` it goes on: to the next function, then by host and path. Give back a
    /// clone of a layer that is there already: that is a reference count, and a new one is not.
    ///
    /// The names are added to `Vary` on every response that passes the layer, those without a policy
    /// included, so that no cache mixes up the answers. A preflight has the method `OPTIONS`, and none of
    /// the headers that it asks for: choose by what the browser sends with both. And read paths with care:
    /// nothing is decoded or resolved here.
    ///
    /// # Example
    /// ```
    /// use http::header::HOST;
    /// use std::collections::HashMap;
    /// use tower_cors::CorsLayer;
    /// # use http::Request;
    ///
    /// let tenants = ["one", "two"].map(|tenant| {
    ///     let policy = CorsLayer::builder().allow_origins([format!("https://{tenant}.example")]).build();
    ///     Ok::<_, tower_cors::ConfigError>((format!("{tenant}.api.example"), policy?))
    /// });
    /// let tenants = tenants.into_iter().collect::<Result<HashMap<_, _>, _>>()?;
    /// let cors = CorsLayer::choose()
    ///     .choose_by([HOST], move |request| tenants.get(request.header(&HOST)?.to_str().ok()?).cloned())
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
            choose: Arc::new(choose),
        });
        self
    }

    /// The policy of all other requests. This ends the building.
    ///
    /// # Errors
    /// If a host or a path prefix is no such thing, or is there twice: every problem, at once.
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
    pub fn otherwise(self, policy: CorsLayer) -> Result<CorsChoice, ConfigError> {
        self.build(Some(policy))
    }

    /// No policy for all other requests: they pass as if there were no layer. Preflights reach the inner
    /// service, and CORS headers that are set further in, by a layer on an inner router, say, are left as
    /// they are. This ends the building.
    ///
    /// # Errors
    /// If a host or a path prefix is no such thing, or is there twice: every problem, at once.
    ///
    /// # Example
    /// See [`CorsChoice`].
    pub fn otherwise_no_cors(self) -> Result<CorsChoice, ConfigError> {
        self.build(None)
    }

    fn build(self, otherwise: Option<CorsLayer>) -> Result<CorsChoice, ConfigError> {
        let mut problems = Vec::new();
        let mut hosts: Vec<(Box<str>, CorsLayer)> = Vec::new();
        for (index, (text, policy)) in self.hosts.into_iter().enumerate() {
            match host::parse(&text) {
                Ok(host) if hosts.iter().any(|(other, _)| *other == host) => {
                    problems.push(twice(Field::Hosts, index, text));
                }
                Ok(host) => hosts.push((host, policy)),
                Err((reason, fix)) => {
                    problems.push(Problem::new(Field::Hosts, Some(index), text, reason, fix));
                }
            }
        }
        let mut prefixes: Vec<(PathPrefix, CorsLayer)> = Vec::new();
        for (index, (text, policy)) in self.prefixes.into_iter().enumerate() {
            let field = Field::PathPrefixes;
            match PathPrefix::parse(&text) {
                Ok(prefix) if prefixes.iter().any(|(other, _)| other.is_same(&prefix)) => {
                    problems.push(twice(field, index, text));
                }
                Ok(prefix) => prefixes.push((prefix, policy)),
                Err((reason, fix)) => {
                    problems.push(Problem::new(field, Some(index), text, reason, fix));
                }
            }
        }
        if let Some(error) = ConfigError::of(problems) {
            return Err(error);
        }
        hosts.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        prefixes.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.segments()));
        let reads = self
            .functions
            .iter()
            .flat_map(|it| it.reads.iter().cloned());
        let rules = Rules {
            vary: Vary::new(&reads.collect::<Vec<_>>()),
            functions: self.functions,
            hosts,
            prefixes,
            otherwise,
            nobody: nobody()?,
        };
        Ok(CorsChoice {
            rules: Arc::new(rules),
        })
    }
}

fn twice(field: Field, index: usize, text: String) -> Problem {
    Problem::new(
        field,
        Some(index),
        text,
        Reason::Twice,
        "remove one of the two",
    )
}

/// Allows nobody, and keeps requests of other origins from the inner service.
fn nobody() -> Result<CorsLayer, ConfigError> {
    CorsLayer::builder()
        .allow_origins_if(|_| false)
        .reject_disallowed_origins()
        .build()
}

impl fmt::Debug for CorsChoiceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CorsChoiceBuilder").finish_non_exhaustive()
    }
}
