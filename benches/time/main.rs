//! What the layer costs in time, against a service written by hand and against tower-http's: in one run,
//! the contenders taking turns, as ratios.
//!
//! ```sh
//! cargo bench --bench time
//! cargo bench --bench time -- --write  # also writes the table and the chart of docs/performance.md
//! ```

#[path = "../support/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the table"
)]
mod support;

mod chart;
mod table;

use std::time::Instant;

use support::contender::{CONTENDERS, Contender, Run};
use support::page::{self, quartiles};
use support::scenario::{Kind, SCENARIOS, Scenario};

const ROUNDS: usize = 60;

/// The median time of one call in a scenario, in nanoseconds.
pub(crate) struct Measured {
    pub(crate) scenario: &'static Scenario,
    pub(crate) bare: f64,
    pub(crate) floor: f64,
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
}

fn main() {
    let circumstances = page::circumstances();
    println!("{circumstances}");
    println!(
        "{:<26}{:>10}{:>10}{:>12}{:>12}{:>18}{:>28}",
        "median time of a call",
        "bare",
        "floor",
        "tower-cors",
        "tower-http",
        "tower-cors/floor",
        "overhead over tower-http's"
    );
    let mut all = Vec::new();
    for scenario in SCENARIOS {
        let measured = measure(scenario);
        let Measured {
            bare,
            floor,
            ours,
            theirs,
            ..
        } = measured;
        let over_floor = ours / floor;
        let overhead = (ours - bare) / (theirs - bare);
        println!(
            "{:<26}{bare:>7.0} ns{floor:>7.0} ns{ours:>9.0} ns{theirs:>9.0} ns{over_floor:>18.2}{overhead:>28.2}",
            scenario.name
        );
        all.push(measured);
    }
    if page::is_asked_for() {
        let alternative = chart::write(&all);
        page::write_section("time", &table::text(&circumstances, &alternative, &all));
    }
}

fn measure(scenario: &'static Scenario) -> Measured {
    let mut runs = CONTENDERS.map(|who| (who, (scenario.service)(who), Vec::new()));
    for _ in 0..ROUNDS {
        for (who, run, times) in &mut runs {
            times.push(time_of(scenario, *who, run));
        }
    }
    let [bare, floor, ours, theirs] = runs.map(|(_, _, times)| quartiles(times)[1]);
    Measured {
        scenario,
        bare,
        floor,
        ours,
        theirs,
    }
}

/// One round: the requests are made before the clock starts.
fn time_of(scenario: &Scenario, who: Contender, run: &mut Run) -> f64 {
    let count = match (scenario.kind, who) {
        // tower-http goes through its list from end to end.
        (Kind::Many(100_000..), Contender::TowerHttp) => 3,
        (Kind::Hostile, _) => 26,
        (Kind::Usual | Kind::Many(_), _) => 2_000,
    };
    let requests = (scenario.requests)(count);
    let sent = u32::try_from(requests.len()).unwrap_or(u32::MAX);
    let start = Instant::now();
    for request in requests {
        run(request);
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(sent)
}
