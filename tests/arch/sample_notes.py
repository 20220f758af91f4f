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
import script  # noqa: E402  (from the samples' own folder)

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
    print(f"{notes} notes, {failures} complaints")
    return 1 if failures or not notes else 0


if __name__ == "__main__":
    sys.exit(main())
