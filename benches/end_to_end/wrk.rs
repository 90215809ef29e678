//! One run of `wrk`: what it says, and what the server took meanwhile.

use std::fs::{read_dir, read_to_string};
use std::net::SocketAddr;
use std::process::Command;

use crate::server::APP;

/// What a server bore.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Load {
    /// Requests in a second.
    pub(crate) rate: f64,
    /// How long all but the slowest hundredth took at the most, in nanoseconds.
    pub(crate) slowest_hundredth: f64,
    /// What the server's threads took of the processor for a request, in nanoseconds: other programs hardly
    /// matter for that.
    pub(crate) processor: f64,
}

/// Sends as many requests as the server bears, for two seconds.
pub(crate) fn run(server: SocketAddr) -> Load {
    let taken_before = processor_time();
    let output = Command::new("wrk")
        .args(["--threads=1", "--connections=64", "--duration=2s"])
        .arg("--latency")
        .arg(format!("--header=origin: {APP}"))
        .arg(format!("http://{server}/items"))
        .output()
        .expect("wrk runs; on Debian: apt-get install wrk");
    let taken = processor_time() - taken_before;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && !text.contains("Socket errors") && !text.contains("Non-2xx"),
        "wrk: {text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    parsed(&text, taken).unwrap_or_else(|| panic!("wrk said something else: {text}"))
}

/// What the threads of this process have taken of the processor, in nanoseconds, as Linux counts it.
fn processor_time() -> f64 {
    let threads = read_dir("/proc/self/task").expect("this is Linux");
    threads
        .filter_map(|thread| {
            let text = read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<f64>().ok()
        })
        .sum()
}

fn parsed(text: &str, taken: f64) -> Option<Load> {
    let after = |label: &str| {
        let rest = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))?;
        Some(rest.trim())
    };
    // "123456 requests in 2.00s, 12.34MB read"
    let (before, _) = text.split_once(" requests in ")?;
    let requests: f64 = before.rsplit(char::is_whitespace).next()?.parse().ok()?;
    Some(Load {
        rate: after("Requests/sec:")?.parse().ok()?,
        slowest_hundredth: nanoseconds(after("99%")?)?,
        processor: taken / requests,
    })
}

/// `1.23ms` and the like.
fn nanoseconds(text: &str) -> Option<f64> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "us" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * unit)
}
