//! The matrix: policies and fetches, in an engine, in the model, and in the policy's own words.

mod ask;
mod departures;
mod judge;
mod policies;
mod row;
mod run;
mod seen;
mod subjects;
mod wire;

pub(crate) use departures::{Departure, HABITS};
pub(crate) use judge::Verdict;
pub(crate) use policies::CREDENTIALS;
pub(crate) use row::{Row, Subject};
pub(crate) use subjects::all as subjects;

use judge::{Answers, judge};
use seen::Seen;

use crate::session::Session;
use crate::world::{PolicyRow, World};

pub(crate) fn policies(subjects: &[Subject]) -> impl Iterator<Item = &'static PolicyRow> {
    let rows = subjects.iter().flat_map(|subject| &subject.rows);
    rows.map(|row| row.policy).chain([&policies::NONE])
}

/// A verdict on each row, in their order.
pub(crate) async fn run(world: &World, session: &Session, rows: &[&Row]) -> Result<Vec<Verdict>, String> {
    let engine = session.engine;
    let results = run::in_engine(world, session, rows).await?;
    let mut verdicts = Vec::new();
    for row in rows {
        let result = results.get(&row.slug()).ok_or_else(|| format!("no result of \"{}\"", row.name))?;
        let log = world.log.at(&run::path(engine, row));
        let mut answers = Answers {
            seen: Seen::of_engine(result, &log),
            log: &log,
            model: run::in_model(world, engine, row, Some(engine)).await,
            standard: run::in_model(world, engine, row, None).await,
        };
        answers.seen.keep_cookies(row);
        let mut verdict = judge(world, engine, row, answers);
        if !verdict.faults.is_empty() {
            verdict.faults.push(format!("the script says {result}"));
        }
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

/// The habits of the engine that no row shows: they are habits no more.
pub(crate) fn lost_habits(session: &Session, verdicts: &[Verdict]) -> Vec<String> {
    let shown = |habit: &Departure| {
        let departures = verdicts.iter().flat_map(|verdict| &verdict.departures);
        departures.into_iter().any(|departure| departure.is(habit))
    };
    let habits = HABITS.iter().filter(|habit| habit.engines.contains(&session.engine));
    let lost = habits.filter(|habit| !shown(habit));
    lost.map(|habit| format!("no row shows any more that {} {}", session.engine, habit.what)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn each_row_has_a_path_to_itself() {
        let mut slugs = BTreeSet::new();
        for row in subjects().iter().flat_map(|subject| &subject.rows) {
            assert!(slugs.insert(row.slug()), "two rows have the path of {:?}", row.name);
        }
    }

    #[test]
    fn each_policy_has_a_name_to_itself() {
        let subjects = subjects();
        let mut names = BTreeMap::new();
        for policy in policies(&subjects) {
            let known = names.entry(policy.name).or_insert(std::ptr::from_ref(policy));
            assert!(std::ptr::eq(*known, policy), "two policies have the name {:?}", policy.name);
        }
    }
}
