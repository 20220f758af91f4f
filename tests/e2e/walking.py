#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A walk beside its lesson: phases, the form, the board and next steps, by keys and by a screen
reader's own actions; what the window kept is what `lessonwalk walk` tells."""
import json
import os
import subprocess

import screen
from gi.repository import Atspi
from screen import BUILD, LIMIT_S, check, wait


def ask(open_window, *words):
    env = dict(os.environ, LESSONWALK_STORE=str(open_window.home / "notes.db"), LC_ALL="C.UTF-8",
               LANGUAGE="C", HOME=str(open_window.home), ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run([str(BUILD / "player/command/lessonwalk"), *map(str, words), "--json"],
                          env=env, capture_output=True, text=True, timeout=LIMIT_S, check=True)
    return json.loads(done.stdout)


def press(window, pattern, role=None):
    window.press(window.see(pattern, role))


def test_a_walk_goes_from_its_form_to_next_steps_beside_the_lesson(open_window):
    ask(open_window, "walk", "begin", "Pressing for evidence", open_window.lesson,
        "--focus", "Students give evidence", "--inquiry", "In what ways?")
    window = open_window()
    window.start_paused()
    press(window, "^Walk$")
    window.see("^Prepare$")
    window.picture("walk-prepare")
    press(window, "^Open: Visit$")
    window.see("^Not finished yet")

    # Her pins are what the form begins with.
    window.pin("Noor says why")
    window.pin("who answers?", "w")
    press(window, "^Walk$")
    wait("her own note in the form", lambda: window.see(
        "^What I noticed$", Atspi.Role.TEXT).text() == "Noor says why")
    window.picture("walk-form")
    press(window, "^_?Hand It In", Atspi.Role.PUSH_BUTTON)
    window.see("^Handed in")
    [form] = ask(open_window, "walk", "form")["forms"]
    check(form["handed_in"], "the form is kept")

    # What she writes since is not handed in; a pin that comes meanwhile takes nothing from her.
    press(window, "^Notes that it rests on$")
    place = window.see("^What I noticed$", Atspi.Role.TEXT).extents()
    window.click(place.x + 20, place.y + 14)
    window.wait_focus("^What I noticed$")
    window.type("More: ")
    window.see("^Handed in. What you changed since is on this computer alone")
    ask(open_window, "pin", open_window.lesson, "--at", "0:01", "--text", "Ada asks back",
        "--kind", "noticing")
    window.see("Ada asks back", Atspi.Role.CHECK_BOX)
    window.type("and so on ")
    text = window.see("^What I noticed$", Atspi.Role.TEXT).text()
    check("More: and so on " in text and text.endswith("oor says why"), text)
    press(window, "^_?Hand It In", Atspi.Role.PUSH_BUTTON)
    window.see("^Handed in.$")

    # Evidence first: the way on says what is missing, and opens when it is there.
    press(window, "^Open: Debrief$")
    window.see("^First comes what students did")
    window.see("^Noticing .*Noor says why. Press Enter to play it", Atspi.Role.LIST_ITEM)
    window.picture("walk-board")
    card = ask(open_window, "walk", "board")["groups"][0]["cards"][0]["id"]
    ask(open_window, "walk", "board", "--card", card, "--about", "student")
    wait("nothing before the way on",
         lambda: not window.named("^First comes what students did"))
    press(window, "^Open: What it means$")
    window.see("^Debrief: What it means")

    press(window, "^Write a next step", Atspi.Role.PUSH_BUTTON)
    window.wait_window("^Next Step$")
    window.type("Wait five seconds")
    # Words that were not kept yet outlive the dialog.
    window.key("Escape")
    window.wait_window("lesson")
    press(window, "^Write a next step", Atspi.Role.PUSH_BUTTON)
    window.wait_window("^Next Step$")
    wait("the words to be there again",
         lambda: window.see("^What will be done", Atspi.Role.TEXT).text() == "Wait five seconds")
    press(window, "^_?Keep", Atspi.Role.PUSH_BUTTON)
    window.wait_window("lesson")
    window.see("^Wait five seconds$")
    window.picture("walk-steps")
    levels = ask(open_window, "walk", "steps")["levels"]
    check([s["text"] for s in levels[0]["steps"]] == ["Wait five seconds"], f"{levels[0]}")
    window.close()


if __name__ == "__main__":
    screen.main([test_a_walk_goes_from_its_form_to_next_steps_beside_the_lesson])
