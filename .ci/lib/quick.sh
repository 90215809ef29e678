# The checks that every crate has.

check_format() {
    run cargo fmt --check
    # These are not targets of cargo.
    run rustfmt --check --edition "$(of_package edition)" tests/ui/*.rs
}

check_clippy() {
    run cargo clippy --locked --all-targets --all-features -- -D warnings
    run cargo clippy --locked --all-targets --no-default-features -- -D warnings
    # `--all-targets` leaves out what `cargo bench` alone doesn't run.
    local benches
    mapfile -t benches < <(of_package 'targets[] | select(.kind == ["bench"]) | .name' | sed 's/^/--bench=/')
    run cargo clippy --locked --all-features "${benches[@]}" -- -D warnings
}

check_docs() {
    RUSTDOCFLAGS="-D warnings" run cargo doc --locked --no-deps --no-default-features
    # As docs.rs builds it, whose Rust is a nightly one: each item says which feature it needs.
    RUSTC_BOOTSTRAP=1 RUSTDOCFLAGS="-D warnings --cfg docsrs" \
        run cargo doc --locked --no-deps --all-features --target-dir "$CI_FOLDER/unstable"
}

# The README's test command, word for word.
check_readme() {
    local command
    command=$(awk '/^```/ { fenced = !fenced; next } fenced && /^cargo test/' README.md)
    [[ -n $command ]] || fail "README.md has no fenced line that starts with \"cargo test\""
    [[ $command != *$'\n'* ]] || fail "README.md has several test commands: $command"
    run bash -c "$command"
}
