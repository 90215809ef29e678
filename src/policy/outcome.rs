//! What becomes of a request: forwarded, its response to be decorated, or answered at once.

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap};
use http::{HeaderValue, StatusCode};

use crate::fetch::header_value::any;
use crate::fetch::request::{Asked, Lines, is_preflight};
use crate::fetch::same_origin::is_same_origin;
use crate::policy::Policy;
use crate::policy::inner_headers::HasVary;
use crate::policy::response::{CORS_DIAGNOSIS, Decoration, IsOptions, Rare};
use crate::policy::rules::AllowedOrigins;
use crate::policy::vary::Vary;

pub(crate) enum Course {
    /// The inner service answers, and the policy writes this onto its response.
    Forward(Arc<Policy>, Decoration),
    /// This is the answer, without a body.
    Answer(StatusCode, HeaderMap),
}

impl Course {
    /// Whether the policy has allowed the origin that the request has.
    pub(crate) fn allows_origin(&self) -> bool {
        match self {
            Self::Forward(_, decoration) => decoration.allows_origin(),
            Self::Answer(_, headers) => headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN),
        }
    }

    /// The same course with further names in `Vary`.
    pub(crate) fn with_vary(self, vary: &Arc<Vary>) -> Self {
        match self {
            Self::Forward(policy, decoration) => {
                let rare = Rare::Varied(decoration, Arc::clone(vary));
                Self::Forward(policy, Decoration::Rare(Box::new(rare)))
            }
            Self::Answer(status, mut headers) => {
                vary.merge_into(&mut headers, HasVary::Yes);
                Self::Answer(status, headers)
            }
        }
    }

    /// The same course with a diagnosis on the response.
    pub(crate) fn with_diagnosis(self, diagnosis: HeaderValue) -> Self {
        match self {
            Self::Forward(policy, decoration) => {
                let rare = Rare::Diagnosed(decoration, diagnosis);
                Self::Forward(policy, Decoration::Rare(Box::new(rare)))
            }
            Self::Answer(status, mut headers) => {
                headers.insert(CORS_DIAGNOSIS, diagnosis);
                Self::Answer(status, headers)
            }
        }
    }
}

impl Policy {
    /// The one question of the middleware.
    #[inline]
    pub(crate) fn course(self: &Arc<Self>, asked: Asked<'_>) -> Course {
        let Self { rules, answers } = &**self;
        let forward = |decoration| Course::Forward(Arc::clone(self), decoration);
        let options = IsOptions::of(asked.method);
        let any_origin = matches!(rules.origins, AllowedOrigins::Any);
        if any_origin && options == IsOptions::No {
            // No preflight: the `Origin` line makes no difference.
            return forward(Decoration::Allowed(Some(any()), options));
        }
        let origin = Lines::of_origin(asked.headers);
        if matches!(origin, Lines::None) {
            return forward(if any_origin {
                // A shared cache may keep this response for a request with an origin.
                Decoration::Allowed(Some(any()), options)
            } else {
                Decoration::NotCors(options)
            });
        }
        if is_preflight(asked.method, asked.headers) {
            let Some(allowed) = self.allow_preflight(origin, asked) else {
                return Course::Answer(StatusCode::FORBIDDEN, answers.refused_preflight());
            };
            let headers = answers.preflight(asked.headers, allowed);
            if rules.options.forward_preflights {
                let rare = Rare::Preflight(headers);
                return forward(Decoration::Rare(Box::new(rare)));
            }
            return Course::Answer(rules.options.preflight_status, headers);
        }
        if let Some(allowed) = self.allow_actual(origin, asked) {
            return forward(Decoration::Allowed(Some(allowed.clone()), options));
        }
        if rules.options.reject_disallowed_origins && !is_same_origin(asked) {
            return Course::Answer(StatusCode::FORBIDDEN, answers.rejected(options));
        }
        forward(Decoration::Denied(options))
    }
}
