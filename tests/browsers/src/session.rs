//! A browser that runs: its driver's process and its WebDriver session.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;

use crate::engine::{Engine, Programs};

/// So long may a driver take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fresh browser. Its processes and its folder end with the run.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    /// As the browser says: `156.0.1`.
    pub(crate) version: String,
    /// For what is beyond [`go`](Self::go) and [`run`](Self::run).
    pub(crate) client: Client,
}

impl Session {
    /// Starts a browser that keeps all its files below a folder.
    pub(crate) async fn start(
        engine: Engine,
        folder: &Path,
        public_port: Option<u16>,
    ) -> Result<Self, String> {
        let programs = engine.programs()?;
        let folder = folder.join(engine.id());
        std::fs::create_dir(&folder).map_err(|error| format!("no folder for {engine}: {error}"))?;
        let display = match &programs.display {
            Some(program) => Some(start_display(program, &folder)?),
            None => None,
        };
        let url = start_driver(engine, &programs, &folder, display.as_deref()).await?;
        let Value::Object(capabilities) = engine.capabilities(&programs.browser, &folder, public_port) else {
            unreachable!("capabilities are an object");
        };
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&url).await;
        let client =
            client.map_err(|error| format!("{engine} starts no session: {error}\n{}", log_of(&folder)))?;
        let capabilities = client.capabilities();
        let version = capabilities.and_then(|capabilities| capabilities.get("browserVersion")?.as_str());
        let version = version.ok_or_else(|| format!("{engine} has no version"))?.to_owned();
        Ok(Self { engine, version, client })
    }

    /// Goes to a page, and waits until it is loaded.
    pub(crate) async fn go(&self, url: &str) -> Result<(), String> {
        let gone = self.client.goto(url).await;
        gone.map_err(|error| format!("{} doesn't go to {url}: {error}", self.engine))
    }

    /// Runs a script in the page: its last argument is the function that takes the result.
    pub(crate) async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value, String> {
        let ran = self.client.execute_async(script, arguments).await;
        ran.map_err(|error| format!("{} doesn't run {script:?}: {error}", self.engine))
    }

    pub(crate) async fn close(self) -> Result<(), String> {
        let closed = self.client.close().await;
        closed.map_err(|error| format!("{} doesn't close its session: {error}", self.engine))
    }
}

/// What the driver wrote.
fn log_of(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("driver.log")).unwrap_or_default()
}

/// Starts an X server, and returns its display, `:1`.
fn start_display(program: &Path, folder: &Path) -> Result<String, String> {
    let start = || -> std::io::Result<String> {
        let mut server = Command::new(program)
            .args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(folder.join("display.log"))?)
            .spawn()?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            BufReader::new(stdout).read_line(&mut number)?;
        }
        Ok(number)
    };
    match start() {
        Ok(number) if !number.trim().is_empty() => Ok(format!(":{}", number.trim())),
        Ok(_) => Err("Xvfb ends without a display".into()),
        Err(error) => Err(format!("Xvfb doesn't start: {error}")),
    }
}

/// Starts the driver, and returns its URL once it listens. The port is free when it is chosen; if somebody
/// takes it before the driver does, another is.
async fn start_driver(
    engine: Engine,
    programs: &Programs,
    folder: &Path,
    display: Option<&str>,
) -> Result<String, String> {
    let mut why = String::new();
    for _ in 0..3 {
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let mut driver = spawn_driver(engine, programs, folder, display, port)
            .map_err(|error| format!("the driver of {engine} doesn't start: {error}"))?;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Ok(Some(status)) = driver.try_wait() {
                why = format!(": it ends with {status}");
                break;
            }
            if tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return Ok(format!("http://127.0.0.1:{port}"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let (driver, log) = (programs.driver.display(), log_of(folder));
    Err(format!("the driver of {engine}, {driver}, doesn't listen{why}\n{log}"))
}

/// All that driver and browser write goes into the folder.
fn spawn_driver(
    engine: Engine,
    programs: &Programs,
    folder: &Path,
    display: Option<&str>,
    port: u16,
) -> std::io::Result<Child> {
    let log = File::create(folder.join("driver.log"))?;
    let mut command = Command::new(&programs.driver);
    command
        .args(engine.driver_arguments(port))
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("XDG_CACHE_HOME", folder.join("cache"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_RUNTIME_DIR", folder)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    if let Some(display) = display {
        command.env("DISPLAY", display);
    }
    command.spawn()
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
