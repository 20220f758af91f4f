#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trends across walks: who sees what, what they rest on, and what stays when evidence is erased."""
import csv
import io
import unittest
import uuid

from room import Room

MINUTE = 60 * 10**9


def new():
    return str(uuid.uuid4())


class Trends(unittest.TestCase):
    """One room for all: two rounds of a practice, and a third walk that is still private."""

    @classmethod
    def setUpClass(cls):
        cls.room = Room()
        cls.addClassCleanup(cls.room.__exit__)
        code = cls.room.setup("Ms. Alder")
        cls.room.start()
        cls.alder = cls.room.sign_in(code)
        cls.practice = new()
        cls.lens = cls.alder.ask("POST", "/api/lenses", {"name": "Students’ talk"})["id"]
        cls.kept(cls.alder, {"type": "practice", "id": cls.practice, "title": "Giving reasons"})
        cls.first, cls.wren, cls.notes = cls.round("Autumn", "Room 10", "Wren", 3)
        cls.second, cls.lark, more = cls.round("Winter", "Room 9", "Lark", 2, cls.first)
        cls.notes += more
        cls.hidden, cls.finch, cls.private = cls.round("Spring", "Room 2", "Finch", 2)
        for walk in (cls.first, cls.second):
            cls.alder.open_phase(walk, "debrief")

    @classmethod
    def round(cls, title, classroom, walker, count, before=None):
        """A walk of the practice with one visit and notes of one walker, not open yet."""
        alder = cls.alder
        if before:
            walk = alder.ask("POST", f"/api/walks/{before}/next", {"title": title})["id"]
            alder.ask("PATCH", f"/api/walks/{walk}", {"focus": "Evidence", "inquiry": "How?"})
            alder.read_norms(walk)
        else:
            walk = alder.begin_walk(title)
            alder.ask("PATCH", f"/api/walks/{walk}", {"practice": cls.practice})
        visit = alder.ask("POST", f"/api/walks/{walk}/visits",
                          {"classroom": classroom, "school": "Elm School", "district": "Riverside"})["visits"][0]["id"]
        segment = cls.room.add_lesson(visit, title)
        person = cls.room.join(alder.invite(walk, ["walker"]), walker)
        person.read_norms(walk, lens=cls.lens)
        alder.open_phase(walk, "visit")
        track = person.ask("POST", f"/api/segments/{segment}/track", {})["id"]
        ids = [new() for _ in range(count)]
        changes = [{"op": "put", "note": {"id": one, "track": track, "kind": "noticing",
                                          "start": i * 2 * MINUTE, "text": f"{title} {i}"}}
                   for i, one in enumerate(ids)]
        done = person.ask("POST", f"/api/walks/{walk}/changes", {"changes": changes})["results"]
        assert all(result["status"] == "kept" for result in done), done
        return walk, person, ids

    @classmethod
    def put(cls, by, change):
        return by.ask("POST", "/api/trends", {"changes": [change]})["results"][0]

    @classmethod
    def kept(cls, by, change):
        done = cls.put(by, change)
        assert done["status"] == "kept", done
        return done["item"]

    def trend(self, cites, **more):
        return {"type": "trend", "id": new(), "practice": self.practice, "kind": "asset",
                "text": "Students give reasons", "cites": cites, **more}

    def board(self, by, **asked):
        query = "&".join(f"{key}={value}" for key, value in asked.items())
        return by.ask("GET", f"/api/trends?{query}")

    def test_a_district_counts_what_its_schools_do(self):
        district, = self.alder.ask("GET", "/api/trends?level=district")["places"]
        school, = self.alder.ask("GET", f"/api/trends?level=school&place={district['id']}")["places"]
        self.assertEqual((district["name"], school["name"]), ("Riverside", "Elm School"))
        self.assertEqual(district["noticings"], school["noticings"])
        self.assertGreater(district["noticings"], 0)

    def test_only_walks_whose_notes_are_open_are_counted(self):
        board = self.board(self.alder)
        there = [one for one in self.notes if one]
        self.assertEqual((board["visits"], board["noticings"]), (2, len(there)))
        self.assertEqual([walk["title"] for walk in board["walks"]], ["Autumn", "Winter"])
        self.assertEqual([place["name"] for place in board["places"]], ["Room 9", "Room 10"])
        self.assertEqual(self.board(self.wren)["noticings"], len(there) - 2)
        self.assertEqual(self.board(self.lark)["noticings"], 2)
        self.assertEqual(self.board(self.finch)["noticings"], 0)
        self.assertNotIn("Room 2", str(self.board(self.finch)))
        self.assertEqual(self.room.call("GET", "/api/trends").status, 401)
        self.assertEqual(self.alder.call("GET", "/api/trends?place=x").status, 404)

    def test_filters_and_pages(self):
        schools = self.board(self.alder, level="school")["places"]
        self.assertEqual([(one["name"], one["visits"]) for one in schools], [("Elm School", 2)])
        inside = self.board(self.alder, place=schools[0]["id"], limit=1, offset=1)
        self.assertEqual((inside["n_places"], inside["places"][0]["name"]), (2, "Room 10"))
        self.assertEqual(self.board(self.alder, cycle=self.second)["noticings"], 2)
        self.assertEqual(self.board(self.alder, cycle=self.hidden)["visits"], 0)
        self.assertEqual(self.board(self.alder, place=new())["visits"], 0)

    def test_a_trend_rests_on_two_visits(self):
        one_visit = self.put(self.alder, self.trend(self.notes[:2]))
        self.assertEqual(one_visit["status"], "refused")
        self.assertIn("two visits", one_visit["message"])
        kept = self.kept(self.alder, self.trend([self.notes[0], self.notes[3]]))
        self.assertEqual((kept["visits"], kept["needs_evidence"]), (2, False))
        for cites in ([], ["x"], [self.notes[0], self.private[0]], [new(), self.notes[0]]):
            self.assertEqual(self.put(self.alder, self.trend(cites))["status"], "refused")
        for bad in ({"text": " "}, {"kind": "wondering"}, {"practice": new()}):
            change = self.trend([self.notes[0], self.notes[3]], **bad)
            self.assertEqual(self.put(self.alder, change)["status"], "refused")
        # Who walked sees it, with the evidence that is open to them alone, and does not write it.
        seen = next(one for one in self.board(self.wren, practice=self.practice)["trends"]
                    if one["id"] == kept["id"])
        self.assertEqual([note["id"] for note in seen["evidence"]], [self.notes[0]])
        self.assertEqual((seen["visits"], seen["not_open"]), (2, 1))
        hers = {**self.trend([self.notes[0], self.notes[3]]), "id": kept["id"]}
        self.assertEqual(self.put(self.wren, hers)["status"], "refused")
        self.assertEqual(self.board(self.finch, practice=self.practice)["trends"], [])
        self.kept(self.alder, {"type": "trend", "id": kept["id"], "practice": self.practice,
                               "gone": True})
        self.assertNotIn(kept["id"], str(self.board(self.alder, practice=self.practice)))

    def test_an_outcome_stands_for_the_notes_that_it_cites(self):
        outcome = {"type": "outcome", "id": new(), "kind": "asset", "text": "Reasons",
                   "cites": [self.notes[1]], "position": 1}
        self.alder.ask("POST", f"/api/walks/{self.first}/board", {"changes": [outcome]})
        kept = self.kept(self.alder, self.trend([outcome["id"], self.notes[4]]))
        self.assertEqual(sorted(note["id"] for note in kept["evidence"]),
                         sorted([self.notes[1], self.notes[4]]))

    def test_a_trend_whose_evidence_is_erased_stays_and_says_so(self):
        gone = self.notes[2]
        kept = self.kept(self.alder, self.trend([gone, self.notes[3]]))
        self.wren.ask("POST", f"/api/walks/{self.first}/sync/erase", {"notes": [gone]}, status=204)
        seen = next(one for one in self.board(self.alder, practice=self.practice)["trends"]
                    if one["id"] == kept["id"])
        self.assertEqual((seen["visits"], seen["needs_evidence"]), (1, True))
        self.assertEqual([note["id"] for note in seen["evidence"]], [self.notes[3]])
        self.notes[2] = None
        # A change of its words needs evidence again.
        again = {**self.trend(seen["cites"]), "id": kept["id"], "text": "In other words"}
        self.assertIn("two visits", self.put(self.alder, again)["message"])

    def test_names_can_be_hidden_also_in_the_table(self):
        board = self.board(self.alder, names="false")
        names = {place["id"]: place["name"] for place in board["places"]}
        self.assertEqual(sorted(names.values()), ["Classroom A", "Classroom B"])
        self.assertEqual(self.board(self.alder, names="false", offset=1)["places"][0]["name"],
                         names[self.board(self.alder, offset=1)["places"][0]["id"]])
        plain = self.alder.call("GET", f"/api/trends.csv?practice={self.practice}").body.decode()
        self.assertIn("Room 10", plain)
        kept = self.kept(self.alder, self.trend([self.notes[0], self.notes[3]]))
        table = self.alder.call("GET", f"/api/trends.csv?practice={self.practice}&names=false")
        rows = list(csv.reader(io.StringIO(table.body.decode("utf-8-sig"))))
        self.assertNotIn("Room", str(rows))
        self.assertNotIn("Wren", str(rows))
        self.assertIn("Classroom A", str(rows))
        self.assertIn(["rests on", names[board["places"][0]["id"]]],
                      [row[:2] for row in rows if row[0] == "rests on"])
        self.assertEqual(len({len(row) for row in rows}), 1)
        self.assertNotIn("Room 10", str(self.alder.ask(
            "GET", f"/api/trends/coverage?names=false&practice={self.practice}")))
        self.kept(self.alder, {"type": "trend", "id": kept["id"], "practice": self.practice,
                               "gone": True})

    def test_coverage_tells_minutes_and_lenses_without_a_note(self):
        visits = self.alder.ask("GET", f"/api/trends/coverage?cycle={self.second}")["visits"]
        self.assertEqual([visit["classroom"] for visit in visits], ["Room 9"])
        talk = next(lens for lens in visits[0]["lenses"] if lens["name"])
        self.assertEqual(talk["minutes"][:3], [1, 0, 1])
        # One card says so (Person.show_students), and no note's tags say more.
        self.assertEqual({about: count for about, count in visits[0]["about"].items() if count},
                         {"student": 1})
        self.assertEqual(self.finch.ask("GET", "/api/trends/coverage")["visits"], [])
        first = self.alder.ask("GET", "/api/trends/coverage?limit=1")
        self.assertEqual((len(first["visits"]), first["more"]), (1, True))
        rest = self.alder.ask("GET", "/api/trends/coverage?limit=1&offset=1")
        self.assertEqual((len(rest["visits"]), rest["more"]), (1, False))

    def test_a_year_has_its_rounds_in_order_and_their_plans(self):
        step = {"type": "step", "id": new(), "level": "coach", "text": "Plan the question"}
        done = self.alder.ask("POST", f"/api/walks/{self.first}/board", {"changes": [step]})
        self.assertEqual(done["results"][0]["status"], "kept")
        year = self.alder.ask("GET", f"/api/practices/{self.practice}/year")
        self.assertEqual([one["title"] for one in year["rounds"]], ["Autumn", "Winter"])
        self.assertEqual(year["rounds"][1]["noticings"], 2)
        self.assertEqual([line["text"] for line in year["rounds"][0]["plan"]],
                         ["Plan the question"])
        self.assertEqual([one["title"] for one in
                          self.lark.ask("GET", f"/api/practices/{self.practice}/year")["rounds"]],
                         ["Winter"])
        self.assertEqual(self.finch.call("GET", f"/api/practices/{self.practice}/year").status, 404)
        self.assertEqual(self.alder.call("GET", f"/api/practices/{new()}/year").status, 404)

    def test_the_decision_on_a_practice_needs_a_reason_and_a_leader(self):
        practice = {"type": "practice", "id": self.practice, "title": "Giving reasons"}
        bare = self.put(self.alder, {**practice, "decision": "strengthen"})
        self.assertIn("why", bare["message"].lower())
        kept = self.kept(self.alder, {**practice, "decision": "strengthen", "why": "It works",
                                      "on": "2026-11-22"})
        self.assertEqual((kept["decision"], kept["on"]), ("strengthen", "2026-11-22"))
        for change in ({"title": ""}, {"decision": "best"}, {"on": "soon"}):
            self.assertEqual(self.put(self.alder, {**practice, **change})["status"], "refused")
        self.assertEqual(self.put(self.wren, practice)["status"], "refused")
        seen = self.wren.ask("GET", "/api/practices")["practices"]
        self.assertEqual([(one["decision"], one["may"]["change"]) for one in seen],
                         [("strengthen", False)])
        self.assertEqual(self.finch.ask("GET", "/api/practices")["practices"], [])
        late = self.kept(self.alder, {**practice, "edited": "2020-01-01T00:00:00Z"})
        self.assertEqual(late["decision"], "strengthen")

    def test_whoever_leads_a_walk_says_which_practice_it_is_of(self):
        path = f"/api/walks/{self.hidden}"
        self.assertEqual(self.finch.call("PATCH", path, {"practice": None}).status, 403)
        self.assertEqual(self.alder.call("PATCH", path, {"practice": new()}).status, 422)
        self.assertNotIn("practice", self.alder.ask("PATCH", path, {"practice": None}))
        walk = self.alder.ask("PATCH", path, {"practice": self.practice})
        self.assertEqual(walk["practice"], self.practice)
        for changes in (None, "x", [None], [{"type": "note"}], [{"type": "trend", "id": 3}]):
            answer = self.alder.call("POST", "/api/trends", {"changes": changes})
            self.assertTrue(answer.status == 422 or
                            answer.json["results"][0]["status"] == "refused", answer)


if __name__ == "__main__":
    unittest.main()
