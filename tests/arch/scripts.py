#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every shell script parses and passes shellcheck; every Python file compiles; all are licensed."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
SKIPPED_FOLDERS = {".git", "made", "__pycache__", "node_modules"}
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"
LICENCE_WITHIN_LINES = 5


def source_files():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders
                      if name not in SKIPPED_FOLDERS and not name.startswith("build")]
        for name in names:
            yield pathlib.Path(folder) / name


def first_lines(path, count):
    with open(path, encoding="utf-8", errors="replace") as file:
        return [line for line, _ in zip(file, range(count))]


def is_shell(path):
    if path.suffix == ".sh":
        return True
    lines = first_lines(path, 1) if not path.suffix else []
    return bool(lines) and lines[0].startswith("#!") and "bash" in lines[0]


def complain(path, words):
    print(f"{path.relative_to(ROOT)}: {words}")
    return 1


def check_shell(path):
    complaints = 0
    for command in (["bash", "-n", str(path)], ["shellcheck", "-x", str(path)]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            complaints += complain(path, f"{command[0]}:\n{done.stdout}{done.stderr}")
    return complaints


def check_python(path):
    try:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    except SyntaxError as error:
        return complain(path, f"does not compile: {error}")
    return 0


def main():
    complaints = shells = pythons = 0
    for path in source_files():
        if is_shell(path):
            shells += 1
            complaints += check_shell(path)
        elif path.suffix == ".py":
            pythons += 1
            complaints += check_python(path)
        else:
            continue
        if not any(LICENCE in line for line in first_lines(path, LICENCE_WITHIN_LINES)):
            complaints += complain(path, f"no line with {LICENCE}")
    print(f"{shells} shell and {pythons} Python files, {complaints} complaints")
    # Finding none would mean that the search is broken, not that all is well.
    return 1 if complaints or not shells or not pythons else 0


if __name__ == "__main__":
    sys.exit(main())
