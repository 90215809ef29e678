//! What the layer changes in a response of the inner service.

use std::sync::Arc;

use http::header::HeaderMap;
use http::{HeaderValue, Method};

use super::vary::Vary;

/// How the headers of the inner service's response change.
pub(crate) enum Change {
    /// The origin is allowed. The value of `Access-Control-Allow-Origin` is taken when it is written.
    Allow(Option<HeaderValue>, IsOptions),
    /// The request has no `Origin`.
    NotCors(IsOptions),
    /// The origin is not allowed.
    Deny(IsOptions),
    /// No policy applies.
    Nothing,
    /// In a box, because the common changes should stay small.
    Rare(Box<Rare>),
}

/// A change, and what is added after it.
pub(crate) struct Rare {
    pub(super) change: Change,
    pub(super) added: Added,
}

pub(crate) enum Added {
    /// The headers of a preflight response, for the response of the inner service to that preflight.
    Preflight(HeaderMap),
    /// The header that explains the change.
    Diagnosis(HeaderValue),
    /// Further members of `Vary`.
    Vary(Arc<Vary>),
}

impl Change {
    pub(super) fn and(self, added: Added) -> Self {
        Self::Rare(Box::new(Rare {
            change: self,
            added,
        }))
    }
}

/// Whether a response is to `OPTIONS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsOptions {
    Yes,
    No,
}

impl IsOptions {
    #[inline]
    pub(crate) fn of(method: &Method) -> Self {
        if *method == Method::OPTIONS {
            Self::Yes
        } else {
            Self::No
        }
    }
}
