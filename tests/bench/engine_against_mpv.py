#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine beside mpv, in one run on one machine, without screen and sound: ms and ratios.

usage: engine_against_mpv.py BENCH_ENGINE DIRECTORY_OF_FILES
"""
import json
import os
import pathlib
import random
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SEEKS = int(os.environ.get("LESSONWALK_BENCH_SEEKS", "60"))
PLAY_S = 8
BENCH, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])


def usage(pid):
    """CPU seconds and peak memory in MB of a process that still runs."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return cpu, int(peak.split()[1]) / 1024


class Ours:
    def __init__(self, path, *args):
        self.began = time.monotonic()
        self.process = subprocess.Popen([BENCH, str(path), *map(str, args)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "first\n"
        self.first_ms = (time.monotonic() - self.began) * 1000

    def rows(self):
        for line in self.process.stdout:
            if line == "done\n":
                return
            yield line.split()

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


class Mpv:
    def __init__(self, path):
        self.folder = tempfile.mkdtemp()
        address = f"{self.folder}/socket"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["mpv", "--no-config", "--vo=null", "--ao=null", "--hr-seek=yes", "--pause",
             "--keep-open=yes", "--really-quiet", f"--input-ipc-server={address}", str(path)],
            stdin=subprocess.DEVNULL)
        self.socket = socket.socket(socket.AF_UNIX)
        while True:
            try:
                self.socket.connect(address)
                break
            except OSError:
                time.sleep(0.001)
        self.buffer = b""
        self.number = 0
        # The first frame may be there before the socket is: ask, and else wait for it.
        while self.ask("get_property", "video-frame-info") is None:
            time.sleep(0.001)
        self.first_ms = (time.monotonic() - self.began) * 1000

    def read(self):
        while b"\n" not in self.buffer:
            if not select.select([self.socket], [], [], 20)[0]:
                raise TimeoutError("mpv does not answer")
            self.buffer += self.socket.recv(65536)
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def send(self, *command):
        self.number += 1
        message = {"command": command, "request_id": self.number}
        self.socket.sendall(json.dumps(message).encode() + b"\n")

    def ask(self, *command):
        self.send(*command)
        while True:
            message = self.read()
            if message.get("request_id") == self.number and "error" in message:
                return message.get("data")

    def seek(self, seconds, flags):
        began = time.monotonic()
        self.send("seek", seconds, flags)
        while self.read().get("event") != "playback-restart":
            pass
        return (time.monotonic() - began) * 1000

    def step(self, command):
        before = self.ask("get_property", "time-pos")
        began = time.monotonic()
        self.send(command)
        while time.monotonic() - began < 10:
            if self.ask("get_property", "time-pos") != before and \
                    not self.ask("get_property", "seeking"):
                break
        return (time.monotonic() - began) * 1000

    def close(self):
        self.send("quit")
        self.process.wait(20)
        shutil.rmtree(self.folder)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def show(name, ours, theirs, unit="ms"):
    ratio = ours / theirs if theirs else float("nan")
    print(f"{name:34}  ours {ours:8.1f} {unit}   mpv {theirs:8.1f} {unit}   ratio {ratio:5.2f}",
          flush=True)


def first_frames(path):
    ours, theirs = [], []
    for _ in range(5):
        one = Ours(path, "first")
        ours.append(one.first_ms)
        one.close()
        one = Mpv(path)
        theirs.append(one.first_ms)
        one.close()
    show("cold start to first frame", percentile(ours, 0.5), percentile(theirs, 0.5))


def seeks(path):
    measured = {"exact": [], "key": [], "forward": [], "back": []}
    ours = Ours(path, "seeks", SEEKS)
    for name, value in ours.rows():
        measured[name].append(float(value))
    ours.close()
    theirs = Mpv(path)
    lines = (pathlib.Path(f"{path}.frames")).read_text().split()
    end = int(lines[-70]) / 1e9
    generator = random.Random(1)
    times = [generator.random() * end for _ in range(SEEKS)]
    exact = [theirs.seek(t, "absolute+exact") for t in times]
    key = [theirs.seek(t, "absolute+keyframes") for t in times]
    theirs.seek(end, "absolute+exact")
    forward = [theirs.step("frame-step") for _ in range(10)]
    back = [theirs.step("frame-back-step") for _ in range(20)]
    theirs.close()
    for share in (0.5, 0.95, 0.99):
        show(f"exact seek p{share * 100:.0f}", percentile(measured["exact"], share),
             percentile(exact, share))
    show("key-unit seek p50", percentile(measured["key"], 0.5), percentile(key, 0.5))
    show("key-unit seek p95", percentile(measured["key"], 0.95), percentile(key, 0.95))
    for name, peer in (("forward", forward), ("back", back)):
        show(f"step {name} p50", percentile(measured[name], 0.5), percentile(peer, 0.5))
        show(f"step {name} p95", percentile(measured[name], 0.95), percentile(peer, 0.95))


def playing(path):
    ours = Ours(path, "play", PLAY_S * 1000)
    before, _ = usage(ours.process.pid)
    shown = dict(ours.rows()).get("shown")
    cpu, memory = usage(ours.process.pid)
    ours.close()
    theirs = Mpv(path)
    base, _ = usage(theirs.process.pid)
    theirs.ask("set_property", "pause", False)
    time.sleep(PLAY_S)
    peer_cpu, peer_memory = usage(theirs.process.pid)
    theirs.close()
    show("CPU while playing", (cpu - before) / PLAY_S * 100, (peer_cpu - base) / PLAY_S * 100, "% ")
    show("peak memory", memory, peer_memory, "MB")
    print(f"frames shown in {PLAY_S} s: {shown}")


def main():
    if shutil.which("mpv") is None:
        print("mpv is not installed: nothing to compare with")
        return 77
    # Made here, once, and not by the build: it takes some minutes.
    maker = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "make_clock_media.py"
    subprocess.run([sys.executable, str(maker), "--bench", str(FOLDER)], check=True)
    for name in ("bench-gop2.mp4", "bench-gop10.mp4", "bench-vp9.webm"):
        path = FOLDER / name
        print(f"== {name}, 1920x1080 at 30 frames a second, {SEEKS} seeks")
        if name == "bench-gop2.mp4":
            first_frames(path)
        seeks(path)
        if name == "bench-gop2.mp4":
            playing(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
