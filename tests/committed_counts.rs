//! What CI takes for a fault where the committed instructions and allocations differ from the counted ones.

#[path = "../benches/counts/figures.rs"]
mod figures;

use figures::{Figures, compare};

const HERE: &str = "rustc 2, glibc 2";
const ELSEWHERE: &str = "rustc 1, glibc 1";

/// Figures of one scenario; the floor's are 1,000 instructions and 2 allocations unless told.
fn figures(toolchain: &str, instructions: f64, allocations: f64, floor: f64) -> Figures {
    let text = format!(
        "toolchain = {toolchain:?}\n\
         [denied]\n\
         floor = {{ instructions = {floor}, allocations = 2, bytes = 656 }}\n\
         ours = {{ instructions = {instructions}, allocations = {allocations}, bytes = 656 }}\n"
    );
    toml::from_str(&text).unwrap()
}

#[test]
fn growth_and_any_other_allocation_are_faults() {
    let committed = figures(HERE, 2_000.0, 2.0, 1_000.0);
    for (name, counted, problem, note) in [
        ("the same", figures(HERE, 2_000.0, 2.0, 1_000.0), "", ""),
        ("2 % more", figures(HERE, 2_040.0, 2.0, 1_000.0), "", ""),
        (
            "4 % more",
            figures(HERE, 2_080.0, 2.0, 1_000.0),
            "denied: 2080 instructions a call, 2000 before (+4.0 %)",
            "",
        ),
        (
            "4 % more, and so the floor",
            figures(HERE, 2_080.0, 2.0, 1_040.0),
            "denied: 2080 instructions a call, 2000 before (+4.0 %)",
            "the floor itself has changed",
        ),
        (
            "4 % less",
            figures(HERE, 1_920.0, 2.0, 1_000.0),
            "",
            "(-4.0 %): commit the new figures",
        ),
        (
            "an allocation in one of a thousand calls",
            figures(HERE, 2_000.0, 2.001, 1_000.0),
            "denied: 2.001 allocations of 656 bytes a call, 2 of 656 before",
            "",
        ),
        (
            "an allocation less",
            figures(HERE, 2_000.0, 1.0, 1_000.0),
            "denied: 1 allocations of 656 bytes a call, 2 of 656 before",
            "",
        ),
    ] {
        let found = compare(&committed, &counted, "ours", "floor");
        assert_only(name, &found.problems, problem);
        assert_only(name, &found.notes, note);
    }
}

#[test]
fn with_another_toolchain_a_growth_must_show_in_the_count_and_in_the_ratio() {
    let committed = figures(ELSEWHERE, 2_000.0, 2.0, 1_000.0);
    for (name, counted, problem) in [
        ("the same", figures(HERE, 2_000.0, 2.0, 1_000.0), ""),
        ("both by 10 %", figures(HERE, 2_200.0, 2.0, 1_100.0), ""),
        ("the floor less", figures(HERE, 2_000.0, 2.0, 900.0), ""),
        (
            "this crate more",
            figures(HERE, 2_080.0, 2.0, 1_000.0),
            "(+4.0 %); 2.08 times the floor's, 2.00 before (+4.0 %)",
        ),
        (
            "an allocation more",
            figures(HERE, 2_000.0, 3.0, 1_000.0),
            "3 allocations",
        ),
    ] {
        let found = compare(&committed, &counted, "ours", "floor");
        assert_only(name, &found.problems, problem);
        assert_only(name, &found.notes, "those of rustc 1, glibc 1, and this is");
    }
}

#[test]
fn a_scenario_without_a_counterpart_is_a_fault() {
    let some = figures(HERE, 2_000.0, 2.0, 1_000.0);
    let none = Figures {
        toolchain: HERE.to_owned(),
        ..Figures::default()
    };
    for (committed, counted) in [(&some, &none), (&none, &some)] {
        let found = compare(committed, counted, "ours", "floor");
        assert_only(
            "one side",
            &found.problems,
            "denied: there aren't two figures",
        );
    }
}

#[test]
fn what_is_written_is_read() {
    let figures = figures(HERE, 2_000.5, 3.333_3, 1_000.0);
    let text = figures.text(&["denied"], &["floor", "ours"]);
    assert_eq!(toml::from_str::<Figures>(&text), Ok(figures), "{text}");
}

/// One line that contains `part`; none if that is empty.
fn assert_only(name: &str, lines: &[String], part: &str) {
    assert_eq!(
        lines.len(),
        usize::from(!part.is_empty()),
        "{name}: {lines:?}"
    );
    assert!(
        lines.iter().all(|line| line.contains(part)),
        "{name}: {lines:?}"
    );
}
