//! An audit: throws a fixed battery of requests at a service, and reports what is wrong with its CORS.

mod checks;
mod fault;
mod hostile;
mod no_body;
mod origins;
mod probe;
mod report;

use std::fmt::Display;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tower::Service;

use super::network::{Limits, Network};
use super::quote::Quoted;
use super::url::Url;
pub use fault::{Fault, Severity};
pub use no_body::NoBody;
use probe::Prober;
pub use report::{Finding, Report};

/// Audits a service: [`Audit::new`] and [`run`](Audit::run) in one, without any known page.
///
/// Without a page that may call, it can't try origins that only look like one, nor preflights nor errors:
/// [`Report::skipped`] says so, and the report isn't [clean](Report::is_clean). Name a page wherever there is
/// one: `Audit::new().page("https://app.example.com")`.
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use tower_cors::testing::audit;
/// use tower_cors::{CorsLayer, origin};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tower_cors::ConfigError> {
/// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
/// let mut app = Router::new().route("/items", get(|| async { "[]" })).layer(cors);
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

/// An audit of a service, and what it knows about it.
///
/// For each path it sends GETs, preflights and one request with the made-up method `AUDIT`, from no
/// origin, from `null`, from a stranger, from each page that may call, and from hostile origins that look
/// like that page. Nothing that it sends should change anything in the service.
///
/// | it looks for | |
/// |---|---|
/// | an origin that should not pass | a stranger, `null`, look-alikes of a page (as prefix, as suffix, with the dots replaced), `http` for `https` |
/// | mixed-up caches | answers that differ by origin and don't say `Vary: Origin`: to a page, to a stranger, without `Origin` |
/// | what browsers refuse | two allow-origin values, values that are no origin, `*` with credentials |
/// | preflights that go astray | to the handler, to a 404, a redirect, a login |
/// | errors that pages can't see | a 404 or 405 without the CORS headers that a 200 has |
/// | failures | an error, a panic, no answer |
///
/// The look-alikes need a page that may call: name it with [`page`](Self::page), unless the service names
/// one to strangers. What could not be tried is in [`Report::skipped`].
///
/// # Example
/// ```
/// use axum::{Router, routing::get};
/// use http::{HeaderMap, header::ORIGIN};
/// use tower_cors::testing::{Audit, Fault};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// // a home-made CORS: whoever asks is let in
/// let items = |request: HeaderMap| async move {
///     let mut answer = HeaderMap::new();
///     answer.insert("access-control-allow-origin", request[ORIGIN].clone());
///     answer.insert("access-control-allow-credentials", "true".parse().unwrap());
///     answer.insert("vary", "origin".parse().unwrap());
///     (answer, "[]")
/// };
/// let mut app = Router::new().route("/items", get(items));
/// let report = Audit::new().page("https://app.example.com").run(&mut app, ["/items"]).await;
/// assert!(report.findings().iter().any(|finding| finding.fault() == Fault::AnyOriginReflected));
/// // and it panics where there is no Origin
/// assert!(report.findings().iter().any(|finding| finding.fault() == Fault::ServiceFails));
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "an audit does nothing until it runs"]
pub struct Audit {
    server: String,
    pages: Vec<String>,
    limits: Limits,
}

impl Default for Audit {
    fn default() -> Self {
        Self::new()
    }
}

impl Audit {
    /// An audit of `https://server.example`, which knows of no page.
    ///
    /// # Example
    /// See [`Audit`].
    pub fn new() -> Self {
        Self {
            server: "https://server.example".into(),
            pages: vec![],
            limits: Limits {
                time: Duration::from_secs(10),
                body: 16 << 20,
            },
        }
    }

    /// A page that may call: its origin, without `*`. Repeated calls add.
    ///
    /// # Example
    /// See [`Audit`].
    pub fn page(mut self, origin: impl Into<String>) -> Self {
        self.pages.push(origin.into());
        self
    }

    /// The server's own origin, for services that look at `Host`.
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

    /// How long the service may take for each answer, and again for its body: 10 s without this.
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

    /// Sends the battery to each path.
    ///
    /// The requests have no body: their type is [`NoBody`]. A service for another body type is wrapped
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
        let server = Url::parse(self.server.as_bytes(), None);
        let mut prober = Prober {
            network: Network {
                app,
                limits: self.limits,
                exchanges: vec![],
            },
            sent: 0,
        };
        for path in paths {
            let path = path.as_ref();
            let url = match &server {
                Ok(server) => Url::parse(path.as_bytes(), Some(server)),
                Err(problem) => Err(*problem),
            };
            match url {
                Ok(url) => checks::check(&mut prober, &url, &self.pages, &mut report).await,
                Err(problem) => {
                    let path = Quoted(path.as_bytes());
                    report.skip(format!("{path}: no URL of the server: {}", problem.why()));
                }
            }
        }
        report.requests = prober.sent;
        report
    }
}
