# The layer with axum in WebAssembly, as edge workers run it: built for wasm32-unknown-unknown and run in Node.

check_wasm() {
    local manifest=tests/wasm/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" -- -D warnings
    debian_packages lld
    command -v node >/dev/null || debian_packages nodejs
    # Debian has no standard library for that target, but its source, which cargo builds.
    use_debian_rust newest rustc-web cargo-web libstd-rust-web-dev rust-web-src
    local library
    library=$(rustc --print sysroot)/lib/rustlib/src/rust/library
    if ! [[ -e $library ]]; then
        mkdir -p "$(dirname "$library")"
        ln -s "$(echo "$DEBIAN_RUST"/usr/src/rustc-*/library)" "$library"
    fi
    # For `-Z build-std`, which is not stable; the compiler that builds is.
    export RUSTC_BOOTSTRAP=1 CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
    local target=wasm32-unknown-unknown
    run cargo check --locked --quiet -Z build-std=std,panic_abort --target "$target"
    run cargo build --locked --quiet -Z build-std=std,panic_abort --target "$target" --manifest-path "$manifest"
    run timeout 60 node tests/wasm/run.mjs "$CARGO_TARGET_DIR/$target/debug/tower_cors_wasm.wasm"
}
