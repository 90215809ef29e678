//! What the examples print to expect is what a client sees.

use std::env::consts::EXE_EXTENSION;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// Whoever takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A running example, ended with the test.
struct Example {
    process: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Example {
    fn start(name: &str, port: &str) -> Self {
        Self::start_with(name, &[], &[("PORT", port)])
    }

    fn start_with(name: &str, arguments: &[&OsStr], variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(binary(name))
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
    fn things_to_try(&self, count: usize) -> Vec<Try> {
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
    #[cfg(feature = "serde")]
    fn wait_for(printed: &Receiver<String>, words: &str) {
        let hears = |line: String| line.contains(words);
        while !hears(printed.recv_timeout(PATIENCE).expect(words)) {}
    }

    /// Its exit code, and what it says about an error.
    fn fail(mut self) -> (Option<i32>, String) {
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

/// The binary that cargo built beside this test, held to be newer than what it was built from:
/// `cargo test --test examples` alone doesn't build it.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let examples = test.ancestors().nth(2).unwrap().join("examples");
    let binary = examples.join(name).with_extension(EXE_EXTENSION);
    let built = binary.metadata().and_then(|file| file.modified());
    let sources = std::fs::read_to_string(examples.join(name).with_extension("d"));
    let is_fresh = match (built, sources) {
        (Ok(built), Ok(sources)) => sources
            .trim()
            .replace("\\ ", "\0")
            .split(' ')
            .skip(1)
            .map(|source| std::fs::metadata(source.replace('\0', " ")))
            .all(|source| source.and_then(|file| file.modified()).unwrap() <= built),
        _ => false,
    };
    assert!(
        is_fresh,
        "{} is missing or out of date: run `cargo build --examples` first",
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
    body: Vec<u8>,
    expected: Vec<String>,
    unexpected: Vec<String>,
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
    fn check(&self) {
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

#[test]
fn the_examples_say_what_happens() {
    for (name, count) in [
        ("axum", 6),
        ("tonic", 5),
        ("hyper", 4),
        ("mcp", 5),
        ("without_tower", 3),
    ] {
        let example = Example::start(name, "0");
        for attempt in example.things_to_try(count) {
            attempt.check();
        }
    }
}

/// A policy file, the example that follows it, and what it says to try: a page that is allowed first, and a new one.
#[cfg(feature = "serde")]
struct Followed {
    folder: PathBuf,
    file: PathBuf,
    example: Example,
    tries: Vec<Try>,
}

#[cfg(feature = "serde")]
const FIRST: &str = "origins = [\"https://app.example.com\"]\n# end\n";
#[cfg(feature = "serde")]
const BOTH: &str = "origins = [\"https://app.example.com\", \"https://new.example.com\"]\n# end\n";

#[cfg(feature = "serde")]
impl Followed {
    /// `create` makes the file in the folder, with [`FIRST`].
    fn start(test: &str, create: impl FnOnce(&std::path::Path)) -> Self {
        let name = format!("tower-cors-reload-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        create(&folder);
        let file = folder.join("policy.toml");
        let example = Example::start_with("reload", &[file.as_os_str()], &[("PORT", "0")]);
        let tries = example.things_to_try(2);
        let followed = Self {
            folder,
            file,
            example,
            tries,
        };
        followed.check();
        followed
    }

    /// Another file is renamed to it.
    fn replace(&self, text: &str) {
        let new = self.folder.join("new.toml");
        std::fs::write(&new, text).unwrap();
        std::fs::rename(new, &self.file).unwrap();
    }

    /// From now on, the new page is expected to be allowed.
    fn expect_both(&mut self) {
        Example::wait_for(&self.example.stdout, "In force now");
        self.tries[1].unexpected.clear();
        let allowed = "access-control-allow-origin: https://new.example.com";
        self.tries[1].expected.push(allowed.to_owned());
        self.check();
    }

    /// The example says so, and the policy is the one before.
    fn expect_refusal(&self, words: &str) {
        Example::wait_for(&self.example.stderr, words);
        self.check();
    }

    fn check(&self) {
        self.tries.iter().for_each(Try::check);
    }
}

#[cfg(feature = "serde")]
impl Drop for Followed {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[cfg(feature = "serde")]
fn create_file(folder: &std::path::Path) {
    std::fs::write(folder.join("policy.toml"), FIRST).unwrap();
}

#[cfg(feature = "serde")]
#[test]
fn a_policy_file_that_is_replaced_is_followed() {
    let mut followed = Followed::start("rename", create_file);
    followed.replace(BOTH);
    followed.expect_both();
    for (text, expected) in [
        (
            "origins = [\"https://new.example.com/\", \"app.example.com\"]\n# end",
            "origins[0]: \"https://new.example.com/\" has a trailing slash",
        ),
        (
            "origin = [\"https://new.example.com\"]\n# end",
            "unknown field `origin`",
        ),
        ("# end", "origins: is empty; a CORS policy needs an origin"),
        ("", "is not whole: its last line must be \"# end\""),
    ] {
        followed.replace(text);
        followed.expect_refusal(expected);
    }
}

/// An editor empties the file and writes it again. Half of the text is a policy too, a less strict one.
#[cfg(feature = "serde")]
#[test]
fn half_a_policy_file_changes_nothing() {
    let mut followed = Followed::start("truncate", create_file);
    let (half, rest) = BOTH.split_at(BOTH.find('#').unwrap());
    let mut file = std::fs::File::create(&followed.file).unwrap();
    followed.expect_refusal("is not whole");
    file.write_all(half.as_bytes()).unwrap();
    file.sync_all().unwrap();
    // The example reads the file twice a second.
    std::thread::sleep(Duration::from_millis(1_200));
    followed.check();
    file.write_all(rest.as_bytes()).unwrap();
    followed.expect_both();
}

/// Kubernetes mounts a `ConfigMap` as links to `..data`, which is a link to a folder, and replaces that link.
#[cfg(all(feature = "serde", unix))]
#[test]
fn a_policy_file_in_a_config_map_is_followed() {
    use std::os::unix::fs::symlink;

    let version = |folder: &std::path::Path, name: &str, text: &str| {
        std::fs::create_dir(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("policy.toml"), text).unwrap();
        symlink(name, folder.join("..data_tmp")).unwrap();
        std::fs::rename(folder.join("..data_tmp"), folder.join("..data")).unwrap();
    };
    let mut followed = Followed::start("config-map", |folder| {
        version(folder, "..2026_01", FIRST);
        symlink("..data/policy.toml", folder.join("policy.toml")).unwrap();
    });
    version(&followed.folder, "..2026_02", BOTH);
    std::fs::remove_dir_all(followed.folder.join("..2026_01")).unwrap();
    followed.expect_both();
}

#[cfg(feature = "serde")]
#[test]
fn a_policy_file_that_disappears_changes_nothing() {
    let mut followed = Followed::start("remove", create_file);
    std::fs::remove_file(&followed.file).unwrap();
    followed.expect_refusal("The policy stays as it is: can't read");
    followed.replace(BOTH);
    followed.expect_both();
}

#[cfg(feature = "serde")]
fn start_config(file: &str, variables: &[(&str, &str)]) -> Example {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/config");
    let variables = [&[("PORT", "0")], variables].concat();
    Example::start_with("config", &[folder.join(file).as_os_str()], &variables)
}

#[cfg(feature = "serde")]
#[test]
fn a_policy_is_the_same_from_every_file() {
    for file in ["cors.toml", "cors.json", "cors.yaml"] {
        for attempt in start_config(file, &[]).things_to_try(3) {
            attempt.check();
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn the_environment_stands_over_the_file() {
    let variables = [
        (
            "CORS_ORIGINS",
            "https://new.example.com, https://app.example.com",
        ),
        ("CORS_MAX_AGE", "60"),
        ("CORS_EXPOSE_HEADERS", ""),
    ];
    let example = start_config("cors.yaml", &variables);
    let mut tries = example.things_to_try(3);
    for (attempt, expected, unexpected) in [
        (0, "access-control-max-age: 60", "600"),
        (1, "vary: origin", "access-control-"),
        (
            2,
            "access-control-allow-origin: https://new.example.com",
            "access-control-expose-headers",
        ),
    ] {
        tries[attempt].expected.truncate(1);
        tries[attempt].expected.push(expected.to_owned());
        tries[attempt].unexpected = vec![unexpected.to_owned()];
        tries[attempt].check();
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_wrong_policy_is_a_clear_error() {
    for (variables, words) in [
        (
            [("CORS_MAX_AGE", "10 min"), ("CORS_CREDENTIALS", "true")],
            "or \\\"2h\\\" for key \\\"MAX_AGE\\\"",
        ),
        (
            [("CORS_ORIGINS", "*"), ("CORS_MAX_AGE", "10")],
            "origins: \"*\" cannot be combined with `credentials`",
        ),
        (
            [("CORS_ORIGIN", "*"), ("CORS_MAX_AGE", "10")],
            "unknown field `origin`",
        ),
    ] {
        let (code, error) = start_config("cors.toml", &variables).fail();
        assert_eq!(code, Some(1), "{error}");
        assert!(error.contains(words), "{words} is not in {error}");
    }
}

/// The examples that are a server, whatever the features.
const SERVERS: &[&str] = &[
    "axum",
    "mcp",
    "tonic",
    "hyper",
    "metrics",
    #[cfg(feature = "lookup-cache")]
    "tenants",
    #[cfg(feature = "serde")]
    "config",
    #[cfg(feature = "serde")]
    "reload",
];

#[test]
fn a_bad_port_is_a_clear_error() {
    for name in SERVERS {
        for port in ["http", "", "65536", "-1", "127.0.0.1:3000"] {
            let expected = format!(
                "Error: \"PORT is '{port}', which is not a port; write a number from 0 to 65535, or 0 for any free port\""
            );
            let failure = Example::start(name, port).fail();
            assert_eq!(failure, (Some(1), expected), "{name} {port}");
        }
    }
}

#[test]
fn a_taken_port_is_a_clear_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for name in SERVERS {
        let (code, error) = Example::start(name, &port).fail();
        assert_eq!(code, Some(1), "{name}: {error}");
        let start = format!("Error: \"can't listen on 127.0.0.1:{port}: ");
        assert!(error.starts_with(&start), "{name}: {error}");
        let fix = "; set PORT to another port\"";
        assert!(error.ends_with(fix), "{name}: {error}");
    }
}
