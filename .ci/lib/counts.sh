# What the layer costs, in instructions and allocations, against the committed figures.

check_counts() {
    debian_packages valgrind
    # The runner must be of the version of the library.
    cargo_tool gungraun-runner "$(locked_version gungraun-runner)"
    run cargo bench --locked --quiet --bench counts
}

locked_version() {
    awk -v name="$1" '$1 == "name" { found = $3 == "\"" name "\"" } found && $1 == "version" { gsub(/"/, "", $3); print $3 }' Cargo.lock
}
