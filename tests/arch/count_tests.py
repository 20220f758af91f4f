#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What ./check counts: in a project of a few tests that meson really runs, as ./check runs them."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["LESSONWALK_SOURCE_ROOT"]).resolve()
COUNT = ROOT / "tools" / "count_tests.py"

PROJECT = """
project('counted')
sh = find_program('sh')
test('elsewhere', sh, args: ['-c', 'true'], suite: 'large')
test('passes', sh, args: ['-c', 'true'], suite: 'small')
test('chance', sh,
  args: ['-c', 'echo "# DEBUG: chatter"; echo why; test -e @0@ || { touch @0@; false; }'],
  suite: 'small')
test('breaks', sh, args: ['-c', 'echo broken; false'], suite: 'small')
test('now-and-then', sh,
  args: ['-c', 'echo x >>@1@; test $(wc -l <@1@) = 3'],
  suite: 'small')
"""


class Count(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lessonwalk-count-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.build = self.root / "build"
        text = PROJECT.replace("@0@", str(self.root / "seen")).replace("@1@", str(self.root / "n"))
        (self.root / "meson.build").write_text(text, encoding="utf-8")
        self.run_it("meson", "setup", self.build, self.root)
        self.run_it("meson", "test", "-C", self.build, "--suite", "small", fails=True)

    def run_it(self, *words, fails=False):
        done = subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, encoding="utf-8",
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        self.assertEqual(done.returncode != 0, fails, done.stdout)
        return done.stdout

    def count(self, fails):
        return self.run_it(sys.executable, COUNT, f"{self.build}:small", fails=fails)

    def test_what_failed_fails_and_says_its_last_words_without_chatter(self):
        said = self.count(fails=True)
        self.assertEqual(said.splitlines()[-1], "1 passed, 3 failed")
        self.assertRegex(said, r"FAILED  \S*small / breaks")
        self.assertIn("    why", said)
        self.assertNotIn("chatter", said)

    def test_only_what_passes_each_time_by_itself_is_unsteady_and_no_failure(self):
        again = self.run_it(sys.executable, COUNT, "--again", self.build).split()
        self.assertEqual(sorted(again), ["breaks", "chance", "now-and-then"])
        for name in again:
            self.run_it("meson", "test", "-C", self.build, "--no-rebuild", "--num-processes", "1",
                        "--repeat", "3", "--logbase", f"again-{name}", name, fails=name != "chance")
        said = self.count(fails=True)
        self.assertEqual(said.splitlines()[-1], "2 passed, 2 failed")
        self.assertRegex(said, r"UNSTEADY, passed 3 times by itself  \S*small / chance")
        self.assertRegex(said, r"FAILED  \S*small / breaks")
        self.assertRegex(said, r"FAILED  \S*small / now-and-then")

    def test_a_test_without_a_result_failed(self):
        log = self.build / "meson-logs" / "testlog.json"
        lines = log.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if "/ passes" not in line]
        self.assertEqual(len(kept), len(lines) - 1)
        log.write_text("\n".join(kept) + "\n", encoding="utf-8")
        self.assertIn("passes  (never ran)", self.count(fails=True))


if __name__ == "__main__":
    unittest.main(verbosity=2)
