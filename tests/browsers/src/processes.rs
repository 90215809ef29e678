//! The processes that a run starts, and their end: whatever happens, none is left behind.
//!
//! Browsers put their processes into groups and sessions of their own, and some of these outlive their
//! parents. So this process adopts what is orphaned below it: each is then its descendant, to be found in
//! `/proc` and ended.

use std::collections::HashMap;
use std::thread::sleep;
use std::time::{Duration, Instant};
use std::{fs, io};

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, set_child_subreaper, wait};

/// So long may the processes take to end by themselves: Xvfb takes its lock file along.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends all descendants of this process when it is dropped, in a panic too.
#[must_use = "the processes end when this is dropped"]
pub(crate) struct Descendants(());

impl Descendants {
    /// From here on, this process is the parent of all that is orphaned below it.
    pub(crate) fn adopt() -> io::Result<Self> {
        set_child_subreaper(Some(getpid()))?;
        Ok(Self(()))
    }

    /// Asks them to end, kills those that don't, and says what is left even so.
    pub(crate) fn end() -> Result<(), String> {
        for signal in [Signal::TERM, Signal::KILL] {
            let deadline = Instant::now() + PATIENCE;
            for process in descendants() {
                // It may have ended meanwhile.
                let _ = kill_process(process.pid, signal);
            }
            while Instant::now() < deadline {
                reap();
                if descendants().is_empty() {
                    return Ok(());
                }
                sleep(Duration::from_millis(20));
            }
        }
        let names: Vec<String> = descendants().into_iter().map(|process| process.name).collect();
        Err(format!("processes are left behind: {}", names.join(", ")))
    }
}

impl Drop for Descendants {
    fn drop(&mut self) {
        if let Err(left) = Self::end() {
            eprintln!("{left}");
        }
    }
}

/// Collects the processes that have ended. They then vanish from `/proc`.
fn reap() {
    while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
}

struct Process {
    pid: Pid,
    parent: Pid,
    name: String,
}

fn descendants() -> Vec<Process> {
    let mut all: HashMap<Pid, Process> = processes().map(|process| (process.pid, process)).collect();
    let is_below_this = |process: &Process| {
        let mut parent = process.parent;
        while parent != getpid() {
            match all.get(&parent) {
                Some(process) => parent = process.parent,
                None => return false,
            }
        }
        true
    };
    let below: Vec<Pid> =
        all.values().filter(|process| is_below_this(process)).map(|process| process.pid).collect();
    below.iter().filter_map(|pid| all.remove(pid)).collect()
}

/// All that can be read; processes come and go meanwhile.
fn processes() -> impl Iterator<Item = Process> {
    fs::read_dir("/proc").into_iter().flatten().filter_map(|entry| {
        let stat = fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        parse_stat(&stat)
    })
}

/// `pid (name) state parent …`, where the name may hold anything.
fn parse_stat(stat: &str) -> Option<Process> {
    let (before, after) = stat.rsplit_once(')')?;
    let (pid, name) = before.split_once(" (")?;
    let parent = after.split_whitespace().nth(1)?;
    let read = |text: &str| Pid::from_raw(text.parse().ok()?);
    Some(Process { pid: read(pid)?, parent: read(parent)?, name: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_a_panic_leaves_is_ended_orphans_and_those_that_ignore_the_signal_included() {
        let panicked = std::panic::catch_unwind(|| {
            let _descendants = Descendants::adopt().unwrap();
            let script = "setsid sleep 1000 & trap '' TERM; sleep 1000 & sleep 1000 & exit";
            Command::new("sh").args(["-c", script]).spawn().unwrap().wait().unwrap();
            assert_eq!(descendants().len(), 3);
            panic!("as a test might");
        });
        assert!(panicked.is_err());
        assert_eq!(descendants().len(), 0);
    }
}
