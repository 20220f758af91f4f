# SPDX-License-Identifier: LGPL-2.1-or-later
"""A screen of its own for a test of the window: real key presses, the accessibility tree, and the
store looked at from outside. Every wait is for something to be so, with a limit; none is a proof."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import tree
from gi.repository import Atspi, GLib

BUILD = pathlib.Path(os.environ.get("LESSONWALK_BUILD_ROOT", "build")).resolve()
SOURCE = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
PICTURES = BUILD / "tests" / "e2e" / "pictures"
BITS = 16  # of a frame's number
LIMIT_S = float(os.environ.get("LESSONWALK_WAIT_S", "60"))  # for any one thing to come true


class Failed(AssertionError):
    pass


def wait(what, question, limit=LIMIT_S):
    """Asks until the answer is true, and gives it back."""
    end = time.monotonic() + limit
    while True:
        asked = time.monotonic()
        try:
            answer = question()
        except GLib.Error:  # a widget went away while it was looked at
            answer = None
        if answer:
            return answer
        now = time.monotonic()
        if now > end:
            raise Failed(f"waited {limit} s in vain: {what}")
        # The program answers from its main loop: it gets as much time for itself.
        time.sleep(max(0.05, min(now - asked, 0.5)))


def look(what, question):
    """The answer, also when that is nothing; asked again if a widget went away meanwhile."""
    return wait(what, lambda: (question(),))[0]


def check(ok, what):
    if not ok:
        raise Failed(what)


def run(*args, **kwargs):
    return subprocess.run([str(a) for a in args], check=True, timeout=LIMIT_S, **kwargs)


def make_video(path):
    """Thirty seconds, 25 frames a second, a key frame every two seconds, a tone. The upper half of a
    frame is its number, a bar a bit (Window.frame)."""
    width, height = 320, 180
    film = subprocess.Popen(
        ["gst-launch-1.0", "-q", "mp4mux", "name=m", "!", "filesink", f"location={path}",
         "fdsrc", "!", "rawvideoparse", f"width={width}", f"height={height}", "format=gray8",
         "framerate=25/1", "!", "videoconvert", "!", "video/x-raw,format=I420", "!", "x264enc",
         "key-int-max=50", "speed-preset=ultrafast", "!", "h264parse", "!", "m.",
         "audiotestsrc", "num-buffers=1292", "samplesperbuffer=1024", "!",
         "audio/x-raw,rate=44100,channels=1", "!", "avenc_aac", "!", "aacparse", "!", "m."],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for number in range(750):
        bars = b"".join((b"\xff" if number >> bit & 1 else b"\0") * (width // BITS)
                        for bit in range(BITS))
        film.stdin.write(bars * (height // 2) + bytes(width * (height - height // 2)))
    film.stdin.close()
    check(film.wait(LIMIT_S) == 0, "a film to look at")


class Window:
    """The program, started on a lesson with a store of its own."""

    def __init__(self, home, *arguments, environment=None, leaks=False):
        self.home = home
        self.store = home / "notes.db"
        self.log = open(home / "window.log", "ab")
        env = dict(os.environ, LESSONWALK_STORE=str(self.store), LESSONWALK_SILENT="1",
                   LESSONWALK_VIDEO_SINK="own", XDG_DATA_HOME=str(home / "data"),
                   XDG_CACHE_HOME=str(home / "cache"), XDG_CONFIG_HOME=str(home / "config"),
                   XDG_PICTURES_DIR=str(home), HOME=str(home), LC_ALL="C.UTF-8", LANGUAGE="C",
                   GSK_RENDERER="cairo", GDK_BACKEND="x11", NO_AT_BRIDGE="0",
                   GTK_A11Y="atspi", **(environment or {}))
        env.pop("G_DEBUG", None)
        if not leaks:  # what is lost is sought at a regular end alone, and whole stacks are slow
            env["ASAN_OPTIONS"] = "detect_leaks=0:strict_string_checks=1"
        self.process = subprocess.Popen(
            [str(BUILD / "player/window/lessonwalk-window"), *map(str, arguments)],
            env=env, stdout=self.log, stderr=self.log)
        self.bus = tree.accessibility_bus()
        self.tree = wait("the window to be in the accessibility tree", self._find)
        self.id = wait("the window to be on the screen", self._window_id)
        self.focus()

    def _find(self):
        if self.process.poll() is not None:
            raise Failed(f"the program ended with {self.process.returncode}")
        found = tree.find(self.bus, self.process.pid, LIMIT_S)
        return found if found is not None and found.read().children else None

    def _window_id(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid",
                                str(self.process.pid), "--name", "."],
                               capture_output=True, text=True, timeout=LIMIT_S, check=False)
        return next(iter(found.stdout.split()), None)

    def focus(self):
        run("xdotool", "windowactivate", "--sync", self.id)
        wait("the window to have the keyboard", lambda: subprocess.run(
            ["xdotool", "getwindowfocus"], capture_output=True, text=True, check=False,
            timeout=LIMIT_S).stdout.strip() == self.id)

    # ---- doing ----

    def key(self, *keys):
        run("xdotool", "key", "--delay", "40", *keys)

    def type(self, text):
        run("xdotool", "type", "--delay", "25", text)

    def click(self, x, y, to=None):
        """Where in the window; @to: pressed, and let go there."""
        run("xdotool", "mousemove", "--window", self.id, x, y, "mousedown", 1)
        if to is not None:
            for part in range(1, 11):
                run("xdotool", "mousemove", "--window", self.id,
                    x + (to[0] - x) * part // 10, y + (to[1] - y) * part // 10)
        run("xdotool", "mouseup", 1)

    def press(self, node):
        """By the widget's own action, as a screen reader does it."""
        for candidate in self.walk(node):
            if candidate.press():
                return
        raise Failed(f"“{node.name}” cannot be pressed")

    def size(self):
        out = run("xdotool", "getwindowgeometry", "--shell", self.id, capture_output=True,
                  text=True).stdout
        said = dict(line.split("=") for line in out.split())
        return int(said["WIDTH"]), int(said["HEIGHT"])

    def is_light(self, x, y):
        """The screen there. GTK 4.8 tells nobody whether what it hides is hidden."""
        pixel = run("import", "-window", "root", "-crop", f"1x1+{x}+{y}", "-depth", 8, "gray:-",
                    capture_output=True).stdout
        return pixel[0] > 127

    def frame(self):
        """The number of the frame on the screen."""
        box = self.see("^Picture of the lesson$").extents()
        # The picture is 16:9 and lies in the middle.
        width = int(min(box.width, box.height * 16 / 9))
        left, top = box.x + (box.width - width) // 2, box.y + (box.height - width * 9 // 16) // 2
        bars = run("import", "-window", self.id, "-crop", f"{width}x1+{left}+{top + width // 8}",
                   "-depth", 8, "gray:-", capture_output=True).stdout
        return sum((bars[(2 * bit + 1) * width // (2 * BITS)] > 127) << bit for bit in range(BITS))

    def step(self):
        """One frame on, until it is seen."""
        before = self.frame()
        self.key("period")
        wait("the next frame", lambda: self.frame() == before + 1)

    def wait_window(self, title):
        """Another window of the program, with the keyboard in it; its id."""
        def question():
            found = subprocess.run(["xdotool", "getactivewindow", "getwindowname"],
                                   capture_output=True, text=True, timeout=LIMIT_S, check=False)
            return re.search(title, found.stdout)
        wait(f"the window “{title}”", question)

    def picture(self, name, always=False):
        """For people to look at, which they ask for."""
        if not always and "LESSONWALK_PICTURES" not in os.environ:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(PICTURES / f"{name}.png")], check=False,
                       timeout=LIMIT_S)

    def close(self):
        self.key("ctrl+w")
        if self.process.wait(LIMIT_S) != 0:
            raise Failed(f"the program ended with {self.process.returncode}")

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(LIMIT_S)

    def last_words(self):
        """What it said at the end, if it has ended; for whoever has to find out why."""
        try:
            code = self.process.wait(1)
        except subprocess.TimeoutExpired:
            return ""
        said = (self.home / "window.log").read_text(errors="replace").splitlines()
        return "\n".join([f"; it ended with {code}", *said[-40:]])

    # ---- seeing ----

    def walk(self, node=None):
        return self.tree.walk(node)

    def named(self, pattern, role=None):
        """What is visible and has a name that matches."""
        for node in self.walk():
            if re.search(pattern, node.name) and role in (None, node.role):
                return node
        return None

    def see(self, pattern, role=None):
        return wait(f"“{pattern}” on screen", lambda: self.named(pattern, role))

    def focused(self):
        for node in self.walk():
            if node.is_state(Atspi.StateType.FOCUSED):
                return node
        return None

    def wait_focus(self, pattern):
        """A window behind a dialog has a focus too."""
        def question():
            return any(node.is_state(Atspi.StateType.FOCUSED) and re.search(pattern, node.name)
                       for node in self.walk())
        wait(f"the focus on “{pattern}”", question)

    def lines(self, what):
        out = subprocess.run([str(BUILD / "tests/e2e/list-store"), str(self.store)],
                             capture_output=True, text=True, timeout=LIMIT_S, check=False,
                             env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
        rows = [line.split("\t") for line in out.stdout.splitlines()]
        fields = ("what", "kind", "start", "end", "text", "tags", "author", "region")
        return [dict(zip(fields, row))
                for row in rows if row and row[0] == what]

    def notes(self):
        return self.lines("note")

    def wait_notes(self, count):
        wait(f"{count} notes in the store", lambda: len(self.notes()) == count)
        return self.notes()

    def wait_draft(self, text):
        wait(f"the draft “{text}” in the store",
             lambda: any(d["text"] == text for d in self.lines("draft")))

    def wait_kept(self, text):
        """The note with that text, once it is in the store."""
        return wait(f"“{text}” kept",
                    lambda: next((n for n in self.notes() if n["text"] == text), None))

    def write(self, text, key="n"):
        self.key(key)
        self.wait_focus("^Your note$")
        self.type(text)

    def pin(self, text, key="n"):
        self.write(text, key)
        self.key("Return")
        return self.wait_kept(text)

    def start_paused(self):
        """On the first frame, with nothing moving."""
        # On a slow machine the film may have come to its end before anyone looks.
        wait("playback", lambda: self.named("^Pause$") or (self.timeline_value() or 0) > 0)
        if self.named("^Pause$"):
            self.key("space")
            self.see("^Play$")
        self.begin()

    def begin(self):
        self.key("Home")
        wait("the timeline at its beginning", lambda: self.timeline_value() == 0)

    def timeline(self):
        return self.named("^Timeline", Atspi.Role.SLIDER)

    def timeline_value(self):
        """Where the timeline says that playback is, in whole seconds; None if it does not say."""
        node = self.timeline()
        said = re.match(r"(\d+):(\d\d) ", node.description if node else "")
        return None if said is None else int(said[1]) * 60 + int(said[2])


def main(tests):
    """Runs each test in a folder of its own; TAP on standard output."""
    failed = 0
    wanted = sys.argv[1:]
    tests = [t for t in tests if not wanted or t.__name__ in wanted]
    print(f"1..{len(tests)}", flush=True)
    base = pathlib.Path(tempfile.mkdtemp(prefix="lessonwalk-e2e-"))
    # Looking through GStreamer's plugins takes seconds, under sanitizers a minute: once for all.
    os.environ.setdefault("GST_REGISTRY", str(base / "registry.bin"))
    make_video(base / "lesson.mp4")
    shared = []
    for number, test in enumerate(tests, 1):
        home = base / test.__name__
        home.mkdir()
        windows = []

        def open_window(*arguments, home=home, windows=windows, nothing=False, **kwargs):
            if not arguments and not nothing:
                arguments = (open_window.lesson,)
            window = Window(home, *arguments, **kwargs)
            windows.append(window)
            return window

        def same_window(last=False):
            """One for all tests that leave it on the lesson, not playing, with no note open and the
            keyboard with the lesson; @last: the next one gets another."""
            if not shared:
                place = base / f"shared-{number}"
                place.mkdir()
                shared.append(Window(place, base / "lesson.mp4"))
                shared[0].start_paused()
            windows.extend(shared)
            shared[0].begin()
            return shared.pop() if last else shared[0]

        open_window.same = same_window
        open_window.lesson = base / "lesson.mp4"
        open_window.home = home
        try:
            test(open_window)
            print(f"ok {number} {test.__name__}", flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            if windows and windows[-1] in shared:
                shutil.copy(shared.pop().home / "window.log", home)  # the next test gets another
            if windows:
                windows[-1].picture(f"failed-{test.__name__}", always=True)
            print(f"not ok {number} {test.__name__}", flush=True)
            print("# " + f"{type(error).__name__}: {error}".replace("\n", "\n# "), flush=True)
            log = home / "window.log"
            if log.exists():
                tail = log.read_text(errors="replace").splitlines()[-15:]
                print("\n".join("#   " + line for line in tail), flush=True)
        finally:
            for window in windows:
                if window not in shared:
                    window.kill()
    for window in shared:
        window.kill()
    shutil.rmtree(base, ignore_errors=True)
    sys.exit(1 if failed else 0)
