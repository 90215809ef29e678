//! An audit sends a fixed set of requests to a service, and reports what is wrong with its CORS.

mod cookie_checks;
mod fault;
mod finding;
mod origin_checks;
mod path_checks;
mod probe;
mod report;

use std::fmt::Display;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::testing::escaped_text::Escaped;
use crate::testing::fetch::network_fetch::{Limits, Network};
use crate::testing::fetch::url::FetchUrl;
pub use fault::{Fault, Severity};
pub use finding::Finding;
use path_checks::Known;
pub use probe::NoBody;
use probe::Prober;
pub use report::Report;

/// Audits a service without a known page. It is short for [`Audit::new`] and [`run`](Audit::run).
///
/// Without a page that may call, it can't try look-alikes of that page, preflights and errors.
/// [`Report::skipped`] says so, and the report isn't [clean](Report::is_clean). Name a page if there is one:
/// `Audit::new().page("https://app.example.com")`.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::testing::audit;
/// use tower_cors::{CorsLayer, origin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tower_cors::ConfigError> {
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let mut app = Router::new()
///     .route("/items", get(|| async { "[]" }))
///     .layer(cors);
/// let report = audit(&mut app, ["/items"]).await;
/// assert!(report.findings().is_empty(), "{report}");
/// assert!(report.skipped()[0].contains("name one with Audit::page"));
/// # Ok(())
/// # }
/// ```
pub async fn audit<S, ResBody, P>(app: &mut S, paths: P) -> Report
where
    S: Service<Request<NoBody>, Response = Response<ResBody>>,
    S::Error: Display,
    ResBody: Body,
    ResBody::Error: Display,
    P: IntoIterator,
    P::Item: AsRef<str>,
{
    Audit::new().run(app, paths).await
}

/// An audit of a service.
///
/// For each path it sends GETs, preflights, a WebSocket handshake and one request with the made-up method
/// `AUDIT`. They come without
/// an origin, from `null`, from an unknown origin, from each page that may call, and from hostile origins that
/// look like such a page. None of these requests should change anything in the service. Only
/// [`post_forms`](Self::post_forms) adds one that may.
///
/// | it looks for | examples |
/// |---|---|
/// | origins that should not be allowed | an unknown origin, `null`, look-alikes of a page (the page as prefix, as suffix, with its dots replaced), `http` for `https` |
/// | mixed-up caches | responses that differ by origin and have no `Vary: Origin` |
/// | what browsers refuse | two `Access-Control-Allow-Origin` values, values that are not an origin, `*` with credentials |
/// | preflights that the layer doesn't answer | they reach the handler, a 404, a redirect, a login |
/// | cross-site WebSocket hijacking | a WebSocket that an unknown origin can open |
/// | cross-site request forgery, with [`post_forms`](Self::post_forms) | a form of an unknown origin that reaches the handler |
/// | DNS rebinding, as a [note](Report::notes) about servers on this machine | a foreign `Host` that gets a response |
/// | cookies that browsers don't store or send | a `SameSite=Lax` session for a page of another site, `SameSite=None` without `Secure` |
/// | errors that pages can't read | a 404 or 405 without the CORS headers that a 200 has |
/// | failures | an error, a panic, no response |
///
/// Look-alikes need a page that may call. Name it with [`page`](Self::page), unless the service names one to
/// unknown origins. [`Report::skipped`] lists what could not be tried.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use http::{HeaderMap, header::ORIGIN};
/// use tower_cors::testing::{Audit, Fault};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // CORS by hand: every origin is allowed
/// let items = |request: HeaderMap| async move {
///     let mut answer = HeaderMap::new();
///     answer.insert("access-control-allow-origin", request[ORIGIN].clone());
///     answer.insert("access-control-allow-credentials", "true".parse().unwrap());
///     answer.insert("vary", "origin".parse().unwrap());
///     (answer, "[]")
/// };
/// let mut app = Router::new().route("/items", get(items));
/// let report = Audit::new()
///     .page("https://app.example.com")
///     .run(&mut app, ["/items"])
///     .await;
/// assert!(
///     report
///         .findings()
///         .iter()
///         .any(|finding| finding.fault() == Fault::AnyOriginReflected)
/// );
/// // it also panics if there is no Origin
/// assert!(
///     report
///         .findings()
///         .iter()
///         .any(|finding| finding.fault() == Fault::ServiceFails)
/// );
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an audit does nothing until it runs"]
pub struct Audit {
    server: String,
    pages: Vec<String>,
    cookies: Vec<String>,
    posts_forms: bool,
    limits: Limits,
}

impl Default for Audit {
    fn default() -> Self {
        Self::new()
    }
}

impl Audit {
    /// An audit of `https://server.example`, without a known page.
    ///
    /// # Example
    /// See [`Audit`].
    pub fn new() -> Self {
        Self {
            server: "https://server.example".into(),
            pages: vec![],
            cookies: vec![],
            posts_forms: false,
            limits: Limits {
                time: Duration::from_secs(10),
                body: 16 << 20,
                chunks: None,
            },
        }
    }

    /// Adds a page that may call: its origin, without `*`.
    ///
    /// # Example
    /// See [`Audit`].
    pub fn page(mut self, origin: impl Into<String>) -> Self {
        self.pages.push(origin.into());
        self
    }

    /// Adds a `Set-Cookie` that the service sends where the audit can't go, such as the response to a login. The audit
    /// checks whether browsers store it, and send it from the pages that may call.
    ///
    /// # Example
    /// ```
    /// use axum::{Router, routing::get};
    /// use tower_cors::testing::{Audit, Fault};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tower_cors::ConfigError> {
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .allow_credentials()
    ///     .build()?;
    /// let mut app = Router::new()
    ///     .route("/items", get(|| async { "[]" }))
    ///     .layer(cors);
    /// let audit = Audit::new()
    ///     .page("https://app.example.com")
    ///     .set_cookie("session=1; Secure; HttpOnly");
    ///
    /// // an API on another site: the page's requests never have the session
    /// let report = audit
    ///     .clone()
    ///     .server("https://api.other.example")
    ///     .run(&mut app, ["/items"])
    ///     .await;
    /// assert_eq!(report.findings()[0].fault(), Fault::CookieNotCrossSite);
    ///
    /// let report = audit
    ///     .server("https://api.example.com")
    ///     .run(&mut app, ["/items"])
    ///     .await;
    /// assert!(report.is_clean(), "{report}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_cookie(mut self, line: impl Into<String>) -> Self {
        self.cookies.push(line.into());
        self
    }

    /// Posts an empty form of another site to each path, without cookies, to see whether it reaches the handler. **The
    /// handler may then change something**: use it on a service with test data.
    ///
    /// # Example
    /// ```
    /// use axum::{Router, routing::post};
    /// use tower_cors::CorsLayer;
    /// use tower_cors::testing::{Audit, Fault};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), tower_cors::ConfigError> {
    /// let app = Router::new().route("/transfer", post(|| async { "done" }));
    /// let audit = Audit::new().post_forms();
    /// let report = audit.run(&mut app.clone(), ["/transfer"]).await;
    /// assert!(
    ///     report
    ///         .findings()
    ///         .iter()
    ///         .any(|finding| finding.fault() == Fault::CrossSiteWrite)
    /// );
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_no_origin()
    ///     .reject_cross_site_writes()
    ///     .build()?;
    /// let report = audit.run(&mut app.layer(cors), ["/transfer"]).await;
    /// assert!(report.findings().is_empty(), "{report}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn post_forms(mut self) -> Self {
        self.posts_forms = true;
        self
    }

    /// Sets the server's own origin, for services that check `Host`, and for the site of its cookies. The default
    /// is not on the site of any page.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::Audit;
    /// let audit = Audit::new().server("https://api.example.com");
    /// ```
    pub fn server(mut self, origin: impl Into<String>) -> Self {
        self.server = origin.into();
        self
    }

    /// How long the service may take for each response, and again for its body. The default is 10 s.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::testing::Audit;
    /// let audit = Audit::new().time_limit(std::time::Duration::from_secs(1));
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limits.time = limit;
        self
    }

    /// Sends the requests to each path.
    ///
    /// The requests have no body: their type is [`NoBody`]. If your service needs another body type, wrap it
    /// with Tower's `map_request(|request| request.map(|_| Body::empty()))`.
    ///
    /// # Example
    /// See [`Audit`].
    pub async fn run<S, ResBody, P>(&self, app: &mut S, paths: P) -> Report
    where
        S: Service<Request<NoBody>, Response = Response<ResBody>>,
        S::Error: Display,
        ResBody: Body,
        ResBody::Error: Display,
        P: IntoIterator,
        P::Item: AsRef<str>,
    {
        let mut report = Report::default();
        let server = FetchUrl::parse(self.server.as_bytes(), None);
        let mut prober = Prober {
            network: Network {
                app,
                limits: self.limits,
                exchanges: vec![],
            },
            sent: 0,
            is_stream: false,
        };
        for path in paths {
            let path = path.as_ref();
            let url = match &server {
                Ok(server) => FetchUrl::parse(path.as_bytes(), Some(server)),
                Err(problem) => Err(*problem),
            };
            match url {
                Ok(url) => {
                    let known = Known {
                        pages: &self.pages,
                        cookies: &self.cookies,
                        posts_forms: self.posts_forms,
                    };
                    path_checks::check(&mut prober, &url, known, &mut report).await;
                }
                Err(problem) => {
                    let path = Escaped(path.as_bytes());
                    report.skip(format!("\"{path}\" is not a URL of the server: {problem}"));
                }
            }
        }
        report.requests = prober.sent;
        if report.requests == 0 && report.skipped().is_empty() {
            report.skip("everything, because no path was named".to_owned());
        }
        report.note_unused_credentials();
        report
    }
}
