# What the crate gives to others: every public item, as `docs/public-api.txt` lists them.

# Rustdoc's JSON is not stable; the compiler that writes it is.
check_public_api() {
    cargo_tool cargo-public-api 0.52.0
    local folder=$CI_FOLDER/unstable listing=docs/public-api.txt
    RUSTC_BOOTSTRAP=1 run cargo rustdoc --locked --quiet --lib --all-features --target-dir "$folder" -- \
        -Z unstable-options --output-format json --cap-lints allow
    cargo public-api --rustdoc-json "$folder/doc/tower_cors.json" \
        --omit blanket-impls,auto-trait-impls,auto-derived-impls >"$folder/listing.txt"
    run diff -u "$listing" "$folder/listing.txt" ||
        fail "the public face has changed; if it is meant to: cp $folder/listing.txt $listing"
    check_semver
}

# Against the last release, once there is one.
check_semver() {
    local release
    if ! release=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null); then
        printf 'note: no release has a tag yet, so that there is nothing to compare the public face with\n'
        return
    fi
    cargo_tool cargo-semver-checks 0.51.0
    run cargo semver-checks --all-features --baseline-rev "$release"
}
