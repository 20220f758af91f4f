#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pinning, changing and finding notes with `lessonwalk`, and the walk around them."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import BULK_ASAN_OPTIONS, MEDIA, PLAYING_ASAN_OPTIONS, PROGRAM, WATCHDOG_S, CommandCase  # noqa: E402


class Pinning(CommandCase):
    def test_a_first_walk_works_as_the_help_says(self):
        identity = self.ok("pin", "lesson.mp4", "--at", "0:05", "--text", "They point").split()[0]
        listed = self.ok("list", "lesson.mp4")
        self.assertIn(identity[-8:], listed)
        self.assertIn("00:00:05.000", listed)
        self.assertIn("They point", listed)
        self.ok("export", "lesson.mp4", "--output", "notes.vtt")
        self.assertTrue((self.folder / "notes.vtt").read_text("utf-8").startswith("WEBVTT"))

    def test_everything_that_was_said_about_a_note_is_kept(self):
        self.ok("focus", self.lesson, "--focus", "Evidence", "--inquiry", "How?")
        note = self.json("pin", self.lesson, "--from", "2", "--to", "0:03.5", "--kind", "wondering",
                         "--text", "Who explains?", "--tag", "talk", "--tag", "evidence",
                         "--on-focus", "--region", "25,10,50,30", "--pass", "2",
                         "--lens", "Multilingual")["note"]
        self.assertEqual((note["start_ns"], note["end_ns"]), (2000000000, 3500000000))
        self.assertEqual(note["kind"], "wondering")
        self.assertEqual(note["tags"], ["evidence", "talk"])
        self.assertEqual(note["region"], {"x": 2500, "y": 1000, "width": 5000, "height": 3000})
        self.assertEqual((note["pass"], note["on_focus"]), (2, True))
        self.assertEqual(note["lens"]["name"], "Multilingual")
        self.assertEqual(self.notes(self.lesson), [note])

    def test_text_comes_in_by_a_pipe_and_keeps_its_lines(self):
        note = self.json("pin", self.lesson, "--at", "1", stdin="one\ntwo\n")["note"]
        self.assertEqual(note["text"], "one\ntwo")
        self.assertIn("one / two", self.ok("list"))

    def test_a_note_of_a_megabyte_is_kept_and_a_longer_one_refused_whole(self):
        self.env["ASAN_OPTIONS"] = BULK_ASAN_OPTIONS
        longest = "é" * (512 * 1024)
        self.json("pin", self.lesson, "--at", "1", stdin=longest)
        self.assertEqual(self.notes()[0]["text"], longest)
        self.fails(1, "pin", self.lesson, "--at", "1", stdin=longest + "x")
        self.assertEqual(len(self.notes()), 1)

    def test_the_frame_is_the_one_that_a_player_shows(self):
        self.env["ASAN_OPTIONS"] = PLAYING_ASAN_OPTIONS
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        for at, number in (("1.250", 37), ("4.999", 149), ("0", 0), ("9.999", 299)):
            note = self.pin(at, "x", "--frame")
            # A whole stack for each piece that GStreamer takes is for one run, not for all.
            self.env["ASAN_OPTIONS"] = "detect_leaks=0"
            self.assertLessEqual(abs(note["start_ns"] - frames[number]), 1000, at)
            self.assertEqual(note["end_ns"], note["start_ns"])

    def test_a_time_after_the_end_is_refused(self):
        self.assertIn("after the end", self.fails(2, "pin", self.lesson, "--at", "0:11", "-m", "x"))

    def test_a_lesson_is_found_by_file_by_id_by_its_end_and_by_title(self):
        lesson = self.json("add", self.lesson, "--title", "Brüche, Klasse 4")["lesson"]
        self.pin("1", "x")
        moved = self.folder / "elsewhere.mp4"
        self.lesson.rename(moved)
        for name in (moved, lesson["id"], lesson["id"][-8:], "brüche, klasse 4"):
            self.assertEqual(len(self.notes(name)), 1, name)
        self.assertIn("no lesson", self.fails(3, "list", "nothing").lower())

    def test_adding_twice_is_once(self):
        first = self.json("add", self.lesson)
        second = self.json("add", self.lesson)
        self.assertEqual((first["is_new"], second["is_new"]), (True, False))
        self.assertEqual(first["lesson"]["id"], second["lesson"]["id"])
        self.assertAlmostEqual(first["lesson"]["duration_ns"] / 1e9, 10, delta=0.1)

    def test_edit_changes_what_is_named_and_nothing_else(self):
        note = self.pin("1", "befor", "--tag", "a")
        changed = self.json("edit", note["id"][-8:], "--text", "before")["note"]
        self.assertEqual({**changed, "edited": 0}, {**note, "text": "before", "edited": 0})
        changed = self.json("edit", note["id"], "--from", "2", "--to", "3", "--no-tags",
                            "--on-focus", "--kind", "wondering")["note"]
        self.assertEqual((changed["start_ns"], changed["end_ns"]), (2000000000, 3000000000))
        self.assertEqual((changed["tags"], changed["on_focus"]), ([], True))
        self.assertEqual(changed["text"], "before")
        self.assertIn("There is no note", self.fails(3, "edit", "abcd1234", "--text", "x"))

    def test_delete_undo_and_redo_across_runs(self):
        note = self.pin("1", "one")
        self.ok("delete", note["id"])
        self.assertEqual(self.notes(), [])
        self.ok("undo", self.lesson)
        self.assertEqual(self.notes(), [note])
        self.ok("undo", self.lesson)
        self.assertEqual(self.notes(), [])
        self.ok("redo", self.lesson)
        self.assertEqual(self.notes(), [note])
        self.ok("undo", self.lesson)
        self.assertIn("nothing", self.fails(3, "undo", self.lesson))

    def test_a_reply_stands_under_its_note(self):
        note = self.pin("2", "question")
        reply = self.json("reply", note["id"][-8:], "--text", "answer")["note"]
        self.assertEqual((reply["reply_to"], reply["kind"]), (note["id"], "reply"))
        self.assertEqual(reply["start_ns"], note["start_ns"])
        again = self.json("reply", reply["id"], "--text", "more")["note"]
        self.assertEqual(again["reply_to"], note["id"])

    def test_what_is_no_video_is_told_apart(self):
        self.assertIn("text.mp4", self.fails(1, "pin", MEDIA / "text.mp4", "--at", "1", "-m", "x"))
        self.assertIn("empty", self.fails(1, "add", MEDIA / "empty.mp4"))
        self.fails(1, "add", MEDIA / "cut-off.mp4")
        self.fails(3, "add", "nowhere.mp4")
        self.assertEqual(self.json("lessons")["lessons"], [])

    def test_without_a_sandbox_probing_is_refused_and_pinning_works(self):
        tools = self.folder / "bin"
        tools.mkdir()
        self.assertIn("bubblewrap", self.fails(5, "probe", self.lesson, PATH=str(tools)))
        self.assertEqual(self.json("probe", self.lesson, code=5, PATH=str(tools))["error"]["code"],
                         "sandbox")
        done = self.run_command("pin", self.lesson, "--at", "1", "-m", "x", PATH=str(tools))
        self.assertEqual(done.returncode, 0)
        self.assertIn("bubblewrap", done.stderr)


class Finding(CommandCase):
    made = None  # the store of three notes is made once

    def setUp(self):
        super().setUp()
        if self.made is not None:
            shutil.copy(self.made / "notes.db", self.store)
            shutil.copy2(self.made / "lesson.mp4", self.lesson)
            return
        self.pin("1", "students give evidence", "--tag", "talk")
        self.pin("2", "who speaks?", "--kind", "wondering", "--on-focus")
        self.pin("3", "Evidence on the board", "--pass", "2", "--lens", "Multilingual")
        folder = tempfile.TemporaryDirectory(prefix="lessonwalk-e2e-")
        self.addClassCleanup(folder.cleanup)
        type(self).made = pathlib.Path(folder.name)
        self.ok("backup", self.made / "notes.db")
        shutil.copy2(self.lesson, self.made / "lesson.mp4")

    def texts(self, *words):
        return [note["text"] for note in self.notes(*words)]

    def test_each_filter_chooses(self):
        first, second, third = "students give evidence", "who speaks?", "Evidence on the board"
        self.assertEqual(self.texts(), [first, second, third])
        self.assertEqual(self.texts("--kind", "wondering"), [second])
        self.assertEqual(self.texts("-k", "wondering", "-k", "noticing"), [first, second, third])
        self.assertEqual(self.texts("--tag", "talk"), [first])
        self.assertEqual(self.texts("--pass", "2"), [third])
        self.assertEqual(self.texts("--on-focus"), [second])
        self.assertEqual(self.texts("--from", "1.5", "--to", "2.5"), [second])
        self.assertEqual(self.texts("--lens", "multilingual"), [third])
        self.assertEqual(self.texts("--order", "newest"), [third, second, first])
        answer = self.json("list", "--limit", "1")
        self.assertEqual((len(answer["notes"]), answer["total"]), (1, 3))
        name = self.json("person")["name"]
        self.assertEqual(len(self.texts("--author", name)), 3)
        self.fails(3, "list", "--author", "Nobody Here")
        self.fails(2, "list", "--order", "rank")
        self.fails(2, "list", "--from", "3", "--to", "2")

    def test_search_finds_words_beginnings_and_phrases(self):
        def found(*words):
            return {note["text"] for note in self.json("search", *words)["notes"]}
        self.assertEqual(found("evidence"), {"students give evidence", "Evidence on the board"})
        self.assertEqual(found("board", "evid"), {"Evidence on the board"})
        self.assertEqual(found('"give evidence"'), {"students give evidence"})
        self.assertEqual(found("evidence", "--pass", "2"), {"Evidence on the board"})
        self.assertEqual(found("evidence", "--lesson", self.lesson, "--order", "newest"),
                         {"students give evidence", "Evidence on the board"})
        self.assertEqual(found("zebra"), set())
        for odd in ("'", '"', "a OR b", "NEAR(", "*", "-", "(", "col:x"):
            self.json("search", "--", odd)

    def test_lessons_lists_and_shows(self):
        lessons = self.json("lessons")["lessons"]
        self.assertEqual([(x["title"], x["notes"]) for x in lessons], [("lesson", 3)])
        self.ok("add", self.lesson)  # it lies elsewhere than where the shared store was made
        shown = self.json("lessons", self.lesson)
        self.assertEqual(shown["files"][0], str(self.lesson))
        self.assertEqual(shown["tracks"][0]["notes"], 3)
        self.assertIn("lesson", self.ok("lessons", "lesson"))

    def test_no_note_can_steer_the_terminal(self):
        evil = "a\x1b[31mb\x07c\u009bd\u202ee\u2028f\x7fg"
        self.pin("4", evil)
        for words in (("list",), ("list", "--json"), ("search", "a"), ("export", self.lesson,
                                                                         "--format", "webvtt")):
            out = self.ok(*words)
            for bad in "\x1b\x07\x7f\u009b":
                self.assertNotIn(bad, out, words)
        self.assertNotIn("\u202e", self.ok("list"))
        self.assertNotIn("\u202e", self.ok("list", "--json"))
        self.assertIn("\u202e", self.notes()[3]["text"])

    def test_columns_stay_in_line_beside_wide_and_combining_text(self):
        self.ok("person", "--name", "李雷 e\u0301")
        self.pin("4", "x")
        lines = self.ok("list", self.lesson).splitlines()
        wide = sum(2 if ord(c) > 0x2E80 else 0 if c == "\u0301" else 1
                   for c in lines[1][:lines[1].index("students")])
        self.assertEqual(lines[0].index("NOTE"), wide)

    def test_ten_thousand_notes_are_listed_and_searched(self):
        self.env["ASAN_OPTIONS"] = BULK_ASAN_OPTIONS
        many = self.many_notes(10000, "number {}")
        (self.folder / "many.json").write_text(many, "utf-8")
        answer = self.json("import", "many.json")
        self.assertEqual(answer["notes"], 10000)
        self.assertEqual(len(self.notes()), 10003)
        self.assertEqual(len(self.ok("list", self.lesson).splitlines()), 10004)
        self.assertEqual(self.json("search", "number", "--limit", "50")["total"], 10000)
        self.assertEqual(self.json("import", "many.json")["notes"], 0)

    def test_a_reader_that_goes_away_is_no_error(self):
        self.import_notes(30, "x" * 4000)
        done = subprocess.run(f"{PROGRAM} list | head -1; {PROGRAM} list --json | head -c 10",
                              shell=True, env=self.env, cwd=self.folder, capture_output=True,
                              text=True, timeout=WATCHDOG_S, check=False)
        self.assertEqual(done.stderr, "")

    def test_an_answer_that_cannot_be_written_is_told(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([PROGRAM, "list"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=self.env, timeout=WATCHDOG_S, check=False)
        self.assertEqual(done.returncode, 7)
        self.assertIn("could not be written", done.stderr)


class Walking(CommandCase):
    def test_ones_name_stands_beside_ones_notes(self):
        self.pin("1", "x")
        self.ok("person", "--name", "Ana Ruiz")
        self.assertEqual(self.ok("person"), "Ana Ruiz\n")
        self.assertEqual(self.notes()[0]["author"]["name"], "Ana Ruiz")
        self.fails(2, "person", "--name", "  ")

    def test_the_focus_is_set_shown_and_changed(self):
        self.ok("add", self.lesson)
        self.assertIsNone(self.json("focus", self.lesson)["walk"])
        self.ok("focus", self.lesson, "--focus", "Evidence", "--inquiry", "How?", "--teacher",
                "Ms. Okafor", "--watch-for", "a", "--watch-for", "b")
        walk = self.json("focus", self.lesson)["walk"]
        self.assertEqual((walk["focus"], walk["inquiry"]), ("Evidence", "How?"))
        self.assertEqual(walk["teacher"]["name"], "Ms. Okafor")
        self.assertEqual(walk["watch_for"], ["a", "b"])
        self.ok("focus", self.lesson, "--inquiry", "When?")
        changed = self.json("focus", self.lesson)["walk"]
        self.assertEqual(changed, {**walk, "inquiry": "When?"})

    def test_lens_and_intention_belong_to_ones_track(self):
        self.ok("track", self.lesson, "--lens", "Multilingual", "--intention", "listen")
        answer = self.json("track", self.lesson)
        self.assertEqual((answer["lens"], answer["intention"]), ("Multilingual", "listen"))
        self.pin("1", "x")
        self.assertEqual(len(self.notes("--lens", "Multilingual")), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
