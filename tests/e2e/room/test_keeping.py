#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Looking after a room: backup and restore, the doctor, metrics, its journal, a graceful end."""
import http.client
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import unittest

from lessons import pin, put_lesson
from room import PROGRAM, Room, people_by_role


class KeepingTest(unittest.TestCase):
    settings = ()

    def setUp(self):
        self.room = Room(settings=self.settings)
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.data = f"{self.room.folder}/data"
        self.room.start()
        self.admin = self.room.sign_in(code)
        self.walk = self.admin.begin_walk("The whole walk")
        people = people_by_role(self.room, self.admin, self.walk)
        self.teacher, self.walker = people["host"], people["walker"]
        self.segment = put_lesson(self.room, self.walk, self.admin, self.teacher)
        self.admin.open_phase(self.walk, "visit")


class Backups(KeepingTest):
    def test_a_backup_taken_while_people_pin_restores_the_same_walk(self):
        for i in range(20):
            pin(self.walker, self.walk, self.segment, f"Before {i}", i / 10)
        going = threading.Event()

        def go_on():
            while not going.is_set():
                pin(self.walker, self.walk, self.segment, "Meanwhile", 1)
        thread = threading.Thread(target=go_on)
        thread.start()
        try:
            self.room.command("backup", f"{self.room.folder}/copy")
        finally:
            going.set()
            thread.join()
        with Room() as other:
            done = other.command("restore", f"{self.room.folder}/copy")
            self.assertIn("whole", done.stdout)
            shutil.rmtree(f"{self.room.folder}/copy")
            other.command("doctor")
            other.start()
            here = self.room.call("GET", f"/api/walks/{self.walk}", token=self.walker.token).json
            there = other.call("GET", f"/api/walks/{self.walk}", token=self.walker.token).json
            for walk in (here, there):
                del walk["now"]  # when it was asked
            self.assertEqual(here, there)
            notes = other.call("GET", f"/api/walks/{self.walk}/notes",
                               token=self.walker.token).json["notes"]
            ours = self.walker.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]
            self.assertEqual(len([n for n in notes if n["text"].startswith("Before")]), 20)
            self.assertTrue({n["id"] for n in notes} <= {n["id"] for n in ours})
            ticket = other.call("POST", f"/api/segments/{self.segment}/ticket", {},
                                token=self.walker.token)
            film = other.call("GET", f"/media/{self.segment}/video?ticket="
                              + ticket.json["ticket"])
            [media] = os.listdir(f"{self.data}/media")
            with open(f"{self.data}/media/{media}/original", "rb") as file:
                self.assertEqual(film.body, file.read())

    def test_nothing_is_overwritten_and_nothing_half_is_restored(self):
        copy = f"{self.room.folder}/copy"
        self.room.command("backup", copy)
        again = self.room.command("backup", copy, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("not empty", again.stderr)
        onto = self.room.command("restore", copy, check=False)
        self.assertEqual(onto.returncode, 1)
        self.assertIn("not empty", onto.stderr)
        os.unlink(f"{copy}/lessonwalk-backup")
        with Room() as other:
            half = other.command("restore", copy, check=False)
            self.assertEqual(half.returncode, 1)
            self.assertIn("no whole backup", half.stderr)
            self.assertFalse(os.path.exists(f"{other.folder}/data"))


class Doctor(KeepingTest):
    def doctor(self):
        done = self.room.command("doctor", check=False)
        return done.returncode, done.stdout

    def test_a_well_room_is_called_well_also_while_it_runs(self):
        code, said = self.doctor()
        self.assertEqual(code, 0, said)
        self.assertIn("All is well", said)

    def test_each_trouble_is_found_and_comes_with_what_to_do(self):
        self.teacher.ask("PUT", f"/api/segments/{self.segment}/hold", {"reason": "x"}, status=404)
        self.admin.ask("PUT", f"/api/segments/{self.segment}/hold", {"reason": "x"}, status=204)
        self.room.stop()
        [media] = os.listdir(f"{self.data}/media")
        with open(f"{self.data}/media/{media}/original", "ab") as file:
            file.write(b"more")
        with sqlite3.connect(f"{self.data}/ledger.db") as ledger:
            ledger.execute("UPDATE audit SET action = 'watched' WHERE seq = 1")
        ledger.close()
        os.chmod(self.data, 0o755)
        code, said = self.doctor()
        self.assertEqual(code, 1)
        for word in ("chmod 0700", "audit log was changed", "missing or cut short"):
            self.assertIn(word, said)
        os.chmod(self.data, 0o700)

    def test_a_ledger_of_a_newer_version_is_named_and_left_alone(self):
        self.room.stop()
        with sqlite3.connect(f"{self.data}/ledger.db") as ledger:
            ledger.execute("PRAGMA user_version = 99")
        ledger.close()
        with open(f"{self.data}/ledger.db", "rb") as file:
            before = file.read()
        for words in (("doctor",), ("serve",), ("setup", "--name", "X")):
            done = self.room.command(*words, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("newer Lessonwalk", done.stdout + done.stderr)
        with open(f"{self.data}/ledger.db", "rb") as file:
            self.assertEqual(file.read(), before)


class Metrics(KeepingTest):
    settings = ("metrics-token=sesame-of-the-tests",)

    def test_metrics_are_for_this_machine_or_a_token(self):
        answer = self.room.call("GET", "/metrics")
        self.assertEqual(answer.status, 200)
        text = answer.body.decode()
        self.assertRegex(text, r'lessonwalk_requests_total\{status="2xx"\} [1-9]')
        self.assertRegex(text, r"\nlessonwalk_store_segments 1\n")
        for line in text.splitlines():
            self.assertRegex(line, r"^(# (HELP|TYPE) lessonwalk_\w+ .+|lessonwalk_\w+(\{.*\})? \d+)$")
        proxied = {"X-Forwarded-For": "198.51.100.7"}
        self.assertEqual(self.room.call("GET", "/metrics", headers=proxied).status, 404)
        self.assertEqual(self.room.call("GET", "/metrics", headers=proxied,
                                        token="wrong").status, 404)
        self.assertEqual(self.room.call("GET", "/metrics", headers=proxied,
                                        token="sesame-of-the-tests").status, 200)


class Journal(unittest.TestCase):
    def test_the_journal_names_nobody_and_nothing(self):
        with Room() as room:
            code = room.setup("Ms. Alder")
            journal = tempfile.TemporaryFile("w+")
            sets = [f"data={room.folder}/data", "listen=127.0.0.1:0"]
            room.process = subprocess.Popen(
                [PROGRAM] + [w for s in sets for w in ("--set", s)] + ["serve"],
                stdout=subprocess.PIPE, stderr=journal, text=True)
            room.port = int(room.process.stdout.readline().split("listening on 127.0.0.1:")[1]
                            .split(")")[0])
            alder = room.sign_in(code)
            walk = alder.begin_walk("A walk in Cedar School")
            alder.ask("GET", f"/api/walks/{walk}/notes?text=secretword")
            room.call("GET", f"/nowhere/{walk}")
            room.call("POST", "/api/join", {"code": "guess-guess", "name": "Mallory"})
            self.assertEqual(room.stop(), 0)
            journal.seek(0)
            text = journal.read()
            lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
            self.assertIn("/api/walks/:walk/notes", [line["route"] for line in lines])
            for line in lines:
                self.assertEqual(set(line), {"at", "method", "route", "status", "ms"})
            for word in (walk, alder.id, alder.token, code, "Alder", "Mallory", "secretword",
                         "guess", "127.0.0.1", "Cedar", "nowhere"):
                self.assertNotIn(word, text)


class Ending(KeepingTest):
    def test_what_is_under_way_is_answered_before_the_room_ends(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.room.port, timeout=60)
        track = self.walker.ask("POST", f"/api/segments/{self.segment}/track", {})["id"]
        changes = [{"op": "put", "note": {
            "id": f"01a202d6-0000-7000-8000-{i:012x}", "track": track, "kind": "noticing",
            "start": i, "end": i, "text": "Under way"}} for i in range(300)]
        connection.request("POST", f"/api/walks/{self.walk}/changes",
                           json.dumps({"changes": changes}),
                           {"Authorization": f"Bearer {self.walker.token}"})
        while self.room.call("GET", "/metrics").body.count(b"under_way 1\n"):
            pass  # until it is in the hands of a worker beside this question
        self.room.process.send_signal(signal.SIGTERM)
        answer = connection.getresponse()
        kept = [r["status"] for r in json.loads(answer.read())["results"]]
        self.assertEqual(kept, ["kept"] * 300)
        self.assertEqual(self.room.stop(), 0)
        self.room.start()
        self.assertEqual(len(self.walker.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]), 300)


if __name__ == "__main__":
    unittest.main()
