# SPDX-License-Identifier: LGPL-2.1-or-later
"""Desktop players in a walk, by the command: written here first, brought to the room, and each sees
exactly what the phase allows. LESSONWALK_SEED=n repeats the schedule n."""
import http.server
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import threading
import unittest

import lessons
from room import Room, code_in

PROGRAM = os.environ["LESSONWALK_PROGRAM"]
WATCHDOG_S = 120
STEPS = 30
SCHEDULES = 40 if os.environ.get("LESSONWALK_LONG") else 1


class Desktop:
    """A machine of its own."""

    def __init__(self, folder, name):
        self.name = name
        self.store = pathlib.Path(folder) / f"{name}.db"
        home = pathlib.Path(folder) / name
        home.mkdir()
        self.env = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "data"),
                    "XDG_CACHE_HOME": str(home / "cache"), "LESSONWALK_STORE": str(self.store),
                    "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "no_proxy": "*"}

    def run(self, *words):
        env = self.env
        if words[0] == "play":  # what GStreamer keeps for good is known by its whole stack
            env = {**env, "ASAN_OPTIONS": f"{env.get('ASAN_OPTIONS', '')}:fast_unwind_on_malloc=0"}
        return subprocess.run([PROGRAM, *map(str, words), "--json"], capture_output=True, text=True,
                              env=env, timeout=WATCHDOG_S, check=False)

    def ask(self, *words, code=0):
        done = self.run(*words)
        if done.returncode != code:
            raise AssertionError(f"{self.name}: {words}: {done.returncode} {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def join(self, link):
        return self.ask("join", link, "--name", self.name)["walks"][0]

    def pin(self, lesson, text, at="0:01"):
        return self.ask("pin", lesson, "--at", at, "--text", text)["note"]["id"]

    def sync(self, code=0):
        return self.ask("sync", code=code)["walks"][0]

    def texts(self, lesson):
        return sorted(n["text"] for n in self.ask("list", lesson)["notes"])

    def token(self):
        """What opens the one room that was joined."""
        with sqlite3.connect(self.store) as notes:
            [[secret]] = notes.execute("SELECT value FROM setting WHERE key = 'secret:rooms'")
        notes.close()
        [room] = json.loads(secret).values()
        return room["token"]

    def bytes(self):
        """All that is on its disk: nothing of another may be in it that is not open."""
        return b"".join(p.read_bytes() for p in self.store.parent.glob(self.store.name + "*"))


class DesktopInTheRoom(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lw-desktop-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.room = Room()
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.leader = self.room.sign_in(code)
        self.walk = self.leader.begin_walk()
        self.teacher = self.room.join(self.leader.invite(self.walk, ["host"]), "Mr. Birch")
        self.lesson = lessons.put_lesson(self.room, self.walk, self.leader, self.teacher)
        self.leader.open_phase(self.walk, "visit")
        self.panel = self.room.join(self.leader.invite(self.walk, ["walker"]), "Panel")

    def link(self, role="walker"):
        made = self.leader.ask("POST", f"/api/walks/{self.walk}/invitations", {"roles": [role]})
        return f"{self.room.url}/panel/#join={code_in(made['url'])}"

    def desktop(self, name, role="walker"):
        desktop = Desktop(self.folder, name)
        walk = desktop.join(self.link(role))
        self.assertEqual((walk["walk"], walk["name"], walk["phase"]), (self.walk, name, "Visit"))
        self.assertEqual(desktop.ask("prepare", self.walk), {"ok": True, "command": "prepare",
                                                             "missing": ["norms"]})
        self.assertEqual(desktop.ask("prepare", self.walk, "--norms-read")["missing"], [])
        return desktop

    def kill(self):
        self.room.process.send_signal(signal.SIGKILL)
        self.room.process.wait()
        self.room.process.stdout.close()
        self.room.process = None

    def seen_by(self, person):
        notes = person.ask("GET", f"/api/walks/{self.walk}/notes?limit=5000")["notes"]
        return sorted(n["text"] for n in notes)

    def test_what_is_written_offline_reaches_the_room_and_opens_with_the_phase(self):
        ada, ben = self.desktop("Ada"), self.desktop("Ben")
        self.assertIsNotNone(lessons.pin(self.panel, self.walk, self.lesson, "By the panel", 1))
        self.kill()
        for n in range(12):
            ada.pin(self.lesson, f"Ada {n}", f"0:0{n % 4}")
        state = ada.sync(code=1)
        self.assertEqual((state["notes"], state["kept_here"], state["in_room"]), (12, 12, 0))
        self.assertIn("kept here", state["message"])
        ben.pin(self.lesson, "Ben alone")
        self.room.start()
        state = ada.sync()
        self.assertEqual((state["kept_here"], state["in_room"]), (0, 12))
        ben.sync()
        # In the visit everybody has their own, and not a word of another is on the disk.
        self.assertEqual(ben.texts(self.lesson), ["Ben alone"])
        self.assertNotIn(b"Ada 1", ben.bytes())
        self.assertNotIn(b"By the panel", ben.bytes())
        self.assertEqual(self.seen_by(self.panel), ["By the panel"])
        self.leader.open_phase(self.walk, "debrief")
        everything = sorted(["Ben alone", "By the panel"] + [f"Ada {n}" for n in range(12)])
        for desktop in (ada, ben):
            self.assertEqual(desktop.sync()["phase"], "Debrief")
            self.assertEqual(desktop.texts(self.lesson), everything)
        self.assertEqual(self.seen_by(self.panel), everything)

    def test_deleting_and_erasing_reach_everybody(self):
        ada, ben = self.desktop("Ada"), self.desktop("Ben")
        gone, erased, stays = (ada.pin(self.lesson, text) for text in ("Gone", "Burn this", "Stay"))
        ada.sync()
        self.leader.open_phase(self.walk, "debrief")
        ben.sync()
        self.assertEqual(ben.texts(self.lesson), ["Burn this", "Gone", "Stay"])
        ada.ask("delete", gone)
        ada.ask("erase", "note", erased, "--yes")
        ada.sync()
        ben.sync()
        self.assertEqual(ben.texts(self.lesson), ["Stay"])
        self.assertEqual(self.seen_by(self.panel), ["Stay"])
        self.assertIsNotNone(stays)
        data = pathlib.Path(self.room.folder) / "data"
        self.room.stop()
        self.assertNotIn(b"Burn this", b"".join(p.read_bytes() for p in data.glob("walks.db*")))

    def track_of(self, desktop):
        return desktop.ask("track", self.lesson)["id"]

    def test_a_track_erased_on_a_desktop_is_erased_in_the_room_and_everywhere(self):
        ada, ben = self.desktop("Ada"), self.desktop("Ben")
        self.leader.open_phase(self.walk, "debrief")
        for desktop in (ada, ben):
            desktop.sync()
            desktop.pin(self.lesson, f"Zebrawood of {desktop.name}")
            desktop.pin(self.lesson, f"Quillwort of {desktop.name}", "0:02")
            desktop.sync()
        ada.sync()
        self.assertEqual(len(self.seen_by(self.panel)), 4)
        # Away: what is erased here is told to the room when it is back.
        self.kill()
        [room] = ada.ask("erase", "track", self.track_of(ada), "--yes")["rooms"]
        self.assertEqual((room["own_notes_erased"], room["keeps_more"]), (False, False))
        self.assertIn("still keeps your notes", room["message"])
        self.assertNotIn(b"Zebrawood of Ada", ada.bytes())
        self.room.start()
        ada.sync()
        left = ["Quillwort of Ben", "Zebrawood of Ben"]
        self.assertEqual(self.seen_by(self.panel), left)
        # Somebody else's stays, and that is said.
        ada.sync()
        other = ada.ask("list", self.lesson)["notes"][0]["id"]
        [room] = ada.ask("erase", "note", other, "--yes")["rooms"]
        self.assertEqual((room["own_notes_erased"], room["keeps_more"]), (False, True))
        self.assertIn("Only who wrote it", room["message"])
        # At once, where the room is there.
        [room] = ben.ask("erase", "track", self.track_of(ben), "--yes")["rooms"]
        self.assertEqual((room["own_notes_erased"], room["keeps_more"]), (True, False))
        self.assertEqual(self.seen_by(self.panel), [])
        words = [b"Zebrawood", b"Quillwort"]
        lessons.wait_for(lambda: not any(w in self.room_bytes() for w in words))
        for desktop in (ada, ben):
            desktop.sync()
            self.assertEqual(desktop.texts(self.lesson), [])
        # And the lesson goes on.
        ada.pin(self.lesson, "Anew")
        ada.sync()
        self.assertEqual(self.seen_by(self.panel), ["Anew"])
        erased = [who for action, who, *_ in self.room.audit() if action == "erased-track"]
        self.assertEqual(len(erased), 2)

    def room_bytes(self):
        data = pathlib.Path(self.room.folder, "data")
        return b"".join(p.read_bytes() for p in data.rglob("*") if p.is_file())

    def test_a_lesson_erased_on_a_desktop_takes_own_notes_along_and_says_what_the_room_keeps(self):
        ada = self.desktop("Ada")
        self.leader.open_phase(self.walk, "debrief")
        lessons.pin(self.panel, self.walk, self.lesson, "By the panel", 1)
        ada.sync()
        ada.pin(self.lesson, "By Ada")
        ada.sync()
        [room] = ada.ask("erase", "lesson", self.lesson, "--yes")["rooms"]
        self.assertEqual((room["own_notes_erased"], room["keeps_more"]), (True, True))
        self.assertIn("still keeps the lesson", room["message"])
        self.assertEqual(self.seen_by(self.panel), ["By the panel"])

    def test_the_walks_focus_is_changed_in_its_room_alone(self):
        ada = self.desktop("Ada")
        ada.sync()
        answer = ada.ask("focus", self.lesson, "--focus", "Mine", code=1)
        self.assertIn(self.room.url, json.dumps(answer))
        self.assertEqual(ada.ask("focus", self.lesson)["walk"]["focus"], "Evidence")

    def test_a_joined_walk_goes_on_from_the_command_by_the_rooms_rules(self):
        ada, leader = self.desktop("Ada"), Desktop(self.folder, "Alder")
        link = self.leader.ask("POST", "/api/me/link")["url"]
        leader.join(f"{self.room.url}/panel/#sign-in={code_in(link)}")
        note = ada.pin(self.lesson, "Noor says why")
        # The form is hers, kept here first, and is counted there when it has come.
        ada.ask("walk", "form", "--answer", "noticings", "--own-notes")
        ada.ask("walk", "form", "--answer", "wonderings", "--text", "Who answers?", "--at", "0:01")
        ada.sync()
        [counted] = self.leader.ask("GET", f"/api/walks/{self.walk}")["forms"]["lessons"]
        self.assertEqual(counted["handed_in"], 1)
        # Who does not lead opens nothing.
        refused = ada.ask("walk", "phase", "--next", code=1)["error"]["message"]
        self.assertIn("Whoever leads", refused)
        leader.sync()
        self.assertEqual(leader.ask("walk", "phase", "--next")["phase"], "debrief")
        self.assertEqual(self.leader.ask("GET", f"/api/walks/{self.walk}")["phase"], "debrief")
        refused = leader.ask("walk", "phase", "--next", code=1)["error"]["message"]
        self.assertIn("speaks of a student", refused)
        ada.sync()
        ada.ask("walk", "board", "--group", "They compare")
        board = ada.ask("walk", "board", "--card", note, "--in", "They compare",
                        "--about", "student")
        self.assertEqual([len(group["cards"]) for group in board["groups"]], [1, 0])
        leader.sync()
        self.assertEqual(leader.ask("walk", "phase", "--next")["step"], "implications")
        leader.ask("walk", "steps", "--add", "Come again", "--level", "coach")
        items = self.leader.ask("GET", f"/api/walks/{self.walk}/board")["items"]
        self.assertEqual(sorted(item["type"] for item in items), ["card", "group", "step"])
        # Away: what is read is what is kept here, and what is changed there is not pretended.
        self.kill()
        self.assertIn("nothing was changed",
                      ada.ask("walk", "board", "--group", "Later", code=1)["error"]["message"])
        self.assertEqual(len(ada.ask("walk", "board")["groups"]), 2)
        self.room.start()

    def test_a_backup_opens_no_room(self):
        ada = self.desktop("Ada")
        ada.sync()
        ada.pin(self.lesson, "Kept")
        token = ada.token()
        self.assertIn(token.encode(), ada.bytes())
        ada.ask("backup", f"{self.folder}/copy")
        self.assertNotIn(token.encode(), pathlib.Path(self.folder, "copy").read_bytes())
        # On another machine: the notes are there, and it is said how to come back in.
        restored = Desktop(self.folder, "Restored")
        os.replace(f"{self.folder}/copy", restored.store)
        self.assertEqual(restored.texts(self.lesson), ["Kept"])
        self.assertFalse(restored.ask("rooms")["walks"][0]["is_signed_in"])
        self.assertIn("open your link again", restored.sync(code=1)["message"])
        self.assertEqual(ada.sync()["kept_here"], 0)

    def test_who_has_not_read_the_norms_is_told_and_the_room_takes_her_notes_when_she_has(self):
        ada = Desktop(self.folder, "Ada")
        ada.join(self.link())
        refused = ada.ask("play", self.lesson, "--headless", "--silent", code=1)["error"]["message"]
        self.assertIn("read the norms", refused)
        ada.pin(self.lesson, "Before the norms")
        state = ada.sync()
        self.assertEqual((state["in_room"], state["not_open_now"]), (0, 1))
        self.assertIn("norms", state["refused"])
        done = ada.ask("prepare", self.walk, "--norms-read", "--lens", "Student talk",
                       "--intention", "Who speaks?")
        self.assertEqual(done["missing"], [])
        state = ada.sync()
        self.assertEqual((state["in_room"], state["not_open_now"]), (1, 0))
        self.assertNotIn("refused", state)
        self.assertEqual(ada.run("prepare", self.walk, "--lens", "Nobody's").returncode, 1)

    def test_own_words_written_too_late_stay_here_and_are_told(self):
        ada = self.desktop("Ada")
        ada.pin(self.lesson, "In time")
        ada.sync()
        ada.pin(self.lesson, "Too late")
        self.leader.open_phase(self.walk, "feedback")
        state = ada.sync()
        self.assertEqual((state["in_room"], state["not_open_now"]), (1, 1))
        self.assertEqual(ada.texts(self.lesson), ["In time", "Too late"])
        self.leader.open_phase(self.walk, "debrief")
        state = ada.sync()
        self.assertEqual((state["in_room"], state["not_open_now"]), (2, 0))
        self.assertEqual(self.seen_by(self.panel), ["In time", "Too late"])

    def test_a_guest_leaves_with_the_walk_and_keeps_own_words(self):
        guest = self.desktop("Gail", "guest")
        guest.pin(self.lesson, "A guest's eye")
        guest.sync()
        self.leader.write_steps(self.walk, self.teacher)
        self.leader.open_phase(self.walk, "closed")
        lessons.wait_for(lambda: guest.run("sync").returncode == 1)
        self.assertEqual(guest.texts(self.lesson), ["A guest's eye"])

    def test_leaving_ends_the_session_and_forgets_it(self):
        ada = self.desktop("Ada")
        self.assertEqual(os.stat(ada.store).st_mode & 0o777, 0o600)
        token = ada.token()
        self.assertEqual(self.room.call("GET", "/api/me", token=token).status, 200)
        ada.pin(self.lesson, "Mine")
        ada.sync()
        ada.ask("leave", self.walk[-8:])
        self.assertEqual(self.room.call("GET", "/api/me", token=token).status, 401)
        self.assertEqual(ada.ask("rooms")["walks"], [])
        self.assertEqual(ada.texts(self.lesson), ["Mine"])

    def test_a_session_that_ended_is_told_and_nothing_is_lost(self):
        ada = self.desktop("Ada")
        with sqlite3.connect(f"{self.room.folder}/data/ledger.db", timeout=30) as ledger:
            ledger.execute("DELETE FROM session")
        ledger.close()
        self.room.stop()
        self.room.start()
        ada.pin(self.lesson, "Still here")
        state = ada.sync(code=1)
        self.assertFalse(state["is_signed_in"])
        self.assertIn("signed out", state["message"])
        self.assertEqual((state["kept_here"], state["notes"]), (1, 1))

    def test_a_desktop_that_follows_catches_up_by_itself(self):
        ada, ben = self.desktop("Ada"), self.desktop("Ben")
        self.leader.open_phase(self.walk, "debrief")
        lines = []
        with subprocess.Popen([PROGRAM, "sync", "--follow", "--json"], env=ada.env, text=True,
                              stdout=subprocess.PIPE) as follower:
            def until(what):
                while True:
                    line = follower.stdout.readline()
                    self.assertTrue(line, lines)
                    lines.append(json.loads(line)["walks"][0])
                    if what(lines[-1]):
                        return lines[-1]
            try:
                until(lambda w: w["reach"] == "reached" and w["is_live"])
                # Another's pin comes without being asked for, and an own one goes.
                ben.pin(self.lesson, "Ben is here")
                ben.sync()
                lessons.wait_for(lambda: "Ben is here" in ada.texts(self.lesson))
                ada.pin(self.lesson, "Ada is here")
                lessons.wait_for(lambda: "Ada is here" in self.seen_by(self.panel))
                self.kill()
                ada.pin(self.lesson, "Ada alone")
                away = until(lambda w: w["reach"] == "away" and w["kept_here"] == 1)
                self.assertIn("1 note is kept here; the room cannot be reached since",
                              away["sentence"])
                self.room.start()
                back = until(lambda w: w["reach"] == "reached" and w["kept_here"] == 0)
                self.assertEqual(back["sentence"], "All your 2 notes are in the room.")
                self.assertIn("Ada alone", self.seen_by(self.panel))
            finally:
                follower.send_signal(signal.SIGINT)
            self.assertEqual(follower.wait(WATCHDOG_S), 0)

    def test_the_rooms_lesson_plays_from_the_room_or_from_a_file_of_the_same_content(self):
        ada = self.desktop("Ada")
        ada.pin(self.lesson, "On the line", "0:01")

        def play():
            done = ada.run("play", self.lesson, "--headless", "--silent")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return [json.loads(line) for line in done.stdout.splitlines()]

        events = play()
        self.assertEqual([e["event"] for e in events], ["opened", "note", "end"])
        self.assertEqual(events[1]["note"]["text"], "On the line")
        self.assertNotIn(b"ticket=", ada.bytes())
        # The same content on this machine: the room is not needed.
        film = next(pathlib.Path(self.room.folder).glob("data/media/*/original"))
        local = pathlib.Path(self.folder) / "film.mp4"
        shutil.copy(film, local)
        ada.ask("add", local)
        self.kill()
        self.assertEqual([e["event"] for e in play()], ["opened", "note", "end"])
        self.room.start()

    def test_what_is_no_link_is_said_to_be_none(self):
        nobody = Desktop(self.folder, "Nobody")
        for link in ("https://example.org/", "ftp://h/panel/#join=x", "panel/#join=x",
                     f"{self.room.url}/panel/#join="):
            answer = nobody.ask("join", link, code=1)
            self.assertIn("no link to a walk", answer["error"]["message"])
        used_up = self.leader.invite(self.walk, ["walker"], uses=1)
        self.room.join(used_up, "First")
        for code in ("AAAAAAAAAAAAAAAAAAAAAA", used_up, used_up[:-1]):
            answer = nobody.ask("join", f"{self.room.url}/panel/#join={code}", code=1)
            self.assertIn("does not open anything, or not any more", answer["error"]["message"])
        # A server that is no room, and none at all.
        other = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
        threading.Thread(target=other.serve_forever, daemon=True).start()
        elsewhere = f"http://127.0.0.1:{other.server_port}/panel/#join=AAAAAAAAAAAAAAAAAAAAAA"
        answer = nobody.ask("join", elsewhere, code=1)
        self.assertIn("no room of Lessonwalk", answer["error"]["message"])
        other.shutdown()
        other.server_close()
        answer = nobody.ask("join", elsewhere, code=1)
        self.assertIn("cannot be reached", answer["error"]["message"])
        self.assertIn("Check the link", answer["error"]["message"])
        self.assertEqual(nobody.ask("rooms")["walks"], [])

    def test_any_schedule_ends_with_everybody_seeing_what_is_open(self):
        chosen = os.environ.get("LESSONWALK_SEED")
        seeds = [int(chosen)] if chosen else random.sample(range(10**6), SCHEDULES)
        for n, seed in enumerate(seeds):
            with self.subTest(seed=seed):
                self.schedule(random.Random(seed), n)

    def schedule(self, dice, n):
        """Pins, deletions, erasures and phases in any order, with the room killed in between."""
        phase = "visit"
        self.leader.open_phase(self.walk, phase)
        desktops = [self.desktop_again(f"D{n}{i}") for i in range(2)]
        notes = {d.name: {} for d in desktops}
        mine = [f"P{n} {i}" for i in range(2)]
        for text in mine:
            lessons.pin(self.panel, self.walk, self.lesson, text, 1)
        for step in range(STEPS):
            desktop = dice.choice(desktops)
            own = notes[desktop.name]
            match dice.choice(["pin"] * 5 + ["delete", "erase", "sync", "sync", "phase", "kill"]):
                case "pin":
                    text = f"{desktop.name} {step}"
                    own[desktop.pin(self.lesson, text)] = text
                case "delete" if own:
                    note = dice.choice(sorted(own))
                    desktop.ask("delete", note)
                    del own[note]
                case "erase" if own:
                    note = dice.choice(sorted(own))
                    desktop.ask("erase", "note", note, "--yes")
                    del own[note]
                case "sync":
                    desktop.sync()
                case "phase":
                    phase = "debrief" if phase == "visit" else "visit"
                    self.leader.open_phase(self.walk, phase)
                case "kill":
                    self.kill()
                    desktop.sync(code=1)
                    self.room.start()
        for phase in ("visit", "debrief"):
            self.leader.open_phase(self.walk, phase)
            for _ in range(2):
                for desktop in desktops:
                    state = desktop.sync()
                    self.assertEqual((state["kept_here"], state["not_open_now"]), (0, 0))
        for desktop in desktops:
            seen = [t for t in desktop.texts(self.lesson) if t[1] == str(n)]
            expected = sorted(mine + [t for own in notes.values() for t in own.values()])
            self.assertEqual(seen, expected)
            self.assertEqual([t for t in self.seen_by(self.panel) if t[1] == str(n)], expected)
            self.assertEqual(subprocess.run([PROGRAM, "verify"], env=desktop.env,
                                            capture_output=True, check=False).returncode, 0)

    def desktop_again(self, name):
        desktop = Desktop(self.folder, name)
        desktop.join(self.link())
        desktop.ask("prepare", self.walk, "--norms-read")
        return desktop


if __name__ == "__main__":
    unittest.main()
