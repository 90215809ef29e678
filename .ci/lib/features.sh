# The crate without features, and with each feature alone; the README's command has them all.

check_features() {
    run cargo test --locked --quiet --no-default-features

    local feature features
    features=$(of_package 'features | keys[] | select(. != "default")')
    for feature in $features; do
        run cargo check --locked --quiet --no-default-features --features "$feature"
        # What tests/examples.rs runs; `--tests` alone builds no example.
        run cargo build --locked --quiet --no-default-features --features "$feature" --examples
        run cargo test --locked --quiet --no-default-features --features "$feature" --lib --tests
    done
}
