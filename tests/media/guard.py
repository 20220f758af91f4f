#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What reads a file in a sandbox never outlives whoever asked for it, whenever that one is killed."""
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["LESSONWALK_BUILD_ROOT"])
GUARD = BUILD / "player/media/guard/lessonwalk-guard"
PROGRAM = BUILD / "player/command/lessonwalk"
FILM = pathlib.Path(os.environ["LESSONWALK_TEST_MEDIA"]) / "plain.mp4"
WATCHDOG_S = 60
KILLS = 12
# Somebody who asks, and can be killed: starts the guard, and waits for it.
ASKER = """
import os, subprocess, sys
guard, *words = sys.argv[1:]
sys.exit(subprocess.run([guard, str(os.getpid()), *words]).returncode)
"""


def processes(mark):
    """Those that have this word in their command line."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                if (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    yield int(folder.name)
        except OSError:
            pass


def children(pid):
    try:
        return [int(one) for one in
                pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid):
    for child in children(pid):
        yield child
        yield from descendants(child)


def wait(question, pause=0.0005):
    end = time.monotonic() + WATCHDOG_S
    while not (answer := question()):
        if time.monotonic() > end:
            return None
        time.sleep(pause)
    return answer


class Guard(unittest.TestCase):
    counter = itertools.count(1)

    def sandbox(self):
        """A command line that goes on, and the word by which it is known."""
        mark = f"1000.{os.getpid()}{next(self.counter):04d}"
        return mark, [shutil.which("bwrap"), "--unshare-all", "--die-with-parent", "--new-session",
                      "--ro-bind", "/", "/", "--", shutil.which("sleep"), mark]

    def ask(self, *words):
        return subprocess.Popen([sys.executable, "-c", ASKER, GUARD, *words],
                                start_new_session=True, stderr=subprocess.DEVNULL)

    def assert_gone(self, mark):
        left = []

        def gone():
            left[:] = processes(mark)
            return not left
        if not wait(gone, pause=0.05):
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            self.fail(f"{len(left)} processes outlived who asked for them")

    def test_it_ends_as_its_command_does(self):
        me = str(os.getpid())
        for words, code in ((["/bin/sh", "-c", "exit 7"], 7), (["/bin/true"], 0),
                            (["/bin/sh", "-c", "kill -XCPU $$"], 128 + signal.SIGXCPU),
                            (["/nowhere/at/all"], 127)):
            done = subprocess.run([GUARD, me, *words], stderr=subprocess.DEVNULL,
                                  timeout=WATCHDOG_S, check=False)
            self.assertEqual(done.returncode, code, words)

    def test_who_was_gone_before_is_seen_to_be_gone(self):
        done = subprocess.run([GUARD, "1", "/bin/sh", "-c", "exit 7"], timeout=WATCHDOG_S,
                              check=False)
        self.assertEqual(done.returncode, 128 + signal.SIGTERM)

    def test_what_its_command_leaves_behind_ends_with_it(self):
        mark = f"1000.{os.getpid()}0000"
        done = subprocess.run([GUARD, str(os.getpid()), "/bin/sh", "-c",
                               f"setsid sleep {mark} & exit 3"], timeout=WATCHDOG_S, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(list(processes(mark)), [])

    def kill_at_moments(self, kill):
        """From the moment that the sandbox is being made on."""
        for n in range(KILLS):
            mark, words = self.sandbox()
            asker = self.ask(*words)
            self.assertTrue(wait(lambda: len(list(descendants(asker.pid))) >= 2 + n % 3))
            time.sleep(n % 5 * 0.001)
            kill(asker)
            asker.wait(WATCHDOG_S)
            self.assert_gone(mark)

    def test_it_ends_when_who_asked_is_killed(self):
        self.kill_at_moments(lambda asker: asker.kill())

    def test_it_ends_when_a_whole_group_is_killed(self):
        self.kill_at_moments(lambda asker: os.killpg(asker.pid, signal.SIGKILL))

    def test_it_ends_when_it_is_told_to(self):
        def tell(asker):
            for guard in children(asker.pid):
                os.kill(guard, signal.SIGTERM)
        self.kill_at_moments(tell)

    def test_a_program_that_is_killed_while_it_reads_a_file_leaves_nothing(self):
        with tempfile.TemporaryDirectory(prefix="lessonwalk-guard-") as home:
            env = {**os.environ, "HOME": home, "XDG_CACHE_HOME": home,
                   "LESSONWALK_STORE": f"{home}/notes.db"}
            for _ in range(5):
                asker = subprocess.Popen([PROGRAM, "probe", FILM], env=env,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                self.assertTrue(wait(lambda: len(list(descendants(asker.pid))) >= 3),
                                "it read nothing")
                below = list(descendants(asker.pid))
                asker.kill()
                asker.wait(WATCHDOG_S)
                self.assertTrue(wait(lambda: not any(
                    pathlib.Path(f"/proc/{pid}").exists() for pid in below)), below)


if __name__ == "__main__":
    if os.environ.get("LESSONWALK_UNSANDBOXED") == "1":
        print("the sandbox is refused on this machine")
        sys.exit(77)
    unittest.main(verbosity=2)
