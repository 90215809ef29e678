//! A program that is built: axum's hello world, with a layer around it or none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/build_cost");

pub(crate) struct Program {
    name: &'static str,
    folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Program {
    /// Writes its source. Its dependencies are of the versions of this crate's own lock file.
    pub(crate) fn write(name: &'static str, dependency: &str, layer: &str) -> Self {
        let folder = PathBuf::from(FOLDER).join(name);
        fs::create_dir_all(folder.join("src")).expect("a folder");
        let manifest = format!(
            "[package]\n\
             name = \"{name}\"\n\
             version = \"0.0.0\"\n\
             edition = \"2024\"\n\
             [workspace]\n\
             [dependencies]\n\
             axum = \"0.8\"\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt-multi-thread\"] }}\n\
             {dependency}\n\
             [profile.release]\n\
             strip = true\n"
        );
        let source = format!(
            "use axum::{{Router, routing::get}};\n\
             \n\
             #[tokio::main]\n\
             async fn main() {{\n    \
                 let app = Router::new().route(\"/\", get(async || \"Hello, World!\"));\n    \
                 let app = app{layer};\n    \
                 let listener = tokio::net::TcpListener::bind(\"127.0.0.1:3000\").await.unwrap();\n    \
                 axum::serve(listener, app).await.unwrap();\n\
             }}\n"
        );
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::write(folder.join("src/main.rs"), source).expect("a source");
        fs::copy(format!("{ROOT}/Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        Self { name, folder }
    }

    /// The names of all packages that it is built of but itself.
    pub(crate) fn packages(&self) -> BTreeSet<String> {
        let output = self
            .cargo("tree")
            .args(["--edges", "normal,build", "--prefix", "none", "--no-dedupe"])
            .args(["--format", "{p}"])
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "cargo tree: {output:?}");
        let text = String::from_utf8(output.stdout).expect("text");
        let names = text.lines().filter_map(|line| line.split(' ').next());
        names
            .filter(|name| !name.is_empty() && *name != self.name)
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn build(&self, profile: Profile) {
        succeed(self.cargo("build").args(profile.arguments()));
    }

    /// How long these packages take, in nanoseconds, all others being there: cargo's own time is taken off.
    pub(crate) fn time_to_compile(&self, packages: &BTreeSet<String>, profile: Profile) -> f64 {
        let chosen = || packages.iter().flat_map(|name| ["--package", name]);
        let timed = || {
            let start = Instant::now();
            succeed(self.cargo("build").args(profile.arguments()).args(chosen()));
            start.elapsed().as_secs_f64() * 1e9
        };
        succeed(self.cargo("clean").args(profile.arguments()).args(chosen()));
        timed() - timed()
    }

    /// The size of the stripped binary, in bytes.
    pub(crate) fn size(&self) -> f64 {
        self.build(Profile::Release);
        let file = format!("{FOLDER}/target/release/{}", self.name);
        let bytes = fs::metadata(file).expect("it has been built").len();
        f64::from(u32::try_from(bytes).expect("some megabytes"))
    }

    /// The bytes of machine code in the release binary, by crate and module, as `nm` of binutils shows its symbols.
    pub(crate) fn code_by_module(&self) -> BTreeMap<String, u64> {
        // In a folder of its own: the symbols would change the size of the stripped binary.
        let target = format!("{FOLDER}/symbols");
        succeed(
            self.cargo("build")
                .arg("--release")
                .env("CARGO_PROFILE_RELEASE_STRIP", "false")
                .env("CARGO_TARGET_DIR", &target),
        );
        let file = format!("{target}/release/{}", self.name);
        let output = Command::new("nm")
            .args(["--print-size", "--demangle", &file])
            .output()
            .expect("nm of binutils runs");
        assert!(output.status.success(), "nm: {output:?}");
        let mut sizes = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            // address, size, kind, name
            let mut words = line.splitn(4, ' ');
            if let (Some(size), Some("t" | "T"), Some(name)) =
                (words.nth(1), words.next(), words.next())
            {
                let size = u64::from_str_radix(size, 16).unwrap_or(0);
                *sizes.entry(module(name)).or_default() += size;
            }
        }
        sizes
    }

    /// The compiler's passes over this package in a debug build, in seconds, the longest first.
    pub(crate) fn passes(&self, package: &str) -> Vec<(f64, String)> {
        succeed(self.cargo("clean").args(["--package", package]));
        let output = self
            .cargo("rustc")
            .args(["--package", package, "--", "-Z", "time-passes"])
            // that option is not stable
            .env("RUSTC_BOOTSTRAP", "1")
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "cargo rustc: {output:?}");
        let text = [output.stdout, output.stderr].concat();
        let mut passes: Vec<_> = String::from_utf8_lossy(&text)
            .lines()
            .filter_map(|line| {
                let rest = line.trim_start().strip_prefix("time:")?;
                let (seconds, rest) = rest.split_once(';')?;
                let name = rest.split_whitespace().last()?;
                Some((seconds.trim().parse::<f64>().ok()?, name.to_owned()))
            })
            .filter(|(_, name)| name != "total")
            .collect();
        passes.sort_by(|one, other| other.0.total_cmp(&one.0));
        passes
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args([command, "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", format!("{FOLDER}/target"));
        cargo
    }
}

impl Profile {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }
}

/// Crate and module of a function, `tower_cors::origin` say; of `<A as B>::f`, those of `A`.
fn module(name: &str) -> String {
    let path = name.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let end = path
        .find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':')
        .unwrap_or(path.len());
    let parts: Vec<_> = path[..end]
        .split("::")
        .filter(|part| !part.is_empty())
        .collect();
    match parts[..] {
        // what is left is the function itself, and a hash
        [] => "others".to_owned(),
        [one] | [one, _] => one.to_owned(),
        [one, two, ..] => format!("{one}::{two}"),
    }
}

fn succeed(command: &mut Command) {
    let status = command.status().expect("cargo runs");
    assert!(status.success(), "failed: {command:?}");
}
