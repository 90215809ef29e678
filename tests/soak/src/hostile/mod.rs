//! The hostile client: it does the same to both servers, and compares.

mod cases;
mod exchange;
mod judge;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::task::JoinSet;
use tokio::time::sleep;

use cases::{AT_TIMES, CASES, Case, Pace};
use exchange::{Outcome, Script, Step};

/// So many clients at a time do what takes seconds, and so many the rest, to each server.
const SLOW_CLIENTS: u64 = 96;
const FAST_CLIENTS: u64 = 16;
/// Between two connections of a client: the others get their turn, and no ports run out.
const PAUSE: Duration = Duration::from_millis(5);

#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) layered: u16,
    pub(crate) bare: u16,
}

/// What came of a case.
#[derive(Default)]
pub(crate) struct Seen {
    /// To each server.
    pub(crate) connections: u64,
    pub(crate) layered: BTreeSet<u16>,
    pub(crate) bare: BTreeSet<u16>,
    /// Answers of the layered server, by whether they tell an origin.
    told: [u64; 2],
}

/// In the order of the table.
pub(crate) type Tally = BTreeMap<usize, Seen>;

pub(crate) fn name(case: usize) -> &'static str {
    CASES[case].name
}

/// Until the deadline, or until the servers differ.
pub(crate) async fn attack(ports: Ports, deadline: Instant) -> Result<Tally, String> {
    let mut clients = JoinSet::new();
    for client in 0..SLOW_CLIENTS + FAST_CLIENTS {
        let pace = if client < SLOW_CLIENTS { Pace::Slow } else { Pace::Fast };
        clients.spawn(attack_as(client, pace, ports, deadline));
    }
    let mut tally = Tally::new();
    while let Some(ended) = clients.join_next().await {
        let seen = ended.map_err(|error| format!("a client failed: {error}"))??;
        for (case, some) in seen {
            let all = tally.entry(case).or_default();
            all.connections += some.connections;
            all.layered.extend(some.layered);
            all.bare.extend(some.bare);
            all.told[0] += some.told[0];
            all.told[1] += some.told[1];
        }
    }
    check(&tally)?;
    Ok(tally)
}

/// Whether every case had its turn, and the replaced policies were seen to be in force.
fn check(tally: &Tally) -> Result<(), String> {
    for (index, case) in CASES.iter().enumerate() {
        let Some(seen) = tally.get(&index) else {
            return Err(format!("there was no time for \"{}\"", case.name));
        };
        if case.name == AT_TIMES && seen.told.contains(&0) {
            return Err("no change of policy was seen by the clients".to_owned());
        }
    }
    Ok(())
}

/// Each client has its own sequence, the same in each run.
async fn attack_as(client: u64, pace: Pace, ports: Ports, deadline: Instant) -> Result<Tally, String> {
    let mut rng = Rng::with_seed(client);
    let mut tally = Tally::new();
    let mut cases: Vec<usize> = (0..CASES.len()).filter(|&case| CASES[case].pace == pace).collect();
    loop {
        rng.shuffle(&mut cases);
        for &index in &cases {
            if Instant::now() >= deadline {
                return Ok(tally);
            }
            let case = &CASES[index];
            let script = (case.script)(&mut rng);
            let (layered, bare) = run(case, &script, ports).await?;
            tally.entry(index).or_default().count(&layered, &bare);
            sleep(PAUSE).await;
        }
    }
}

async fn run(case: &Case, script: &Script, ports: Ports) -> Result<(Outcome, Outcome), String> {
    let (layered, bare) =
        tokio::join!(exchange::run(ports.layered, script), exchange::run(ports.bare, script));
    let refused = |name| move |error| format!("the {name} server can't be reached: {error}");
    let (layered, bare) = (layered.map_err(refused("layered"))?, bare.map_err(refused("bare"))?);
    if !script.expected.is_empty() {
        judge::compare(&script.expected, &layered, &bare).map_err(|difference| {
            format!("the servers differ: {}: {difference}; sent: {}", case.name, excerpt(script))
        })?;
    }
    Ok((layered, bare))
}

/// The beginning of what was sent.
fn excerpt(script: &Script) -> String {
    let bytes = script.steps.iter().flat_map(|step| match step {
        Step::Send(bytes) | Step::Drip(bytes, _) => bytes,
    });
    let beginning: Vec<u8> = bytes.copied().take(400).collect();
    format!("\"{}\"", beginning.escape_ascii())
}

impl Seen {
    fn count(&mut self, layered: &Outcome, bare: &Outcome) {
        self.connections += 1;
        self.layered.extend(layered.answers.iter().map(|answer| answer.status));
        self.bare.extend(bare.answers.iter().map(|answer| answer.status));
        for answer in &layered.answers {
            self.told[usize::from(!answer.allow_origin.is_empty())] += 1;
        }
    }
}
