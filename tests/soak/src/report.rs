//! The results, for people: `docs/soak.md`.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::hostile::{self, Tally};
use crate::memory::{MOST_KEPT, MOST_RISE_KIB, Memory};
use crate::process::Sample;
use crate::strangers;
use crate::wrk;

/// Of one server.
pub(crate) struct Column {
    pub(crate) load: wrk::Counts,
    pub(crate) memory: Memory,
    /// Bytes that are allocated, before the load and after it.
    pub(crate) heap: (u64, u64),
    pub(crate) start: Sample,
    pub(crate) end: Sample,
}

pub(crate) struct Report {
    pub(crate) minutes: u64,
    pub(crate) layered: Column,
    pub(crate) bare: Column,
    pub(crate) tally: Tally,
    pub(crate) strangers: strangers::Count,
    pub(crate) replaced: u64,
    pub(crate) refused: u64,
}

impl Report {
    fn rows(&self) -> [(&'static str, [String; 2]); 12] {
        let both = |cell: fn(&Column) -> String| [cell(&self.layered), cell(&self.bare)];
        [
            ("requests by wrk", both(|column| column.load.requests.to_string())),
            ("errors that wrk saw", both(|column| column.load.errors.iter().sum::<u64>().to_string())),
            ("resident memory before the load, KiB", both(|column| column.start.resident_kib.to_string())),
            ("in the middle", both(|column| column.memory.middle_kib.to_string())),
            ("at the end", both(|column| column.memory.last_kib.to_string())),
            ("after the clients had gone", both(|column| column.end.resident_kib.to_string())),
            (
                "slope over the second half, KiB/min",
                both(|column| format!("{:.1}", column.memory.slope_kib_per_minute)),
            ),
            ("allocated before the load, bytes", both(|column| column.heap.0.to_string())),
            ("after the clients had gone", both(|column| column.heap.1.to_string())),
            ("descriptors before the load", both(|column| column.start.descriptors.to_string())),
            ("at most", both(|column| column.memory.most_descriptors.to_string())),
            ("after the clients had gone", both(|column| column.end.descriptors.to_string())),
        ]
    }

    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (name, [layered, bare]) in self.rows() {
            let _ = writeln!(text, "{name:40} {layered:>12} {bare:>12}");
        }
        let connections: u64 = self.tally.values().map(|seen| seen.connections).sum();
        let _ = writeln!(text, "hostile connections to each server: {connections}");
        let _ = writeln!(text, "{}", self.strangers.sentence());
        let _ = writeln!(text, "policies put in force: {}, refused: {}", self.replaced, self.refused);
        text
    }

    pub(crate) fn markdown(&self) -> String {
        let connections: u64 = self.tally.values().map(|seen| seen.connections).sum();
        let mut text = format!(
            "# Under load and attack\n\n\
             Written by `cargo run --release --manifest-path tests/soak/Cargo.toml -- --minutes {minutes} --write`.\n\n\
             Two axum servers have the same routes, one with the layer, one without. Each is a process of its own. \
             For {minutes} minutes, `wrk` loads both, with 16 connections each. A hostile client sends the same bytes \
             to both, over {connections} connections to each, and compares the responses. Meanwhile the policy was \
             replaced {replaced} times, by policies of up to 10000 origins. Another {refused} times the new policy \
             was refused, and the old one stayed. All five programs share {cores} cores, so the number of requests \
             does not measure speed.\n\n\
             The run fails at a panic, at an error that the bare server doesn't have too, if a descriptor stays open \
             after the clients have gone, or if the layered server then has {kept} KiB more allocated than the bare \
             one. It also fails if the resident memory of the layered server rises by more than {MOST_RISE_KIB:.0} \
             KiB over the second half, by a least-squares fit. That is a slope of {slope:.0} KiB/min here, or \
             {bytes:.2} bytes for each request of `wrk`. Resident memory also depends on how the allocator fills its \
             pages, because policies of 10000 origins come and go between requests. Only the allocated bytes show \
             leaks.\n\n",
            kept = MOST_KEPT >> 10,
            cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            minutes = self.minutes,
            replaced = self.replaced,
            refused = self.refused,
            slope = self.layered.memory.most_slope_kib_per_minute,
            bytes = self.bytes_a_request(),
        );
        text += "| | with the layer | bare |\n|---|--:|--:|\n";
        for (name, [layered, bare]) in self.rows() {
            let _ = writeln!(text, "| {name} | {layered} | {bare} |");
        }
        let _ = writeln!(
            text,
            "\n## Strangers\n\nThe look-up takes 20 ms, and its answers are cached. {} The run fails if more than 1 % are.",
            self.strangers.sentence()
        );
        text += "\n## The hostile client\n\n\
                 The table lists the statuses of the responses. It lists none if a case cuts the connection before a \
                 response comes. Both servers must send the same statuses in the same order, except for preflights, \
                 which the layer answers. Each response to an origin that every policy allows must name it exactly \
                 once. No response may name an origin that no policy allows.\n\n\
                 | what the client sends or does | connections to each | with the layer | bare |\n|---|--:|---|---|\n";
        for (case, seen) in &self.tally {
            let name = hostile::name(*case);
            let (layered, bare) = (list(&seen.layered), list(&seen.bare));
            let _ = writeln!(text, "| {name} | {} | {layered} | {bare} |", seen.connections);
        }
        text
    }

    /// The bound on the slope, for each request.
    fn bytes_a_request(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
        let a_minute = self.layered.load.requests as f64 / self.minutes as f64;
        self.layered.memory.most_slope_kib_per_minute * 1024.0 / a_minute
    }
}

fn list(statuses: &BTreeSet<u16>) -> String {
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    words.join(", ")
}
