//! The chart of the page: what each layer adds to a call, on a logarithmic scale. It carries its own
//! background, light or dark as the reader's system is, and is narrow enough for a phone.

use std::fmt::Write as _;

use crate::Measured;
use crate::support::page::{machine, peer, rustc, time_text};
use crate::support::scenario::Kind;

/// Beside the page.
pub(crate) const FILE_NAME: &str = "performance.svg";
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.svg");

const WIDTH: f64 = 420.0;
const LEFT: f64 = 18.0;
const RIGHT: f64 = WIDTH - 18.0;
/// Where the rows start, and how high each is.
const TOP: f64 = 150.0;
const ROW: f64 = 40.0;
/// The scale, in powers of ten of nanoseconds.
const LEAST: f64 = 0.5;
const MOST: f64 = 7.0;

const STYLE: &str = "
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .quiet, .tick { fill: #59636e }
  .tick { font-size: 11px; text-anchor: middle }
  .small { font-size: 11px }
  .numbers { text-anchor: end }
  .back { fill: #ffffff }
  .grid { stroke: #d1d9e0 }
  .floor { fill: #59636e }
  .ours { fill: #0969da }
  .theirs { fill: #bc4c00 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .quiet, .tick { fill: #9198a1 }
    .back { fill: #0d1117 }
    .grid { stroke: #3d444d }
    .floor { fill: #9198a1 }
    .ours { fill: #58a6ff }
    .theirs { fill: #f0883e }
  }";

/// Writes the file, and returns what the chart shows in words.
pub(crate) fn write(all: &[Measured]) -> String {
    let rows: Vec<_> = all.iter().filter(|row| is_shown(row)).collect();
    let words = words(&rows);
    std::fs::write(FILE, drawing(&rows, &words)).expect("docs/performance.svg can be written");
    println!("wrote {FILE}");
    words
}

/// What servers see all day, and lists of one, a thousand and a million.
fn is_shown(measured: &Measured) -> bool {
    match measured.scenario.kind {
        Kind::Usual => true,
        Kind::Many(count) => [1, 1_000, 1_000_000].contains(&count),
        Kind::Hostile => false,
    }
}

fn drawing(rows: &[&Measured], words: &str) -> String {
    let count = f64::from(u32::try_from(rows.len()).unwrap_or(0));
    let bottom = TOP + count * ROW;
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-labelledby=\"title words\">\n\
         <title id=\"title\">What CORS adds to a call</title>\n\
         <desc id=\"words\">{words}</desc>\n\
         <style>{STYLE}\n</style>\n\
         <rect class=\"back\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"30\">What CORS adds to a call</text>\n\
         <text class=\"quiet\" x=\"{LEFT}\" y=\"50\">median over the same service without CORS; less is better</text>\n\
         <text class=\"quiet small\" x=\"{LEFT}\" y=\"68\">{}</text>\n\
         <text class=\"quiet small\" x=\"{LEFT}\" y=\"84\">{}</text>\n",
        machine(),
        rustc(),
    );
    let peer = peer();
    let legend = [
        (Mark::Floor, LEFT, "by hand"),
        (Mark::Ours, LEFT + 96.0, "tower-cors"),
        (Mark::Theirs, LEFT + 208.0, &*peer),
    ];
    for (mark, x, name) in legend {
        svg += &mark.at(x + 6.0, 106.0);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"111\">{name}</text>", x + 18.0);
    }
    for power in 1..=6 {
        let nanoseconds = 10_f64.powi(power);
        let x = position(nanoseconds);
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{x:.1} {}V{bottom}\"/>",
            TOP - 8.0
        );
        for y in [TOP - 14.0, bottom + 18.0] {
            let text = tick_text(nanoseconds);
            let _ = writeln!(
                svg,
                "<text class=\"tick\" x=\"{x:.1}\" y=\"{y}\">{text}</text>"
            );
        }
    }
    for (row, y) in rows.iter().zip((0..).map(|i| TOP + f64::from(i) * ROW)) {
        svg += &drawn_row(row, y);
    }
    svg + "</svg>\n"
}

/// The name and the numbers, and the marks below them.
fn drawn_row(measured: &Measured, y: f64) -> String {
    let [floor, ours, theirs] = added(measured);
    let mut svg = format!(
        "<text x=\"{LEFT}\" y=\"{}\">{}</text>\n\
         <text class=\"numbers\" x=\"{RIGHT}\" y=\"{}\"><tspan class=\"floor\">{}</tspan> · \
         <tspan class=\"ours\">{}</tspan> · \
         <tspan class=\"theirs\">{}</tspan></text>\n\
         <path class=\"grid\" d=\"M{LEFT} {middle}H{RIGHT}\"/>\n",
        y + 14.0,
        measured.scenario.name,
        y + 14.0,
        time_text(floor),
        time_text(ours),
        time_text(theirs),
        middle = y + 26.0,
    );
    // This crate's mark last, as it is the one that others would hide.
    for (mark, time) in [
        (Mark::Theirs, theirs),
        (Mark::Floor, floor),
        (Mark::Ours, ours),
    ] {
        svg += &mark.at(position(time), y + 26.0);
    }
    svg
}

/// Told apart by their shapes too.
#[derive(Clone, Copy)]
enum Mark {
    Floor,
    Ours,
    Theirs,
}

impl Mark {
    fn at(self, x: f64, y: f64) -> String {
        match self {
            Self::Floor => {
                format!(
                    "<path class=\"floor\" d=\"M{x:.1} {}m-2 0h4v16h-4z\"/>\n",
                    y - 8.0
                )
            }
            Self::Ours => format!("<circle class=\"ours\" cx=\"{x:.1}\" cy=\"{y}\" r=\"5.5\"/>\n"),
            Self::Theirs => {
                format!(
                    "<path class=\"theirs\" d=\"M{x:.1} {}l6 6l-6 6l-6 -6z\"/>\n",
                    y - 6.0
                )
            }
        }
    }
}

/// The floor's, this crate's and tower-http's, in nanoseconds over the bare service.
fn added(measured: &Measured) -> [f64; 3] {
    [measured.floor, measured.ours, measured.theirs].map(|time| (time - measured.bare).max(0.0))
}

/// Where a time is on the scale; at its left end what is too short for it.
fn position(nanoseconds: f64) -> f64 {
    let power = nanoseconds.max(1.0).log10().clamp(LEAST, MOST);
    LEFT + (power - LEAST) / (MOST - LEAST) * (RIGHT - LEFT)
}

fn tick_text(nanoseconds: f64) -> String {
    time_text(nanoseconds).replace(".0 ", " ")
}

/// The chart for those who don't see it.
fn words(rows: &[&Measured]) -> String {
    let usual: Vec<_> = rows
        .iter()
        .filter(|row| row.scenario.kind == Kind::Usual)
        .map(|row| added(row))
        .collect();
    let range = |i: usize| {
        let times = usual.iter().map(|times| times[i]);
        let least = times.clone().fold(f64::INFINITY, f64::min);
        format!(
            "{} to {}",
            time_text(least),
            time_text(times.fold(0.0, f64::max))
        )
    };
    let mut words = format!(
        "Chart of the time that CORS adds to a call: everyday requests {} by tower-cors, {} by a service \
         written by hand, {} by {}",
        range(1),
        range(0),
        range(2),
        peer()
    );
    for row in rows {
        if row.scenario.kind == Kind::Many(1_000_000) {
            let [floor, ours, theirs] = added(row).map(time_text);
            let _ = write!(
                words,
                "; with {}: {ours}, {floor}, {theirs}",
                row.scenario.name
            );
        }
    }
    words + "."
}
