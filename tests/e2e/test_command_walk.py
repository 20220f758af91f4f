# SPDX-License-Identifier: LGPL-2.1-or-later
"""`lessonwalk walk`: a walk of one's own from its set-up until it is closed, in the terminal."""
import shutil
import unittest

from command import CommandCase

LEVELS = ["teacher", "coach", "principal", "district-leader", "superintendent"]


class WalkAlone(CommandCase):
    def begin(self, *words):
        self.ok("walk", "begin", "Pressing for evidence", self.lesson, *words)

    def open_visit(self):
        self.begin("--focus", "Students give evidence", "--inquiry", "In what ways?")
        self.ok("walk", "phase", "--next")

    def fields(self):
        [form] = self.json("walk", "form")["forms"]
        return form, {field["field"]: field for field in form["fields"]}

    def cards(self):
        return [card for group in self.json("walk", "board")["groups"] for card in group["cards"]]

    def test_a_walk_opens_with_focus_and_inquiry_alone(self):
        self.begin()
        self.assertIn("focus and the inquiry", self.fails(1, "walk", "phase", "--next"))
        self.assertIn("before that: A walk opens", self.ok("walk", "show"))
        self.assertEqual(self.json("walk", "show")["walk"]["phase"], "prepare")
        self.ok("focus", self.lesson, "--focus", "Reasons", "--inquiry", "In what ways?")
        self.assertEqual(self.json("walk", "phase", "--next")["phase"], "visit")
        shown = self.json("walk", "show", "pressing")
        self.assertEqual([one["id"] for one in shown["phases"] if one["open"]], ["visit"])
        self.assertEqual(shown["walk"]["routine"].split("@")[0], "recorded-walk")

    def test_a_lesson_is_in_one_walk(self):
        self.begin()
        self.assertIn("belongs to the walk", self.fails(1, "walk", "begin", "Again", self.lesson))
        self.assertEqual(len(self.json("walk", "list")["walks"]), 1)

    def test_a_lesson_that_is_named_twice_begins_nothing(self):
        copy = self.folder / "copy.mp4"
        shutil.copy(self.lesson, copy)
        said = self.fails(1, "walk", "begin", "Twice", self.lesson, copy)
        self.assertIn("named twice", said)
        self.assertEqual(self.json("walk", "list")["walks"], [])

    def test_a_form_begins_with_own_notes_and_says_what_it_lacks(self):
        self.open_visit()
        seen = self.pin("0:01", "Noor says why", "--kind", "noticing")
        self.pin("0:02", "Who answers?", "--kind", "wondering")
        form, fields = self.fields()
        self.assertFalse(form["handed_in"])
        self.assertEqual(fields["noticings"]["text"], "Noor says why")
        self.assertEqual(fields["noticings"]["cites"], [seen["id"]])
        self.assertEqual({f["lacks"] for f in fields.values()}, {"words"})
        self.ok("walk", "form", "--answer", "noticings", "--own-notes")
        self.ok("walk", "form", "--answer", "wonderings", "--text", "Who asks whom?", "--at", "0:01")
        form, fields = self.fields()
        self.assertTrue(form["handed_in"])
        self.assertEqual(fields["wonderings"]["text"], "Who asks whom?")
        self.assertEqual(fields["wonderings"]["at_ns"], 10**9)
        # What it rested on is gone: it is not finished any more.
        self.ok("delete", seen["id"])
        form, fields = self.fields()
        self.assertEqual((form["handed_in"], fields["noticings"]["lacks"]), (False, "evidence"))

    def test_the_board_takes_what_students_did_first(self):
        self.open_visit()
        note = self.pin("0:01", "Noor says why")["id"]
        self.assertIn("opens when", self.fails(1, "walk", "board"))
        self.ok("walk", "phase", "--next")
        self.assertIn("what students did", self.fails(1, "walk", "board", "--need", "Time",
                                                      "--cites", note))
        self.assertIn("at least one card", self.fails(1, "walk", "board", "--asset", "Reasons"))
        self.assertIn("speaks of a student", self.fails(1, "walk", "phase", "--next"))
        self.ok("walk", "board", "--group", "They compare")
        self.ok("walk", "board", "--card", note, "--in", "They compare", "--about", "student")
        self.ok("walk", "phase", "--next")
        self.ok("walk", "board", "--need", "Time to answer", "--cites", note[-8:])
        board = self.json("walk", "board")
        self.assertEqual([(g["title"], [c["id"] for c in g["cards"]]) for g in board["groups"]],
                         [("They compare", [note]), (None, [])])
        self.assertEqual([(o["kind"], o["cites"]) for o in board["outcomes"]], [("need", [note])])
        table = self.ok("walk", "board", "--csv", "-")
        self.assertIn('"noticing","They compare","Noor says why"', table)
        trends = self.json("walk", "trends")
        self.assertEqual([(t["text"], t["visits"], [n["id"] for n in t["evidence"]])
                          for t in trends["trends"]], [("Time to answer", 1, [note])])
        self.assertEqual((trends["visits"], trends["seen"]), (1, 1))
        self.assertEqual(trends["coverage"][0]["lenses"][0]["minutes"][0], 1)

    def test_a_walk_closes_when_every_level_has_a_step(self):
        self.open_visit()
        self.ok("walk", "phase", "--to", "next-steps")
        for level in LEVELS:
            self.assertIn("Still without one", self.fails(1, "walk", "phase", "--next"))
            self.ok("walk", "steps", "--add", f"What the {level} does", "--level", level,
                    "--due", "2026-12-01", "--owner", "Ana Ruiz")
        self.fails(1, "walk", "steps", "--add", "Nobody's", "--level", "cook")
        self.fails(1, "walk", "steps", "--add", "When?", "--level", "coach", "--due", "2026-13-01")
        self.assertEqual(self.json("walk", "phase", "--next")["phase"], "closed")
        levels = self.json("walk", "steps", "evidence")["levels"]
        self.assertEqual([(one["level"], one["lack"]) for one in levels],
                         [(level, None) for level in LEVELS])
        # What became of it shows weeks later.
        [step] = levels[0]["steps"]
        self.assertTrue(step["agreed"])
        self.ok("walk", "steps", "evidence", "--follow-up", step["id"], "--state", "trying",
                "--on", "2026-12-02", "--text", "Noor waited")
        [step] = self.json("walk", "steps", "evidence")["levels"][0]["steps"]
        self.assertEqual(step["follow_ups"], [{"state": "trying", "on": "2026-12-02",
                                               "text": "Noor waited"}])
        self.fails(1, "walk", "steps", "evidence", "--add", "Late", "--level", "coach")
        self.assertIn("All is well", self.ok("verify"))

    def test_several_walks_are_told_apart(self):
        self.begin()
        other = self.folder / "other.mp4"
        shutil.copy(self.lesson, other)
        with open(other, "ab") as more:
            more.write(b"more")
        self.ok("walk", "begin", "Another", other)
        self.assertIn("several walks", self.fails(3, "walk", "show"))
        self.assertIn("No walk is called", self.fails(3, "walk", "show", "nothing like it"))
        self.assertEqual(self.json("walk", "show", "anoth")["walk"]["title"], "Another")
        self.assertIn("Did you mean “board”", self.fails(2, "walk", "bord"))
        for verb in ("begin", "list", "show", "phase", "form", "board", "steps", "trends"):
            self.assertIn("Example", self.ok("walk", verb, "--help"))


if __name__ == "__main__":
    unittest.main()
