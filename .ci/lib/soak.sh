# The layer under load and hostile clients, for a minute: tests/soak, a package of its own.

check_soak() {
    debian_packages wrk

    local manifest=tests/soak/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo test --locked --quiet --release --manifest-path "$manifest"
    run cargo run --locked --quiet --release --manifest-path "$manifest" -- --minutes 1
}
