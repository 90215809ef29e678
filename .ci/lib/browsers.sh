# The three browsers, which must do what the crate says they do: tests/browsers, a package of its own.

BROWSER_PACKAGES=(chromium chromium-driver firefox-esr webkit2gtk-driver xvfb iproute2)

check_browsers() {
    debian_packages "${BROWSER_PACKAGES[@]}"
    cargo_tool geckodriver 0.37.1
    # for the protocols' clients; not Debian's where there is another
    command -v npm >/dev/null || debian_packages nodejs npm

    local manifest=tests/browsers/Cargo.toml
    run cargo fmt --manifest-path "$manifest" --check
    run cargo clippy --locked --quiet --manifest-path "$manifest" --all-targets -- -D warnings
    run cargo test --locked --quiet --manifest-path "$manifest"
    run cargo run --locked --quiet --manifest-path "$manifest"
}
