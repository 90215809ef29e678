//! What the examples print to expect is what a client sees.

#[path = "running/example.rs"]
#[cfg_attr(
    not(feature = "serde"),
    allow(dead_code, reason = "two examples need serde")
)]
mod example;

use std::env::consts::EXE_EXTENSION;
#[cfg(feature = "serde")]
use std::io::Write;
use std::path::PathBuf;
#[cfg(feature = "serde")]
use std::time::Duration;

#[cfg(feature = "serde")]
use example::Try;
use example::{Example, check_bad_ports, check_taken_port};

#[test]
fn the_examples_say_what_happens() {
    for (name, count) in [("axum", 6), ("hyper", 4), ("mcp", 5), ("without_tower", 3)] {
        let example = Example::start(&binary(name), "0");
        for attempt in example.things_to_try(count) {
            attempt.check();
        }
    }
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
        let example = Example::start_with(&binary("reload"), &[file.as_os_str()], &[("PORT", "0")]);
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
    Example::start_with(
        &binary("config"),
        &[folder.join(file).as_os_str()],
        &variables,
    )
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
            "or \"2h\" for key \"MAX_AGE\"",
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
    "hyper",
    "metrics",
    #[cfg(feature = "serde")]
    "config",
    #[cfg(feature = "serde")]
    "reload",
];

#[test]
fn a_bad_port_is_a_clear_error() {
    for name in SERVERS {
        check_bad_ports(&binary(name));
    }
}

#[test]
fn a_taken_port_is_a_clear_error() {
    for name in SERVERS {
        check_taken_port(&binary(name));
    }
}
