#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is erased from a room is in none of its bytes any more; what is held stays."""
import base64
import os
import sqlite3
import threading
import time
import unittest
import uuid

from lessons import SECOND, pin, put_lesson, wait_for
from room import Room, people_by_role

DAY = 24 * 60 * 60


class EraseTest(unittest.TestCase):
    def setUp(self):
        self.room = Room()
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.admin = self.room.sign_in(code)
        self.walk = self.admin.begin_walk("The whole walk")
        people = people_by_role(self.room, self.admin, self.walk)
        self.teacher, self.walker = people["host"], people["walker"]
        self.segment = put_lesson(self.room, self.walk, self.admin, self.teacher,
                                  "Zebrawood lesson")
        self.other = put_lesson(self.room, self.walk, self.admin, self.teacher, "Another lesson")
        self.admin.open_phase(self.walk, "visit")

    def media_of(self, segment):
        with sqlite3.connect(f"{self.room.folder}/data/walks.db", timeout=30) as store:
            [[media]] = store.execute("SELECT media FROM entity WHERE id = ?",
                                      (uuid.UUID(segment).bytes,))
        store.close()
        return media

    def sample_of(self, segment):
        """A piece of the film that is nowhere else."""
        media = self.media_of(segment).hex()
        with open(f"{self.room.folder}/data/media/{media}/original", "rb") as file:
            return file.read()[-12:]

    def found(self, *words):
        """Which of the words are in any file of the room, also as UTF-16 or in other cases."""
        found = set()
        for folder, _, names in os.walk(self.room.folder):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    whole = file.read()
                for word in words:
                    forms = [word] if isinstance(word, bytes) else [
                        word.encode(), word.lower().encode(), word.encode("utf-16-le")]
                    if any(form in whole for form in forms):
                        found.add(word)
        return found

    def assert_gone(self, *words):
        """At once, and in the files as the next room finds them."""
        wait_for(lambda: not self.found(*words), 20)
        self.assertEqual(self.found(*words), set())
        self.room.stop()
        self.assertEqual(self.found(*words), set())
        self.room.start()

    def erase(self, who, status=200, **what):
        return who.ask("POST", "/api/erase", what, status=status)

    def make_clip(self):
        clip = self.teacher.ask("POST", f"/api/segments/{self.segment}/clips", {
            "start": 0, "end": SECOND, "title": "Quillwort clip"}, status=201)["id"]
        wait_for(lambda: self.teacher.ask("GET", f"/api/segments/{self.segment}/clips")
                 ["clips"][0]["state"] == "ready")
        url = self.teacher.ask("POST", f"/api/clips/{clip}/shares",
                               {"audience": "Marshmallow audience"}, status=201)["url"]
        token = url.rpartition("#")[2]
        opened = self.room.call("POST", "/api/shared/open",
                                {"token": token, "name": "Larkspur viewer"}).json
        self.room.call("POST", "/api/shared/reply", {
            "ticket": opened["ticket"], "name": "Larkspur viewer", "text": "Foxglove reply"})
        return clip, token


class Notes(EraseTest):
    def test_an_erased_note_leaves_no_byte(self):
        note = pin(self.walker, self.walk, self.segment, "Heliotrope one", 1, tags=["Tamarisk"])
        pin(self.walker, self.walk, self.segment, "Something that stays", 2)
        self.assertEqual(self.found("Heliotrope one"), {"Heliotrope one"})
        self.erase(self.walker, note=note)
        self.assert_gone("Heliotrope", "Tamarisk")
        notes = self.walker.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]
        self.assertEqual([n["text"] for n in notes], ["Something that stays"])

    def test_a_deleted_note_can_be_erased_with_all_its_versions(self):
        note = pin(self.walker, self.walk, self.segment, "Heliotrope one", 1)
        track = self.walker.ask("POST", f"/api/segments/{self.segment}/track", {})["id"]
        self.walker.ask("POST", f"/api/walks/{self.walk}/changes", {"changes": [
            {"op": "delete", "id": note, "track": track}]})
        self.assertEqual(self.found("Heliotrope"), {"Heliotrope"})
        self.erase(self.walker, note=note)
        self.assert_gone("Heliotrope")

    def test_nobody_erases_another_s_note(self):
        note = pin(self.walker, self.walk, self.segment, "Heliotrope one", 1)
        for person in (self.teacher, self.admin):
            self.erase(person, 404, note=note)
        self.erase(self.walker, 404, note=str(uuid.uuid4()))
        self.erase(self.walker, 422)
        self.assertEqual(self.found("Heliotrope one"), {"Heliotrope one"})


class Segments(EraseTest):
    def test_an_erased_lesson_leaves_no_byte_of_film_notes_or_clips(self):
        pin(self.walker, self.walk, self.segment, "Heliotrope one", 1)
        pin(self.walker, self.walk, self.other, "Stays with the other", 1)
        clip, token = self.make_clip()
        words = ["Heliotrope one", "Zebrawood", "Quillwort", "Marshmallow", "Larkspur", "Foxglove",
                 self.sample_of(self.segment), self.media_of(self.segment),
                 self.media_of(self.segment).hex()]
        self.assertEqual(self.found(*words[:-1]), set(words[:-1]))
        answer = self.erase(self.teacher, segment=self.segment)
        self.assertEqual((answer["lessons"], answer["clips"]), (1, 1))
        self.assert_gone(*words)
        self.assertFalse(os.path.exists(f"{self.room.folder}/data/clips/{clip}.mp4"))
        self.assertEqual(self.room.call("POST", "/api/shared/open", {"token": token}).status, 404)
        self.assertEqual(self.found(self.sample_of(self.other), "Another lesson"),
                         {self.sample_of(self.other), "Another lesson"})
        notes = self.walker.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]
        self.assertEqual([n["text"] for n in notes], ["Stays with the other"])
        self.erase(self.teacher, 404, segment=self.segment)

    def test_only_its_teacher_or_who_runs_the_room_erases_a_lesson(self):
        self.erase(self.walker, 403, segment=self.segment)
        self.assertEqual(self.found("Zebrawood lesson"), {"Zebrawood lesson"})
        self.erase(self.admin, segment=self.segment)
        self.assert_gone("Zebrawood")

    def test_erasing_ends_a_clip_that_is_being_made(self):
        long = put_lesson(self.room, self.walk, self.admin, self.teacher, "Long", seconds=100)
        self.teacher.ask("POST", f"/api/segments/{long}/clips", {
            "start": 0, "end": 90 * SECOND, "title": "Quillwort clip"}, status=201)
        clips = f"{self.room.folder}/data/clips"
        wait_for(lambda: os.path.isdir(clips) and os.listdir(clips))
        self.erase(self.teacher, segment=long)
        self.assertEqual(os.listdir(clips), [])
        self.assert_gone("Quillwort")

    def test_clips_and_uploads_asked_for_while_a_lesson_is_erased_leave_nothing(self):
        over = threading.Event()
        made = {"clips": 0, "uploads": 0}

        def ask(name, once):
            while not over.is_set():
                status = once().status
                made[name] += status == 201
                if status == 404:
                    return
        askers = [threading.Thread(target=ask, args=("clips", self.ask_for_clip)),
                  threading.Thread(target=ask, args=("uploads", self.begin_work))]
        for asker in askers:
            asker.start()
        wait_for(lambda: all(made.values()))
        self.erase(self.teacher, segment=self.segment)
        over.set()
        for asker in askers:
            asker.join()
        self.assert_gone("Quillwort", "Zebrawood")

    def ask_for_clip(self):
        return self.teacher.call("POST", f"/api/segments/{self.segment}/clips",
                                 {"start": 0, "end": SECOND, "title": "Quillwort clip"})

    def begin_work(self):
        """Says that student work will come."""
        pairs = {"walk": self.walk, "segment": self.segment, "purpose": "work",
                 "title": "Quillwort page"}
        return self.teacher.call("POST", "/api/uploads", headers={
            "Tus-Resumable": "1.0.0", "Upload-Length": "1000",
            "Upload-Metadata": ",".join(f"{k} {base64.b64encode(v.encode()).decode()}"
                                        for k, v in pairs.items())})

    def test_a_lesson_under_a_legal_hold_stays_until_it_is_let_go(self):
        note = pin(self.walker, self.walk, self.segment, "Heliotrope one", 1)
        path = f"/api/segments/{self.segment}/hold"
        for person in (self.teacher, self.walker):
            self.assertEqual(person.call("PUT", path, {"reason": "Mine"}).status, 404)
        self.admin.ask("PUT", path, {}, status=422)
        self.admin.ask("PUT", path, {"reason": "Case 12"}, status=204)
        self.erase(self.teacher, 409, segment=self.segment)
        self.erase(self.walker, 409, note=note)
        self.erase(self.walker, 409, person=self.walker.id)
        self.erase(self.admin, 409, person=self.teacher.id)
        self.assertEqual(self.found("Heliotrope one", "Zebrawood lesson"),
                         {"Heliotrope one", "Zebrawood lesson"})
        self.admin.ask("DELETE", path, status=204)
        self.admin.ask("DELETE", path, status=404)
        self.erase(self.teacher, segment=self.segment)
        self.assert_gone("Heliotrope", "Zebrawood")


class People(EraseTest):
    def test_an_erased_walker_leaves_no_name_and_no_note(self):
        robin = self.room.join(self.admin.invite(self.walk, ["walker"]), "Robin Oleander")
        pin(robin, self.walk, self.segment, "Heliotrope one", 1)
        pin(self.walker, self.walk, self.segment, "Something that stays", 2)
        self.erase(self.walker, 404, person=robin.id)
        self.erase(robin, person=robin.id)
        self.assertEqual(robin.call("GET", "/api/me").status, 401)
        self.assert_gone("Oleander", "Heliotrope")
        names = [m["name"] for m in self.admin.ask("GET", f"/api/walks/{self.walk}")["members"]]
        self.assertIn("Walker", names)
        self.assertEqual(len(names), 6)
        views = self.teacher.ask("GET", f"/api/segments/{self.segment}/views")["views"]
        self.assertTrue(all("Oleander" not in v.get("name", "") for v in views))

    def test_an_erased_teacher_takes_her_lessons_along(self):
        self.make_clip()
        words = ["Zebrawood", "Another lesson", "Quillwort", "Foxglove",
                 self.sample_of(self.segment), self.sample_of(self.other)]
        self.erase(self.admin, person=self.teacher.id)
        self.assert_gone(*words)
        self.assertEqual(os.listdir(f"{self.room.folder}/data/media"), [])


class Retention(EraseTest):
    def test_lessons_past_their_time_go_and_held_ones_stay(self):
        held = put_lesson(self.room, self.walk, self.admin, self.teacher, "Held lesson")
        self.admin.ask("PUT", f"/api/segments/{held}/hold", {"reason": "Case 12"}, status=204)
        pin(self.walker, self.walk, self.segment, "Heliotrope one", 1)
        old = int((time.time() - 31 * DAY) * 1e6)
        with sqlite3.connect(f"{self.room.folder}/data/ledger.db", timeout=30) as ledger:
            for segment in (self.segment, held):
                ledger.execute("UPDATE media SET added_utc_us = ? WHERE media = ?",
                               (old, self.media_of(segment)))
        ledger.close()
        sample = self.sample_of(self.segment)
        self.room.stop()
        self.room.start()
        self.room.stop()
        self.assertEqual(len(self.found("Heliotrope one", "Zebrawood lesson", sample)), 3)
        self.room.settings.append("retention-days=30")
        self.room.start()
        self.assert_gone("Heliotrope", "Zebrawood", sample)
        self.assertEqual(self.found("Held lesson", "Another lesson"),
                         {"Held lesson", "Another lesson"})


if __name__ == "__main__":
    unittest.main()
