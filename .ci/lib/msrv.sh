# The minimal supported Rust, which Debian has as packages. They are unpacked beside the toolchain, not
# installed, so that nothing else on the machine changes.

check_msrv() {
    local msrv
    msrv=$(of_package rust_version)
    use_rust_of_debian "$msrv"
    run cargo check --locked --lib
    run cargo check --locked --lib --all-features
    # What tests/examples.rs runs; `--tests` alone builds no example.
    run cargo build --locked --quiet --all-features --examples
    run cargo test --locked --quiet --all-features --lib --tests
    # Nothing else builds with that Rust, and it is gigabytes.
    rm -rf "$CARGO_TARGET_DIR"
}

# Makes `cargo` and `rustc` those of this version, say 1.85, with a target folder of their own.
use_rust_of_debian() {
    local folder=$CI_FOLDER/msrv-$1
    local root=$folder/root
    if ! [[ -e $folder/complete ]]; then
        rm -rf "$folder"
        download_rust "$1" "$folder/packages"
        local package
        for package in "$folder"/packages/*.deb; do
            dpkg-deb -x "$package" "$root"
        done
        touch "$folder/complete"
    fi

    local libraries=("$root"/usr/lib/*-linux-gnu* "$root"/lib/*-linux-gnu*)
    LD_LIBRARY_PATH=$(IFS=: && echo "${libraries[*]}")
    export LD_LIBRARY_PATH
    export PATH=$root/usr/bin:$PATH
    export RUSTC=$root/usr/bin/rustc RUSTDOC=$root/usr/bin/rustdoc
    export CARGO_TARGET_DIR=$folder/target
    unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER
    run rustc --version
    run cargo --version
    [[ $(rustc --version) = "rustc $1."* && $(cargo --version) = "cargo $1."* ]] ||
        fail "this is not Rust $1"
}

# Downloads the compiler, cargo, the standard library and whatever they need that isn't installed.
download_rust() {
    local names=(rustc-web cargo-web libstd-rust-web-dev)
    local version
    version=$(newest_version "$1" "${names[@]}")
    if [[ -z $version ]]; then
        run apt-get update -qq
        version=$(newest_version "$1" "${names[@]}")
    fi
    [[ -n $version ]] || fail "Debian has no Rust $1: no version $1* that ${names[*]} all have"
    mkdir -p "$2/partial"
    run apt-get install -qq -y --download-only --no-install-recommends \
        -o Dir::Cache::Archives="$2" -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=120 \
        "${names[@]/%/=$version}"
}

# The newest version that starts with $1 and that all the packages have; nothing if there is none.
newest_version() {
    local prefix=$1 name
    shift
    for name in "$@"; do
        apt-cache madison "$name" | awk -F ' *[|] *' '{ print $2 }' | sort -u
    done | awk -v prefix="$prefix." -v all="$#" \
        'index($0, prefix) == 1 && ++seen[$0] == all' | sort -V | tail -n 1
}
