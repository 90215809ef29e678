//! How many instructions a call takes: counted by callgrind, so that other programs don't matter.
//!
//! `cargo bench --bench counts` runs this and compares it with the committed figures. It needs valgrind
//! and `gungraun-runner`.

#![expect(missing_docs, reason = "the macros write items without docs")]

#[expect(dead_code, unreachable_pub, reason = "each bench uses its part")]
mod support;

use std::hint::black_box;

use gungraun::Callgrind;
use gungraun::prelude::*;
use http::Request;
use support::contender::{Contender, Run};
use support::scenario::SCENARIOS;

/// A service that has answered before, and the requests that are counted.
struct Prepared {
    run: Run,
    requests: Vec<Request<()>>,
}

fn prepare(scenario: usize, who: Contender) -> Prepared {
    let scenario = &SCENARIOS[scenario];
    let requests = (scenario.requests)(scenario.counted(who));
    let mut run = (scenario.service)(who);
    run(requests[0].clone());
    Prepared { run, requests }
}

fn answer(prepared: Prepared) -> Run {
    let Prepared { mut run, requests } = prepared;
    for request in requests {
        run(black_box(request));
    }
    run
}

/// For each contender a benchmark, whose cases are the scenarios in their order.
macro_rules! contenders {
    ($($name:ident: $prepare:ident = $who:expr;)*) => {
        $(fn $prepare(scenario: usize) -> Prepared {
            prepare(scenario, $who)
        }

        #[library_benchmark]
        #[benches::scenario(iter = 0..SCENARIOS.len(), setup = $prepare)]
        fn $name(prepared: Prepared) -> Run {
            answer(prepared)
        })*

        library_benchmark_group!(name = calls, benchmarks = [$($name),*]);
    };
}

contenders! {
    bare: prepare_bare = Contender::Bare;
    floor: prepare_floor = Contender::Floor;
    tower_cors: prepare_tower_cors = Contender::TowerCors;
    tower_http: prepare_tower_http = Contender::TowerHttp;
}

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = calls
);
