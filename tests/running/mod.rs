//! An example that runs while a test asks it, and a client.

use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use bytes::Bytes;
use http::request::Builder;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// A running example, ended with the test.
pub(crate) struct Running {
    process: Child,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts it on a port that is free.
    pub(crate) fn start(name: &str, settings: &[(&str, &str)]) -> Self {
        let folder = std::env::current_exe().unwrap();
        let binary = folder
            .ancestors()
            .nth(2)
            .unwrap()
            .join("examples")
            .join(name);
        assert!(
            binary.exists(),
            "{} is missing: cargo build --examples",
            binary.display()
        );
        Self::start_binary(&binary, settings)
    }

    /// The same with the path of the example.
    pub(crate) fn start_binary(binary: &Path, settings: &[(&str, &str)]) -> Self {
        let mut process = Command::new(binary)
            .env("PORT", "0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, stdout }
    }

    /// What its next line says after these words.
    pub(crate) fn line_after(&mut self, words: &str) -> String {
        let line = self.stdout.next().unwrap().unwrap();
        line.strip_prefix(words)
            .unwrap_or_else(|| panic!("{line:?}"))
            .to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) async fn send(request: Builder, body: &str) -> (StatusCode, HeaderMap, Bytes) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let body = Full::new(Bytes::from(body.to_owned()));
    let response = client.request(request.body(body).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, body)
}
