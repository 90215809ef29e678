//! Whether threads wait for each other in the parts of the layer that they share: what a call takes in one thread, and
//! while another thread sends as many requests. All requests are of distinct origins that are not allowed.
//!
//! ```sh
//! cargo bench --features tracing --bench threads             # prints
//! cargo bench --features tracing --bench threads -- --write  # also writes the table of docs/performance.md
//! ```

#[allow(
    dead_code,
    unreachable_pub,
    reason = "each bench uses its part of the table"
)]
mod support;

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use futures_util::FutureExt as _;
use http::Request;
use http::header::ORIGIN;
use support::contender::Bare;
use support::page;
use tower::layer::util::Identity;
use tower::{Layer, Service};
use tower_cors::CorsLayer;

const ROUNDS: usize = 15;
const REQUESTS: usize = 20_000;

fn main() {
    // Without a subscriber, nothing is traced.
    tracing_subscriber::fmt().with_writer(std::io::sink).init();
    let circumstances = page::circumstances();
    println!("{circumstances}");
    let (reloadable, _handle) = CorsLayer::reloadable(strict()).expect("one policy");
    let layers = [
        ("no layer", None),
        ("a fixed policy", Some(strict())),
        ("with `on_decision`", Some(strict().on_decision(|_| {}))),
        ("with `trace_decisions`", Some(strict().trace_decisions())),
        (
            "with `roll_out`, 50 %",
            Some(strict().roll_out(strict(), 50)),
        ),
        ("reloadable", Some(reloadable)),
    ];
    let mut times = layers.each_ref().map(|_| [Vec::new(), Vec::new()]);
    for _ in 0..ROUNDS {
        for ((_, layer), times) in layers.iter().zip(&mut times) {
            for (threads, times) in (1..).zip(times) {
                times.push(match layer {
                    Some(layer) => time_of_a_call(layer, threads),
                    None => time_of_a_call(&Identity::new(), threads),
                });
            }
        }
    }
    let mut table = String::from(
        "| a denied call (median) | in one thread | beside a second thread | ratio (quartiles) |\n|---|--:|--:|--:|\n",
    );
    for ((name, _), [alone, beside]) in layers.iter().zip(times) {
        let ratios = alone.iter().zip(&beside).map(|(one, two)| two / one);
        let [lower, ratio, upper] = page::quartiles(ratios.collect());
        let _ = writeln!(
            table,
            "| {name} | {} | {} | {ratio:.2} ({lower:.2} … {upper:.2}) |",
            page::time_text(page::quartiles(alone)[1]),
            page::time_text(page::quartiles(beside)[1]),
        );
    }
    println!("{table}");
    if page::is_asked_for() {
        page::write_section("threads", &format!("{circumstances}\n\n{table}"));
    }
}

fn strict() -> CorsLayer {
    let policy = CorsLayer::builder().allow_origins(["https://app.example.com"]);
    policy.build().expect("a policy")
}

/// The average of all threads, in nanoseconds.
fn time_of_a_call<L>(layer: &L, threads: usize) -> f64
where
    L: Layer<Bare, Service: Service<Request<()>, Future: Future>> + Sync,
{
    let barrier = Barrier::new(threads);
    let work = |number: usize| {
        let requests: Vec<_> = (0..REQUESTS)
            .map(|i| request(number * REQUESTS + i))
            .collect();
        let mut service = layer.layer(Bare);
        barrier.wait();
        let start = Instant::now();
        for request in requests {
            black_box(service.call(request).now_or_never());
        }
        start.elapsed().as_secs_f64()
    };
    let seconds: f64 = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|number| scope.spawn(move || work(number)))
            .collect();
        running
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .sum()
    });
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    let calls = (threads * REQUESTS) as f64;
    seconds * 1e9 / calls
}

fn request(number: usize) -> Request<()> {
    let request = Request::get("/").header(ORIGIN, format!("https://{number}.evil.example"));
    request.body(()).expect("a request")
}
