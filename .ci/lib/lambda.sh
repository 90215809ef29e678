# The layer on AWS Lambda: events in AWS's format through lambda_http and axum, without a network.

check_lambda() {
    local manifest=tests/lambda/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo test --locked --quiet --manifest-path "$manifest"
}
