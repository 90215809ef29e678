//! What a call costs in instructions and allocations, compared with `benches/counts.toml`.
//!
//! ```sh
//! cargo bench --bench counts             # fails if a scenario costs more than the file says
//! cargo bench --bench counts -- --write  # writes the file anew
//! ```
//!
//! Instructions are counted by callgrind (`benches/instructions.rs`; needs valgrind and
//! `gungraun-runner`). They depend on the compiler: where it isn't the one that the file names, the
//! ratios to the floor are compared, which don't. Allocations are the same everywhere, and exact.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the table"
)]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, ExitCode, Stdio};

use serde::Deserialize;
use serde_json::Value;
use support::contender::{CONTENDERS, Contender};
use support::scenario::{SCENARIOS, Scenario};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counts.toml");
const COMMITTED: &str = include_str!("counts.toml");
/// A growth in instructions beyond this is a fault.
const TOLERANCE: f64 = 1.03;

/// What the calls of one contender cost in one scenario.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
struct Count {
    /// Of one call, on average.
    instructions: f64,
    /// Of all calls.
    allocations: u64,
    /// Of all calls.
    bytes: u64,
}

#[derive(Debug, Default, Deserialize)]
struct Counts {
    rustc: String,
    /// By scenario, then by contender.
    #[serde(flatten)]
    scenarios: BTreeMap<String, BTreeMap<String, Count>>,
}

fn main() -> ExitCode {
    let is_writing = std::env::args().any(|argument| argument == "--write");
    let contenders = if is_writing {
        &CONTENDERS[..]
    } else {
        &[Contender::Floor, Contender::TowerCors]
    };
    let counts = Counts {
        rustc: rustc(),
        scenarios: count(contenders),
    };
    print_ratios(&counts);
    if is_writing {
        std::fs::write(FILE, text_of(&counts)).expect("the file can be written");
        println!("wrote {FILE}");
        return ExitCode::SUCCESS;
    }
    let committed: Counts = toml::from_str(COMMITTED).expect("counts.toml is well-formed");
    let problems = compare(&committed, &counts);
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    if problems.is_empty() {
        println!("no scenario costs more than benches/counts.toml says");
        ExitCode::SUCCESS
    } else {
        eprintln!("if that is meant: cargo bench --bench counts -- --write, and commit the file");
        ExitCode::FAILURE
    }
}

fn compare(committed: &Counts, counted: &Counts) -> Vec<String> {
    let is_same_compiler = committed.rustc == counted.rustc;
    if !is_same_compiler {
        println!(
            "the committed figures are of {}, these of {}: the ratios to the floor are compared",
            committed.rustc, counted.rustc
        );
    }
    let mut problems = Vec::new();
    for scenario in SCENARIOS {
        let name = scenario.name;
        let of = |counts: &Counts, who| Some(*counts.scenarios.get(name)?.get(name_of(who))?);
        let (Some(before), Some(floor_before), Some(now), Some(floor)) = (
            of(committed, Contender::TowerCors),
            of(committed, Contender::Floor),
            of(counted, Contender::TowerCors),
            of(counted, Contender::Floor),
        ) else {
            problems.push(format!("{name}: there is no figure to compare with"));
            continue;
        };
        let growth = if is_same_compiler {
            now.instructions / before.instructions
        } else {
            (now.instructions / floor.instructions)
                / (before.instructions / floor_before.instructions)
        };
        let instructions = format!(
            "{name}: {:.0} instructions a call, {:.0} before ({:+.1} %)",
            now.instructions,
            before.instructions,
            (growth - 1.0) * 100.0
        );
        if growth > TOLERANCE {
            problems.push(instructions);
        } else if growth < 1.0 / TOLERANCE {
            println!("{instructions}: write the new figures, so that they hold");
        }
        if (now.allocations, now.bytes) != (before.allocations, before.bytes) {
            problems.push(format!(
                "{name}: {} allocations of {} bytes, {} of {} before",
                now.allocations, now.bytes, before.allocations, before.bytes
            ));
        }
    }
    problems
}

fn count(contenders: &[Contender]) -> BTreeMap<String, BTreeMap<String, Count>> {
    let mut counts = BTreeMap::<String, BTreeMap<String, Count>>::new();
    for who in contenders {
        let instructions = instructions_of(*who);
        for (scenario, instructions) in SCENARIOS.iter().zip(instructions) {
            let (allocations, bytes) = allocations_of(scenario, *who);
            let count = Count {
                instructions,
                allocations,
                bytes,
            };
            let of_scenario = counts.entry(scenario.name.to_owned()).or_default();
            of_scenario.insert(name_of(*who).to_owned(), count);
        }
    }
    counts
}

/// Of one call, by scenario.
fn instructions_of(who: Contender) -> Vec<f64> {
    let function = name_of(who).replace('-', "_");
    println!("counting the instructions of {}", name_of(who));
    let output = Command::new(env!("CARGO"))
        .args(["bench", "--quiet", "--bench", "instructions", "--"])
        .arg(format!("*::{function}*"))
        .arg("--output-format=json")
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "counting failed: it needs valgrind and gungraun-runner (see .ci/lib/counts.sh)"
    );
    let mut found = BTreeMap::<usize, f64>::new();
    for line in output.stdout.split(|byte| *byte == b'\n') {
        let Ok(summary) = serde_json::from_slice::<Value>(line) else {
            continue;
        };
        if summary["function_name"] != *function {
            continue;
        }
        let id = summary["id"]
            .as_str()
            .and_then(|id| id.rsplit('_').next()?.parse().ok());
        let part = &summary["profiles"][0]["summaries"]["parts"][0];
        let metrics = &part["metrics_summary"]["Callgrind"]["Ir"]["metrics"];
        // Where an earlier run has left its figures, both are there, the new one first.
        let count = [&metrics["Left"]["Int"], &metrics["Both"][0]["Int"]];
        let count = count.into_iter().find_map(Value::as_f64);
        if let (Some(id), Some(count)) = (id, count) {
            found.insert(id, count);
        }
    }
    let of_scenario = |(id, scenario): (usize, &Scenario)| {
        let count = found
            .get(&id)
            .copied()
            .expect("each scenario has been counted");
        count / calls(scenario, who)
    };
    SCENARIOS.iter().enumerate().map(of_scenario).collect()
}

fn calls(scenario: &Scenario, who: Contender) -> f64 {
    let requests = (scenario.requests)(scenario.counted(who)).len();
    f64::from(u32::try_from(requests).expect("some thousand requests"))
}

/// How many there are in all calls, and of how many bytes.
fn allocations_of(scenario: &Scenario, who: Contender) -> (u64, u64) {
    let requests = (scenario.requests)(scenario.counted(who));
    let mut run = (scenario.service)(who);
    run(requests[0].clone());
    let info = allocation_counter::measure(|| requests.into_iter().for_each(&mut run));
    (info.count_total, info.bytes_total)
}

fn print_ratios(counts: &Counts) {
    println!(
        "{:<28}{:>12}{:>12}{:>18}",
        "instructions of a call", "floor", "tower-cors", "tower-cors/floor"
    );
    for scenario in SCENARIOS {
        let of = |who| counts.scenarios[scenario.name][name_of(who)].instructions;
        let (floor, ours) = (of(Contender::Floor), of(Contender::TowerCors));
        println!(
            "{:<28}{floor:>12.0}{ours:>12.0}{:>18.2}",
            scenario.name,
            ours / floor
        );
    }
}

fn text_of(counts: &Counts) -> String {
    let mut text = String::from(
        "# What a call costs: instructions of one call, allocations and their bytes of all calls of a scenario.\n\
         # Written by `cargo bench --bench counts -- --write`, compared in CI.\n",
    );
    writeln!(text, "rustc = {:?}", counts.rustc).expect("a string");
    for scenario in SCENARIOS {
        writeln!(text, "\n[{:?}]", scenario.name).expect("a string");
        for who in CONTENDERS {
            let Count {
                instructions,
                allocations,
                bytes,
            } = counts.scenarios[scenario.name][name_of(who)];
            writeln!(
                text,
                "{} = {{ instructions = {instructions:.1}, allocations = {allocations}, bytes = {bytes} }}",
                name_of(who)
            )
            .expect("a string");
        }
    }
    text
}

fn name_of(who: Contender) -> &'static str {
    match who {
        Contender::Bare => "bare",
        Contender::Floor => "floor",
        Contender::TowerCors => "tower-cors",
        Contender::TowerHttp => "tower-http",
    }
}

fn rustc() -> String {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(compiler)
        .arg("--version")
        .output()
        .expect("rustc runs");
    let version = String::from_utf8_lossy(&output.stdout);
    format!("{} on {}", version.trim(), std::env::consts::ARCH)
}
