# Whether the tests would notice a mistake: cargo-mutants makes small mistakes in the library, one at a time.
#
#   .ci/run mutants                              the lines that changed since docs/mutants.toml was written
#   .ci/run mutants_all                          each file that docs/mutants.toml lacks, or that changed since
#   FILES="fetch matcher/hash.rs" .ci/run mutants_all   these files and folders of src
#
# `mutants_all` can be stopped at any time and goes on where it was. On two cores, a mutant takes some 4 s.

MUTANTS_FILE=docs/mutants.toml
MOST_MUTANTS=40  # that one `.ci/run mutants` tries; of more, a part
MOST_SECONDS=540 # after which it starts no further module

# A module, which is a file or a folder of src, and the tests that can kill its mutants: the first are quick and kill
# nearly all; the others try what those let live. `lib` stands for the unit tests.
MUTANT_TESTS=(
    "builder   | behaviour                        | config properties"
    "choose    | behaviour                        | attack properties frameworks"
    "config    | config                           | behaviour properties"
    "dynamic   | behaviour tracing                | reload_model properties"
    "error     | behaviour                        | config origin_matching lookup"
    "explain   | behaviour                        | testing_agrees"
    "fetch     | behaviour                        | attack properties testing_agrees"
    "layer.rs  | behaviour                        | frameworks tracing"
    "lookup    | lookup lookup_cache              | tenants"
    "matcher   | lib origin_matching behaviour    | properties"
    "origin    | origin_matching behaviour        | properties config public_suffix"
    "policy    | behaviour                        | properties testing_agrees config"
    "reload.rs | behaviour                        | reload_model"
    "service   | behaviour                        | frameworks properties"
    "testing   | testing_fetch testing_blocked testing_audit testing_cookies testing_other_requests testing_resource_policy | testing_wpt testing_agrees testing_hostile"
)
# They take seconds each; the second round has them.
SLOW_TESTS=(no_request_sees_a_mixture nothing_else_changes an_observed_layer_answers what_it_does_not_name)

check_mutants() {
    cargo_tool cargo-mutants 27.1.0
    local file base diff=$CI_FOLDER/mutants/changes.diff total part started=$SECONDS changed=() unknown=0
    copy_for_mutants
    : >"$diff"
    for file in $(source_files .); do
        base=$(recorded_commit "$file")
        if [[ -z $base ]] || ! git cat-file -e "$base^{commit}" 2>/dev/null; then
            unknown=$((unknown + 1))
        elif ! git diff --quiet "$base" -- "src/$file"; then
            git diff "$base" -- "src/$file" >>"$diff"
            changed+=("$file")
        fi
    done
    if ((unknown > 0)); then
        echo "note: $unknown files have never been tried as a whole, and are not tried here: .ci/run mutants_all"
    fi
    total=$(list_mutants --in-diff "$diff")
    part=$(((total + MOST_MUTANTS - 1) / MOST_MUTANTS))
    echo "$total mutants in the lines that changed in: ${changed[*]:-nothing}"
    if ((part > 1)); then
        echo "note: one in $part of them is tried here, all by: .ci/run mutants_all"
    fi
    for file in "${changed[@]}"; do
        if ((SECONDS - started > MOST_SECONDS)); then
            echo "note: out of time before $file"
            break
        fi
        rm -rf "${CI_FOLDER:?}/mutants/changed/$file"
        mutate "$file" "changed/$file" --in-diff "$diff" --shard "0/$((part > 1 ? part : 1))"
        fail_on_survivors "changed/$file"
    done
}

check_mutants_all() {
    cargo_tool cargo-mutants 27.1.0
    [[ -z $(git status --porcelain -- src) ]] || fail "commit src first: the results are those of a commit"
    local file commit state hash start
    # The last commit that changed the library, since one that only writes docs/mutants.toml may be rebased.
    commit=$(git log -1 --format=%h -- src)
    copy_for_mutants
    # shellcheck disable=SC2086 # the words are paths
    for file in $(source_files ${FILES:-.}); do
        if [[ -z ${FILES:-} && -n $(recorded_commit "$file") ]] &&
            git diff --quiet "$(recorded_commit "$file")" -- "src/$file" 2>/dev/null; then
            continue
        fi
        # What was found in another state of the file doesn't count.
        state=$CI_FOLDER/mutants/all/$file/state
        hash=$(git hash-object "$CI_FOLDER/mutants/tree/src/$file")
        if [[ $(cat "$state" 2>/dev/null) != "$hash" ]]; then
            rm -rf "${CI_FOLDER:?}/mutants/all/$file"
            mkdir -p "$(dirname "$state")"
            echo "$hash" >"$state"
        fi
        start=$SECONDS
        mutate "$file" "all/$file"
        record_mutants "$file" "$commit" $((SECONDS - start))
        (fail_on_survivors "all/$file") || true
    done
}

# The files of some folders of src in which cargo-mutants finds anything to change.
source_files() {
    list_mutants_json "${@/#/src/}" | jq -r '.[].file | ltrimstr("src/")' | sort -u
}

# mutate FILE FOLDER ARGUMENT...: a file's mutants against the first tests of its module, and what survives against
# the others.
mutate() {
    local file=$1 out=$CI_FOLDER/mutants/$2 row arguments tests
    shift 2
    mkdir -p "$out"
    row=$(printf '%s\n' "${MUTANT_TESTS[@]}" | grep "^${file%%/*} ") || fail "MUTANT_TESTS has no row for $file"
    arguments=(--file "src/$file" --all-features "$@")
    absorb "$out"
    mapfile -t tests < <(field 2 "$row" | tr -s ' ' '\n' | sed 's/^/--cargo-arg=--test=/; s/--test=lib$/--lib/')
    PROPTEST_CASES=16 cargo_mutants "$out" "${arguments[@]}" "${tests[@]}" -- -- "${SLOW_TESTS[@]/#/--skip=}"
    if [[ -s $out/missed ]]; then
        mapfile -t tests < <(field '2,3' "$row" | tr -s ' |' '\n' | sed 's/^/--cargo-arg=--test=/; s/--test=lib$/--lib/')
        PROPTEST_CASES=64 cargo_mutants "$out" "${arguments[@]}" "${tests[@]}"
    fi
}

# In a copy of the crate, with a target folder that stays.
cargo_mutants() {
    local out=$1 status=0
    shift
    (
        unset CARGO_TARGET_DIR
        export CARGO_INCREMENTAL=1
        cd "$CI_FOLDER/mutants/tree"
        # A failure needs no smaller example.
        export PROPTEST_MAX_SHRINK_ITERS=0
        run cargo mutants --in-place --iterate --minimum-test-timeout 60 --no-times --colors never \
            --output "$out" "$@"
    ) || status=$?
    # 2: some survived; 3: some took too long, which counts as killed
    ((status == 0 || status == 2 || status == 3)) || fail "cargo mutants ended with $status"
    absorb "$out"
}

# Adds up what cargo-mutants has written, since a later round forgets the former's lists.
absorb() {
    local from=$1/mutants.out
    [[ -d $from ]] || return 0
    cat "$from/caught.txt" "$from/timeout.txt" >>"$1/caught"
    cat "$from/unviable.txt" >>"$1/unviable"
    cp "$from/missed.txt" "$1/missed"
    sort -u -o "$1/caught" "$1/caught"
    sort -u -o "$1/unviable" "$1/unviable"
}

# The crate's files in a folder of their own; those that haven't changed keep their time.
copy_for_mutants() {
    local tree=$CI_FOLDER/mutants/tree
    mkdir -p "$tree"
    find "$tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
    git ls-files -z -- Cargo.toml Cargo.lock README.md clippy.toml src tests docs benches examples SECURITY.md |
        while IFS= read -rd '' name; do if [[ -e $name ]]; then printf '%s\0' "$name"; fi; done |
        xargs -0 cp -p --parents -t "$tree"
    # What was built last may be a mutant, which cargo would take for up to date.
    touch "$tree/src/lib.rs"
}

list_mutants() {
    (cd "$CI_FOLDER/mutants/tree" && cargo mutants --list --all-features --colors never "$@" 2>/dev/null | wc -l)
}

# list_mutants_json PATH...
list_mutants_json() {
    local path arguments=()
    for path in "$@"; do
        arguments+=(--file "$path" --file "${path%/.}/**")
    done
    (cd "$CI_FOLDER/mutants/tree" && cargo mutants --list --json --all-features "${arguments[@]}")
}

# A column of a row of MUTANT_TESTS.
field() {
    cut -d '|' -f "$1" <<<"$2" | sed 's/^ *//; s/ *$//'
}

recorded_commit() {
    sed -n "s|^\"$1\" = { commit = \"\([0-9a-f]*\)\".*|\1|p" "$MUTANTS_FILE"
}

# record_mutants FILE COMMIT SECONDS
record_mutants() {
    local out=$CI_FOLDER/mutants/all/$1 line
    line="\"$1\" = { commit = \"$2\", caught = $(wc -l <"$out/caught"), missed = $(wc -l <"$out/missed"), unviable = $(wc -l <"$out/unviable"), seconds = $3 }"
    {
        sed '/^\[files\]/q' "$MUTANTS_FILE"
        { sed -n '/^"/p' "$MUTANTS_FILE" | grep -v "^\"$1\" = " || true; echo "$line"; } | sort
        sed '1,/^\[files\]/d; /^"/d' "$MUTANTS_FILE"
    } >"$out/file"
    cp "$out/file" "$MUTANTS_FILE"
    echo "$line"
}

# A survivor that docs/mutants.toml has no reason for.
fail_on_survivors() {
    local out=$CI_FOLDER/mutants/$1
    # Lines and columns move; the rest of the name stays.
    sed 's/:[0-9]*:[0-9]*:/:/' "$out/missed" | sort >"$out/survivors"
    sed -n 's/^mutant = "\(.*\)"$/\1/p' "$MUTANTS_FILE" | sed 's/\\"/"/g; s/\\\\/\\/g' | sort |
        comm -23 "$out/survivors" - >"$out/new"
    [[ ! -s $out/new ]] || fail "mutants that no test kills; write a test, or a reason in $MUTANTS_FILE:
$(cat "$out/new")"
}
