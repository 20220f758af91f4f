#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Live lessons by RTSP, SRT and HLS: real senders, whose pictures show their own numbers."""
import functools
import http.server
import os
import pathlib
import socket
import sqlite3
import subprocess
import threading
import time
import unittest
import uuid

from lessons import SECOND, wait_for
from test_live import FILM, LiveRoom, free_port

HERE = pathlib.Path(__file__).parent
SIZE = (320, 180)
FRAMES = 300  # of the film, that is sent again and again
RATE = 30
PASSWORD = "wren-7-cardigan"


def numbers(path, *options):
    """(time in seconds, the number that the picture shows) of each picture of a file."""
    times = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of",
         "csv=p=0", *options, path], check=True, capture_output=True, text=True, timeout=60).stdout
    raw = subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", *options, "-i", path, "-map", "0:v", "-fps_mode", "passthrough",
         "-s", f"{SIZE[0]}x{SIZE[1]}", "-f", "rawvideo", "-pix_fmt", "gray", "-"],
        check=True, capture_output=True, timeout=60).stdout
    size, block = SIZE[0] * SIZE[1], SIZE[0] // 40
    found = []
    for i, at in enumerate(line.strip(",") for line in times.split()):
        row = raw[i * size + SIZE[0] * (SIZE[1] // 12):][:SIZE[0]]
        bits = [row[int((12 + bit + 0.5) * block)] > 128 for bit in range(16)]
        found.append((float(at), sum(one << (15 - bit) for bit, one in enumerate(bits))))
    return found


class SourcesRoom(LiveRoom):
    """A room that may fetch from this machine, with a visit for each that comes."""

    def __init__(self, sources="127.0.0.1", ports=2):
        super().__init__()
        first = free_port()
        self.settings += [f"live-sources={sources}", f"srt-listen=127.0.0.1:{first}-{first + ports - 1}"]
        self.helpers = []

    def __exit__(self, *error):
        for one in self.helpers:
            one.kill()
            one.wait()
        super().__exit__(*error)

    def begin(self, name, status=200, **body):
        """A live lesson of a visit of its own; what the room answers, and the visit."""
        walk = self.admin.ask("POST", f"/api/walks/{self.walk}/visits", {"classroom": name})
        visit = max(walk["visits"], key=lambda one: one["order"])["id"]
        answer = self.admin.call("POST", f"/api/walks/{self.walk}/visits/{visit}/live", {"title": name, **body})
        assert answer.status == status, answer
        return (answer.json or {}), visit

    def of(self, visit):
        walk = self.admin.ask("GET", f"/api/walks/{self.walk}")
        return next(one for one in walk["visits"] if one["id"] == visit).get("live")

    def wait_of(self, visit, state):
        wait_for(lambda: (self.of(visit) or {}).get("state") == state)
        return self.of(visit)

    def send(self, *output, film=None, options=()):
        """The film again and again, in its own time."""
        sender = subprocess.Popen(
            ["ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", film or FILM, "-c:v", "libx264",
             "-preset", "ultrafast", "-g", "15", "-bf", "2", "-c:a", "aac", *options, *output],
            stderr=subprocess.DEVNULL)
        self.helpers.append(sender)
        return sender

    def camera(self, film, *login):
        port = free_port()
        camera = subprocess.Popen(["/usr/bin/python3", HERE / "rtsp_camera.py", film, str(port), *login],
                                  stdout=subprocess.PIPE, text=True)
        self.helpers.append(camera)
        assert camera.stdout.readline() == "ready\n"
        camera.stdout.close()
        return port

    def piece(self, segment, start, until):
        return self.admin.call("GET", f"/media/{segment}/live?from={start}&until={until}")

    def clocks(self, segment):
        ledger = sqlite3.connect(f"file:{self.data('ledger.db')}?mode=ro", uri=True)
        rows = ledger.execute("SELECT media_ns, utc_us, method FROM clock WHERE segment_id = ?",
                              (uuid.UUID(segment).bytes,)).fetchall()
        ledger.close()
        return rows

    def everything_written(self):
        """What the room keeps and has said, but for the ledger's own pages."""
        files = [path for path in self.data().rglob("*") if path.is_file() and "ledger.db" not in path.name]
        return b"".join(path.read_bytes() for path in files)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.path.startswith("/away"):
            self.send_response(302)
            self.send_header("Location", self.path.split("?", 1)[1])
            self.end_headers()
        else:
            super().do_GET()


def serve(folder, address="127.0.0.1"):
    server = http.server.ThreadingHTTPServer(
        (address, 0), functools.partial(QuietHandler, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class LiveSources(unittest.TestCase):
    def test_each_kind_is_recorded_as_it_was_seen_live(self):
        with SourcesRoom() as room:
            web = pathlib.Path(room.folder, "web")
            web.mkdir()
            server = serve(web)
            self.addCleanup(server.server_close)
            self.addCleanup(server.shutdown)
            plain = pathlib.Path(room.folder, "plain.mp4")
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", FILM, "-c:v", "libx264", "-preset", "ultrafast",
                            "-g", "15", "-bf", "0", "-c:a", "copy", plain], check=True, timeout=60)
            opened = {"srt": room.begin("srt", kind="srt")}
            answer = opened["srt"][0]
            sent = {"srt": room.send("-f", "mpegts", f"{answer['server']}?passphrase={answer['key']}")}
            port = room.camera(plain, "ann", PASSWORD)
            opened["rtsp"] = room.begin("rtsp", kind="rtsp", address=f"rtsp://ann:{PASSWORD}@127.0.0.1:{port}/cam")
            ear = free_port()
            sent["srt caller"] = room.send(
                "-f", "mpegts", f"srt://127.0.0.1:{ear}?mode=listener&passphrase={PASSWORD}")
            opened["srt caller"] = room.begin(
                "srt caller", kind="srt", address=f"srt://127.0.0.1:{ear}?passphrase={PASSWORD}")
            sent["hls"] = room.send("-f", "hls", "-hls_time", "0.5", "-hls_list_size", "6", "-hls_flags",
                                    "delete_segments+program_date_time", web / "live.m3u8")
            wait_for((web / "live.m3u8").exists)
            opened["hls"] = room.begin(
                "hls", kind="hls", address=f"http://127.0.0.1:{server.server_port}/live.m3u8")
            seen = {kind: self.see(room, kind, visit) for kind, (_, visit) in opened.items()}
            self.assertNotIn("address", str(room.admin.ask("GET", f"/api/walks/{room.walk}")["visits"]))
            for kind, (answer, visit) in opened.items():
                if kind in sent:
                    sent[kind].kill()
                room.admin.ask("POST", f"/api/live/{answer['id']}/end", {}, status=204)
            del seen["srt caller"]  # it was seen; what becomes of it is as of the other one
            for kind, (segment, live) in seen.items():
                with self.subTest(kind):
                    self.check(room, segment, live)
            methods = {kind: {row[2] for row in room.clocks(segment)} for kind, (segment, _) in seen.items()}
            self.assertIn("rtcp_sr", methods["rtsp"])
            self.assertIn("program_date_time", methods["hls"])
            self.assertEqual(methods["srt"], {"rtmp_arrival"})
            # The password of the camera went nowhere, and is forgotten where it had to be.
            self.assertNotIn(PASSWORD.encode(), room.everything_written())
            ledger = sqlite3.connect(f"file:{room.data('ledger.db')}?mode=ro", uri=True)
            self.assertEqual(set(ledger.execute("SELECT address FROM live_source")), {("",)})
            ledger.close()

    def see(self, room, kind, visit):
        """Its segment, and the pictures with their numbers between two seconds as they are shown live."""
        segment = room.wait_of(visit, "live")["segment"]
        # RTSP tells the camera's own clock some seconds after it began.
        wait_for(lambda: room.piece(segment, 5 * SECOND, 6 * SECOND).status == 200)
        wait_for(lambda: kind != "rtsp" or any(row[2] == "rtcp_sr" for row in room.clocks(segment)))
        piece = pathlib.Path(room.folder, f"{kind}.mp4")
        piece.write_bytes(self.part(room, segment).body)
        # Live, times are a second later than media time.
        return segment, [(at - 1, number) for at, number in numbers(piece)]

    def part(self, room, segment):
        answer = room.piece(segment, 2 * SECOND, 4 * SECOND)
        self.assertEqual(answer.status, 200)
        self.assertIn("avc1.", answer.headers["Content-Type"])
        self.assertIn("mp4a.40.2", answer.headers["Content-Type"])
        return answer

    def check(self, room, segment, live):
        """What was shown at a time stays at it, and every frame is at its own."""
        wait_for(lambda: room.admin.ask("GET", f"/api/segments/{segment}")["ready"])
        film = pathlib.Path(room.folder, f"{segment}.mp4")
        film.write_bytes(room.admin.call("GET", f"/media/{segment}/video").body)
        recorded = numbers(film)
        self.assertGreaterEqual(len(live), RATE)
        for at, number in live:
            nearest = min(recorded, key=lambda one: abs(one[0] - at))
            self.assertLess(abs(nearest[0] - at), 0.002)
            self.assertEqual(nearest[1], number)
        self.assertEqual(recorded[0][0], 0)
        first = recorded[0][1]
        self.assertGreaterEqual(len(recorded), 4 * RATE)
        for at, number in recorded:
            off = (number - first - at * RATE) % FRAMES
            self.assertLess(min(off, FRAMES - off), 1.01, f"{number} at {at}, {first} at 0")

    def test_only_what_is_named_is_reached_and_only_who_knows_the_passphrase_sends(self):
        with SourcesRoom(sources="127.0.0.1;cam.school.example", ports=1) as room:
            def refused(status, code, **body):
                answer, _ = room.begin("refused", status, **body)
                self.assertEqual(answer["error"]["code"], code, body)
                self.assertNotIn(PASSWORD, answer["error"]["message"])
                return answer["error"]["message"]
            self.assertIn("live-sources", refused(403, "not-named", kind="rtsp", address="rtsp://127.0.0.2/cam"))
            for kind, address in [
                    ("rtsp", f"rtsp://ann:{PASSWORD}@elsewhere.example/cam"), ("hls", "http://[::1]/live.m3u8"),
                    ("hls", "https://cam.school.example.evil.example/live.m3u8"), ("srt", "srt://10.0.0.1:9000"),
                    ("hls", "http://2130706433/live.m3u8"), ("hls", "http://127.0.0.1@10.0.0.1/live.m3u8")]:
                refused(403, "not-named", kind=kind, address=address)
            for kind, address in [
                    ("rtsp", "file:///etc/passwd"), ("hls", "rtsp://127.0.0.1/cam"), ("rtsp", f"rtsp://ann:{PASSWORD}@["),
                    ("hls", "concat:http://127.0.0.1/a|file:///etc/passwd"), ("srt", "srt://127.0.0.1:9000?mode=listener"),
                    ("srt", "srt://127.0.0.1"), ("srt", "srt://127.0.0.1:9000?passphrase=short"), ("rtsp", ""),
                    ("hls", "http://127.0.0.1/live.m3u8\nreach 10.0.0.0/8")]:
                refused(400, "address", kind=kind, address=address)
            refused(400, "kind", kind="telepathy")
            refused(400, "kind", kind="hls")
            self.check_where_it_leads(room)
            self.check_passphrase(room, refused)

    def check_where_it_leads(self, room):
        """A redirection and a playlist to a place that is not named bring nothing of it."""
        web = pathlib.Path(room.folder, "web")
        web.mkdir()
        secret = pathlib.Path(room.folder, "secret.ts")
        secret.write_bytes(b"nothing for anybody")
        asked = []

        class Elsewhere(QuietHandler):
            def do_GET(self):
                asked.append(self.path)
                super().do_GET()
        elsewhere = http.server.ThreadingHTTPServer(("127.0.0.2", 0), Elsewhere)
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        server = serve(web)
        for one in (elsewhere, server):
            self.addCleanup(one.server_close)
            self.addCleanup(one.shutdown)
        away = f"http://127.0.0.2:{elsewhere.server_port}/live"
        here = f"http://127.0.0.1:{server.server_port}"
        head = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n"
        (web / "elsewhere.m3u8").write_text(f"{head}{away}0.ts\n")
        (web / "local.m3u8").write_text(f"{head}file://{secret}\n")
        opened = {path: room.begin("leads", kind="hls", address=here + path)
                  for path in (f"/away?{away}.m3u8", "/elsewhere.m3u8", "/local.m3u8")}
        for path, (answer, visit) in opened.items():
            wait_for(lambda one=visit: "trouble" in room.of(one))
            if path != "/local.m3u8":
                self.assertIn("127.0.0.2", room.of(visit)["trouble"])
            self.assertEqual(room.of(visit)["state"], "waiting")
            room.admin.ask("POST", f"/api/live/{answer['id']}/end", {}, status=204)
        self.assertEqual(asked, [])

    def check_passphrase(self, room, refused):
        opened, visit = room.begin("passphrase", kind="srt")
        server, key = opened["server"], opened["key"]
        # Its one port is taken.
        answer, _ = room.begin("second", 409, kind="srt")
        self.assertIn("ports", answer["error"]["message"])
        for wrong in ("", "?passphrase=not-this-passphrase"):
            self.assertNotEqual(room.send("-t", "3", "-f", "mpegts", server + wrong).wait(60), 0)
        # What is no SRT at all, and a great deal of it, keeps nobody out.
        host, port = server.removeprefix("srt://").split(":")
        silent = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(50)]
        for one in silent:
            one.sendto(os.urandom(200), (host, int(port)))
        self.assertEqual(room.of(visit)["state"], "waiting")
        sender = room.send("-f", "mpegts", f"{server}?passphrase={key}")
        room.wait_of(visit, "live")
        for one in silent:
            one.close()
        # With a new key the one before opens nothing; the lesson goes on by the new one.
        fresh = room.admin.ask("POST", f"/api/live/{opened['id']}/key", {})
        self.assertEqual(fresh["server"], server)
        sender.wait(60)
        self.assertNotEqual(room.send("-t", "3", "-f", "mpegts", f"{server}?passphrase={key}").wait(60), 0)
        sender = room.send("-f", "mpegts", f"{server}?passphrase={fresh['key']}")
        room.wait_of(visit, "live")
        # Who sends is killed: that is noticed.
        sender.kill()
        killed = time.monotonic()
        room.wait_of(visit, "interrupted")
        print(f"# a killed sender by SRT was noticed in {time.monotonic() - killed:.1f} s")
        room.admin.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)


if __name__ == "__main__":
    unittest.main()
