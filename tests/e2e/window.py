#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""One person, one lesson, real keys: what she pins is there when she comes back."""
import time

import screen
from gi.repository import Atspi
from screen import Failed, check, wait

FRAME = 40_000_000  # ns; the test film has 25 frames a second


def test_what_is_pinned_is_there_after_closing(open_window):
    window = open_window(leaks=True)
    window.start_paused()
    wait("the first frame", lambda: window.frame() == 0)
    # Three frames on, a noticing. Its letters are shortcuts, every one.
    for _ in range(3):
        window.step()
    window.key("n")
    window.wait_focus("^Your note$")
    window.type("www nnn iii ooo xx, [mkf] 5 < 6.")
    window.picture("composer")
    window.key("Return")
    notes = window.wait_notes(1)
    check(notes[0]["kind"] == "noticing", "N pins a noticing")
    check(int(notes[0]["start"]) == 3 * FRAME, f"the frame on screen, not {notes[0]['start']}")
    check(notes[0]["text"] == "www nnn iii ooo xx, [mkf] 5 < 6.", "what was typed, all of it")
    window.see("^Play$")  # none of the letters was taken for a key

    # A range: in, five seconds on, out; a wondering over it, with a tag.
    window.key("i", "Right")
    wait("five seconds on", lambda: window.timeline_value() == 5)
    window.key("o", "w")
    window.wait_focus("^Your note$")
    window.type("who answers?")
    window.key("Tab")
    window.type("evidence,")
    window.key("ctrl+Return")
    notes = window.wait_notes(2)
    check(notes[1]["kind"] == "wondering", "W pins a wondering")
    check(int(notes[1]["start"]) == 3 * FRAME, f"begins at the mark, not {notes[1]['start']}")
    # The range takes in the frame that is five seconds on, or the one beside it.
    frames, rest = divmod(int(notes[1]["end"]) - int(notes[1]["start"]), FRAME)
    check(rest == 0 and 124 <= frames <= 127, f"ends where a frame does, not {notes[1]['end']}")
    check(notes[1]["tags"] == "evidence", "with its tag")
    window.picture("two-notes")

    window.key("ctrl+z")
    window.wait_notes(1)
    window.key("ctrl+shift+z")
    window.wait_notes(2)
    window.close()

    window = open_window()
    window.see("^Noticing at 0:00 .*www nnn iii", Atspi.Role.LIST_ITEM)
    window.see("^Wondering at .*who answers", Atspi.Role.LIST_ITEM)
    # She is where she was.
    wait("the position of last time", lambda: (window.timeline_value() or 0) >= 5)
    window.picture("reopened")


def test_words_that_praise_get_a_hint_that_holds_nothing_back(open_window):
    window = open_window.same()
    window.write("Great job. The class was bored.")
    window.see("This is about what somebody thinks")
    window.picture("wording")
    window.wait_focus("^Your note$")
    window.key("Home")
    window.see("This sounds like praise")
    window.key("Return")
    window.wait_kept("Great job. The class was bored.")
    window.write("The teacher said great job.")
    window.wait_draft("The teacher said great job.")
    wait("no hint", lambda: window.named("This sounds like") is None)
    window.key("Return")
    window.wait_kept("The teacher said great job.")


def switch_hints(window):
    window.key("ctrl+comma")
    window.wait_window("Preferences")
    window.see("^Your name beside notes$", Atspi.Role.TEXT)
    switch = window.see("^Hints on wording", Atspi.Role.CHECK_BOX)
    before = switch.is_state(Atspi.StateType.CHECKED)
    window.press(switch)  # which slides over before it counts
    wait("it switched", lambda: window.named("^Hints on wording", Atspi.Role.CHECK_BOX).is_state(
        Atspi.StateType.CHECKED) != before)
    window.key("Escape")
    window.wait_window("lesson")


def test_hints_on_wording_can_be_switched_off_and_on(open_window):
    window = open_window.same()
    switch_hints(window)
    window.write("What a wonderful lesson.")
    window.wait_draft("What a wonderful lesson.")
    for _ in range(12):  # longer than it would have taken
        check(window.named("This sounds like praise") is None, "no hint")
        time.sleep(0.1)
    window.key("Escape")
    switch_hints(window)
    window.key("n")
    window.wait_focus("^Your note$")
    window.key("End")
    window.type(" Great job.")
    window.see("This sounds like praise")
    window.key("Return")
    window.wait_kept("What a wonderful lesson. Great job.")


def test_escape_keeps_the_draft(open_window):
    window = open_window.same()
    window.write("what if they had drawn it", key="w")
    window.key("Escape")
    window.see("^Draft at 0:00: what if they had drawn it")
    window.wait_draft("what if they had drawn it")
    window.picture("draft-kept")
    check(not any("drawn" in note["text"] for note in window.notes()), "nothing was pinned")
    window.write(" first?", key="w")
    window.key("Return")
    note = window.wait_kept("what if they had drawn it first?")
    check(note["kind"] == "wondering", "the same draft went on, and its kind")
    wait("no draft", lambda: window.named("^Draft at ") is None)


def test_a_note_that_was_put_away_stays_while_others_are_written(open_window):
    window = open_window.same()
    window.write("put away")
    window.key("Escape")
    window.see("^Draft at 0:00: put away")
    window.key("Right")
    wait("five seconds on", lambda: window.timeline_value() == 5)
    window.write("another", key="w")
    window.see("^Pinned at 0:05")
    window.picture("beside-a-draft")
    window.key("Escape")
    window.see("^Draft at 0:05: another")
    window.picture("two-drafts")
    window.press(window.see("^Draft at 0:00: put away"))
    window.see("^Pinned at 0:00")
    window.wait_focus("^Your note$")
    window.key("End")
    window.type(" and found again")
    window.key("Return")
    check(window.wait_kept("put away and found again")["kind"] == "noticing", "each its own")
    wait("one draft", lambda: window.named("^Draft at 0:00") is None)
    window.press(window.see("^Draft at 0:05: another"))
    window.wait_focus("^Your note$")
    window.key("Return")
    check(window.wait_kept("another")["kind"] == "wondering", "each its own")
    wait("no draft", lambda: window.named("^Draft at ") is None)


def test_everything_has_a_name_and_is_reached_by_keys(open_window):
    window = open_window.same()
    window.pin("a name for all")
    window.key("n")
    window.wait_focus("^Your note$")

    interactive = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON, Atspi.Role.SLIDER,
                   Atspi.Role.ENTRY, Atspi.Role.TEXT, Atspi.Role.LIST_ITEM, Atspi.Role.CHECK_BOX,
                   Atspi.Role.COMBO_BOX, Atspi.Role.LIST, Atspi.Role.RADIO_BUTTON}
    seen = [n for n in window.walk() if n.role in interactive]
    check(len(seen) > 15, f"there is something to look at: {len(seen)}")
    # A menu button is a group around the real one; what its inside lacks, it has itself.
    nameless = [f"{n.role.value_nick} in “{n.parent.name}”" for n in seen
                if not n.name and not n.is_labelled()
                and not (n.parent.name and n.parent.count <= 2)]
    check(not nameless, f"without a name: {nameless}")

    reached = set()
    for _ in range(60):
        window.key("Tab")
        node = window.focused()
        if node is not None:
            reached.add(node.name or (node.parent.name if node.parent else ""))
        if {"timeline", "list", "text"} <= {
                "timeline" if n.startswith("Timeline") else
                "list" if n.startswith("Noticing at") else
                "text" if n == "Your note" else n for n in reached if n}:
            window.press(window.see("^Throw this draft away$"))
            window.wait_focus("^Timeline")
            return
    raise Failed(f"Tab reached only {sorted(n for n in reached if n)}")


def test_a_link_that_lets_nobody_in_stays_to_be_mended(open_window):
    window = open_window.same()
    window.key("F10")
    window.see("^Join a Walk…$", Atspi.Role.MENU_ITEM)
    window.key("j")
    window.wait_window("^Join a Walk$")
    window.wait_focus("^Link$")
    window.see("^Your name in the walk$", Atspi.Role.TEXT)
    for part, told in (("http://127.0.0.1:9/panel/", "no link to a walk"),
                       ("#join=AAAA", "cannot be reached")):  # what was typed before stays
        window.key("End")
        window.type(part)
        window.key("Return")
        window.see(told)
        window.picture("join-refused")
    window.key("Escape")
    window.wait_window("lesson")


def test_both_kinds_are_pinned_by_buttons_too(open_window):
    window = open_window.same()
    for kind in ("Noticing", "Wondering"):
        button = window.see(f"^{kind}$", Atspi.Role.PUSH_BUTTON)
        check("to this picture" in button.description, "what it does is told")
        window.press(button)
        window.wait_focus("^Your note$")
        window.type(f"by the button {kind}")
        window.key("Return")
        note = window.wait_kept(f"by the button {kind}")
        check(note["kind"] == kind.lower(), f"each its own: {note}")


def test_a_deleted_note_comes_back_by_undo(open_window):
    window = open_window.same()
    window.pin("here and gone")
    for _ in range(40):  # to the list, by keys alone
        node = window.focused()
        if node is not None and node.role == Atspi.Role.LIST_ITEM and " at 0:" in node.name:
            break
        window.key("Tab")
    else:
        raise Failed("Tab never came to a note")
    text = next(n["text"] for n in window.notes() if n["text"] in node.name)
    window.key("Delete")
    wait("it gone", lambda: all(n["text"] != text for n in window.notes()))
    window.see("Note deleted")
    window.picture("deleted")
    window.key("ctrl+z")
    window.wait_kept(text)
    window.key("n")  # and back to the lesson
    window.wait_focus("^Your note$")
    window.key("Escape")
    window.wait_focus("^Timeline")


def test_search_narrows_the_list_and_escape_ends_it(open_window):
    window = open_window.same()
    window.pin("number line")
    window.pin("equal parts")
    window.key("ctrl+f")
    window.wait_focus("^Search the notes$")
    window.type("equal")
    wait("only what was sought", lambda: window.named("equal parts", Atspi.Role.LIST_ITEM)
         and not window.named("number line", Atspi.Role.LIST_ITEM))
    window.picture("search")
    window.key("Escape")
    window.see("number line", Atspi.Role.LIST_ITEM)


def test_another_viewing_is_kept_apart(open_window):
    window = open_window.same()
    window.pin("seen at first")
    window.press(window.see("^First viewing$"))
    window.press(window.see("^Begin another viewing$"))
    window.see("^Second viewing$")
    wait("an empty list", lambda: not window.named("seen at first", Atspi.Role.LIST_ITEM))
    window.picture("second-viewing")


def test_a_killed_program_loses_nothing_typed(open_window):
    window = open_window.same(last=True)
    window.write("Linh waits for Mateo")
    window.wait_draft("Linh waits for Mateo")
    window.kill()
    window = open_window(home=window.home)
    text = window.see("^Your note$")
    wait("the text of before", lambda: text.text() == "Linh waits for Mateo")
    window.picture("after-kill")


def test_large_letters_cut_off_no_kind_and_leave_two_lines(open_window):
    settings = open_window.home / "config" / "gtk-4.0" / "settings.ini"
    settings.parent.mkdir(parents=True)
    settings.write_text("[Settings]\ngtk-font-name=Sans 22\n")
    window = open_window()
    window.start_paused()
    window.key("n")
    window.wait_focus("^Your note$")
    window.type("Noor")
    window.picture("large-letters")
    box = window.see("^Write a note$")
    line = next(node for node in window.walk(box)
                if node.role == Atspi.Role.LABEL and node.name == "Noticing").extents().height
    field = next(node for node in window.walk(box) if node.name == "Your note").parent.extents()
    check(field.height >= 2 * line + 16, f"two lines of {line} in {field.height}")
    noticing, wondering = (next(node for node in window.walk(box) if node.name == kind).extents()
                           for kind in ("Noticing", "Wondering"))
    check(wondering.y >= noticing.y + noticing.height, "one above the other")
    check(wondering.width == noticing.width > 200, f"as wide as there is room: {wondering.width}")


def test_a_file_that_is_no_lesson_is_told_and_another_can_be_opened(open_window):
    window = open_window(screen.SOURCE / "COPYING")
    window.see("COPYING.*is not a recording")
    window.see("^(_)?Open Another", Atspi.Role.PUSH_BUTTON)
    window.picture("problem")
    window.key("alt+Up")
    wait("the start page", lambda: window.named("^All lessons$") is None)
    window.picture("start-page")


if __name__ == "__main__":
    screen.main([
        test_what_is_pinned_is_there_after_closing,
        test_words_that_praise_get_a_hint_that_holds_nothing_back,
        test_hints_on_wording_can_be_switched_off_and_on,
        test_escape_keeps_the_draft,
        test_a_note_that_was_put_away_stays_while_others_are_written,
        test_everything_has_a_name_and_is_reached_by_keys,
        test_a_link_that_lets_nobody_in_stays_to_be_mended,
        test_both_kinds_are_pinned_by_buttons_too,
        test_a_deleted_note_comes_back_by_undo,
        test_search_narrows_the_list_and_escape_ends_it,
        test_another_viewing_is_kept_apart,
        test_a_killed_program_loses_nothing_typed,
        test_large_letters_cut_off_no_kind_and_leave_two_lines,
        test_a_file_that_is_no_lesson_is_told_and_another_can_be_opened,
    ])
