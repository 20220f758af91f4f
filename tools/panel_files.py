#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Puts the panel's folder together: its own files as they are, and of the npm packages in its lock
the modules that those import, with paths that a browser finds without an import map (which a strict
Content-Security-Policy would have to be opened for, and older tablets do not know).

usage: panel_files.py SOURCE BUILD STAMP LANGUAGES

Makes BUILD/panel anew, with the list of its files in the service worker; writes STAMP. LANGUAGES is
the folder with the rules of the wording nudge, a file a language.
"""
import hashlib
import json
import pathlib
import posixpath
import re
import shutil
import subprocess
import sys

OWN = (".html", ".css", ".js", ".svg")
# What stands behind "from" or "import" in a module, minified or not.
SPECIFIER = re.compile(r"""((?:\bfrom|\bimport)\s*\(?\s*)(["'])([^"'\n]+)\2""")
FILES_MARK = "/* the build puts the list of files here */"


def own_files(source):
    for path in sorted(source.rglob("*")):
        if path.suffix in OWN and path.is_file() and "node_modules" not in path.parts:
            yield path.relative_to(source)


def entry_of(modules, package):
    about = json.loads((modules / package / "package.json").read_text(encoding="utf-8"))
    return posixpath.join(package, about.get("module") or about["main"])


def resolve(modules, importer, specifier):
    """The path of a module inside node_modules."""
    if specifier.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    depth = 2 if specifier.startswith("@") else 1
    if specifier.count("/") < depth:
        return posixpath.normpath(entry_of(modules, specifier))
    return specifier


def copy_modules(modules, wanted, lib):
    done = set()
    while wanted:
        name = wanted.pop()
        if name in done:
            continue
        done.add(name)
        text = (modules / name).read_text(encoding="utf-8")

        def relative(match, importer=name):
            target = resolve(modules, importer, match[3])
            wanted.append(target)
            path = posixpath.relpath(target, posixpath.dirname(importer))
            return f"{match[1]}{match[2]}{path if path.startswith('.') else './' + path}{match[2]}"

        text = SPECIFIER.sub(relative, text)
        # The maps name files that are not served.
        text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
        (lib / name).parent.mkdir(parents=True, exist_ok=True)
        (lib / name).write_text(text, encoding="utf-8")
    for package in {name.split("/")[0] if name[0] != "@" else "/".join(name.split("/")[:2])
                    for name in done}:
        for licence in (modules / package).glob("LICENSE*"):
            shutil.copyfile(licence, lib / package / "LICENSE.txt")


def imports_of_lib(source, names):
    for name in names:
        if name.suffix != ".js":
            continue
        for match in SPECIFIER.finditer((source / name).read_text(encoding="utf-8")):
            target = posixpath.normpath(posixpath.join(name.parent.as_posix(), match[3]))
            if target.startswith("lib/"):
                yield target.removeprefix("lib/")


def copy_languages(languages, panel):
    """The rules of the wording nudge, without the line ends and spaces that people need."""
    (panel / "language").mkdir()
    names = []
    for path in sorted(languages.glob("*.json")):
        if path.name.endswith(".schema.json"):
            continue
        rules = json.loads(path.read_text(encoding="utf-8"))
        (panel / "language" / path.name).write_text(
            json.dumps(rules, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        names.append(path.stem)
    (panel / "language" / "index.json").write_text(json.dumps(names), encoding="utf-8")


def list_files(panel):
    """A changed file changes the service worker, which is how a browser hears of it."""
    names = sorted(path.relative_to(panel).as_posix() for path in panel.rglob("*")
                   if path.suffix in (*OWN, ".json") and path.name != "worker.js")
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (panel / name).read_bytes())
    worker = panel / "worker.js"
    text = worker.read_text(encoding="utf-8")
    if FILES_MARK not in text:
        raise SystemExit("panel_files: worker.js has no place for the list of files.")
    words = f"const VERSION = '{digest.hexdigest()[:16]}';\nconst FILES = {json.dumps(names)};"
    worker.write_text(text.replace(FILES_MARK, words), encoding="utf-8")


def main():
    source, build, stamp, languages = map(pathlib.Path, sys.argv[1:5])
    tools = pathlib.Path(__file__).resolve().parent
    done = subprocess.run([sys.executable, tools / "npm_packages.py",
                           source / "package-lock.json", build / "npm"], check=False)
    if done.returncode:
        return 1
    names = list(own_files(source))
    panel, fresh = build / "panel", build / "panel.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for name in names:
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, fresh / name)
    copy_modules(build / "npm" / "node_modules", list(imports_of_lib(source, names)),
                 fresh / "lib")
    copy_languages(languages, fresh)
    list_files(fresh)
    shutil.rmtree(panel, ignore_errors=True)
    fresh.rename(panel)
    # For ninja: what this was made from.
    stamp.write_text("made\n", encoding="utf-8")
    depfile = stamp.with_suffix(".d")
    # A file that is new is seen by its folder.
    inputs = [source / name for name in names] + [source / "package-lock.json",
                                                  tools / "npm_packages.py", source]
    inputs += [*languages.glob("*.json"), languages]
    inputs += [path for path in source.rglob("*") if path.is_dir()]
    depfile.write_text(f"{stamp}: {' '.join(str(path.resolve()) for path in inputs)}\n",
                       encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
