#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How fast the room sends media, beside nginx, in turns, in one run: whole files and ranges of 1 MiB.

Prints a line a figure: what, ours and nginx in MB/s (medians), and ours as a part of nginx's.
"""
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e" / "room"))

from lesson_room import LessonRoom  # noqa: E402

SIZE = 256 << 20
RANGE = 1 << 20
TURNS = 3
RANGES = 200
CONNECTIONS = 4

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    keepalive_requests 100000;
    location / {{ alias {media}/; }}
  }}
}}
"""


class Reader:
    """One connection that is kept; a client that costs as little as Python allows."""

    def __init__(self, port):
        self.wire = socket.create_connection(("127.0.0.1", port), 60)
        self.buffer = bytearray(1 << 20)

    def get(self, path, first=None, last=None):
        want = f"Range: bytes={first}-{last}\r\n" if first is not None else ""
        self.wire.sendall(f"GET {path} HTTP/1.1\r\nHost: room\r\n{want}\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.wire.recv(4096)
        headers, _, body = head.partition(b"\r\n\r\n")
        status = int(headers.split()[1])
        length = int(headers.lower().split(b"content-length:")[1].split()[0])
        left = length - len(body)
        while left > 0:
            left -= self.wire.recv_into(self.buffer, min(left, len(self.buffer)))
        if status != (200 if first is None else 206):
            raise SystemExit(f"status {status}")
        return length


def whole(port, path):
    reader = Reader(port)
    begun = time.monotonic()
    length = reader.get(path)
    return length / (time.monotonic() - begun) / 1e6


def ranges(port, path):
    """As players do that jump about: a few connections, each asking for the next part at once."""
    readers = [Reader(port) for _ in range(CONNECTIONS)]
    begun = time.monotonic()
    total = 0
    for i in range(RANGES):
        first = (i * 7919 * RANGE) % (SIZE - RANGE)
        total += readers[i % CONNECTIONS].get(path, first, first + RANGE - 1)
    return total / (time.monotonic() - begun) / 1e6


def main():
    with LessonRoom() as room, tempfile.TemporaryDirectory() as folder:
        segment = room.lesson()
        ticket = room.ticket(room.host, segment)
        path = next(room.data("media").glob("*/original.mp4"))
        with open(path, "r+b") as file:
            while file.seek(0, os.SEEK_END) < SIZE:
                file.write(os.urandom(1 << 20)[:SIZE - file.tell()])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = pathlib.Path(folder, "nginx.conf")
        config.write_text(NGINX.format(folder=folder, port=port, media=path.parent),
                          encoding="ascii")
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        nginx = subprocess.Popen(["nginx", "-p", folder, "-c", config, *user],
                                 stderr=subprocess.DEVNULL,
                                 env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})
        try:
            time.sleep(1)
            where = f"/media/{segment}/video?ticket={ticket}"
            whole(port, "/original.mp4")  # both read from memory from here on
            for name, measure in (("whole file", whole), ("ranges of 1 MiB", ranges)):
                ours, theirs = [], []
                for _ in range(TURNS):
                    ours.append(measure(room.port, where))
                    theirs.append(measure(port, "/original.mp4"))
                a, b = statistics.median(ours), statistics.median(theirs)
                print(f"{name}: room {a:.0f} MB/s, nginx {b:.0f} MB/s, {a / b:.2f} of nginx "
                      f"(load {os.getloadavg()[0]:.1f})")
            print(f"memory of the room: {room.memory() / 1e6:.0f} MB")
        finally:
            nginx.send_signal(signal.SIGTERM)
            nginx.wait(30)


if __name__ == "__main__":
    main()
