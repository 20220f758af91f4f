#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clips that a teacher shares: what their links open, and that they open nothing else."""
import datetime
import glob
import os
import sqlite3
import unittest
import uuid

from lessons import FRAMES_A_SECOND, SECOND, frames_of, pin, put_lesson, wait_for
from room import Room, people_by_role

SECRETS = ("Room 12", "Number line of Mei", "Walker thinks", "Outside of the range", "A reply of hers",
           "Walker", "Fractions on a number line", "Evidence", "The whole walk")


def soon(**delta):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class ClipTest(unittest.TestCase):
    def setUp(self):
        self.room = Room()
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.admin = self.room.sign_in(code)
        self.walk = self.admin.begin_walk("The whole walk")
        people = people_by_role(self.room, self.admin, self.walk)
        self.teacher, self.walker = people["host"], people["walker"]
        self.segment = put_lesson(self.room, self.walk, self.admin, self.teacher)
        self.admin.open_phase(self.walk, "visit")

    def make_clip(self, start=1.0, end=2.0, **more):
        body = {"start": int(start * SECOND), "end": int(end * SECOND), "title": "Who says why",
                **more}
        clip = self.teacher.ask("POST", f"/api/segments/{self.segment}/clips", body, status=201)
        self.assertEqual(clip["state"], "making")
        return clip["id"]

    def wait_made(self, clip, state="ready"):
        found = wait_for(lambda: [c for c in self.clips() if c["id"] == clip
                                  and c["state"] != "making"])[0]
        self.assertEqual(found["state"], state, found)
        return found

    def clips(self):
        return self.teacher.ask("GET", f"/api/segments/{self.segment}/clips")["clips"]

    def share(self, clip, **more):
        made = self.teacher.ask("POST", f"/api/clips/{clip}/shares",
                                {"audience": "Grade 4 team", **more}, status=201)
        return made["id"], made["url"].rpartition("#")[2]

    def open(self, token, **more):
        return self.room.call("POST", "/api/shared/open", {"token": token, **more})


class Making(ClipTest):
    def test_a_clip_has_the_range_to_the_frame_and_no_metadata(self):
        clip = self.make_clip(1.0, 2.0)
        self.wait_made(clip)
        path = f"{self.room.folder}/data/clips/{clip}.mp4"
        self.assertEqual(frames_of(path), list(range(25, 50)))
        with open(path, "rb") as file:
            film = file.read()
        for word in (b"Room 12", b"Cedar", b"+40.0", b"Lavf"):
            self.assertNotIn(word, film)
        self.assertEqual(glob.glob(f"{self.room.folder}/data/clips/*.part"), [])

    def begin_long(self):
        """A clip of a minute and a half, on which the room works for seconds."""
        self.segment = put_lesson(self.room, self.walk, self.admin, self.teacher, "Long",
                                  seconds=100)
        return self.make_clip(0, 95)

    def test_how_far_a_clip_is_made_is_told_and_only_grows(self):
        clip = self.begin_long()
        told = []

        def look():
            found = next(c for c in self.clips() if c["id"] == clip)
            told.append(found.get("progress"))
            return found["state"] == "ready"
        wait_for(look)
        self.assertIsNone(told.pop())  # once it is made
        self.assertEqual(told, sorted(told))
        self.assertTrue(told and all(0 <= p <= 1 for p in told), told)
        self.assertGreater(len(set(told)), 1)

    def test_the_making_of_a_clip_is_cancelled_and_the_next_one_made(self):
        clip = self.begin_long()
        folder = f"{self.room.folder}/data/clips"
        wait_for(lambda: os.path.isdir(folder) and os.listdir(folder))
        waiting = self.make_clip(1, 2)
        self.teacher.ask("DELETE", f"/api/clips/{clip}", status=204)
        self.assertEqual([n for n in os.listdir(folder) if clip in n], [])
        self.wait_made(waiting)
        self.assertEqual([c["id"] for c in self.clips()], [waiting])

    def test_any_frame_can_be_the_first(self):
        for first in (0, 7, 33):
            clip = self.make_clip(first / FRAMES_A_SECOND, (first + 10) / FRAMES_A_SECOND)
            self.wait_made(clip)
            path = f"{self.room.folder}/data/clips/{clip}.mp4"
            self.assertEqual(frames_of(path), list(range(first, first + 10)))

    def test_only_the_teacher_whose_lesson_it_is_makes_and_sees_clips(self):
        clip = self.make_clip()
        share, _ = self.share(clip)
        for person in (self.admin, self.walker):
            asked = [person.call("POST", f"/api/segments/{self.segment}/clips",
                                 {"start": 0, "end": SECOND, "title": "Mine"}),
                     person.call("GET", f"/api/segments/{self.segment}/clips"),
                     person.call("POST", f"/api/clips/{clip}/shares", {"audience": "Me"}),
                     person.call("GET", f"/api/clips/{clip}/views"),
                     person.call("DELETE", f"/api/shares/{share}"),
                     person.call("DELETE", f"/api/clips/{clip}")]
            self.assertEqual([a.status for a in asked], [403] * 6, person.name)
        for path in (f"/api/clips/{clip}/views", f"/api/segments/{self.segment}/clips"):
            self.assertEqual(self.room.call("GET", path).status, 401)
        self.assertEqual(len(self.clips()), 1)

    def test_what_is_no_range_is_refused(self):
        for start, end in ((SECOND, SECOND), (2 * SECOND, SECOND), (-1, SECOND),
                           (9 * SECOND, 10 * SECOND), ("1", "2"), (0, 1)):
            answer = self.teacher.call("POST", f"/api/segments/{self.segment}/clips",
                                       {"start": start, "end": end, "title": "No"})
            self.assertEqual(answer.status, 422)
        self.assertEqual(self.clips(), [])

    def test_a_film_that_is_none_ends_in_a_sentence(self):
        for path in glob.glob(f"{self.room.folder}/data/media/*/original"):
            with open(path, "wb") as file:
                file.write(b"#EXTM3U\n/etc/passwd\n" * 1000)
        clip = self.make_clip()
        self.assertIn("could not be made", self.wait_made(clip, "failed")["message"])
        self.assertEqual(os.listdir(f"{self.room.folder}/data/clips"), [])

    def test_a_clip_under_way_is_made_by_the_next_room(self):
        clip = self.make_clip()
        self.room.process.kill()
        self.room.process.wait()
        self.room.process.stdout.close()
        with sqlite3.connect(f"{self.room.folder}/data/ledger.db") as ledger:
            ledger.execute("UPDATE clip SET state = 'making'")
        ledger.close()
        self.room.start()
        self.wait_made(clip)


class Sharing(ClipTest):
    def setUp(self):
        super().setUp()
        pin(self.teacher, self.walk, self.segment, "I waited here", 1.2)
        pin(self.teacher, self.walk, self.segment, "From before into it", 0.5, 1.5, "wondering")
        pin(self.teacher, self.walk, self.segment, "Outside of the range", 3.0)
        pin(self.walker, self.walk, self.segment, "Walker thinks of Number line of Mei", 1.3)
        self.clip = self.make_clip()
        self.wait_made(self.clip)

    def fetch(self, ticket, clip=None, **headers):
        return self.room.call("GET", f"/media/clip/{clip or self.clip}?ticket={ticket}",
                              headers={k.replace("_", "-"): v for k, v in headers.items()})

    def test_a_link_opens_the_clip_its_notes_and_a_reply_box(self):
        _, token = self.share(self.clip)
        opened = self.open(token, name="Coach Birch").json
        self.assertEqual(opened["title"], "Who says why")
        self.assertEqual(opened["duration"], SECOND)
        self.assertEqual(opened["notes"], [
            {"kind": "wondering", "start": 0, "end": SECOND // 2, "text": "From before into it"},
            {"kind": "noticing", "start": SECOND // 5, "end": SECOND // 5, "text": "I waited here"}])
        film = self.fetch(opened["ticket"])
        with open(f"{self.room.folder}/data/clips/{self.clip}.mp4", "rb") as file:
            self.assertEqual(film.body, file.read())
        answer = self.room.call("POST", "/api/shared/reply", {
            "ticket": opened["ticket"], "name": "Birch", "text": "A long wait!", "at": SECOND // 2})
        self.assertEqual(answer.status, 204)
        [share] = self.teacher.ask("GET", f"/api/clips/{self.clip}/views")["shares"]
        self.assertEqual([v["name"] for v in share["viewed"]], ["Coach Birch"])
        self.assertEqual([(r["name"], r["text"], r["at"]) for r in share["replies"]],
                         [("Birch", "A long wait!", SECOND // 2)])
        self.assertEqual([r["text"] for r in self.open(token).json["replies"]], ["A long wait!"])
        _, other = self.share(self.clip, audience="Somebody else")
        self.assertEqual(self.open(other).json["replies"], [])

    def test_no_answer_to_a_link_holds_anything_else_of_the_lesson(self):
        _, token = self.share(self.clip)
        first = self.open(token)
        ticket = first.json["ticket"]
        answers = [first, self.fetch(ticket), self.fetch(ticket, Range="bytes=0-99"),
                   self.fetch(ticket, Range="bytes=99999999-"), self.fetch("x" * 22),
                   self.fetch(ticket, clip=str(uuid.uuid4())), self.fetch(ticket, clip="..%2f.."),
                   self.open("x" * 22), self.open(None), self.open(7),
                   self.room.call("POST", "/api/shared/open", b"{"),
                   self.room.call("POST", "/api/shared/reply", {"token": token}),
                   self.room.call("POST", "/api/shared/reply",
                                  {"token": token, "name": "N", "text": "T"})]
        segment = uuid.UUID(self.segment)
        forbidden = [s.encode() for s in SECRETS]
        for one in (segment, uuid.UUID(self.walk), uuid.UUID(self.teacher.id),
                    uuid.UUID(self.walker.id)):
            forbidden += [str(one).encode(), one.bytes, one.hex.encode()]
        for media in os.listdir(f"{self.room.folder}/data/media"):
            forbidden += [media.encode(), bytes.fromhex(media)]
        for answer in answers:
            whole = answer.body + str(answer.headers).encode()
            for secret in forbidden:
                self.assertNotIn(secret, whole, answer)

    def test_a_shared_ticket_opens_nothing_but_its_clip(self):
        other = self.make_clip(2.0, 3.0)
        self.wait_made(other)
        ticket = self.open(self.share(self.clip)[1]).json["ticket"]
        self.assertEqual(self.fetch(ticket).status, 200)
        self.assertEqual(self.fetch(ticket, clip=other).status, 404)
        self.assertEqual(self.room.call("GET", "/api/walks", token=ticket).status, 401)
        for name in ("video", "original", "poster.jpg"):
            answer = self.room.call("GET", f"/media/{self.segment}/{name}?ticket={ticket}")
            self.assertIn(answer.status, (401, 403, 404))

    def test_ranges_are_exact(self):
        ticket = self.open(self.share(self.clip)[1]).json["ticket"]
        whole = self.fetch(ticket).body
        size = len(whole)
        for header, status, part in (
                ("bytes=0-0", 206, whole[:1]), ("bytes=10-19", 206, whole[10:20]),
                (f"bytes={size - 5}-", 206, whole[-5:]), ("bytes=-7", 206, whole[-7:]),
                (f"bytes=-{size + 9}", 206, whole), (f"bytes=5-{size + 99}", 206, whole[5:]),
                ("bytes=5-4", 200, whole), ("bytes=0-1,3-4", 200, whole), ("lines=1-2", 200, whole),
                ("bytes=--1", 200, whole)):
            answer = self.fetch(ticket, Range=header)
            self.assertEqual((answer.status, answer.body), (status, part), header)
            if status == 206:
                first = whole.index(part) if len(part) > 1 else 0
                self.assertTrue(answer.headers["Content-Range"].endswith(f"/{size}"), first)
        for header in (f"bytes={size}-", "bytes=-0"):
            answer = self.fetch(ticket, Range=header)
            self.assertEqual(answer.status, 416, header)
            self.assertEqual(answer.headers["Content-Range"], f"bytes */{size}")

    def test_a_link_opens_as_often_as_she_said_and_its_last_view_can_be_finished(self):
        _, token = self.share(self.clip, views=2)
        self.assertEqual(self.open(token).status, 200)
        ticket = self.open(token).json["ticket"]
        self.assertEqual(self.open(token).status, 404)
        self.assertEqual(self.fetch(ticket).status, 200)
        answer = self.room.call("POST", "/api/shared/reply",
                                {"ticket": ticket, "name": "N", "text": "T"})
        self.assertEqual(answer.status, 204)

    def test_a_link_lives_for_the_room_s_days_unless_she_says_otherwise(self):
        self.share(self.clip)
        self.share(self.clip, expires=soon(days=3))
        dates = [s["expires"] for s in self.clips()[0]["shares"]]
        for date, days in zip(dates, (14, 3)):
            there = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
            left = there - datetime.datetime.now(datetime.timezone.utc)
            self.assertAlmostEqual(left.total_seconds() / 86400, days, delta=0.1)
        for expires in ("yesterday", soon(days=-1), soon(days=1000)):
            answer = self.teacher.call("POST", f"/api/clips/{self.clip}/shares",
                                       {"audience": "A", "expires": expires})
            self.assertEqual(answer.status, 422, expires)

    def dead_tokens(self):
        revoked_id, revoked = self.share(self.clip)
        self.teacher.ask("DELETE", f"/api/shares/{revoked_id}", status=204)
        _, used = self.share(self.clip, views=1)
        self.open(used)
        _, expired = self.share(self.clip, expires=soon(hours=1))
        expired_id = self.clips()[0]["shares"][-1]["id"]
        with sqlite3.connect(f"{self.room.folder}/data/ledger.db", timeout=30) as ledger:
            ledger.execute("UPDATE share SET expires_utc_us = 1 WHERE share_id = ?",
                           (uuid.UUID(expired_id).bytes,))
        ledger.close()
        return {"revoked": revoked, "used": used, "expired": expired, "unknown": "A" * 22,
                "empty": "", "long": "A" * 3000}

    def test_unknown_expired_revoked_and_used_links_get_one_answer(self):
        tokens = self.dead_tokens()
        for path, more in (("/api/shared/open", {}),
                           ("/api/shared/reply", {"name": "N", "text": "T"})):
            answers = {}
            for name, token in tokens.items():
                answer = self.room.call("POST", path, {"token": token, **more})
                del answer.headers["Date"]
                answers[name] = (answer.status, answer.body, sorted(answer.headers.items()))
            self.assertEqual(len({str(a) for a in answers.values()}), 1, answers)
            self.assertEqual(answers["unknown"][0], 404)

    def test_a_revoked_link_stops_those_who_are_watching(self):
        share, token = self.share(self.clip)
        ticket = self.open(token).json["ticket"]
        self.assertEqual(self.fetch(ticket).status, 200)
        self.teacher.ask("DELETE", f"/api/shares/{share}", status=204)
        self.assertEqual(self.fetch(ticket).status, 404)

    def test_a_deleted_clip_is_gone_with_its_file_and_links(self):
        _, token = self.share(self.clip)
        ticket = self.open(token).json["ticket"]
        self.teacher.ask("DELETE", f"/api/clips/{self.clip}", status=204)
        self.assertEqual(self.fetch(ticket).status, 404)
        self.assertEqual(self.open(token).status, 404)
        self.assertEqual(os.listdir(f"{self.room.folder}/data/clips"), [])

    def test_notes_stay_behind_where_she_says_so(self):
        clip = self.make_clip(with_notes=False)
        self.wait_made(clip)
        self.assertEqual(self.open(self.share(clip)[1]).json["notes"], [])

    def test_tokens_are_kept_as_hashes_only(self):
        _, token = self.share(self.clip)
        ticket = self.open(token).json["ticket"]
        for path in glob.glob(f"{self.room.folder}/data/**", recursive=True):
            if os.path.isfile(path):
                with open(path, "rb") as file:
                    whole = file.read()
                self.assertNotIn(token.encode(), whole, path)
                self.assertNotIn(ticket.encode(), whole, path)

    def test_the_teacher_sees_in_the_log_who_opened_what(self):
        _, token = self.share(self.clip)
        self.open(token)
        views = self.teacher.ask("GET", f"/api/segments/{self.segment}/views")["views"]
        # Pins are put down in the log within a moment, perhaps behind the clip.
        views = [v for v in views if v["action"] != "pinned"]
        self.assertEqual([v["action"] for v in views][:3], ["opened-share", "shared", "clip-made"])
        self.assertEqual(views[1]["name"], "Host")
        for person in (self.admin, self.walker):
            self.assertEqual(person.call("GET", f"/api/segments/{self.segment}/views").status, 403)


if __name__ == "__main__":
    unittest.main()
