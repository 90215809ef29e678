//! A page that shows what a browser does with a policy. State a policy, send a request, and see what went over
//! the wire, what the script got, why, and the Rust code to copy.
//!
//! ```sh
//! cargo run --example playground
//! PORT=8080 cargo run --example playground
//! ```
//!
//! It needs the feature `serde`. Without it, the example starts itself again with it.

use std::process::ExitCode;

#[cfg(feature = "serde")]
mod api;
#[cfg(feature = "serde")]
mod code;
#[cfg(feature = "serde")]
mod exchange;
#[cfg(feature = "serde")]
mod fix;
#[cfg(feature = "serde")]
mod page;

#[cfg(feature = "serde")]
#[tokio::main]
async fn main() -> ExitCode {
    match page::serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "serde"))]
fn main() -> ExitCode {
    let status = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--features",
            "serde",
            "--example",
            "playground",
        ])
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("can't run cargo: {error}; add --features serde");
            ExitCode::FAILURE
        }
    }
}
