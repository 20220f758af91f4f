#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every endpoint, asked by a person of every role in every phase, against a second opinion.

The opinion is opinion.py. An endpoint that is new gets a line in its ENDPOINTS;
test_every_endpoint_of_the_api_is_asked fails until it has one.
"""
import itertools
import os
import re
import sqlite3
import unittest
import uuid

from opinion import (ALL, ELSEWHERE, ENDPOINTS, PHASES, TALKS, account, arrange, create, follow_up,
                     in_open_walk, keep_time, lead, member, plan, ready, see_others_notes,
                     set_focus, signed_in, teach, watch, watch_any, write, write_any)
from room import Room

ROOT = os.environ.get("LESSONWALK_SOURCE_ROOT", ".")


class Asker:
    def __init__(self, person, role, is_guest=False, may_create=False):
        self.person, self.role = person, role
        self.is_guest, self.may_create = is_guest, may_create
        self.has_read_norms, self.is_teacher = True, False
        self.is_nobody = person is None
        self.phase = "prepare"

    def __repr__(self):
        return (f"{'guest account, ' if self.is_guest else ''}{self.role or 'outsider'}"
                f"{'' if self.has_read_norms else ', has not read the norms'}")


def expected(asker, may):
    """The status' class: 200 for a yes."""
    if may(asker, None):
        return 200
    if asker.is_nobody:
        return 401
    if may in (create, account, signed_in) or member(asker, None):
        return 403
    return 404


def class_of(status):
    return 200 if status in (200, 204) else status


class Access(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        code = cls.room.setup("Ms. Alder")
        cls.room.start()
        cls.alder = cls.room.sign_in(code)
        cls.walk = cls.alder.begin_walk()
        cls.askers = [Asker(cls.alder, "facilitator", may_create=True), Asker(None, None)]
        for role in ALL[1:]:
            code = cls.alder.invite(cls.walk, [role])
            cls.askers.append(Asker(cls.room.join(code, f"{role} by link"), role, is_guest=True))
            person = cls.room.account(f"{role} with an account")
            person.ask("POST", "/api/join", {"code": code})
            cls.askers.append(Asker(person, role))
            # The teacher of the lesson has not, either.
            if role == "host":
                cls.askers[-1].is_teacher, cls.askers[-1].has_read_norms = True, False
            else:
                person.read_norms(cls.walk)
            if role in ("host", "walker"):
                late = cls.room.account(f"{role} who has not read the norms")
                late.ask("POST", "/api/join", {"code": code})
                cls.askers.append(Asker(late, role))
                cls.askers[-1].has_read_norms = False
        cls.askers.append(Asker(cls.room.account("Nobody's"), None))
        other = cls.room.account("Ms. Cedar", "--may-create")
        cls.askers.append(Asker(other, None, may_create=True))
        elsewhere = other.begin_walk("Elsewhere")
        code = other.invite(elsewhere, ["walker"])
        cls.askers.append(Asker(cls.room.join(code, "Another walk's guest"), None, is_guest=True))
        cls.by_role = {a.role: a for a in cls.askers
                       if not a.is_guest and (a.has_read_norms or a.is_teacher)}
        walk = cls.alder.ask("POST", f"/api/walks/{cls.walk}/visits",
                             {"host": cls.by_role["host"].person.id})
        cls.visit = walk["visits"][0]["id"]
        cls.segment = cls.room.add_lesson(cls.visit, "Fractions")
        path = f"/api/walks/{cls.walk}/visits"
        cls.empty = cls.alder.ask("POST", path, {"classroom": "Room 9"})["visits"][1]["id"]
        cls.live = cls.alder.ask("POST", f"{path}/{cls.empty}/live", {})["id"]
        cls.tracks, cls.notes = {}, {}
        cls.open("debrief")
        cls.alder.write_steps(cls.walk, cls.by_role["host"].person)
        for asker in cls.askers:
            if asker.role is not None:
                path = f"/api/segments/{cls.segment}/track"
                cls.tracks[asker] = asker.person.ask("POST", path, {})["id"]
                cls.notes[asker] = cls.write(asker)
                cls.write(asker, "answer", tags=["observation/noticings"])

    @classmethod
    def tearDownClass(cls):
        cls.room.__exit__()

    @classmethod
    def open(cls, phase):
        cls.alder.open_phase(cls.walk, phase)
        for asker in cls.askers:
            asker.phase = phase

    @classmethod
    def change(cls, asker, **change):
        answer = asker.person.call("POST", f"/api/walks/{cls.walk}/changes", {"changes": [change]})
        return answer.json["results"][0]["status"] if answer.status == 200 else answer.status

    @classmethod
    def write(cls, asker, kind="noticing", **more):
        note = {"id": str(uuid.uuid4()), "track": cls.tracks[asker], "kind": kind, "start": 10 ** 9,
                "text": f"by {asker}", **more}
        status = cls.change(asker, op="put", note=note)
        return note["id"] if status == "kept" else None

    def fill(self, value):
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        if not isinstance(value, str) or "{" not in value:
            return value
        names = {"walk": self.walk, "visit": self.visit, "segment": self.segment, "phase": self.alder_phase,
                 "empty": self.empty, "live": self.live,
                 "timekeeper": self.by_role["timekeeper"].person.id}
        if "{invitation}" in value:
            walk = self.alder.call("POST", f"/api/walks/{self.walk}/invitations",
                                   {"roles": ["walker"]})
            names["invitation"] = walk.json["id"] if walk.status == 200 else self.invitation
            self.invitation = names["invitation"]
        if "{work}" in value:
            names["work"] = self.put_work()
        return value.format(**names)

    def put_work(self):
        """A sample of student work, as an upload by nobody who is here leaves it; its id."""
        work, media = uuid.UUID(int=7), bytes(32)
        with sqlite3.connect(f"{self.room.folder}/data/ledger.db", timeout=30) as ledger:
            ledger.execute("INSERT OR IGNORE INTO media (media, original, media_type, size_bytes, "
                           "playable, playable_type, added_utc_us) "
                           "VALUES (?, 'original.png', 'image/png', 1, '', '', 1)", (media,))
            ledger.execute("INSERT OR IGNORE INTO work (work_id, segment_id, media, title, added_by,"
                           " added_utc_us) VALUES (?, ?, ?, 'A drawing', ?, 1)",
                           (work.bytes, uuid.UUID(self.segment).bytes, media, uuid.uuid4().bytes))
        ledger.close()
        return str(work)

    @property
    def alder_phase(self):
        return self.by_role["facilitator"].phase

    def test_each_endpoint_lets_in_whom_the_phase_lets_in(self):
        asked = {}
        for phase in PHASES:
            self.open(phase)
            for asker, (method, path, body, may, *yes) in itertools.product(self.askers, ENDPOINTS):
                token = asker.person.token if asker.person else None
                answer = self.room.call(method, self.fill(path), self.fill(body), token=token)
                wanted = expected(asker, may)
                if path.endswith("/invitations") and method == "POST" and phase == "closed" \
                        and wanted == 200:
                    wanted = 422
                if yes and wanted == 200:
                    [wanted] = yes
                with self.subTest(phase=phase, asker=asker, endpoint=f"{method} {path}"):
                    self.assertEqual(class_of(answer.status), wanted, answer)
                asked[wanted] = asked.get(wanted, 0) + 1
        self.assertEqual(sum(asked.values()), len(PHASES) * len(self.askers) * len(ENDPOINTS))
        for status in (200, 401, 403, 404):
            self.assertGreater(asked[status], 50, asked)

    def test_a_teacher_makes_a_visit_to_her_own_class_and_to_no_other(self):
        path = f"/api/walks/{self.walk}/visits"
        facilitator = self.by_role["facilitator"]
        for phase in PHASES:
            self.open(phase)
            for asker in self.askers:
                if asker.person is None or asker is facilitator:
                    continue
                own = asker.person.call("POST", path, {"host": asker.person.id})
                other = asker.person.call("POST", path, {"host": facilitator.person.id})
                hidden = asker.person.call("POST", path, {
                    "host": asker.person.id, "visits": [{"host": facilitator.person.id}]})
                with self.subTest(phase=phase, asker=asker):
                    self.assertEqual(hidden.status, other.status, hidden)
                    self.assertEqual(class_of(own.status), expected(asker, set_focus), own)
                    self.assertEqual(other.status, 403 if member(asker, None) else 404, other)

    def test_several_visits_are_made_at_once_or_none(self):
        self.open("prepare")
        alder, host = self.alder, self.by_role["host"].person
        path = f"/api/walks/{self.walk}/visits"
        before = len(alder.ask("GET", f"/api/walks/{self.walk}")["visits"])
        room = {"classroom": " Room 12 ", "school": "Cedar", "planned": "2031-03-04T09:40:00Z"}
        for wrong in ({"host": str(uuid.uuid4())}, {"planned": "soon"}, {"duration_ms": -1}, 7,
                      {"classroom": "x" * 201}):
            alder.ask("POST", path, {"visits": [room, wrong]}, status=422)
        self.assertEqual(len(alder.ask("GET", f"/api/walks/{self.walk}")["visits"]), before)
        made = alder.ask("POST", path, {"visits": [room, {**room, "host": host.id}]})["visits"]
        made = sorted(made, key=lambda visit: visit["order"])[before:]
        self.assertEqual([(v["classroom"], v["school"]) for v in made], [("Room 12", "Cedar")] * 2)
        alder.ask("PATCH", f"{path}/{made[0]['id']}", {"classroom": "Room 7"})
        alder.ask("PATCH", f"{path}/{uuid.uuid4()}", {"classroom": "Room 7"}, status=404)

    def test_the_focus_belongs_to_a_teacher_of_the_walk(self):
        self.open("prepare")
        path, host = f"/api/walks/{self.walk}", self.by_role["host"].person
        walk = self.alder.ask("PATCH", path, {"focus_owner": host.id})
        self.assertEqual(walk["focus_owner"], host.id)
        coach = self.by_role["coach"].person
        for who, owner in ((self.alder, coach.id), (self.alder, str(uuid.uuid4())), (self.alder, 7),
                           (host, self.alder.id)):
            who.ask("PATCH", path, {"focus_owner": owner}, status=422)

    def test_the_walk_tells_each_what_may_be_done(self):
        wanted = {"watch": watch_any, "write": write_any, "set_focus": set_focus, "lead": lead,
                  "upload": set_focus, "keep_time": keep_time,
                  "see_notes": lambda who, _: see_others_notes(who)}
        of_lesson = {"is_mine": teach, "may_watch": watch, "may_write": write}
        for phase in PHASES:
            self.open(phase)
            for asker in self.askers:
                if not member(asker, None):
                    continue
                walk = asker.person.ask("GET", f"/api/walks/{self.walk}")
                lesson = next(s for v in walk["visits"] for s in v["segments"])
                for name, may in (*wanted.items(), *of_lesson.items()):
                    told = walk["may"] if name in wanted else lesson
                    with self.subTest(phase=phase, asker=asker, may=name):
                        self.assertEqual(told[name], bool(may(asker, None)))
                with self.subTest(phase=phase, asker=asker):
                    self.assertEqual(walk["me"]["missing"],
                                     [] if ready(asker, None) else ["norms"])

    def test_notes_of_others_are_read_when_the_phase_opens_them_and_own_ones_always(self):
        for phase in PHASES:
            self.open(phase)
            for asker in self.askers:
                answer = (asker.person.call("GET", f"/api/walks/{self.walk}/notes")
                          if asker.person else None)
                if asker.person is None or not member(asker, None):
                    continue
                kinds = ("noticing", "answer")
                seen = {(n["author"], n["kind"]) for n in answer.json["notes"]
                        if n["kind"] in kinds}
                authors = {a.person.id for a in self.notes}
                authors = authors if see_others_notes(asker) else {asker.person.id}
                wanted = set(itertools.product(authors, kinds))
                with self.subTest(phase=phase, asker=asker):
                    self.assertEqual(seen, wanted)

    def test_notes_are_written_changed_and_answered_as_the_phase_says(self):
        for phase in PHASES:
            self.open("debrief")
            self.open(phase)
            for asker in self.askers:
                if asker.role is None:
                    continue
                with self.subTest(phase=phase, asker=asker):
                    self.assertEqual(self.write(asker) is not None, bool(write(asker, None)))
                    self.assertEqual(self.write(asker, "answer", tags=["observation/noticings"])
                                     is not None, bool(write(asker, None)))
                    others = self.notes[self.by_role["coach"]]
                    reply = self.write(asker, "reply", reply_to=others)
                    may_reply = member(asker, None) and asker.role in {
                        "debrief": ALL, "feedback": TALKS, "next-steps": TALKS}.get(phase, ())
                    self.assertEqual(reply is not None, may_reply)
                    progress = self.write(asker, "progress")
                    may_mark = member(asker, None) and asker.role in {
                        "debrief": ALL, "feedback": ("host", "coach")}.get(phase, ())
                    self.assertEqual(progress is not None, may_mark)
                    for op in ("delete", "restore"):
                        done = self.change(asker, op=op, id=self.notes[asker],
                                           track=self.tracks[asker])
                        wanted = "kept" if in_open_walk(asker, None) else (
                            "refused" if member(asker, None) else 404)
                        self.assertEqual(done, wanted, op)

    def test_who_reads_the_norms_watches_at_once_and_who_looks_is_told_what_to_do(self):
        self.open("visit")
        path = f"/api/segments/{self.segment}/ticket"
        person = self.room.account("Comes late")
        person.ask("POST", "/api/join", {"code": self.alder.invite(self.walk, ["walker"])})
        refused = person.ask("POST", path, {}, status=403)["error"]
        self.assertEqual(refused["code"], "prepare")
        self.assertIn("read the norms", refused["message"])
        track = person.ask("POST", f"/api/segments/{self.segment}/track", {})["id"]
        note = {"id": str(uuid.uuid4()), "track": track, "kind": "noticing", "start": 1,
                "text": "Too early"}
        changes = {"changes": [{"op": "put", "note": note}]}
        answer = person.ask("POST", f"/api/walks/{self.walk}/changes", changes)["results"][0]
        self.assertEqual(answer["status"], "refused")
        self.assertIn("read the norms", answer["message"])
        walk = person.read_norms(self.walk, lens_name="Student talk", intention=" Who speaks? ")
        self.assertEqual(walk["me"]["missing"], [])
        lens = next(one["id"] for one in walk["lenses"] if one["name"] == "Student talk")
        self.assertEqual(walk["me"]["lens"], lens)
        mine = next(one for one in walk["members"] if one["person"] == person.id)
        self.assertEqual(mine["lens"], lens)
        person.ask("POST", path, {})
        answer = person.ask("POST", f"/api/walks/{self.walk}/changes", changes)["results"][0]
        self.assertEqual(answer["status"], "kept")
        # A second who chooses it chooses the same; what is no lens here is none.
        walk = self.by_role["coach"].person.read_norms(self.walk, lens_name="Student talk")
        self.assertEqual(walk["me"]["lens"], lens)
        for wrong in ({"lens_name": "Nobody's"}, {"lens": str(uuid.uuid4())}, {"lens": 7},
                      {"intention": "x" * 2001}):
            person.ask("PUT", f"/api/walks/{self.walk}/me", wrong, status=422)
        self.room.call("POST", f"/api/segments/{self.segment}/track", {}, token=person.token)
        tracks = [t for v in person.ask("GET", f"/api/walks/{self.walk}")["visits"]
                  for s in v["segments"] for t in s["tracks"] if t["person"] == person.id]
        self.assertEqual([(t["lens"], t["intention"]) for t in tracks], [(lens, " Who speaks? ")])

    def put_on_board(self, asker, **item):
        """Whether it was kept."""
        answer = asker.person.call("POST", f"/api/walks/{self.walk}/board", {"changes": [item]})
        if answer.status != 200:
            return False
        return answer.json["results"][0]["status"] == "kept"

    def test_the_board_is_changed_as_the_phase_says(self):
        by_coach = self.notes[self.by_role["coach"]]
        facilitator = self.by_role["facilitator"]
        self.open("debrief")
        step, outcome = str(uuid.uuid4()), {
            "type": "outcome", "kind": "asset", "text": "They draw", "cites": [by_coach]}
        self.assertTrue(self.put_on_board(facilitator, type="step", id=step, level="coach", text="Plan"))
        for phase in PHASES:
            self.open(phase)
            for asker in self.askers:
                if asker.role is None:
                    continue
                with self.subTest(phase=phase, asker=asker):
                    may = bool(arrange(asker))
                    group = {"type": "group", "id": str(uuid.uuid4()), "title": "Talk"}
                    card = {"type": "card", "note": by_coach, "position": 1}
                    self.assertEqual(self.put_on_board(asker, **group), may)
                    self.assertEqual(self.put_on_board(asker, **card), may)
                    self.assertEqual(self.put_on_board(asker, id=str(uuid.uuid4()), **outcome), may)
                    own = {"type": "step", "id": str(uuid.uuid4()), "level": "teacher", "text": "Try"}
                    self.assertEqual(self.put_on_board(asker, **own), bool(plan(asker)))
                    self.assertEqual(self.put_on_board(asker, agree=True, **own),
                                     bool(plan(asker) and asker.role == "host"))
                    told = {"type": "follow-up", "id": str(uuid.uuid4()), "step": step,
                            "state": "trying", "on": "2026-12-01"}
                    self.assertEqual(self.put_on_board(asker, **told), bool(follow_up(asker)))
                    said = {"type": "message", "id": str(uuid.uuid4()), "text": "Which moment?"}
                    self.assertEqual(self.put_on_board(asker, **said),
                                     may and asker.role in TALKS)
                    if see_others_notes(asker):
                        items = asker.person.ask("GET", f"/api/walks/{self.walk}/board")["items"]
                        self.assertEqual("message" in {item["type"] for item in items},
                                         asker.role in TALKS and self.said(facilitator))

    def test_the_next_walk_shows_of_the_one_before_what_that_one_shows(self):
        """To who is of both; to others of the next it is as if there were none."""
        self.open("debrief")
        by_coach = self.notes[self.by_role["coach"]]
        facilitator, walker = self.by_role["facilitator"], self.by_role["walker"]
        self.assertTrue(self.put_on_board(facilitator, type="outcome", id=str(uuid.uuid4()), text="What if?",
                                          kind="wondering", cites=[by_coach]))
        following = self.alder.ask("POST", f"/api/walks/{self.walk}/next", {"title": "Cycle 2"})
        self.assertEqual(following["previous"], self.walk)
        code = self.alder.invite(following["id"], ["walker"])
        newcomer = self.room.join(code, "Newcomer")
        walker.person.ask("POST", "/api/join", {"code": code})
        path = f"/api/walks/{following['id']}/before"
        for phase in PHASES:
            self.open(phase)
            for asker in (facilitator, walker):
                told = asker.person.ask("GET", path)
                with self.subTest(phase=phase, asker=asker):
                    if see_others_notes(asker):
                        self.assertEqual(told["walk"], self.walk)
                        texts = [item["text"] for item in told["items"] if item["type"] == "outcome"]
                        self.assertIn("What if?", texts)
                    else:
                        self.assertEqual(told, {})
            self.assertEqual(newcomer.ask("GET", path), {})

    def said(self, facilitator):
        """Whether anything was said yet between coach and teacher."""
        items = facilitator.person.ask("GET", f"/api/walks/{self.walk}/board")["items"]
        return any(item["type"] == "message" for item in items)

    def test_nobody_touches_somebody_elses_note_by_any_track(self):
        self.open("debrief")
        victim, attacker = self.by_role["host"], self.by_role["walker"]
        note = self.write(victim)
        mine, theirs = self.tracks[attacker], self.tracks[victim]

        def here():
            notes = victim.person.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]
            return [(n["text"], n["author"]) for n in notes if n["id"] == note]

        def attack():
            for track in (mine, theirs):
                text = {"id": note, "track": track, "kind": "noticing", "start": 0,
                        "text": "taken over", "edited": "2099-01-01T00:00:00Z"}
                for change in ({"op": "put", "note": text}, {"op": "delete", "id": note, "track": track},
                               {"op": "restore", "id": note, "track": track}):
                    self.assertEqual(self.change(attacker, **change), "refused", change)

        before = here()
        self.assertEqual(len(before), 1)
        attack()
        self.assertEqual(here(), before)
        self.assertEqual(self.change(victim, op="delete", id=note, track=theirs), "kept")
        attack()
        self.assertEqual(here(), [])
        self.assertEqual(self.change(victim, op="restore", id=note, track=theirs), "kept")
        self.assertEqual(here(), before)

    def test_every_endpoint_of_the_api_is_asked(self):
        """Of those that the room has: one that it does not have answers 404 "refused"."""
        with open(os.path.join(ROOT, "plugin/room/API.md"), encoding="utf-8") as file:
            text = file.read()
        written = {f"{m} {p}" for m, p in re.findall(
            r"`(GET|POST|PUT|PATCH|DELETE) (/[^`? {]*)", text)}

        def shape(endpoint):
            return re.sub(r"/(\{\w+\}|[A-Z])(?=/|$)", "/X", endpoint)

        known = {shape(f"{m} {p}") for m, p, *_ in ENDPOINTS} | {shape(e) for e in ELSEWHERE}
        unasked = []
        for endpoint in sorted(written):
            method, path = endpoint.split(" ")
            if shape(endpoint) in known or not path.startswith(("/api", "/healthz")):
                continue
            answer = self.room.call(method, re.sub(r"/[A-Z](?=/|$)", "/x", path), b"{}",
                                    token=self.alder.token)
            if not (answer.status in (404, 405) and b'"refused"' in answer.body):
                unasked.append(endpoint)
        for endpoint, file in ELSEWHERE.items():
            self.assertTrue(os.path.exists(os.path.join(ROOT, file)), endpoint)
        self.assertGreater(len(written), 30)
        self.assertEqual(unasked, [])


if __name__ == "__main__":
    unittest.main()
