#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sample notes go into a store with the command, once however often, and come out the same."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["LESSONWALK_SOURCE_ROOT"]).resolve()
COMMAND = pathlib.Path(os.environ["LESSONWALK_BUILD_ROOT"]) / "player" / "command" / "lessonwalk"
NOTES = ROOT / "samples" / "notes"


class SampleImport(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def run_json(self, *arguments, store="notes.db"):
        done = subprocess.run([str(COMMAND), *map(str, arguments), "--json", "--store",
                               str(self.path / store)], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def listed(self, store="notes.db"):
        notes = self.run_json("list", "--limit", "1000", store=store)["notes"]
        return sorted((note["text"], note["kind"]) for note in notes)

    def test_every_sample_goes_in_whole_and_only_once(self):
        expected = []
        for sample in sorted(NOTES.glob("*.json")):
            notes = json.loads(sample.read_text(encoding="utf-8"))["notes"]
            expected += [(note["text"], note["kind"]) for note in notes]
            first = self.run_json("import", sample)
            self.assertEqual((first["notes"], first["unchanged"]), (len(notes), 0), sample.name)
            again = self.run_json("import", sample)
            self.assertEqual((again["notes"], again["unchanged"]), (0, len(notes)), sample.name)
        self.assertGreater(len(expected), 40)
        self.assertEqual(self.listed(), sorted(expected))
        self.assertTrue(self.run_json("verify")["ok"])

    def test_names_of_every_script_come_out_as_they_went_in(self):
        self.run_json("import", NOTES / "names.json")
        people = json.loads((NOTES / "names.json").read_text(encoding="utf-8"))["people"]
        notes = self.run_json("list", "--limit", "1000")["notes"]
        self.assertEqual({note["author"]["name"] for note in notes},
                         {person["name"] for person in people})

    def test_what_is_exported_goes_into_another_store_the_same(self):
        self.run_json("import", NOTES / "fractions-long.json")
        title = json.loads((NOTES / "fractions-long.json").read_text("utf-8"))["segment"]["title"]
        exported = self.path / "exported.json"
        self.run_json("export", title, "--output", exported)
        self.run_json("import", exported, store="other.db")
        self.assertEqual(self.listed("other.db"), self.listed())


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
