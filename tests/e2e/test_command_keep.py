#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How `lessonwalk` keeps notes: exchange, backup, verification, faults, two programs at once."""
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import MEDIA, PROGRAM, WATCHDOG_S, CommandCase  # noqa: E402


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
        self.pin("1", "x")
        self.import_notes(20, "x" * 3000)
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
