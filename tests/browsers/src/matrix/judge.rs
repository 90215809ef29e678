//! Whether the answers agree: the row's, the engine's, the model's, and the policy's own.

use std::collections::{BTreeMap, BTreeSet};

use http::Version;

use super::departures::{Departure, HABITS};
use super::row::Row;
use super::seen::{Outcome, Script, Seen};
use crate::engine::Engine;
use crate::world::{Entry, World};

/// A row as an engine has it.
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    /// Whether the last request had the row's cookie.
    pub(crate) has_cookie: bool,
    /// Where the engine departs from the standard, as it is known to.
    pub(crate) departures: Vec<&'static Departure>,
    /// What is wrong, if anything is.
    pub(crate) faults: Vec<String>,
}

/// What came of a row. There is no model of a `WebSocket`.
pub(crate) struct Answers<'a> {
    pub(crate) seen: Seen,
    pub(crate) log: &'a [Entry],
    pub(crate) model: Option<Seen>,
    /// The model with the cookie settings of the standard.
    pub(crate) standard: Option<Seen>,
}

pub(crate) fn judge(world: &World, engine: Engine, row: &Row, answers: Answers<'_>) -> Verdict {
    let Answers { seen, log, model, standard } = answers;
    let mut faults = Vec::new();
    let mut departures = Vec::new();
    let mut expected = row.outcome;
    if let Some(mut model) = model {
        if model.outcome() != row.outcome {
            faults.push(format!("the row says \"{}\", the model \"{}\"", row.outcome, model.outcome()));
        }
        departures = depart(engine, row, &mut model, &mut faults);
        expected = model.outcome();
        if seen != model {
            faults.push(difference(&model, &seen));
        }
    }
    let by_standard = standard.map(|standard| standard.has_cookie());
    if row.cookie.is_some() && row.cookie != by_standard {
        faults.push(format!(
            "the row says that the cookie is sent: {:?}, the model {by_standard:?}",
            row.cookie
        ));
    }
    let outcome = seen.outcome();
    if outcome != expected {
        faults.push(format!("it ends \"{outcome}\", and should \"{expected}\""));
    }
    if departures.iter().all(|departure| departure.is_habit()) {
        faults.extend(check_details(row, &seen));
    }
    let is_misled = departures.iter().any(|departure| departure.misleads_policy);
    faults.extend(ask_policy(world, row, outcome, is_misled, log));
    faults.extend(check_version(row, log));
    Verdict { outcome, has_cookie: seen.has_cookie(), departures, faults }
}

/// Makes of the model what the engine is known to do.
fn depart(engine: Engine, row: &Row, model: &mut Seen, faults: &mut Vec<String>) -> Vec<&'static Departure> {
    let mut made = Vec::new();
    let departures = row.departures.iter().copied().map(|departure| (departure, true));
    let habits = HABITS.iter().map(|habit| (habit, false));
    for (departure, must_change) in departures.chain(habits) {
        if !departure.engines.contains(&engine) {
            continue;
        }
        let before = model.clone();
        (departure.change)(model);
        if *model != before {
            made.push(departure);
        } else if must_change {
            faults.push(format!("that it {} makes no difference here", departure.what));
        }
    }
    made
}

fn difference(model: &Seen, seen: &Seen) -> String {
    let model: BTreeMap<_, _> = model.lines().into_iter().collect();
    let seen: BTreeMap<_, _> = seen.lines().into_iter().collect();
    let names: BTreeSet<_> = model.keys().chain(seen.keys()).collect();
    let differences = names.into_iter().filter_map(|name| {
        let (model, seen) = (model.get(name), seen.get(name));
        let show = |value: Option<&String>| value.map_or("nothing", String::as_str).to_owned();
        (model != seen).then(|| format!("\n      {name}: {} by the model, {} here", show(model), show(seen)))
    });
    format!("it isn't as the model has it:{}", differences.collect::<String>())
}

/// What the row says besides the outcome.
fn check_details(row: &Row, seen: &Seen) -> Vec<String> {
    let mut faults = Vec::new();
    let preflights = seen.wire.iter().filter(|wire| wire.is_preflight()).count();
    if row.preflights.is_some_and(|expected| expected != preflights) {
        faults.push(format!("{preflights} preflights arrived, not {:?}", row.preflights));
    }
    let Some(Script::Response(response)) = seen.steps.last() else {
        return faults;
    };
    let is_shown = |name: &str| response.headers.contains(name);
    let unseen = row.sees.iter().filter(|name| !is_shown(name));
    faults.extend(unseen.map(|name| format!("the script doesn't see {name}")));
    let leaked = row.misses.iter().filter(|name| is_shown(name));
    faults.extend(leaked.map(|name| format!("the script sees {name}")));
    if row.timing.is_some() && row.timing != response.timing {
        faults.push(format!("timing is allowed: {:?}", response.timing));
    }
    faults
}

/// The policy is asked about each request that arrived: it must foretell what came of it.
fn ask_policy(world: &World, row: &Row, outcome: Outcome, is_misled: bool, log: &[Entry]) -> Option<String> {
    // A server without a layer has no policy to ask.
    let says: Vec<bool> = log
        .iter()
        .map(|entry| {
            let policy = world.layer_at(entry.port)?.policy();
            Some(policy.explain(&entry.method, &entry.headers).is_allowed())
        })
        .collect::<Option<_>>()?;
    let foretells = match says.split_last() {
        None => true,
        Some((last, before)) => before.iter().all(|says| *says) && *last == outcome.is_success(),
    };
    match (foretells, row.policy_cannot_tell, is_misled) {
        (true, None, false) | (false, Some(_), _) | (_, Some(_), true) | (false, None, true) => None,
        (true, Some(why), _) => Some(format!("the policy does foretell it, though {why}")),
        (true, None, true) => Some("the policy does foretell it".into()),
        (false, None, false) => Some(format!("the policy says {says:?} of the requests")),
    }
}

/// Over TLS, everything but a `WebSocket` is HTTP/2.
fn check_version(row: &Row, log: &[Entry]) -> Option<String> {
    let is_socket = row.asks.iter().any(|ask| ask.by == super::ask::By::WebSocket);
    let slow =
        log.iter().find(|entry| entry.url.starts_with("https:") && entry.version != Version::HTTP_2)?;
    (!is_socket).then(|| format!("a request over TLS is {:?}", slow.version))
}
