# How checks are run, and how they say what they do.

# Runs a check under its own heading, and says how long it took and how much of the processors it used. The costs of
# all stand before the last check.
section() {
    local status started=$SECONDS used costs=$CI_FOLDER/costs
    if [[ $1 = "${names[0]}" ]]; then
        : >"$costs"
    elif [[ $1 = "${names[-1]}" ]]; then
        printf '\n==== what the checks took\n'
        cat "$costs"
    fi
    printf '\n==== %s (%d s so far)\n' "$1" "$SECONDS"
    processor_seconds
    used=$REPLY
    # Not by `|| status=$?`, which would turn `set -e` off within the check.
    set +e
    (set -e; "check_$1")
    status=$?
    set -e
    processor_seconds
    printf '%-12s %4d s, %4d s of processor time\n' "$1" $((SECONDS - started)) $((REPLY - used)) |
        tee -a "$costs"
    return "$status"
}

# Sets REPLY to what the commands that have ended have used of the processors. `times` in a subshell would say nothing.
processor_seconds() {
    times >"$CI_FOLDER/times"
    REPLY=$(awk -F '[ms ]' 'NR == 2 { print int($1 * 60 + $2 + $4 * 60 + $5) }' "$CI_FOLDER/times")
}

# Runs a command, after saying which.
run() {
    printf -- '---- %s\n' "$*"
    "$@"
}

# Says what a check left out, here and among the costs of all checks.
skip() {
    printf 'note: %s\n' "$*" | tee -a "$CI_FOLDER/costs"
}

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# copy_files FOLDER: copies the files that git knows of, or doesn't ignore.
copy_files() {
    local name
    git ls-files -z --cached --others --exclude-standard |
        while IFS= read -rd '' name; do if [[ -e $name ]]; then printf '%s\0' "$name"; fi; done |
        xargs -0 cp --parents -t "$(mkdir -p "$1" && echo "$1")"
}

# A field of the crate's manifest, as cargo reads it: `of_package rust_version`.
of_package() {
    cargo metadata --locked --no-deps --format-version 1 |
        jq -er ".packages[] | select(.name == \"tower-cors\") | .$1"
}

# Installs a tool from crates.io in just this version: `cargo_tool cargo-deny 0.20.2`. Unoptimised, since that takes
# a third of the time to build and the tools do little.
cargo_tool() {
    if [[ $(cargo install --list | grep "^$1 v") != "$1 v$2:" ]]; then
        run cargo install --debug --quiet --locked "$1@$2"
    fi
}
