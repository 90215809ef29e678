//! The layer: puts a CORS policy around a service.

use std::sync::Arc;

use http::Request;
use tower_layer::Layer;

use crate::dynamic::attachments::Shadow;
use crate::dynamic::diagnose;
use crate::dynamic::observe::{Observation, Observer};
use crate::dynamic::source::PolicySource;
use crate::fetch::request::RequestHead;
use crate::policy::Policy;
use crate::policy::answer::Answer;
use crate::policy::verdict::{LookupAnswer, Verdict};
use crate::service::Cors;
use crate::service::wrap_body::WrapBodyLayer;

/// Puts a CORS policy around a service. [`CorsLayer::builder`] makes one.
///
/// Cloning is cheap: it counts a reference. All clones, and all services that they wrap, share one policy.
///
/// # Example
/// ```
/// use tower_cors::{CorsLayer, origin};
///
/// let cors = CorsLayer::builder()
///     .allow_origins([origin!("https://app.example.com")])
///     .build()?;
/// let app: axum::Router = axum::Router::new()
///     .route("/items", axum::routing::get(|| async { "[]" }))
///     .layer(cors);
/// # Ok::<(), tower_cors::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CorsLayer {
    source: PolicySource,
}

/// # What the layer decides, and who hears of it
impl CorsLayer {
    /// The policy in force. For a [choice](Self::choose), it is the policy of `otherwise`, or after `otherwise_no_cors`
    /// one that allows nobody. [`policy_for`](Self::policy_for) returns the others.
    ///
    /// # Example
    /// ```
    /// # use tower_cors::{CorsLayer, origin};
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?;
    /// println!("{}", cors.policy());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.source.policy()
    }

    /// The policy that decides about a request: the one that is chosen and in force, or that of a
    /// [`roll_out`](Self::roll_out). `None` if no policy applies, which happens only with a [choice](Self::choose).
    ///
    /// # Example
    /// ```
    /// # use http::Request;
    /// # use tower_cors::{CorsLayer, origin};
    /// # let app = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let cors = CorsLayer::choose()
    ///     .path_prefix("/api", app)
    ///     .otherwise_no_cors()?;
    /// let request = Request::get("/api/items")
    ///     .header("origin", "https://evil.example")
    ///     .body(())
    ///     .unwrap();
    /// let policy = cors.policy_for(&request).expect("/api has a policy");
    /// println!("{}", policy.explain_request(&request));
    /// assert!(
    ///     cors.policy_for(&Request::get("/apis").body(()).unwrap())
    ///         .is_none()
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[must_use]
    pub fn policy_for<B>(&self, request: &Request<B>) -> Option<Arc<Policy>> {
        self.source
            .resolve(RequestHead::from(request))
            .into_policy()
    }

    /// Says what to do with a request, for servers that are not Tower services: like [`Policy::answer`], with what is
    /// chosen, in force, rolled out and attached. Where no policy applies, the changes change nothing.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{Answer, CorsLayer, origin};
    ///
    /// let admin = CorsLayer::builder()
    ///     .allow_origins([origin!("https://admin.example.com")])
    ///     .build()?;
    /// let cors = CorsLayer::choose()
    ///     .path_prefix("/admin", admin)
    ///     .otherwise(CorsLayer::disabled())?;
    /// let preflight = Request::options("/admin/users")
    ///     .header("origin", "https://admin.example.com")
    ///     .header("access-control-request-method", "GET")
    ///     .body(())
    ///     .unwrap();
    /// assert!(
    ///     matches!(cors.answer(&preflight), Answer::Respond(response) if response.status() == 204)
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn answer<B>(&self, request: &Request<B>) -> Answer {
        let head = RequestHead::from(request);
        let resolved = self.source.resolve(head);
        let verdict = resolved.verdict(&head);
        let needs_lookup = verdict.is_some_and(Verdict::is_undecided);
        let outcome = resolved.outcome(verdict, LookupAnswer::NotAsked, head);
        Answer::new(outcome, needs_lookup)
    }

    /// Calls a function with each decision: for logs, metrics and tests. The function cannot change the decision. It
    /// runs before the request continues, so keep it short. Repeated calls add functions.
    ///
    /// It sees requests without `Origin` too ([`RequestKind::NotCors`](crate::RequestKind::NotCors)), but not those that
    /// no policy of a [choice](Self::choose) applies to.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?
    ///     .on_decision(|observation| {
    ///         if let Some(denial) = observation.decision().denial() {
    ///             eprintln!("cors: {denial} ({})", denial.code());
    ///         }
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn on_decision(self, observer: impl Fn(&Observation<'_>) + Send + Sync + 'static) -> Self {
        let observer = Observer::new(observer);
        Self::from_source(
            self.source
                .attach(|attached| attached.add_observer(observer)),
        )
    }

    /// Writes decisions as [`tracing`](https://docs.rs/tracing) events with the target `tower_cors`: `INFO` for a
    /// denial, `DEBUG` for an allowed request. A request without `Origin` gets an event only if it is refused.
    ///
    /// The fields are `kind` (`NotCors`, `Preflight` or `Actual`), `method`, `origin`, and `shadow` with the decision of a
    /// [shadow policy](Self::shadow). A denial also has its `code` ([`Denial::code`](crate::Denial::code)), its
    /// reason in words (`why`), and the number of denials that were `suppressed` before it. Text from the client is
    /// escaped and shortened.
    ///
    /// With the feature `tracing`, the layer also writes a `DEBUG` event if the inner service sends CORS headers, which
    /// it replaces. It does so without this call too.
    ///
    /// The denials of one origin get one event a minute, and all of them together at most 20 a second, so nobody can
    /// flood your log. If more come, the events are a sample: each denial has the same chance, so a flood silences no
    /// other origin for long. Refusals without `Origin` have 20 events a second of their own, one a minute for each host
    /// or path. This takes 8 KiB of memory. It takes no lock, and a suppressed event does not allocate.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://app.example.com")])
    ///     .build()?
    ///     .trace_decisions();
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    #[cfg(feature = "tracing")]
    pub fn trace_decisions(self) -> Self {
        let observer = crate::dynamic::trace::observer();
        Self::from_source(
            self.source
                .attach(|attached| attached.add_observer(observer)),
        )
    }

    /// Tries out a second policy. Both policies decide about each request, observers
    /// ([`on_decision`](Self::on_decision)) see both decisions, and nothing changes on the wire. So you see whom a
    /// stricter policy would break before you enforce it.
    ///
    /// The layer that you pass is used only for its policy, not for its observers. If it is reloadable, replacing its policy
    /// takes effect here too. If it chooses among policies, the shadow is the one that it chooses. A second call replaces
    /// the first. [`roll_out`](Self::roll_out) is the next step.
    ///
    /// A look-up is not asked for a shadow. If it was asked for the policy in force, its answer also counts for a shadow
    /// that asks the same. Otherwise an origin that only a look-up would allow counts as denied.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let stricter = CorsLayer::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .build()?;
    /// let cors = CorsLayer::builder()
    ///     .allow_origins(["https://*.example.com"])
    ///     .build()?
    ///     .shadow(stricter)
    ///     .on_decision(|observation| {
    ///         let would_break = observation
    ///             .shadow()
    ///             .is_some_and(|shadow| !shadow.is_allowed());
    ///         if observation.decision().is_allowed() && would_break {
    ///             eprintln!(
    ///                 "the new policy would break {:?}",
    ///                 observation.headers().get("origin")
    ///             );
    ///         }
    ///     });
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn shadow(self, policy: Self) -> Self {
        self.roll_out(policy, 0)
    }

    /// Enforces a second policy for a percentage of the origins, and treats it as a [`shadow`](Self::shadow) for the
    /// others. 100 and above means all origins.
    ///
    /// The bytes of an origin decide whether it belongs to the percentage, in the same way in every process. So a
    /// preflight and its actual request agree, and so do all instances of a service. A higher percentage adds origins
    /// and removes none. Requests without `Origin` come under the first policy until the percentage is 100.
    ///
    /// The policy that is enforced decides alone: whether a look-up is asked, what is rejected, what `Vary` names, and that
    /// no policy applies, if it is a choice that says so.
    ///
    /// On the wire: what the enforced policy writes. From 1 to 99 percent, every response also has `Vary: origin`, even
    /// if any origin is allowed.
    ///
    /// This shows you what breaks. It is not a protection: someone who can choose an origin can choose one that comes
    /// under the laxer policy.
    ///
    /// # Example
    /// ```
    /// use tower_cors::CorsLayer;
    ///
    /// let stricter = CorsLayer::builder()
    ///     .allow_origins(["https://app.example.com"])
    ///     .build()?;
    /// let cors = CorsLayer::builder()
    ///     .allow_any_origin()
    ///     .build()?
    ///     .roll_out(stricter, 10);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn roll_out(self, policy: Self, percent: u8) -> Self {
        let shadow = Shadow::new(policy.source, percent);
        Self::from_source(self.source.attach(|attached| attached.set_shadow(shadow)))
    }

    /// Adds a header `Cors-Diagnosis` to each response: what the browser does with it, why, and what fixes it, in the
    /// words of [`Policy::explain`](crate::Policy::explain). For development. The network panel of the browser shows
    /// the header, also for failed preflights and withheld responses.
    ///
    /// It does not change the decision or any other header.
    ///
    /// # What it reveals
    /// Your policy, to everyone who asks. If an origin is similar to an allowed one, the header names the allowed one.
    /// So anyone can find out which origins, methods and headers you allow. The layer also searches all allowed origins
    /// for each denied request, and anyone can cause that work. Use it where strangers cannot send requests: on your
    /// own machine or in a test environment.
    ///
    /// # On the wire
    /// At most 1024 bytes of visible ASCII and spaces. Text from the client is escaped.
    /// ```text
    /// cors-diagnosis: GET from "https://www.example.com": blocked: the request reaches the server, but the browser withholds the response from the page | why: the origin "https://www.example.com" is not allowed | near: "https://example.com" is allowed, but the page is on "www.example.com" | fix: if that page may call, add .allow_origins(["https://www.example.com"])
    /// ```
    /// Scripts of a page can read it only if you expose it, for example with
    /// [`expose_any_header`](crate::CorsBuilder::expose_any_header). It replaces a header of this name from the inner
    /// service.
    ///
    /// `Vary` is the same as without the diagnosis, because you may want to check it. So a cache can serve one response
    /// to several requests (under an any-origin policy, or for requests with other cookies). All of them then get the
    /// diagnosis of the request that filled the cache. That is why the diagnosis starts with the method and the origin
    /// of its request.
    ///
    /// # Example
    /// ```
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let mut cors = CorsLayer::builder()
    ///     .allow_origins([origin!("https://example.com")])
    ///     .build()?;
    /// if cfg!(debug_assertions) {
    ///     cors = cors.dangerously_expose_diagnosis();
    /// }
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn dangerously_expose_diagnosis(self) -> Self {
        Self::from_source(
            self.source
                .attach(|attached| attached.set_diagnose(diagnose)),
        )
    }

    /// Makes the layer work around a service whose response body has no `Default`, such as hyper's `Incoming` in a
    /// proxy. The response body becomes a [`ResponseBody`](crate::service::ResponseBody).
    ///
    /// Without this call, the response keeps the body type of the inner service. That needs `Default`, for the empty
    /// body of responses that the layer makes itself. axum's, tonic's and http-body-util's bodies have it.
    ///
    /// # Example
    /// ```
    /// use http::{Request, Response};
    /// use hyper::body::Incoming;
    /// use tower::{ServiceBuilder, service_fn};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// async fn proxy(request: Request<Incoming>) -> Result<Response<Incoming>, hyper::Error> {
    ///     # let _ = request;
    ///     todo!("send the request to the upstream server")
    /// }
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let service = ServiceBuilder::new().layer(cors.wrap_body()).service(service_fn(proxy));
    /// # fn is_service<S: tower::Service<Request<Incoming>>>(_: S) {}
    /// # is_service(service);
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn wrap_body(self) -> WrapBodyLayer {
        WrapBodyLayer::new(self.source)
    }

    pub(crate) fn from_source(source: PolicySource) -> Self {
        Self { source }
    }

    pub(crate) fn source(&self) -> &PolicySource {
        &self.source
    }

    pub(crate) fn into_source(self) -> PolicySource {
        self.source
    }
}

impl<S> Layer<S> for CorsLayer {
    type Service = Cors<S>;

    fn layer(&self, inner: S) -> Cors<S> {
        Cors::new(inner, self.source.clone())
    }
}

/// A layer with this policy.
impl From<Arc<Policy>> for CorsLayer {
    fn from(policy: Arc<Policy>) -> Self {
        Self::from_source(PolicySource::from(policy))
    }
}
