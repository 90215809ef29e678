//! What is attached to a layer: observers, a second policy, the diagnosis header.

use http::HeaderMap;
use http::header::ORIGIN;

use super::observe::{Diagnose, Observer};
use super::source::PolicySource;
use crate::fetch::request::HeaderLine;
use crate::policy::headers::vary::Vary;

#[derive(Clone, Default)]
pub(crate) struct Attachments {
    pub(super) observers: Vec<Observer>,
    /// A function pointer, so only programs that call it contain its code.
    pub(super) diagnose: Option<Diagnose>,
    pub(super) shadow: Option<Shadow>,
}

impl Attachments {
    pub(crate) fn add_observer(&mut self, observer: Observer) {
        self.observers.push(observer);
    }

    pub(crate) fn set_shadow(&mut self, shadow: Shadow) {
        self.shadow = Some(shadow);
    }

    pub(crate) fn set_diagnose(&mut self, diagnose: Diagnose) {
        self.diagnose = Some(diagnose);
    }

    /// Whether something needs each decision with its reason.
    pub(super) fn need_decisions(&self) -> bool {
        !self.observers.is_empty() || self.diagnose.is_some()
    }

    /// The names of the methods that attached something.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        if !self.observers.is_empty() {
            names.push("on_decision");
        }
        if self.diagnose.is_some() {
            names.push("dangerously_expose_diagnosis");
        }
        if self.shadow.is_some() {
            names.push("shadow");
        }
        names
    }
}

/// A second policy: it is only reported, or enforced for a percentage of the origins.
#[derive(Clone)]
pub(crate) struct Shadow {
    pub(super) source: PolicySource,
    /// The percentage of the origins for which it is enforced.
    percent: u8,
}

impl Shadow {
    pub(crate) fn new(source: PolicySource, percent: u8) -> Self {
        Self {
            source,
            percent: percent.min(100),
        }
    }

    pub(super) fn may_be_enforced(&self) -> bool {
        self.percent > 0
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
    pub(super) fn vary(&self) -> Option<Vary> {
        matches!(self.percent, 1..=99).then(|| Vary::new(&[ORIGIN]))
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
