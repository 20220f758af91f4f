#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library and the panel give the same marks: on all labelled notes, and on a generated pile.

usage: wording_same.py MARK_LINES NODE MARK_LINES_MJS
"""
import json
import os
import pathlib
import random
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
LANGUAGES = ("en", "es")
PILE = 4000
WATCHDOG_S = 300
# What tears words and sentences apart, and what only looks as if it did.
ODD = [". ", "? ", "! ", "?!", "…", "\n", "\r\n", "\u2028", ", ", "; ", ": ", " - ", "-", " – ", "(",
       ")", "[", "/", "'", "’", "‘", "\"", "“", "”", "„", "«", "»", " '", "' ", " \"", "\" ", "'s ",
       "\u00ad", "\u200b", "\u200f", "\ufeff", "\u00a0", "\u3000", "\t", "l'", "é", "É", "e\u0301",
       "\u0301", "İ", "ß", "ẞ", "Σ", "ς", "ǅ", "ﬁ", "Ⅷ", "½", "٣", "x2", "3.5", "很", "好", "。", "？",
       "ก", "ไ", "한국", "हि", "עברית", "؟", "🙂", "👍", "👩‍🏫", "★", "→", "𝒜", "\U00020000", "_", "@",
       "#", "*", "~", "^", "$", "constructor", "__proto__", "\x01", "\x7f", "Mr. ", "e.g. ", "T: ", "Ana: "]


def labelled():
    for path in sorted((ROOT / "tests/fixtures/language").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def vocabulary(language):
    data = json.loads((ROOT / f"annotations/language/{language}.json").read_text(encoding="utf-8"))
    words = {name: text.split() for name, text in data["classes"].items()}
    patterns = [p for rule in data["rules"] + data["allow"] for p in rule["patterns"]]
    patterns += data["speech"] + [p for some in data["contexts"].values() for p in some]
    return words, patterns


def pick(chance, words, name):
    members = words.get(name)
    if not members:
        return chance.choice(["Ana", "7", "x"])
    word = chance.choice(members)
    return pick(chance, words, word[1:]) if word[0] == "@" else word.replace("*", "ish")


def from_pattern(chance, words, pattern):
    """Words that the pattern is likely to find, and now and then one that it must not."""
    said = []
    for item in pattern.replace("[", "").replace("]", "").split():
        if item[0] in "^$~" or item[0] == "*":
            said += chance.choices(["the", "class", "and"], k=chance.randrange(3))
            continue
        if item[0] in "?!" and chance.random() < 0.5:
            continue
        choice = chance.choice(item.lstrip("?!").split("!")[0].split("|"))
        said.append(pick(chance, words, choice[1:]) if choice[0] == "@" else choice.replace("*", "ing"))
    return " ".join(said)


def generated(language):
    chance = random.Random(f"wording {language}")
    words, patterns = vocabulary(language)
    everything = [word.strip("@*") for some in words.values() for word in some]
    for _ in range(PILE):
        parts = []
        for _ in range(chance.randrange(1, 14)):
            kind = chance.random()
            if kind < 0.45:
                part = from_pattern(chance, words, chance.choice(patterns))
            elif kind < 0.75:
                part = chance.choice(everything)
            else:
                part = chance.choice(ODD)
            parts.append(part.title() if chance.random() < 0.1 else part)
            if chance.random() < 0.7:
                parts.append(" ")
        yield "".join(parts)


def run(command, texts):
    given = "".join(json.dumps(text) + "\n" for text in texts)
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True,
                          timeout=WATCHDOG_S)
    return [json.loads(line) for line in done.stdout.splitlines()]


def main():
    mark_lines, node, module = sys.argv[1:4]
    notes = list(labelled())
    different = marks = 0
    for language in LANGUAGES + ("-",):
        texts = notes + [t for name in LANGUAGES if language in (name, "-") for t in generated(name)]
        ours = run([mark_lines, language], texts)
        panel = run([node, module, str(ROOT), language], texts)
        assert len(ours) == len(panel) == len(texts), (len(ours), len(panel), len(texts))
        for text, one, other in zip(texts, ours, panel):
            marks += len(one["marks"])
            if one != other:
                different += 1
                if different < 6 and text not in notes:
                    print(f"{text!r}\n  library {one}\n  panel   {other}")
    print(f"{len(notes)} labelled notes and {PILE} generated ones a language: {marks} marks, "
          f"{different} texts with different ones")
    # A pile without marks would show nothing.
    return 1 if different or marks < PILE else 0


if __name__ == "__main__":
    sys.exit(main())
