#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Protocols are data: each file is of the schema, and none is named in the program's code."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "annotations/protocols"
SCHEMA = FOLDER / "protocol.schema.json"
CODE = [p for room in ("annotations", "player", "plugin") for kind in ("c", "h", "js")
        for p in (ROOT / room).rglob(f"*.{kind}") if "node_modules" not in p.parts]


def named_in(text, names):
    """The names that stand alone in a text, quoted or not."""
    return [n for n in names if re.search(rf"(?<![\w-]){re.escape(n)}(?![\w-])", text)]


def main():
    files = sorted(p for p in FOLDER.glob("*.json") if p != SCHEMA)
    names = [json.loads(p.read_text())["protocol"] for p in files]
    breaches = [f"{p.name} holds the protocol {n}" for p, n in zip(files, names) if p.stem != n]
    earlier = sorted((FOLDER / "earlier").glob("*.json"))
    for path in earlier:
        held = json.loads(path.read_text())
        if f"{held['protocol']}@{held['version']}" != path.stem:
            breaches.append(f"earlier/{path.name} holds another protocol")
    checked = subprocess.run(
        [sys.executable, str(ROOT / "tests/unit/json_schema.py"), str(SCHEMA), *map(str, files),
         *map(str, earlier)],
        capture_output=True, text=True, check=False)
    if checked.returncode:
        breaches.append(checked.stdout + checked.stderr)
    for path in CODE:
        for name in named_in(path.read_text(), names):
            breaches.append(f"{path.relative_to(ROOT)} names the protocol {name}")
    listed = (FOLDER / "lw-protocols.gresource.xml").read_text()
    breaches += [f"{p.name} does not go with the program" for p in files + earlier
                 if f"<file>{p.relative_to(FOLDER)}</file>" not in listed]
    assert len(names) >= 12 and len(CODE) > 200, "looked in the wrong place"
    # The search itself finds what it should.
    assert named_in('find ("live-walk@1")', names) == ["live-walk"]
    assert named_in("a live-walker", names) == []
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
