//! SECURITY.md promises nothing that no test holds: each test that it names exists.

use std::fs;
use std::path::Path;

/// The texts between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn each_test_that_it_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let mut count = 0;
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let Some((_, held_by)) = line.trim_end_matches(" |").rsplit_once(" | ") else {
            continue;
        };
        let mut source = String::new();
        for name in quoted(held_by) {
            if Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "rs")
            {
                source = fs::read_to_string(root.join(name)).expect(name);
            } else if !source.is_empty() {
                assert!(
                    source.contains(&format!("fn {name}(")),
                    "{name} is gone: {line}"
                );
                count += 1;
            }
        }
    }
    assert!(count >= 20, "only {count} tests were found");
}
