#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A live sample lesson on this machine: a room, an nginx that takes the lesson in by RTMP, and a
sender that shows the sample film over and over. Prints where to watch; Ctrl+C ends the lesson, waits
until its recording is an ordinary lesson, and closes the room.

Everything is in samples/made/live-room; only this machine can reach it.
"""
import argparse
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from room_person import Person, Refused

ROOT = pathlib.Path(__file__).resolve().parent.parent
MADE = ROOT / "samples/made"
HOME = MADE / "live-room"
FILM = MADE / "fractions-short.mp4"
WAIT_S = 60


class Live:
    def __init__(self, build):
        self.program = ROOT / build / "plugin/room/lessonwalk-room"
        self.port, self.rtmp = self.free_port(8457), self.free_port(1935)
        self.url = f"http://127.0.0.1:{self.port}"
        self.started = []

    @staticmethod
    def free_port(first):
        for port in range(first, first + 20):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                    return port
                except OSError:
                    continue
        sys.exit(f"No port from {first} on is free, so the live lesson was not begun.")

    def command(self, *words):
        return [str(self.program), "--set", f"data={HOME / 'data'}",
                "--set", f"listen=127.0.0.1:{self.port}",
                "--set", f"rtmp-listen=127.0.0.1:{self.rtmp}", *words]

    def ask(self, *words):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.stderr.strip())
        return done.stdout

    def start(self, name, words):
        with (HOME / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin"})
        self.started.append((name, process))
        return process

    def wait(self, what, ready):
        until = time.monotonic() + WAIT_S
        while not ready():
            over = [name for name, process in self.started if process.poll() is not None]
            if over or time.monotonic() > until:
                sys.exit(f"{what} did not come about; what was said is in "
                         f"{HOME}/{over[0] if over else 'room'}.log.")
            time.sleep(0.1)

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=3) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def takes_rtmp(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.rtmp)) == 0

    def open(self):
        first = not (HOME / "data/ledger.db").exists()
        setup = self.ask("setup", "--name", "Ms. Alder") if first else \
            self.ask("sign-in-link", "--name", "Ms. Alder")
        self.start("room", self.command("serve"))
        self.wait("The room", self.answers)
        conf = HOME / "nginx.conf"
        conf.write_text(self.ask("nginx-rtmp"), "utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        self.start("nginx", ["nginx", "-p", "/usr/share/nginx", "-c", str(conf),
                             "-g", f"master_process off;{user}"])
        self.wait("nginx", self.takes_rtmp)
        return re.search(r"#sign-in=(\S+)", setup).group(1)

    def begin(self, code):
        teacher = Person(self.url, "Ms. Alder", code)
        walk = teacher.call("POST", "walks", {"title": "A live lesson"})["id"]
        teacher.call("PATCH", f"walks/{walk}", {
            "focus": "Students say how they know.",
            "inquiry": "In what ways am I pressing for evidence?"})
        teacher.call("PUT", f"walks/{walk}/members/{teacher.id}", {"roles": ["facilitator", "host"]})
        teacher.call("PUT", f"walks/{walk}/me", {"norms": True})
        visit = teacher.call("POST", f"walks/{walk}/visits", {
            "host": teacher.id, "classroom": "Room 12", "school": "Cedar School"})["visits"][0]["id"]
        teacher.call("POST", f"walks/{walk}/phase", {"phase": "visit"})
        join = teacher.call("POST", f"walks/{walk}/invitations", {"roles": ["walker"]})["url"]
        live = teacher.call("POST", f"walks/{walk}/visits/{visit}/live", {"title": "Fractions, live"})
        sender = self.start("sender", [
            "ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(FILM),
            "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-g", "50",
            "-c:a", "aac", "-ar", "44100", "-f", "flv", f"{live['server']}/{live['key']}"])
        self.wait("The live picture",
                  lambda: self.visit(teacher, walk).get("live", {}).get("state") == "live")
        return teacher, walk, live["id"], join, sender

    @staticmethod
    def visit(teacher, walk):
        return teacher.get(f"walks/{walk}")["visits"][0]

    def end(self, teacher, walk, live, sender):
        print("\nThe lesson ends; its recording is being made ready …", flush=True)
        sender.terminate()
        sender.wait()
        self.started = [one for one in self.started if one[1] is not sender]
        teacher.call("POST", f"live/{live}/end")
        segment = self.visit(teacher, walk)["segments"][0]["id"]
        self.wait("The recording", lambda: teacher.get(f"segments/{segment}")["ready"])
        facts = teacher.get(f"segments/{segment}")
        print(f"It is an ordinary lesson now, {facts['duration'] / 1e9:.0f} seconds long, and every "
              "pin is on its frame.")

    def close(self):
        for _, process in reversed(self.started):
            process.terminate()
            try:
                process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--build", default="build", help="where Lessonwalk was built")
    parser.add_argument("--seconds", type=float, help="end by itself after so long")
    options = parser.parse_args()
    made = subprocess.run([str(ROOT / "samples/make_lesson.py"), FILM.stem], capture_output=True,
                          text=True, check=False)
    if made.returncode != 0:
        sys.exit(made.stderr.strip())
    HOME.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    live = Live(options.build)
    try:
        teacher, walk, source, join, sender = live.begin(live.open())
        print(f"the live lesson      {join}\n"
              f"                     (open it in a browser; the name you give is yours to choose)\n"
              f"sent by RTMP to      rtmp://127.0.0.1:{live.rtmp}/live\n"
              "Press N to pin what you notice, W what you wonder. Ctrl+C here ends the lesson.",
              flush=True)
        try:
            time.sleep(options.seconds if options.seconds is not None else 12 * 60 * 60)
        except KeyboardInterrupt:
            pass
        live.end(teacher, walk, source, sender)
        if options.seconds is None:
            print("Watch it at the same address. Ctrl+C once more closes the room.", flush=True)
            signal.pause()
    except Refused as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        print("\nClosed; what was recorded is in samples/made/live-room.")
    finally:
        live.close()


if __name__ == "__main__":
    main()
