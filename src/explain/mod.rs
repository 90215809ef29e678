//! What a browser does with a request and its response, why, and what fixes it.

pub(crate) mod changes;
mod exempt;
mod explanation;
mod missing;
mod nearest;
pub(crate) mod outcome;
mod proxy;
mod sender;
mod steps;
mod trust;

use http::header::COOKIE;
use http::{HeaderMap, Method, Request};

use crate::fetch::own_page::is_own_page;
use crate::fetch::request::{HeaderLine, RequestHead, SEC_FETCH_SITE};
use crate::origin::Origin;
use crate::policy::decision::{Decision, Denial, Quoted, RequestKind};
use crate::policy::{Policy, Role};
use crate::trust::writes::{carries_credentials, is_write};
use changes::Changes;
pub use explanation::Explanation;
use missing::{Credentials, Missing};
use nearest::{MOST_SEARCHED, is_near, nearest_miss};
pub use outcome::PageOutcome;
use sender::Sender;

/// What browsers do today about private networks. See `docs/browsers.md`.
const PRIVATE_NETWORK_TODAY: &str = "today's browsers do not send Access-Control-Request-Private-Network: Chromium and \
                                     Firefox ask their user, WebKit asks nobody";

const NO_PREFLIGHT: &str = "without Access-Control-Request-Method, an OPTIONS request is not a preflight; browsers send that \
                            header with each preflight";

impl Policy {
    /// Explains what a browser will do with a request, why, and what fixes it.
    ///
    /// Looks at the first 10,000 allowed origins for the nearest one: for logs and tests, not for every request. See
    /// [`Explanation`] for the lines and what they can say.
    ///
    /// # Example
    /// ```
    /// use http::{HeaderMap, HeaderValue, Method, header::ORIGIN};
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://example.com")]).build()?;
    /// let headers = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("https://www.example.com"))]);
    /// let explanation = cors.policy().explain(&Method::GET, &headers);
    /// assert_eq!(
    ///     explanation.nearest_miss(),
    ///     Some(r#""https://example.com" is allowed, but the page is on "www.example.com""#),
    /// );
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain(&self, method: &Method, headers: &HeaderMap) -> Explanation {
        self.explain_decision(
            self.decide(method, headers),
            RequestHead::new(method, None, headers),
        )
    }

    /// The same as [`explain`](Self::explain), for a whole request: predicates see its URI, and a fix can name its
    /// path.
    ///
    /// # Example
    /// ```
    /// use http::Request;
    /// use tower_cors::{CorsLayer, origin};
    ///
    /// let cors = CorsLayer::builder().allow_origins([origin!("https://app.example.com")]).build()?;
    /// let request = Request::get("/items").header("origin", "https://app.example.com").body(()).unwrap();
    /// assert!(cors.policy().explain_request(&request).is_allowed());
    /// # Ok::<(), tower_cors::ConfigError>(())
    /// ```
    pub fn explain_request<B>(&self, request: &Request<B>) -> Explanation {
        self.explain_decision(self.decide_request(request), RequestHead::from(request))
    }

    pub(crate) fn explain_decision(
        &self,
        decision: Decision<'_>,
        request: RequestHead<'_>,
    ) -> Explanation {
        let mut explanation = self.explain_kind(decision, request);
        if *request.method == Method::OPTIONS && decision.kind() == RequestKind::Actual {
            explanation
                .note
                .get_or_insert_with(|| NO_PREFLIGHT.to_owned());
        }
        explanation
    }

    fn explain_kind(&self, decision: Decision<'_>, request: RequestHead<'_>) -> Explanation {
        match (decision.kind(), decision.denial()) {
            (_, Some(Denial::HostNotAllowed { host })) => self.explain_host(host),
            (_, Some(Denial::CrossSiteWrite)) => self.explain_write(decision, request),
            // To allow `null` would not let it write.
            (kind, Some(Denial::NullOrigin)) if self.refuses_null_write(kind, request) => {
                self.explain_write(decision, request)
            }
            (RequestKind::NotCors, _) => Explanation::new(PageOutcome::NotCors),
            (RequestKind::Preflight, None) => Explanation::new(PageOutcome::Continues),
            (RequestKind::Preflight, Some(denial)) => self.explain_preflight(denial, request),
            _ if decision.is_own_page() => Explanation::new(own_page(request)),
            (RequestKind::Actual, None) => self.explain_allowed(request),
            (RequestKind::Actual, Some(denial)) if decision.is_refused() => {
                self.explain_rejected(denial, request)
            }
            (RequestKind::Actual, Some(denial)) => self.explain_denied(denial, request),
        }
    }

    fn explain_preflight(&self, denial: Denial<'_>, request: RequestHead<'_>) -> Explanation {
        let missing = Missing::new(self, denial, request, Credentials::Settled);
        let mut explanation = self.explain_missing(PageOutcome::PreflightFails, denial, &missing);
        explanation.note = (request.asks_for_private_network()
            && !self.rules.settings.allow_private_network)
            .then(|| PRIVATE_NETWORK_TODAY.to_owned());
        explanation
    }

    /// The origin is allowed.
    fn explain_allowed(&self, request: RequestHead<'_>) -> Explanation {
        let lacks_credentials = self.credentials(request) == Credentials::Missing;
        match Sender::new(request) {
            Sender::WebSocket => Explanation::new(PageOutcome::Connects),
            Sender::Navigation => Explanation::new(PageOutcome::Shown),
            Sender::NoCors => Explanation::new(PageOutcome::Opaque),
            Sender::Script | Sender::ScriptOrForm if !lacks_credentials => {
                Explanation::new(PageOutcome::Reads)
            }
            Sender::Script | Sender::ScriptOrForm if is_own_page(request) => {
                Explanation::new(own_page(request))
            }
            sender => {
                let missing = Missing::credentials(self, request);
                Explanation {
                    why: Some(missing.why()),
                    fix: Some(missing.fix(self)),
                    note: assumption(sender).map(str::to_owned),
                    ..Explanation::new(PageOutcome::Withheld)
                }
            }
        }
    }

    /// The origin is not allowed, and the handler answers all the same.
    fn explain_denied(&self, denial: Denial<'_>, request: RequestHead<'_>) -> Explanation {
        match Sender::new(request) {
            Sender::Navigation => Explanation::new(PageOutcome::Shown),
            Sender::NoCors => Explanation::new(PageOutcome::Opaque),
            Sender::WebSocket => {
                let changes = Changes {
                    reject_disallowed_origins: true,
                    ..Changes::default()
                };
                Explanation {
                    why: Some(format!(
                        "{denial}, but only a server that refuses the handshake can stop the page"
                    )),
                    near: self.near(denial),
                    fix: Some(format!(
                        "to refuse such pages, {}",
                        changes.steps(self.notation).join(", ")
                    )),
                    ..Explanation::new(PageOutcome::Connects)
                }
            }
            sender @ (Sender::Script | Sender::ScriptOrForm) => {
                let missing = Missing::new(self, denial, request, self.credentials(request));
                let mut explanation = self.explain_missing(PageOutcome::Withheld, denial, &missing);
                if is_same_site(request) {
                    explanation.add_to_why(SAME_SITE);
                }
                explanation.note = assumption(sender).map(str::to_owned);
                let origin = origin_of(denial);
                if let Some(advice) = origin.and_then(|it| proxy::advice_on_port(request, &it)) {
                    explanation.add_before_fix(advice);
                }
                if hides_origin_of_form(denial, sender, request) {
                    explanation.add_before_fix(OWN_FORM);
                }
                explanation
            }
        }
    }

    /// The origin is not allowed, and the layer answers 403.
    fn explain_rejected(&self, denial: Denial<'_>, request: RequestHead<'_>) -> Explanation {
        let sender = Sender::new(request);
        let credentials = match sender {
            Sender::Script | Sender::ScriptOrForm => self.credentials(request),
            // Their responses need no credentials, but their writes do.
            Sender::NoCors | Sender::Navigation | Sender::WebSocket
                if is_write(request) && self.lacks_credentials_of(request) =>
            {
                Credentials::Missing
            }
            Sender::NoCors | Sender::Navigation | Sender::WebSocket => Credentials::Settled,
        };
        let missing = Missing::new(self, denial, request, credentials);
        let outcome = match sender {
            Sender::WebSocket => PageOutcome::HandshakeRejected,
            Sender::Navigation => PageOutcome::NavigationRejected,
            Sender::Script | Sender::ScriptOrForm | Sender::NoCors => PageOutcome::Rejected,
        };
        let mut explanation = self.explain_missing(outcome, denial, &missing);
        if self.role != Role::Stated {
            return explanation;
        }
        if is_same_site(request) {
            explanation.add_to_why(SAME_SITE);
        }
        if let Some(why) = proxy::why_cross_origin(request) {
            explanation.add_to_why(&why);
        }
        let exempt = exempt::path(self, request);
        match sender {
            Sender::Navigation => {
                explanation.near = None;
                explanation.fix = Some(format!(
                    "if other sites may send their users here, {exempt}"
                ));
            }
            Sender::ScriptOrForm => {
                explanation.note = Some(format!(
                    "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, such as a \
                     log-in or payment call-back, {exempt}"
                ));
            }
            Sender::Script | Sender::NoCors | Sender::WebSocket => {}
        }
        let origin = origin_of(denial);
        if let Some(advice) = origin.and_then(|origin| proxy::advice(request, &origin)) {
            explanation.add_before_fix(advice);
        }
        if hides_origin_of_form(denial, sender, request) {
            explanation.add_before_fix(OWN_FORM);
        }
        explanation
    }

    /// Whether a request carries credentials that the policy does not grant.
    pub(super) fn lacks_credentials_of(&self, request: RequestHead<'_>) -> bool {
        let may_send_authorization = self.allows_request_header(b"authorization");
        !self.rules.settings.credentials && carries_credentials(request, may_send_authorization)
    }

    /// Fetch, CORS check, steps 3 to 8: cookies went along, so credentials must be allowed.
    fn credentials(&self, request: RequestHead<'_>) -> Credentials {
        if !self.rules.settings.credentials && request.headers.contains_key(COOKIE) {
            Credentials::Missing
        } else {
            Credentials::Settled
        }
    }

    fn explain_missing(
        &self,
        outcome: PageOutcome,
        denial: Denial<'_>,
        missing: &Missing,
    ) -> Explanation {
        Explanation {
            why: Some(missing.why()),
            near: self.near(denial),
            fix: Some(missing.fix(self)),
            ..Explanation::new(outcome)
        }
    }

    fn near(&self, denial: Denial<'_>) -> Option<String> {
        match denial {
            Denial::OriginNotAllowed { origin } | Denial::InsecureOrigin { origin } => {
                nearest_miss(&origin, self.origins())
            }
            Denial::MalformedOrigin { origin, .. } => {
                let meant = crate::origin::suggest(origin)?;
                let is_allowed =
                    Origin::parse(meant.as_bytes()).is_ok_and(|origin| self.lists(&origin));
                is_allowed.then(|| format!("\"{meant}\" is allowed"))
            }
            Denial::HeaderNotAllowed { name } => {
                let mut listed = self.rules.request_headers.listed.iter().take(MOST_SEARCHED);
                let listed = listed.find(|listed| is_near(listed.as_str().as_bytes(), name))?;
                Some(format!(
                    "\"{listed}\" is allowed, which is another name than {}",
                    Quoted(name)
                ))
            }
            Denial::MethodNotAllowed { method } => {
                let listed = self
                    .rules
                    .methods
                    .listed
                    .iter()
                    .find(|listed| listed.as_str().as_bytes().eq_ignore_ascii_case(method))?;
                Some(format!(
                    "\"{listed}\" is allowed, and methods are case-sensitive"
                ))
            }
            _ => None,
        }
    }
}

const SAME_SITE: &str =
    "the page is on the same site, but CORS compares the whole origin, with the subdomain and port";

/// What is assumed about the sender.
fn assumption(sender: Sender) -> Option<&'static str> {
    (sender == Sender::ScriptOrForm).then_some(
        "without Sec-Fetch-Mode, a script's fetch() is assumed; if a form sends this, the browser shows the \
         response to the user",
    )
}

fn is_same_site(request: RequestHead<'_>) -> bool {
    site_is(request, "same-site")
}

fn site_is(request: RequestHead<'_>, expected: &str) -> bool {
    matches!(HeaderLine::get(request.headers, &SEC_FETCH_SITE), HeaderLine::One(site) if site == expected)
}

/// Who sent a request that counts as one of the server's own page.
fn own_page(request: RequestHead<'_>) -> PageOutcome {
    if site_is(request, "none") {
        PageOutcome::StartedByUser
    } else {
        PageOutcome::OwnPage
    }
}

/// What hides the origin of the server's own form. On plain http, nothing else shows whose form it is.
pub(super) const OWN_FORM: &str = "if it is the server's own form, remove Referrer-Policy: no-referrer from its page, which hides its origin";

/// The well-formed origin that is not allowed.
fn origin_of(denial: Denial<'_>) -> Option<Origin<'_>> {
    match denial {
        Denial::OriginNotAllowed { origin } | Denial::InsecureOrigin { origin } => Some(origin),
        _ => None,
    }
}

fn hides_origin_of_form(denial: Denial<'_>, sender: Sender, request: RequestHead<'_>) -> bool {
    matches!(denial, Denial::NullOrigin)
        && matches!(sender, Sender::Navigation | Sender::ScriptOrForm)
        && !request.headers.contains_key(SEC_FETCH_SITE)
}
