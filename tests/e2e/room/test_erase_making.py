#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is erased while the room still makes something of it does not come back."""
import os
import pathlib
import subprocess
import unittest
import uuid

from lesson_room import MEDIA, LessonRoom
from lessons import wait_for


def long_film(path):
    """Minutes that browsers cannot play: far longer in the making than a test takes to erase it."""
    short = path + ".short.avi"
    quiet = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
    subprocess.run([*quiet, "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=30:d=2", "-c:v", "mpeg4",
                    "-q:v", "5", short], check=True, timeout=120)
    subprocess.run([*quiet, "-stream_loop", "30", "-i", short, "-c", "copy", path], check=True,
                   timeout=60)
    os.unlink(short)
    data = pathlib.Path(path).read_bytes()
    os.unlink(path)
    return data


class ErasingWhatIsBeingMade(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.film = long_film(f"/tmp/lw-{uuid.uuid4()}.avi")

    def setUp(self):
        self.room = LessonRoom()
        self.addCleanup(self.room.__exit__)
        self.room.__enter__()

    def begin(self, title):
        """An upload that has come whole; with bytes at its end that no other file has."""
        mark = uuid.uuid4().bytes
        data = self.film + b"JUNK\x10\0\0\0" + mark
        where = self.room.begin(self.room.host, len(data), title=title).headers["Location"]
        self.assertEqual(self.room.patch(self.room.host, where, 0, data).status, 204)
        return self.room.settled(where, ("making",))["segment"], mark

    def half_made(self):
        return [p for p in self.room.data("media").glob("*/making/playable.mp4")
                if p.stat().st_size > 0]

    def found(self, *words):
        found = set()
        for path in pathlib.Path(self.room.folder).rglob("*"):
            if path.is_file():
                whole = path.read_bytes()
                found |= {word for word in words
                          if (word if isinstance(word, bytes) else word.encode()) in whole}
        return found

    def at_work(self):
        """Programs that have one of the room's films open to them."""
        media = os.fsencode(self.room.data("media"))
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if b"--ro-bind\0" + media in path.read_bytes():
                    found.append(path)
            except OSError:
                continue
        return found

    def assert_gone(self, *words):
        wait_for(lambda: not self.found(*words))
        self.assertEqual(list(self.room.data("media").iterdir()), [])
        self.assertEqual(list(self.room.data("uploads").iterdir()), [])
        self.assertEqual(self.at_work(), [])
        # The next lesson is made, and what came before it has left nothing behind by then.
        self.room.lesson(title="The next")
        self.assertEqual(self.found(*words), set())
        self.assertEqual(len(list(self.room.data("media").iterdir())), 1)
        self.assertEqual([u["title"] for u in self.room.uploads(self.room.admin)], ["The next"])

    def test_a_lesson_that_is_being_made_and_one_that_waits_for_it(self):
        making, mark = self.begin("Zebrawood")
        waiting, other = self.begin("Quillwort")
        wait_for(self.half_made)
        self.assertTrue(self.at_work())
        self.assertEqual(len(self.found("Zebrawood", "Quillwort", mark, other)), 4)
        for segment in (waiting, making):
            self.room.host.ask("POST", "/api/erase", {"segment": segment})
        self.assert_gone("Zebrawood", "Quillwort", mark, other)

    def test_a_teacher_whose_lesson_is_being_made(self):
        _, mark = self.begin("Zebrawood")
        wait_for(self.half_made)
        self.room.admin.ask("POST", "/api/erase", {"person": self.room.host.id})
        self.room.host = self.room.join(self.room.admin.invite(self.room.walk, ["host"]), "Ms. Elm")
        walk = self.room.admin.ask("POST", f"/api/walks/{self.room.walk}/visits",
                                   {"host": self.room.host.id})
        self.room.visit = walk["visits"][-1]["id"]
        self.assert_gone("Zebrawood", "Birch", mark)

    def test_a_lesson_that_goes_on_in_another_visit_is_still_made(self):
        data = (MEDIA / "lesson.mp4").read_bytes()
        first = self.room.send(self.room.host, data, title="Once")["segment"]
        again = self.room.admin.ask("POST", f"/api/walks/{self.room.walk}/visits",
                                    {"host": self.room.host.id})["visits"][-1]["id"]
        second = self.room.send(self.room.host, data, title="Twice", visit=again)["segment"]
        self.assertNotEqual(first, second)
        self.room.host.ask("POST", "/api/erase", {"segment": first})
        ticket = self.room.ticket(self.room.host, second)
        self.assertEqual(self.room.media(second, "video", ticket).body, data)


if __name__ == "__main__":
    unittest.main()
