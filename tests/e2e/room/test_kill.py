#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kills a room again and again while thirty people pin: what was acknowledged is there."""
import http.client
import json
import os
import random
import sqlite3
import threading
import time
import unittest
import uuid

from lessons import put_lesson
from room import Room

KILLS = 200 if os.environ.get("LESSONWALK_LONG") else 10
CLIENTS = 30


def pin_until_killed(room, walk, person, track, kept):
    connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=60)
    try:
        while True:
            note = {"id": str(uuid.uuid4()), "track": track, "kind": "noticing", "start": 1,
                    "end": 1, "text": "Under load"}
            connection.request("POST", f"/api/walks/{walk}/changes",
                               json.dumps({"changes": [{"op": "put", "note": note}]}),
                               {"Authorization": f"Bearer {person.token}"})
            answer = json.loads(connection.getresponse().read())
            if answer["results"][0]["status"] == "kept":
                kept.append(note["id"])
    except (OSError, http.client.HTTPException, ValueError):
        connection.close()  # the room is gone; what it answered before counts


class Kill(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        seed = int(os.environ.get("LESSONWALK_SEED", random.SystemRandom().randrange(1 << 32)))
        print(f"# seed {seed}")
        chance = random.Random(seed)
        with Room(settings=("log-requests=false",)) as room:
            code = room.setup("Ms. Alder")
            room.start()
            admin = room.sign_in(code)
            walk = admin.begin_walk()
            segment = put_lesson(room, walk, admin, admin)
            admin.open_phase(walk, "visit")
            invitation = admin.invite(walk, ["walker"])
            people = [room.join(invitation, f"Walker {i}") for i in range(CLIENTS)]
            tracks = [p.ask("POST", f"/api/segments/{segment}/track", {})["id"] for p in people]
            kept = [[] for _ in people]
            for _ in range(KILLS):
                threads = [threading.Thread(target=pin_until_killed, args=(room, walk, *each))
                           for each in zip(people, tracks, kept)]
                before = sum(map(len, kept))
                for thread in threads:
                    thread.start()
                # Under sanitizers a room takes a while until it keeps its first note.
                until = time.monotonic() + 30
                while sum(map(len, kept)) == before and time.monotonic() < until:
                    time.sleep(0.01)
                time.sleep(chance.uniform(0, 0.5))
                room.process.kill()
                room.process.wait()
                room.process.stdout.close()
                for thread in threads:
                    thread.join()
                room.start()
            self.assertGreater(sum(map(len, kept)), KILLS)
            for person, ids in zip(people, kept):
                there = set()
                path = f"/api/walks/{walk}/notes?author={person.id}&limit=5000&offset="
                while page := person.ask("GET", path + str(len(there)))["notes"]:
                    there |= {n["id"] for n in page}
                self.assertEqual(set(ids) - there, set())
            print(f"# {KILLS} kills, {sum(map(len, kept))} acknowledged, none lost")
            room.stop()
            self.assertEqual(room.command("doctor").returncode, 0)
            for name in ("walks.db", "ledger.db"):
                with sqlite3.connect(f"{room.folder}/data/{name}") as file:
                    self.assertEqual(file.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                file.close()


if __name__ == "__main__":
    unittest.main()
