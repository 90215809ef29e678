//! What the crate costs to build and to ship, against tower-http's feature `cors`: further packages, time to
//! compile them from cold, and what a stripped release binary of axum's hello world grows by. And what makes most of
//! it: the five modules with the most code in that binary, the five longest passes of the compiler.
//!
//! ```sh
//! cargo bench --bench build_cost             # some minutes: it builds axum twice
//! cargo bench --bench build_cost -- --write  # also writes the table of docs/performance.md
//! ```

#[path = "../support/page.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the page"
)]
mod page;

mod program;

use std::fmt::Write as _;

use page::{quartiles, time_text};
use program::{Profile, Program};

const ROUNDS: usize = 5;

fn main() {
    let circumstances = page::circumstances();
    println!("{circumstances}");
    let without = Program::write("without-cors", "", "");
    let ours = Program::write(
        "with-tower-cors",
        concat!(
            "tower-cors = { path = \"",
            env!("CARGO_MANIFEST_DIR"),
            "\" }"
        ),
        ".layer(
            tower_cors::CorsLayer::builder()
                .allow_origins([\"https://app.example.com\"])
                .allow_methods([\"PUT\", \"DELETE\"])
                .allow_headers([\"authorization\", \"content-type\"])
                .allow_credentials()
                .build()
                .unwrap(),
        )",
    );
    let theirs = Program::write(
        "with-tower-http",
        "tower-http = { version = \"0.7\", features = [\"cors\"] }",
        ".layer(
            tower_http::cors::CorsLayer::new()
                .allow_origin([axum::http::HeaderValue::from_static(\"https://app.example.com\")])
                .allow_methods([axum::http::Method::PUT, axum::http::Method::DELETE])
                .allow_headers([
                    axum::http::header::AUTHORIZATION,
                    axum::http::header::CONTENT_TYPE,
                ])
                .allow_credentials(true),
        )",
    );

    let contributors = contributors(&without, &ours);
    let base = without.packages();
    let size = without.size();
    let mut table = String::from(
        "| | packages that axum doesn't bring | compiled from cold: debug | release | the binary grows by |\n\
         |---|---|--:|--:|--:|\n",
    );
    for (name, program) in [("tower-cors", ours), ("tower-http", theirs)] {
        let mut added = program.packages();
        added.retain(|package| !base.contains(package));
        let [debug, release] = [Profile::Debug, Profile::Release].map(|profile| {
            program.build(profile);
            let times = (0..ROUNDS).map(|_| program.time_to_compile(&added, profile));
            quartiles(times.collect())[1]
        });
        let names: Vec<_> = added.iter().map(String::as_str).collect();
        let _ = writeln!(
            table,
            "| {name} | {}: {} | {} | {} | {:.1} KiB of {:.0} |",
            added.len(),
            names.join(", "),
            time_text(debug),
            time_text(release),
            (program.size() - size) / 1024.0,
            size / 1024.0
        );
    }
    table += &contributors;
    println!("{table}");
    if page::is_asked_for() {
        page::write_section("build_cost", &format!("{circumstances}\n\n{table}"));
    }
}

const LARGEST: usize = 5;

/// What this crate's part of the binary and of the time is spent on.
fn contributors(without: &Program, with: &Program) -> String {
    let before = without.code_by_module();
    let mut grown: Vec<_> = with
        .code_by_module()
        .into_iter()
        .map(|(module, size)| {
            (
                size.saturating_sub(*before.get(&module).unwrap_or(&0)),
                module,
            )
        })
        .collect();
    grown.sort_by(|one, other| other.cmp(one));
    let passes = with.passes("tower-cors");

    let mut table = String::from(
        "\n| most code in the binary | it grows by | longest passes of the compiler (debug) | time |\n\
         |---|--:|---|--:|\n",
    );
    for ((bytes, module), (seconds, pass)) in grown.iter().zip(&passes).take(LARGEST) {
        let bytes = f64::from(u32::try_from(*bytes).expect("some kilobytes"));
        let _ = writeln!(
            table,
            "| `{module}` | {:.1} KiB | `{pass}` | {} |",
            bytes / 1024.0,
            time_text(seconds * 1e9)
        );
    }
    table
}
