#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The room beside the same service in Node (ws, better-sqlite3 at synchronous=FULL): durable pins a
second of 30 clients, one pin to 1,000 clients, memory of an idle one, start-up. The same load
programs, one run, in turns. The peer keeps in one commit the note and a line that says so, and tells the note
to its writer, as the room does."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e" / "room"))
import lessons  # noqa: E402
from room import Room  # noqa: E402

SECONDS = int(os.environ.get("LESSONWALK_BENCH_SECONDS", "10"))
CLIENTS = int(os.environ.get("LESSONWALK_BENCH_CLIENTS", "1000"))
PINNERS, TURNS, FAN_PINS = 30, 2, 20
WATCHDOG_S = 300


def packages():
    """node_modules beside a copy of the scripts: nothing is written into the source."""
    folder = pathlib.Path(os.environ.get("LESSONWALK_BENCH_PACKAGES", "room-bench")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "peer.mjs", "load.mjs"):
        shutil.copy(HERE / name, folder)
    if not (folder / "node_modules" / "better-sqlite3" / "build").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True)
    return folder


def memory_kb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0])


def cpu_s(pid):
    """What the process has spent of the processors, in user and kernel."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pin(service):
    """What load-pins measured, and what a pin costs the service of the processors: the figure that
    neither the disk nor other load changes much."""
    sockets = service.pins()
    lines = [f"{urlsplit(s['url']).path or '/'}?{urlsplit(s['url']).query} {s['track']}"
             for s in sockets]
    before = cpu_s(service.pid)
    done = subprocess.run([os.environ["LESSONWALK_LOAD_PINS"],
                           str(urlsplit(sockets[0]["url"]).port), str(SECONDS)],
                          input="\n".join(lines), text=True, stdout=subprocess.PIPE, check=True,
                          timeout=WATCHDOG_S)
    figures = json.loads(done.stdout)
    pins = figures["pins_a_second"] * SECONDS
    return {**figures, "cpu_us_a_pin": (cpu_s(service.pid) - before) / pins * 1e6}


def fan(folder, service):
    """What load.mjs measured, and what each open client costs the service."""
    job, pid = service.fan(), service.pid
    before = memory_kb(pid)
    with subprocess.Popen(["node", "load.mjs"], cwd=folder, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        for line in process.stdout:
            if line.strip() == "open":
                kb = (memory_kb(pid) - before) / len(job["sockets"])
                continue
            figures = json.loads(line)
        process.wait(WATCHDOG_S)
    return {**figures, "kb_a_client": kb}


class Ours:
    name = "lessonwalk-room"

    def __init__(self):
        self.room = Room(env={"G_MESSAGES_DEBUG": ""})
        code = self.room.setup("Ms. Alder")
        before = time.perf_counter()
        self.room.start()
        self.start_ms = (time.perf_counter() - before) * 1000
        self.pid = self.room.process.pid
        self.leader = self.room.sign_in(code)
        self.walk = self.leader.begin_walk()
        teacher = self.room.join(self.leader.invite(self.walk, ["host"]), "Mr. Birch")
        self.lesson = lessons.put_lesson(self.room, self.walk, self.leader, teacher)
        self.leader.open_phase(self.walk, "visit")
        invitation = self.leader.invite(self.walk, ["walker"], uses=PINNERS)
        self.people = [self.room.join(invitation, f"Walker {n}") for n in range(PINNERS)]

    def socket(self, person):
        ticket = person.ask("POST", f"/api/walks/{self.walk}/ticket", {})["ticket"]
        return f"ws://127.0.0.1:{self.room.port}/api/live?ticket={ticket}"

    def pinner(self, person):
        track = person.ask("POST", f"/api/segments/{self.lesson}/track", {})["id"]
        return {"url": self.socket(person), "track": track}

    def pins(self):
        return [self.pinner(p) for p in self.people]

    def fan(self):
        self.leader.open_phase(self.walk, "debrief")
        return {"sockets": [self.socket(self.people[n % PINNERS]) for n in range(CLIENTS)],
                "writer": self.pinner(self.leader), "pins": FAN_PINS}

    def stop(self):
        self.room.__exit__()


class Node:
    name = "node ws + better-sqlite3"

    def __init__(self, folder):
        self.data = tempfile.mkdtemp(prefix="lw-peer-")
        before = time.perf_counter()
        self.process = subprocess.Popen(["node", "peer.mjs", f"{self.data}/notes.db"], cwd=folder,
                                        text=True, stdout=subprocess.PIPE)
        self.url = f"ws://127.0.0.1:{int(self.process.stdout.readline())}"
        self.start_ms = (time.perf_counter() - before) * 1000
        self.pid = self.process.pid

    def pins(self):
        return [{"url": self.url, "track": str(n)} for n in range(PINNERS)]

    def fan(self):
        return {"sockets": [self.url] * CLIENTS, "writer": {"url": self.url, "track": "w"},
                "pins": FAN_PINS}

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        shutil.rmtree(self.data)


def main():
    folder = packages()
    for turn in range(TURNS):
        for service in (Ours(), Node(folder)):
            try:
                print(f"{service.name}, turn {turn + 1}: start {service.start_ms:.0f} ms, load "
                      f"average {os.getloadavg()[0]:.1f}")
                for what, figures in (("30 who pin", pin(service)),
                                      ("one to all", fan(folder, service))):
                    words = ", ".join(f"{k} {v:.1f}" for k, v in figures.items())
                    print(f"  {what}: {words}", flush=True)
            finally:
                service.stop()


if __name__ == "__main__":
    main()
