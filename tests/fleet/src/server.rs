//! A process with one instance, and requests to it.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::sleep;

use crate::Failure;

const PAUSE: Duration = Duration::from_millis(1);

pub(crate) struct Server {
    _process: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
    log: Arc<Mutex<Vec<String>>>,
    address: String,
    client: Client<HttpConnector, Body>,
}

impl Server {
    pub(crate) async fn start(folder: &Path, role: &str) -> Result<Self, Failure> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args([folder, Path::new(role)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout).ok_or("a pipe is missing")?;
        let log = Arc::new(Mutex::new(Vec::new()));
        if let Some(stderr) = process.stderr.take() {
            let (log, role) = (Arc::clone(&log), role.to_owned());
            tokio::spawn(async move {
                let mut lines = BufReader::new(stderr).lines();
                while let Ok(Some(line)) = lines.next_line().await {
                    eprintln!("{role}: {line}");
                    lock(&log).push(line);
                }
            });
        }
        let mut stdout = BufReader::new(stdout).lines();
        let port = stdout.next_line().await?.ok_or("a server doesn't start")?;
        Ok(Self {
            _process: process,
            stdin,
            stdout,
            log,
            address: format!("http://127.0.0.1:{port}/items"),
            client: Client::builder(TokioExecutor::new()).build_http(),
        })
    }

    pub(crate) async fn allows(&self, origin: &str) -> Result<bool, Failure> {
        let request = Request::get(&self.address).header("origin", origin).body(Body::empty())?;
        let response = self.client.request(request).await?;
        let allowed = response.headers().get("access-control-allow-origin").cloned();
        // So that the connection can be used again.
        http_body_util::BodyExt::collect(response.into_body()).await?;
        Ok(allowed.is_some_and(|allowed| allowed == origin))
    }

    /// How long it takes until it does so.
    pub(crate) async fn comes_to_allow(&self, origin: &str, expected: bool) -> Result<Duration, Failure> {
        let start = Instant::now();
        while self.allows(origin).await? != expected {
            sleep(PAUSE).await;
        }
        Ok(start.elapsed())
    }

    /// The lines of its log since the last call.
    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.log))
    }

    pub(crate) async fn counts(&mut self) -> Result<String, Failure> {
        self.stdin.write_all(b"\n").await?;
        Ok(self.stdout.next_line().await?.ok_or("a server has ended")?)
    }
}

fn lock(log: &Mutex<Vec<String>>) -> std::sync::MutexGuard<'_, Vec<String>> {
    log.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
