#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How well the wording nudge does on the labelled notes of tests/fixtures/language: precision and
recall with Wilson's 95 % intervals, by kind and over all, for the tuning and the held-out halves.

A mark is right if a labelled one of its kind overlaps it; a labelled one is found likewise. By note:
whether anything is marked, of whatever kind: that is, whether the nudge speaks where it may.

usage: wording_figures.py MARK_LINES [HALF…] [--misses]

Fails where the precision on held-out notes falls below what was reached: by note the aim, a lower
bound above 0.85; of marks of the right kind less than that aim, which is not reached yet. --misses
lists what goes wrong, on tuning halves only: held-out notes are for the figures, and for nobody's
eyes.
"""
import json
import math
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
NOTES = ROOT / "tests/fixtures/language"
KINDS = ("praise", "correction", "prescription", "judgement", "inference")
AIM = 0.85
# What the lower bounds of the precision may not fall below, of marks and by note.
FLOORS = {"en-held-out": (0.80, AIM), "all": (0.75, AIM)}
WATCHDOG_S = 120


def wilson(right, total, z=1.96):
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return (middle - spread) / (1 + z * z / total), (middle + spread) / (1 + z * z / total)


def spans(note):
    """The labelled marks as (start, end, kind), in UTF-16 units; a span said twice goes on."""
    text, found, after = note["text"], [], {}
    for mark in note["marks"]:
        at = text.index(mark["span"], after.get(mark["span"], 0))
        after[mark["span"]] = at + 1
        start = len(text[:at].encode("utf-16-le")) // 2
        found.append((start, start + len(mark["span"].encode("utf-16-le")) // 2, mark["kind"]))
    return found


def marks_of(program, language, notes):
    given = "".join(json.dumps(note["text"]) + "\n" for note in notes)
    done = subprocess.run([program, language], input=given, capture_output=True, text=True,
                          check=True, timeout=WATCHDOG_S)
    return [[tuple(mark) for mark in json.loads(line)["marks"]] for line in done.stdout.splitlines()]


def overlaps(one, other):
    return one[0] < other[1] and other[0] < one[1]


class Count:
    def __init__(self):
        self.right = self.marked = self.found = self.labelled = 0

    def line(self, name):
        parts = [f"  {name:<13}"]
        for what, n, of in (("precision", self.right, self.marked),
                            ("recall", self.found, self.labelled)):
            low, high = wilson(n, of)
            share = f"{n / of:.3f}" if of else "  –  "
            parts.append(f"{what} {share} ({low:.3f}–{high:.3f}; {n} of {of})")
        return "  ".join(parts)


def tell_misses(note, labelled, marked):
    text = note["text"].encode("utf-16-le")
    for mark in marked:
        if not any(overlaps(mark, one) and mark[2] == one[2] for one in labelled):
            print(f"  not labelled: {mark[2]} by {mark[3]} "
                  f"“{text[2 * mark[0]:2 * mark[1]].decode('utf-16-le')}” in {note}")
    for one in labelled:
        if not any(overlaps(one, mark) and mark[2] == one[2] for mark in marked):
            print(f"  not found: {one[2]} “{text[2 * one[0]:2 * one[1]].decode('utf-16-le')}” "
                  f"in {note['text']!r}")


def measure(program, half, misses):
    """The counts over all, of marks and by note."""
    language = half[:2]
    notes = [json.loads(line)
             for line in (NOTES / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]
    counts = {kind: Count() for kind in KINDS}
    kinds, sure, by_note = Count(), Count(), Count()
    for note, marked in zip(notes, marks_of(program, language, notes), strict=True):
        labelled = spans(note)
        for mark in marked:
            right = any(overlaps(mark, one) and mark[2] == one[2] for one in labelled)
            for count in [counts[mark[2]], kinds] + ([] if note.get("doubt") else [sure]):
                count.marked += 1
                count.right += right
        for one in labelled:
            found = any(overlaps(one, mark[:2]) and mark[2] == one[2] for mark in marked)
            for count in [counts[one[2]], kinds] + ([] if note.get("doubt") else [sure]):
                count.labelled += 1
                count.found += found
        by_note.marked += bool(marked)
        by_note.labelled += bool(labelled)
        by_note.right += bool(marked) and bool(labelled)
        by_note.found += bool(marked) and bool(labelled)
        if misses:
            tell_misses(note, labelled, marked)
    print(f"{half}: {len(notes)} notes, {sum(not note['marks'] for note in notes)} of them unmarked")
    for kind in KINDS:
        print(counts[kind].line(kind))
    print(kinds.line("all"))
    print(sure.line("without doubt"))
    print(by_note.line("by note"))
    return kinds, by_note


def judge(found):
    status = 0
    for half, floors in FLOORS.items():
        if half not in found or not found[half][0].labelled:
            continue
        for what, count, floor in zip(("of marks", "by note"), found[half], floors):
            bound = wilson(count.right, count.marked)[0]
            if bound <= floor:
                print(f"{half}: the lower bound of the precision {what}, {bound:.3f}, is not above {floor}")
                status = 1
            elif bound <= AIM:
                print(f"{half}: the aim for the precision {what}, a lower bound above {AIM}, "
                      f"is missed: {bound:.3f}")
    return status


def main():
    misses = "--misses" in sys.argv
    program, *halves = [one for one in sys.argv[1:] if one != "--misses"]
    halves = halves or sorted(path.stem for path in NOTES.glob("*.jsonl"))
    found = {"all": (Count(), Count())}
    for half in halves:
        found[half] = measure(program, half, misses and half.endswith("-tuning"))
        for total, count in zip(found["all"], found[half]):
            for name, value in vars(count).items() if half.endswith("-held-out") else ():
                setattr(total, name, getattr(total, name) + value)
    if found["all"][0].labelled:
        print("held out, all languages")
        print(found["all"][0].line("all"))
        print(found["all"][1].line("by note"))
    return judge(found)


if __name__ == "__main__":
    sys.exit(main())
