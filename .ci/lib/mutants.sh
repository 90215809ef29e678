# Whether the tests would notice a mistake. cargo-mutants says which small mistakes the library could have. All of them
# are compiled at once, each behind a switch, and the tests run with one at a time (.ci/mutants/mutants.py), since to
# compile each would take hours.
#
#   .ci/run mutants                              the lines that changed since docs/mutants.toml was written
#   .ci/run mutants_all                          each file that docs/mutants.toml lacks, or that changed since
#   FILES="fetch matcher/hash.rs" .ci/run mutants_all   these files and folders of src
#
# `mutants_all` can be stopped at any time and goes on where it was.

MUTANTS_FILE=docs/mutants.toml
MOST_MUTANTS=200 # that one `.ci/run mutants` tries; of more, a part

# For mistakes in constants, and others that can't be switched: they are compiled one by one.
TESTS_OF_UNSWITCHED=(behaviour origin_matching config properties testing_fetch testing_cookies testing_agrees testing_wpt)

check_mutants() {
    prepare_mutants
    local file base diff=$MUTANTS/changes.diff total changed=() unknown=0
    : >"$diff"
    for file in $(mutable_files .); do
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
    list_mutants --in-diff "$diff" >"$MUTANTS/list.json"
    # Of an empty diff, cargo-mutants says nothing.
    total=$(jq --slurp 'flatten | length' "$MUTANTS/list.json")
    echo "$total mutants in the lines that changed in: ${changed[*]:-nothing}"
    if ((total > MOST_MUTANTS)); then
        echo "note: $MOST_MUTANTS of them are tried here, all by: .ci/run mutants_all"
        jq "[range(0; length; length / $MOST_MUTANTS) as \$i | .[\$i | floor]]" "$MUTANTS/list.json" >"$MUTANTS/part.json"
        mv "$MUTANTS/part.json" "$MUTANTS/list.json"
    fi
    if ((total > 0)); then
        rm -rf "${MUTANTS:?}/changed"
        mutate changed
        fail_on_survivors changed
    fi
}

check_mutants_all() {
    [[ -z $(git status --porcelain -- src) ]] || fail "commit src first: the results are those of a commit"
    prepare_mutants
    local file commit arguments=() tried=()
    # The last commit that changed the library, since one that only writes docs/mutants.toml may be rebased.
    commit=$(git log -1 --format=%h -- src)
    # shellcheck disable=SC2086 # the words are paths
    for file in $(mutable_files ${FILES:-.}); do
        if [[ -n ${FILES:-} || -z $(recorded_commit "$file") ]] ||
            ! git diff --quiet "$(recorded_commit "$file")" -- "src/$file" 2>/dev/null; then
            arguments+=(--file "src/$file")
            tried+=("$file")
        fi
    done
    if ((${#tried[@]} == 0)); then
        return
    fi
    list_mutants "${arguments[@]}" >"$MUTANTS/list.json"
    mutate all
    for file in "${tried[@]}"; do
        record_mutants "$file" "$commit"
    done
    write_table_of_mutants
    fail_on_survivors all
}

prepare_mutants() {
    debian_packages python3
    cargo_tool cargo-mutants 27.1.0
    MUTANTS=$CI_FOLDER/mutants
    copy_for_mutants
}

# The files of some folders of src in which cargo-mutants finds anything to change.
mutable_files() {
    local path arguments=()
    for path in "${@%.}"; do
        arguments+=(--file "src/$path" --file "src/$path${path:+/}**")
    done
    list_mutants "${arguments[@]}" | jq -r '.[].file | ltrimstr("src/")' | sort -u
}

# list_mutants ARGUMENT...: as JSON
list_mutants() {
    cargo mutants --list --json --all-features "$@"
}

# mutate FOLDER: tries what list.json has. The folder gets a file for each outcome.
mutate() {
    local out=$MUTANTS/$1 names
    mutants_with_reason >"$MUTANTS/with_reason"
    (
        unset CARGO_TARGET_DIR
        # For the switch, which is a function of the compiler's own.
        export CARGO_INCREMENTAL=1 RUSTC_BOOTSTRAP=mutant_switch
        cd "$MUTANTS/tree"
        run python3 mutants.py ../list.json "$out" ../with_reason
    )
    if [[ -s $out/untried ]]; then
        copy_for_mutants
        # Without the files, cargo-mutants would add each deleted field of a struct.
        mapfile -t names < <(
            sed 's/[].[|()*^$?+{}\\]/\\&/g; s/^/--re=^/; s/$/$/' "$out/untried"
            cut -d : -f 1 "$out/untried" | sort -u | sed 's/^/--file=/'
        )
        mutate_one_by_one "$out" "${names[@]}"
    fi
}

# mutate_one_by_one FOLDER ARGUMENT...
mutate_one_by_one() {
    local out=$1 outcome status=0
    shift
    (
        unset CARGO_TARGET_DIR
        export CARGO_INCREMENTAL=1 RUSTC_BOOTSTRAP=mutant_switch PROPTEST_MAX_SHRINK_ITERS=0
        cd "$MUTANTS/tree"
        run cargo mutants --in-place --minimum-test-timeout 60 --no-times --colors never --all-features \
            --output "$out" "$@" --cargo-arg=--lib "${TESTS_OF_UNSWITCHED[@]/#/--cargo-arg=--test=}"
    ) || status=$?
    # 2: some survived; 3: some took too long, which counts as caught
    ((status == 0 || status == 2 || status == 3)) || fail "cargo mutants ended with $status"
    # cargo-mutants adds the fields of structs that one can leave out, whatever it is asked for.
    cat "$out/mutants.out/caught.txt" "$out/mutants.out/timeout.txt" | grep -xFf "$out/untried" >>"$out/caught" || true
    grep -xFf "$out/untried" "$out/mutants.out/missed.txt" >>"$out/missed" || true
    grep -xFf "$out/untried" "$out/mutants.out/unviable.txt" >>"$out/unviable" || true
    for outcome in caught missed unviable; do
        sort -u -o "$out/$outcome" "$out/$outcome"
    done
    : >"$out/untried"
}

# The crate's files in a folder of their own, with the switch; those that haven't changed keep their time.
copy_for_mutants() {
    local tree=$MUTANTS/tree
    mkdir -p "$tree"
    find "$tree" -mindepth 1 -maxdepth 1 ! -name target -exec rm -rf {} +
    git ls-files -z -- Cargo.toml Cargo.lock README.md clippy.toml src tests docs benches examples SECURITY.md |
        while IFS= read -rd '' name; do if [[ -e $name ]]; then printf '%s\0' "$name"; fi; done |
        xargs -0 cp -p --parents -t "$tree"
    mkdir "$tree/original"
    cp -rp src "$tree/original"
    cp -rp .ci/mutants/* "$tree"
    sed -i 's|^\[dependencies\]$|&\nmutant-switch = { path = "switch" }|' "$tree/Cargo.toml"
    # What was built last may be a mutant, which cargo would take for up to date.
    find "$tree/src" -name '*.rs' -exec touch {} +
}

recorded_commit() {
    sed -n "s|^\"$1\" = { commit = \"\([0-9a-f]*\)\".*|\1|p" "$MUTANTS_FILE"
}

# record_mutants FILE COMMIT
record_mutants() {
    local out=$MUTANTS/all line
    line="\"$1\" = { commit = \"$2\", caught = $(count_in caught "$1"), missed = $(count_in missed "$1"), unviable = $(count_in unviable "$1") }"
    {
        sed '/^\[files\]/q' "$MUTANTS_FILE"
        { sed -n '/^"/p' "$MUTANTS_FILE" | grep -v "^\"$1\" = " || true; echo "$line"; } | sort
        sed '1,/^\[files\]/d; /^"/d' "$MUTANTS_FILE"
    } >"$out/file"
    cp "$out/file" "$MUTANTS_FILE"
}

# The sums of each module, into docs/testing.md.
write_table_of_mutants() {
    local page=docs/testing.md
    {
        sed '/^<!-- begin mutants -->$/q' "$page"
        awk -F '[" ={},/]+' '
            /^"/ {
                module = $2
                for (i = 3; i < NF; i++) {
                    sums[module, $i] += $(i + 1)
                    all[$i] += $(i + 1)
                }
                modules[module]
            }
            END {
                print "\n| module | caught | not noticed | do not compile |\n|---|--:|--:|--:|"
                for (module in modules) {
                    row = "| `%s` | %d | %d | %d |\n"
                    printf row, module, sums[module, "caught"], sums[module, "missed"], sums[module, "unviable"] | "sort"
                }
                close("sort")
                printf "| all | %d | %d | %d |\n\n", all["caught"], all["missed"], all["unviable"]
            }' "$MUTANTS_FILE"
        sed -n '/^<!-- end mutants -->$/,$p' "$page"
    } >"$MUTANTS/page"
    cp "$MUTANTS/page" "$page"
}

# count_in OUTCOME FILE
count_in() {
    grep -c "^src/$2:" "$MUTANTS/all/$1" || true
}

# Those that no test can notice.
mutants_with_reason() {
    sed -n 's/^mutant = "\(.*\)"$/\1/p' "$MUTANTS_FILE" | sed 's/\\"/"/g; s/\\\\/\\/g'
}

# A survivor that docs/mutants.toml has no reason for.
fail_on_survivors() {
    local out=$MUTANTS/$1
    # Lines and columns move; the rest of the name stays.
    sed 's/:[0-9]*:[0-9]*:/:/' "$out/missed" | sort -u >"$out/survivors"
    mutants_with_reason | sort -u | comm -23 "$out/survivors" - >"$out/new"
    [[ ! -s $out/new ]] || fail "mutants that no test kills; write a test, or a reason in $MUTANTS_FILE:
$(cat "$out/new")"
}
