"""Tries mistakes in the library: one build has them all, and a variable switches on one at a time.

cargo-mutants names the mistakes and where they are. It would compile the crate for each; here each function gets a
copy of its body for each mistake in it, and `mutant_switch` says which copy runs:

    fn f() -> T {
        match ::mutant_switch::active(7, 8) {
            7 => { body with mistake 7 }
            8 => { body with mistake 8 }
            _ => { body }
        }
    }

Usage, in a copy of the crate that this program may change:

    mutants.py LIST FOLDER WITH_REASON

LIST is what `cargo mutants --list --json` says. FOLDER gets a file for each outcome: caught, missed, unviable, and
`untried` for those that can't be switched. Results are kept: a run that was stopped goes on where it was. WITH_REASON
names the mistakes that no test can notice, without their lines. The tests that take long don't meet them.
"""

import collections
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import re
import resource
import subprocess
import sys
import threading

# They start cargo or an example, or are about other files than the library's.
OTHER_TESTS = {
    "allocations",
    "committed_counts",
    "compile_errors",
    "examples",
    "metrics",
    "playground",
    "readme",
    "tenants",
}
# They take seconds each; what survives the others meets them.
SLOW_TESTS = [
    "no_request_sees_a_mixture",
    "nothing_else_changes",
    "an_observed_layer_answers",
    "what_it_does_not_name",
]
QUICK_SECONDS = 2
MOST_SECONDS = 60  # of the processor, for one test binary
MOST_SECONDS_OF_WAITING = 300
MOST_BYTES = 8 << 30  # of address space
# Not in a comment before a function.
FUNCTION = re.compile(r"^ *(?:pub(?:\([a-z: ]+\))? )?(?:const |async )*fn ", re.MULTILINE)


class Mutant:
    def __init__(self, entry):
        self.name = entry["name"]
        self.file = entry["file"]
        self.replacement = entry["replacement"]
        self.span = entry["span"]
        function = entry["function"]
        self.function = function and function["span"]
        # Copies of a body with a type of its own have different types, except in a box.
        returned = function["return_type"] if function else ""
        iterator = re.fullmatch(r"-> impl (Iterator<.*>)", returned)
        self.boxed = f"dyn {iterator[1]} + '_" if iterator else None
        self.can_switch = bool(function) and (bool(iterator) or "impl " not in returned)
        self.id = 0
        self.first = 0  # the first mistake of its function
        self.lines = self.rest = range(0)  # of its copy, and of the body without a mistake


class Source:
    """A file's text, and positions in it."""

    def __init__(self, path):
        self.text = pathlib.Path(path).read_text()
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def offset(self, place):
        return self.starts[place["line"] - 1] + place["column"] - 1

    def offsets(self, span):
        return self.offset(span["start"]), self.offset(span["end"])

    def body(self, function):
        """The offsets between the braces of a function."""
        start, end = self.starts[function["start"]["line"] - 1], self.offset(function["end"])
        depth = 0
        at = FUNCTION.search(self.text, start).end()
        while depth > 0 or self.text[at] != "{":
            depth += (self.text[at] in "([") - (self.text[at] in ")]")
            at += 1
        return at + 1, end - 1


def switchable(source, mutants):
    """Each outermost function, by the offsets of its body, and the mistakes in it."""
    functions = collections.defaultdict(list)
    for mutant in mutants:
        functions[source.offsets(mutant.function)].append(mutant)
    groups = []
    outer_end = 0
    for (start, end), found in sorted(functions.items()):
        if start >= outer_end:
            outer_end = end
            groups.append((source.body(found[0].function), []))
        groups[-1][1].extend(found)
    return groups


def arm(pattern, body, boxed):
    if boxed:
        body = f"::std::boxed::Box::new({{{body}}}) as ::std::boxed::Box<{boxed}>"
    return f"{pattern} => {{\n{body}\n}}\n"


def switched(path, mutants):
    """The file's text with all its mistakes. Sets their lines."""
    source = Source(path)
    text, line, done = [], 1, 0

    def add(part):
        nonlocal line
        text.append(part)
        line += part.count("\n")

    for (start, end), group in switchable(source, mutants):
        first, last = group[0].id, group[-1].id
        add(source.text[done:start])
        add(f"\n    match ::mutant_switch::active({first}, {last}) {{\n")
        for mutant in group:
            mutant.first = first
            at, to = source.offsets(mutant.span)
            begin = line
            body = source.text[start:at] + mutant.replacement + source.text[to:end]
            add(arm(str(mutant.id), body, mutant.boxed))
            mutant.lines = range(begin, line)
        begin = line
        add(arm("_", source.text[start:end], group[0].boxed) + "}\n")
        for mutant in group:
            mutant.rest = range(begin, line)
        done = end
    add(source.text[done:])
    return "".join(text)


def in_order(originals, mutants):
    """Numbers the mistakes, so that those of a function follow each other."""
    number = 0
    for file, found in mutants.items():
        source = Source(originals / file)
        for _, group in switchable(source, found):
            for mutant in group:
                number += 1
                mutant.id = number


def compile_all(originals, mutants):
    """Writes the files, and takes out what doesn't compile: the mistakes, and those of functions that can't be copied."""
    unviable, untried = [], []
    while True:
        in_order(originals, mutants)
        for file, found in mutants.items():
            pathlib.Path(file).write_text(switched(originals / file, found))
        wrong = errors()
        if not wrong:
            return unviable, untried
        count = len(unviable) + len(untried)
        for file, lines in wrong.items():
            found = mutants.get(file, [])
            cannot = [m for m in found if any(line in m.rest for line in lines)]
            bad = [m for m in found if m not in cannot and any(line in m.lines for line in lines)]
            untried += cannot
            unviable += bad
            mutants[file] = [m for m in found if m not in cannot and m not in bad]
        print(f"{len(unviable)} mistakes don't compile, {len(untried)} can't be switched", flush=True)
        if len(unviable) + len(untried) == count:
            sys.exit(f"errors that no mistake explains: {wrong}")


def cargo(*arguments):
    command = ["cargo", *arguments, "--quiet", "--all-features", "--message-format", "json"]
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return output.returncode, [json.loads(line) for line in output.stdout.splitlines() if line[:1] == "{"]


def errors():
    """The lines of each file in which the compiler finds an error."""
    status, messages = cargo("check", "--lib")
    lines = collections.defaultdict(set)
    for message in messages:
        found = message.get("message") or {}
        if found.get("level") == "error":
            for span in filter(lambda span: span["is_primary"], found["spans"]):
                # In a macro of another crate, what counts is where it is called.
                while span["expansion"] and not span["file_name"].startswith("src/"):
                    span = span["expansion"]["span"]
                lines[span["file_name"]].update(range(span["line_start"], span["line_end"] + 1))
    if status != 0 and not lines:
        sys.exit("cargo check failed without an error in the library")
    return lines


class Binary:
    """A test binary, the processor time of its quick tests in seconds, and the functions that it reaches."""

    def __init__(self, name, path, folder):
        self.name, self.path, self.seconds = name, path, None
        reached = folder / f"reached-{name}"
        reached.unlink(missing_ok=True)
        if not self.passes({"MUTANTS_REACHED": str(reached)}, True):
            sys.exit(f"the tests of {name} fail without a mistake")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.passes({}, False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.reached = set(map(int, reached.read_text().split())) if reached.exists() else set()

    def passes(self, variables, slow):
        # A test that never ends counts as one that fails. Other programs don't change how long it computes.
        seconds = MOST_SECONDS if slow or self.seconds is None else 2 + math.ceil(4 * self.seconds)

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

        skip = [] if slow else [f"--skip={name}" for name in SLOW_TESTS]
        environment = os.environ | variables | {
            "CARGO_MANIFEST_DIR": os.getcwd(),
            "PROPTEST_CASES": "64" if slow else "16",
            "PROPTEST_MAX_SHRINK_ITERS": "0",
            "RUST_BACKTRACE": "0",
        }
        process = subprocess.Popen(
            [self.path, "--test-threads=1", *skip],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            preexec_fn=limit,
        )
        alarm = threading.Timer(MOST_SECONDS_OF_WAITING, process.kill)
        alarm.start()
        try:
            for line in process.stdout:
                if line.endswith(" ... FAILED\n"):
                    process.kill()
            return process.wait() == 0
        finally:
            alarm.cancel()


def binaries(folder):
    status, messages = cargo("test", "--no-run", "--lib", "--tests")
    found = [
        Binary(message["target"]["name"], message["executable"], folder)
        for message in messages
        if message.get("executable") and message["target"]["name"] not in OTHER_TESTS
    ]
    if status != 0 or not found:
        sys.exit("the tests don't compile")
    for binary in sorted(found, key=lambda binary: binary.seconds):
        print(f"{binary.seconds:6.1f} s, {len(binary.reached):5} functions: {binary.name}", flush=True)
    return sorted(found, key=lambda binary: binary.seconds)


def is_caught(mutant, tests, slow):
    """Tries what caught the file's last mistake first."""
    for binary in tests[mutant.file]:
        is_asked = mutant.first in binary.reached and (slow or binary.seconds < QUICK_SECONDS)
        if is_asked and not binary.passes({"MUTANT": str(mutant.id)}, slow):
            if not slow:
                tests[mutant.file] = [binary, *(b for b in tests[mutant.file] if b is not binary)]
            return True
    return False


def is_unchanged(file, before, now):
    return file in now and before.get(file) == now[file]


class Results:
    """A file for each outcome, with a name in each line."""

    def __init__(self, folder, originals):
        self.folder = folder
        self.lock = threading.Lock()
        self.names = {}
        state = folder / "state.json"
        before = json.loads(state.read_text()) if state.exists() else {}
        now = {str(file.relative_to(originals)): file.read_text() for file in originals.rglob("*.rs")}
        tests = sorted(file for file in pathlib.Path("tests").rglob("*") if file.is_file())
        now["tests"] = hashlib.sha256(b"".join(file.read_bytes() for file in tests)).hexdigest()
        state.write_text(json.dumps(now))
        for outcome in ("caught", "missed", "unviable", "untried"):
            path = folder / outcome
            path.touch()
            names = path.read_text().splitlines()
            kept = [name for name in names if is_unchanged(name.split(":")[0], before, now)]
            # What survived may not survive other tests.
            if outcome == "untried" or outcome == "missed" and before.get("tests") != now["tests"]:
                kept = []
            self.names[outcome] = dict.fromkeys(kept)
            self.write(outcome)

    def knows(self, mutant):
        return any(mutant.name in names for names in self.names.values())

    def write(self, outcome):
        (self.folder / outcome).write_text("".join(name + "\n" for name in self.names[outcome]))

    def add(self, mutant, outcome):
        with self.lock:
            self.names[outcome][mutant.name] = None
            self.write(outcome)
            if outcome == "caught" and mutant.name in self.names["missed"]:
                del self.names["missed"][mutant.name]
                self.write("missed")


def without_place(name):
    return re.sub(r":\d+:\d+:", ":", name, count=1)


def main():
    entries = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with_reason = set(pathlib.Path(sys.argv[3]).read_text().splitlines())
    originals = pathlib.Path("original")
    results = Results(folder, originals)
    mutants = collections.defaultdict(list)
    for mutant in map(Mutant, entries):
        if mutant.can_switch:
            mutants[mutant.file].append(mutant)
        elif not results.knows(mutant):
            results.add(mutant, "untried")
    for outcome, found in zip(("unviable", "untried"), compile_all(originals, mutants)):
        for mutant in found:
            if not results.knows(mutant):
                results.add(mutant, outcome)
    tests = dict.fromkeys(mutants, binaries(folder))

    def attempt(mutant, slow):
        results.add(mutant, "caught" if is_caught(mutant, tests, slow) else "missed")

    def attempt_all(slow, found):
        print(f"{len(found)} mistakes to try, {'by all tests' if slow else 'by quick tests'}", flush=True)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for done in [pool.submit(attempt, mutant, slow) for mutant in found]:
                done.result()

    # What takes long meets only what all else lets live.
    switched = [mutant for found in mutants.values() for mutant in found]
    attempt_all(False, [mutant for mutant in switched if not results.knows(mutant)])
    alive = [mutant for mutant in switched if mutant.name in results.names["missed"]]
    attempt_all(True, [mutant for mutant in alive if without_place(mutant.name) not in with_reason])
    for name in results.names["missed"]:
        print("missed:", name)


main()
