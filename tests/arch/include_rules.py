#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds every #include against the table of ARCHITECTURE.md, and every file to its SPDX line."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()

# What each room may include beside its own headers, GLib/GObject/GIO and the C library.
LIBRARIES = {
    "gtk": r"(gtk|gdk|gsk|adwaita|pango)",
    "gst": r"gst/",
    "sqlite": r"sqlite3\.h",
    "json": r"json-c/|json\.h$",
    "sodium": r"sodium",
    "libav": r"libav|libsw",
    "soup": r"libsoup",
    "jose": r"cjose",
}
PUBLIC = "annotations/lessonwalk"
RULES = {
    "annotations/lessonwalk": (set(), set()),
    "annotations/model": ({"sodium"}, {PUBLIC}),
    "annotations/log": ({"sodium", "json"}, {PUBLIC, "annotations/model"}),
    "annotations/store": (
        {"sqlite", "sodium", "json"},
        {PUBLIC, "annotations/model", "annotations/log"},
    ),
    "annotations/exchange": ({"json"}, {PUBLIC, "annotations/model"}),
    "annotations/protocols": ({"json"}, {PUBLIC}),
    "annotations/routine": ({"json"}, {PUBLIC}),
    "annotations/language": ({"json"}, {PUBLIC}),
    "player/media": ({"libav", "json"}, {PUBLIC + "/lw-time.h"}),
    "player/engine": ({"gst"}, {PUBLIC + "/lw-time.h"}),
    "player/session/room": ({"soup", "json"}, {PUBLIC}),
    "player/session/walk": ({"json"}, {PUBLIC, "player/session/room"}),
    "player/session": (
        {"soup", "gst"},
        {PUBLIC, "player/session/room", "player/session/walk", "player/engine", "player/media"},
    ),
    "player/window": (
        {"gtk", "gst"},
        {PUBLIC, "player/session", "player/session/room", "player/session/walk", "player/engine",
         "player/media"},
    ),
    "player/command": (
        {"json", "gst"},
        {PUBLIC, "player/session", "player/session/room", "player/session/walk", "player/engine",
         "player/media"},
    ),
    "plugin/elements": ({"gst"}, {PUBLIC}),
    "plugin/room": (
        {"soup", "json", "sodium", "jose"},
        # The ledger is a SQLite file of its own, behind the store's connection.
        {PUBLIC, "player/media/lw-media.h", "player/media/lw-bwrap.h", "player/media/lw-guard.h",
         "player/media/lw-sandbox.h", "player/media/lw-sanitizer.h",
         "plugin/receiver/lw-receiver-protocol.h",
         "annotations/store/lw-db.h", "annotations/store/lw-sql.h",
         "annotations/store/lw-write-group.h"},
    ),
    # What a media worker shuts itself in with, and nothing else of it.
    "plugin/receiver": (
        {"gst", "libav"},
        {PUBLIC + "/lw-time.h", "player/media/lw-sanitizer.h",
         "player/media/worker/lw-worker-lock.h"},
    ),
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]', re.M)


def tracked():
    out = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True, check=False,
    )
    if out.returncode == 0:
        names = [n for n in out.stdout.decode().split("\0") if n]
    else:
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
    return [n for n in names if (ROOT / n).is_file()]


def room_of(name):
    return next((r for r in RULES if name.startswith(r + "/")), None)


def check(files):
    """Returns a list of findings over {name: text}."""
    headers = {}
    for name in files:
        if name.endswith(".h"):
            headers.setdefault(os.path.basename(name), []).append(name)
    findings = []
    for name, text in sorted(files.items()):
        if "SPDX-License-Identifier: LGPL-2.1-or-later" not in text[:400]:
            findings.append(f"{name}: no SPDX line")
        room = room_of(name)
        if room is None or not name.endswith((".c", ".h")):
            continue
        libraries, rooms = RULES[room]
        for _, included in INCLUDE.findall(text):
            base = os.path.basename(included)
            for library, pattern in LIBRARIES.items():
                if re.match(pattern, included) and library not in libraries:
                    findings.append(f"{name}: {room} may not use {library} ({included})")
            for target in headers.get(base, []):
                there = room_of(target)
                if there in (None, room) or there in rooms or target in rooms:
                    continue
                findings.append(f"{name}: {room} may not use {target}")
    return findings


def self_test():
    """A check that cannot fail is none: seed each kind of breach and see it found."""
    spdx = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
    seeded = {
        "player/engine/a.c": spdx + "#include <gtk/gtk.h>\n",
        "player/window/b.c": spdx + "#include <sqlite3.h>\n",
        "player/engine/c.c": spdx + '#include "lw-x.h"\n',
        "annotations/store/lw-x.h": spdx,
        "player/media/d.c": "int x;\n",
    }
    found = check(seeded)
    assert len(found) == 4, found


def main():
    self_test()
    files = {}
    for name in tracked():
        if name.endswith((".c", ".h", ".py", ".sh", ".sql", ".css", ".ui", ".blp")) or name.endswith("meson.build"):
            files[name] = (ROOT / name).read_text(encoding="utf-8", errors="replace")
    findings = check(files)
    for finding in findings:
        print(finding)
    print(f"{len(files)} files read, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
