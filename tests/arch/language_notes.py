#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The labelled notes of tests/fixtures/language are whole: known kinds, spans that stand in their
text, no note twice, each in the half that its hash names, and as many of each kind as the figures
of a test need. Before it is believed, a breach of each kind is seeded, and must be found."""
import collections
import copy
import os
import pathlib
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests" / "fixtures" / "language"))
import split  # noqa: E402  (found only after the line above)

KINDS = ("praise", "correction", "prescription", "judgement", "inference")
PLACES = ("noticing", "wondering", "form")
# At least so many notes in both halves together: all, without marks, hard ones of these, each kind.
LEAST = {"en": (560, 280, 120, 45), "es": (200, 100, 40, 20)}
MOST_DOUBT = 0.08


def plain(text):
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def complaints_about(note):
    if set(note) - {"hard", "doubt"} != {"id", "text", "from", "marks"}:
        yield f"has the fields {sorted(note)}"
        return
    if not isinstance(note["id"], int) or not note["text"].strip():
        yield "has no number or no text"
    if note["from"] not in PLACES:
        yield f"is from {note['from']}"
    if any(note.get(flag, True) is not True for flag in ("hard", "doubt")):
        yield "has a flag that is not true; leave it out instead"
    if note.get("hard") and note["marks"]:
        yield "is hard, which is said of unmarked ones only"
    for mark in note["marks"]:
        if set(mark) != {"kind", "span"} or mark["kind"] not in KINDS:
            yield f"has the mark {mark}"
        elif not mark["span"].strip() or mark["span"] not in note["text"]:
            yield f"does not hold the words '{mark['span']}'"


def complaints(halves):
    """halves: {(language, half): [note, …]}"""
    ids, texts = set(), set()
    for (language, half), notes in halves.items():
        for note in notes:
            name = f"{language}-{half}.jsonl, id {note.get('id')}:"
            found = list(complaints_about(note))
            yield from (f"{name} {what}" for what in found)
            if found:
                continue
            if note["id"] in ids:
                yield f"{name} has another note's number"
            if plain(note["text"]) in texts:
                yield f"{name} has another note's text"
            if split.half_of(note["text"]) != half:
                yield f"{name} belongs in the other half; run tests/fixtures/language/split.py"
            ids.add(note["id"])
            texts.add(plain(note["text"]))
    for language, (least, unmarked, hard, each) in LEAST.items():
        notes = [note for key, half in halves.items() if key[0] == language for note in half]
        counts = collections.Counter(
            kind for note in notes for kind in {mark.get("kind") for mark in note["marks"]})
        wanted = [("notes", len(notes), least),
                  ("unmarked notes", sum(not note["marks"] for note in notes), unmarked),
                  ("hard notes", sum(note.get("hard", False) for note in notes), hard)]
        wanted += [(f"notes with {kind}", counts[kind], each) for kind in KINDS]
        for what, count, needed in wanted:
            if count < needed:
                yield f"{language}: {count} {what}, at least {needed} are needed"
        if sum(note.get("doubt", False) for note in notes) > MOST_DOUBT * len(notes):
            yield f"{language}: more than {MOST_DOUBT:.0%} are doubtful"


def breaches(halves):
    """What must be found: a name, and the notes with that breach in them."""
    def seeded(change):
        other = copy.deepcopy(halves)
        change(other)
        return other

    first = ("en", "tuning")
    marked = next(i for i, note in enumerate(halves[first]) if note["marks"])

    def move(all_notes):
        all_notes["en", "held-out"].append(all_notes[first].pop())

    def drop_praise(all_notes):
        for key in (first, ("en", "held-out")):
            all_notes[key] = [note for note in all_notes[key]
                              if all(mark["kind"] != "praise" for mark in note["marks"])]

    yield "unknown kind", seeded(lambda a: a[first][marked]["marks"][0].update(kind="rating"))
    yield "span elsewhere", seeded(lambda a: a[first][marked]["marks"][0].update(span="#"))
    yield "hard and marked", seeded(lambda a: a[first][marked].update(hard=True))
    yield "a field too many", seeded(lambda a: a[first][0].update(score=1))
    yield "unknown place", seeded(lambda a: a[first][0].update({"from": "report"}))
    yield "number twice", seeded(lambda a: a[first][0].update(id=a[first][1]["id"]))
    yield "text twice", seeded(lambda a: a[first].append(dict(a[first][0], id=-1)))
    yield "wrong half", seeded(move)
    yield "too few of a kind", seeded(drop_praise)
    yield "too much doubt", seeded(lambda a: [note.update(doubt=True) for note in a[first]])


def main():
    halves = {(language, half): split.read(language, half)
              for language in split.LANGUAGES for half in split.HALVES}
    found = list(complaints(halves))
    if not found:
        found = [f"a seeded breach was not found: {name}"
                 for name, seeded in breaches(halves) if not list(complaints(seeded))]
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
