//! What a call costs in instructions and allocations, compared with `benches/counts.toml`.
//!
//! ```sh
//! cargo bench --bench counts             # fails if a scenario costs more than the file says
//! cargo bench --bench counts -- --write  # writes the file, and the table of docs/performance.md
//! ```
//!
//! Instructions are counted by callgrind (`benches/instructions.rs`; needs valgrind and
//! `gungraun-runner`), so that no other program matters. `figures.rs` says what is a fault.

#[path = "../support/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the table"
)]
mod support;

mod figures;
mod table;

use std::collections::BTreeMap;
use std::process::{Command, ExitCode, Stdio};

use figures::{Count, Figures, compare};
use serde_json::Value;
use support::contender::{CONTENDERS, Contender};
use support::page::{self, line_of};
use support::scenario::{SCENARIOS, Scenario};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/counts.toml");

fn main() -> ExitCode {
    // tower-http takes most of the time, and a comparison doesn't need it.
    let contenders = if page::is_asked_for() {
        &CONTENDERS[..]
    } else {
        &[Contender::Floor, Contender::TowerCors]
    };
    let counted = Figures {
        toolchain: toolchain(),
        scenarios: count(contenders),
    };
    print_ratios(&counted);
    if page::is_asked_for() {
        let names: Vec<_> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        let text = counted.text(&names, &CONTENDERS.map(Contender::name));
        std::fs::write(FILE, text).expect("the file can be written");
        println!("wrote {FILE}");
        page::write_section("counts", &table::text(&committed()));
        return ExitCode::SUCCESS;
    }
    let committed = committed();
    let [floor, ours] = [Contender::Floor, Contender::TowerCors].map(Contender::name);
    let mut found = compare(&committed, &counted, ours, floor);
    if !page::has_section("counts", &table::text(&committed)) {
        let problem = "docs/performance.md shows other figures than benches/counts.toml";
        found.problems.push(problem.to_owned());
    }
    for note in &found.notes {
        eprintln!("note: {note}");
    }
    for problem in &found.problems {
        eprintln!("error: {problem}");
    }
    if !(found.notes.is_empty() && found.problems.is_empty()) {
        eprintln!("to write the new figures: cargo bench --bench counts -- --write");
    }
    if found.problems.is_empty() {
        println!("no scenario costs more than benches/counts.toml allows");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn committed() -> Figures {
    let text = std::fs::read_to_string(FILE).expect("benches/counts.toml can be read");
    toml::from_str(&text).expect("benches/counts.toml is well-formed")
}

fn count(contenders: &[Contender]) -> BTreeMap<String, BTreeMap<String, Count>> {
    let mut counts = BTreeMap::<String, BTreeMap<String, Count>>::new();
    for who in contenders {
        for (scenario, instructions) in SCENARIOS.iter().zip(instructions_of(*who)) {
            let count = count_of(scenario, *who, instructions);
            let of_scenario = counts.entry(scenario.name.to_owned()).or_default();
            of_scenario.insert(who.name().to_owned(), count);
        }
    }
    counts
}

/// Of all calls of a scenario, in the order of the scenarios.
fn instructions_of(who: Contender) -> Vec<f64> {
    let function = who.name().replace('-', "_");
    println!("counting the instructions of {}", who.name());
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
    (0..SCENARIOS.len())
        .map(|id| {
            found
                .get(&id)
                .copied()
                .expect("each scenario has been counted")
        })
        .collect()
}

/// Given the instructions of all calls.
fn count_of(scenario: &Scenario, who: Contender, instructions: f64) -> Count {
    let requests = (scenario.requests)(scenario.counted(who));
    let calls = f64::from(u32::try_from(requests.len()).expect("some thousand requests"));
    let mut run = (scenario.service)(who);
    run(requests[0].clone());
    let allocated = allocation_counter::measure(|| requests.into_iter().for_each(&mut run));
    let each = |total: u64| f64::from(u32::try_from(total).expect("some megabytes")) / calls;
    Count {
        instructions: instructions / calls,
        allocations: each(allocated.count_total),
        bytes: each(allocated.bytes_total),
    }
}

fn print_ratios(counted: &Figures) {
    println!(
        "{:<28}{:>12}{:>12}{:>18}",
        "instructions of a call", "floor", "tower-cors", "tower-cors/floor"
    );
    for scenario in SCENARIOS {
        let of = |who: Contender| counted.scenarios[scenario.name][who.name()].instructions;
        let (floor, ours) = (of(Contender::Floor), of(Contender::TowerCors));
        println!(
            "{:<28}{floor:>12.0}{ours:>12.0}{:>18.2}",
            scenario.name,
            ours / floor
        );
    }
}

/// What makes other code of the same source: the compiler, and the C library that copies and compares.
fn toolchain() -> String {
    let library = line_of("getconf", &["GNU_LIBC_VERSION"]);
    format!(
        "{}, {}, {}",
        page::rustc(),
        std::env::consts::ARCH,
        library.as_deref().unwrap_or("another libc than glibc")
    )
}
