#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The nginx file that we hand out, under a real nginx with TLS: everything of a room goes through it."""
import base64
import http.client
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

import room as rooms
from lesson_room import MEDIA, LessonRoom
from lessons import SECOND, wait_for

EXAMPLE = (pathlib.Path(__file__).parents[3] / "plugin/room/examples/nginx.conf")
NAME = "walks.example.org"
LESSON = (MEDIA / "lesson.mp4").read_bytes()
# What a distribution's own nginx.conf says around it, where the tests may write.
AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_rlimit_nofile 1024;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  include {folder}/site.conf;
}}
"""


class FromOutside(http.client.HTTPSConnection):
    """Asks for the room's name, which is this machine."""

    def __init__(self, port, tls):
        super().__init__(NAME, port, timeout=rooms.ANSWER_S)
        self.tls = tls

    def connect(self):
        wire = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock = self.tls.wrap_socket(wire, server_hostname=NAME)


class FrontedRoom(LessonRoom):
    """All calls come through nginx, once it runs."""

    def __init__(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.outside = free.getsockname()[1]
        super().__init__(settings=["accel-prefix=/lessonwalk-media/", "behind-proxy=true",
                                   f"public-url=https://{NAME}:{self.outside}"])
        self.nginx = None
        self.tls = None
        self.conf = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=self.folder))

    def start(self):
        said = super().start()
        self.make_certificate()
        self.write_site()
        # As root, nginx would give up the rights that it needs to read the room's folder.
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        self.nginx = subprocess.Popen(
            ["nginx", "-p", self.conf, "-c", self.conf / "nginx.conf", *user],
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        wait_for(self.is_listening)
        return said

    def is_listening(self):
        if self.nginx.poll() is not None:
            raise AssertionError((self.conf / "error.log").read_text(encoding="utf-8"))
        try:
            socket.create_connection(("127.0.0.1", self.outside), 5).close()
            return True
        except OSError:
            return False

    def make_certificate(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
                        "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", self.conf / "key",
                        "-out", self.conf / "cert"], check=True, capture_output=True, timeout=60)
        self.tls = ssl.create_default_context(cafile=self.conf / "cert")

    def write_site(self):
        """The example as it is, with this room's port, paths and certificate; nothing else."""
        site = EXAMPLE.read_text(encoding="utf-8")
        for there, here, times in (
                ("listen 443 ", f"listen 127.0.0.1:{self.outside} ", 1),
                (f"/etc/ssl/certs/{NAME}.pem", str(self.conf / "cert"), 1),
                (f"/etc/ssl/private/{NAME}.key", str(self.conf / "key"), 1),
                ("http://127.0.0.1:8437;", f"http://127.0.0.1:{self.port};", 1),
                ("alias /var/lib/lessonwalk/", f"alias {self.folder}/data/", 2)):
            if site.count(there) != times:
                raise AssertionError(f"{there} stands {site.count(there)} times in {EXAMPLE}")
            site = site.replace(there, here)
        (self.conf / "site.conf").write_text(site, encoding="utf-8")
        (self.conf / "nginx.conf").write_text(AROUND.format(folder=self.conf), encoding="utf-8")

    def stop(self):
        if self.nginx is not None:
            self.nginx.send_signal(signal.SIGTERM)
            self.nginx.wait(rooms.ANSWER_S)
            self.nginx = None
        return super().stop()

    def connect(self):
        return FromOutside(self.outside, self.tls) if self.nginx is not None else super().connect()


class BehindNginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = FrontedRoom()
        cls.addClassCleanup(cls.room.__exit__)
        cls.room.__enter__()  # signing in, joining and making a walk went through nginx
        cls.segment = cls.room.lesson()  # and so did an upload
        cls.ticket = cls.room.ticket(cls.room.host, cls.segment)

    def directly(self, path):
        """What the room says to nginx."""
        inside = rooms.Room.connect(self.room)
        return self.room.call("GET", path, connection=inside)

    def test_the_panel_comes_with_the_room_s_headers_and_tls_for_good(self):
        page = self.room.call("GET", "/panel/")
        self.assertEqual(page.status, 200)
        self.assertIn(b"<html", page.body)
        self.assertEqual(page.headers["Strict-Transport-Security"], "max-age=31536000")
        self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
        self.assertIsNone(page.headers["X-Frame-Options"])

    def test_links_and_origins_are_those_of_the_name_outside(self):
        link = self.room.admin.ask("POST", "/api/me/link", {})["url"]
        self.assertTrue(link.startswith(f"https://{NAME}:{self.room.outside}/panel/#"), link)
        for origin, status in ((f"https://{NAME}:{self.room.outside}", 200), (self.room.url, 403)):
            answer = self.room.admin.call("GET", "/api/walks", headers={"Origin": origin})
            self.assertEqual(answer.status, status, origin)

    def test_metrics_stay_inside(self):
        self.assertEqual(self.room.call("GET", "/metrics").status, 404)
        self.assertEqual(self.directly("/metrics").status, 200)

    def test_news_come_through_a_websocket(self):
        ticket = self.room.walker.ask("POST", f"/api/walks/{self.room.walk}/ticket", {})["ticket"]
        wire = socket.create_connection(("127.0.0.1", self.room.outside), rooms.ANSWER_S)
        with self.room.tls.wrap_socket(wire, server_hostname=NAME) as live:
            key = base64.b64encode(os.urandom(16)).decode()
            live.sendall((f"GET /api/live?ticket={ticket} HTTP/1.1\r\nHost: {NAME}\r\n"
                          "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                          f"Origin: https://{NAME}:{self.room.outside}\r\n"
                          f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n").encode())
            heard = live.recv(65536)
            self.assertTrue(heard.startswith(b"HTTP/1.1 101 "), heard)
            self.room.admin.ask("PATCH", f"/api/walks/{self.room.walk}",
                                {"inquiry": "Who explains to whom?"})
            # News say that something changed, not what: so the type is waited for.
            while b'"walk"' not in heard:
                more = live.recv(65536)
                self.assertNotEqual(more, b"", heard)
                heard += more

    def test_nginx_sends_the_ranges_of_a_lesson_that_the_room_allows(self):
        answer = self.room.media(self.segment, "video", self.ticket, Range="bytes=100-199")
        self.assertEqual((answer.status, answer.body), (206, LESSON[100:200]))
        self.assertEqual(answer.headers["Content-Range"], f"bytes 100-199/{len(LESSON)}")
        for name, value in (("Content-Type", "video/mp4"), ("X-Content-Type-Options", "nosniff"),
                            ("Strict-Transport-Security", "max-age=31536000"),
                            ("Cross-Origin-Resource-Policy", "same-origin")):
            self.assertEqual(answer.headers[name], value, name)
        self.assertIn("Cache-Control", answer.headers)
        self.assertEqual(self.room.media(self.segment, "video", self.ticket).body, LESSON)
        self.assertEqual(self.room.media(self.segment, "video", "forged").status, 403)
        # It was nginx that sent it.
        inside = self.directly(f"/media/{self.segment}/video?ticket={self.ticket}")
        self.assertEqual((inside.status, inside.body), (200, b""))
        place = inside.headers["X-Accel-Redirect"]
        self.assertTrue(place.startswith("/lessonwalk-media/"), place)
        for path in (place, "/lessonwalk-media/", "/lessonwalk-media/../ledger.db",
                     "/lessonwalk-media../ledger.db", "/lessonwalk-media/clips/"):
            self.assertEqual(self.room.call("GET", path).status, 404, path)

    def test_nginx_sends_a_shared_clip(self):
        host = self.room.host
        clip = host.ask("POST", f"/api/segments/{self.segment}/clips", {
            "start": 0, "end": SECOND, "title": "The first second"}, status=201)["id"]
        wait_for(lambda: host.ask("GET", f"/api/segments/{self.segment}/clips")
                 ["clips"][0]["state"] == "ready", 120)
        url = host.ask("POST", f"/api/clips/{clip}/shares", {"audience": "My coach"},
                       status=201)["url"]
        opened = self.room.call("POST", "/api/shared/open",
                                {"token": url.rpartition("#")[2].rpartition("=")[2],
                                 "name": "A coach"})
        self.assertEqual(opened.status, 200, opened)
        film = self.room.data("clips", f"{clip}.mp4").read_bytes()
        path = f"/media/clip/{clip}?ticket={opened.json['ticket']}"
        answer = self.room.call("GET", path, headers={"Range": "bytes=10-"})
        self.assertEqual((answer.status, answer.body), (206, film[10:]))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(self.room.call("GET", f"/media/clip/{clip}?ticket=forged").status, 404)

    def test_the_address_outside_is_what_guesses_are_counted_by(self):
        # One client's guesses; nginx says who it is, whatever the client says of itself. Each address
        # has some, and more with time, so it is not said after how many it ends.
        answers = []
        while 429 not in answers and len(answers) < 500:
            answers.append(self.room.call(
                "POST", "/api/sign-in/link", {"code": "A" * 22},
                headers={"X-Forwarded-For": f"198.51.{len(answers) // 250}.{len(answers) % 250}"}).status)
        self.assertEqual((answers[0], answers[-1]), (404, 429))


if __name__ == "__main__":
    unittest.main()
