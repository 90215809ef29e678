# Which lines the tests reach. Not among the checks that every run makes: `.ci/run coverage`.

LEAST_COVERED=98 # per cent of the library's lines

check_coverage() {
    debian_packages llvm-22
    cargo_tool cargo-llvm-cov 0.9.1
    export LLVM_COV=/usr/lib/llvm-22/bin/llvm-cov LLVM_PROFDATA=/usr/lib/llvm-22/bin/llvm-profdata
    export CARGO_TARGET_DIR=$CI_FOLDER/coverage
    eval "$(cargo llvm-cov show-env --sh 2>/dev/null)"
    cargo llvm-cov clean --workspace
    # Tests run the examples too. What only a doc test reaches doesn't count: stable Rust can't tell.
    run cargo build --locked --quiet --all-features --examples
    run cargo test --locked --quiet --all-features --lib --tests
    run cargo llvm-cov report --ignore-filename-regex '/(tests|examples|benches)/' --show-missing-lines \
        --fail-under-lines "$LEAST_COVERED"
}
