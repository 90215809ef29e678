//! What the layer costs a whole server: axum on loopback under `wrk`, without CORS, with this crate's layer
//! and with tower-http's, in turns.
//!
//! ```sh
//! cargo bench --bench end_to_end             # about three minutes; needs wrk
//! cargo bench --bench end_to_end -- --write  # also writes the table of docs/performance.md
//! ```
//!
//! The server without CORS runs twice: what differs between the two is noise. What the headers themselves
//! cost, on any server that sends them, is to be seen where the handler sends them by hand.

#[path = "../support/page.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the page"
)]
mod page;

mod server;
mod wrk;

use std::fmt::Write as _;

use page::{quartiles, time_text};
use server::Contender;
use wrk::Load;

const ROUNDS: usize = 15;

/// Who was measured, and what each round gave.
type Measured = (Contender, Vec<Load>);

fn main() {
    let circumstances = page::circumstances();
    println!("{circumstances}");
    // One thread for the servers, one for wrk; those that aren't asked do nothing.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let servers = Contender::ALL.map(|who| (who, runtime.block_on(server::start(who))));

    let mut measured = Contender::ALL.map(|who| (who, Vec::new()));
    for round in 0..=ROUNDS {
        // Another one begins each round. The first round warms up.
        for turn in 0..servers.len() {
            let i = (round + turn) % servers.len();
            let load = wrk::run(servers[i].1);
            if round > 0 {
                measured[i].1.push(load);
            }
        }
        println!("round {round} of {ROUNDS}");
    }

    let table = table(&measured);
    println!("{table}");
    if page::is_asked_for() {
        page::write_section("end_to_end", &format!("{circumstances}\n\n{table}"));
    }
}

fn table(measured: &[Measured]) -> String {
    let mut text = format!(
        "| median of {ROUNDS} rounds | requests in a second | against the first (quartiles) \
         | 99th percentile | processor time of the server for a request | against the first (quartiles) |\n\
         |---|--:|--:|--:|--:|--:|\n"
    );
    let (_, first) = &measured[0];
    for (who, loads) in measured {
        let median = |of: fn(&Load) -> f64| quartiles(loads.iter().map(of).collect::<Vec<_>>())[1];
        let _ = writeln!(
            text,
            "| {} | {:.0} | {} | {} | {} | {} |",
            who.name(),
            median(|load| load.rate),
            change(first, loads, |load| load.rate),
            time_text(median(|load| load.slowest_hundredth)),
            time_text(median(|load| load.processor)),
            change(first, loads, |load| load.processor),
        );
    }
    text
}

/// From one server to another, round by round, since machines change their pace.
fn change(from: &[Load], to: &[Load], of: fn(&Load) -> f64) -> String {
    let pairs = from.iter().zip(to);
    let changes = pairs.map(|(from, to)| (of(to) / of(from) - 1.0) * 100.0);
    let [lower, median, upper] = quartiles(changes.collect());
    format!("{median:+.1} % ({lower:+.1} … {upper:+.1})")
}
