#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every command of `lessonwalk` as a newcomer uses it, wrong uses included."""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import MEDIA, PROGRAM, WATCHDOG_S, CommandCase  # noqa: E402

COMMANDS = ("open play add probe pin edit reply delete undo redo lessons list search export import "
            "formats person focus track verify rebuild backup merge stats erase").split()


class Help(CommandCase):
    def test_help_names_every_command_and_the_exit_codes(self):
        text = self.ok("--help")
        for name in COMMANDS:
            self.assertRegex(text, rf"(?m)^  {name} +\S")
        self.assertIn("Exit codes", text)
        self.assertIn("--json", text)

    def test_each_command_explains_itself(self):
        for name in COMMANDS:
            text = self.ok(name, "--help")
            self.assertIn(f"lessonwalk {name}", text)
            self.assertIn("--store", text)
            self.assertIn("--json", text)
            self.assertEqual(self.ok("help", name), text)
            self.assertLessEqual(max(map(len, text.splitlines())), 100, name)

    def test_examples_of_the_help_are_accepted(self):
        """An example that the program itself refuses teaches nothing."""
        self.env["LESSONWALK_STORE"] = str(self.store)
        seen = 0
        for name in COMMANDS:
            text = self.ok(name, "--help").replace("\\\n", " ")
            for line in text.partition("Example")[2].splitlines():
                if not line.startswith("  ") or "lessonwalk " not in line:
                    continue
                if name in ("open", "play") or "/media/" in line:
                    continue
                line = line.replace("5f3a90c1", self.pin("0:01", "x")["id"][-8:])
                line = re.sub(r"\b1:15(\.\d+)?\b", "0:05", line).replace("2:00", "0:02")
                if name == "redo":
                    self.ok("undo", self.lesson)
                line = line.replace("2:40", "0:04").replace("captions.vtt", "notes.vtt")
                self.ok("export", self.lesson, "--output", "notes.json")
                self.ok("export", self.lesson, "--output", "notes.vtt")
                done = subprocess.run(
                    ["sh", "-c", line.replace("lessonwalk", PROGRAM, 1) if "|" not in line
                     else line.replace("| lessonwalk", f"| {PROGRAM}")],
                    capture_output=True, text=True, env=self.env, cwd=self.folder,
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
        longest = "é" * (512 * 1024)
        self.json("pin", self.lesson, "--at", "1", stdin=longest)
        self.assertEqual(self.notes()[0]["text"], longest)
        self.fails(1, "pin", self.lesson, "--at", "1", stdin=longest + "x")
        self.assertEqual(len(self.notes()), 1)

    def test_the_frame_is_the_one_that_a_player_shows(self):
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        for at, number in (("1.250", 37), ("4.999", 149), ("0", 0), ("9.999", 299)):
            note = self.pin(at, "x", "--frame")
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
    def setUp(self):
        super().setUp()
        self.pin("1", "students give evidence", "--tag", "talk")
        self.pin("2", "who speaks?", "--kind", "wondering", "--on-focus")
        self.pin("3", "Evidence on the board", "--pass", "2", "--lens", "Multilingual")

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
        shown = self.json("lessons", self.lesson)
        self.assertEqual(shown["files"], [str(self.lesson)])
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
        notes = self.json("export", self.lesson, "--output", "all.json")
        self.assertEqual(notes["notes"], 3)
        whole = json.loads((self.folder / "all.json").read_text("utf-8"))
        pattern = whole["notes"][0]
        prefix = pattern["id"][:24]
        for n in range(10000):
            whole["notes"].append({**pattern, "id": f"{prefix}{n:012x}", "start": n * 900000,
                                   "end": n * 900000, "text": f"number {n}", "tags": []})
        (self.folder / "many.json").write_text(json.dumps(whole), "utf-8")
        answer = self.json("import", "many.json")
        self.assertEqual(answer["notes"], 10000)
        self.assertEqual(len(self.notes()), 10003)
        self.assertEqual(len(self.ok("list", self.lesson).splitlines()), 10004)
        self.assertEqual(self.json("search", "number", "--limit", "50")["total"], 10000)
        self.assertEqual(self.json("import", "many.json")["notes"], 0)

    def test_a_reader_that_goes_away_is_no_error(self):
        for n in range(30):
            self.ok("reply", self.notes()[0]["id"], "--text", "x" * 4000)
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


class Exchanging(CommandCase):
    def test_what_is_exported_comes_back_the_same_elsewhere(self):
        self.ok("focus", self.lesson, "--focus", "Evidence", "--inquiry", "How?")
        note = self.pin("1", "한국어 ‏עברית\nline two", "--tag", "t", "--region", "1,2,3,4",
                        "--on-focus", "--lens", "L", "--pass", "3")
        self.json("reply", note["id"], "--text", "re")
        before = self.notes(self.lesson)
        self.ok("export", self.lesson, "--output", "notes.json")
        text = (self.folder / "notes.json").read_text("utf-8")
        self.assertNotIn(str(self.folder), text)
        self.env["LESSONWALK_STORE"] = str(self.folder / "other.db")
        self.assertEqual(self.json("import", "notes.json")["notes"], 2)
        answer = self.json("import", "notes.json")
        self.assertEqual((answer["notes"], answer["unchanged"]), (0, 2))
        self.assertEqual(self.notes(self.lesson), before)
        self.ok("verify")

    def test_what_a_format_cannot_carry_is_told(self):
        self.pin("1", "x", "--region", "1,2,3,4")
        answer = self.json("export", self.lesson, "--output", "n.vtt")
        self.assertTrue(answer["omitted"])
        done = self.run_command("export", self.lesson, "--format", "webvtt")
        self.assertIn(answer["omitted"][0], done.stderr)
        self.assertTrue(done.stdout.startswith("WEBVTT"))

    def test_filters_choose_what_is_exported(self):
        self.pin("1", "one")
        self.pin("2", "two", "--kind", "wondering")
        text = self.ok("export", self.lesson, "--format", "webvtt", "--kind", "wondering")
        self.assertIn("two", text)
        self.assertNotIn("one", text)

    def test_a_failed_import_changes_nothing(self):
        self.pin("1", "one")
        before = self.notes()
        (self.folder / "bad.json").write_text('{"format": "lessonwalk-notes", "version": 1, "no')
        self.fails(1, "import", "bad.json")
        (self.folder / "new.json").write_text('{"format": "lessonwalk-notes", "version": 99}')
        self.fails(1, "import", "new.json")
        self.fails(3, "import", "nowhere.json")
        self.assertEqual(self.notes(), before)

    def test_formats_are_listed_and_unknown_ones_refused(self):
        names = {f["name"] for f in self.json("formats")["formats"]}
        self.assertLessEqual({"json", "webvtt"}, names)
        self.pin("1", "x")
        self.assertIn("json", self.fails(2, "export", self.lesson, "--format", "docx"))
        self.assertIn("--format", self.fails(2, "export", self.lesson))
        self.json("export", self.lesson, "--format", "json", code=2)

    def test_captions_of_others_become_notes_of_a_lesson(self):
        (self.folder / "c.vtt").write_text(
            "WEBVTT\n\n00:01.000 --> 00:02.000\nHow do you know?\n", "utf-8")
        self.ok("import", "c.vtt", "--lesson", self.lesson)
        self.assertEqual([n["text"] for n in self.notes(self.lesson)], ["How do you know?"])


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


class Keeping(CommandCase):
    def test_reading_where_nothing_is_says_so_and_makes_nothing(self):
        for words in (("list",), ("stats",), ("verify",), ("search", "x"), ("lessons",)):
            self.assertIn("no notes file", self.fails(3, *words))
        self.assertFalse(self.store.exists())

    def test_the_store_is_named_by_option_before_and_after_the_command(self):
        other = self.folder / "other.db"
        self.ok("--store", other, "pin", self.lesson, "--at", "1", "-m", "x")
        self.assertEqual(len(self.json("list", "--store", other)["notes"]), 1)
        self.assertFalse(self.store.exists())

    def test_backup_and_merge(self):
        self.pin("1", "one")
        self.ok("backup", "copy.db")
        self.assertIn("there already", self.fails(1, "backup", "copy.db"))
        self.env["LESSONWALK_STORE"] = str(self.folder / "new.db")
        self.pin("2", "two")
        self.assertEqual(self.json("merge", "copy.db")["notes"], 2)
        self.assertEqual(self.json("merge", "copy.db")["ops"], 0)
        # Two machines that open the same file mean the same lesson.
        self.assertEqual(len(self.json("lessons")["lessons"]), 1)
        self.assertEqual(len(self.notes(self.lesson)), 2)
        self.fails(3, "merge", "nowhere.db")
        self.ok("verify")

    def test_verify_finds_what_was_tampered_with_and_rebuild_mends_tables(self):
        self.pin("1", "honest")
        self.assertIn("All is well", self.ok("verify"))
        tables = sqlite3.connect(self.store)
        names = [row[0] for row in tables.execute("SELECT name FROM sqlite_schema "
                                                  "WHERE type = 'table' AND name = 'note'")]
        self.assertEqual(names, ["note"])
        columns = [row[1] for row in tables.execute("PRAGMA table_info(note)")]
        column = next(name for name in columns if name.startswith("start"))
        tables.execute(f"UPDATE note SET {column} = {column} + 1")
        tables.commit()
        tables.close()
        done = self.run_command("verify")
        self.assertEqual(done.returncode, 4)
        self.assertTrue(done.stdout.strip())
        answer = self.json("verify", code=4)
        self.assertFalse(answer["is_well"])
        self.assertTrue(answer["findings"])
        self.ok("rebuild")
        self.ok("verify")
        self.assertEqual(self.notes()[0]["start_ns"], 1000000000)

    def test_a_file_of_another_kind_or_a_newer_one_is_not_touched(self):
        self.store.write_text("a shopping list\n" * 100)
        before = self.store.read_bytes()
        self.fails(8, "list")
        self.fails(8, "pin", self.lesson, "--at", "1", "-m", "x")
        self.assertEqual(self.store.read_bytes(), before)
        self.store.unlink()
        self.pin("1", "x")
        newer = sqlite3.connect(self.store)
        newer.execute("PRAGMA user_version = 999")
        newer.commit()
        newer.close()
        before = self.store.read_bytes()
        self.assertIn("newer", self.fails(8, "list"))
        self.assertEqual(self.json("list", code=8)["error"]["code"], "newer")
        self.assertEqual(self.store.read_bytes(), before)

    def test_a_corrupt_file_is_told_from_a_missing_one(self):
        for n in range(20):
            self.ok("pin", self.lesson, "--at", "1", "-m", "x" * 3000)
        data = bytearray(self.store.read_bytes())
        for at in range(4096, len(data), 4096):
            data[at:at + 512] = b"\xaa" * 512
        self.store.write_bytes(data)
        for name in ("notes.db-wal", "notes.db-shm"):
            (self.folder / name).unlink(missing_ok=True)
        done = self.run_command("verify")
        self.assertEqual(done.returncode, 4, done.stdout + done.stderr)

    def test_erase_asks_and_erases_every_byte(self):
        word = "Zwetschgenkuchen"
        note = self.pin("1", word)
        self.ok("edit", note["id"], "--text", f"{word} und Kaffee")
        self.assertIn("--yes", self.fails(2, "erase", "note", note["id"]))
        self.ok("erase", "note", note["id"], "--yes")
        self.assertEqual(self.notes(), [])
        for path in self.folder.glob("notes.db*"):
            self.assertNotIn(word.encode(), path.read_bytes(), path.name)
        self.ok("verify")
        self.fails(2, "erase", "everything", "x", "--yes")
        self.pin("1", "mine")
        self.ok("erase", "lesson", self.lesson, "--yes")
        self.assertEqual(self.json("lessons")["lessons"], [])
        self.pin("1", "a new beginning")
        self.assertEqual([n["text"] for n in self.notes(self.lesson)], ["a new beginning"])
        self.ok("verify")

    def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written(self):
        if os.geteuid() == 0:
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            if shutil.which("setpriv") is None:
                self.skipTest("root may write anywhere, and there is no setpriv")
        else:
            prefix = []
        self.pin("1", "x")
        self.folder.chmod(0o555)
        self.store.chmod(0o444)
        try:
            def run(*words):
                return subprocess.run([*prefix, PROGRAM, *words], capture_output=True, text=True,
                                      env=self.env, cwd=self.folder, timeout=WATCHDOG_S,
                                      stdin=subprocess.DEVNULL, check=False)
            listed = run("list", "--json")
            self.assertEqual(listed.returncode, 0, listed.stderr)
            self.assertEqual(len(json.loads(listed.stdout)["notes"]), 1)
            pinned = run("pin", "lesson", "--at", "2", "-m", "y")
            self.assertEqual(pinned.returncode, 7, pinned.stderr)
        finally:
            self.folder.chmod(0o755)

    def test_two_programs_at_once_lose_nothing(self):
        self.pin("1", "first")
        script = 'i=0; while [ $i -lt 15 ]; do "$0" pin lesson --at 1 -m "$1 $i" || exit 1; i=$((i+1)); done'
        both = [subprocess.Popen(["sh", "-c", script, PROGRAM, name], env=self.env, cwd=self.folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                for name in ("a", "b")]
        for process in both:
            _, errors = process.communicate(timeout=WATCHDOG_S)
            self.assertEqual(process.returncode, 0, errors)
        self.assertEqual(len(self.notes()), 31)
        self.ok("verify")

    def test_a_killed_pin_is_there_whole_or_not_at_all(self):
        self.pin("1", "first")
        kept = 1
        for n in range(20):
            process = subprocess.Popen([PROGRAM, "pin", "lesson", "--at", "1", "-m", f"n{n}"],
                                       env=self.env, cwd=self.folder, stdout=subprocess.PIPE)
            time.sleep(n * 0.003)
            process.send_signal(signal.SIGKILL)
            said, _ = process.communicate(timeout=WATCHDOG_S)
            kept += b"pinned" in said
        texts = [note["text"] for note in self.notes()]
        self.assertGreaterEqual(len(texts), kept)
        self.assertEqual(len(set(texts)), len(texts))
        self.ok("verify")

    def test_stats_count(self):
        self.pin("1", "x")
        stats = self.json("stats")
        self.assertEqual((stats["notes"], stats["lessons"], stats["people"]), (1, 1, 1))
        self.assertGreater(stats["bytes"], 0)
        self.assertIn("bytes", self.ok("stats"))

    def test_a_helper_beside_the_program_is_a_command(self):
        tools = self.folder / "tools"
        tools.mkdir()
        shutil.copy(PROGRAM, tools / "lessonwalk")
        helper = tools / "lessonwalk-greet"
        helper.write_text('#!/bin/sh\necho "hello $1"\n')
        helper.chmod(0o755)
        done = subprocess.run([tools / "lessonwalk", "greet", "Ana"], capture_output=True, text=True,
                              env=self.env, timeout=WATCHDOG_S, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, "hello Ana\n"))

    def test_open_without_a_screen_says_what_to_do(self):
        self.assertIn("lessonwalk play", self.fails(1, "open", self.lesson))

    def test_probe_says_what_is_in_a_file(self):
        probe = self.json("probe", self.lesson)["probe"]
        self.assertEqual(len(probe["frames_ns"]), 300)
        text = self.ok("probe", self.lesson)
        self.assertIn("h264", text)
        self.assertIn("320×180", text)
        self.assertIn("text.mp4", self.fails(1, "probe", MEDIA / "text.mp4"))
        self.fails(3, "probe", "nowhere.mp4")


if __name__ == "__main__":
    unittest.main(verbosity=2)
