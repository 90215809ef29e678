# The crate without features, and with each feature alone; the README's command has them all.

# What behaves otherwise with a feature than without it. Each of the other tests runs without features, or with all.
TESTS_OF_EACH_FEATURE=(behaviour config public_suffix)
# They start cargo themselves, with the features that they need.
TESTS_THAT_START_CARGO=(compile_errors readme)

check_features() {
    local feature features tests
    mapfile -t tests < <(
        of_package 'targets[] | select(.kind == ["test"] and .["required-features"] == null) | .name' |
            grep -vxF "$(printf '%s\n' "${TESTS_THAT_START_CARGO[@]}")"
    )
    # Some tests start an example.
    run cargo build --locked --quiet --no-default-features --examples
    run cargo test --locked --quiet --no-default-features --lib "${tests[@]/#/--test=}"

    features=$(of_package 'features | keys[] | select(. != "default")')
    for feature in $features; do
        mapfile -t tests < <(
            printf '%s\n' "${TESTS_OF_EACH_FEATURE[@]}"
            of_package "targets[] | select(.kind == [\"test\"] and .[\"required-features\"] == [\"$feature\"]) | .name"
        )
        run cargo check --locked --quiet --no-default-features --features "$feature"
        PROPTEST_CASES=16 run cargo test --locked --quiet --no-default-features --features "$feature" \
            --lib "${tests[@]/#/--test=}"
    done
}
