//! A second policy: it is only reported, or enforced for a percentage of the origins.

use std::sync::Arc;

use http::HeaderMap;
use http::header::ORIGIN;

use crate::fetch::request::{HeaderLine, RequestHead};
use crate::policy::Policy;
use crate::policy::outcome::Outcome;
use crate::policy::vary::Vary;

type FindPolicy = dyn Fn(RequestHead<'_>) -> Option<Arc<Policy>> + Send + Sync;

#[derive(Clone)]
pub(crate) struct Shadow {
    policy: Arc<FindPolicy>,
    /// The percentage of the origins for which it is enforced.
    percent: u8,
    /// The origin decides which policy applies.
    vary: Vary,
}

impl Shadow {
    pub(crate) fn new(
        policy: impl Fn(RequestHead<'_>) -> Option<Arc<Policy>> + Send + Sync + 'static,
        percent: u8,
    ) -> Self {
        Self {
            policy: Arc::new(policy),
            percent: percent.min(100),
            vary: Vary::new(&[ORIGIN]),
        }
    }

    pub(super) fn policy(&self, request: RequestHead<'_>) -> Option<Arc<Policy>> {
        (self.policy)(request)
    }

    /// Whether this policy decides about a request. A preflight and its actual request have the same origin, so it
    /// decides about both or neither. It decides about requests without exactly one `Origin` line only at 100 percent.
    pub(super) fn is_enforced_for(&self, headers: &HeaderMap) -> bool {
        match (self.percent, HeaderLine::get(headers, &ORIGIN)) {
            (0, _) => false,
            (100, _) => true,
            (percent, HeaderLine::One(origin)) => place(origin.as_bytes()) < u64::from(percent),
            (_, HeaderLine::Missing | HeaderLine::Several) => false,
        }
    }

    /// While both policies decide, every response depends on the origin.
    pub(super) fn add_vary(&self, outcome: Outcome) -> Outcome {
        match self.percent {
            1..=99 => outcome.with_vary(&self.vary),
            _ => outcome,
        }
    }
}

/// A number from 0 to 99 that is the same for an origin in every process and version (FNV-1a).
fn place(origin: &[u8]) -> u64 {
    let hash = origin.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // Every byte affects the upper bits.
    (hash >> 32) % 100
}
