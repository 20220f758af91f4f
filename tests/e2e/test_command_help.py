#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How `lessonwalk` explains itself, and what it says to a wrong use."""
import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import PROGRAM, WATCHDOG_S, CommandCase  # noqa: E402

COMMANDS = ("open play add probe pin edit reply delete undo redo lessons list search export import "
            "formats person focus track wording verify rebuild backup merge stats erase").split()


class Help(CommandCase):
    texts = {}  # each is asked for once

    def help_of(self, name):
        if name not in self.texts:
            self.texts[name] = self.ok(name, "--help")
        return self.texts[name]

    def test_help_names_every_command_and_the_exit_codes(self):
        text = self.ok("--help")
        for name in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {name} +\S")
        self.assertIn("Exit codes", text)
        self.assertIn("--json", text)

    def test_each_command_explains_itself(self):
        for name in COMMANDS:
            text = self.help_of(name)
            self.assertIn(f"lessonwalk {name}", text)
            self.assertIn("--store", text)
            self.assertIn("--json", text)
            # The same text by the other way: what is lost was looked for on the first one.
            self.assertEqual(self.ok("help", name, ASAN_OPTIONS="detect_leaks=0"), text)
            self.assertLessEqual(max(map(len, text.splitlines())), 100, name)

    def test_examples_of_the_help_are_accepted(self):
        """An example that the program itself refuses teaches nothing."""
        seen = 0
        self.pin("0:01", "x")
        self.ok("export", self.lesson, "--output", "notes.json")
        self.ok("export", self.lesson, "--output", "notes.vtt")
        for name in COMMANDS:
            text = self.help_of(name).replace("\\\n", " ")
            for line in text.partition("Example")[2].splitlines():
                if not line.startswith("  ") or "lessonwalk " not in line:
                    continue
                if name in ("open", "play") or "/media/" in line:
                    continue
                if "5f3a90c1" in line:
                    line = line.replace("5f3a90c1", self.pin("0:01", "x")["id"][-8:])
                line = re.sub(r"\b1:15(\.\d+)?\b", "0:05", line).replace("2:00", "0:02")
                if name in ("undo", "redo"):
                    self.pin("0:01", "to be taken back")
                if name == "redo":
                    self.ok("undo", self.lesson)
                line = line.replace("2:40", "0:04").replace("captions.vtt", "notes.vtt")
                env = self.env
                if "--frame" in line:
                    # Whole stacks for all that GStreamer takes are for the tests of pins.
                    env = {**env, "ASAN_OPTIONS": "detect_leaks=0"}
                done = subprocess.run(
                    ["sh", "-c", line.replace("lessonwalk", PROGRAM, 1) if "|" not in line
                     else line.replace("| lessonwalk", f"| {PROGRAM}")],
                    capture_output=True, text=True, env=env, cwd=self.folder,
                    stdin=subprocess.DEVNULL, timeout=WATCHDOG_S, check=False)
                expected = (2,) if line.strip().startswith("lessonwalk erase note") else (0,)
                self.assertIn(done.returncode, expected, f"{line}: {done.stdout}{done.stderr}")
                seen += 1
        self.assertGreater(seen, 15)

    def test_version(self):
        self.assertRegex(self.ok("--version"), r"^lessonwalk \d+\.\d+\.\d+\n$")

    def test_without_a_command_the_help_comes_and_the_code_says_so(self):
        done = self.run_command()
        self.assertEqual(done.returncode, 2)
        self.assertIn("lessonwalk COMMAND", done.stdout)

    def test_a_near_miss_is_suggested(self):
        self.assertIn("“list”", self.fails(2, "lsit"))
        self.assertIn("“verify”", self.fails(2, "verfy"))
        self.assertNotIn("Did you mean", self.fails(2, "abracadabra"))
        self.assertIn("“--kind”", self.fails(2, "list", "--knid", "x"))
        self.assertEqual(self.json("lsit", code=2)["error"]["code"], "usage")

    def test_wrong_use_says_what_is_missing_or_too_much(self):
        self.assertIn("LESSON", self.fails(2, "pin"))
        self.assertIn("When?", self.fails(2, "pin", self.lesson, "--text", "x"))
        self.assertIn("“b”", self.fails(2, "stats", "b"))
        self.assertIn("not a time", self.fails(2, "pin", self.lesson, "--at", "soon", "-m", "x"))
        self.assertIn("0.25", self.fails(2, "play", self.lesson, "--rate", "9"))
        self.assertIn("percent", self.fails(
            2, "pin", self.lesson, "--at", "1", "-m", "x", "--region", "50,50,60,10"))
        self.assertEqual(self.json("stats", "b", code=2)["error"]["code"], "usage")

    def test_another_language_of_numbers_changes_nothing(self):
        """Where a comma is the decimal point, 0.5 and 1.250 still are what they are."""
        locales = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False)
        comma = [x for x in locales.stdout.split() if x.lower().startswith(("de_de.utf", "fr_fr.utf"))]
        env = {"LC_ALL": comma[0] if comma else "C"}
        note = json.loads(self.ok("pin", self.lesson, "--at", "1.250", "-m", "x", "--region",
                                  "12.5,0,25,50", "--json", **env))["note"]
        self.assertEqual(note["start_ns"], 1250000000)
        self.assertEqual(note["region"], {"x": 1250, "y": 0, "width": 2500, "height": 5000})

    def test_the_c_locale_can_name_accented_things(self):
        self.ok("pin", self.lesson, "--at", "1", "-m", "é 谁", "--tag", "ñ", LC_ALL="C")
        self.assertIn("é 谁 #ñ", self.ok("list", LC_ALL="C"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
