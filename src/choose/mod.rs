//! One layer that chooses among policies, by the path, the host, or anything else of a request.

mod builder;
mod future;
mod host;
mod path;
mod service;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::{HeaderName, Request};
use tower::Layer;

use crate::fetch::request::Asked;
use crate::layer::CorsLayer;
use crate::policy::Policy;
use crate::policy::predicate::RequestView;
use crate::policy::vary::Vary;
pub use builder::CorsChoiceBuilder;
pub use future::ChosenFuture;
use path::{Disputed, PathPrefix};
pub use service::ChosenCors;

/// Chooses among policies, request by request. Made by [`CorsLayer::choose`].
///
/// It belongs outside the router, as a single policy does: a preflight is an `OPTIONS` request, which
/// matches no route, and must come under the policy of the request that it asks for. It is chosen
///
/// 1. by the first function of [`choose_by`](CorsChoiceBuilder::choose_by) that chooses,
/// 2. by the host ([`host`](CorsChoiceBuilder::host)),
/// 3. by the longest path prefix ([`path_prefix`](CorsChoiceBuilder::path_prefix)),
/// 4. as said for [all others](CorsChoiceBuilder::otherwise), or
///    [without a policy](CorsChoiceBuilder::otherwise_no_cors).
///
/// Each policy is a [`CorsLayer`], plain, reloadable or observed, and speaks alone for its requests.
/// Cloning is a reference count. Choosing allocates nothing. (A `CorsLookupLayer`, of the feature `lookup`,
/// is none of these: put it further in, around the router, and it speaks where no policy is chosen.)
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::{CorsLayer, origin};
///
/// let anybody = CorsLayer::builder().allow_any_origin().build()?;
/// let app = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .allow_credentials()
///     .build()?;
///
/// let cors = CorsLayer::choose()
///     .path_prefix("/public", anybody)
///     .path_prefix("/api", app)
///     .otherwise_no_cors()?;
///
/// let router: Router = Router::new()
///     .nest("/public", Router::new().route("/news", get(async || "[]")))
///     .nest("/api", Router::new().route("/items", get(async || "[]")))
///     // last, so that it is outermost, and sees the paths as the client sent them
///     .layer(cors);
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct CorsChoice {
    rules: Arc<Rules>,
}

/// What a choice is made by.
struct Rules {
    functions: Vec<Function>,
    /// In lower case, in order.
    hosts: Vec<(Box<str>, CorsLayer)>,
    /// Those of most segments first.
    prefixes: Vec<(PathPrefix, CorsLayer)>,
    otherwise: Option<CorsLayer>,
    /// For paths that can be read in several ways.
    nobody: CorsLayer,
    /// What the functions read.
    vary: Vary,
}

type Choose = dyn Fn(&RequestView<'_>) -> Option<CorsLayer> + Send + Sync;

/// A function that chooses a policy, with the names of the request headers that it reads.
#[derive(Clone)]
struct Function {
    reads: Box<[HeaderName]>,
    choose: Arc<Choose>,
}

impl CorsChoice {
    /// The policy that a request comes under, to be asked or printed; `None` if it comes under none.
    ///
    /// # Example
    /// ```
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let app = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let cors = CorsLayer::choose().path_prefix("/api", app).otherwise_no_cors()?;
    /// let request = Request::get("/api/items").header("origin", "https://evil.example").body(()).unwrap();
    /// let policy = cors.policy_for(&request).expect("/api has a policy");
    /// println!("{}", policy.explain_request(&request));
    /// assert!(cors.policy_for(&Request::get("/apis").body(()).unwrap()).is_none());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy_for<B>(&self, request: &Request<B>) -> Option<Arc<Policy>> {
        let chosen = self.rules.choose(Asked::about(request));
        chosen.map(|layer| layer.policy())
    }
}

impl Rules {
    fn choose(&self, asked: Asked<'_>) -> Option<Cow<'_, CorsLayer>> {
        for function in &self.functions {
            let view = RequestView::new(asked, &function.reads);
            if let Some(chosen) = (function.choose)(&view) {
                return Some(Cow::Owned(chosen));
            }
        }
        self.choose_by_address(asked).map(Cow::Borrowed)
    }

    fn choose_by_address(&self, asked: Asked<'_>) -> Option<&CorsLayer> {
        if !self.hosts.is_empty() {
            let host = host::host_of(asked);
            if let Some(chosen) = host.and_then(|host| host::find(&self.hosts, host)) {
                return Some(chosen);
            }
        }
        if !self.prefixes.is_empty() {
            let path = asked.uri.map_or("", http::Uri::path);
            match path::find(&self.prefixes, path) {
                Ok(Some(chosen)) => return Some(chosen),
                Ok(None) => {}
                Err(Disputed) => return Some(&self.nobody),
            }
        }
        self.otherwise.as_ref()
    }

    /// What its functions read, for the responses; `None` if they read nothing.
    fn vary(self: &Arc<Self>) -> Option<Arc<Self>> {
        let reads = self.functions.iter().any(|it| !it.reads.is_empty());
        reads.then(|| Arc::clone(self))
    }
}

impl<S> Layer<S> for CorsChoice {
    type Service = ChosenCors<S>;

    fn layer(&self, inner: S) -> ChosenCors<S> {
        ChosenCors::new(inner, self.clone())
    }
}

/// The hosts and path prefixes that it knows.
impl fmt::Debug for CorsChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts = self.rules.hosts.iter().map(|(host, _)| &**host);
        let prefixes = self
            .rules
            .prefixes
            .iter()
            .map(|(prefix, _)| prefix.as_str());
        f.debug_struct("CorsChoice")
            .field("functions", &self.rules.functions.len())
            .field("hosts", &hosts.collect::<Vec<_>>())
            .field("path_prefixes", &prefixes.collect::<Vec<_>>())
            .field("otherwise", &self.rules.otherwise)
            .finish_non_exhaustive()
    }
}
