//! The section of the page: the committed figures as a table.

use std::fmt::Write as _;

use crate::figures::{Count, Figures};
use crate::support::contender::Contender;
use crate::support::scenario::SCENARIOS;

const SHOWN: [Contender; 3] = [Contender::Floor, Contender::TowerCors, Contender::TowerHttp];

pub(crate) fn text(figures: &Figures) -> String {
    let mut text = format!("Counted with {}.\n\n", figures.toolchain);
    text += "| a call (average) | instructions: by hand | tower-cors | tower-http | tower-cors / by hand \
             | allocations: by hand | tower-cors | tower-http |\n";
    text += "|---|--:|--:|--:|--:|--:|--:|--:|\n";
    for scenario in SCENARIOS {
        let Some([floor, ours, theirs]) = counts(figures, scenario.name) else {
            continue;
        };
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.0} | {:.0} | {:.2} | {} | {} | {} |",
            scenario.name,
            floor.instructions,
            ours.instructions,
            theirs.instructions,
            ours.instructions / floor.instructions,
            allocations(&floor),
            allocations(&ours),
            allocations(&theirs),
        );
    }
    text
}

fn counts(figures: &Figures, scenario: &str) -> Option<[Count; 3]> {
    let [floor, ours, theirs] = SHOWN.map(|who| figures.of(scenario, who.name()));
    Some([floor?, ours?, theirs?])
}

fn allocations(count: &Count) -> String {
    format!("{:.3}", count.allocations)
        .trim_end_matches(['0'])
        .trim_end_matches(['.'])
        .to_owned()
}
