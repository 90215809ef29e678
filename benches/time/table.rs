//! The section of the page: the chart, and the tables of all scenarios.

use std::fmt::Write as _;

use crate::Measured;
use crate::chart::FILE_NAME;
use crate::support::page::time_text;
use crate::support::scenario::Kind;

pub(crate) fn text(circumstances: &str, alternative: &str, all: &[Measured]) -> String {
    let mut text = format!("![{alternative}]({FILE_NAME})\n\n{circumstances}\n\n");

    text +=
        "| a call (median) | bare | by hand | tower-cors | tower-http | tower-cors / by hand |\n";
    text += "|---|--:|--:|--:|--:|--:|\n";
    let (hostile, usual): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|measured| measured.scenario.kind == Kind::Hostile);
    for measured in usual {
        let ratio = measured.ours / measured.floor;
        let _ = writeln!(text, "{} {ratio:.2} |", cells(measured));
    }

    text += "\nInput that only an attacker sends, in the `Origin` line or in the list of request headers:\n\n";
    text += "| a call (median) | bare | by hand | tower-cors | tower-http | added by tower-cors for a byte |\n";
    text += "|---|--:|--:|--:|--:|--:|\n";
    for measured in hostile {
        let bytes = measured.scenario.hostile_bytes().unwrap_or(1);
        let bytes = f64::from(u32::try_from(bytes).unwrap_or(u32::MAX));
        let each = (measured.ours - measured.bare) / bytes;
        let _ = writeln!(text, "{} {each:.3} ns |", cells(measured));
    }
    text
}

/// The name and the four times.
fn cells(measured: &Measured) -> String {
    let [bare, floor, ours, theirs] = [
        measured.bare,
        measured.floor,
        measured.ours,
        measured.theirs,
    ]
    .map(time_text);
    format!(
        "| {} | {bare} | {floor} | {ours} | {theirs} |",
        measured.scenario.name
    )
}
