//! The figures of a run, as a section of docs/fleet.md.

use std::path::Path;
use std::time::Duration;

use crate::Failure;
use crate::instance::{STALE, TIME_TO_LIVE};

/// `cargo bench --bench fleet -- --write` writes what comes before this heading.
const HEADING: &str = "## Three instances and PostgreSQL";

#[derive(Default)]
pub(crate) struct Report {
    pub(crate) added: Vec<Duration>,
    pub(crate) removed: Vec<Duration>,
    pub(crate) caught_up: Duration,
    pub(crate) short_outage: Duration,
    pub(crate) requests_in_outage: usize,
    pub(crate) recovered: Duration,
    pub(crate) denied_after: Duration,
    pub(crate) served_again: Duration,
}

impl Report {
    pub(crate) fn section(&self) -> String {
        let (added, removed) = (median_and_worst(&self.added), median_and_worst(&self.removed));
        let changes = self.added.len();
        let milliseconds = |time: Duration| format!("{:.0} ms", time.as_secs_f64() * 1000.0);
        format!(
            "{HEADING}\n\n\
             Written by `cargo run --manifest-path tests/fleet/Cargo.toml -- --write`.\n\n\
             The customers' origins are in a table. Three processes of a server look them up, with `CachedLookup`. A trigger \
             numbers each change and calls `NOTIFY`. Each instance reads the changes since the last number that it has \
             seen, when it is notified, once a second, and when it has a new connection. It calls `forget` for each. \
             `tests/fleet/src/instance.rs` is the whole server.\n\n\
             One run, with `time_to_live` {TIME_TO_LIVE:?} and `stale` {STALE:?}, so that it doesn't take long:\n\n\
             | what happens | what all three instances do |\n\
             |---|---|\n\
             | a customer is added | allow it after {added} (median and worst of {changes}) |\n\
             | a customer is removed | deny it after {removed} |\n\
             | an instance loses its connection, a customer is removed, it can connect again | it denies that customer {} later |\n\
             | the database is stopped for {:.1} s | all {} requests of customers are allowed, all new origins denied. The log has one line |\n\
             | the database is started again | a new customer is allowed after {}, and the log has one line |\n\
             | the database is stopped for longer | customers are denied after {:.1} s |\n\
             | the database is started again | all customers are allowed after {} |\n",
            milliseconds(self.caught_up),
            self.short_outage.as_secs_f64(),
            self.requests_in_outage,
            milliseconds(self.recovered),
            self.denied_after.as_secs_f64(),
            milliseconds(self.served_again),
        )
    }

    pub(crate) fn write(&self) -> Result<(), Failure> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fleet.md");
        let page = std::fs::read_to_string(&path)?;
        let before = page.split(HEADING).next().unwrap_or_default();
        std::fs::write(&path, format!("{}\n\n{}", before.trim_end(), self.section()))?;
        Ok(())
    }
}

fn median_and_worst(times: &[Duration]) -> String {
    let mut times = times.to_vec();
    times.sort_unstable();
    let milliseconds = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    let (median, worst) = (milliseconds(times.get(times.len() / 2)), milliseconds(times.last()));
    format!("{median:.0} ms, {worst:.0} ms")
}
