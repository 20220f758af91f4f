#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""po/POTFILES lists every source file with words to translate, and none that is not there. Before it
is believed, a breach of each kind is seeded, and must be found."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
FOLDERS = ("annotations", "player", "plugin")
# "_ (", "N_ (", "C_ (", "ngettext (", "g_dngettext (" …, but neither a longer name nor a definition.
MARK = re.compile(r"(?<![\w#])(?:N?C?_|NC_|n?gettext|g_dn?p?gettext2?)\s*\(")
NO_WORDS = re.compile(r"/\*.*?\*/|//[^\n]*|^[ \t]*#[ \t]*define\b[^\n]*", re.DOTALL | re.MULTILINE)


def has_words(text):
    return MARK.search(NO_WORDS.sub(" ", text)) is not None


def sources():
    files = [p for folder in FOLDERS for p in sorted((ROOT / folder).rglob("*.[ch]"))]
    return {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in files}


def listed():
    lines = (ROOT / "po" / "POTFILES").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def complaints(texts, names):
    for name, text in texts.items():
        if has_words(text) and name not in names:
            yield f"{name} has words to translate and is not in po/POTFILES"
    for name in names:
        if name.endswith((".c", ".h")) and name in texts and not has_words(texts[name]):
            yield f"po/POTFILES lists {name}, which has no words to translate"
        elif name not in texts and not (ROOT / name).is_file():
            yield f"po/POTFILES lists {name}, which is not there"
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield f"po/POTFILES lists {name} twice"


def check_seeds(texts, names):
    """What the rule would say of a tree with one thing wrong."""
    before = set(complaints(texts, names))
    seeds = [(texts | {"player/seed.c": f"f (void) {{ g ({call}); }}"}, names, "player/seed.c has")
             for call in ('_ ("a")', '_("a")', 'N_ ("a")', 'C_ ("menu", "a")',
                          'ngettext ("a", "b", n)')]
    seeds.append((texts, names + ["player/gone.c"], "lists player/gone.c, which is not there"))
    seeds.append((texts, names + names[:1], "twice"))
    for seeded_texts, seeded_names, words in seeds:
        new = set(complaints(seeded_texts, seeded_names)) - before
        if not any(words in line for line in new):
            sys.exit(f"a seeded breach was not found: {words}")
    harmless = texts | {"player/seed.c": '/* _ ("a") */\n#define _(s) s\nlw_ ("a"); x_ ("b");\n'}
    if set(complaints(harmless, names)) != before:
        sys.exit("something harmless was taken for words to translate")
    return len(seeds)


def main():
    texts, names = sources(), listed()
    seeds = check_seeds(texts, names)
    found = list(complaints(texts, names))
    print(*found, sep="\n")
    print(f"{len(texts)} files, {len(names)} listed, {seeds} seeded breaches found, "
          f"{len(found)} complaints")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
