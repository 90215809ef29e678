# What the checks need besides Rust: a linker for Rust, and jq.

PACKAGES=(ca-certificates gcc libc6-dev jq)

check_packages() {
    debian_packages "${PACKAGES[@]}"
    run rustc --version
    run cargo --version
    run cargo clippy --version
    run cargo fmt --version
}

# Installs those that are missing.
debian_packages() {
    local package missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
            missing+=("$package")
    done
    if ((${#missing[@]} > 0)); then
        run apt-get update -qq
        run apt-get install -qq -y --no-install-recommends "${missing[@]}"
    fi
}
