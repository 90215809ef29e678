//! The one decision about a request, and what it means on the wire.
//!
//! Everything else that is said about a request follows from its [`Verdict`]: the response, [`Decision`], observers,
//! traces, the diagnosis header and explanations.

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, HeaderMap};
use http::{HeaderValue, Method, Response, StatusCode};

use super::Policy;
use super::decision::{Decision, Denial, RequestKind};
use super::headers::change::{Change, Extra, MethodKind};
use super::headers::names::CORS_DIAGNOSIS;
use super::headers::preflight::add_covered_names;
use super::headers::vary::{HasVary, Vary};
use super::rejection::Rejection;
use crate::fetch::header_value::NULL;
use crate::fetch::host::received_host;
use crate::fetch::own_page::{is_of_own_site, is_own_page};
use crate::fetch::request::{HeaderLine, RequestHead};
use crate::fetch::requested_headers::{CoveredNames, Refused, check_names};
use crate::origin::Origin;
use crate::trust::writes::{announces_write, carries_credentials, is_handshake, is_write};

/// What a policy finds about one request.
#[derive(Clone, Copy)]
pub(crate) struct Verdict<'a> {
    is_preflight: bool,
    finding: Finding<'a>,
}

#[derive(Clone, Copy)]
enum Finding<'a> {
    /// The request has no `Origin`.
    NotCors,
    /// Any origin is allowed, and the policy did not have to read this one.
    AnyOrigin,
    /// The origin is allowed. The value of `Access-Control-Allow-Origin`.
    Allowed(&'a HeaderValue),
    /// A page of the server's own origin.
    OwnPage,
    /// Only a look-up can allow the origin.
    Undecided,
    /// The browser withholds the response.
    NotAllowed(Cause),
    /// The layer answers instead of the inner service.
    Refused(Cause),
}

/// Why a request is denied. [`Policy::decision`] finds the details when somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Nothing allows the origin.
    Origin,
    LookupFailed,
    CrossSiteWrite,
    /// A cross-site write of an origin that is allowed, with credentials that are not.
    UngrantedCredentials,
    Host,
}

/// What a look-up says about the origin of a request.
#[cfg_attr(
    not(feature = "lookup"),
    expect(dead_code, reason = "no look-up is ever asked")
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LookupAnswer {
    NotAsked,
    NotAllowed,
    Allowed,
    Failed,
}

impl Verdict<'_> {
    pub(crate) fn is_undecided(self) -> bool {
        matches!(self.finding, Finding::Undecided)
    }
}

#[cfg(feature = "lookup")]
impl Verdict<'_> {
    /// A verdict that waits for a look-up.
    pub(crate) fn undecided(is_preflight: bool) -> Self {
        Self {
            is_preflight,
            finding: Finding::Undecided,
        }
    }

    pub(crate) fn is_preflight(self) -> bool {
        self.is_preflight
    }
}

impl Policy {
    /// Decides about a request, except what only a look-up can say. Each step is taken once:
    ///
    /// 1. The host.
    /// 2. Lists and patterns, then predicates.
    /// 3. Own pages, before a look-up. So a page of the server never waits for a database.
    /// 4. A look-up: the caller asks it, and [`Self::settle`] takes its answer.
    /// 5. Writes.
    #[inline]
    pub(crate) fn verdict<'a>(&'a self, request: &RequestHead<'a>) -> Verdict<'a> {
        if !self.is_guarded {
            return self.unguarded_verdict(request);
        }
        if self.refuses_host(*request) {
            let has_origin = !matches!(request.origin(), HeaderLine::Missing);
            return Verdict {
                is_preflight: has_origin && request.has_preflight_form(),
                finding: Finding::Refused(Cause::Host),
            };
        }
        let verdict = self.unguarded_verdict(request);
        if verdict.is_undecided() {
            return verdict;
        }
        self.refuse_cross_site_write(verdict, request)
    }

    /// The verdict as if the policy named no hosts and rejected no writes.
    #[inline]
    fn unguarded_verdict<'a>(&'a self, request: &RequestHead<'a>) -> Verdict<'a> {
        if self.rules.any_origin && *request.method != Method::OPTIONS {
            // All responses are the same, whatever `Origin` says.
            return Verdict {
                is_preflight: false,
                finding: Finding::AnyOrigin,
            };
        }
        let (is_preflight, finding) = match request.origin() {
            HeaderLine::Missing => (false, self.finding_without_origin()),
            line => {
                let is_preflight = request.has_preflight_form();
                let finding = match line {
                    HeaderLine::One(origin) if !self.rules.any_origin => {
                        self.finding(origin, request, is_preflight)
                    }
                    line if self.rules.any_origin && (!is_preflight || is_sent(line)) => {
                        Finding::AnyOrigin
                    }
                    _ => self.denied(Cause::Origin, is_preflight),
                };
                (is_preflight, finding)
            }
        };
        Verdict {
            is_preflight,
            finding,
        }
    }

    #[inline]
    fn finding_without_origin(&self) -> Finding<'static> {
        if self.rules.any_origin {
            Finding::AnyOrigin
        } else {
            Finding::NotCors
        }
    }

    /// The finding about one `Origin` line.
    #[inline]
    fn finding<'a>(
        &'a self,
        origin: &'a HeaderValue,
        request: &RequestHead<'a>,
        is_preflight: bool,
    ) -> Finding<'a> {
        if let Some(value) = self.origins.find(origin) {
            return Finding::Allowed(value);
        }
        let rules = &self.rules;
        let settings = &rules.settings;
        if settings.allow_null_origin && *origin == NULL {
            return Finding::Allowed(&NULL);
        }
        let asks = !rules.predicates.is_empty() || settings.allow_looked_up_origins;
        if !asks && !settings.allow_loopback_origins {
            return self.not_allowed(request, is_preflight);
        }
        let Ok(parsed) = Origin::try_from(origin) else {
            return self.not_allowed(request, is_preflight);
        };
        if settings.allow_loopback_origins && parsed.is_loopback_page() {
            return Finding::Allowed(origin);
        }
        if !rules.allows_insecure_origins() && parsed.is_insecure() {
            return self.not_allowed(request, is_preflight);
        }
        let mut predicates = rules.predicates.iter();
        if predicates.any(|predicate| predicate.allows(&parsed, *request)) {
            return Finding::Allowed(origin);
        }
        match self.not_allowed(request, is_preflight) {
            Finding::OwnPage => Finding::OwnPage,
            _ if settings.allow_looked_up_origins => Finding::Undecided,
            finding => finding,
        }
    }

    /// Nothing of the policy itself allows the origin. It may be the server's own: a preflight never is.
    #[inline]
    fn not_allowed(&self, request: &RequestHead<'_>, is_preflight: bool) -> Finding<'static> {
        if !is_preflight && self.response_depends_on_own_page() && is_own_page(*request) {
            return Finding::OwnPage;
        }
        self.denied(Cause::Origin, is_preflight)
    }

    /// Otherwise own pages get the same response as others that are not allowed, and are recognised only if somebody asks
    /// for the reason.
    #[inline]
    fn response_depends_on_own_page(&self) -> bool {
        let settings = &self.rules.settings;
        settings.reject_disallowed_origins || settings.allow_looked_up_origins
    }

    #[inline]
    fn denied(&self, cause: Cause, is_preflight: bool) -> Finding<'static> {
        if self.rules.settings.reject_disallowed_origins && !is_preflight {
            Finding::Refused(cause)
        } else {
            Finding::NotAllowed(cause)
        }
    }

    /// Adds the answer of a look-up to a verdict. It counts only where this policy has left the question to a look-up.
    #[inline]
    pub(crate) fn settle<'a>(
        &self,
        verdict: Verdict<'a>,
        answer: LookupAnswer,
        request: &RequestHead<'a>,
    ) -> Verdict<'a> {
        if !verdict.is_undecided() {
            return verdict;
        }
        let finding = match (answer, request.origin()) {
            (LookupAnswer::Allowed, HeaderLine::One(origin)) => Finding::Allowed(origin),
            (LookupAnswer::Failed, _) => self.denied(Cause::LookupFailed, verdict.is_preflight),
            _ => self.denied(Cause::Origin, verdict.is_preflight),
        };
        self.refuse_cross_site_write(Verdict { finding, ..verdict }, request)
    }

    /// Refuses a write that nobody vouches for, and the preflight for one: a browser is never told yes and then no.
    fn refuse_cross_site_write<'a>(
        &self,
        verdict: Verdict<'a>,
        request: &RequestHead<'a>,
    ) -> Verdict<'a> {
        if !self.rules.rejects_cross_site_writes() {
            return verdict;
        }
        let is_named = self.names_sender(verdict, request);
        if is_named && (verdict.is_preflight || self.grants_credentials_of(request)) {
            return verdict;
        }
        let is_refused = if verdict.is_preflight {
            let method = HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD);
            let would_pass = !matches!(verdict.finding, Finding::NotAllowed(_));
            would_pass && (announces_write(method) || is_handshake(*request))
        } else {
            is_write(*request) && !is_of_own_site(*request)
        };
        if !is_refused {
            return verdict;
        }
        let cause = match verdict.finding {
            // The reason that comes first.
            Finding::Refused(cause) => cause,
            _ if is_named => Cause::UngrantedCredentials,
            _ => Cause::CrossSiteWrite,
        };
        Verdict {
            finding: Finding::Refused(cause),
            ..verdict
        }
    }

    /// Whether the policy names the origin of a request. Any origin and `null` are not names.
    fn names_sender(&self, verdict: Verdict<'_>, request: &RequestHead<'_>) -> bool {
        match (verdict.finding, request.origin()) {
            (Finding::Allowed(origin), _) => *origin != NULL,
            (Finding::AnyOrigin, HeaderLine::One(origin)) => self.names_beside_any(origin, request),
            _ => false,
        }
    }

    fn grants_credentials_of(&self, request: &RequestHead<'_>) -> bool {
        self.rules.settings.credentials
            || !carries_credentials(*request, self.allows_request_header(b"authorization"))
    }

    /// Whether the policy names an origin, though any origin may read.
    fn names_beside_any(&self, origin: &HeaderValue, request: &RequestHead<'_>) -> bool {
        let rules = &self.rules;
        self.origins.find(origin).is_some()
            || Origin::try_from(origin).is_ok_and(|origin| {
                let mut predicates = rules.predicates.iter();
                rules.settings.allow_loopback_origins && origin.is_loopback_page()
                    || predicates.any(|predicate| predicate.allows(&origin, *request))
            })
    }

    /// What happens to a request if no look-up is asked.
    #[inline]
    pub(crate) fn outcome_without_lookup(&self, request: &RequestHead<'_>) -> Outcome {
        let verdict = self.verdict(request);
        self.outcome(
            self.settle(verdict, LookupAnswer::NotAsked, request),
            request,
        )
    }

    /// What happens to a request, by its settled verdict.
    #[inline]
    pub(crate) fn outcome(&self, verdict: Verdict<'_>, request: &RequestHead<'_>) -> Outcome {
        let headers = &self.response_headers;
        let kind = MethodKind::new(request.method);
        match (verdict.finding, verdict.is_preflight) {
            (Finding::AnyOrigin, false) => Outcome::Forward(headers.any_origin(kind)),
            (Finding::Allowed(origin), false) => Outcome::Forward(headers.one_origin(origin, kind)),
            (Finding::NotCors, _) => Outcome::Forward(headers.not_cors(kind)),
            (Finding::AnyOrigin, true) => self.preflight_outcome(request, None),
            (Finding::Allowed(origin), true) => self.preflight_outcome(request, Some(origin)),
            (Finding::NotAllowed(_) | Finding::Undecided | Finding::OwnPage, false) => {
                Outcome::Forward(headers.denied(kind))
            }
            (Finding::NotAllowed(_) | Finding::Undecided | Finding::OwnPage, true) => {
                let headers = headers.preflight.refused();
                Outcome::Respond(response(StatusCode::FORBIDDEN, headers))
            }
            (Finding::Refused(cause), _) => self.refusal(verdict, cause, request),
        }
    }

    /// The response of the layer in place of the inner service, with its reason.
    #[cold]
    fn refusal(&self, verdict: Verdict<'_>, cause: Cause, request: &RequestHead<'_>) -> Outcome {
        let headers = &self.response_headers;
        let kind = MethodKind::new(request.method);
        let (status, headers) = match (cause, verdict.is_preflight) {
            (Cause::Host, _) => (StatusCode::MISDIRECTED_REQUEST, headers.refused(kind)),
            (Cause::CrossSiteWrite, true) => {
                let mut headers = headers.preflight.refused();
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
                (StatusCode::FORBIDDEN, headers)
            }
            (Cause::CrossSiteWrite, false) => (StatusCode::FORBIDDEN, headers.refused_write()),
            (Cause::UngrantedCredentials, _) => {
                (StatusCode::FORBIDDEN, headers.refused_for_credentials())
            }
            (Cause::Origin | Cause::LookupFailed, _) => {
                (StatusCode::FORBIDDEN, headers.refused(kind))
            }
        };
        let mut response = response(status, headers);
        if let Some(rejection) = Rejection::new(self.decision(verdict, *request), *request) {
            response.extensions_mut().insert(rejection);
        }
        Outcome::Respond(response)
    }

    fn preflight_outcome(
        &self,
        request: &RequestHead<'_>,
        origin: Option<&HeaderValue>,
    ) -> Outcome {
        let mut headers = self.response_headers.preflight.allowed(*request, origin);
        if self.lists_covered_names() {
            let covered = CoveredNames::of_request(&self.request_headers, request.headers);
            add_covered_names(&mut headers, covered.names());
        }
        if self.rules.settings.forward_preflights {
            Outcome::Forward(Change::Unchanged.and(Extra::Preflight(headers)))
        } else {
            Outcome::Respond(response(self.response_headers.preflight.status, headers))
        }
    }

    /// A settled verdict with its reason: what is needed only for that is found here.
    pub(crate) fn decision<'r>(
        &self,
        verdict: Verdict<'_>,
        request: RequestHead<'r>,
    ) -> Decision<'r> {
        let kind = match request.origin() {
            HeaderLine::Missing => RequestKind::NotCors,
            _ if verdict.is_preflight => RequestKind::Preflight,
            _ => RequestKind::Actual,
        };
        let denied = |cause| self.denial(cause, request);
        match verdict.finding {
            Finding::AnyOrigin | Finding::Allowed(_) if verdict.is_preflight => {
                match self.preflight_denial(request) {
                    None => Decision::allowed(kind),
                    Some(denial) => Decision::not_allowed(kind, denial),
                }
            }
            Finding::NotCors | Finding::AnyOrigin | Finding::Allowed(_) => Decision::allowed(kind),
            Finding::OwnPage => Decision::own_page(),
            Finding::Refused(Cause::UngrantedCredentials) => Decision::ungranted_credentials(kind),
            Finding::Refused(cause) => Decision::refused(kind, denied(cause)),
            Finding::NotAllowed(_) | Finding::Undecided
                if !verdict.is_preflight && is_own_page(request) =>
            {
                Decision::own_page()
            }
            Finding::NotAllowed(cause) => Decision::not_allowed(kind, denied(cause)),
            Finding::Undecided => Decision::not_allowed(kind, denied(Cause::Origin)),
        }
    }

    fn denial<'r>(&self, cause: Cause, request: RequestHead<'r>) -> Denial<'r> {
        match cause {
            Cause::CrossSiteWrite | Cause::UngrantedCredentials => return Denial::CrossSiteWrite,
            Cause::Host => {
                let host = received_host(request);
                return Denial::HostNotAllowed { host };
            }
            Cause::Origin | Cause::LookupFailed => {}
        }
        let HeaderLine::One(value) = request.origin() else {
            return Denial::SeveralOrigins;
        };
        if *value == NULL {
            return Denial::NullOrigin;
        }
        let origin = match Origin::try_from(value) {
            Ok(origin) => origin,
            Err(problem) => {
                return Denial::MalformedOrigin {
                    origin: value.as_bytes(),
                    problem,
                };
            }
        };
        let asks = self.rules.settings.allow_looked_up_origins || !self.rules.predicates.is_empty();
        if cause == Cause::LookupFailed {
            Denial::LookupFailed { origin }
        } else if asks && origin.is_insecure() && !self.rules.allows_insecure_origins() {
            Denial::InsecureOrigin { origin }
        } else {
            Denial::OriginNotAllowed { origin }
        }
    }

    /// What a browser finds missing in the response to a preflight whose origin is allowed.
    /// <https://fetch.spec.whatwg.org/#cors-preflight-fetch>, steps 7.5 to 7.7
    fn preflight_denial<'r>(&self, request: RequestHead<'r>) -> Option<Denial<'r>> {
        match HeaderLine::get(request.headers, &ACCESS_CONTROL_REQUEST_METHOD) {
            HeaderLine::One(method) if !self.rules.allows_method(method.as_bytes()) => {
                let method = method.as_bytes();
                return Some(Denial::MethodNotAllowed { method });
            }
            HeaderLine::Several => return Some(Denial::SeveralMethods),
            HeaderLine::One(_) | HeaderLine::Missing => {}
        }
        match check_names(request.headers, self.check_of_request_headers()) {
            Ok(()) => {}
            Err(Refused::TooLong) => return Some(Denial::HeaderListTooLong),
            Err(Refused::Name(name)) => return Some(Denial::HeaderNotAllowed { name }),
        }
        (request.asks_for_private_network() && !self.rules.settings.allow_private_network)
            .then_some(Denial::PrivateNetworkNotAllowed)
    }
}

/// Whether browsers send such an `Origin`. Any-origin policies refuse others, but only on preflights: shared caches do not
/// keep their responses, so the other responses need no `Vary`.
fn is_sent(line: HeaderLine<'_>) -> bool {
    match line {
        HeaderLine::One(origin) => *origin == NULL || Origin::try_from(origin).is_ok(),
        HeaderLine::Missing | HeaderLine::Several => false,
    }
}

/// What happens to a request: the inner service responds, or the layer does.
pub(crate) enum Outcome {
    /// The inner service responds, and the policy changes the headers of its response.
    Forward(Change),
    /// The layer responds.
    Respond(Response<()>),
}

fn response(status: StatusCode, headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

impl Outcome {
    /// Adds request headers that the response depends on.
    pub(crate) fn with_vary(self, vary: &Vary) -> Self {
        match self {
            outcome if vary.is_empty() => outcome,
            Self::Forward(change) => Self::Forward(change.and(Extra::Vary(vary.clone()))),
            Self::Respond(mut response) => {
                vary.merge_into(response.headers_mut(), HasVary::Yes);
                Self::Respond(response)
            }
        }
    }

    /// Adds the header that says what the browser does with the response.
    pub(crate) fn with_diagnosis(self, diagnosis: HeaderValue) -> Self {
        match self {
            Self::Forward(change) => Self::Forward(change.and(Extra::Diagnosis(diagnosis))),
            Self::Respond(mut response) => {
                response.headers_mut().insert(CORS_DIAGNOSIS, diagnosis);
                Self::Respond(response)
            }
        }
    }
}
