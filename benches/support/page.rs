//! `docs/performance.md`: each measurement writes its own section, between two markers.

use std::fs::{read_to_string, write};
use std::process::Command;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");

/// Whether the bench was called with `-- --write`.
pub fn is_asked_for() -> bool {
    std::env::args().any(|argument| argument == "--write")
}

/// Puts the text between the markers of this name.
pub fn write_section(name: &str, text: &str) {
    let page = page();
    let (before, _, after) = split(&page, name);
    let text = format!("{before}\n{}\n{after}", text.trim());
    write(PAGE, text).expect("docs/performance.md can be written");
    println!("wrote the section \"{name}\" of docs/performance.md");
}

/// Whether this text stands between the markers.
pub fn has_section(name: &str, text: &str) -> bool {
    split(&page(), name).1.trim() == text.trim()
}

fn page() -> String {
    read_to_string(PAGE).expect("docs/performance.md can be read")
}

/// What comes before the section, with its first marker; the section; the rest, from its last marker on.
fn split<'a>(page: &'a str, name: &str) -> (&'a str, &'a str, &'a str) {
    let [first, last] = ["begin", "end"].map(|edge| format!("<!-- {edge} {name} -->\n"));
    let start = page.find(&first).map(|start| start + first.len());
    let end = page.find(&last);
    match (start, end) {
        (Some(start), Some(end)) if start <= end => {
            (&page[..start], &page[start..end], &page[end..])
        }
        _ => panic!("docs/performance.md needs the lines {first:?} and {last:?}, in this order"),
    }
}

/// Where, when and against what a measurement is made: for everything that depends on the machine.
pub fn circumstances() -> String {
    let load = read_to_string("/proc/loadavg").ok();
    format!(
        "Measured on {} with {} on {}, against {}; load average before the start: {}.",
        line_of("date", &["-u", "+%F"])
            .as_deref()
            .unwrap_or("an unknown day"),
        rustc(),
        machine(),
        peer(),
        load.as_deref()
            .and_then(|text| text.split(' ').next())
            .unwrap_or("unknown"),
    )
}

/// The processor, its cores and the operating system.
pub fn machine() -> String {
    let processor = read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.to_owned())
    });
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{} ({cores} cores, {})",
        processor.as_deref().unwrap_or("an unknown processor"),
        std::env::consts::OS
    )
}

/// The layer that this one is compared with, and its version.
pub fn peer() -> String {
    let lock = read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"))
        .expect("Cargo.lock can be read");
    let version = lock
        .split_once("name = \"tower-http\"\nversion = \"")
        .and_then(|(_, rest)| rest.split('"').next());
    format!("tower-http {}", version.unwrap_or("of an unknown version"))
}

/// The compiler's name and version.
pub fn rustc() -> String {
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    line_of(&compiler, &["--version"]).expect("rustc runs")
}

/// The output of a command, if it can be run and succeeds.
pub fn line_of(command: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// A number of nanoseconds, in the unit that a person would take.
pub fn time_text(nanoseconds: f64) -> String {
    let (number, unit) = match nanoseconds {
        ..1e3 => (nanoseconds, "ns"),
        1e3..1e6 => (nanoseconds / 1e3, "µs"),
        1e6..1e9 => (nanoseconds / 1e6, "ms"),
        _ => (nanoseconds / 1e9, "s"),
    };
    let digits = usize::from(unit != "ns" && number < 100.0);
    format!("{number:.digits$} {unit}")
}

/// The median, and the quartiles around it.
pub fn quartiles(mut numbers: Vec<f64>) -> [f64; 3] {
    numbers.sort_by(f64::total_cmp);
    let last = numbers.len() - 1;
    [last / 4, last.div_ceil(2), last - last / 4].map(|i| numbers[i])
}
