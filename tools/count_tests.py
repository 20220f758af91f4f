#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the tests of meson builds from their testlog.json.

usage: tools/count_tests.py BUILD:SUITE[,SUITE...]...
       tools/count_tests.py --again BUILD

Says which tests failed and where their output is, which were skipped and why, and which were slow.
A test of these suites that is not in the log failed too: silence is no pass. One that failed beside
the others and then passed each of several runs by itself (again-NAME.json) is told as unsteady,
with what it said when it failed, and counted with those that passed. The last line is
"N passed, N failed[, N skipped]". Exits with 1 if anything failed or nothing ran.

--again prints the names of the tests of BUILD that are worth running again by themselves: those
that failed, one a line, but none if they are more than a few, which is no chance.
"""
import json
import pathlib
import re
import sys

SLOW_SECONDS = 60
LAST_WORDS = 30
RUNS_AGAIN = 3
MOST_AGAIN = 4
# Said by the libraries and the engine for whoever looks for a fault, thousands of times.
CHATTER = re.compile(r"^# (\S+-)?(DEBUG|INFO): ")
PASSED = {"OK", "EXPECTEDFAIL"}


def read_results(build, base="testlog"):
    path = build / "meson-logs" / f"{base}.json"
    if not path.is_file():
        return []
    with open(path, encoding="utf-8") as log:
        return [json.loads(line) for line in log if line.strip()]


def skip_reason(result):
    """The words after a TAP skip, or the last thing that was said."""
    lines = [line for line in result.get("stdout", "").splitlines() if line.strip()]
    for line in lines:
        if "# SKIP" in line:
            return line.split("# SKIP", 1)[1].strip()
    return lines[-1].strip() if lines else "no reason given"


def partly_skipped(result):
    """The cases that a passing program left out: their names, each with its reason."""
    for line in result.get("stdout", "").splitlines():
        if line.startswith("ok ") and "# SKIP" in line:
            case, reason = line.split("# SKIP", 1)
            yield f"{case.split(None, 2)[2].strip()}: {reason.strip()}"


def never_ran(build, suites, results):
    """The tests that meson knows in these suites and that left no result."""
    seen = {result["name"] for result in results}
    with open(build / "meson-info" / "intro-tests.json", encoding="utf-8") as tests:
        for test in json.load(tests):
            own = [suite.split(":", 1)[1] for suite in test["suite"]]
            project = test["suite"][0].split(":", 1)[0]
            name = f"{project}:{'+'.join(own)} / {test['name']}"
            if suites & set(own) and name not in seen:
                yield name


def print_last_words(result):
    """What a failed test said at the end: on another machine the log may not outlive the run."""
    said = [line for part in ("stdout", "stderr") for line in result.get(part, "").splitlines()
            if line.strip() and not line.startswith("ok ") and not CHATTER.match(line)]
    for line in said[-LAST_WORDS:]:
        print(f"    {line[:200]}")


def has_failed(result):
    return result["result"] not in PASSED and result["result"] != "SKIP"


def bare_name(result):
    """What meson is asked for it by: without its suites."""
    return result["name"].rsplit(" / ", 1)[-1]


def worth_again(build):
    names = [bare_name(r) for r in read_results(build) if has_failed(r)]
    return names if len(names) <= MOST_AGAIN else []


def passed_again(build, result):
    """Whether it passed every one of its runs by itself."""
    runs = read_results(build, f"again-{bare_name(result)}")
    return len(runs) >= RUNS_AGAIN and all(run["result"] in PASSED for run in runs)


def print_failure(word, result, log):
    print(f"{word}  {result['name']}  ({result['result'].lower()}, {result['duration']:.0f} s); "
          f"its output is in {log}")
    print_last_words(result)


def main(runs):
    passed, failed, skipped = [], [], []
    for run in runs:
        build, _, suites = run.rpartition(":")
        build = pathlib.Path(build)
        results = read_results(build)
        log = build / "meson-logs" / "testlog.txt"
        for name in never_ran(build, set(suites.split(",")), results):
            failed.append(None)
            print(f"FAILED  {name}  (never ran); what meson said is in {build}-test.log")
        for result in results:
            if result["result"] in PASSED:
                passed.append(result)
            elif result["result"] == "SKIP":
                skipped.append(result)
            elif passed_again(build, result):
                passed.append(result)
                print_failure(f"UNSTEADY, passed {RUNS_AGAIN} times by itself", result, log)
            else:
                failed.append(result)
                print_failure("FAILED", result, log)
    for result in passed:
        for case in partly_skipped(result):
            print(f"left out  of {result['name']}: {case}")
    for result in skipped:
        print(f"skipped  {result['name']}: {skip_reason(result)}")
    for result in sorted(passed, key=lambda r: -r["duration"]):
        if result["duration"] >= SLOW_SECONDS:
            print(f"slow  {result['name']}: {result['duration']:.0f} s")
    counts = f"{len(passed)} passed, {len(failed)} failed"
    if skipped:
        counts += f", {len(skipped)} skipped"
    print(counts)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if sys.argv[1] == "--again":
        print("\n".join(worth_again(pathlib.Path(sys.argv[2]))))
    else:
        sys.exit(main(sys.argv[1:]))
