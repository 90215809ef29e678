# Three servers and one PostgreSQL that is stopped and started: tests/fleet, a package of its own.

check_fleet() {
    debian_packages postgresql

    local manifest=tests/fleet/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo run --locked --quiet --manifest-path "$manifest"
}
