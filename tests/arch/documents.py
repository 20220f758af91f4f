#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documents point at is there: linked files, pictures, and the commands that they show."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
# A command of this tree at the start of a line in a code block: "./check", "samples/x.py".
COMMAND = re.compile(r"^(?:\$ )?((?:\./|samples/|tools/|tests/|\.ci/)[\w./-]+)", re.MULTILINE)
CODE_BLOCK = re.compile(r"^```(?:sh|console|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
ANCHOR_DROPS = re.compile(r"[^\w\- ]")


def documents():
    # By folder: build folders hold documents of others.
    found = list(ROOT.glob("*.md"))
    for folder in ("annotations", "player", "plugin", "samples", "tests", "docs", "tools"):
        found += (path for path in (ROOT / folder).rglob("*.md")
                  if "node_modules" not in path.parts)
    return sorted(found)


def anchors(text):
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {ANCHOR_DROPS.sub("", heading.lower()).replace(" ", "-") for heading in headings}


def complaints_about(document):
    text = document.read_text(encoding="utf-8")
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        if not linked.exists():
            yield f"links to {target}, which is not there"
        elif anchor and linked.suffix == ".md" and \
                anchor not in anchors(linked.read_text(encoding="utf-8")):
            yield f"links to {target}, which has no such heading"
    for block in CODE_BLOCK.findall(text):
        for command in COMMAND.findall(block):
            path = ROOT / command
            if command.startswith("samples/made"):
                continue
            if not path.is_file():
                yield f"shows the command {command}, which is not there"
            elif not os.access(path, os.X_OK):
                yield f"shows the command {command}, which cannot be run"


def main():
    found = documents()
    failures = 0
    for document in found:
        for words in complaints_about(document):
            print(f"{document.relative_to(ROOT)} {words}")
            failures += 1
    print(f"{len(found)} documents, {failures} complaints")
    return 1 if failures or not found else 0


if __name__ == "__main__":
    sys.exit(main())
