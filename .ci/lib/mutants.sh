# Whether the tests would notice a mistake: each mutant of the library's code, by cargo-mutants. That takes hours, so it
# is not among the checks that every run makes: `.ci/run mutants`. A run that is broken off goes on where it was.

check_mutants() {
    cargo_tool cargo-mutants 27.1.0
    # They build in copies of the crate, once for each job.
    unset CARGO_TARGET_DIR
    export CARGO_INCREMENTAL=1
    # The quickest tests that reach much; then, for what they let through, those that know the part;
    # then the others that run in a copy.
    mutate --exclude 'src/testing/**' --exclude 'src/lookup/**' --cargo-arg=--test=behaviour
    mutate --file 'src/config/**' --file 'src/lookup/**' --all-features \
        --cargo-arg=--test=config --cargo-arg=--test=lookup --cargo-arg=--test=lookup_cache
    mutate --file 'src/testing/**' --features testing --cargo-arg=--test=testing_fetch \
        --cargo-arg=--test=testing_blocked --cargo-arg=--test=testing_wpt --cargo-arg=--test=testing_audit
    mutate --all-features --cargo-arg=--lib --cargo-arg=--test={behaviour,properties,origin_matching,weaknesses} \
        --cargo-arg=--test={lookup,lookup_cache,config,tracing,public_suffix,testing_agrees}
    echo "killed, or not compiled: $(cat "$CI_FOLDER"/mutants.out/{previously_caught,caught,timeout,unviable}.txt | wc -l)"
    echo "survived:"
    cat "$CI_FOLDER/mutants.out/missed.txt"
}

# Tries what no test has killed yet.
mutate() {
    # 2: some survived; 3: some took too long
    run cargo mutants --iterate --jobs "$(nproc)" --timeout 60 --output "$CI_FOLDER" "$@" \
        -- -- --skip no_request_sees_a_mixture || (($? == 2 || $? == 3))
}
