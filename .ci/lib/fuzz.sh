# The fuzz targets, a package of its own in `fuzz/`: what they have found before, and a short search for more. The search
# is the same in every run, so it fails only for what has changed. `fuzz/README.md` says how to search for longer.

FUZZ_RUNS=20000 # for each target
FUZZ_SECONDS=30 # at most

check_fuzz() {
    # libFuzzer is built from C++
    debian_packages g++
    cargo_tool cargo-fuzz 0.13.2
    # Without a sanitizer, since no code is unsafe; cargo-fuzz's flags for coverage are not stable.
    export RUSTC_BOOTSTRAP=1
    local manifest=fuzz/Cargo.toml target corpus found=$CI_FOLDER/fuzz
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo fuzz build --sanitizer none
    for target in $(cargo fuzz list); do
        corpus=fuzz/corpus/$target
        [[ -n $(ls "$corpus" 2>/dev/null) ]] || fail "there is no corpus in $corpus: fuzz/README.md says how to make one"
        rm -rf "${found:?}/$target"
        mkdir -p "$found/$target"
        # What it finds goes into the first folder.
        run cargo fuzz run --sanitizer none "$target" "$found/$target" "$corpus" -- \
            -seed=1 -runs="$FUZZ_RUNS" -max_total_time="$FUZZ_SECONDS" -max_len=1024 -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1
    done
}
