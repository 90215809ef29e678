# The promise that the dependencies of an axum program grow by this crate and thiserror alone, by nothing of the
# features such as the HTTP client of `cors-why`; and lock files that fit.

ADDED=(thiserror thiserror-impl tower-cors)

check_dependencies() {
    local manifest
    for manifest in $(git ls-files Cargo.toml '*/Cargo.toml'); do
        cargo metadata --locked --format-version 1 --manifest-path "$manifest" >/dev/null ||
            fail "the lock file is not up to date: cargo metadata --manifest-path $manifest"
    done
    local folder=$CI_FOLDER/dependencies
    mkdir -p "$folder/src"
    echo 'fn main() {}' >"$folder/src/main.rs"

    write_axum_manifest >"$folder/Cargo.toml"
    list_dependencies "$folder" >"$folder/before"
    write_axum_manifest "tower-cors = { path = \"$PWD\" }" >"$folder/Cargo.toml"
    list_dependencies "$folder" >"$folder/after"

    grep -q '^axum v' "$folder/before" || fail "the program has no axum"
    echo "before: $(wc -l <"$folder/before") packages; added and removed:"
    # diff succeeds if there is no difference, which would be a fault of this script.
    if diff "$folder/before" "$folder/after" >"$folder/difference"; then
        fail "the program has no tower-cors"
    fi
    grep '^[<>]' "$folder/difference"
    [[ $(sed -n 's/^[<>] \(.*\) v.*/\1/p' "$folder/difference" | xargs) = "${ADDED[*]}" ]] &&
        ! grep -q '^<' "$folder/difference" ||
        fail "an axum program gets something else than: ${ADDED[*]}"
}

# The manifest of axum's hello world, and a further dependency.
write_axum_manifest() {
    cat <<MANIFEST
[package]
name = "hello-world"
version = "0.0.0"
edition = "2024"
[workspace]
[dependencies]
axum = "0.8"
tokio = { version = "1", features = ["macros", "net", "rt-multi-thread"] }
${1:-}
MANIFEST
}

# Name and version of each, from the crate's own lock file.
list_dependencies() {
    cp Cargo.lock "$1/Cargo.lock"
    cargo tree --quiet --manifest-path "$1/Cargo.toml" --edges normal,build --target all \
        --prefix none --no-dedupe --format '{p}' |
        sed -e '/^hello-world v/d' -e 's/ (.*//' | sort -u
}
