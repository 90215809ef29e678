//! A row of the matrix: a policy, a page, what its script does, and what is to come of it.

use super::ask::Ask;
use super::departures::Departure;
use super::seen::Outcome;
use crate::world::{Page, PolicyRow};

/// Rows about one thing.
pub(crate) struct Subject {
    pub(crate) title: &'static str,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    /// What it shows; no other row has it.
    pub(crate) name: &'static str,
    pub(crate) policy: &'static PolicyRow,
    pub(crate) page: Page,
    /// One after the other. They go to one URL.
    pub(crate) asks: Vec<Ask>,
    /// By the standard.
    pub(crate) outcome: Outcome,
    pub(crate) departures: Vec<&'static Departure>,
    /// Why the policy's explanation of the requests doesn't foretell the outcome.
    pub(crate) policy_cannot_tell: Option<&'static str>,
    /// Response headers that the script sees, and that it doesn't.
    pub(crate) sees: Vec<&'static str>,
    pub(crate) misses: Vec<&'static str>,
    pub(crate) timing: Option<bool>,
    /// Whether the last request has the cookie `c`, which the row's first response sets.
    pub(crate) cookie: Option<bool>,
    /// In all.
    pub(crate) preflights: Option<usize>,
}

/// A page's script asks under a policy. What is to come of it follows.
pub(crate) fn row(name: &'static str, policy: &'static PolicyRow, page: Page, ask: Ask) -> Row {
    Row {
        name,
        policy,
        page,
        asks: vec![ask],
        outcome: Outcome::NotSent,
        departures: vec![],
        policy_cannot_tell: None,
        sees: vec![],
        misses: vec![],
        timing: None,
        cookie: None,
        preflights: None,
    }
}

impl Row {
    /// Asks once more, at the same URL.
    pub(crate) fn then(mut self, ask: Ask) -> Self {
        self.asks.push(ask);
        self
    }

    pub(crate) fn reads(self, status: u16) -> Self {
        self.ends(Outcome::Reads(status))
    }

    pub(crate) fn withheld(self) -> Self {
        self.ends(Outcome::Withheld)
    }

    pub(crate) fn stopped_at_preflight(self) -> Self {
        self.ends(Outcome::StoppedAtPreflight)
    }

    pub(crate) fn ends(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    pub(crate) fn preflights(mut self, count: usize) -> Self {
        self.preflights = Some(count);
        self
    }

    pub(crate) fn sees(mut self, name: &'static str) -> Self {
        self.sees.push(name);
        self
    }

    pub(crate) fn misses(mut self, name: &'static str) -> Self {
        self.misses.push(name);
        self
    }

    pub(crate) fn timing(mut self, is_allowed: bool) -> Self {
        self.timing = Some(is_allowed);
        self
    }

    pub(crate) fn cookie(mut self, is_sent: bool) -> Self {
        self.cookie = Some(is_sent);
        self
    }

    pub(crate) fn policy_cannot_tell(mut self, why: &'static str) -> Self {
        self.policy_cannot_tell = Some(why);
        self
    }

    /// Some engines depart from the standard here.
    pub(crate) fn but(mut self, departure: &'static Departure) -> Self {
        self.departures.push(departure);
        self
    }

    /// What is to come of it, for a table.
    pub(crate) fn expected(&self) -> String {
        let list =
            |verb: &str, names: &[&str]| (!names.is_empty()).then(|| format!("{verb} {}", names.join(", ")));
        let preflights = self.preflights.map(|count| match count {
            0 => "no preflight".to_owned(),
            1 => "one preflight".to_owned(),
            count => format!("{count} preflights"),
        });
        let timing = self.timing.map(|shown| if shown { "sees timing" } else { "misses timing" }.to_owned());
        let cookie = self.cookie.map(|sent| if sent { "cookie" } else { "no cookie" }.to_owned());
        let sees = list("sees", &self.sees);
        let misses = list("misses", &self.misses);
        let details = [preflights, cookie, sees, misses, timing].into_iter().flatten();
        details.fold(self.outcome.to_string(), |text, detail| format!("{text}; {detail}"))
    }

    /// For the path that the row has to itself.
    pub(crate) fn slug(&self) -> String {
        let words = self.name.split(|char: char| !char.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        words.join("-").to_ascii_lowercase()
    }
}
