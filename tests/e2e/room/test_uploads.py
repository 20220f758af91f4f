# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lessons and student work on their way in, by tus 1.0, well and badly sent."""
import datetime
import os
import resource
import socket
import sqlite3
import subprocess
import unittest
import uuid
import zlib

from lesson_room import MEDIA, TUS, LessonRoom
from lessons import put_lesson, wait_for

LESSON = (MEDIA / "lesson.mp4").read_bytes()
GIB = 1 << 30


def png():
    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + crc.to_bytes(4, "big")
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
            + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


class Uploads(unittest.TestCase):
    def setUp(self):
        self.room = LessonRoom()
        self.addCleanup(self.room.__exit__)
        self.room.__enter__()

    def begin(self, length, **more):
        answer = self.room.begin(self.room.host, length, **more)
        self.assertEqual(answer.status, 201, answer)
        return answer.headers["Location"]

    def patch(self, where, offset, data, **headers):
        return self.room.patch(self.room.host, where, offset, data, **headers)

    def offset(self, where):
        return self.room.offset(self.room.host, where)

    def cut_off(self, where, offset, length, data, before_cut=None):
        """Announces @length bytes, sends @data, and is gone."""
        with socket.create_connection(("127.0.0.1", self.room.port), 30) as wire:
            wire.sendall((f"PATCH {where} HTTP/1.1\r\nHost: room\r\nTus-Resumable: 1.0.0\r\n"
                          f"Authorization: Bearer {self.room.host.token}\r\n"
                          f"Upload-Offset: {offset}\r\nContent-Length: {length}\r\n"
                          "Content-Type: application/offset+octet-stream\r\n\r\n").encode())
            wire.sendall(data)
            if before_cut:
                before_cut(wire)

    # ---- what becomes of it ----

    def test_a_lesson_becomes_a_segment_of_its_visit_and_its_original_is_kept(self):
        upload = self.room.send(self.room.host, LESSON, title="Fractions, day 2")
        self.assertEqual((upload["state"], upload["progress"]), ("ready", 1))
        walk = self.room.host.ask("GET", f"/api/walks/{self.room.walk}")
        segment = walk["visits"][0]["segments"][0]
        self.assertEqual((segment["id"], segment["title"]),
                         (upload["segment"], "Fractions, day 2"))
        originals = list(self.room.data("media").glob("*/original.mp4"))
        self.assertEqual([o.read_bytes() for o in originals], [LESSON])
        self.assertEqual(list(self.room.data("uploads").iterdir()), [])
        for path in self.room.data("media").rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_recording_takes_the_notes_that_were_pinned_by_the_clock(self):
        room, walker = self.room, self.room.walker
        room.admin.ask("POST", f"/api/walks/{room.walk}/phase", {"phase": "visit"})
        walker.ask("PUT", f"/api/walks/{room.walk}/me", {"norms": True})
        clock = walker.ask("GET", f"/api/walks/{room.walk}")["visits"][0]["clock"]
        second = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

        def wall(seconds):
            at = second + datetime.timedelta(seconds=seconds)
            return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"

        begun = walker.ask("POST", f"/api/walks/{room.walk}/visits/{room.visit}/clock",
                           {"wall": wall(-9.5)})
        self.assertEqual((begun["segment"], begun["anchor"]), (clock, wall(-9.5)))
        note = {"id": str(uuid.uuid4()), "kind": "noticing", "text": "Two students compare.",
                "track": walker.ask("POST", f"/api/segments/{clock}/track", {})["id"], "start": 0,
                "end": 0, "wall": wall(-9.5), "wall_uncertainty": 5000000, "created": wall(-9.5)}
        kept = walker.ask("POST", f"/api/walks/{room.walk}/changes",
                          {"changes": [{"op": "put", "note": note}]})
        self.assertEqual(kept["results"][0]["status"], "kept", kept)

        def told():
            [one] = walker.ask("GET", f"/api/walks/{room.walk}/notes")["notes"]
            [segment] = walker.ask("GET", f"/api/walks/{room.walk}")["visits"][0]["segments"]
            self.assertEqual((one["wall"], one["wall_uncertainty"]), (wall(-9.5), 5000000))
            return one["start"], segment["anchor_by"], segment["id"], "by_clock" in segment

        self.assertEqual(told(), (0, "visit", clock, True))
        film = room.data("film.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-i", MEDIA / "lesson.mp4", "-c", "copy",
                        "-metadata", f"creation_time={wall(-12)}", film], check=True, timeout=120)
        upload = room.send(room.host, film.read_bytes())
        self.assertEqual((upload["state"], upload["segment"]), ("ready", clock), upload)
        self.assertEqual(told(), (2500000000, "file", clock, False))
        # Who only watches does not say when it began; the teacher does, and only to the second.
        place = f"/api/segments/{clock}/anchor"
        walker.ask("PUT", place, {"began": wall(-10)}, status=403)
        room.host.ask("PUT", place, {"began": "10:02:15"}, status=422)
        room.host.ask("PUT", place, {"began": wall(-10)})
        self.assertEqual(told(), (500000000, "person", clock, False))

    def test_a_form_is_made_for_browsers_where_they_cannot_play_the_original(self):
        film = self.room.data("film.avi")
        subprocess.run(["ffmpeg", "-v", "error", "-i", MEDIA / "lesson.mp4", "-t", "2", "-c:v",
                        "mpeg4", "-c:a", "mp3", film], check=True, timeout=120)
        upload = self.room.send(self.room.host, film.read_bytes())
        self.assertEqual(upload["state"], "ready", upload)
        facts = self.room.host.ask("GET", f"/api/segments/{upload['segment']}")
        self.assertEqual((facts["ready"], facts["type"]), (True, "video/mp4"))
        made = next(self.room.data("media").glob("*/playable.mp4"))
        self.assertLess(made.read_bytes().find(b"moov"), made.read_bytes().find(b"mdat"))
        codecs = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name",
                                 "-of", "csv=p=0", made], capture_output=True, text=True,
                                check=True, timeout=60).stdout.split()
        self.assertEqual(codecs[0], "h264")
        self.assertTrue(next(self.room.data("media").glob("*/original.avi")).exists())

    def test_making_goes_on_after_the_room_was_killed(self):
        film = self.room.data("film.avi")
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "3", "-i", MEDIA / "lesson.mp4",
                        "-c:v", "mpeg4", "-q:v", "3", "-c:a", "mp3", film], check=True, timeout=120)
        where = self.begin(film.stat().st_size)
        self.assertEqual(self.patch(where, 0, film.read_bytes()).status, 204)
        self.room.settled(where, ("checking", "making", "ready"))
        self.room.kill()
        self.room.start()
        self.assertEqual(self.room.settled(where)["state"], "ready")
        self.assertEqual(list(self.room.data("media").glob("*/making")), [])

    def test_what_is_no_video_is_refused_in_a_teachers_words_and_deleted(self):
        sound = self.room.data("sound.mp3")
        subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=d=1", sound],
                       check=True, timeout=60)
        cases = {"Tuesday": ((MEDIA / "text.mp4").read_bytes(), "is not a video"),
                 "Half": ((MEDIA / "cut-off.mp4").read_bytes(), "so it was not kept"),
                 "Song": (sound.read_bytes(), "no moving pictures"),
                 "Board": (png(), "so it was not kept")}
        for title, (data, words) in cases.items():
            upload = self.room.send(self.room.host, data, title=title)
            self.assertEqual(upload["state"], "refused", upload)
            self.assertIn(f"“{title}”", upload["message"])
            self.assertIn(words, upload["message"])
            self.assertNotIn("segment", upload)
        self.assertEqual(list(self.room.data("uploads").iterdir()), [])
        self.assertEqual(list(self.room.data("media").iterdir()), [])

    def test_student_work_is_known_by_its_content_and_belongs_to_a_moment(self):
        segment = self.room.lesson()
        sent = {"page.exe": PDF, "drawing.pdf": png()}
        for name, data in sent.items():
            upload = self.room.send(self.room.host, data, purpose="work", visit=None, title="",
                                    segment=segment, at=2_000_000_000, filename=name)
            self.assertEqual(upload["state"], "ready", upload)
        work = self.room.host.ask("GET", f"/api/segments/{segment}")["work"]
        self.assertEqual([(w["title"], w["type"], w["at"]) for w in work],
                         [("page.exe", "application/pdf", 2_000_000_000),
                          ("drawing.pdf", "image/png", 2_000_000_000)])
        ticket = self.room.ticket(self.room.host, segment)
        got = self.room.media(segment, f"work/{work[0]['id']}", ticket)
        self.assertEqual((got.status, got.body, got.headers["Content-Type"]),
                         (200, PDF, "application/pdf"))
        self.assertEqual(got.headers["Content-Disposition"], "inline; filename*=UTF-8''page.exe.pdf")
        self.assertEqual(got.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", got.headers["Content-Security-Policy"])
        self.assertIn("sandbox", got.headers["Content-Security-Policy"])
        for data in (b"<svg onload='alert(1)'/>", LESSON, PDF[:-8], png()[:-12]):
            upload = self.room.send(self.room.host, data, purpose="work", visit=None,
                                    segment=segment, title="page.pdf")
            self.assertEqual(upload["state"], "refused", upload)
        self.assertEqual(len(self.room.host.ask("GET", f"/api/segments/{segment}")["work"]), 2)

    def work_of(self, segment, person=None):
        return (person or self.room.host).ask("GET", f"/api/segments/{segment}")["work"]

    def test_a_sample_of_work_is_removed_with_its_bytes_and_the_others_stay(self):
        room = self.room
        segment = room.lesson()
        other = put_lesson(room, room.walk, room.admin, room.host)
        first, second = PDF + b"\n% Zebrawood", PDF + b"\n% Quillwort"
        for data, title in ((first, "Mateo's page"), (second, "Exit slip"), (second, "The same")):
            room.send(room.host, data, purpose="work", visit=None, segment=segment, title=title)
        room.admin.open_phase(room.walk, "visit")
        work = self.work_of(segment)
        self.assertEqual([w["may_remove"] for w in work], [True] * 3)
        self.assertEqual([w["may_remove"] for w in self.work_of(segment, room.walker)], [False] * 3)
        paths = [f"/api/segments/{segment}/work/{w['id']}" for w in work]
        room.walker.ask("DELETE", paths[0], status=403)
        room.host.ask("DELETE", paths[0].replace(segment, other), status=404)
        room.host.ask("DELETE", f"/api/segments/{segment}/work/{uuid.uuid4()}", status=404)
        room.admin.ask("PUT", f"/api/segments/{segment}/hold", {"reason": "Case 12"}, status=204)
        room.host.ask("DELETE", paths[0], status=409)
        room.admin.ask("DELETE", f"/api/segments/{segment}/hold", status=204)
        self.assertEqual(self.found(b"Mateo", b"Zebrawood"), {b"Mateo", b"Zebrawood"})
        room.host.ask("DELETE", paths[0], status=204)
        self.assertEqual(self.found(b"Mateo", b"Zebrawood"), set())
        ticket = room.ticket(room.walker, segment)
        self.assertEqual(room.media(segment, f"work/{work[0]['id']}", ticket).status, 404)
        room.admin.ask("DELETE", paths[1], status=204)
        # The file is the third one's as well.
        self.assertEqual(room.media(segment, f"work/{work[2]['id']}", ticket).body, second)
        room.host.ask("DELETE", paths[2], status=204)
        self.assertEqual((self.work_of(segment), self.found(b"Quillwort")), ([], set()))
        removed = [(who, target) for action, who, _, target, _ in room.audit()
                   if action == "removed-work"]
        self.assertEqual(removed, [(room.host.id, work[0]["id"]), (room.admin.id, work[1]["id"]),
                                   (room.host.id, work[2]["id"])])
        room.stop()
        self.assertEqual(self.found(b"Mateo", b"Zebrawood", b"Quillwort", b"Exit slip"), set())

    def found(self, *words):
        """Which of the words are in any of the room's files."""
        files = [p.read_bytes() for p in self.room.data().rglob("*") if p.is_file()]
        return {word for word in words if any(word in whole for whole in files)}

    def test_captions_are_embedded_ones_or_a_file_beside_the_lesson(self):
        segment = self.room.lesson()
        self.assertFalse(self.room.host.ask("GET", f"/api/segments/{segment}")["captions"])
        srt = "1\r\n00:00:01,500 --> 00:00:02,000\r\nHalf of a half\r\n\r\n"
        upload = self.room.send(self.room.host, srt.encode(), purpose="captions", visit=None,
                                segment=segment)
        self.assertEqual(upload["state"], "ready", upload)
        got = self.room.media(segment, "captions.vtt", self.room.ticket(self.room.host, segment))
        self.assertTrue(got.body.startswith(b"WEBVTT\n"), got)
        self.assertIn(b"00:00:01.500 --> 00:00:02.000\nHalf of a half", got.body)
        upload = self.room.send(self.room.host, b"Half of a half", purpose="captions", visit=None,
                                segment=segment)
        self.assertEqual(upload["state"], "refused", upload)

    # ---- interrupted ----

    def test_a_dropped_connection_costs_nothing_that_arrived(self):
        where = self.begin(len(LESSON))
        half = len(LESSON) // 2
        self.cut_off(where, 0, len(LESSON), LESSON[:half])
        # Asking for the offset may overtake the request that it is about; the list waits for nobody.
        wait_for(lambda: self.room.uploads()[0]["received"] == half)
        self.assertEqual(self.offset(where), half)
        self.assertEqual(self.patch(where, half, LESSON[half:]).status, 204)
        self.assertEqual(self.room.settled(where)["state"], "ready")

    def test_asking_for_the_offset_ends_a_connection_that_hangs(self):
        where = self.begin(len(LESSON))

        def ask(wire):
            # The question may overtake the request that it is about.
            while self.offset(where) < 1000:
                pass
            self.assertEqual(wire.recv(100), b"")

        self.cut_off(where, 0, len(LESSON), LESSON[:1000], ask)
        self.assertEqual(self.patch(where, 1000, LESSON[1000:]).status, 204)

    def test_what_was_acknowledged_survives_a_killed_room(self):
        where = self.begin(len(LESSON))
        part = 4096
        for offset in range(0, 8 * part, part):
            answer = self.patch(where, offset, LESSON[offset:offset + part])
            self.assertEqual(answer.headers["Upload-Offset"], str(offset + part))
            if offset % (2 * part):
                self.room.kill()
                self.room.start()
                self.assertEqual(self.offset(where), offset + part)
        self.assertEqual(self.patch(where, 8 * part, LESSON[8 * part:]).status, 204)
        self.assertEqual(self.room.settled(where)["state"], "ready")
        original = next(self.room.data("media").glob("*/original.mp4"))
        self.assertEqual(original.read_bytes(), LESSON)

    def test_a_killed_room_has_most_of_a_long_request(self):
        size = 48 << 20
        where = self.begin(size)
        with socket.create_connection(("127.0.0.1", self.room.port), 30) as wire:
            wire.sendall((f"PATCH {where} HTTP/1.1\r\nHost: room\r\nTus-Resumable: 1.0.0\r\n"
                          f"Authorization: Bearer {self.room.host.token}\r\nUpload-Offset: 0\r\n"
                          f"Content-Length: {size}\r\n"
                          "Content-Type: application/offset+octet-stream\r\n\r\n").encode())
            # More than the kernel's buffers and the room's hold, so much of it is on the disk.
            wire.sendall(bytes(size - 1))
            self.room.kill()
        self.room.start()
        kept = self.offset(where)
        self.assertGreaterEqual(kept, 16 << 20)
        self.assertLess(kept, size)

    def test_a_stopped_room_keeps_what_came_and_goes_on(self):
        where = self.begin(len(LESSON))
        self.cut_off(where, 0, len(LESSON), LESSON[:5000], lambda wire: self.room.restart())
        kept = self.offset(where)
        self.assertLessEqual(kept, 5000)
        self.assertEqual(self.patch(where, kept, LESSON[kept:]).status, 204)

    # ---- large ----

    def test_an_upload_passes_four_gib(self):
        size = 5 * GIB
        where = self.begin(size)
        before = size - (8 << 20)
        self.assertEqual(self.patch(where, 0, b"x").status, 204)
        # All but the end, as a hole in the file: the room is stopped meanwhile.
        self.room.stop()
        os.truncate(self.room.data("uploads", where.rsplit("/", 1)[1]), before)
        ledger = sqlite3.connect(self.room.data("ledger.db"))
        ledger.execute("UPDATE upload SET received_bytes = ?", (before,))
        ledger.commit()
        ledger.close()
        self.room.start()
        self.assertEqual(self.offset(where), before)
        self.assertEqual(self.patch(where, before, bytes(4 << 20)).headers["Upload-Offset"],
                         str(before + (4 << 20)))
        self.assertEqual(self.offset(where), before + (4 << 20))
        self.assertEqual(self.room.data("uploads", where.rsplit("/", 1)[1]).stat().st_size,
                         before + (4 << 20))
        self.assertEqual(self.room.host.call("DELETE", where, headers=TUS).status, 204)

    def test_a_long_request_takes_little_memory(self):
        size = 192 << 20
        where = self.begin(size)
        before = self.room.memory()
        piece = bytes(1 << 20)
        most = 0
        with socket.create_connection(("127.0.0.1", self.room.port), 60) as wire:
            wire.sendall((f"PATCH {where} HTTP/1.1\r\nHost: room\r\nTus-Resumable: 1.0.0\r\n"
                          f"Authorization: Bearer {self.room.host.token}\r\nUpload-Offset: 0\r\n"
                          f"Content-Length: {size}\r\n"
                          "Content-Type: application/offset+octet-stream\r\n\r\n").encode())
            for _ in range(size >> 20):
                wire.sendall(piece)
                most = max(most, self.room.memory())
            self.assertIn(b" 204 ", wire.recv(100))
        self.assertLess(most - before, 24 << 20)

    # ---- badly sent ----

    def test_what_was_not_announced_is_not_taken(self):
        where = self.begin(10)
        self.assertEqual(self.patch(where, 0, b"x" * 11).status, 413)
        self.assertEqual(self.offset(where), 0)
        # Without a length, it is seen only as it comes.
        with socket.create_connection(("127.0.0.1", self.room.port), 30) as wire:
            wire.sendall((f"PATCH {where} HTTP/1.1\r\nHost: room\r\nTus-Resumable: 1.0.0\r\n"
                          f"Authorization: Bearer {self.room.host.token}\r\nUpload-Offset: 0\r\n"
                          "Transfer-Encoding: chunked\r\n"
                          "Content-Type: application/offset+octet-stream\r\n\r\n"
                          "20\r\n" + "x" * 32 + "\r\n0\r\n\r\n").encode())
            self.assertIn(b" 413 ", wire.recv(100))
        self.assertEqual(self.offset(where), 0)

    def test_a_wrong_offset_changes_nothing(self):
        where = self.begin(100)
        self.assertEqual(self.patch(where, 0, b"x" * 10).status, 204)
        for offset in (0, 9, 11, 100):
            answer = self.patch(where, offset, b"y")
            self.assertEqual((answer.status, answer.headers["Upload-Offset"]), (409, "10"))
        for offset in ("-1", "ten", "99999999999999999999"):
            self.assertEqual(self.patch(where, offset, b"y").status, 400)
        self.assertEqual(self.offset(where), 10)

    def test_requests_that_are_no_tus_are_refused(self):
        room, host = self.room, self.room.host
        where = self.begin(100)
        self.assertEqual(host.call("HEAD", where).status, 412)
        self.assertEqual(self.patch(where, 0, b"x", **{"Tus-Resumable": "0.2.2"}).status, 412)
        self.assertEqual(self.patch(where, 0, b"x", **{"Content-Type": "video/mp4"}).status, 415)
        for length in ("-1", "", "1e9", "99999999999999999999"):
            self.assertEqual(room.begin(host, length).status, 400)
        self.assertEqual(room.begin(host, 0).status, 422)
        self.assertEqual(room.begin(host, 1 << 60).status, 413)
        for bad in ("walk", "walk !!!", "walk YWI,walk YWI=", ",", "x" * 9000):
            answer = room.begin(host, 10, headers={"Upload-Metadata": bad})
            self.assertEqual(answer.status, 400, bad)
        answer = room.call("OPTIONS", "/api/uploads")
        self.assertEqual((answer.status, answer.headers["Tus-Version"]), (204, "1.0.0"))
        self.assertEqual(answer.headers["Tus-Extension"], "creation,termination,expiration")

    def test_an_upload_belongs_to_who_began_it(self):
        where = self.begin(100)
        for stranger in (self.room.walker, self.room.admin):
            self.assertEqual(self.room.offset(stranger, where), 404)
            self.assertEqual(self.room.patch(stranger, where, 0, b"x").status, 404)
            self.assertEqual(stranger.call("DELETE", where, headers=TUS).status, 404)
        self.assertEqual(self.room.call("HEAD", where, headers=TUS).status, 401)
        self.assertEqual(self.offset(where), 0)
        self.assertEqual(self.offset("/api/uploads/00000000-0000-7000-8000-000000000000"), 404)
        self.assertEqual(self.offset("/api/uploads/..%2f..%2fledger.db"), 404)

    def test_only_who_may_upload_there_begins_one(self):
        other = self.room.admin.begin_walk("Another")
        visits = self.room.admin.ask("POST", f"/api/walks/{other}/visits", {})["visits"]
        self.assertEqual(self.room.begin(self.room.walker, 10).status, 403)
        self.assertEqual(self.room.begin(self.room.host, 10, walk=other).status, 404)
        self.assertEqual(self.room.begin(self.room.host, 10, visit=visits[0]["id"]).status, 404)
        self.assertEqual(self.room.walker.call("GET", f"/api/walks/{self.room.walk}/uploads").status,
                         403)

    def test_an_upload_that_is_cancelled_leaves_nothing(self):
        where = self.begin(100)
        self.patch(where, 0, b"x" * 10)
        self.assertEqual(self.room.host.call("DELETE", where, headers=TUS).status, 204)
        self.assertEqual(self.offset(where), 404)
        self.assertEqual(list(self.room.data("uploads").iterdir()), [])
        self.assertEqual(self.room.uploads(), [])

    def test_an_upload_that_was_given_up_goes_after_a_week(self):
        old, young = self.begin(100), self.begin(100)
        self.patch(old, 0, b"x")
        self.patch(young, 0, b"x")
        self.room.stop()
        ledger = sqlite3.connect(self.room.data("ledger.db"))
        ledger.execute("UPDATE upload SET changed_utc_us = changed_utc_us - 8 * 86400000000"
                       " WHERE upload_id = ?", (bytes.fromhex(old[-36:].replace("-", "")),))
        ledger.commit()
        ledger.close()
        self.room.start()
        self.room.lesson()
        self.assertEqual((self.offset(old), self.offset(young)), (404, 1))
        self.assertFalse(self.room.data("uploads", old[-36:]).exists())

    def test_post_stands_in_for_patch_and_delete(self):
        where = self.begin(10)
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        answer = self.room.host.call("POST", where, b"x" * 4,
                                     headers={**headers, "X-HTTP-Method-Override": "PATCH"})
        self.assertEqual((answer.status, self.offset(where)), (204, 4))
        answer = self.room.host.call("POST", where, b"",
                                     headers={**headers, "X-HTTP-Method-Override": "DELETE"})
        self.assertEqual((answer.status, self.offset(where)), (204, 404))


class FullDisk(unittest.TestCase):
    def test_a_full_disk_is_told_and_the_upload_goes_on_when_there_is_space(self):
        limit = 8 << 20
        size = 12 << 20
        with LessonRoom() as room:
            where = room.begin(room.host, size).headers["Location"]
            resource.prlimit(room.process.pid, resource.RLIMIT_FSIZE,
                             (limit, resource.RLIM_INFINITY))
            answer = room.patch(room.host, where, 0, bytes(size))
            self.assertEqual((answer.status, answer.json["error"]["code"]), (507, "disk-full"))
            kept = room.offset(room.host, where)
            self.assertGreater(kept, 0)
            self.assertLessEqual(kept, limit)
            resource.prlimit(room.process.pid, resource.RLIMIT_FSIZE,
                             (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            self.assertEqual(room.patch(room.host, where, kept, bytes(size - kept)).status, 204)


if __name__ == "__main__":
    unittest.main(verbosity=2)
