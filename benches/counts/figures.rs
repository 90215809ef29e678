//! The committed figures: their file, and how newly counted ones compare with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;

/// A growth in instructions beyond this is a fault.
const TOLERANCE: f64 = 1.03;
/// One allocation in one of some thousand calls is still to be seen.
const SMALLEST: f64 = 0.000_1;

/// What a call costs, on average.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Count {
    pub(crate) instructions: f64,
    pub(crate) allocations: f64,
    /// Of all allocations together.
    pub(crate) bytes: f64,
}

impl Count {
    fn allocates_as(&self, other: &Self) -> bool {
        let is_same = |a: f64, b: f64| (a - b).abs() < SMALLEST;
        is_same(self.allocations, other.allocations) && is_same(self.bytes, other.bytes)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub(crate) struct Figures {
    /// The compiler and the C library.
    pub(crate) toolchain: String,
    /// By scenario, then by contender.
    #[serde(flatten)]
    pub(crate) scenarios: BTreeMap<String, BTreeMap<String, Count>>,
}

impl Figures {
    pub(crate) fn of(&self, scenario: &str, contender: &str) -> Option<Count> {
        self.scenarios.get(scenario)?.get(contender).copied()
    }

    /// The file, with the scenarios and the contenders in these orders.
    pub(crate) fn text(&self, scenarios: &[&str], contenders: &[&str]) -> String {
        let mut text = format!(
            "# What a call costs, on average. Compared in CI: `cargo bench --bench counts`.\n\
             # A change that is meant to alter a figure writes all anew, and commits them:\n\
             #\n\
             #     cargo bench --bench counts -- --write\n\
             #\n\
             # Tables with random seeds move their scenarios by up to 0.7 % from one run to the next.\n\
             toolchain = {:?}\n",
            self.toolchain
        );
        for scenario in scenarios {
            let _ = writeln!(text, "\n[{scenario:?}]");
            for contender in contenders {
                if let Some(count) = self.of(scenario, contender) {
                    let _ = writeln!(
                        text,
                        "{contender} = {{ instructions = {:.1}, allocations = {}, bytes = {} }}",
                        count.instructions,
                        rounded(count.allocations),
                        rounded(count.bytes)
                    );
                }
            }
        }
        text
    }
}

/// As it is written, and told.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// What newly counted figures say against the committed ones, each line by its scenario's name.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Comparison {
    /// What must not be.
    pub(crate) problems: Vec<String>,
    /// What a person should know.
    pub(crate) notes: Vec<String>,
}

/// Compares what `subject` costs.
///
/// With the toolchain of the committed figures, the counts themselves are compared. Another toolchain makes
/// other code of the same source, by several percent, of the subject or of the floor. Only a growth that
/// shows in the count *and* in the ratio to the floor is then taken for the source's.
pub(crate) fn compare(
    committed: &Figures,
    counted: &Figures,
    subject: &str,
    floor: &str,
) -> Comparison {
    let mut found = Comparison::default();
    let is_same_toolchain = committed.toolchain == counted.toolchain;
    if !is_same_toolchain {
        found.notes.push(format!(
            "the committed figures are those of {}, and this is {}: instructions are a fault only where both \
             the count and its ratio to the floor have grown, and what is lost between the two isn't seen",
            committed.toolchain, counted.toolchain
        ));
    }
    let names = committed.scenarios.keys().chain(counted.scenarios.keys());
    for name in names.collect::<BTreeSet<_>>() {
        let (Some(before), Some(floor_before), Some(now), Some(floor_now)) = (
            committed.of(name, subject),
            committed.of(name, floor),
            counted.of(name, subject),
            counted.of(name, floor),
        ) else {
            found.problems.push(format!(
                "{name}: there aren't two figures to compare, one committed and one counted"
            ));
            continue;
        };
        let growth = now.instructions / before.instructions;
        let floors_growth = floor_now.instructions / floor_before.instructions;
        let ratios_growth = growth / floors_growth;
        let mut line = format!(
            "{name}: {:.0} instructions a call, {:.0} before ({:+.1} %)",
            now.instructions,
            before.instructions,
            (growth - 1.0) * 100.0
        );
        let (least, most) = if is_same_toolchain {
            (growth, growth)
        } else {
            let _ = write!(
                line,
                "; {:.2} times the floor's, {:.2} before ({:+.1} %)",
                now.instructions / floor_now.instructions,
                before.instructions / floor_before.instructions,
                (ratios_growth - 1.0) * 100.0
            );
            (growth.min(ratios_growth), growth.max(ratios_growth))
        };
        if least > TOLERANCE {
            found.problems.push(line);
        } else if most < 1.0 / TOLERANCE {
            found.notes.push(format!("{line}: commit the new figures"));
        }
        if !now.allocates_as(&before) {
            found.problems.push(format!(
                "{name}: {} allocations of {} bytes a call, {} of {} before",
                rounded(now.allocations),
                rounded(now.bytes),
                rounded(before.allocations),
                rounded(before.bytes)
            ));
        }
        let has_floor_moved = !(1.0 / TOLERANCE..=TOLERANCE).contains(&floors_growth);
        if is_same_toolchain && has_floor_moved || !floor_now.allocates_as(&floor_before) {
            found.notes.push(format!(
                "{name}: the floor itself has changed, so that the committed ratio is no longer true: commit \
                 the new figures"
            ));
        }
    }
    found
}
