# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the program `lessonwalk` share: a store, a home and a lesson of their own."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ["LESSONWALK_PROGRAM"]
MEDIA = pathlib.Path(os.environ["LESSONWALK_TEST_MEDIA"])
WATCHDOG_S = 120
# For what plays: what GStreamer keeps for good is known by its whole stack, which is slow to take.
PLAYING_ASAN_OPTIONS = "detect_leaks=1:strict_string_checks=1:fast_unwind_on_malloc=0"

# For megabytes: strict string checks read all of a text at every search in it.
BULK_ASAN_OPTIONS = "detect_leaks=1"


class CommandCase(unittest.TestCase):
    """Each test has a folder of its own; nothing of the person who runs it is touched."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lessonwalk-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.store = self.folder / "notes.db"
        self.lesson = self.folder / "lesson.mp4"
        shutil.copy(MEDIA / "lesson.mp4", self.lesson)
        self.env = dict(os.environ)
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            self.env.pop(name, None)
        self.env.update({
            "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CACHE_HOME": str(self.folder / "cache"), "LESSONWALK_STORE": str(self.store),
            "LC_ALL": "C.UTF-8", "LANGUAGE": "en",
        })

    def run_command(self, *words, stdin="", **env):
        """The finished process; its output as text."""
        return subprocess.run(
            [PROGRAM, *map(str, words)], input=stdin, capture_output=True, text=True,
            encoding="utf-8", env={**self.env, **env}, cwd=self.folder, timeout=WATCHDOG_S,
            check=False)

    def ok(self, *words, **kwargs):
        """What it says; it must work, and be well-behaved about it."""
        done = self.run_command(*words, **kwargs)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def fails(self, code, *words, **kwargs):
        """What it says on the error output; it must fail with just this code, and say why."""
        done = self.run_command(*words, **kwargs)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.assertTrue(done.stderr.startswith("lessonwalk"), done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def json(self, *words, code=0, **kwargs):
        """The one object that --json prints."""
        done = self.run_command(*words, "--json", **kwargs)
        self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.assertEqual(done.stdout.count("\n"), 1, done.stdout)
        answer = json.loads(done.stdout)
        self.assertEqual(list(answer)[:2], ["ok", "command"])
        self.assertEqual(answer["ok"], code in (0, 4) and "error" not in answer)
        if "error" in answer:
            self.assertEqual(answer["error"]["exit"], code)
            self.assertTrue(answer["error"]["message"])
            self.assertRegex(answer["error"]["code"], "^[a-z-]+$")
        return answer

    def pin(self, time, text, *words):
        return self.json("pin", self.lesson, "--at", time, "--text", text, *words)["note"]

    def notes(self, *words):
        return self.json("list", *words)["notes"]

    def many_notes(self, count, text):
        """A file of so many notes like the first one that is here; "{}" in @text is the number."""
        self.ok("export", self.lesson, "--output", "all.json")
        whole = json.loads((self.folder / "all.json").read_text("utf-8"))
        pattern = whole["notes"][0]
        for n in range(count):
            whole["notes"].append({**pattern, "id": f"{pattern['id'][:24]}{n:012x}",
                                   "start": n * 900000, "end": n * 900000,
                                   "text": text.format(n), "tags": []})
        return json.dumps(whole)

    def import_notes(self, count, text):
        self.ok("import", "-", "--format", "json", stdin=self.many_notes(count, text))
