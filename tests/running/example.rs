//! An example that runs, and what it prints to try.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running example, ended with the test.
pub(crate) struct Example {
    process: Child,
    pub(crate) stdout: Receiver<String>,
    pub(crate) stderr: Receiver<String>,
}

impl Example {
    pub(crate) fn start(binary: &Path, port: &str) -> Self {
        Self::start_with(binary, &[], &[("PORT", port)])
    }

    pub(crate) fn start_with(
        binary: &Path,
        arguments: &[&OsStr],
        variables: &[(&str, &str)],
    ) -> Self {
        let mut process = Command::new(binary)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdout: lines_of(process.stdout.take().unwrap()),
            stderr: lines_of(process.stderr.take().unwrap()),
            process,
        }
    }

    /// What it says about itself, up to the last expectation of the last thing to try.
    pub(crate) fn things_to_try(&self, count: usize) -> Vec<Try> {
        let mut tries: Vec<Try> = Vec::new();
        loop {
            let line = self.stdout.recv_timeout(PATIENCE).unwrap();
            let line = line.trim();
            if line.starts_with("curl ") || line.starts_with("printf ") {
                tries.push(Try::read(line));
            } else if let Some(expected) = line.strip_prefix("expect: ") {
                tries.last_mut().unwrap().expected.push(expected.to_owned());
            } else if let Some(unexpected) = line.strip_prefix("expect no: ") {
                let last = tries.last_mut().unwrap();
                last.unexpected.push(unexpected.to_owned());
            } else if line.is_empty() && tries.len() == count {
                return tries;
            }
        }
    }

    /// Until it says so.
    pub(crate) fn wait_for(printed: &Receiver<String>, words: &str) {
        let hears = |line: String| line.contains(words);
        while !hears(printed.recv_timeout(PATIENCE).expect(words)) {}
    }

    /// Its exit code, and what it says about an error.
    pub(crate) fn fail(mut self) -> (Option<i32>, String) {
        let mut error = String::new();
        loop {
            match self.stderr.recv_timeout(PATIENCE) {
                Ok(line) => error.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it runs on: {error}"),
            }
        }
        (self.process.wait().unwrap().code(), error)
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines_of(output: impl Read + Send + 'static) -> Receiver<String> {
    let (print, printed) = channel();
    std::thread::spawn(move || {
        BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| print.send(line))
    });
    printed
}

/// A `curl` line and what it is said to show.
#[derive(Debug, Default)]
pub(crate) struct Try {
    method: String,
    address: String,
    path: String,
    lines: Vec<String>,
    body: Vec<u8>,
    pub(crate) expected: Vec<String>,
    pub(crate) unexpected: Vec<String>,
}

impl Try {
    /// Reads the part of a command line that the examples use: `-X`, `-H` and the URL, and a body by
    /// `printf`.
    fn read(command: &str) -> Self {
        let mut attempt = Self {
            method: "GET".to_owned(),
            ..Self::default()
        };
        let mut quoted = command.split('\'');
        let mut words = Vec::new();
        while let Some(bare) = quoted.next() {
            words.extend(bare.split_whitespace().map(str::to_owned));
            words.extend(quoted.next().map(str::to_owned));
        }
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "curl" | "-i" | "|" | "-o" | "-" => {}
                "printf" => attempt.body = words.next().unwrap().replace("\\0", "\0").into_bytes(),
                "--data-binary" => {
                    assert_eq!(words.next().unwrap(), "@-");
                    "POST".clone_into(&mut attempt.method);
                }
                "-X" => attempt.method = words.next().unwrap(),
                "-H" => attempt.lines.push(words.next().unwrap()),
                url => {
                    let rest = url.strip_prefix("http://").unwrap();
                    let (address, path) = rest.split_once('/').unwrap();
                    address.clone_into(&mut attempt.address);
                    attempt.path = format!("/{path}");
                }
            }
        }
        attempt
    }

    /// Sends it, and gives back the head of the response.
    fn send(&self) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut request = format!(
            "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.method,
            self.path,
            self.address,
            self.body.len(),
        );
        for line in &self.lines {
            request.push_str(line);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        stream.write_all(&self.body).unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        let response = String::from_utf8_lossy(&response);
        response.split_once("\r\n\r\n").unwrap().0.to_owned()
    }

    /// Sends it, and holds the response to what was said.
    pub(crate) fn check(&self) {
        let head = self.send();
        let (status, expected) = self.expected.split_first().unwrap();
        let start = format!("HTTP/1.1 {status} ");
        assert!(
            head.starts_with(&start),
            "{status} for {self:?}, in:\n{head}"
        );
        assert!(
            !expected.is_empty() || !self.unexpected.is_empty(),
            "{self:?}"
        );
        for expected in expected {
            assert!(
                head.lines().any(|line| line == expected),
                "{expected:?} for {self:?}, in:\n{head}"
            );
        }
        for unexpected in &self.unexpected {
            assert!(
                !head.contains(unexpected.as_str()),
                "{unexpected:?} for {self:?}, in:\n{head}"
            );
        }
    }
}

/// Each is refused in one line that says what to write.
pub(crate) fn check_bad_ports(binary: &Path) {
    for port in ["http", "", "65536", "-1", "127.0.0.1:3000"] {
        let expected = format!(
            "Error: PORT is '{port}', which is not a port; write a number from 0 to 65535, or 0 for any free port"
        );
        let failure = Example::start(binary, port).fail();
        assert_eq!(failure, (Some(1), expected), "{} {port}", binary.display());
    }
}

/// A port that is in use is told in one line.
pub(crate) fn check_taken_port(binary: &Path) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, error) = Example::start(binary, &port).fail();
    assert_eq!(code, Some(1), "{}: {error}", binary.display());
    let start = format!("Error: can't listen on 127.0.0.1:{port}: ");
    assert!(error.starts_with(&start), "{}: {error}", binary.display());
    let fix = "; set PORT to another port";
    assert!(error.ends_with(fix), "{}: {error}", binary.display());
}
