//! What the layer costs in time, against a service written by hand and against tower-http's: in one run,
//! the contenders taking turns, as ratios.
//!
//! ```sh
//! cargo bench --bench time
//! ```

#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the table"
)]
mod support;

use std::time::Instant;

use support::contender::{CONTENDERS, Contender, Run};
use support::scenario::{Kind, SCENARIOS, Scenario};

const ROUNDS: usize = 60;

fn main() {
    println!(
        "{:<26}{:>10}{:>10}{:>12}{:>12}{:>18}{:>26}",
        "median time of a call",
        "bare",
        "floor",
        "tower-cors",
        "tower-http",
        "tower-cors/floor",
        "overhead over tower-http's"
    );
    for scenario in SCENARIOS {
        let [bare, floor, ours, theirs] = measure(scenario);
        let over_floor = ours / floor;
        let overhead = (ours - bare) / (theirs - bare);
        println!(
            "{:<26}{bare:>7.0} ns{floor:>7.0} ns{ours:>9.0} ns{theirs:>9.0} ns{over_floor:>18.2}{overhead:>26.2}",
            scenario.name
        );
    }
}

/// The median time of one call, in nanoseconds, by contender.
fn measure(scenario: &Scenario) -> [f64; 4] {
    let mut runs = CONTENDERS.map(|who| (who, (scenario.service)(who), Vec::new()));
    for _ in 0..ROUNDS {
        for (who, run, times) in &mut runs {
            times.push(time_of(scenario, *who, run));
        }
    }
    runs.map(|(_, _, mut times)| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    })
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
