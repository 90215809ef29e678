# Whether the tests notice small mistakes in the library, which cargo-mutants makes one at a time.
#
#   .ci/run mutants                     some mutants of the lines that changed since the last commit's parent
#   BASE=main .ci/run mutants           … since another commit
#   MOST=1000 MINUTES=60 .ci/run mutants   more of them
#   SHARD=0/8 .ci/run mutants_all       an eighth of the whole crate; without SHARD, all of it
#
# `.cargo/mutants.toml` names the mutants that no test can notice, each with the reason.

# Those that see what the library does, and take seconds. The others start cargo or an example, or measure.
TESTS_OF_MUTANTS=(attack behaviour config lookup lookup_cache origin_matching properties tracing weaknesses)
TESTS_OF_TESTING=(testing)

check_mutants() {
    local base=${BASE:-HEAD^} most=${MOST:-12} minutes=${MINUTES:-6} total shards tried
    MUTANTS=$CI_FOLDER/mutants
    if ! git rev-parse --quiet --verify "$base^{commit}" >/dev/null; then
        skip "no mutant was tried: this clone doesn't have the commit $base to compare with"
        return
    fi
    mkdir -p "$MUTANTS"
    git diff "$base" -- src >"$MUTANTS/changes.diff"
    if [[ ! -s $MUTANTS/changes.diff ]]; then
        skip "no mutant was tried: src has not changed since $base"
        return
    fi
    cargo_tool cargo-mutants 27.1.0
    total=$(cargo mutants --list --json --in-diff "$MUTANTS/changes.diff" | jq --slurp 'flatten | length')
    if ((total == 0)); then
        skip "no mutant was tried: the lines that changed since $base have none"
        return
    fi
    choose_tests_of_mutants "$(grep '^+++ ' "$MUTANTS/changes.diff")"
    build_tests_of_mutants
    shards=$(((total + most - 1) / most))
    try_mutants changed "$((minutes * 60))" --in-diff "$MUTANTS/changes.diff" --shard "0/$shards" --sharding round-robin
    tried=$(lines_of changed caught missed timeout unviable)
    echo "of $total mutants in the lines that changed since $base, $tried were tried and $((total - tried)) left out"
    if ((tried < total)); then
        skip "$((total - tried)) of $total mutants were not tried: MOST=$total MINUTES=600 .ci/run mutants tries all"
    fi
    fail_on_missed changed
}

check_mutants_all() {
    MUTANTS=$CI_FOLDER/mutants
    cargo_tool cargo-mutants 27.1.0
    choose_tests_of_mutants "src/testing src/bin"
    build_tests_of_mutants
    try_mutants all 0 --shard "${SHARD:-0/1}" --sharding round-robin
    fail_on_missed all
}

# choose_tests_of_mutants PATHS: those that reach these files.
choose_tests_of_mutants() {
    TARGETS=(--lib "${TESTS_OF_MUTANTS[@]/#/--test=}")
    if [[ $1 = *src/testing* ]]; then
        TARGETS+=("${TESTS_OF_TESTING[@]/#/--test=}")
    fi
    if [[ $1 = *src/bin* ]]; then
        TARGETS+=(--test=cors_why)
    fi
}

# In a copy, so that a run that is stopped leaves no mistake in src. What is built of the dependencies is shared.
build_tests_of_mutants() {
    export CARGO_TARGET_DIR=${CI_FOLDER%/ci} CARGO_INCREMENTAL=1
    rm -rf "$MUTANTS/tree"
    copy_files "$MUTANTS/tree"
    # What was built here last may be a mutant, which cargo would take for up to date.
    find "$MUTANTS/tree/src" -name '*.rs' -exec touch {} +
    run cargo test --locked --quiet --all-features --no-run --manifest-path "$MUTANTS/tree/Cargo.toml" "${TARGETS[@]}"
}

# try_mutants NAME SECONDS ARGUMENT...: for at most so many seconds; 0 is no limit. Which mutants had which outcome is in
# the folder NAME.
try_mutants() {
    local out=$MUTANTS/$1 seconds=$2 status=0
    shift 2
    rm -rf "$out"
    (
        cd "$MUTANTS/tree"
        # A case that fails needs no smaller one, and a stopped run no backtrace.
        export PROPTEST_MAX_SHRINK_ITERS=0 RUST_BACKTRACE=0
        run timeout --signal=INT --kill-after=60 "$seconds" cargo mutants --in-place --colors never \
            --output "$out" "$@" "${TARGETS[@]/#/--cargo-arg=}"
    ) || status=$?
    case $status in
        # 2: some were missed. 3: with some, a test did not end, so it noticed them.
        0 | 2 | 3) ;;
        124) echo "stopped after $seconds seconds" ;;
        4) fail "the tests fail without a mutant" ;;
        *) fail "cargo mutants ended with $status" ;;
    esac
    mv "$out"/mutants.out/*.txt "$out/"
}

# lines_of NAME OUTCOME...: how many mutants had one of these outcomes
lines_of() {
    local folder=$MUTANTS/$1 outcome
    shift
    for outcome in "$@"; do cat "$folder/$outcome.txt"; done | wc -l
}

# Fails for the mutants that NAME/missed.txt lists, if they are missed again with other random inputs and more tests.
fail_on_missed() {
    local missed=$MUTANTS/$1/missed.txt names
    [[ -s $missed ]] || return 0
    choose_tests_of_mutants "src/testing src/bin"
    build_tests_of_mutants
    mapfile -t names < <(
        sed 's/[].[|()*^$?+{}\\]/\\&/g; s/^/--re=^/; s/$/$/' "$missed"
        # Without the files, cargo-mutants would add each field that can be left out of a struct.
        cut -d : -f 1 "$missed" | sort -u | sed 's/^/--file=/'
    )
    try_mutants again 0 --baseline skip --timeout 120 "${names[@]}"
    if grep -xFf "$missed" "$MUTANTS/again/missed.txt" >"$MUTANTS/survivors"; then
        fail "no test notices these mutants; write one, or a reason in .cargo/mutants.toml:
$(cat "$MUTANTS/survivors")"
    fi
}
