//! What happens to a request: the inner service responds, or the layer does.

use http::header::HeaderMap;
use http::{HeaderValue, Method, StatusCode};

use super::change::{Added, CORS_DIAGNOSIS, Change, IsOptions};
use super::decision::RequestKind;
use super::vary::{HasVary, Vary};
use super::{OriginCheck, Policy};
use crate::fetch::request::RequestHead;
use crate::fetch::same_origin::is_same_origin;

pub(crate) enum Outcome {
    /// The inner service responds, and the policy changes the headers of its response.
    Forward(Change),
    /// The layer responds.
    Respond(StatusCode, HeaderMap),
}

impl Policy {
    /// Checks a request and returns what happens to it.
    #[inline]
    pub(crate) fn outcome(&self, request: &RequestHead<'_>) -> Outcome {
        if self.rules.any_origin && *request.method != Method::OPTIONS {
            // Not a preflight, so the `Origin` line makes no difference.
            return Outcome::Forward(self.response_headers.any_origin());
        }
        self.outcome_of(self.check(request), request)
    }

    /// What happens to a request that has been checked.
    #[inline]
    pub(crate) fn outcome_of(&self, check: OriginCheck<'_>, request: &RequestHead<'_>) -> Outcome {
        let settings = &self.rules.settings;
        let headers = &self.response_headers;
        let options = IsOptions::of(request.method);
        match (check.kind, check.allow_origin) {
            (RequestKind::Preflight, None) => {
                Outcome::Respond(StatusCode::FORBIDDEN, headers.refused_preflight())
            }
            (RequestKind::Preflight, Some(origin)) => {
                let preflight = headers.preflight(*request, origin);
                if settings.forward_preflights {
                    Outcome::Forward(Change::Nothing.and(Added::Preflight(preflight)))
                } else {
                    Outcome::Respond(headers.preflight_status, preflight)
                }
            }
            // A shared cache may keep this response for a request with an origin.
            (_, Some(origin)) => Outcome::Forward(headers.one_origin(origin, options)),
            (RequestKind::NotCors, None) => Outcome::Forward(headers.not_cors(options)),
            (RequestKind::Actual, None) => {
                if settings.reject_disallowed_origins && !is_same_origin(*request) {
                    Outcome::Respond(StatusCode::FORBIDDEN, headers.rejected(options))
                } else {
                    Outcome::Forward(headers.denied(options))
                }
            }
        }
    }
}

impl Outcome {
    /// Adds request headers that the response depends on.
    pub(crate) fn with_vary(self, vary: &Vary) -> Self {
        match self {
            outcome if vary.is_empty() => outcome,
            Self::Forward(change) => Self::Forward(change.and(Added::Vary(vary.clone()))),
            Self::Respond(status, mut headers) => {
                vary.merge_into(&mut headers, HasVary::Yes);
                Self::Respond(status, headers)
            }
        }
    }

    /// Adds the header that says what the browser does with the response.
    pub(crate) fn with_diagnosis(self, diagnosis: HeaderValue) -> Self {
        match self {
            Self::Forward(change) => Self::Forward(change.and(Added::Diagnosis(diagnosis))),
            Self::Respond(status, mut headers) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis);
                Self::Respond(status, headers)
            }
        }
    }
}
