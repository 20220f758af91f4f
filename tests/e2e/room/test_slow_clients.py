#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Clients that send a byte at a time, or no end, hold up nobody and are let go of."""
import socket
import time
import unittest
import uuid

from room import Room

EACH = 30
WATCHDOG_S = 90
HOST = b" HTTP/1.1\r\nHost: room\r\n"
LONG = b"Content-Length: 4000\r\n\r\n"
# What comes at once, and what then comes again and again: a hundred times slower than it would
# have to for anything to be whole before the test's watchdog.
KINDS = {
    "head": (b"GET /healthz" + HOST + b"X-Slow: ", b"a"),
    "address": (b"GET /", b"a"),
    "body": (b"POST /api/sign-in/link" + HOST + LONG, b"{"),
    "body in chunks": (b"POST /api/join" + HOST + b"Transfer-Encoding: chunked\r\n\r\n",
                       b"1\r\na\r\n"),
    "body to nowhere": (b"POST /nowhere" + HOST + LONG, b"a"),
    "body of a foreign page": (b"POST /api/walks" + HOST + b"Origin: https://evil.example\r\n" + LONG,
                               b"a"),
    "body of a stranger's upload": (b"PATCH /api/uploads/" + str(uuid.uuid4()).encode() + HOST + LONG,
                                    b"a"),
}


class Slow(unittest.TestCase):
    def setUp(self):
        self.room = Room(settings=["patience-seconds=1"])
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.alder = self.room.sign_in(code)

    def connect(self):
        wire = socket.create_connection(("127.0.0.1", self.room.port), 30)
        self.addCleanup(wire.close)
        return wire

    def is_closed(self, wire, piece):
        """Sends a little more. An answer is no end: what was refused may still be on its way."""
        try:
            wire.sendall(piece)
            return wire.recv(65536) == b""
        except BlockingIOError:
            return False
        except (ConnectionResetError, BrokenPipeError):
            return True

    def dribble(self, wires):
        """Until the room has let go of each; others are answered all the while."""
        until = time.monotonic() + WATCHDOG_S
        while wires:
            self.assertLess(time.monotonic(), until, {kind for _, kind in wires})
            wires = [(wire, kind) for wire, kind in wires if not self.is_closed(wire, KINDS[kind][1])]
            self.assertEqual(self.alder.call("GET", "/api/walks").status, 200)
            time.sleep(0.05)

    def closed_at_a_deadline(self):
        text = self.room.call("GET", "/metrics").body.decode()
        return int(text.split("\nlessonwalk_connections_refused_total ")[1].split()[0])

    def test_whoever_dribbles_is_closed_while_others_are_served_in_little_memory(self):
        for _ in range(50):
            self.alder.call("GET", "/api/walks")
        before = self.room.memory()
        wires = []
        for kind, (start, _) in KINDS.items():
            for _ in range(EACH):
                wire = self.connect()
                wire.sendall(start)
                wire.setblocking(False)
                wires.append((wire, kind))
        self.dribble(wires)
        grown = self.room.memory() - before
        print(f"# {len(wires)} slow clients: {grown / 1e6:.1f} MB")
        self.assertLess(grown, len(wires) * 128 * 1024)
        # Two of these kinds are hung up on by other rules, too; the others by the deadline alone.
        self.assertGreaterEqual(self.closed_at_a_deadline(), EACH * 4)

    def test_a_second_request_is_waited_for_no_longer(self):
        wire = self.connect()
        wire.sendall(b"GET /healthz" + HOST + b"\r\n")
        self.assertIn(b" 200 ", wire.recv(65536))
        wire.sendall(KINDS["head"][0])
        wire.setblocking(False)
        self.dribble([(wire, "head")])

    def test_a_head_without_end_takes_no_memory(self):
        before = self.room.memory()
        wire = self.connect()
        sent = 0
        try:
            wire.sendall(b"GET /healthz" + HOST)
            while sent < 64 << 20:
                wire.sendall(b"X-Long: " + b"a" * 65536 + b"\r\n")
                sent += 65536
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            pass
        grown = self.room.memory() - before
        print(f"# closed after {sent / 1e6:.1f} MB of head: {grown / 1e6:.1f} MB")
        self.assertLess(sent, 64 << 20)
        self.assertLess(grown, 8 << 20)


if __name__ == "__main__":
    unittest.main()
