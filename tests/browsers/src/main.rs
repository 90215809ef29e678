//! tower-cors in real browsers: Chromium, Firefox and WebKit call real servers.
//!
//! ```sh
//! cargo run --manifest-path tests/browsers/Cargo.toml
//! ```
//!
//! This is a program and no test of cargo's, so that nothing is reported as passed that hasn't run: it
//! fails if a browser is missing, and says how to install it. A part of it is a module with a function
//! that takes a [`Session`](session::Session) and the little internet ([`World`](world::World)): `matrix`
//! is the first, `grpc_web`, `protocols` and `trust` are others. `local_network` has a network of its own, and so a
//! process of its own.

mod bundle;
mod engine;
mod grpc_web;
mod local_network;
mod matrix;
mod permission;
mod playground;
mod processes;
mod protocols;
mod report;
mod session;
mod storage_access;
mod trust;
mod world;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use bundle::Packages;
use engine::Engine;
use grpc_web::Calls;
use matrix::{Row, Subject};
use processes::Descendants;
use protocols::Protocols;
use report::Column;
use session::Session;
use world::World;

#[derive(Parser)]
#[command(about = "tower-cors in real browsers", version)]
struct Arguments {
    /// Run in this engine alone; may be given several times
    #[arg(long)]
    engine: Vec<Engine>,
    /// Run the rows alone whose name contains this text
    #[arg(long, default_value = "")]
    row: String,
    /// Write docs/browsers.md and docs/playground.png, which needs all engines and rows
    #[arg(long, conflicts_with_all = ["engine", "row"])]
    write: bool,
    /// Run the cases of the local network, which needs a namespace that this program makes
    #[arg(long, hide = true)]
    in_namespace: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = tokio::select! {
        ended = run(&arguments) => ended,
        () = interruption() => Err("interrupted".into()),
    };
    match ended {
        Ok(0) => ExitCode::SUCCESS,
        Ok(faults) if arguments.in_namespace => {
            let most = usize::from(u8::MAX - local_network::CODE_OF_FAULTS);
            ExitCode::from(local_network::CODE_OF_FAULTS + u8::try_from(faults.min(most)).unwrap_or_default())
        }
        Ok(faults) => {
            eprintln!("error: {faults} rows or calls are not as they should be");
            ExitCode::FAILURE
        }
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

/// Returns how many rows and calls are not as they should be.
async fn run(arguments: &Arguments) -> Result<usize, String> {
    let engines = match &*arguments.engine {
        [] => Engine::ALL.to_vec(),
        some => some.to_vec(),
    };
    for engine in &engines {
        engine.programs()?;
    }
    // Goes after the processes that write into it.
    let folder = tempfile::Builder::new().prefix("tower-cors-browsers-").tempdir();
    let folder = folder.map_err(|error| format!("no temporary folder: {error}"))?;
    let _descendants = Descendants::adopt().map_err(|error| format!("can't adopt orphans: {error}"))?;

    if arguments.in_namespace {
        let mut failures = 0;
        for engine in engines {
            // No server is taken for a public one here: one has such an address.
            let session = Session::start(engine, folder.path(), None).await?;
            failures += local_network::run_in_namespace(&session, &arguments.row).await?;
            session.close().await?;
        }
        return Ok(failures);
    }
    let subjects = matrix::subjects();
    let world = World::start(matrix::policies(&subjects).chain(trust::policies()))?;
    let rows: Vec<&Row> = subjects.iter().flat_map(|subject| &subject.rows).collect();
    let rows: Vec<&Row> = rows.into_iter().filter(|row| row.name.contains(&arguments.row)).collect();
    let has_calls = Calls::has(&arguments.row) || Protocols::has(&arguments.row);
    let has_local_network = local_network::has(&arguments.row);
    let has_others = has_local_network || storage_access::has(&arguments.row) || trust::has(&arguments.row);
    if rows.is_empty() && !has_calls && !has_others {
        return Err(format!("no row's name contains {:?}", arguments.row));
    }
    let packages = if has_calls { Some(Packages::install().await?) } else { None };
    let calls = Calls::prepare(&arguments.row, packages.as_ref()).await?;
    let protocols = Protocols::prepare(&arguments.row, packages.as_ref()).await?;
    let picture = arguments.write.then(|| docs().join("playground.png"));
    let mut columns = Vec::new();
    let mut failures = 0;
    for engine in engines {
        let (column, faults) = run_engine(
            engine,
            folder.path(),
            &world,
            &rows,
            (&calls, &protocols),
            &arguments.row,
            picture.clone(),
        )
        .await?;
        columns.push(column);
        failures += faults;
        Descendants::end()?;
        if has_local_network {
            failures += local_network::run(engine, &arguments.row)?;
            Descendants::end()?;
        }
    }
    if arguments.write && failures == 0 {
        write(&subjects, &columns)?;
    }
    Ok(failures)
}

/// Returns how many rows and calls are not as they should be, too.
async fn run_engine(
    engine: Engine,
    folder: &Path,
    world: &World,
    rows: &[&Row],
    (calls, protocols): (&Calls, &Protocols),
    name: &str,
    picture: Option<PathBuf>,
) -> Result<(Column, usize), String> {
    let start = Instant::now();
    let is_whole = name.is_empty();
    let session = Session::start(engine, folder, Some(world.places.public_page)).await?;
    let verdicts = matrix::run(world, &session, rows).await?;
    let mut failures = 0;
    for (row, verdict) in rows.iter().zip(&verdicts).filter(|(_, verdict)| !verdict.faults.is_empty()) {
        failures += 1;
        println!("{engine}: \"{}\" fails", row.name);
        for fault in &verdict.faults {
            println!("    {fault}");
        }
    }
    if is_whole {
        let lost = matrix::lost_habits(&session, &verdicts);
        failures += lost.len();
        for habit in lost {
            println!("{habit}");
        }
    }
    let mut failed_calls = calls.run(world, &session).await? + protocols.run(world, &session).await?;
    if storage_access::has(name) {
        failed_calls += storage_access::run(world, &session, name).await?;
    }
    if trust::has(name) {
        failed_calls += trust::run(world, &session, name).await?;
    }
    if is_whole && engine == Engine::Chromium {
        playground::check(&session, picture.as_deref()).await?;
    }
    let version = session.version.clone();
    session.close().await?;
    println!(
        "{engine} {version}: {} rows, {} of them fail; {} s",
        rows.len(),
        failures,
        start.elapsed().as_secs()
    );
    Ok((Column { engine, version, verdicts }, failures + failed_calls))
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn write(subjects: &[Subject], columns: &[Column]) -> Result<(), String> {
    let path = docs().join("browsers.md");
    let text = report::markdown(subjects, columns)
        + &grpc_web::markdown()
        + &protocols::markdown()
        + &local_network::markdown()
        + &storage_access::markdown()
        + &trust::markdown();
    let written =
        std::fs::create_dir_all(path.parent().unwrap_or(&path)).and_then(|()| std::fs::write(&path, text));
    written.map_err(|error| format!("{} can't be written: {error}", path.display()))
}
