#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sample notes are evidence: at frames of the film, and what they quote was said or drawn."""
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
sys.path.insert(0, str(ROOT / "samples"))
sys.dont_write_bytecode = True
import make_walk  # noqa: E402  (from the samples' own folder)
import script  # noqa: E402

NS = 1000000000
FRAME = NS // script.FRAMES_PER_SECOND
QUOTE = re.compile(r'"([^"]+)"')
NEAR_SECONDS = 65  # a note may look back a little
# Of which notes the quotes are looked up: those of the gallery of names are in many languages.
LESSONS = ("fractions-short", "fractions-long")


def plain(words):
    return re.sub(r"[^\w ]", "", words.lower()).strip()


def said_near(lesson, seconds):
    return plain(" ".join(line.words for line in lesson.lines
                          if abs(line.start - seconds) <= NEAR_SECONDS))


def complaints_about(note, lesson, drawn, length):
    start, end = note["start"], note.get("end", note["start"])
    if start % FRAME or end % FRAME:
        yield "not at the start of a frame"
    if not 0 <= start <= end <= length:
        yield "outside of the film"
    if lesson is None:
        return
    said = said_near(lesson, start / NS)
    for quote in QUOTE.findall(note["text"]):
        for part in quote.split("…"):
            if plain(part) not in said and part not in drawn:
                yield f"quotes {part!r}, which nobody says there"


def complaints_about_cycle(name, drawn):
    """The walk that the room's sample shows, in the words of samples/walk."""
    cycle = make_walk.read_cycle(name)
    keys = [make_walk.key_of(note) for note in cycle["notes"]]
    for key in {one for one in keys if keys.count(one) > 1}:
        yield f"two notes are called {key!r}"
    cited = [key for group in cycle.get("groups", []) for key in group["cards"]]
    for key in {one for one in cited if cited.count(one) > 1}:
        yield f"{key!r} lies in two groups"
    for outcome in cycle.get("outcomes", []):
        cited += outcome["cites"]
    cited += [reply["to"] for reply in cycle.get("replies", [])]
    for key in sorted(set(cited) - set(keys)):
        yield f"{key!r} is no note"
    films = {visit["classroom"]: visit["lesson"] for visit in cycle["visits"] if "lesson" in visit}
    for note in cycle["notes"] + cycle.get("marks", []):
        lesson = script.read_lesson(
            ROOT / "samples" / "lessons" / f"{films[note['room']]}.txt")
        times = {"start": make_walk.parse_time(note["from"]),
                 "end": make_walk.parse_time(note.get("to", note["from"]))}
        for words in complaints_about({**note, **times}, lesson, drawn,
                                      round(lesson.length * NS)):
            yield f"{make_walk.key_of(note)}: {words}"


def main():
    drawn = (ROOT / "samples" / "board.py").read_text(encoding="utf-8")
    notes = failures = 0
    for path in sorted((ROOT / "samples" / "notes").glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        lesson = None
        if path.stem in LESSONS:
            lesson = script.read_lesson(ROOT / "samples" / "lessons" / f"{path.stem}.txt")
            if document["segment"]["duration"] != round(lesson.length * NS):
                print(f"{path.name}: another length than its film")
                failures += 1
        for note in document["notes"]:
            notes += 1
            for words in complaints_about(note, lesson, drawn, document["segment"]["duration"]):
                print(f"{path.name}: {note['text'][:50]!r}: {words}")
                failures += 1
    for path in sorted((ROOT / "samples" / "walk").glob("cycle-*.json")):
        notes += len(json.loads(path.read_text(encoding="utf-8"))["notes"])
        for words in complaints_about_cycle(path.stem, drawn):
            print(f"{path.name}: {words}")
            failures += 1
    print(f"{notes} notes, {failures} complaints")
    return 1 if failures or not notes else 0


if __name__ == "__main__":
    sys.exit(main())
