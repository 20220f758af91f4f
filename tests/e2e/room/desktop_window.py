#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The desktop player's window, for a test that does other things too: told what to do by lines of
JSON, {"do": NAME, …}, each answered by one, with "error" where it could not be done.

usage: desktop_window.py HOME      the folder that holds its store
"""
import contextlib
import json
import pathlib
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import screen  # noqa: E402
from gi.repository import Atspi  # noqa: E402


class Desktop(screen.Window):
    def reach(self, pattern):
        """Goes there by Tab."""
        seen = []
        for _ in range(40):
            node = screen.look("the focus", self.focused)
            if node is not None and screen.re.search(pattern, node.name):
                return
            seen.append(f"{node.name} ({node.role.value_nick})" if node is not None else "nothing")
            self.key("Tab")
        raise screen.Failed(f"Tab never came to “{pattern}”, but to {', '.join(seen[:12])}")

    def choose(self, pattern):
        self.see(pattern)
        self.reach(pattern)
        self.key("Return")

    def join(self, link, name):
        self.key("F10")
        self.see("^Join a Walk…$", Atspi.Role.MENU_ITEM)
        self.key("j")
        self.wait_window("^Join a Walk$")
        self.type(link)
        self.key("Tab", "ctrl+a")
        self.type(name)
        self.press(self.see("^_Join", Atspi.Role.PUSH_BUTTON))
        screen.wait("the room to let her in", self.token)
        self.focus()

    def prepare(self, walk, intention):
        """Reads what was agreed on, and writes what she sets out to look for."""
        self.choose(f"^Prepare for “{screen.re.escape(walk)}”$")
        self.wait_window("^Prepare for the Walk$")
        self.picture("prepare-window")
        self.reach("^I have read this$")
        self.key("space")
        self.reach("^Intention$")
        self.type(intention)
        self.press(self.see("^_Keep", Atspi.Role.PUSH_BUTTON))
        self.see("You are ready for this walk|Before you watch")
        self.focus()

    def open(self, title):
        self.choose(f"^{screen.re.escape(title)}$")
        self.start_paused()

    def rows(self):
        """What the list of notes says, as a screen reader hears it."""
        names = screen.look("the list", lambda: [
            n.name for n in self.walk() if n.role == Atspi.Role.LIST_ITEM])
        return [n for n in names if screen.re.match(r"(Noticing|Wondering|Reply) at ", n)]

    def line(self):
        """What it says of the room."""
        def question():
            node = self.named("^Phase: ")
            return node.name if node is not None else ""
        return screen.look("the phase", question)

    def token(self):
        with contextlib.closing(sqlite3.connect(self.store, timeout=30)) as store:
            row = store.execute("SELECT value FROM setting WHERE key = 'secret:rooms'").fetchone()
        secrets = list(json.loads(row[0]).values()) if row else []
        return secrets[0]["token"] if secrets else None


def main():
    desktop = Desktop(pathlib.Path(sys.argv[1]), environment={
        "GST_REGISTRY": str(pathlib.Path(sys.argv[1]) / "registry.bin")})
    print(json.dumps({"answer": "here"}), flush=True)
    try:
        for line in sys.stdin:
            words = json.loads(line)
            try:
                answer = {"answer": getattr(desktop, words.pop("do"))(**words)}
            except Exception as error:  # pylint: disable=broad-except
                answer = {"error": f"{type(error).__name__}: {error}{desktop.last_words()}"}
            print(json.dumps(answer), flush=True)
    finally:
        desktop.kill()


if __name__ == "__main__":
    main()
