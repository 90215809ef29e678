//! tower-cors under load, and under a hostile client, while its policy is replaced.
//!
//! ```sh
//! cargo run --release --manifest-path tests/soak/Cargo.toml -- --minutes 15
//! ```
//!
//! This is a program and no test of cargo's, since it takes minutes and both cores. It starts two servers,
//! processes of its own program: one with the layer, one bare. What the layer does under `wrk` and under
//! the hostile client must be what the bare server does; and it may neither panic, nor grow, nor keep a
//! descriptor. All is on loopback, on ports that are free, and nothing outlives a run: the servers end when
//! their standard input does, and `wrk` after its round of at most 20 seconds, even if this is killed.

mod hostile;
mod memory;
mod policies;
mod process;
mod report;
mod server;
mod strangers;
mod wrk;

use std::alloc::System;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cap::Cap;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use hostile::Ports;
use memory::Memory;
use process::{Sample, Server};
use report::{Column, Report};
use server::Kind;

/// Counts the bytes that are allocated, and limits nothing.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// What docs/soak.md is written from lasts at least so long.
const LEAST_MINUTES: u64 = 15;
/// So much longer than the load may a run take.
const AFTERWARDS: Duration = Duration::from_secs(120);

#[derive(Parser)]
#[command(about = "tower-cors under load and hostile clients, while its policy is replaced", version)]
struct Arguments {
    /// How long the load lasts
    #[arg(long, default_value_t = LEAST_MINUTES, value_parser = clap::value_parser!(u64).range(1..=120))]
    minutes: u64,
    /// Write docs/soak.md, which needs 15 minutes
    #[arg(long)]
    write: bool,
    /// Be one of the servers
    #[arg(long, hide = true)]
    serve: Option<Kind>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = if let Some(kind) = arguments.serve {
        server::serve(kind).await
    } else {
        tokio::select! {
            ended = run(&arguments) => ended,
            () = interruption() => Err("interrupted".to_owned()),
        }
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn interruption() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    if arguments.write && arguments.minutes < LEAST_MINUTES {
        return Err(format!("--write needs --minutes {LEAST_MINUTES} or more"));
    }
    wrk::is_installed().await?;
    let load = Duration::from_secs(arguments.minutes * 60);
    let report = timeout(load + AFTERWARDS, soak(load))
        .await
        .map_err(|_| "the run doesn't come to its end".to_owned())??;
    print!("{}", report.text());
    report.layered.memory.check()?;
    memory::check_heap(report.layered.heap, report.bare.heap)?;
    memory::check_descriptors(report.layered.start, report.layered.end)?;
    wrk::compare(&report.layered.load, &report.bare.load)?;
    report.strangers.check()?;
    if arguments.write {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/soak.md");
        let written = std::fs::write(&page, report.markdown());
        written.map_err(|error| format!("{} can't be written: {error}", page.display()))?;
    }
    Ok(())
}

/// Fails by itself if a server panics or differs from the other.
async fn soak(load: Duration) -> Result<Report, String> {
    let mut layered = Server::start(Kind::Layered).await?;
    let mut bare = Server::start(Kind::Bare).await?;
    strangers::introduce(layered.port).await?;
    let starts = (layered.sample(Duration::ZERO)?, bare.sample(Duration::ZERO)?);

    let start = Instant::now();
    let deadline = start + load;
    let ports = Ports { layered: layered.port, bare: bare.port };
    let (loads, tally, strangers, samples) = tokio::try_join!(
        async { tokio::try_join!(wrk::load(ports.layered, deadline), wrk::load(ports.bare, deadline)) },
        hostile::attack(ports, deadline),
        strangers::visit(ports.layered, deadline),
        async { tokio::try_join!(layered.watch(start, deadline), bare.watch(start, deadline)) },
    )?;

    let ends = (layered.drain(starts.0, start).await?, bare.drain(starts.1, start).await?);
    let rests = (layered.rest().await?, bare.rest().await?);
    let heaps = ((layered.heap, rests.0.heap), (bare.heap, rests.1.heap));
    layered.end().await?;
    bare.end().await?;

    let (minutes, rest) = (load.as_secs() / 60, rests.0);
    let memory = |samples: &[Sample]| Memory::of(samples, load);
    let layered =
        Column { load: loads.0, memory: memory(&samples.0)?, heap: heaps.0, start: starts.0, end: ends.0 };
    let bare =
        Column { load: loads.1, memory: memory(&samples.1)?, heap: heaps.1, start: starts.1, end: ends.1 };
    Ok(Report { minutes, layered, bare, tally, strangers, replaced: rest.replaced, refused: rest.refused })
}
