# How checks are run and told.

# Runs a check under its own heading, with the time that the run has taken so far.
section() {
    printf '\n==== %s (%d s so far)\n' "$1" "$SECONDS"
    ("check_$1")
}

# Runs a command, after saying which.
run() {
    printf -- '---- %s\n' "$*"
    "$@"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# A field of the crate's manifest, as cargo reads it: `of_package rust_version`.
of_package() {
    cargo metadata --locked --no-deps --format-version 1 |
        jq -er ".packages[] | select(.name == \"tower-cors\") | .$1"
}
