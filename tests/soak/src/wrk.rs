//! The load that `wrk` makes.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use crate::policies::{ALWAYS, LOOKED_UP, NEVER, SOMETIMES};

/// Each round is a process of its own, which opens and cuts new connections.
const ROUND: Duration = Duration::from_secs(20);

/// What `wrk` counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) errors: [u64; 5],
}

/// In the order of [`Counts::errors`].
pub(crate) const ERRORS: [&str; 5] =
    ["failed connections", "read errors", "write errors", "time-outs", "statuses other than 2xx and 3xx"];

/// Fails if it isn't installed.
pub(crate) async fn is_installed() -> Result<(), String> {
    let asked = Command::new("wrk").arg("--version").output().await;
    asked
        .map(drop)
        .map_err(|error| format!("wrk doesn't start ({error}): install it with `apt-get install wrk`"))
}

/// Round after round, until the deadline.
pub(crate) async fn load(port: u16, deadline: Instant) -> Result<Counts, String> {
    let mut counts = Counts::default();
    loop {
        let left = deadline.saturating_duration_since(Instant::now()).min(ROUND).as_secs();
        if left == 0 {
            return Ok(counts);
        }
        let round = round(port, left).await?;
        counts.requests += round.requests;
        for (all, some) in counts.errors.iter_mut().zip(round.errors) {
            *all += some;
        }
    }
}

async fn round(port: u16, seconds: u64) -> Result<Counts, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/load.lua");
    let output = Command::new("wrk")
        .args(["--threads", "1", "--connections", "16", "--timeout", "10s"])
        .args(["--duration", &format!("{seconds}s"), "--script"])
        .arg(script)
        .arg(format!("http://127.0.0.1:{port}"))
        .args(["--", ALWAYS, SOMETIMES, LOOKED_UP, NEVER])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("wrk doesn't start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout);
    said.lines().find_map(read).ok_or_else(|| {
        format!("wrk failed ({}): {said}{}", output.status, String::from_utf8_lossy(&output.stderr))
    })
}

/// The line that `load.lua` writes at the end.
fn read(line: &str) -> Option<Counts> {
    let mut numbers = line.strip_prefix("counted ")?.split(' ').map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some(Counts { requests: next()?, errors: [next()?, next()?, next()?, next()?, next()?] })
}

/// Whether the layered server gave errors that the bare one didn't.
pub(crate) fn compare(layered: &Counts, bare: &Counts) -> Result<(), String> {
    for ((kind, layered), bare) in ERRORS.iter().zip(layered.errors).zip(bare.errors) {
        if layered > bare {
            return Err(format!("wrk saw {layered} {kind} with the layer, and {bare} without it"));
        }
    }
    if layered.requests == 0 || bare.requests == 0 {
        return Err("wrk made no request".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_counts_where_the_bare_server_has_fewer_of_its_kind() {
        let counts = |errors| Counts { requests: 1, errors };
        assert_eq!(read("counted 1 0 0 2 0 3"), Some(counts([0, 0, 2, 0, 3])));
        assert!(compare(&counts([0, 0, 0, 2, 0]), &counts([0, 0, 0, 2, 0])).is_ok());
        for kind in 0..5 {
            let mut errors = [0; 5];
            errors[kind] = 1;
            let error = compare(&counts(errors), &counts([0; 5])).unwrap_err();
            assert!(error.contains(ERRORS[kind]), "{error}");
        }
    }
}
