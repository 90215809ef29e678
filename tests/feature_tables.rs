//! The lists of features in the documentation have the features of Cargo.toml.

use std::fs;
use std::path::Path;

/// The names in the first column of a table.
fn rows(text: &str, start: &str) -> Vec<String> {
    let table = text.lines().filter_map(|line| line.strip_prefix(start));
    table
        .filter_map(|row| Some(row.split_once('`')?.0.to_owned()))
        .collect()
}

#[test]
fn each_list_has_all_features() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let features = manifest["features"].as_table().unwrap().keys().cloned();
    let features: Vec<_> = features.filter(|name| *name != "default").collect();
    assert!(features.len() > 5, "{features:?}");

    assert_eq!(rows(&read("docs/features.md"), "| `"), features);
    assert_eq!(rows(&read("src/lib.rs"), "//! | `"), features);
    let readme = read("README.md");
    let row = readme.lines().find(|line| line.starts_with("| [Features]"));
    for feature in features {
        let name = format!("`{feature}`");
        assert!(row.unwrap().contains(&name), "README.md lacks {name}");
    }
}
