//! Says what a browser does with a request to a server or under a policy, why, and what fixes it.
//!
//! ```text
//! cargo run --example why -- --origin https://www.app.com \
//!     --method PUT --header content-type:application/json http://localhost:3000/items
//! cargo run --example why -- --origin https://www.app.com policy.toml
//! ```
//!
//! The target is the URL of a running server (plain http), or a file with a policy, a
//! [`CorsConfig`](tower_cors::CorsConfig):
//!
//! ```toml
//! origins = ["https://app.com", "https://*.app.com"]   # or "*"
//! methods = ["PUT", "DELETE"]
//! headers = ["content-type", "authorization"]
//! credentials = true
//! expose_headers = ["etag"]
//! max_age = 600                                         # seconds
//! ```
//!
//! The exit code is 0 if the page gets its response, 1 if the browser blocks it, and 2 if there is no
//! answer to judge, for example because the server isn't running.
//!
//! It needs the features `serde` and `testing`. Without them, the example starts itself again with them.

use std::process::ExitCode;

#[cfg(all(feature = "serde", feature = "testing"))]
mod question;

#[cfg(all(feature = "serde", feature = "testing"))]
fn main() -> ExitCode {
    question::main()
}

#[cfg(not(all(feature = "serde", feature = "testing")))]
fn main() -> ExitCode {
    let status = std::process::Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--features",
            "serde,testing",
            "--example",
            "why",
            "--",
        ])
        .args(std::env::args_os().skip(1))
        .status();
    match status.map(|status| status.code().map(u8::try_from)) {
        Ok(Some(Ok(code))) => ExitCode::from(code),
        Ok(_) => ExitCode::from(2),
        Err(error) => {
            eprintln!("can't run cargo: {error}; add --features serde,testing");
            ExitCode::from(2)
        }
    }
}
