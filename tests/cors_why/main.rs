//! The command `cors-why`, as a person or a script runs it, against servers on this machine.

#![expect(clippy::unwrap_used, reason = "a failed set-up is a failed test")]

mod arguments;
mod audit;
mod cookies;
mod network;
mod policy;
mod questions;
mod server;

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A page of another origin than every server here.
const PAGE: &str = "http://app.localhost:5173";

/// What the command printed, and its exit status.
#[derive(Debug)]
struct Said {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Said {
    /// The first line of an answer.
    fn first_line(&self) -> &str {
        self.text().lines().next().unwrap_or_default()
    }

    /// An answer is on stdout, and why there is none on stderr.
    fn text(&self) -> &str {
        if self.status == 2 {
            &self.stderr
        } else {
            &self.stdout
        }
    }

    /// The text of the row with a label.
    #[track_caller]
    fn row(&self, label: &str) -> &str {
        let start = format!("  {label:<17}");
        let mut rows = self
            .text()
            .lines()
            .filter_map(|line| line.strip_prefix(&*start));
        rows.next()
            .unwrap_or_else(|| panic!("no row {label:?} in {self:?}"))
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs the command. It trusts no authority.
fn ask(arguments: &[&str]) -> Said {
    ask_with_authorities(arguments, Path::new("/nonexistent"))
}

/// Runs the command, which trusts the certificates in a file.
fn ask_with_authorities(arguments: &[&str], authorities: &Path) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_cors-why"))
        .args(arguments)
        .env("SSL_CERT_FILE", authorities)
        .env_remove("SSL_CERT_DIR")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = Said {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    };
    // Neither is a terminal, and nothing from a server may get through.
    let is_plain = |text: &str| {
        let mut characters = text.chars();
        characters.all(|character| {
            character == '\n' || !(character.is_control() || character == '\u{202e}')
        })
    };
    assert!(is_plain(&said.stdout) && is_plain(&said.stderr), "{said:?}");
    said
}
