//! The README as a new user follows it: its `cargo add` lines, and every snippet in the project that these have
//! made so far. Doc tests see this crate's own dependencies; a new project has only what the README names.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The README first: the pages continue its project.
const PAGES: [&str; 3] = ["README.md", "docs/several-policies.md", "docs/config.md"];

/// A server that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(10);

/// A fenced block of a page.
struct Block {
    /// Such as `rust,no_run`.
    language: String,
    text: String,
    /// The name of its page and the number of its first line.
    place: String,
}

/// What a snippet is compiled with: from one `cargo add` to the next.
#[derive(Default, Clone)]
struct Stage {
    dependencies: BTreeMap<String, Dependency>,
    /// By the name of its file.
    programs: BTreeMap<String, String>,
}

#[derive(Default, Clone)]
struct Dependency {
    features: Vec<String>,
    dev_features: Vec<String>,
    is_dev: bool,
}

#[test]
fn a_new_project_compiles_every_snippet_and_its_tests_pass() {
    let project = Project::new("snippets");
    for (index, stage) in stages().iter().enumerate() {
        project.write(stage);
        let output = project.cargo(&["test", "--quiet"]);
        let stdout = String::from_utf8_lossy(&output.stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "stage {index}:\n{stdout}{stderr}");
    }
}

#[test]
fn a_program_prints_the_text_that_follows_it() {
    let project = Project::new("prints");
    let blocks = blocks("README.md");
    let mut found = 0;
    for pair in blocks.windows(2) {
        let [program, text] = pair else { continue };
        if program.language != "rust" || text.language != "text" || !has_main(&program.text) {
            continue;
        }
        found += 1;
        let mut stage = stages().swap_remove(0);
        stage.programs = BTreeMap::from([("prints.rs".to_owned(), program.text.clone())]);
        project.write(&stage);
        let output = project.cargo(&["run", "--quiet"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {stderr}", program.place);
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed.trim_end(), text.text.trim_end(), "{}", text.place);
    }
    assert_eq!(found, 1, "the answer of `explain_request`");
}

#[test]
fn the_quick_start_answers_as_its_curl_lines_say() {
    const WRITTEN: &str = "127.0.0.1:3000";
    let project = Project::new("quick-start");
    let port = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap().to_string();
    drop(port);

    let mut stage = stages().swap_remove(0);
    let program = blocks("README.md").into_iter();
    let program = program
        .map(|block| block.text)
        .find(|text| text.contains(WRITTEN) && has_main(text))
        .unwrap();
    let program = program.replace(WRITTEN, &address);
    stage.programs = BTreeMap::from([("quick_start.rs".to_owned(), program)]);
    project.write(&stage);
    let built = project.cargo(&["build", "--quiet"]);
    assert!(built.status.success(), "{built:?}");
    let mut server = Server::start(&Project::binary("quick_start"));
    // It stays open, because the program prints more.
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines();
    let table: Vec<_> = lines
        .by_ref()
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    let answers: Vec<_> = curl_lines()
        .map(|(promise, line)| (promise, ask(&address, &line)))
        .collect();

    assert!(
        table.iter().any(|row| row.ends_with("GET, HEAD, POST")),
        "{table:?}"
    );
    let mut allowed = 0;
    for (promise, answer) in &answers {
        assert!(answer.starts_with("HTTP/1.1 200"), "{promise}\n{answer}");
        if promise == "no access-control-allow-origin" {
            assert!(!answer.contains("access-control"), "{promise}\n{answer}");
        } else {
            allowed += 1;
            assert!(
                answer.lines().any(|line| line == promise),
                "{promise}\n{answer}"
            );
        }
    }
    assert_eq!((answers.len(), allowed), (2, 1));
}

#[test]
fn rustc_says_what_the_readme_says_it_says() {
    let mistakes = [
        "CorsLayer::builder().allow_origins([origin!(\"https://a.example\")])",
        "CorsLayer::builder().allow_origins([origin!(\"https://a.example\")]).build()",
    ];
    let mut program = String::from(
        "use tower_cors::{CorsLayer, origin};\nfn main() {\nlet router = || axum::Router::<()>::new();\n",
    );
    for mistake in mistakes {
        let _ = writeln!(program, "let _ = router().layer({mistake});");
    }
    program.push('}');
    let mut stage = stages().swap_remove(0);
    stage.programs = BTreeMap::from([("mistakes.rs".to_owned(), program)]);
    let project = Project::new("mistakes");
    project.write(&stage);
    let said = project.cargo(&["check", "--quiet"]).stderr;
    let said = String::from_utf8_lossy(&said);

    let blocks = blocks("README.md");
    let shown = blocks
        .iter()
        .find(|block| block.text.contains("`Result<CorsLayer, "));
    let shown = shown.expect("the README shows these messages");
    for line in shown.text.lines() {
        // The type is ours. The rest is rustc's, and may change with it.
        let ours = line.split('`').nth(1).unwrap();
        let ours = ours.split(": ").next().unwrap();
        assert!(said.contains(ours), "{ours}\n{said}");
    }
}

/// A registry shows the page without the files beside it.
#[test]
fn no_link_leads_to_a_file() {
    let readme = read("README.md");
    for link in readme.split("](").skip(1) {
        let target = link.split(')').next().unwrap();
        assert!(
            target.starts_with("https://") || target.starts_with('#'),
            "{target}: crates.io and docs.rs don't have it"
        );
    }
}

/// The snippets of all pages, by what the project depends on where they stand.
fn stages() -> Vec<Stage> {
    let mut stages = vec![Stage::default()];
    for page in PAGES {
        for block in blocks(page) {
            if block.language == "sh" && block.text.contains("cargo add ") {
                let mut next = stages.last().cloned().unwrap_or_default();
                if !next.dependencies.is_empty() {
                    next.programs.clear();
                    stages.push(next);
                }
                let stage = stages.last_mut().unwrap();
                let lines = block.text.lines();
                for line in lines.filter(|line| line.starts_with("cargo add ")) {
                    add(&mut stage.dependencies, line);
                }
            } else if block.language.starts_with("rust") {
                let stage = stages.last_mut().unwrap();
                let name = block.place.replace(|c: char| !c.is_alphanumeric(), "_") + ".rs";
                let main = if has_main(&block.text) {
                    ""
                } else {
                    "\nfn main() {}\n"
                };
                stage.programs.insert(name, block.text + main);
            }
        }
    }
    assert!(stages.len() > 2, "the README adds to its project");
    stages
}

fn has_main(program: &str) -> bool {
    program.contains("fn main()")
}

/// Reads `cargo add --dev NAME --features A,B`.
fn add(dependencies: &mut BTreeMap<String, Dependency>, line: &str) {
    let mut words = line.split_whitespace().skip(2);
    let (mut is_dev, mut features, mut name) = (false, vec![], None);
    while let Some(word) = words.next() {
        match word {
            "--dev" => is_dev = true,
            "--features" => {
                let list = words.next().expect(line).split(',');
                features = list.map(str::to_owned).collect();
            }
            flag if flag.starts_with('-') => panic!("{flag} in {line:?}"),
            word => assert!(name.replace(word).is_none(), "{line}"),
        }
    }
    let is_new = !dependencies.contains_key(name.expect(line));
    let dependency = dependencies
        .entry(name.expect(line).to_owned())
        .or_default();
    if is_dev {
        dependency.dev_features = features;
        dependency.is_dev |= is_new;
    } else {
        dependency.features.extend(features);
    }
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in read(page).lines().enumerate() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), None) => {
                open = Some(Block {
                    language: language.to_owned(),
                    text: String::new(),
                    place: format!("{page}:{}", index + 2),
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "{page} has an open block");
    blocks
}

/// What the README says to expect, and the `curl` line below it.
fn curl_lines() -> impl Iterator<Item = (String, String)> {
    let blocks = blocks("README.md").into_iter();
    let lines: Vec<_> = blocks
        .flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let promise = pair[0].strip_prefix("# expect: ")?;
        Some((promise.to_owned(), pair[1].clone()))
    });
    pairs.collect::<Vec<_>>().into_iter()
}

/// Sends what a `curl` line sends, and gives back the head of the response.
fn ask(address: &str, line: &str) -> String {
    let header = line.split('\'').nth(1).unwrap();
    let path = line
        .split_once("127.0.0.1:3000")
        .and_then(|(_, rest)| rest.split_whitespace().next());
    let path = path.unwrap();
    let mut stream = connect(address);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{header}\r\n\r\n"
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.split_once("\r\n\r\n").unwrap().0.to_owned()
}

/// Waits for a server that is about to listen.
fn connect(address: &str) -> TcpStream {
    let started = Instant::now();
    loop {
        match TcpStream::connect(address) {
            Ok(stream) => return stream,
            Err(error) => assert!(started.elapsed() < PATIENCE, "{address}: {error}"),
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// A running program, ended with the test.
struct Server(Child);

impl Server {
    fn start(program: &Path) -> Self {
        let process = Command::new(program).stdout(Stdio::piped()).spawn();
        Self(process.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A new project, in the target folder.
struct Project(PathBuf);

impl Project {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("readme")
            .join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        // The versions that are already here, so that nothing has to be fetched.
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
        Self(folder)
    }

    fn write(&self, stage: &Stage) {
        let mut manifest = String::from(
            "[package]\nname = \"api\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
        );
        for (table, is_dev) in [("dependencies", false), ("dev-dependencies", true)] {
            let _ = writeln!(manifest, "[{table}]");
            for (name, dependency) in &stage.dependencies {
                let features = if is_dev {
                    &dependency.dev_features
                } else {
                    &dependency.features
                };
                if dependency.is_dev != is_dev && (!is_dev || features.is_empty()) {
                    continue;
                }
                let source = if name == "tower-cors" {
                    let root = Value::from(env!("CARGO_MANIFEST_DIR"));
                    format!("path = {root}")
                } else {
                    "version = \"*\"".to_owned()
                };
                let _ = writeln!(manifest, "{name} = {{ {source}, features = {features:?} }}");
            }
        }
        fs::write(self.0.join("Cargo.toml"), manifest).unwrap();
        let programs = self.0.join("src/bin");
        let _ = fs::remove_dir_all(&programs);
        fs::create_dir_all(&programs).unwrap();
        for (name, program) in &stage.programs {
            let program = format!("#![allow(unused)]\n{program}");
            fs::write(programs.join(name), program).unwrap();
        }
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        Command::new(cargo())
            .current_dir(&self.0)
            .args(arguments)
            .arg("--offline")
            .arg("--target-dir")
            .arg(Self::target())
            .output()
            .unwrap()
    }

    /// One for all projects, and not this crate's: cargo holds a lock on that.
    fn target() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme/target")
    }

    /// The program of this name. All projects share a folder, so no two may have the same name.
    fn binary(name: &str) -> PathBuf {
        let binary = Self::target().join("debug").join(name);
        binary.with_extension(env::consts::EXE_EXTENSION)
    }
}

fn cargo() -> std::ffi::OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}
