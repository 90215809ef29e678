# The oldest Rust that is supported, which Debian has as packages.

check_msrv() {
    use_debian_rust "$(of_package rust_version)" rustc-web cargo-web libstd-rust-web-dev
    run cargo check --locked --lib
    run cargo check --locked --lib --bins --all-features
    run cargo test --locked --quiet --all-features --lib --test behaviour
    # Nothing else builds with that Rust, and it is gigabytes.
    rm -rf "$CARGO_TARGET_DIR"
}
