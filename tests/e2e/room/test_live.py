#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Live lessons by RTMP: a real nginx, real publishers, and what a room makes of what they send."""
import http.client
import json
import os
import pathlib
import re
import resource
import secrets
import signal
import socket
import sqlite3
import subprocess
import unittest
import urllib.parse
import uuid

import room as rooms
from lesson_room import MEDIA, LessonRoom
from lessons import SECOND, wait_for

FILM = MEDIA / "lesson.mp4"  # ten seconds, every frame with its number


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class LiveRoom(LessonRoom):
    """A room with an nginx for RTMP in front of its receivers."""

    def __init__(self):
        self.rtmp = free_port()
        super().__init__(port=free_port(), settings=[f"rtmp-listen=127.0.0.1:{self.rtmp}"])
        self.nginx = None
        self.publishers = []

    def start(self):
        said = super().start()
        if self.nginx is None:
            conf = pathlib.Path(self.folder, "nginx.conf")
            conf.write_text(self.command("nginx-rtmp").stdout, "utf-8")
            user = "user root;" if os.geteuid() == 0 else ""
            self.nginx = subprocess.Popen(
                ["nginx", "-p", "/usr/share/nginx", "-c", conf, "-g", f"master_process off;{user}"],
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
            wait_for(self.is_listening)
        return said

    def is_listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.rtmp)) == 0

    def __exit__(self, *error):
        for one in [*self.publishers, self.nginx]:
            if one is not None and one.poll() is None:
                one.kill()
                one.wait()
        super().__exit__(*error)

    def open_live(self, **body):
        """A new live lesson of the visit: its id and its key."""
        return self.host.ask("POST", f"/api/walks/{self.walk}/visits/{self.visit}/live",
                             {"title": "Fractions, live", **body})

    def publish(self, key, *, loops=0, options=(), comes_back=False):
        """Sends the film at its own pace, once and @loops times more. @comes_back: begins anew when it is
        hung up on, as OBS does."""
        again = ["sh", "-c", 'until "$@"; do sleep 1; done', "sender"] if comes_back else []
        publisher = subprocess.Popen(
            [*again, "ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", str(loops), "-i", FILM, "-c:v", "libx264",
             "-preset", "ultrafast", "-g", "15", "-bf", "2", "-c:a", "aac", *options, "-f", "flv",
             f"rtmp://127.0.0.1:{self.rtmp}/live/{key}"], stderr=subprocess.DEVNULL)
        self.publishers.append(publisher)
        return publisher

    def live(self, person=None):
        """What the walk tells of it; None when there is none."""
        walk = (person or self.host).ask("GET", f"/api/walks/{self.walk}")
        return walk["visits"][0].get("live")

    def wait_live(self, *states):
        wait_for(lambda: (self.live() or {"state": "none"})["state"] in states)
        return self.live()

    def ready(self, segment):
        """What there is to know of the lesson, once it can be watched as an ordinary one."""
        wait_for(lambda: self.host.ask("GET", f"/api/segments/{segment}")["ready"])
        return self.host.ask("GET", f"/api/segments/{segment}")

    def piece(self, segment, start, until):
        return self.host.call("GET", f"/media/{segment}/live?from={start}&until={until}")

    def receivers(self):
        """Process ids of the room's receivers themselves, without what is around them."""
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                above = entry
                while words[0].endswith(b"lessonwalk-receiver"):
                    above = pathlib.Path("/proc", (above / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    if above.name == str(self.process.pid):
                        found.append(int(entry.name))
                    if above.name in ("0", "1"):
                        break
            except (OSError, IndexError):
                continue
        return found


def packets(path, stream="v"):
    """(presentation time in seconds, is key) of each packet, in order of presentation."""
    said = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", stream, "-show_entries",
         "packet=pts_time,flags", "-of", "json", path], capture_output=True, check=True).stdout
    return sorted((float(one["pts_time"]), "K" in one["flags"])
                  for one in json.loads(said)["packets"])


class Live(unittest.TestCase):
    def test_a_live_lesson_becomes_an_ordinary_one(self):
        with LiveRoom() as room:
            opened = room.open_live()
            self.assertEqual(opened["server"], f"rtmp://127.0.0.1:{room.rtmp}/live")
            self.assertEqual(room.live()["state"], "waiting")
            again = room.host.call("POST", f"/api/walks/{room.walk}/visits/{room.visit}/live", {})
            self.assertEqual(again.status, 409)
            publisher = room.publish(opened["key"])
            live = room.wait_live("live")
            segment = live["segment"]
            facts = room.host.ask("GET", f"/api/segments/{segment}")
            self.assertFalse(facts["ready"])
            wait_for(lambda: room.piece(segment, 2 * SECOND, 3 * SECOND).status == 200)
            piece = room.piece(segment, 2 * SECOND, 3 * SECOND)
            self.assertIn("video/mp4; codecs=\"avc1.", piece.headers["Content-Type"])
            self.assertEqual(publisher.wait(60), 0)
            room.wait_live("interrupted")
            base = self.check_list(room, opened["id"], segment)
            room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
            facts = room.ready(segment)
            self.assertEqual(room.call("GET", f"{base}/live.m3u8").status, 404)
            self.assertAlmostEqual(facts["duration"] / SECOND, 10, delta=0.6)
            wait_for(lambda: room.live() is None)
            self.assertEqual(list(room.data("live").iterdir()), [])
            self.check_recording(room, segment)
            self.check_clock(room, segment)
            # Everything of it goes when it is erased.
            room.host.ask("POST", "/api/erase", {"segment": segment})
            ledger = sqlite3.connect(f"file:{room.data('ledger.db')}?mode=ro", uri=True)
            self.assertEqual(ledger.execute("SELECT count(*) FROM clock").fetchone(), (0,))
            self.assertEqual(ledger.execute("SELECT count(*) FROM live_source").fetchone(), (0,))
            ledger.close()
            self.check_sound_alone(room)

    def check_list(self, room, source, segment):
        """For players without MediaSource: the recording's own bytes, every frame at its time."""
        def ticket():
            return room.host.ask("POST", f"/api/segments/{segment}/ticket", {})["ticket"]
        base = f"/media/{segment}/hls/{ticket()}"
        answer = room.call("GET", f"{base}/live.m3u8")
        self.assertEqual(answer.headers["Content-Type"], "application/vnd.apple.mpegurl")
        lines = answer.body.decode().splitlines()
        self.assertIn("#EXT-X-PLAYLIST-TYPE:EVENT", lines)
        self.assertNotIn("#EXT-X-DISCONTINUITY", lines)
        target = next(int(one.split(":")[1]) for one in lines if one.startswith("#EXT-X-TARGETDURATION"))
        lengths = [float(one[len("#EXTINF:"):].rstrip(",")) for one in lines if one.startswith("#EXTINF:")]
        self.assertLess(max(lengths), target + 0.5)
        self.assertAlmostEqual(sum(lengths), 10, delta=0.6)
        pieces = [one for one in lines if one.endswith(".m4s")]
        [init] = [one.split('"')[1] for one in lines if one.startswith("#EXT-X-MAP")]
        film = pathlib.Path(room.folder, "list.mp4")
        film.write_bytes(b"".join(room.call("GET", f"{base}/{one}").body for one in [init, *pieces]))
        self.assertEqual(film.read_bytes(), room.data("live", source, "000.mp4").read_bytes())
        # A real client of such lists finds every frame where it was filmed, behind the second that all
        # fragments are shifted by.
        said = subprocess.run(
            ["ffprobe", "-v", "error", "-live_start_index", "0", "-select_streams", "v", "-read_intervals",
             "%+#200", "-show_entries", "packet=pts_time,flags", "-of", "json", f"http://127.0.0.1:{room.port}{base}/live.m3u8"],
            capture_output=True, check=True).stdout
        times = sorted(float(one["pts_time"]) for one in json.loads(said)["packets"])
        # What is decoded early is not among the first that were read.
        for i, time in enumerate(times[:190]):
            self.assertAlmostEqual(time - 1, i / 30, delta=0.0015)
        state = room.call("GET", f"{base}/live.json").json
        self.assertEqual([run[:2] for run in state["runs"]], [[0, 0]])
        self.assertEqual(state["state"], "interrupted")
        # Nobody without a ticket, or with one for something else.
        forged = secrets.token_urlsafe(54)
        mine = base.rsplit("/", 1)[1]
        for wrong in (f"/media/{segment}/hls/{forged}/live.m3u8", f"/media/{uuid.uuid4()}/hls/{mine}/live.m3u8"):
            self.assertEqual(room.call("GET", wrong).status, 403)
        for wrong in ("9999.m4s", "init-7.mp4", "-1.m4s", ".m4s", "000.index", "..%2f000.index"):
            self.assertEqual(room.call("GET", f"{base}/{wrong}").status, 404, wrong)
        return base

    def check_sound_alone(self, room):
        """A lesson that somebody sends without its pictures is recorded, and can be heard."""
        opened = room.open_live(title="Heard")
        publisher = room.publish(opened["key"], options=["-vn", "-t", "3"])
        segment = room.wait_live("live")["segment"]
        self.assertEqual(publisher.wait(60), 0)
        room.wait_live("interrupted")
        room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
        self.assertAlmostEqual(room.ready(segment)["duration"] / SECOND, 3, delta=0.6)
        answer = room.host.call("GET", f"/media/{segment}/video")
        heard = pathlib.Path(room.folder, "heard.mp4")
        heard.write_bytes(answer.body)
        self.assertGreaterEqual(len(packets(heard, "a")), 100)
        self.assertEqual(packets(heard, "v"), [])
        wait_for(lambda: room.live() is None)

    def check_recording(self, room, segment):
        """The first picture is at 0, and each is where it was filmed, to the millisecond of RTMP."""
        answer = room.host.call("GET", f"/media/{segment}/video")
        self.assertEqual(answer.status, 200)
        film = pathlib.Path(room.folder, "recorded.mp4")
        film.write_bytes(answer.body)
        times = [time for time, _ in packets(film)]
        self.assertGreaterEqual(len(times), 270)
        self.assertEqual(times[0], 0)
        for i, time in enumerate(times):
            self.assertAlmostEqual(time, i / 30, delta=0.0015)
        self.assertGreaterEqual(len(packets(film, "a")), 400)

    def check_clock(self, room, segment):
        ledger = sqlite3.connect(f"file:{room.data('ledger.db')}?mode=ro", uri=True)
        rows = ledger.execute("SELECT media_ns, utc_us, method, uncertainty_ms FROM clock "
                              "WHERE segment_id = ? ORDER BY media_ns",
                              (uuid.UUID(segment).bytes,)).fetchall()
        ledger.close()
        self.assertGreaterEqual(len(rows), 2)
        self.assertTrue(all(row[2:] == ("rtmp_arrival", 2000) for row in rows))
        spread = [utc - media // 1000 for media, utc, _, _ in rows]
        self.assertLess(max(spread) - min(spread), 2000000)

    def test_a_wrong_key_opens_nothing(self):
        with LiveRoom() as room:
            opened = room.open_live()

            def ask(key, call="publish", **headers):
                body = urllib.parse.urlencode({"app": "live", "name": key, "call": call})
                return room.call("POST", "/hosts/rtmp", body.encode(), headers={
                    "Content-Type": "application/x-www-form-urlencoded", **headers}).status
            self.assertEqual(ask(opened["key"]), 302)
            refused = [ask(secrets.token_urlsafe(16)) for _ in range(100)]
            self.assertEqual(refused, [403] * 100)
            self.assertEqual(ask(""), 403)
            # From elsewhere, by way of a proxy, nobody may even ask.
            self.assertEqual(ask(opened["key"], **{"X-Forwarded-For": "10.0.0.7"}), 404)
            # The walkers see that it is live, and not how to send it.
            self.assertNotIn("key", json.dumps(room.live(room.walker)))
            for act in ("key", "end"):
                denied = room.walker.call("POST", f"/api/live/{opened['id']}/{act}", {})
                self.assertEqual(denied.status, 403)
            # A real publisher with a wrong key is turned away; so is one whose key was taken back.
            self.assertNotEqual(room.publish("wrong").wait(60), 0)
            publisher = room.publish(opened["key"], loops=9)
            room.wait_live("live")
            fresh = room.host.ask("POST", f"/api/live/{opened['id']}/key", {})
            self.assertNotEqual(fresh["key"], opened["key"])
            self.assertEqual(ask(opened["key"]), 403)
            self.assertEqual(ask(opened["key"], call="update_publish"), 403)
            self.assertNotEqual(publisher.wait(60), 0)
            room.wait_live("interrupted")

    def test_what_breaks_off_goes_on_and_leaves_a_gap_of_its_length(self):
        with LiveRoom() as room:
            opened = room.open_live()
            first = room.publish(opened["key"], loops=9)
            segment = room.wait_live("live")["segment"]
            wait_for(lambda: room.piece(segment, SECOND, 2 * SECOND).status == 200)
            # The sender is gone, and comes back.
            first.kill()
            room.wait_live("interrupted")
            # nginx hangs up on who sends when it asks a room that is away.
            room.publish(opened["key"], loops=9, comes_back=True)
            live = room.wait_live("live")
            wait_for(lambda: len(room.live()["missing"]) == 1)
            gone, back = room.live()["missing"][0]
            self.assertGreater(gone, SECOND)
            wait_for(lambda: room.piece(segment, back + SECOND, back + 2 * SECOND).status == 200)
            # The receiver is killed: another one goes on.
            before = room.receivers()
            self.assertEqual(len(before), 1)
            os.kill(before[0], signal.SIGKILL)
            wait_for(lambda: room.receivers() not in ([], before))
            wait_for(lambda: self.is_past(room, segment, room.live()["since"], live["since"]))
            for start, end in room.live()["missing"][1:]:
                print(f"# a killed receiver lost {(end - start) / SECOND:.2f} s")
                self.assertLess(end - start, 10 * SECOND)
            # The room is killed, and goes on with what it had.
            room.kill()
            room.start()
            again = room.wait_live("live")
            self.assertEqual(again["segment"], segment)
            self.assertEqual(room.live()["missing"][0], [gone, back])
            seen = room.live()["clock"]["media"]
            wait_for(lambda: room.piece(segment, seen + SECOND, seen + 2 * SECOND).status == 200)
            gaps = room.live()["missing"]
            self.check_list_over_gaps(room, segment, gaps)
            # It is killed again just after it was told that the lesson is over.
            room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
            room.kill()
            room.start()
            self.finish_if_it_must(room, opened["id"])
            room.ready(segment)
            film = pathlib.Path(room.folder, "recorded.mp4")
            film.write_bytes(room.host.call("GET", f"/media/{segment}/video").body)
            times = [time for time, _ in packets(film)]
            # Whole but for what is said to be missing, and that is as long as it was.
            holes = [(a, b) for a, b in zip(times, times[1:]) if b - a > 0.5]
            self.assertEqual(len(holes), len(gaps), f"{holes} {gaps} {times[-1]}")
            for hole, gap in zip(holes, gaps):
                self.assertAlmostEqual(hole[0], gap[0] / SECOND, delta=0.1)
                self.assertAlmostEqual(hole[1], gap[1] / SECOND, delta=0.002)

    def check_list_over_gaps(self, room, segment, gaps):
        """A list's time has no gaps, and it is told where the lesson has."""
        ticket = room.host.ask("POST", f"/api/segments/{segment}/ticket", {})["ticket"]
        base = f"/media/{segment}/hls/{ticket}"
        text, runs = "", []

        def listed():
            # A piece is listed when it is whole.
            nonlocal text, runs
            text = room.call("GET", f"{base}/live.m3u8").body.decode()
            runs = room.call("GET", f"{base}/live.json").json["runs"]
            return [[a[2], b[1]] for a, b in zip(runs, runs[1:]) if b[1] - a[2] >= SECOND / 2]
        wait_for(lambda: listed() == gaps)
        self.assertEqual(text.count("#EXT-X-DISCONTINUITY"), len(runs) - 1)
        for before, after in zip(runs, runs[1:]):
            self.assertEqual(after[0], before[0] + before[2] - before[1])

    def is_past(self, room, segment, now, before):
        live = room.live()
        return live["state"] == "live" and now != before and \
            room.piece(segment, live["clock"]["media"], live["clock"]["media"] + SECOND).status == 200

    def finish_if_it_must(self, room, source):
        """Whether the order to end was kept before the kill is a matter of chance."""
        if (room.live() or {}).get("state") in ("waiting", "live", "interrupted"):
            room.host.call("POST", f"/api/live/{source}/end", {})

    def test_a_lesson_that_changes_its_size_is_one_lesson(self):
        with LiveRoom() as room:
            opened = room.open_live()
            first = room.publish(opened["key"], loops=9)
            segment = room.wait_live("live")["segment"]
            wait_for(lambda: room.piece(segment, SECOND, 2 * SECOND).status == 200)
            first.kill()
            room.wait_live("interrupted")
            room.publish(opened["key"], loops=9, options=("-s", "640x360"))
            room.wait_live("live")
            wait_for(lambda: room.live()["missing"])
            back = room.live()["missing"][0][1]
            wait_for(lambda: room.piece(segment, back + SECOND, back + 2 * SECOND).status == 200)
            room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
            room.ready(segment)
            film = pathlib.Path(room.folder, "recorded.mp4")
            film.write_bytes(room.host.call("GET", f"/media/{segment}/video").body)
            said = subprocess.run(
                ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries",
                 "frame=pts_time,width", "-of", "csv=p=0", film], capture_output=True, check=True,
                text=True).stdout.split()
            frames = [(float(time), int(width)) for time, width in
                      (sorted(line.strip(",").split(","), key=lambda f: "." not in f) for line in said)]
            self.assertEqual({width for _, width in frames}, {320, 640})
            self.assertEqual(frames[0][0], 0)
            larger = min(time for time, width in frames if width == 640)
            self.assertAlmostEqual(larger, back / SECOND, delta=0.002)

    def test_a_full_disk_is_said_and_costs_only_what_it_had_no_room_for(self):
        with LiveRoom() as room:
            opened = room.open_live()
            room.publish(opened["key"], loops=9, options=(
                "-vf", "noise=alls=80:allf=t", "-b:v", "6M", "-maxrate", "6M", "-bufsize", "2M"))
            segment = room.wait_live("live")["segment"]
            part = room.data("live", opened["id"], "000.mp4")
            wait_for(lambda: part.exists() and part.stat().st_size > 1 << 20)
            most = part.stat().st_size + (1 << 20)
            unlimited = resource.prlimit(room.process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(room.process.pid, resource.RLIMIT_FSIZE, (most, unlimited[1]))
            wait_for(lambda: "disk" in room.live().get("trouble", ""))
            self.assertLessEqual(part.stat().st_size, most)
            resource.prlimit(room.process.pid, resource.RLIMIT_FSIZE, unlimited)
            wait_for(lambda: "trouble" not in room.live())
            wait_for(lambda: part.stat().st_size > most)
            room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
            room.ready(segment)
            film = pathlib.Path(room.folder, "recorded.mp4")
            film.write_bytes(room.host.call("GET", f"/media/{segment}/video").body)
            decoded = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-f", "null", "-"],
                                     capture_output=True, check=True)
            self.assertEqual(decoded.stderr, b"")


OFFER = """v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
m=video 9 UDP/TLS/RTP/SAVPF {format}
c=IN IP4 0.0.0.0
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:0
a=sendonly
a=rtcp-mux
a=rtpmap:{format} {codec}/90000
"""


def offer(codec="VP8", form="96"):
    return OFFER.format(codec=codec, format=form, fingerprint=":".join(["AB"] * 32)).replace("\n", "\r\n")


class Whip(unittest.TestCase):
    """The door for browsers and OBS; what comes through it is in live.mjs."""

    @staticmethod
    def ask(room, method, path, key=None, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", room.port, timeout=30)
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        if body is not None:
            headers.setdefault("Content-Type", "application/sdp")
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode()
        connection.close()
        return answer

    def test_only_the_key_of_a_live_lesson_opens_the_door(self):
        with LessonRoom() as room:
            path = f"/api/walks/{room.walk}/visits/{room.visit}/live"
            self.assertEqual(room.host.call("POST", path, {"kind": "carrier-pigeon"}).status, 400)
            opened = room.host.ask("POST", path, {"kind": "whip"})
            self.assertTrue(opened["server"].endswith("/whip"))
            self.check_pages(room)
            self.check_offers(room, opened["key"])
            fresh = room.host.ask("POST", f"/api/live/{opened['id']}/key", {})["key"]
            self.assertEqual(self.ask(room, "POST", "/whip", opened["key"], offer()).status, 401)
            self.check_answer(room, opened["id"], fresh)
            answers = [self.ask(room, "POST", "/whip", secrets.token_urlsafe(16), offer())
                       for _ in range(100)]
            self.assertEqual({answer.status for answer in answers}, {401, 429})
            self.assertEqual(answers[0].status, 401)
            room.host.ask("POST", f"/api/live/{opened['id']}/end", {}, status=204)
            wait_for(lambda: "live" not in room.host.ask("GET", f"/api/walks/{room.walk}")["visits"][0])

    def check_pages(self, room):
        """Pages of any origin may ask: what they need is in the request."""
        asked = self.ask(room, "OPTIONS", "/whip", Origin="https://elsewhere.example")
        self.assertEqual(asked.status, 204)
        self.assertEqual(asked.headers["Access-Control-Allow-Origin"], "*")
        self.assertIn("Authorization", asked.headers["Access-Control-Allow-Headers"])
        refused = self.ask(room, "POST", "/whip", body=offer(), Origin="https://elsewhere.example")
        self.assertEqual(refused.status, 401)
        self.assertEqual(refused.headers["Access-Control-Allow-Origin"], "*")
        # And nothing else.
        self.assertEqual(self.ask(room, "GET", "/api/me", Origin="https://elsewhere.example").status, 403)

    def check_offers(self, room, key):
        """What cannot be taken is refused in words, and the receiver goes on."""
        for text, code in (("hello", 400), (offer("AV1"), 400), (offer().replace("m=video", "m=sound"), 400),
                           (offer().replace("a=fingerprint", "a=nothing"), 400), ("v=0\r\n" * 20000, 413)):
            answer = self.ask(room, "POST", "/whip", key, text)
            self.assertEqual(answer.status, code, text[:80])
            self.assertTrue(json.loads(answer.text)["error"]["message"])
        other = self.ask(room, "POST", "/whip", key, "{}", **{"Content-Type": "application/json"})
        self.assertEqual(other.status, 415)

    def check_answer(self, room, source, key):
        answer = self.ask(room, "POST", "/whip", key, offer("H264"))
        self.assertEqual(answer.status, 201, answer.text)
        self.assertEqual(answer.headers["Content-Type"], "application/sdp")
        self.assertIn("a=rtpmap:96 H264/90000", answer.text)
        self.assertIn("a=recvonly", answer.text)
        self.assertIn(" 127.0.0.1 ", answer.text)  # and no other way to this machine
        self.assertEqual(len(set(re.findall(r"a=candidate:\S+ \S+ \S+ \S+ (\S+)", answer.text))), 1)
        # Who has only just been answered is not pushed aside, and can hang up.
        self.assertEqual(self.ask(room, "POST", "/whip", key, offer()).status, 409)
        place = answer.headers["Location"]
        self.assertTrue(place.startswith(f"/whip/{source}/"))
        self.assertEqual(self.ask(room, "DELETE", f"/whip/{source}/1", key).status, 404)
        self.assertEqual(self.ask(room, "DELETE", place, "wrong").status, 401)
        self.assertEqual(self.ask(room, "DELETE", place, key).status, 200)
        wait_for(lambda: self.ask(room, "POST", "/whip", key, offer()).status == 201)


if __name__ == "__main__":
    unittest.main()
