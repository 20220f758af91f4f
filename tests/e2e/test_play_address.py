#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`lessonwalk play` and pins on a lesson that a web server gives, a poor and a failing one too."""
import http.server
import json
import pathlib
import re
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import MEDIA, PLAYING_ASAN_OPTIONS, CommandCase  # noqa: E402


CHUNK = 1 << 14


class Handler(http.server.BaseHTTPRequestHandler):
    """Gives one file; the server's members say how well."""
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(with_body=False)

    def do_GET(self):
        self.answer(with_body=True)

    def answer(self, with_body):
        data, start = self.server.data, 0
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        end = len(data)
        if asked and self.server.ranges:
            start = int(asked[1])
            end = int(asked[2]) + 1 if asked[2] else end
            self.server.ranges_given += 1
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        else:
            self.send_response(200)
        if self.server.ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        if not with_body:
            return
        cut = self.server.drop_at
        last = end if cut is None else min(end, max(start, cut))
        try:
            for at in range(start, last, CHUNK):
                self.server.before(at)
                self.wfile.write(data[at:min(at + CHUNK, last)])
        except ConnectionError:
            pass  # the player had enough
        if last < end:
            self.server.drops += 1
            self.close_connection = True

    def log_message(self, *_):
        pass


class Address(CommandCase):
    def serve(self, ranges=True, drop_at=None, before=None):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.data = (MEDIA / "lesson.mp4").read_bytes()
        server.ranges, server.drop_at = ranges, drop_at
        server.ranges_given = server.drops = 0
        server.before = before or (lambda at: None)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.address = f"http://127.0.0.1:{server.server_address[1]}/lesson.mp4"
        return server

    def play(self, *words, code=0):
        done = self.run_command("play", self.address, "--silent", "--json", *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def assert_plays_to_the_end(self, *words):
        events = self.play(*words)
        self.assertEqual((events[0]["event"], events[-1]["event"]), ("opened", "end"))
        self.assertGreaterEqual(events[-1]["time_ns"], 9500000000)
        self.assertGreater(events[-1]["frames_shown"], 5)

    def test_it_plays_to_the_end_with_ranges(self):
        self.env["ASAN_OPTIONS"] = PLAYING_ASAN_OPTIONS
        self.serve()
        self.assert_plays_to_the_end("--rate", "4")

    def test_a_line_slower_than_the_lesson_holds_it_up_and_loses_nothing(self):
        # Eleven seconds for what lasts ten, and a stop in the middle.
        size = (MEDIA / "lesson.mp4").stat().st_size
        stopped = []

        def before(at):
            time.sleep(11 * CHUNK / size)
            if at > size // 2 and not stopped:
                stopped.append(at)
                time.sleep(3)

        self.serve(before=before)
        events = self.play()
        self.assertEqual((events[0]["event"], events[-1]["event"]), ("opened", "end"))
        self.assertGreaterEqual(events[-1]["time_ns"], 9500000000)
        self.assertTrue(stopped)

    def test_it_plays_to_the_end_without_ranges(self):
        server = self.serve(ranges=False)
        self.assert_plays_to_the_end("--rate", "4")
        self.assertEqual(server.ranges_given, 0)

    def test_a_beginning_that_cannot_be_had_is_told_and_it_plays_from_the_first(self):
        self.serve(ranges=False)
        self.json("pin", self.address, "--at", "0.5", "-m", "early")
        events = self.play("--from", "1", "--to", "2", "--rate", "4")
        told = " ".join(e["text"] for e in events if e["event"] == "message")
        self.assertIn("only from its beginning to its end", told)
        self.assertIn("early", [e["note"]["text"] for e in events if e["event"] == "note"])

    def test_a_pin_is_at_a_real_frame_and_is_told_when_passed(self):
        self.serve()
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        note = self.json("pin", self.address, "--at", "1.25", "--frame", "-m", "from afar")["note"]
        self.assertLessEqual(min(abs(note["start_ns"] - frame) for frame in frames), 1000)
        self.assertLessEqual(abs(note["start_ns"] - frames[37]), 1000)
        events = self.play("--to", "2")
        told = [e["note"]["text"] for e in events if e["event"] == "note"]
        self.assertEqual(told, ["from afar"])

    def test_steps_show_one_frame_after_another(self):
        self.serve()
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        times = [e["time_ns"] for e in self.play("--from", "1.5", "--steps", "5")
                 if e["event"] == "frame"]
        self.assertEqual(len(times), 5)
        for found, drawn in zip(times, frames[45:50]):
            self.assertLessEqual(abs(found - drawn), 1000)

    def test_a_server_that_drops_in_the_middle_is_told_and_keeps_the_notes(self):
        for ranges in (True, False):
            size = (MEDIA / "lesson.mp4").stat().st_size
            server = self.serve(ranges=ranges, drop_at=size // 2)
            self.json("pin", self.address, "--at", "0", "-m", "before the end of the line")
            done = self.run_command("play", self.address, "--silent", "--json")
            said = json.loads(done.stdout.splitlines()[-1])
            self.assertEqual((done.returncode, said["ok"]), (1, False), done.stdout)
            self.assertIn("could not be fetched", said["error"]["message"])
            self.assertGreater(server.drops, 0)
            self.assertEqual(len(self.notes(self.address)), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
