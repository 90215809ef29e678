//! What the layer costs, against a service written by hand and against tower-http's: in one run, the
//! contenders taking turns, as ratios.
//!
//! ```sh
//! cargo bench --bench layer
//! ```

#[allow(dead_code, unreachable_pub, reason = "each bench uses its part")]
mod support;

use std::time::Instant;

use http::Request;
use support::{CONTENDERS, Run, SCENARIOS, Scenario};

const ROUNDS: usize = 60;
const ROUND: u32 = 2000;

fn main() {
    println!(
        "{:<24}{:>10}{:>10}{:>10}{:>12}{:>12}{:>16}",
        "scenario", "bare", "floor", "ours", "tower-http", "ours/floor", "overhead/theirs"
    );
    for scenario in SCENARIOS {
        let times = measure(scenario);
        let cell = |time: Option<f64>| time.map_or("-".to_owned(), |ns| format!("{ns:.0} ns"));
        let [bare, floor, ours, theirs] = times;
        let ratio = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => format!("{:.2}", a / b),
            _ => "-".to_owned(),
        };
        let over = |time: Option<f64>| Some(time? - bare?);
        println!(
            "{:<24}{:>10}{:>10}{:>10}{:>12}{:>12}{:>16}",
            scenario.name,
            cell(bare),
            cell(floor),
            cell(ours),
            cell(theirs),
            ratio(ours, floor),
            ratio(over(ours), over(theirs))
        );
    }
}

/// The median time of one call, in nanoseconds, by contender.
fn measure(scenario: &Scenario) -> [Option<f64>; 4] {
    let requests = (scenario.requests)();
    let round = if scenario.is_hostile { 50 } else { ROUND };
    let mut runs = CONTENDERS.map(scenario.run);
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        for (run, times) in runs.iter_mut().zip(&mut times) {
            if let Some(run) = run {
                times.push(time_of(run, &requests, round));
            }
        }
    }
    times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    })
}

/// One round: the requests are made before the clock starts.
fn time_of(run: &mut Run, requests: &[Request<()>], round: u32) -> f64 {
    let batch: Vec<_> = requests
        .iter()
        .cycle()
        .take(round as usize)
        .cloned()
        .collect();
    let start = Instant::now();
    for request in batch {
        run(request);
    }
    let elapsed = start.elapsed().as_secs_f64();
    elapsed * 1e9 / f64::from(round)
}
