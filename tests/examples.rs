//! What the examples print to expect is what a client sees.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running example, ended with the test.
struct Example(Child);

impl Drop for Example {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The binary that cargo built beside this test.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap();
    let binary = target.join("examples").join(name);
    assert!(
        binary.exists(),
        "{} is missing: run `cargo build --example {name}` first",
        binary.display()
    );
    binary
}

/// A `curl` line and what it is said to show.
#[derive(Debug, Default)]
struct Try {
    method: String,
    address: String,
    path: String,
    lines: Vec<String>,
    expected: Vec<String>,
    unexpected: Vec<String>,
}

/// Reads the part of a command line that the examples use: `-X`, `-H` and the URL.
fn read_curl(command: &str) -> Try {
    let mut attempt = Try {
        method: "GET".to_owned(),
        ..Try::default()
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
            "curl" | "-i" => {}
            "-X" => attempt.method = words.next().unwrap(),
            "-H" => attempt.lines.push(words.next().unwrap()),
            url => {
                let (address, path) = url
                    .strip_prefix("http://")
                    .unwrap()
                    .split_once('/')
                    .unwrap();
                address.clone_into(&mut attempt.address);
                attempt.path = format!("/{path}");
            }
        }
    }
    attempt
}

/// Sends it, and gives back the head of the response.
fn send(attempt: &Try) -> String {
    let mut stream = TcpStream::connect(&attempt.address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let Try {
        method,
        path,
        address,
        lines,
        ..
    } = attempt;
    let lines = lines.join("\r\n");
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{lines}\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split_once("\r\n\r\n").unwrap().0.to_owned()
}

#[test]
fn the_axum_example_says_what_happens() {
    let mut child = Command::new(binary("axum"))
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let _example = Example(child);
    let mut tries: Vec<Try> = Vec::new();
    for line in output.lines() {
        let line = line.unwrap();
        let line = line.trim();
        if line.starts_with("curl ") {
            tries.push(read_curl(line));
        } else if let Some(expected) = line.strip_prefix("expect: ") {
            tries.last_mut().unwrap().expected.push(expected.to_owned());
        } else if let Some(unexpected) = line.strip_prefix("expect no: ") {
            tries
                .last_mut()
                .unwrap()
                .unexpected
                .push(unexpected.to_owned());
        }
        let is_last = tries.len() == 5 && line.is_empty();
        if is_last {
            break;
        }
    }
    assert_eq!(tries.len(), 5);
    for attempt in &tries {
        let head = send(attempt);
        assert!(!attempt.expected.is_empty());
        for expected in &attempt.expected {
            let is_there = match expected.parse::<u16>() {
                Ok(status) => head.starts_with(&format!("HTTP/1.1 {status} ")),
                Err(_) => head.lines().any(|line| line == expected),
            };
            assert!(is_there, "{expected:?} for {attempt:?}, in:\n{head}");
        }
        for unexpected in &attempt.unexpected {
            assert!(
                !head.contains(unexpected.as_str()),
                "{unexpected:?} for {attempt:?}, in:\n{head}"
            );
        }
    }
}

#[test]
fn a_bad_port_is_a_clear_error() {
    let output = Command::new(binary("axum"))
        .env("PORT", "http")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("PORT is") && error.contains("must be a number from 0 to 65535"),
        "{error}"
    );
}
