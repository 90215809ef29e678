//! What a verdict means on the wire: the inner service responds, or the layer does.

use http::header::{CACHE_CONTROL, HeaderMap};
use http::{HeaderValue, Response, StatusCode};

use super::Policy;
use super::headers::CORS_DIAGNOSIS;
use super::headers::change::{Change, Extra, MethodKind};
use super::headers::preflight::add_covered_names;
use super::headers::vary::{HasVary, Vary};
use super::rejection::Rejection;
use super::verdict::{Cause, Finding, LookupAnswer, Verdict};
use crate::fetch::request::RequestHead;
use crate::fetch::requested_headers::CoveredNames;

/// What happens to a request: the inner service responds, or the layer does.
pub(crate) enum Outcome {
    /// The inner service responds, and the policy changes the headers of its response.
    Forward(Change),
    /// The layer responds.
    Respond(Response<()>),
}

impl Policy {
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
            let covered = CoveredNames::from_request(&self.request_headers, request.headers);
            add_covered_names(&mut headers, covered.names());
        }
        if self.rules.forward_preflights {
            Outcome::Forward(Change::Unchanged.and(Extra::Preflight(headers)))
        } else {
            Outcome::Respond(response(self.response_headers.preflight.status, headers))
        }
    }
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
