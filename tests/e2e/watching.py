#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What one does with a lesson beside pinning: open it, look closely, go round, take away."""
import contextlib
import functools
import http.server
import os
import re
import struct
import subprocess
import threading

import screen
from gi.repository import Atspi
from screen import check, wait

SCREEN = (1400, 900)  # on-a-screen.sh
REGION_SCALE = 10000


def second(window):
    return window.timeline_value()


# ---- opening ----

def choose_file(window, title, path):
    """In GTK's own dialog, by keys: a slash begins a path."""
    window.wait_window(title)
    window.key("ctrl+a")
    window.type(str(path))
    window.key("Return")


def test_a_lesson_is_chosen_in_a_dialog_by_keys(open_window):
    window = open_window(nothing=True)
    window.see("^(_)?Open a Lesson")
    window.key("ctrl+o")
    window.wait_window("Open a Lesson")
    window.picture("open-dialog")
    choose_file(window, "Open a Lesson", open_window.lesson)
    window.see("^Pause$")
    wait("playback", lambda: (second(window) or 0) >= 1)


def test_a_file_that_is_dropped_opens(open_window):
    window = open_window(nothing=True)
    window.see("^(_)?Open a Lesson")
    source = subprocess.Popen(["/usr/bin/python3",
                               str(screen.SOURCE / "tests/e2e/drag_source.py"), str(open_window.lesson)])
    try:
        other = wait("something to drag from", lambda: subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--pid", str(source.pid), "--name", "^Files$"],
            capture_output=True, text=True, check=False).stdout.split())[0]
        screen.run("xdotool", "windowmove", "--sync", other, 0, 0)
        screen.run("xdotool", "mousemove", "--window", other, 50, 40, "mousedown", 1)
        for step in range(0, 41):  # a drag begins after a few pixels
            screen.run("xdotool", "mousemove", 50 + step * 16, 40 + step * 10)
        window.picture("dropping")
        screen.run("xdotool", "mouseup", 1)
        window.see("^Pause$")
    finally:
        source.kill()
        source.wait()


class Files(http.server.SimpleHTTPRequestHandler):
    """The standard library's server knows no ranges; here it does, if @ranges."""
    ranges = True

    def log_message(self, *_args):  # pylint: disable=arguments-differ
        pass

    def do_GET(self):  # noqa: N802
        asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = self.translate_path(self.path)
        size = os.path.getsize(path)
        first = int(asked[1]) if asked and self.ranges else 0
        last = int(asked[2]) if asked and asked[2] and self.ranges else size - 1
        self.send_response(206 if asked and self.ranges else 200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Accept-Ranges", "bytes" if self.ranges else "none")
        if asked and self.ranges:
            self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
        self.end_headers()
        with open(path, "rb") as file, contextlib.suppress(OSError):
            file.seek(first)
            self.wfile.write(file.read(last - first + 1))


@contextlib.contextmanager
def served(folder, ranges):
    handler = type("Handler", (Files,), {"ranges": ranges})
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_lesson_at_an_address_is_watched_to_its_end(open_window):
    lesson = open_window.lesson
    with served(lesson.parent, ranges=True) as address:
        window = open_window(f"{address}/{lesson.name}")
        window.see("^Pause$")
        window.pin("from afar")
        window.key(*["Right"] * 4)
        wait("near its end", lambda: (second(window) or 0) >= 20)
        window.key("bracketright", "bracketright", "bracketright", "bracketright")
        wait("the end", lambda: second(window) == 29 and window.named("^Play$"))
        window.pin("at its end")
        last = max(int(note["start"]) for note in window.notes())
        check(29 * 10**9 < last < 30 * 10**9, f"the last frame, not {last}")
        window.kill()
        # The same address is the same lesson.
        window = open_window(f"{address}/{lesson.name}")
        window.see("at its end", Atspi.Role.LIST_ITEM)


def test_a_server_without_ranges_does_for_watching(open_window):
    with served(open_window.lesson.parent, ranges=False) as address:
        window = open_window(f"{address}/{open_window.lesson.name}")
        window.see("^Pause$")
        wait("playback", lambda: (second(window) or 0) >= 2)
        window.pin("straight on")
        check(int(window.notes()[0]["start"]) >= 2 * 10**9, "where it was")


# ---- watching ----

def test_full_screen_begins_and_ends_by_keys(open_window):
    window = open_window.same()
    before = window.size()
    window.key("F11")
    wait("the whole screen", lambda: window.size() == SCREEN)
    wait("no header", lambda: window.named("^Menu$") is None)
    window.picture("full-screen-paused")
    # While it plays the controls go; a key that pauses brings them back.
    window.key("space")
    wait("no controls", lambda: not window.is_light(60, 860))
    window.picture("full-screen-playing")
    window.key("space")
    wait("the controls", lambda: window.is_light(60, 860))
    wait("and no more", lambda: not window.is_light(60, 860))
    window.key("Escape")
    wait("the size of before", lambda: window.size() == before)
    # Also with a menu open, which has the keyboard.
    window.press(window.see("^Speed"))
    wait("the menu's keyboard", lambda: window.focused() is not None
         and "×" in window.focused().name and window.focused().role
         not in (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON))
    window.key("F11")
    wait("the whole screen", lambda: window.size() == SCREEN)
    # While the menu goes, the keyboard is nobody's.
    window.wait_focus("^Timeline of the lesson")
    window.key("F11")
    wait("the size of before", lambda: window.size() == before)


def test_a_marked_range_is_watched_again_and_again(open_window):
    window = open_window.same()
    window.key("Home")
    wait("the beginning", lambda: second(window) == 0)
    window.key("i", "Right")
    wait("five seconds on", lambda: second(window) == 5)
    window.key("shift+Left", "shift+Left", "shift+Left")
    wait("at two", lambda: second(window) == 2)
    window.key("o", "l", "space")
    # Whoever looks seldom misses parts of a round; but time and again it is earlier than before.
    def another(than):
        now = second(window)
        return None if now in (None, than) else (now,)

    rounds, before = 0, 2
    while rounds < 3:
        now, = wait("another second", functools.partial(another, before))
        check(now <= 2, f"beyond the mark at two: {now}")
        rounds += now < before
        before = now
    window.picture("loop")
    window.key("l")
    wait("beyond it", lambda: (second(window) or 0) >= 4)
    window.key("x", "space")
    window.see("^Play$")


def test_a_picture_is_saved_with_its_time(open_window):
    window = open_window.same()
    window.key("Home")
    wait("the beginning", lambda: second(window) == 0)
    window.key("Right")
    wait("five seconds on", lambda: second(window) == 5)
    window.key("p")
    window.see("^Picture saved as ")
    window.picture("picture-saved")
    files = list((window.home / "Lessonwalk").glob("*.png"))
    check(len(files) == 1 and files[0].name == "lesson at 00-00-05.000.png", f"one picture: {files}")
    bytes_ = files[0].read_bytes()
    check(struct.unpack(">II", bytes_[16:24]) == (320, 180), "as large as the lesson's")
    check(b"tEXtLesson-Time\0" + b"00:00:05.000" in bytes_, "its time is in it")


def test_a_place_in_the_picture_is_drawn(open_window):
    window = open_window.same()
    window.key("n")
    window.wait_focus("^Your note$")
    window.type("this corner")
    window.press(window.see("^Mark a place in the picture$"))
    window.see("^Drag over the place")
    box = window.see("^Picture of the lesson$").extents()
    # The picture is 16:9 and lies in the middle.
    width = min(box.width, box.height * 16 / 9)
    left, top = box.x + (box.width - width) / 2, box.y + (box.height - width * 9 / 16) / 2

    def at(x, y):
        return round(left + width * x), round(top + width * 9 / 16 * y)

    window.click(*at(0.25, 0.25), to=at(0.75, 0.5))
    window.wait_focus("^Your note$")
    window.picture("place")
    window.key("Return")
    wait("it kept", lambda: any(n["text"] == "this corner" for n in window.notes()))
    region = next(n["region"] for n in window.notes() if n["text"] == "this corner")
    for is_, wanted in zip(map(int, region.split()), (2500, 2500, 5000, 2500)):
        check(abs(is_ - wanted) < 0.03 * REGION_SCALE, f"the place: {region}")
    check(window.named("^Play$"), "letting go of it did not play")


# ---- finding, taking away ----

def test_a_filter_and_words_together_narrow_the_list(open_window):
    window = open_window.same()
    window.pin("a third of it")
    window.pin("why a third", key="w")
    window.key("ctrl+f")
    window.wait_focus("^Search the notes$")
    window.type("third")
    window.see("a third of it", Atspi.Role.LIST_ITEM)
    window.see("why a third", Atspi.Role.LIST_ITEM)
    window.press(window.see("^Choose which notes to show$"))
    window.wait_focus("^Noticing$")
    window.key("Tab", "space")
    wait("wonderings alone", lambda: window.named("why a third", Atspi.Role.LIST_ITEM)
         and not window.named("a third of it", Atspi.Role.LIST_ITEM))
    window.picture("filter")
    window.press(window.see("^Show all notes$"))
    window.see("a third of it", Atspi.Role.LIST_ITEM)
    window.key("Escape")
    window.key("ctrl+f")
    window.wait_focus("^Search the notes$")
    window.key("Escape")
    wait("the keyboard with the lesson",
         lambda: not re.search("Search", getattr(window.focused(), "name", "") or ""))


def test_notes_are_exported_from_a_dialog(open_window):
    window = open_window.same()
    window.pin("take this home")
    window.key("ctrl+e")
    window.wait_window("Export Notes")
    window.picture("export")
    window.see("think of who will read them")
    window.press(window.see("^_?Export", Atspi.Role.PUSH_BUTTON))
    path = window.home / "notes.out"
    choose_file(window, "Write the Notes to", path)
    wait("the file", path.exists)
    window.see("notes? written to notes.out")
    check("take this home" in path.read_text(), "the note is in it")


def test_the_shortcuts_are_shown(open_window):
    window = open_window.same()
    window.key("F1")
    window.see("^Pin a noticing$")
    window.picture("shortcuts")
    window.key("Escape")
    wait("them gone", lambda: not window.named("^Pin a noticing$"))
    window.wait_window("lesson")


if __name__ == "__main__":
    screen.main([
        test_a_lesson_is_chosen_in_a_dialog_by_keys,
        test_a_file_that_is_dropped_opens,
        test_a_lesson_at_an_address_is_watched_to_its_end,
        test_a_server_without_ranges_does_for_watching,
        test_full_screen_begins_and_ends_by_keys,
        test_a_marked_range_is_watched_again_and_again,
        test_a_picture_is_saved_with_its_time,
        test_a_place_in_the_picture_is_drawn,
        test_a_filter_and_words_together_narrow_the_list,
        test_notes_are_exported_from_a_dialog,
        test_the_shortcuts_are_shown,
    ])
