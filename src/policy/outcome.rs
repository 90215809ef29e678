//! What happens to a request: the inner service responds, or the layer does.

use std::sync::Arc;

use http::header::HeaderMap;
use http::{HeaderValue, Method, StatusCode};

use super::change::{Added, Change, IsOptions};
use super::decision::RequestKind;
use super::response_headers::CORS_DIAGNOSIS;
use super::vary::{HasVary, Vary};
use super::{OriginCheck, Policy};
use crate::fetch::header_value::any;
use crate::fetch::request::RequestHead;
use crate::fetch::same_origin::is_same_origin;

pub(crate) enum Outcome {
    /// The inner service responds, and the policy changes the headers of its response.
    Forward(Arc<Policy>, Change),
    /// The layer responds.
    Respond(StatusCode, HeaderMap),
}

impl Policy {
    /// Checks a request and returns what happens to it.
    #[inline]
    pub(crate) fn outcome(self: &Arc<Self>, request: &RequestHead<'_>) -> Outcome {
        if self.rules.any_origin && *request.method != Method::OPTIONS {
            // Not a preflight, so the `Origin` line makes no difference.
            let change = Change::Allow(Some(any()), IsOptions::No);
            return Outcome::Forward(Arc::clone(self), change);
        }
        self.outcome_of(self.check(request), request)
    }

    /// What happens to a request that has been checked.
    #[inline]
    pub(crate) fn outcome_of(
        self: &Arc<Self>,
        check: OriginCheck<'_>,
        request: &RequestHead<'_>,
    ) -> Outcome {
        let settings = &self.rules.settings;
        let headers = &self.response_headers;
        let options = IsOptions::of(request.method);
        let change = match (check.kind, check.allow_origin) {
            (RequestKind::Preflight, None) => {
                return Outcome::Respond(StatusCode::FORBIDDEN, headers.refused_preflight());
            }
            (RequestKind::Preflight, Some(origin)) => {
                let preflight = headers.preflight(*request, origin);
                if !settings.forward_preflights {
                    return Outcome::Respond(headers.preflight_status, preflight);
                }
                Change::Nothing.and(Added::Preflight(preflight))
            }
            // A shared cache may keep this response for a request with an origin.
            (_, Some(origin)) => Change::Allow(Some(origin.clone()), options),
            (RequestKind::NotCors, None) => Change::NotCors(options),
            (RequestKind::Actual, None) => {
                if settings.reject_disallowed_origins && !is_same_origin(*request) {
                    return Outcome::Respond(StatusCode::FORBIDDEN, headers.rejected(options));
                }
                Change::Deny(options)
            }
        };
        Outcome::Forward(Arc::clone(self), change)
    }
}

impl Outcome {
    /// The inner service responds, and its response stays as it is.
    pub(crate) fn untouched(policy: Arc<Policy>) -> Self {
        Self::Forward(policy, Change::Nothing)
    }

    /// Adds request headers that the response depends on.
    pub(crate) fn with_vary(self, vary: &Arc<Vary>) -> Self {
        match self {
            outcome if vary.is_empty() => outcome,
            Self::Forward(policy, change) => {
                Self::Forward(policy, change.and(Added::Vary(Arc::clone(vary))))
            }
            Self::Respond(status, mut headers) => {
                vary.merge_into(&mut headers, HasVary::Yes);
                Self::Respond(status, headers)
            }
        }
    }

    /// Adds the header that says what the browser does with the response.
    pub(crate) fn with_diagnosis(self, diagnosis: HeaderValue) -> Self {
        match self {
            Self::Forward(policy, change) => {
                Self::Forward(policy, change.and(Added::Diagnosis(diagnosis)))
            }
            Self::Respond(status, mut headers) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis);
                Self::Respond(status, headers)
            }
        }
    }
}
