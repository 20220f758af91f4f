#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`lessonwalk play`: headless, and with real keys in a real (pseudo) terminal."""
import fcntl
import json
import os
import pathlib
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from command import MEDIA, PLAYING_ASAN_OPTIONS, PROGRAM, WATCHDOG_S, CommandCase  # noqa: E402


class Headless(CommandCase):
    def events(self, *words, code=0):
        done = self.run_command("play", self.lesson, "--json", *words)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_what_is_passed_is_told_and_nothing_else(self):
        self.pin("1.0", "before")
        self.pin("4.1", "inside")
        self.pin("4.4", "inside too")
        self.pin("8", "after")
        events = self.events("--from", "4", "--to", "5", "--rate", "2")
        told = [e["note"]["text"] for e in events if e["event"] == "note"]
        self.assertEqual(told, ["inside", "inside too"])
        self.assertEqual((events[0]["event"], events[-1]["event"]), ("opened", "end"))
        self.assertEqual(events[0]["notes"], 4)
        self.assertGreaterEqual(events[-1]["time_ns"], 5000000000)
        self.assertGreater(events[-1]["frames_shown"], 5)

    def test_it_ends_at_the_end(self):
        self.pin("9.5", "late")
        self.env["ASAN_OPTIONS"] = PLAYING_ASAN_OPTIONS  # one run of this kind is searched for leaks
        events = self.events("--from", "9")
        self.assertIn("late", [e["note"]["text"] for e in events if e["event"] == "note"])
        self.assertGreater(events[-1]["time_ns"], 9800000000)

    def test_steps_show_one_frame_after_another(self):
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        times = [e["time_ns"] for e in self.events("--from", "1.5", "--steps", "5")
                 if e["event"] == "frame"]
        self.assertEqual(len(times), 5)
        for found, drawn in zip(times, frames[45:50]):
            self.assertLessEqual(abs(found - drawn), 1000)

    def test_steps_stop_at_the_last_frame(self):
        times = [e["time_ns"] for e in self.events("--from", "9.9", "--steps", "9")
                 if e["event"] == "frame"]
        self.assertEqual(len(times), 3)

    def test_a_pipe_instead_of_a_terminal_is_headless(self):
        self.pin("0.2", "first thing")
        out = self.ok("play", self.lesson, "--to", "0.5")
        self.assertIn("first thing", out)
        self.assertNotIn("\x1b", out)

    def test_a_limit_on_the_clock_ends_it(self):
        # The time begins when the lesson is open, however long that takes.
        for limit in ("1", "0.01"):
            events = self.events("--for", limit)
            self.assertEqual((events[0]["event"], events[-1]["event"]), ("opened", "end"))

    def test_what_cannot_be_played_is_told(self):
        self.assertIn("text.mp4", self.fails(1, "play", MEDIA / "text.mp4"))
        self.fails(3, "play", "nowhere.mp4")
        done = self.run_command("play", MEDIA / "text.mp4", "--json")
        last = json.loads(done.stdout.splitlines()[-1])
        self.assertEqual((done.returncode, last["ok"]), (1, False))

    def test_an_interrupt_ends_it_cleanly(self):
        process = subprocess.Popen([PROGRAM, "play", str(self.lesson), "--json"], env=self.env,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.assertEqual(json.loads(process.stdout.readline())["event"], "opened")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=WATCHDOG_S)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(json.loads(rest.splitlines()[-1])["event"], "end")


class Terminal(CommandCase):
    """Keys go in, and what a person would see comes out."""

    def start(self, *words, width=100):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(self.folder)
            os.execve(PROGRAM, [PROGRAM, "play", str(self.lesson), "--silent", *words],
                      {**self.env, "TERM": "xterm"})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        self.seen = ""
        self.addCleanup(self.stop, self.pid, self.fd)

    @staticmethod
    def stop(pid, fd):
        os.close(fd)
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass  # it ended in the test

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        if ready:
            try:
                self.seen += os.read(self.fd, 65536).decode("utf-8", "replace")
            except OSError:
                return False
        return True

    def wait(self, pattern):
        """Until it is seen, after what was waited for before."""
        deadline = time.monotonic() + WATCHDOG_S
        while True:
            match = re.search(pattern, self.seen)
            if match:
                self.seen = self.seen[match.end():]
                return match
            self.assertLess(time.monotonic(), deadline, f"{pattern!r} not in {self.seen!r}")
            self.assertTrue(self.read(1), f"it ended without {pattern!r}: {self.seen!r}")

    def press(self, keys):
        os.write(self.fd, keys.encode("utf-8"))

    def finish(self, keys="q"):
        self.press(keys)
        while self.read(5):
            pass
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)

    def pause(self):
        self.wait("playing")
        self.press(" ")
        self.wait("paused")

    def test_keys_pause_play_and_quit(self):
        self.start()
        self.wait("lesson, 0:10 long")
        self.pause()
        self.press(" ")
        self.wait("playing")
        self.assertEqual(self.finish(), 0)

    def test_a_noticing_is_typed_and_kept_at_its_frame(self):
        self.env["ASAN_OPTIONS"] = PLAYING_ASAN_OPTIONS
        self.start("--from", "2")
        self.pause()
        self.press("n")
        self.wait("noticing › ")
        self.press("Drei Schüler zeigenX\x7f — 谁？")
        self.wait("谁？")
        self.press("\r")
        self.wait("noticing kept")
        self.press("w")
        self.wait("wondering › ")
        self.press("why q n w?\r")
        self.wait("wondering kept")
        self.assertEqual(self.finish(), 0)
        notes = self.notes()
        self.assertEqual([n["text"] for n in notes], ["Drei Schüler zeigen — 谁？", "why q n w?"])
        frames = [int(x) for x in (MEDIA / "lesson.mp4.frames").read_text().split()[1:]]
        self.assertTrue(min(abs(notes[0]["start_ns"] - f) for f in frames) <= 1000)
        self.assertGreaterEqual(notes[0]["start_ns"], 1999999000)

    def test_escape_puts_a_note_away_and_quitting_keeps_it(self):
        self.start()
        self.pause()
        self.press("n")
        self.wait("noticing › ")
        self.press("half a thou")
        self.wait("half a thou")
        self.press("\x1b")
        self.wait("Put away")
        self.assertEqual(self.finish(), 0)
        self.start()
        self.wait("1 note was put away unfinished")
        self.press("d")
        self.wait("noticing › half a thou")
        self.press("ght\r")
        self.wait("kept: half a thought")
        self.finish()

    def test_steps_jumps_and_speed(self):
        self.start()
        self.pause()
        first = self.wait(r"(\d\d:\d\d:\d\d\.\d\d\d) / ").group(1) if "/" in self.seen else None
        self.press(".")
        second = self.wait(r"(\d\d:\d\d:\d\d\.\d\d\d) / ").group(1)
        self.press(",")
        back = self.wait(r"(\d\d:\d\d:\d\d\.\d\d\d) / ").group(1)
        self.assertLess(back, second)
        if first is not None:
            self.assertEqual(back, first)
        self.press("\x1b[C")
        jumped = self.wait(r"(\d\d:\d\d:0[4-9]\.\d\d\d) / ").group(1)
        self.assertGreater(jumped, second)
        self.press("\x1b[D")
        self.wait(r"(\d\d:\d\d:0[0-3]\.\d\d\d) / ")
        self.press("]")
        self.wait("×1.25")
        self.press("[[")
        self.wait("×0.75")
        self.assertEqual(self.finish(), 0)

    def test_notes_come_as_they_are_passed_and_never_leave_their_line(self):
        self.pin("0.5", "evil \x1b[2J" + "long " * 100)
        self.start(width=60)
        match = self.wait(r"00:00:00\.500  noticing")
        self.assertTrue(match)
        self.wait("playing")
        self.assertNotIn("\x1b[2J", self.seen)
        self.finish()

    def test_undo_takes_the_last_note_back(self):
        self.pin("9", "oops")
        self.start()
        self.pause()
        self.press("u")
        self.wait("Undone")
        self.finish()
        self.assertEqual(self.notes(), [])

    def test_the_terminal_is_given_back_as_it_was(self):
        for end in ("q", "\x03"):
            self.start()
            before = termios.tcgetattr(self.fd)
            self.pause()
            self.assertNotEqual(termios.tcgetattr(self.fd)[3], before[3])
            code = self.finish(end)
            self.assertEqual(code, 0 if end == "q" else 130)
            self.assertEqual(self.seen.count("\x1b[?"), 0)

    def test_the_hang_up_keeps_what_was_typed(self):
        self.start()
        self.pause()
        self.press("n")
        self.wait("noticing › ")
        self.press("not lost")
        self.wait("not lost")
        os.kill(self.pid, signal.SIGHUP)
        os.waitpid(self.pid, 0)
        self.start()
        self.wait("noticing › not lost")
        self.finish("\x1bq")


class Screen(CommandCase):
    """The table on a terminal of some width."""

    def table(self, width, *words):
        pid, fd = pty.fork()
        if pid == 0:
            time.sleep(0.2)
            os.execve(PROGRAM, [PROGRAM, *words], self.env)
        fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        data = b""
        while True:
            try:
                part = os.read(fd, 65536)
            except OSError:
                break
            if not part:
                break
            data += part
        os.waitpid(pid, 0)
        os.close(fd)
        return data.decode("utf-8").replace("\r\n", "\n")

    def test_a_table_fits_its_terminal_also_with_wide_and_right_to_left_text(self):
        self.ok("person", "--name", "李" * 40)
        self.pin("1", "谁来解释？" * 30)
        self.pin("2", "שלום עולם " * 30)
        self.pin("3", "plain " * 60)
        for width in (60, 80, 132):
            for line in self.table(width, "list").splitlines():
                columns = sum(0 if c in "\u2068\u2069" else 2 if ord(c) > 0x2E80 else 1 for c in line)
                self.assertLessEqual(columns, width, line)
        shown = self.table(80, "list")
        hebrew = next(line for line in shown.splitlines() if "שלום" in line)
        self.assertEqual((hebrew.count("\u2068"), hebrew.count("\u2069")), (1, 1))

    def test_erasing_asks_for_the_word(self):
        note = self.pin("1", "x")
        for answer, left in (("yes\n", 1), ("erase\n", 0)):
            pid, fd = pty.fork()
            if pid == 0:
                os.execve(PROGRAM, [PROGRAM, "erase", "note", note["id"]], self.env)
            seen = b""
            while b"to go on" not in seen:
                seen += os.read(fd, 4096)
            os.write(fd, answer.encode())
            try:
                while os.read(fd, 4096):
                    pass
            except OSError:
                pass
            _, status = os.waitpid(pid, 0)
            os.close(fd)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0 if left == 0 else 1)
            self.assertEqual(len(self.notes()), left)


if __name__ == "__main__":
    unittest.main(verbosity=2)
