//! What the compiler says of a mistake: our own words in it, at the line that is wrong.
//!
//! Each file of `tests/ui` is checked as a program of its own, by `cargo check`. A `//~` comment there
//! holds words that an error at the code line above it must have, in its message, a label or a note. An
//! error at a line without such a comment fails the test too. The rest of rustc's output is its own.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// The file that must compile, so that a broken set-up is no success.
const CONTROL: &str = "lawful";

/// What cargo said of each file of `tests/ui`.
static OUTCOMES: LazyLock<BTreeMap<String, Outcome>> = LazyLock::new(check_all);

#[derive(Default)]
struct Outcome {
    compiled: bool,
    /// By line, from 1: all words of the errors there. Line 0: errors at no line of the file.
    errors: BTreeMap<usize, String>,
}

#[test]
fn what_the_other_files_do_wrong_compiles_when_done_right() {
    let control = &OUTCOMES[CONTROL];
    assert!(control.compiled, "{:#?}", control.errors);
}

#[test]
fn every_mistake_has_our_message() {
    let mut failures = String::new();
    for (name, outcome) in OUTCOMES.iter().filter(|(name, _)| *name != CONTROL) {
        let source = fs::read_to_string(ui().join(format!("{name}.rs"))).expect("cargo read it");
        let expected = expected_words(&source);
        if outcome.compiled || expected.is_empty() {
            let _ = write!(failures, "\n{name}.rs compiles, or expects nothing");
        }
        for (line, words) in &expected {
            let said = outcome.errors.get(line).map_or("nothing", String::as_str);
            for words in words.iter().filter(|words| !said.contains(**words)) {
                let _ = write!(
                    failures,
                    "\n{name}.rs:{line} lacks: {words}\nit says: {said}"
                );
            }
        }
        for (line, said) in &outcome.errors {
            if !expected.contains_key(line) {
                let _ = write!(
                    failures,
                    "\n{name}.rs:{line} is not expected to say: {said}"
                );
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// By line, from 1: the words of the `//~` comments below it.
fn expected_words(source: &str) -> BTreeMap<usize, Vec<&str>> {
    let mut expected = BTreeMap::<_, Vec<_>>::new();
    let mut code_line = 0;
    for (index, text) in source.lines().enumerate() {
        if let Some(words) = text.trim().strip_prefix("//~ ") {
            expected.entry(code_line).or_default().push(words);
        } else {
            code_line = index + 1;
        }
    }
    expected
}

fn check_all() -> BTreeMap<String, Outcome> {
    let project = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compile_errors");
    let names = write_project(&project);
    let said = cargo_check(&project);

    let mut outcomes: BTreeMap<String, Outcome> = names
        .into_iter()
        .map(|name| (name, Outcome::default()))
        .collect();
    for line in said.lines() {
        let message: Value = serde_json::from_str(line).expect("cargo writes a JSON value a line");
        let target = message["target"]["name"].as_str().unwrap_or_default();
        let Some(outcome) = outcomes.get_mut(target) else {
            // A dependency's, or the closing message.
            continue;
        };
        if message["reason"] == "compiler-artifact" {
            outcome.compiled = true;
        } else if message["message"]["level"] == "error" {
            let diagnostic = &message["message"];
            if diagnostic["message"]
                .as_str()
                .is_some_and(|text| text.starts_with("aborting due to"))
            {
                continue;
            }
            let line = line_of(diagnostic, target).unwrap_or(0);
            collect_words(diagnostic, outcome.errors.entry(line).or_default());
        }
    }
    outcomes
}

/// A package with a program for each file of `tests/ui`; returns their names.
fn write_project(project: &Path) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut manifest = format!(
        "[package]\nname = \"compile-errors\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [workspace]\n[lints.rust]\nunused = \"allow\"\n\
         [dependencies]\naxum = \"0.8\"\nhttp = \"1\"\ntower = {{ version = \"0.5\", default-features = false }}\n\
         tower-cors = {{ path = {} }}\n",
        quoted(root),
    );
    let mut names = Vec::new();
    for entry in fs::read_dir(ui()).expect("tests/ui can be read") {
        let path = entry.expect("tests/ui can be read").path();
        let name = path.file_stem().expect("a file has a name");
        let name = name.to_str().expect("the names are ASCII").to_owned();
        let _ = write!(
            manifest,
            "[[bin]]\nname = {name:?}\npath = {}\n",
            quoted(&path)
        );
        names.push(name);
    }
    fs::create_dir_all(project).expect("the target folder can be written");
    fs::write(project.join("Cargo.toml"), manifest).expect("the target folder can be written");
    // The versions that are already here, so that nothing has to be fetched.
    fs::copy(root.join("Cargo.lock"), project.join("Cargo.lock")).expect("Cargo.lock is there");
    names
}

/// As a TOML string, whose escapes are those of JSON.
fn quoted(path: &Path) -> String {
    Value::from(path.to_str().expect("the path is UTF-8")).to_string()
}

/// The messages of one `cargo check`, in a target folder of its own: cargo holds a lock on ours.
fn cargo_check(project: &Path) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(&cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["check", "--quiet", "--offline", "--keep-going"])
        .arg("--message-format=json")
        .arg("--manifest-path")
        .arg(project.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(project.join("target"))
        .output()
        .unwrap_or_else(|error| panic!("{cargo:?} cannot be run: {error}"));
    assert!(
        !output.stdout.is_empty(),
        "cargo check checked nothing: {}",
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// The line of the file `name` at which an error is, outside of any macro.
fn line_of(diagnostic: &Value, name: &str) -> Option<usize> {
    let spans = diagnostic["spans"].as_array()?;
    let mut span = spans.iter().find(|span| span["is_primary"] == true)?;
    while span["expansion"].is_object() {
        span = &span["expansion"]["span"];
    }
    let file = span["file_name"].as_str()?;
    if !file.ends_with(&format!("{name}.rs")) {
        return None;
    }
    usize::try_from(span["line_start"].as_u64()?).ok()
}

/// The message, its labels, and its notes, each on a line.
fn collect_words(diagnostic: &Value, words: &mut String) {
    let list = |field: &str| diagnostic[field].as_array().into_iter().flatten();
    let labels = list("spans").map(|span| &span["label"]);
    for text in [&diagnostic["message"]].into_iter().chain(labels) {
        if let Some(text) = text.as_str() {
            let _ = writeln!(words, "{text}");
        }
    }
    for child in list("children") {
        collect_words(child, words);
    }
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}
