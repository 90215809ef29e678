# Packages of their own with a lock file of their own, so that nobody else compiles what they need.

# tonic, and the origins of many tenants in a database.
check_examples() {
    test_package examples/tonic
    test_package examples/tenants
}

# A model checker for the replacement of policies, and a validator of the JSON Schema.
check_checkers() {
    test_package tests/checkers
}

# AWS Lambda: events in AWS's format through lambda_http and axum, without a network.
check_lambda() {
    test_package tests/lambda
}

test_package() {
    local manifest=$1/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo test --locked --quiet --manifest-path "$manifest"
}
