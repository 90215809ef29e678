//! What becomes of a request: forwarded, its response to be decorated, or answered at once.

use std::sync::Arc;

use http::StatusCode;
use http::header::HeaderMap;

use crate::answer::{Decoration, IsOptions};
use crate::header_value::any;
use crate::policy::Policy;
use crate::request::{Asked, Lines, is_preflight};
use crate::rules::AllowedOrigins;
use crate::same_origin::is_same_origin;

pub(crate) enum Course {
    /// The inner service answers, and the policy writes this onto its response.
    Forward(Arc<Policy>, Decoration),
    /// This is the answer, without a body.
    Answer(StatusCode, HeaderMap),
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
                return forward(Decoration::Preflight(Box::new(headers)));
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
