# SPDX-License-Identifier: LGPL-2.1-or-later
"""The uploader that the panel uses, tus-js-client, against the room: dropped, restarted, resumed."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

from lesson_room import LessonRoom, MEDIA
import room as rooms

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
NPM = pathlib.Path(rooms.BUILD, "tests", "e2e", "room", "npm").resolve()


def padded(size):
    """The lesson, as long as that: with a box behind it that players pass over."""
    lesson = (MEDIA / "lesson.mp4").read_bytes()
    free = size - len(lesson)
    return lesson + free.to_bytes(4, "big") + b"free" + os.urandom(free - 8)


class TusClient(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        subprocess.run([sys.executable, ROOT / "tools" / "npm_packages.py",
                        HERE / "package-lock.json", NPM], check=True, timeout=240)

    def setUp(self):
        self.room = LessonRoom()
        self.addCleanup(self.room.__exit__)
        self.room.__enter__()
        self.file = self.room.data("lesson-to-send.mp4")
        self.file.write_bytes(padded(24 << 20))

    def send(self):
        metadata = {"walk": self.room.walk, "visit": self.room.visit, "title": "Sent by tus"}
        client = subprocess.Popen(
            ["node", HERE / "tus_client.mjs", NPM / "node_modules",
             f"{self.room.url}/api/uploads", self.room.host.token, json.dumps(metadata),
             self.file, self.room.data("tus-storage.json")], stdout=subprocess.PIPE, text=True)
        self.addCleanup(client.stdout.close)
        return client

    def wait_until_sent(self, client, least):
        for line in client.stdout:
            word, _, number = line.partition(" ")
            self.assertEqual(word, "sent", line)
            if int(number) >= least:
                return int(number)
        raise AssertionError("the client ended early")

    def check_done(self, client):
        lines = client.stdout.read().splitlines()
        self.assertEqual(client.wait(60), 0, lines)
        self.assertTrue(lines[-1].startswith("done "), lines[-1])
        upload = self.room.settled(lines[-1].split()[1])
        self.assertEqual((upload["state"], upload["title"]), ("ready", "Sent by tus"))
        original = next(self.room.data("media").glob("*/original.mp4"))
        self.assertEqual(original.read_bytes(), self.file.read_bytes())

    def test_a_room_that_is_killed_and_comes_back_costs_the_client_nothing(self):
        client = self.send()
        self.wait_until_sent(client, 4 << 20)
        self.room.kill()
        self.room.start()
        self.check_done(client)

    def test_a_client_that_died_goes_on_where_it_was(self):
        client = self.send()
        sent = self.wait_until_sent(client, 4 << 20)
        client.kill()
        client.wait()
        again = self.send()
        first = self.wait_until_sent(again, 0)
        self.assertGreater(first, sent)
        self.check_done(again)
        self.assertEqual(len(self.room.uploads()), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
