#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the room's port does with input that no panel sends."""
import http.client
import socket
import threading
import unittest

from room import Room

MIB = 1024 * 1024


class Port(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            cls.room = Room(listener.getsockname()[1])
        code = cls.room.setup("Ms. Alder")
        cls.room.start()
        cls.alder = cls.room.sign_in(code)
        cls.walk = cls.alder.begin_walk()

    @classmethod
    def tearDownClass(cls):
        cls.room.__exit__()

    def tearDown(self):
        self.assertEqual(self.room.call("GET", "/healthz").status, 200)

    def raw(self, text):
        """The first bytes of the answer; "" if the connection was ended without one."""
        with socket.create_connection(("127.0.0.1", self.room.port), timeout=60) as connection:
            try:
                connection.sendall(text)
                return connection.recv(65536)
            except (BrokenPipeError, ConnectionResetError):
                return b""

    def test_json_that_is_too_deep_or_broken_or_no_object_is_refused(self):
        deep = 100_000
        for body in (b'{"changes":' + b"[" * deep + b"]" * deep + b"}",
                     b'{"a":' * deep + b"1" + b"}" * deep, b"[" * deep, b"", b"null", b"7", b"[]",
                     b'"text"', b"{", b'{"changes":[]', b'{"changes":[]} x', b"\xff\xfe",
                     b'{"changes":"\xc3\x28"}', b'{"\xed\xa0\x80":1}', b'{"a":"\xf5\x80\x80\x80"}',
                     b"\x00" * 1000, b'{"changes":[],}'):
            answer = self.alder.call("POST", f"/api/walks/{self.walk}/changes", body)
            self.assertEqual((answer.status, answer.json["error"]["code"]), (400, "not-json"),
                             body[:40])

    def test_no_spelling_of_a_way_out_of_the_panels_folder_opens_a_file(self):
        with open(f"{self.room.folder}/data/walks.db", "rb") as file:
            self.assertTrue(file.read(16).startswith(b"SQLite"))
        for path in ("/panel/../data/walks.db", "/panel/..%2fdata/walks.db", "/panel/%2e%2e/walks.db",
                     "/panel/%2e%2e%2fwalks.db", "/panel/..%5cwalks.db", "/panel/..\\walks.db",
                     "/panel/%252e%252e%252fwalks.db", "/panel//etc/passwd",
                     "/panel/%2fetc%2fpasswd", "/panel/%c0%ae%c0%ae/etc/passwd", "/panel/....//x.js",
                     "/panel/index.html%00.js", "/panel/.hidden.js", "/panel/..;/x.js",
                     "//etc/passwd", "/../../etc/passwd", "/panel/" + "../" * 40 + "etc/passwd",
                     "/panel/\u202e.js".encode().decode("latin-1"), "/panel/" + "a" * 5000 + ".js"):
            answer = self.raw(b"GET " + path.encode("latin-1") +
                              b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.assertRegex(answer[:12], rb"^(HTTP/1.1 4\d\d|)$", path)

    def test_ids_are_ids_or_nothing(self):
        for text in ("x", "..", "%2e%2e", "0", "null", "'--", "*", "%00", self.walk[:-1],
                     self.walk + "0", self.walk.replace("-", ""), "{" + self.walk + "}",
                     "00000000-0000-0000-0000-000000000000"):
            self.assertEqual(self.alder.call("GET", f"/api/walks/{text}").status, 404, text)

    def test_a_foreign_page_may_not_call_whatever_it_calls_itself(self):
        body = {"title": "From a foreign page"}
        for origin in ("https://evil.example", "null", self.room.url + ".evil.example",
                       self.room.url + "/", self.room.url.upper(), "", " ", "http://127.0.0.1",
                       "https" + self.room.url[4:], "file://"):
            answer = self.alder.call("POST", "/api/walks", body, headers={"Origin": origin})
            self.assertEqual(answer.status, 403, origin)
        answer = self.alder.call("POST", "/api/walks", body, headers={"Origin": self.room.url})
        self.assertEqual(answer.status, 200)
        titles = [w["title"] for w in self.alder.ask("GET", "/api/walks")["walks"]]
        self.assertEqual(titles.count("From a foreign page"), 1)

    def test_a_body_that_is_too_large_is_refused_with_or_without_its_length(self):
        answer = self.alder.call("POST", "/api/walks", b" " * (MIB + 1))
        self.assertEqual(answer.status, 413)
        connection = http.client.HTTPConnection("127.0.0.1", self.room.port, timeout=60)
        status = None
        try:
            connection.request("POST", "/api/walks", (b" " * 65536 for _ in range(400)),
                               {"Authorization": f"Bearer {self.alder.token}"}, encode_chunked=True)
            status = connection.getresponse().status
        except (BrokenPipeError, ConnectionResetError):
            pass
        connection.close()
        self.assertIn(status, (413, None))

    def test_head_other_methods_and_expect_are_answered(self):
        whole = self.room.call("GET", "/healthz")
        head = self.room.call("HEAD", "/healthz")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(head.headers["Content-Length"], str(len(whole.body)))
        self.assertEqual(self.room.call("DELETE", "/healthz").status, 405)
        self.assertEqual(self.room.call("BREW", "/healthz").status, 405)
        self.assertEqual(self.room.call("GET", "/nowhere").status, 404)
        token = self.alder.token.encode()
        answer = self.raw(b"POST /api/me/link HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                          b"Authorization: Bearer " + token + b"\r\nContent-Length: 2\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 100"), answer)

    def test_a_free_port_is_the_one_in_links_and_the_panels_own_origin(self):
        with Room() as free:  # listens to port 0
            free.setup("Ms. Alder")
            self.assertTrue(free.start().startswith(f"The room is open at {free.url} "))
            page = {"Origin": free.url}
            self.assertEqual(free.call("GET", "/api/sign-in/ways", headers=page).status, 200)
            page = {"Origin": "http://127.0.0.1:0"}
            self.assertEqual(free.call("GET", "/api/sign-in/ways", headers=page).status, 403)

    def test_one_connection_takes_many_requests(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.room.port, timeout=60)
        connection.connect()
        first = connection.sock
        for _ in range(50):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            self.assertEqual((answer.status, bool(answer.read())), (200, True))
            self.assertIs(connection.sock, first)
        connection.close()

    def test_five_hundred_clients_at_once_are_all_answered(self):
        sockets = [socket.create_connection(("127.0.0.1", self.room.port), timeout=60)
                   for _ in range(500)]
        for one in sockets:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        statuses = set()
        for one in sockets:
            text = b""
            while chunk := one.recv(65536):
                text += chunk
            statuses.add(text[:15])
            one.close()
        self.assertEqual(statuses, {b"HTTP/1.1 200 OK"})


class Stopping(unittest.TestCase):
    def test_what_is_under_way_is_answered_before_the_room_ends(self):
        room = Room()
        self.addCleanup(room.__exit__)
        code = room.setup("Ms. Alder")
        room.start()
        alder = room.sign_in(code)
        kept, stopped = [], threading.Event()

        def write():
            for i in range(100000):
                try:
                    answer = alder.call("POST", "/api/lenses", {"name": f"Lens {i}"})
                except (OSError, http.client.HTTPException):
                    return
                kept.append((f"Lens {i}", answer.status))
                if len(kept) == 20:
                    stopped.set()

        threads = [threading.Thread(target=write) for _ in range(1)]
        for thread in threads:
            thread.start()
        self.assertTrue(stopped.wait(60))
        self.assertEqual(room.stop(), 0)
        for thread in threads:
            thread.join(60)
        room.start()
        walk = alder.begin_walk()
        names = {lens["name"] for lens in alder.ask("GET", f"/api/walks/{walk}")["lenses"]}
        self.assertLessEqual({name for name, status in kept if status == 200}, names)


if __name__ == "__main__":
    unittest.main()
