//! How many instructions a call takes: counted by callgrind, so that other programs don't matter.
//!
//! `benches/counts.sh` runs this and compares it with the committed figures.

#![expect(missing_docs, reason = "the macros write items without docs")]

#[expect(dead_code, unreachable_pub, reason = "each bench uses its part")]
mod support;

use std::hint::black_box;

use gungraun::prelude::*;
use http::Request;
use support::contender::{CONTENDERS, Run};
use support::scenario::SCENARIOS;

/// A service that has answered before, and the requests that are counted.
struct Prepared {
    run: Run,
    requests: Vec<Request<()>>,
}

/// The cases are the scenarios in their order, each with all contenders in theirs.
fn prepare(case: usize) -> Prepared {
    let scenario = &SCENARIOS[case / CONTENDERS.len()];
    let who = CONTENDERS[case % CONTENDERS.len()];
    let requests = (scenario.requests)(scenario.counted(who));
    let mut run = (scenario.service)(who);
    run(requests[0].clone());
    Prepared { run, requests }
}

#[library_benchmark]
#[benches::case(iter = 0..SCENARIOS.len() * CONTENDERS.len(), setup = prepare)]
fn answer(prepared: Prepared) -> Run {
    let Prepared { mut run, requests } = prepared;
    for request in requests {
        run(black_box(request));
    }
    run
}

library_benchmark_group!(name = calls, benchmarks = answer);
main!(library_benchmark_groups = calls);
