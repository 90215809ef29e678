//! The one decision about a request.
//!
//! Everything else that is said about a request follows from its [`Verdict`]: the response (`outcome`), `Decision` and
//! `Denial`, observers, traces, the diagnosis header and explanations.

use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use http::{HeaderValue, Method};

use super::Policy;
use crate::fetch::own_page::{is_of_own_site, is_own_page};
use crate::fetch::request::{HeaderLine, NULL, RequestHead};
use crate::origin::Origin;
use crate::trust::writes::{announces_write, carries_credentials, is_handshake, is_write};

/// What a policy finds about one request.
#[derive(Clone, Copy)]
pub(crate) struct Verdict<'a> {
    pub(super) is_preflight: bool,
    pub(super) finding: Finding<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum Finding<'a> {
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
pub(super) enum Cause {
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
        if rules.allow_null_origin && *origin == NULL {
            return Finding::Allowed(&NULL);
        }
        let asks = !rules.predicates.is_empty() || rules.allow_looked_up_origins;
        if !asks && !rules.allow_loopback_origins {
            return self.not_allowed(request, is_preflight);
        }
        let Ok(parsed) = Origin::try_from(origin) else {
            return self.not_allowed(request, is_preflight);
        };
        if rules.allow_loopback_origins && parsed.is_loopback_page() {
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
            _ if rules.allow_looked_up_origins => Finding::Undecided,
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
        self.rules.reject_disallowed_origins || self.rules.allow_looked_up_origins
    }

    #[inline]
    fn denied(&self, cause: Cause, is_preflight: bool) -> Finding<'static> {
        if self.rules.reject_disallowed_origins && !is_preflight {
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
        self.rules.credentials
            || !carries_credentials(*request, self.allows_request_header(b"authorization"))
    }

    /// Whether the policy names an origin, though any origin may read.
    fn names_beside_any(&self, origin: &HeaderValue, request: &RequestHead<'_>) -> bool {
        let rules = &self.rules;
        self.origins.find(origin).is_some()
            || Origin::try_from(origin).is_ok_and(|origin| {
                let mut predicates = rules.predicates.iter();
                rules.allow_loopback_origins && origin.is_loopback_page()
                    || predicates.any(|predicate| predicate.allows(&origin, *request))
            })
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
