# Rust as Debian packages it, for versions and targets that the machine's own toolchain lacks. The packages are
# unpacked beside the toolchain, not installed: nothing else on the machine changes.

# use_debian_rust VERSION PACKAGE...: makes `cargo` and `rustc` those of this version, say 1.85, or `newest`, with a
# target folder of their own. Sets DEBIAN_RUST to the folder that has `usr`.
use_debian_rust() {
    local folder=$CI_FOLDER/rust-$1
    DEBIAN_RUST=$folder/root
    if ! [[ -e $folder/complete ]]; then
        rm -rf "$folder"
        download_rust "$folder/packages" "$@"
        local package
        for package in "$folder"/packages/*.deb; do
            dpkg-deb -x "$package" "$DEBIAN_RUST"
        done
        touch "$folder/complete"
    fi

    local libraries=("$DEBIAN_RUST"/usr/lib/*-linux-gnu* "$DEBIAN_RUST"/lib/*-linux-gnu*)
    LD_LIBRARY_PATH=$(IFS=: && echo "${libraries[*]}")
    export LD_LIBRARY_PATH
    export PATH=$DEBIAN_RUST/usr/bin:$PATH
    export RUSTC=$DEBIAN_RUST/usr/bin/rustc RUSTDOC=$DEBIAN_RUST/usr/bin/rustdoc
    export CARGO_TARGET_DIR=$folder/target
    unset RUSTUP_TOOLCHAIN RUSTC_WRAPPER
    run rustc --version
    run cargo --version
    [[ $1 = newest || $(rustc --version) = "rustc $1."* && $(cargo --version) = "cargo $1."* ]] ||
        fail "this is not Rust $1"
}

# download_rust FOLDER VERSION PACKAGE...: the packages, and whatever they need that isn't installed.
download_rust() {
    local folder=$1 wanted=$2 version
    shift 2
    version=$(newest_version "$wanted" "$@")
    if [[ -z $version ]]; then
        run apt-get update -qq
        version=$(newest_version "$wanted" "$@")
    fi
    [[ -n $version ]] || fail "Debian has no Rust $wanted: there is no version that $* all have"
    mkdir -p "$folder/partial"
    run apt-get install -qq -y --download-only --no-install-recommends \
        -o Dir::Cache::Archives="$folder" -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=120 \
        "${@/%/=$version}"
}

# newest_version VERSION PACKAGE...: the newest that starts with VERSION and that all the packages have; nothing if
# there is none.
newest_version() {
    local prefix=$1. name
    [[ $1 != newest ]] || prefix=
    shift
    for name in "$@"; do
        apt-cache madison "$name" | awk -F ' *[|] *' '{ print $2 }' | sort -u
    done | awk -v prefix="$prefix" -v all="$#" \
        'index($0, prefix) == 1 && ++seen[$0] == all' | sort -V | tail -n 1
}
