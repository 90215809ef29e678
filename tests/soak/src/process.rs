//! The two servers, as seen from without: processes with a port, memory and descriptors.

use std::fs;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::server::Kind;

/// Between two looks at a server.
const PERIOD: Duration = Duration::from_millis(500);
/// So long may a server take to say a word that it is asked for, to close its connections, and to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a server holds at a moment.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    /// Since the load began.
    pub(crate) at: Duration,
    pub(crate) resident_kib: u32,
    pub(crate) descriptors: usize,
}

/// What a server says once its clients have gone.
#[derive(Clone, Copy)]
pub(crate) struct Rest {
    /// How often the policy was replaced.
    pub(crate) replaced: u64,
    /// How often a policy was refused.
    pub(crate) refused: u64,
    /// How many bytes are allocated.
    pub(crate) heap: u64,
}

/// It is killed when this is dropped.
pub(crate) struct Server {
    kind: Kind,
    pub(crate) port: u16,
    /// How many bytes were allocated before the load.
    pub(crate) heap: u64,
    process: Child,
    id: u32,
    asks: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start(kind: Kind) -> Result<Self, String> {
        let unstarted = |error| format!("the {} server doesn't start: {error}", name(kind));
        let program = std::env::current_exe().map_err(unstarted)?;
        let mut process = Command::new(program)
            .args(["--serve", name(kind)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(unstarted)?;
        let (Some(id), Some(asks), Some(says), Some(errors)) =
            (process.id(), process.stdin.take(), process.stdout.take(), process.stderr.take())
        else {
            return Err(format!("the {} server has no pipes", name(kind)));
        };
        let complaints = Arc::default();
        tokio::spawn(listen(errors, Arc::clone(&complaints)));
        let says = BufReader::new(says).lines();
        let mut server = Self { kind, port: 0, heap: 0, process, id, asks, says, complaints };
        let line = server.line().await?;
        let [port, heap] = numbers(&line)?;
        server.port = port.try_into().map_err(|_| format!("no port: {line:?}"))?;
        server.heap = heap;
        Ok(server)
    }

    /// Looks at it until the deadline, and fails as soon as it panics or ends.
    pub(crate) async fn watch(&mut self, start: Instant, deadline: Instant) -> Result<Vec<Sample>, String> {
        let mut samples = Vec::new();
        while Instant::now() < deadline {
            self.check()?;
            samples.push(self.sample(start.elapsed())?);
            sleep(PERIOD).await;
        }
        Ok(samples)
    }

    pub(crate) fn sample(&self, at: Duration) -> Result<Sample, String> {
        let gone = |error| format!("the {} server can't be measured: {error}", name(self.kind));
        let status = fs::read_to_string(format!("/proc/{}/status", self.id)).map_err(gone)?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
        let descriptors = fs::read_dir(format!("/proc/{}/fd", self.id)).map_err(gone)?.count();
        let resident_kib = resident.ok_or_else(|| format!("the {} server has no VmRSS", name(self.kind)))?;
        Ok(Sample { at, resident_kib, descriptors })
    }

    /// Stops the reloading.
    pub(crate) async fn rest(&mut self) -> Result<Rest, String> {
        let asked = self.asks.write_all(b"rest\n").await;
        asked.map_err(|error| format!("the {} server is gone: {error}", name(self.kind)))?;
        let [replaced, refused, heap] = numbers(&self.line().await?)?;
        Ok(Rest { replaced, refused, heap })
    }

    /// Waits until it has closed what it opened since `start`, and returns what it holds then.
    pub(crate) async fn drain(&mut self, start: Sample, at: Instant) -> Result<Sample, String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.check()?;
            let now = self.sample(at.elapsed())?;
            if now.descriptors <= start.descriptors || Instant::now() > deadline {
                return Ok(now);
            }
            sleep(PERIOD).await;
        }
    }

    /// Lets it end by itself.
    pub(crate) async fn end(mut self) -> Result<(), String> {
        drop(self.asks);
        let status = match timeout(PATIENCE, self.process.wait()).await {
            Ok(Ok(status)) => status,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_) => return Err(format!("the {} server doesn't end", name(self.kind))),
        };
        if status.success() {
            complaint(self.kind, &self.complaints)
        } else {
            Err(format!("the {} server ended with {status}", name(self.kind)))
        }
    }

    /// Whether it runs and has nothing to complain of: a panic, which tokio confines to a task, is seen here.
    fn check(&mut self) -> Result<(), String> {
        complaint(self.kind, &self.complaints)?;
        match self.process.try_wait() {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(format!("the {} server ended with {status}", name(self.kind))),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn line(&mut self) -> Result<String, String> {
        if let Ok(Ok(Some(line))) = timeout(PATIENCE, self.says.next_line()).await {
            return Ok(line);
        }
        self.check()?;
        Err(format!("the {} server says nothing", name(self.kind)))
    }
}

pub(crate) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Layered => "layered",
        Kind::Bare => "bare",
    }
}

fn numbers<const N: usize>(line: &str) -> Result<[u64; N], String> {
    let numbers: Option<Vec<u64>> = line.split(' ').map(|word| word.parse().ok()).collect();
    numbers.and_then(|all| all.try_into().ok()).ok_or_else(|| format!("not {N} numbers: {line:?}"))
}

async fn listen(errors: ChildStderr, complaints: Arc<Mutex<Vec<String>>>) {
    let mut lines = BufReader::new(errors).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        complaints.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

fn complaint(kind: Kind, complaints: &Mutex<Vec<String>>) -> Result<(), String> {
    let lines = complaints.lock().unwrap_or_else(PoisonError::into_inner);
    if lines.is_empty() {
        Ok(())
    } else {
        let first: Vec<&str> =
            lines.iter().map(String::as_str).filter(|line| !line.is_empty()).take(4).collect();
        Err(format!("the {} server panicked or complained: {}", name(kind), first.join(" | ")))
    }
}
