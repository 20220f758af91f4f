# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lessons on their way out: exact ranges, tickets that end in time, little memory."""
import hashlib
import http.client
import os
import random
import socket
import time
import unittest

from lesson_room import LessonRoom, MEDIA

LESSON = (MEDIA / "lesson.mp4").read_bytes()
GIB = 1 << 30


def expected(spec, size):
    """Of one range as RFC 9110 has it: (first, last), "unsatisfiable", or None: the whole."""
    first, _, last = spec.partition("-")
    if first == "":
        return (max(0, size - int(last)), size - 1) if int(last) and size else "unsatisfiable"
    if last != "" and int(last) < int(first):
        return None
    if int(first) >= size:
        return "unsatisfiable"
    return int(first), min(int(last), size - 1) if last != "" else size - 1


class Delivery(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = LessonRoom()
        cls.addClassCleanup(cls.room.__exit__)
        cls.room.__enter__()
        cls.segment = cls.room.lesson()
        cls.ticket = cls.room.ticket(cls.room.host, cls.segment)

    def get(self, what="video", method="GET", **headers):
        return self.room.media(self.segment, what, self.ticket, method, **headers)

    # ---- ranges ----

    def check_range(self, spec, content):
        size = len(content)
        answer = self.get(Range=f"bytes={spec}")
        wanted = expected(spec, size)
        if wanted is None:
            self.assertEqual((answer.status, answer.body), (200, content), spec)
        elif wanted == "unsatisfiable":
            self.assertEqual((answer.status, answer.headers["Content-Range"]),
                             (416, f"bytes */{size}"), spec)
        else:
            first, last = wanted
            self.assertEqual((answer.status, answer.headers["Content-Range"]),
                             (206, f"bytes {first}-{last}/{size}"), spec)
            self.assertEqual(answer.body, content[first:last + 1], spec)
            self.assertEqual(answer.headers["Content-Length"], str(last - first + 1))

    def test_each_range_is_exact(self):
        size = len(LESSON)
        seed = int(os.environ.get("LESSONWALK_SEED", random.randrange(1 << 32)))
        print(f"# LESSONWALK_SEED={seed}")
        chance = random.Random(seed)
        near = [0, 1, 2, size - 2, size - 1, size, size + 1, 2 ** 31, 2 ** 32, 2 ** 63, 2 ** 64]
        specs = [f"{a}-{b}" for a in near for b in near] + [f"{a}-" for a in near]
        specs += [f"-{a}" for a in near]
        for _ in range(40):
            first = chance.randrange(size)
            specs.append(f"{first}-{chance.randrange(first, size)}")
        for spec in specs:
            self.check_range(spec, LESSON)

    def test_what_is_no_single_range_gets_the_whole(self):
        for value in ("bytes=0-1,3-4", "bytes=", "bytes=-", "bytes=a-b", "lines=0-1", "bytes 0-1",
                      "bytes=0--1", "bytes=1-0", "bytes=0x1-2", "bytes=0-1;", "bytes=+1-2"):
            answer = self.get(Range=value)
            self.assertEqual((answer.status, answer.body), (200, LESSON), value)

    def test_a_connection_serves_one_request_after_another(self):
        wire = http.client.HTTPConnection("127.0.0.1", self.room.port, timeout=60)
        wire.connect()
        local = wire.sock.getsockname()
        for first in range(0, 100, 10):
            wire.request("GET", f"/media/{self.segment}/video?ticket={self.ticket}",
                         headers={"Range": f"bytes={first}-{first + 9}"})
            self.assertEqual(wire.getresponse().read(), LESSON[first:first + 10])
            self.assertEqual(wire.sock.getsockname(), local)
        wire.close()

    def test_a_head_tells_what_a_get_would_send(self):
        answer = self.get(method="HEAD")
        self.assertEqual((answer.status, answer.body), (200, b""))
        self.assertEqual(answer.headers["Content-Length"], str(len(LESSON)))
        self.assertEqual(answer.headers["Accept-Ranges"], "bytes")
        self.assertEqual(answer.headers["Content-Type"], "video/mp4")

    def test_the_tag_is_of_the_content_and_saves_sending_it_again(self):
        digest = hashlib.blake2b(LESSON, digest_size=32).hexdigest()
        tag = self.get().headers["ETag"]
        self.assertEqual(tag, f'"{digest}"')
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = self.get(If_None_Match=known)
            self.assertEqual((answer.status, answer.body), (304, b""), known)
            self.assertEqual(answer.headers["ETag"], tag)
        self.assertEqual(self.get(If_None_Match='"other"').status, 200)
        self.assertEqual(self.get(Range="bytes=0-9", If_Range=tag).status, 206)
        for old in ('"other"', f"W/{tag}", "Wed, 21 Oct 2015 07:28:00 GMT"):
            self.assertEqual(self.get(Range="bytes=0-9", If_Range=old).status, 200, old)
        tags = {self.get(what).headers["ETag"] for what in
                ("video", "poster.jpg", "filmstrip.jpg", "filmstrip.json", "waveform.json")}
        self.assertEqual(len(tags), 5)

    def test_pictures_and_sound_at_a_glance_are_there(self):
        for what in ("poster.jpg", "filmstrip.jpg"):
            self.assertTrue(self.get(what).body.startswith(b"\xff\xd8\xff"), what)
        strip = self.get("filmstrip.json").json
        self.assertEqual(strip["times"], sorted(strip["times"]))
        self.assertGreaterEqual(len(strip["times"]), 10)
        wave = self.get("waveform.json").json
        self.assertTrue(wave["peaks"] and all(-128 <= p <= 127 for p in wave["peaks"]))

    # ---- who may ----

    def test_a_ticket_opens_one_lesson_for_one_session(self):
        other = self.room.lesson("other.mp4")
        self.assertEqual(self.room.media(other, "video", self.ticket).status, 403)
        self.assertEqual(self.room.call("GET", f"/media/{self.segment}/video").status, 403)
        flipped = ("A" if self.ticket[-2] != "A" else "B").join((self.ticket[:-2],
                                                                 self.ticket[-1]))
        for forged in (flipped, self.ticket[:-1], self.ticket + "A", "", "x", "%00",
                       self.ticket.swapcase()):
            self.assertEqual(self.room.media(self.segment, "video", forged).status, 403, forged)

    def test_signing_out_ends_the_tickets_of_that_session(self):
        visitor = self.room.join(self.room.admin.invite(self.room.walk, ["host"]), "Mx. Elm")
        ticket = self.room.ticket(visitor, self.segment)
        self.assertEqual(self.room.media(self.segment, "video", ticket).status, 200)
        visitor.call("POST", "/api/sign-out", {})
        self.assertEqual(self.room.media(self.segment, "video", ticket).status, 403)

    def test_a_phase_decides_at_every_request_who_watches(self):
        room, walker = self.room, self.room.walker
        room.admin.open_phase(room.walk, "visit")
        ticket = room.ticket(walker, self.segment)
        self.assertEqual(room.media(self.segment, "video", ticket).status, 200)
        room.admin.open_phase(room.walk, "prepare")
        self.assertEqual(room.media(self.segment, "video", ticket).status, 403)
        self.assertEqual(walker.call("POST", f"/api/segments/{self.segment}/ticket", {}).status,
                         403)
        self.assertEqual(walker.call("GET", f"/api/segments/{self.segment}").status, 403)

    def test_the_original_is_for_the_teacher_whose_lesson_it_is(self):
        self.assertEqual(self.get("original").body, LESSON)
        ticket = self.room.ticket(self.room.admin, self.segment)
        self.assertEqual(self.room.media(self.segment, "video", ticket).status, 200)
        self.assertEqual(self.room.media(self.segment, "original", ticket).status, 404)

    def test_no_path_leads_to_another_file(self):
        for what in ("../../ledger.db", "..%2f..%2fledger.db", "%2e%2e/ticket.key", "video/../..",
                     "original.mp4", "making", "work/..%2foriginal.mp4", "poster.jpg%00", "//"):
            answer = self.get(what)
            self.assertIn(answer.status, (403, 404), what)
            self.assertNotIn(b"SQLite", answer.body)

    def test_a_restart_stops_nobodys_video(self):
        self.room.restart()
        self.assertEqual(self.get(Range="bytes=5-9").body, LESSON[5:10])


class LargeFile(unittest.TestCase):
    """A real lesson with 5 GiB of nothing behind it."""

    @classmethod
    def setUpClass(cls):
        cls.room = LessonRoom()
        cls.addClassCleanup(cls.room.__exit__)
        cls.room.__enter__()
        cls.segment = cls.room.lesson()
        cls.ticket = cls.room.ticket(cls.room.host, cls.segment)
        path = next(cls.room.data("media").glob("*/original.mp4"))
        cls.size = 5 * GIB
        with open(path, "r+b") as file:
            file.truncate(cls.size)
            file.seek(4 * GIB - 8)
            file.write(bytes(range(16)))
            file.seek(cls.size - 4)
            file.write(b"end.")

    def test_ranges_beyond_four_gib_are_exact(self):
        for spec, wanted in ((f"{4 * GIB - 8}-{4 * GIB + 7}", bytes(range(16))),
                             (f"{4 * GIB}-{4 * GIB + 3}", bytes(range(8, 12))),
                             ("-4", b"end."), (f"{self.size - 4}-", b"end.")):
            answer = self.room.media(self.segment, "video", self.ticket, Range=f"bytes={spec}")
            self.assertEqual((answer.status, answer.body), (206, wanted), spec)
        answer = self.room.media(self.segment, "video", self.ticket, "HEAD")
        self.assertEqual(answer.headers["Content-Length"], str(self.size))
        answer = self.room.media(self.segment, "video", self.ticket, Range=f"bytes={self.size}-")
        self.assertEqual((answer.status, answer.headers["Content-Range"]),
                         (416, f"bytes */{self.size}"))

    def test_a_video_that_was_paused_goes_on(self):
        """Longer than a client may take for its headers."""
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            wire.connect(("127.0.0.1", self.room.port))
            wire.sendall((f"GET /media/{self.segment}/video?ticket={self.ticket} HTTP/1.1\r\n"
                          "Host: room\r\n\r\n").encode())
            time.sleep(20)
            got = 0
            while got < 16 << 20:
                part = wire.recv(1 << 20)
                self.assertTrue(part, f"cut off after {got} bytes")
                got += len(part)

    def test_stalled_readers_cost_little_memory(self):
        request = (f"GET /media/{self.segment}/video?ticket={self.ticket} HTTP/1.1\r\n"
                   "Host: room\r\n\r\n").encode()
        before = self.room.memory()
        readers = []
        try:
            for _ in range(50):
                wire = socket.socket()
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                wire.connect(("127.0.0.1", self.room.port))
                wire.sendall(request)
                readers.append(wire)
            for wire in readers:
                self.assertIn(b" 200 ", wire.recv(64))
            # Others are served meanwhile; by then the stalled ones have all that they will get.
            for _ in range(20):
                answer = self.room.media(self.segment, "video", self.ticket, Range="bytes=-4")
                self.assertEqual(answer.body, b"end.")
            grown = self.room.memory() - before
            print(f"# 50 stalled readers: {grown / 1e6:.1f} MB")
            self.assertLess(grown, 50 * 600 * 1024)
        finally:
            for wire in readers:
                wire.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
