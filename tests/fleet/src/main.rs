//! Three servers with tower-cors, and one PostgreSQL that knows which origins are customers'.
//!
//! ```sh
//! cargo run --manifest-path tests/fleet/Cargo.toml             # prints what it measures, in about half a minute
//! cargo run --manifest-path tests/fleet/Cargo.toml -- --write  # writes it into docs/fleet.md too
//! ```
//!
//! It needs the programs of Debian's `postgresql`. The database is in a folder of its own in the system's folder for
//! temporary files. It listens on a socket there, and on no port. The servers are processes of this program. All of it
//! ends with the program, and the folder is removed. PostgreSQL doesn't run as root: for root, the user `postgres` runs it.
//!
//! `instance.rs` is what a server of yours needs: a cached look-up, and a task that follows the changes.

mod instance;
mod postgres;
mod report;
mod scenario;
mod server;

use std::process::ExitCode;
use std::time::Duration;

use tokio::time::timeout;

/// A run takes half a minute.
const PATIENCE: Duration = Duration::from_secs(110);

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let ended = match &*arguments {
        ["serve", folder, role] => instance::serve(folder, role).await,
        [] => run(false).await,
        ["--write"] => run(true).await,
        _ => Err("write no argument, or --write".into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(write: bool) -> Result<(), Failure> {
    // The database and the servers end when this future is dropped.
    let report = tokio::select! {
        report = timeout(PATIENCE, scenario::play()) => report.map_err(|_| "the run doesn't come to its end")??,
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
    };
    print!("{}", report.section());
    if write {
        report.write()?;
    }
    Ok(())
}
