# What comes in from outside: licences and sources, the oldest versions that the manifest allows.

check_supply_chain() {
    cargo_tool cargo-deny 0.20.2
    run cargo deny --all-features check --hide-inclusion-graph licenses bans sources
    check_minimal_versions
}

# The library with the oldest versions of its dependencies that Cargo.toml allows. Cargo's own option for
# that is not stable; the compiler that builds is.
check_minimal_versions() {
    local folder=$CI_FOLDER/minimal-versions
    rm -rf "$folder/src" "$folder/docs"
    mkdir -p "$folder"
    cp -r src docs README.md "$folder/"
    awk '/^\[/ { skip = /^\[dev-dependencies/ || /^\[\[/ } !skip' Cargo.toml >"$folder/Cargo.toml"
    (
        cd "$folder"
        unset CARGO_TARGET_DIR
        rm -f Cargo.lock
        RUSTC_BOOTSTRAP=1 run cargo update --quiet -Z direct-minimal-versions
        run cargo check --locked --quiet --lib --bins --all-features
        run cargo tree --locked --all-features --depth 1
    )
}
