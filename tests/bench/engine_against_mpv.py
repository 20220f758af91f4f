#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The engine beside mpv, in one run on one machine, without screen and sound: ms and ratios.

usage: engine_against_mpv.py BENCH_ENGINE BENCH_FLOOR DIRECTORY_OF_FILES
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
SETTLE_S = 0.05
BENCH, FLOOR, FOLDER = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def usage(pid):
    """CPU seconds and peak memory in MB of a process that still runs."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return cpu, int(peak.split()[1]) / 1024


class Lines:
    """A program of ours that answers each line with one."""

    def __init__(self, *command):
        self.began = time.monotonic()
        self.process = subprocess.Popen([*map(str, command)], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == "first\n"
        self.first_ms = (time.monotonic() - self.began) * 1000

    def ask(self, word, number):
        self.process.stdin.write(f"{word} {number}\n")
        return float(self.process.stdout.readline())

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
        # What it told of before this is read first.
        self.ask("get_property", "pause")
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


def show(name, ours, theirs, unit="ms", floor=None):
    ratio = ours / theirs if theirs else float("nan")
    line = f"{name:26}  ours {ours:7.1f} {unit}  mpv {theirs:7.1f} {unit}  ratio {ratio:5.2f}"
    if floor is not None:
        line += f"  floor {floor:7.1f} {unit} ({floor / theirs:5.2f})"
    print(line, flush=True)


def first_frames(path):
    ours, theirs = [], []
    for _ in range(5):
        one = Lines(BENCH, path)
        ours.append(one.first_ms)
        one.close()
        one = Mpv(path)
        theirs.append(one.first_ms)
        one.close()
    show("cold start to first frame", percentile(ours, 0.5), percentile(theirs, 0.5))


def seeks(path):
    """Each seek by all three in turn, to the same frame; the one that begins changes."""
    starts = [int(line) / 1e9 for line in pathlib.Path(f"{path}.frames").read_text().split()[1:]]
    generator = random.Random(1)
    frames = [generator.randrange(len(starts) - 70) for _ in range(SEEKS)]
    ours, theirs, floor = Lines(BENCH, path), Mpv(path), Lines(FLOOR, path, os.cpu_count() + 1)
    others = 0
    exact, key = ([], [], []), ([], [])
    for i, frame in enumerate(frames):
        # mpv shows the first frame at or after the time.
        turns = [lambda f=frame: ours.ask("exact", f),
                 lambda f=frame: theirs.seek(max(starts[f] - 0.01, 0), "absolute+exact"),
                 lambda f=frame: floor.ask("exact", f)]
        for k in range(3):
            who = (i + k) % 3
            # A player decodes on after the frame until its queues are full: not in another's time.
            time.sleep(SETTLE_S)
            exact[who].append(turns[who]())
        others += abs(theirs.ask("get_property", "time-pos") - starts[frame]) > 0.012
    for frame in frames:
        time.sleep(SETTLE_S)
        key[0].append(ours.ask("key", frame))
        time.sleep(SETTLE_S)
        key[1].append(theirs.seek(starts[frame], "absolute+keyframes"))
    ours.ask("exact", len(starts) - 70)
    theirs.seek(starts[-70], "absolute+exact")
    forward = [(ours.ask("step", 1), theirs.step("frame-step")) for _ in range(30)]
    back = [(ours.ask("step", -1), theirs.step("frame-back-step")) for _ in range(30)]
    for one in (ours, theirs, floor):
        one.close()
    for share in (0.5, 0.95, 0.99):
        show(f"exact seek p{share * 100:.0f}", percentile(exact[0], share),
             percentile(exact[1], share), floor=percentile(exact[2], share))
    for share in (0.5, 0.95):
        show(f"key-unit seek p{share * 100:.0f}", *(percentile(one, share) for one in key))
        show(f"step forward p{share * 100:.0f}",
             *(percentile(one, share) for one in zip(*forward)))
        show(f"step back p{share * 100:.0f}", *(percentile(one, share) for one in zip(*back)))
    if others:
        print(f"mpv showed another frame {others} times")


def playing(path):
    ours = Lines(BENCH, path)
    before, _ = usage(ours.process.pid)
    shown = ours.ask("play", PLAY_S * 1000)
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
    print(f"frames shown in {PLAY_S} s: {shown:.0f}")


def main():
    if shutil.which("mpv") is None:
        print("mpv is not installed: nothing to compare with")
        return 77
    # Made here, once, and not by the build: it takes some minutes.
    maker = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "make_clock_media.py"
    subprocess.run([sys.executable, str(maker), "--bench", str(FOLDER)], check=True)
    names = os.environ.get("LESSONWALK_BENCH_FILES", "bench-gop2.mp4 bench-gop10.mp4 bench-vp9.webm")
    for name in names.split():
        path = FOLDER / name
        print(f"== {name}, 1920x1080 at 30 frames a second, {SEEKS} seeks; "
              f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        if name == "bench-gop2.mp4":
            first_frames(path)
        seeks(path)
        if name == "bench-gop2.mp4":
            playing(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
