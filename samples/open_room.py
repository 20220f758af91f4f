#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Opens a room with the sample walk on this machine, or finds it open, and prints its addresses.

Everything is in samples/made/walk-room; the room listens to this machine alone. It goes on until
--stop, or until the machine does.
"""
import argparse
import concurrent.futures
import fcntl
import json
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

import make_walk

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
MADE = ROOT / "samples/made"
HOME = MADE / "walk-room"
# Who a newcomer can be, besides herself.
PARTS = (("the facilitator", "Ruth Amsel"), ("a teacher", "Ms. Alder"),
         ("the coach", "Tova Lindgren"), ("a walker", "Ines Okafor"))
PORTS = range(8437, 8457)
OPEN_S = 60


def answers(url):
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=3) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def read_state():
    """What is known of a room that was opened before; only if it still is."""
    try:
        state = json.loads((HOME / "room.json").read_text("utf-8"))
        command = pathlib.Path(f"/proc/{state['pid']}/cmdline").read_bytes()
    except (OSError, ValueError, KeyError):
        return None
    return state if b"lessonwalk-room" in command and answers(state["url"]) else None


def free_port():
    for port in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    sys.exit(f"No port from {PORTS[0]} to {PORTS[-1]} is free, so the sample room was not opened.")


def command(url, *arguments):
    return [str(BUILD / "plugin/room/lessonwalk-room"), "--set", f"data={HOME / 'data'}",
            "--set", f"listen={url.removeprefix('http://')}", *arguments]


def ask_link(url, *arguments):
    done = subprocess.run(command(url, *arguments), capture_output=True, text=True, check=False)
    found = re.search(r"https?://\S+", done.stdout)
    if done.returncode != 0 or not found:
        sys.exit(f"The sample room gave no link: {done.stderr.strip() or done.stdout.strip()}")
    return found.group()


def open_room():
    url = f"http://127.0.0.1:{free_port()}"
    if not (HOME / "data/ledger.db").exists():
        ask_link(url, "setup", "--name", make_walk.people()[0])
    with (HOME / "room.log").open("ab") as log:
        room = subprocess.Popen(command(url, "serve"), stdin=subprocess.DEVNULL, stdout=log,
                                stderr=log, start_new_session=True)
    until = time.monotonic() + OPEN_S
    while not answers(url):
        if room.poll() is not None or time.monotonic() > until:
            sys.exit(f"The sample room did not open; what it said is in {HOME / 'room.log'}.")
        time.sleep(0.1)
    state = {"url": url, "pid": room.pid}
    (HOME / "room.json").write_text(json.dumps(state), "utf-8")
    return state


def progress(what):
    print(f"The sample walk is being made: {what} …", file=sys.stderr, flush=True)


def make_lesson(name):
    made = subprocess.run([str(ROOT / "samples/make_lesson.py"), name],
                          capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise make_walk.Refused(made.stderr.strip().splitlines()[-1])


def sign_in_code(url, name):
    """Of somebody who may not have an account yet."""
    for words in (("sign-in-link", "--name", name), ("add-account", "--name", name)):
        done = subprocess.run(command(url, *words), capture_output=True, text=True, check=False)
        if found := re.search(r"#sign-in=(\S+)", done.stdout):
            return found.group(1)
    raise make_walk.Refused(done.stderr.strip() or done.stdout.strip())


def invitation(url):
    """The walk is made once; its invitation is kept for the next time."""
    kept = HOME / "invitation"
    if kept.exists():
        code = kept.read_text("utf-8").strip()
    else:
        progress("its lessons, 30 to 40 seconds each")
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as two:
            list(two.map(make_lesson, make_walk.lessons()))
        progress("the people")
        links = {name: sign_in_code(url, name) for name in make_walk.people()}
        code = make_walk.make(url, links, MADE, progress)
        kept.write_text(code, "utf-8")
        kept.chmod(0o600)
    return f"{url}/panel/#join={code}"


def stop():
    state = read_state()
    if state is None:
        print("The sample room is not open.")
        return
    os.kill(state["pid"], signal.SIGTERM)
    until = time.monotonic() + OPEN_S
    while answers(state["url"]) and time.monotonic() < until:
        time.sleep(0.1)
    print("The sample room is closed; what was kept is in samples/made/walk-room.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--stop", action="store_true", help="close it")
    parser.add_argument("--build", default="build", help="where Lessonwalk was built")
    options = parser.parse_args()
    if options.stop:
        stop()
        return
    global BUILD  # the one setting of this program
    BUILD = ROOT / options.build
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever starts it twice at once
        url = (read_state() or open_room())["url"]
        try:
            join = invitation(url)
        except (make_walk.Refused, OSError) as error:
            sys.exit(f"The sample walk could not be made whole: {error}\n"
                     f"The room is open at {url}; start again, and it is gone on with.")
    print(f"the room             {url} (this machine alone can reach it)")
    for part, name in PARTS:
        print(f"as {part:17} {ask_link(url, 'sign-in-link', '--name', name)} ({name})")
    print(f"as yourself, walking {join}")


if __name__ == "__main__":
    main()
