#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Codes on a lesson, how far two coders agree, and small tests of change from cycle to cycle."""
import concurrent.futures
import csv
import io
import random
import unittest
import uuid

from room import Room

SECOND = 10 ** 9
LENGTH_S = 60
COUNTED = ("explains", "why", "revoices", "builds", "disagrees", "teacher-asks")
LASTING = ("pairs", "whole-class")
SHEET = "discussion"


def kappa_of(codes_a, codes_b, code, window_s):
    """Cohen's kappa of put and not put, from the definition; None where it has no value."""
    windows = -(-LENGTH_S // window_s)

    def put(codes):
        found = set()
        for name, start, end in codes:
            if name == code:
                last = start if end == start else end - 1e-6
                found |= set(range(int(start // window_s), int(last // window_s) + 1))
        return {min(w, windows - 1) for w in found}

    a, b = put(codes_a), put(codes_b)
    same = windows - len(a ^ b)
    chance = (len(a) * len(b) + (windows - len(a)) * (windows - len(b))) / windows ** 2
    value = None if chance == 1 else (same / windows - chance) / (1 - chance)
    return same / windows, chance, value, [len(a & b), len(a - b), len(b - a), windows - len(a | b)]


class Coding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = Room(settings=["log-requests=false"])
        code = cls.room.setup("Ms. Alder")
        cls.room.start()
        cls.alder = cls.room.sign_in(code)

    @classmethod
    def tearDownClass(cls):
        cls.room.__exit__()

    def setUp(self):
        self.tracks = {}
        self.walk = self.alder.ask("POST", "/api/walks", {
            "title": "Reasons", "protocol": "small-test-of-change@2"})["id"]
        self.alder.ask("PATCH", f"/api/walks/{self.walk}", {"focus": "Reasons", "inquiry": "How?"})
        self.alder.read_norms(self.walk)
        code = self.alder.invite(self.walk, ["walker"])
        self.birch = self.room.join(code, "Ms. Birch")
        self.cedar = self.room.join(code, "Mr. Cedar")
        self.segment = self.add_lesson("Fractions")

    def add_lesson(self, title):
        visits = self.alder.ask("POST", f"/api/walks/{self.walk}/visits", {})["visits"]
        return self.room.add_lesson(max(visits, key=lambda one: one["order"])["id"], title)

    def put(self, person, code, start, end=None, segment=None, **more):
        """One code in seconds: what the room said."""
        return self.put_all(person, [(code, start, start if end is None else end)], segment,
                            **more)[0]

    def put_all(self, person, codes, segment=None, **more):
        segment = segment or self.segment
        if (person, segment) not in self.tracks:
            self.tracks[person, segment] = person.ask("POST", f"/api/segments/{segment}/track",
                                                      {})["id"]
        results = []
        for first in range(0, len(codes), 400):
            changes = [{"op": "put", "note": {
                "id": str(uuid.uuid4()), "track": self.tracks[person, segment], "kind": "code",
                "start": round(start * SECOND), "end": round(end * SECOND),
                "tags": [f"{SHEET}/{code}"], **more}} for code, start, end in codes[first:first + 400]]
            results += person.ask("POST", f"/api/walks/{self.walk}/changes",
                                  {"changes": changes})["results"]
        return results

    def agreement(self, person, status=200, sheet=SHEET, a=None, b=None, segment=None, **more):
        query = {"sheet": sheet, "a": a or self.birch.id, "b": b or self.cedar.id, **more}
        return person.ask("GET", f"/api/segments/{segment or self.segment}/agreement?" +
                          "&".join(f"{k}={v}" for k, v in query.items()), status=status)

    def table(self, person, query=""):
        answer = person.call("GET", f"/api/walks/{self.walk}/codes.csv{query}")
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer.body.startswith(b"\xef\xbb\xbf"))
        return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))

    def put_test(self, person=None, **fields):
        """A test of change: what the room said of it."""
        item = {"type": "test", "id": str(uuid.uuid4()), "cycle": 1, "change": "Pairs first", **fields}
        item.pop("edited", None)  # now
        person = person or self.alder
        return person.ask("POST", f"/api/walks/{self.walk}/board", {"changes": [item]})["results"][0]

    def clip(self, start, end, segment=None):
        return {"segment": segment or self.segment, "start": round(start * SECOND),
                "end": round(end * SECOND)}

    def random_codes(self, seed):
        chance = random.Random(seed)
        codes = [(chance.choice(COUNTED), chance.randrange(600) / 10, None) for _ in range(25)]
        codes += [(code, start, start + chance.randrange(1, 150) / 10)
                  for code in LASTING for start in (chance.randrange(400) / 10,)]
        return [(code, start, start if end is None else end) for code, start, end in codes]

    # ---- codes ----

    def test_codes_are_the_coders_own_until_the_phase_opens_them(self):
        self.alder.open_phase(self.walk, "code")
        self.assertEqual(self.put(self.birch, "why", 10)["status"], "kept")
        self.assertEqual(self.put(self.cedar, "why", 12)["status"], "kept")
        notes = self.cedar.ask("GET", f"/api/walks/{self.walk}/notes")["notes"]
        self.assertEqual([note["author"] for note in notes], [self.cedar.id])
        self.assertEqual([row["coder"] for row in self.table(self.cedar)], ["Mr. Cedar"])
        self.assertEqual(self.table(self.alder), [])
        for person in (self.alder, self.birch, self.cedar):
            self.agreement(person, status=403)
        stranger = self.room.account(f"Stranger {uuid.uuid4()}")
        self.agreement(stranger, status=404)
        self.assertEqual(stranger.call("GET", f"/api/walks/{self.walk}/codes.csv").status, 404)
        self.alder.open_phase(self.walk, "quantify")
        self.assertEqual({row["coder"] for row in self.table(self.cedar)}, {"Ms. Birch", "Mr. Cedar"})
        self.assertEqual({row["coder"] for row in self.table(self.cedar, "?names=false")},
                         {"coder 1", "coder 2"})
        row = self.table(self.alder)[0]
        self.assertEqual((row["code"], row["title"], row["start"], row["seconds"]), (
            "discussion/why", "A student says why it works", "00:00:10.000", ""))
        self.assertEqual(self.agreement(self.alder)["put_a"], 1)

    def test_what_is_no_code_of_this_lesson_is_refused_with_a_sentence(self):
        self.alder.open_phase(self.walk, "code")
        for code, start, end, more, words in (
                ("no-such", 1, 1, {}, "no such code"),
                ("why", 1, 1, {"tags": []}, "no such code"),
                ("why", 1, 1, {"tags": ["discussion/why", "discussion/builds"]}, "no such code"),
                ("why", 1, 1, {"tags": ["discussion"]}, "no such code"),
                ("why", 1, 4, {}, "on a moment"),
                ("pairs", 9, 4, {}, "ends before it starts"),
                ("pairs", 55, 70, {}, "behind the end of the lesson"),
                ("why", -3, -3, {}, "not a moment")):
            with self.subTest(words=words, more=more):
                result = self.put(self.birch, code, start, end, **more)
                self.assertEqual(result["status"], "refused")
                self.assertIn(words, result["message"])
        self.assertEqual(self.table(self.birch), [])

    def test_a_code_is_changed_by_its_coder_alone(self):
        self.alder.open_phase(self.walk, "quantify")
        self.put(self.birch, "pairs", 5, 9)
        note = self.birch.ask("GET", f"/api/walks/{self.walk}/notes?kind=code")["notes"][0]
        change = {"op": "put", "note": {**note, "end": 20 * SECOND, "edited": "2999-01-01T00:00:00Z"}}
        path = f"/api/walks/{self.walk}/changes"
        self.assertEqual(self.cedar.ask("POST", path, {"changes": [change]})["results"][0]["status"],
                         "refused")
        self.assertEqual(self.birch.ask("POST", path, {"changes": [change]})["results"][0]["status"],
                         "kept")
        self.assertEqual(self.table(self.alder)[0]["seconds"], "15.000")

    # ---- agreement ----

    def test_kappa_is_what_its_definition_says(self):
        a, b = self.random_codes(1), self.random_codes(2)
        a += b[:9]
        self.put_all(self.birch, a)
        self.put_all(self.cedar, b)
        for window_s in (5, 7, 60):
            found = self.agreement(self.alder, window_ms=window_s * 1000)
            observed, expected = [], []
            self.assertEqual(found["windows"], -(-LENGTH_S // window_s))
            for one in found["codes"]:
                o, e, kappa, counts = kappa_of(a, b, one["code"], window_s)
                self.assertEqual([one[n] for n in ("both", "only_a", "only_b", "neither")], counts)
                self.assertAlmostEqual(one["observed"], o)
                self.assertAlmostEqual(one["expected"], e)
                if kappa is None:
                    self.assertIsNone(one["kappa"])
                else:
                    self.assertAlmostEqual(one["kappa"], kappa)
                if sum(counts[:3]):
                    observed.append(o)
                    expected.append(e)
            o, e = sum(observed) / len(observed), sum(expected) / len(expected)
            if e < 1:
                self.assertAlmostEqual(found["overall"]["kappa"], (o - e) / (1 - e))
            told = sum(-(-(d["end"] - d["start"]) // (window_s * SECOND))
                       for d in found["differences"])
            self.assertEqual(told, sum(c["only_a"] + c["only_b"] for c in found["codes"]))
        self.assertEqual(self.agreement(self.alder)["window_ms"], 5000)

    def test_a_question_that_cannot_be_answered_gets_a_sentence(self):
        for more, words in (({"sheet": "no-such"}, "no such code sheet"),
                            ({"a": str(uuid.uuid4())}, "not among this walk"),
                            ({"a": "x"}, "not among this walk"),
                            ({"a": self.cedar.id}, "two different people"),
                            ({"window_ms": 0}, "a tenth of a second"),
                            ({"window_ms": "soon"}, "a tenth of a second")):
            with self.subTest(more=more):
                answer = self.agreement(self.alder, status=422, **more)
                self.assertIn(words, answer["error"]["message"])
        nobody_put = self.agreement(self.alder)
        self.assertEqual((nobody_put["put_a"], nobody_put["overall"]["kappa"]), (0, None))

    def test_two_thousand_codes_on_a_lesson_are_kept_compared_and_listed(self):
        chance = random.Random(7)
        codes = [(chance.choice(COUNTED), at, at) for at in
                 (chance.randrange(LENGTH_S * 1000) / 1000 for _ in range(2000))]
        self.put_all(self.birch, codes[:1])
        with concurrent.futures.ThreadPoolExecutor(8) as together:
            results = [result for part in together.map(
                lambda first: self.put_all(self.birch, codes[first:first + 100]),
                range(1, 2000, 100)) for result in part]
        self.assertEqual({result["status"] for result in results}, {"kept"})
        self.put(self.cedar, "why", 1)
        self.assertEqual(self.agreement(self.alder, window_ms=100)["put_a"], 2000)
        self.assertEqual(len(self.table(self.alder)), 2001)

    # ---- tests of change ----

    def test_what_was_predicted_stays_once_it_is_tried(self):
        self.alder.open_phase(self.walk, "plan")
        kept = self.put_test(prediction="Two reasons", measure="discussion/why")
        test = kept["item"]
        self.assertNotIn("fixed", test)
        test = self.put_test(**{**test, "prediction": "Four reasons"})["item"]
        self.assertEqual(test["prediction"], "Four reasons")
        self.alder.open_phase(self.walk, "try")
        # What is tried is read by all, in a phase in which each is alone; and written by nobody.
        walks = self.birch.ask("GET", f"/api/walks/{self.walk}/tests")
        test = walks["walks"][0]["items"][0]
        self.assertTrue(test["fixed"])
        self.assertFalse(walks["may"]["put"])
        self.assertEqual(self.put_test(**{**test, "found": "Nine"})["status"], "refused")
        self.alder.open_phase(self.walk, "quantify")
        refused = self.put_test(**{**test, "prediction": "Nine reasons"})
        self.assertIn("stays as it was written", refused["message"])
        kept = self.put_test(person=self.birch, **{**test, "remark": "We hoped for less.",
                                                   "found": "Nine", "compared": "More than twice."})
        self.assertEqual((kept["status"], kept["item"]["prediction"], kept["item"]["remark"]),
                         ("kept", "Four reasons", "We hoped for less."))
        self.assertEqual(kept["item"]["predicted"], test["predicted"])

    def test_a_test_that_leans_on_nothing_is_refused_with_a_sentence(self):
        far = self.clip(1, 2, str(uuid.uuid4()))
        for fields, words in (({"change": " "}, "which change"),
                              ({"measure": "discussion/no-such"}, "no such code"),
                              ({"before": far}, "not part of this walk"),
                              ({"after": self.clip(9, 9)}, "ends after it begins"),
                              ({"after": self.clip(9, 4)}, "ends after it begins"),
                              ({"after": self.clip(50, 90)}, "behind the end"),
                              ({"decision": "adopt", "on": "2026-12-01"}, "why"),
                              ({"decision": "adopt", "why": "It helped", "on": "2026-02-30"}, "day"),
                              ({"decision": "later"}, "could not be read"),
                              ({"cycle": 0}, "counted from 1"),
                              ({"from": str(uuid.uuid4())}, "goes on with"),
                              ({"found": "x" * 5000}, "too long")):
            with self.subTest(fields=list(fields)):
                result = self.put_test(**fields)
                self.assertEqual(result["status"], "refused")
                self.assertIn(words, result["message"])

    def test_counts_go_from_cycle_to_cycle_and_from_walk_to_walk(self):
        second = self.add_lesson("Fractions again")
        # Two coders: two and four times within the clip, once outside it.
        self.put_all(self.birch, [("why", at, at) for at in (1, 5, 40)])
        self.put_all(self.cedar, [("why", at, at) for at in (1, 5, 7, 9)])
        self.put_all(self.birch, [("why", at, at) for at in (3, 6, 9, 12, 15, 18)], second)
        self.put_all(self.cedar, [("builds", 3, 3)], second)
        self.put_all(self.birch, [("pairs", 20, 50)], second)
        fields = {"before": self.clip(0, 30), "after": self.clip(0, 30, second)}
        first = self.put_test(measure="discussion/why", decision="adapt", why="More time",
                              on="2026-12-01", **fields)["item"]
        self.put_test(measure="discussion/pairs", **fields)
        why = f"/api/walks/{self.walk}/cycles?measure=discussion/why"
        points = self.birch.ask("GET", why)["points"]
        self.assertEqual([(p["which"], p["count"], p["count_per_minute"], p["coders"])
                          for p in points], [("before", 3, 6, 2), ("after", 3, 6, 2)])
        lasting = self.birch.ask("GET", f"/api/walks/{self.walk}/cycles?measure=discussion/pairs")
        self.assertTrue(lasting["lasts"])
        self.assertEqual(lasting["points"][1]["seconds"], 5)
        self.assertEqual(lasting["points"][1]["seconds_per_minute"], 10)
        self.assertIn("no such code", self.birch.ask(
            "GET", f"/api/walks/{self.walk}/cycles?measure=x", status=422)["error"]["message"])
        # The next walk goes on with it, and tells its people no more than that one opens to them.
        before = self.walk
        self.walk = self.alder.ask("POST", f"/api/walks/{before}/next", {})["id"]
        self.alder.ask("PATCH", f"/api/walks/{self.walk}", {"focus": "Reasons", "inquiry": "How?"})
        third = self.add_lesson("Decimals")
        self.put_all(self.alder, [("why", at, at) for at in range(1, 11)], third)
        self.put_test(measure="discussion/why", cycle=1, after=self.clip(0, 60, third),
                      before=fields["after"], **{"from": first["id"]})
        path = f"/api/walks/{self.walk}/cycles?measure=discussion/why"
        points = self.alder.ask("GET", path)["points"]
        self.assertEqual([p["count_per_minute"] for p in points], [6, 6, 10])
        walks = self.alder.ask("GET", f"/api/walks/{self.walk}/tests")["walks"]
        self.assertEqual([walk["walk"] for walk in walks], [before, self.walk])
        newcomer = self.room.join(self.alder.invite(self.walk, ["walker"]), "Ms. Fern")
        self.assertEqual([p["count_per_minute"] for p in newcomer.ask("GET", path)["points"]], [10])
        # Where others' codes are closed again, no count is told.
        self.alder.open_phase(before, "code")
        points = self.alder.ask("GET", path)["points"]
        self.assertEqual([p.get("closed", False) for p in points], [True, True, False])
        self.assertNotIn("count", points[0])


if __name__ == "__main__":
    unittest.main()
