//! The calls, and what is to come of each in each engine.

use std::fmt;

use super::network::{Place, Space};
use crate::engine::Engine;
use crate::world::Scheme;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Nobody,
    Allows,
    Denies,
}

impl Answer {
    /// Of the permission.
    pub(super) fn state(self) -> &'static str {
        match self {
            Self::Nobody => "prompt",
            Self::Allows => "granted",
            Self::Denies => "denied",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nobody => "says nothing",
            Self::Allows => "allows it",
            Self::Denies => "denies it",
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Reads,
    AsksVisitor,
    Blocked,
    Withheld,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reads => "reads",
            Self::AsksVisitor => "asks the visitor",
            Self::Blocked => "blocked",
            Self::Withheld => "withheld",
        })
    }
}

pub(super) struct Case {
    pub(super) page: Place,
    pub(super) target: Place,
    pub(super) answer: Answer,
    /// Needs a preflight.
    pub(super) has_header: bool,
    /// By the server's policy.
    pub(super) is_allowed: bool,
    /// In the order of [`Engine::ALL`].
    outcomes: [Outcome; 3],
}

impl Case {
    pub(super) fn name(&self) -> String {
        let details = match (self.has_header, self.is_allowed) {
            (true, _) => ", with a preflight",
            (_, false) => ", which doesn't allow the origin",
            _ => "",
        };
        format!("{} → {}{details}", self.page, self.target)
    }

    pub(super) fn outcome(&self, engine: Engine) -> Outcome {
        let index = Engine::ALL.iter().position(|one| *one == engine).unwrap_or_default();
        self.outcomes[index]
    }

    /// What reaches the server. None of it asks for a private network.
    pub(super) fn arrives(&self, outcome: Outcome) -> &'static [&'static str] {
        match outcome {
            Outcome::Reads | Outcome::Withheld if self.has_header => &["preflight", "GET"],
            Outcome::Reads | Outcome::Withheld => &["GET"],
            Outcome::AsksVisitor | Outcome::Blocked => &[],
        }
    }

    fn with_header(self) -> Self {
        Self { has_header: true, ..self }
    }

    fn not_allowed(self) -> Self {
        Self { is_allowed: false, ..self }
    }
}

fn case(page: (Scheme, Space), target: (Scheme, Space), answer: Answer, outcomes: [Outcome; 3]) -> Case {
    let place = |(scheme, space)| Place { scheme, space };
    let (page, target) = (place(page), place(target));
    Case { page, target, answer, has_header: false, is_allowed: true, outcomes }
}

pub(super) fn all() -> Vec<Case> {
    use Answer::{Allows, Denies, Nobody};
    use Outcome::{AsksVisitor, Blocked, Reads, Withheld};
    use Scheme::{Http, Https};
    use Space::{Local, Loopback, Public};
    const READ: [Outcome; 3] = [Reads; 3];
    vec![
        case((Http, Public), (Http, Loopback), Nobody, [Blocked, AsksVisitor, Reads]),
        case((Http, Public), (Https, Loopback), Nobody, [Blocked, AsksVisitor, Reads]),
        case((Http, Public), (Http, Local), Nobody, [Blocked, AsksVisitor, Reads]),
        case((Http, Public), (Https, Local), Nobody, [Blocked, AsksVisitor, Reads]),
        case((Https, Public), (Http, Loopback), Nobody, [AsksVisitor, AsksVisitor, Blocked]),
        case((Https, Public), (Https, Loopback), Nobody, [AsksVisitor, AsksVisitor, Reads]),
        case((Https, Public), (Http, Local), Nobody, [AsksVisitor, Blocked, Blocked]),
        case((Https, Public), (Https, Local), Nobody, [AsksVisitor, AsksVisitor, Reads]),
        case((Http, Public), (Http, Loopback), Allows, [Blocked, Reads, Reads]),
        case((Http, Public), (Http, Local), Allows, [Blocked, Reads, Reads]),
        case((Https, Public), (Http, Loopback), Allows, [Reads, Reads, Blocked]),
        case((Https, Public), (Https, Loopback), Allows, READ),
        case((Https, Public), (Https, Loopback), Allows, READ).with_header(),
        case((Https, Public), (Https, Loopback), Allows, [Withheld; 3]).not_allowed(),
        case((Https, Public), (Http, Local), Allows, [Reads, Blocked, Blocked]),
        case((Https, Public), (Https, Local), Allows, READ),
        case((Https, Public), (Https, Local), Allows, READ).with_header(),
        case((Https, Public), (Https, Loopback), Denies, [Blocked, Blocked, Reads]),
        case((Https, Public), (Https, Local), Denies, [Blocked, Blocked, Reads]),
        case((Http, Local), (Http, Loopback), Nobody, READ),
        case((Http, Local), (Https, Loopback), Nobody, READ),
        case((Https, Local), (Http, Loopback), Nobody, [Reads, Reads, Blocked]),
        case((Https, Local), (Https, Loopback), Nobody, READ),
        case((Http, Loopback), (Http, Local), Nobody, READ),
        case((Http, Loopback), (Https, Local), Nobody, READ),
    ]
}
