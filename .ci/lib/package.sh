# What `cargo publish` would upload: no warning, the same bytes each time, and it builds by itself.

check_package() {
    local folder=$CI_FOLDER/package log=$CI_FOLDER/package.log crate
    rm -rf "$folder"
    mkdir -p "$folder"

    # Cargo builds the packaged library too. It says "warning" and succeeds, so its words are searched.
    run cargo package --locked --allow-dirty --target-dir "$folder/verified" 2>&1 | tee "$log"
    ! grep -q '^warning' "$log" || fail "cargo package warns"

    package_copy "$folder/first"
    package_copy "$folder/second"
    crate=$(basename "$folder"/first/target/package/*.crate)
    cmp "$folder/first/target/package/$crate" "$folder/second/target/package/$crate" ||
        fail "two packages of the same files differ"
    echo "reproducible: $(sha256sum <"$folder/first/target/package/$crate" | cut -c 1-64)"

    # Tests, benches, examples and pages need no file that the package lacks. A distribution runs the tests.
    tar -xzf "$folder/first/target/package/$crate" -C "$folder"
    local unpacked=(--locked --quiet --all-features --manifest-path "$folder/${crate%.crate}/Cargo.toml"
        --target-dir "${CARGO_TARGET_DIR:-target}")
    run cargo check "${unpacked[@]}" --all-targets
    run cargo doc "${unpacked[@]}" --no-deps
    run cargo test "${unpacked[@]}" --test readme --test security --test feature_tables --test config
    rm -rf "$folder"
}

# Packages the same files from another folder and with new times.
package_copy() {
    copy_files "$1"
    run cargo package --locked --quiet --no-verify --manifest-path "$1/Cargo.toml" --target-dir "$1/target"
}
