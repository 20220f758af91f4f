#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""./check repeats its counts only when nothing has changed; ./start is there to be started again."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(os.environ["LESSONWALK_SOURCE_ROOT"]).resolve()
BUILD = pathlib.Path(os.environ["LESSONWALK_BUILD_ROOT"]).resolve()
COMMAND = BUILD / "player" / "command" / "lessonwalk"
WATCHDOG_S = 280
GREEN = "build-check/last-green"


class ScriptCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lessonwalk-scripts-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.tree = self.folder / "tree"
        self.tree.mkdir()
        self.env = {name: value for name, value in os.environ.items()
                    if name not in ("DISPLAY", "WAYLAND_DISPLAY", "LESSONWALK_STORE", "CI")
                    and not name.startswith("GIT_")}
        self.env.update({"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"),
                         "XDG_CACHE_HOME": str(self.folder / "cache"), "LC_ALL": "C.UTF-8",
                         "LANGUAGE": "en"})

    def run_in_tree(self, *words, **env):
        return subprocess.run(list(map(str, words)), cwd=self.tree, env={**self.env, **env},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, encoding="utf-8", timeout=WATCHDOG_S,
                              check=False)

    def ok(self, *words, **env):
        done = self.run_in_tree(*words, **env)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout


class Check(ScriptCase):
    """The real ./check, in a checkout that has nothing to build: what it would run fails at once."""

    def setUp(self):
        super().setUp()
        (self.tree / "tools").mkdir()
        for name in ("check", "tools/packages.sh", "tools/green.sh"):
            shutil.copy(ROOT / name, self.tree / name)
        (self.tree / ".gitignore").write_text("/build*/\n", encoding="utf-8")
        (self.tree / "kept.c").write_text("int kept;\n", encoding="utf-8")
        self.ok("git", "init", "-q")
        self.ok("git", "add", "-A")
        green = self.tree / GREEN
        green.parent.mkdir()
        green.write_text(f"{self.fingerprint()}\n2026-02-03 04:05:06\n12 passed, 0 failed\n",
                         encoding="utf-8")

    def fingerprint(self):
        """As ./check takes it."""
        return self.ok("bash", "-c", "source tools/packages.sh; source tools/green.sh; "
                       "lw_fingerprint $(lw_packages build run samples test)").strip()

    def assert_repeats(self):
        lines = self.ok("./check").splitlines()
        self.assertEqual(lines[-1], "12 passed, 0 failed")
        self.assertIn("2026-02-03 04:05:06", lines[-3])
        self.assertEqual([path.name for path in (self.tree / "build-check").iterdir()],
                         ["last-green"])

    def assert_runs(self, *words, **env):
        done = self.run_in_tree("./check", *words, **env)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], "0 passed, 1 failed")
        self.assertFalse((self.tree / GREEN).exists(), "what failed is called green")

    def test_unchanged_it_repeats_its_counts_and_builds_nothing(self):
        self.assert_repeats()

    def test_what_decides_nothing_changes_nothing(self):
        os.utime(self.tree / "kept.c", (1, 1))
        (self.tree / "build-other").mkdir()
        (self.tree / "build-other" / "made.o").write_bytes(b"made")
        self.ok("git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org",
                "commit", "-q", "-m", "The same files")
        self.assert_repeats()

    def test_a_changed_file_is_run_again(self):
        (self.tree / "kept.c").write_text("int other;\n", encoding="utf-8")
        self.assert_runs()

    def test_a_new_file_that_git_does_not_know_is_run_again(self):
        (self.tree / "new.c").write_text("", encoding="utf-8")
        self.assert_runs()

    def test_a_file_that_is_gone_is_run_again(self):
        (self.tree / "kept.c").unlink()
        self.assert_runs()

    def test_another_mode_is_run_again(self):
        self.ok("git", "update-index", "--chmod=+x", "kept.c")
        self.assert_runs()

    def test_forced_or_long_or_on_ci_it_runs(self):
        kept = (self.tree / GREEN).read_bytes()
        for words, env in ((["--force"], {}), (["--long"], {}), ([], {"CI": "true"})):
            (self.tree / GREEN).write_bytes(kept)
            self.assert_runs(*words, **env)

    def test_outside_of_git_it_runs(self):
        shutil.rmtree(self.tree / ".git")
        self.assertEqual(self.fingerprint(), "")
        (self.tree / GREEN).write_text("\n2026-02-03\n12 passed, 0 failed\n", encoding="utf-8")
        self.assert_runs()


class Start(ScriptCase):
    """The real ./start, in a fresh copy of this tree, with the build that runs this test."""

    def setUp(self):
        super().setUp()
        # (Of an unpacked archive, all of it but what was built.)
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                                 "--exclude-standard"], cwd=ROOT, capture_output=True, check=False)
        names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
        names = [name for name in names if name] or ["start", "tools", "samples"]
        for name in names:
            if name.split("/")[0] not in ("start", "tools", "samples"):
                continue
            target = self.tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, target, ignore=shutil.ignore_patterns("made"))
            elif (ROOT / name).exists():
                shutil.copy(ROOT / name, target)
        # The 12-minute lesson is not waited for, and takes minutes.
        self.made = self.tree / "samples" / "made"
        self.made.mkdir()
        (self.made / "fractions-long.made-from").write_text("", encoding="utf-8")

    def start(self, *words):
        return self.ok("./start", "--terminal", "--build", BUILD, *words)

    def room(self, said):
        """The address of the sample room, and whether its page is there."""
        url = re.search(r"the room +(http://\S+)", said).group(1)
        try:
            with urllib.request.urlopen(f"{url}/panel/", timeout=20) as page:
                return url, b"Lessonwalk" in page.read()
        except urllib.error.URLError:
            return url, False

    def notes(self, store=None):
        words = ["--store", store] if store else []
        done = self.ok(COMMAND, "list", self.made / "fractions-short.mp4", "--json", "--limit",
                       "1000", *words)
        return {note["text"]: note["id"] for note in json.loads(done)["notes"]}

    def test_a_second_start_keeps_what_the_first_one_made_and_what_was_changed(self):
        store = self.made / "notes.db"
        self.addCleanup(subprocess.run, ["./start", "--stop"], cwd=self.tree, check=False)
        said = self.start()
        room = self.room(said)
        self.assertTrue(room[1])
        self.assertIn("Exporting as WebVTT", said)
        self.assertNotIn("there from an earlier run", said)
        first = self.notes(store)
        samples = json.loads((ROOT / "samples/notes/fractions-short.json").read_text("utf-8"))
        self.assertEqual(len(first), len(samples["notes"]) + 2)
        film = hashlib.sha256((self.made / "fractions-short.mp4").read_bytes()).digest()
        mine = "Who else could show it on the line?"
        first[mine + " Noor?"] = first.pop(mine)
        self.ok(COMMAND, "edit", first[mine + " Noor?"], "--text", mine + " Noor?",
                "--store", store)

        said = self.start()
        self.assertEqual(said.count("there from an earlier run"), 2)
        self.assertEqual(self.room(said), room)
        self.assertEqual(self.notes(store), first)
        self.assertEqual(hashlib.sha256((self.made / "fractions-short.mp4").read_bytes()).digest(),
                         film)

        said = self.start("--own-notes")
        self.assertIn(str(self.folder / "data"), said)
        self.assertEqual(len(self.notes()), len(samples["notes"]) + 2)
        self.assertEqual(self.notes(store), first)
        self.ok("./start", "--stop")
        self.assertEqual(self.room(said), (room[0], False))


if __name__ == "__main__":
    unittest.main(verbosity=2)
