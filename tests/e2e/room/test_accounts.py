#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signing in, joining and leaving a real room."""
import concurrent.futures
import datetime
import unittest

from room import Room, code_in


def soon(**delta):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class RoomTest(unittest.TestCase):
    def setUp(self):
        self.room = Room()
        self.addCleanup(self.room.__exit__)
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.alder = self.room.sign_in(code)
        self.code = code
        self.walk = self.alder.begin_walk()

    def refused(self, code, name="Nobody"):
        return self.room.call("POST", "/api/join", {"code": code, "name": name})


class Setting(RoomTest):
    def test_a_link_of_a_room_whose_port_changes_says_what_to_do(self):
        with Room() as other:
            self.assertIn("put the port that it prints", other.command("setup", "--name", "A").stdout)
            said = other.start()
            self.assertIn(f"open at http://127.0.0.1:{other.port} ", said)
        with Room(port=9299) as other:
            said = other.command("setup", "--name", "A").stdout
            self.assertIn("http://127.0.0.1:9299/panel/#sign-in=", said)
            self.assertNotIn("put the port", said)


class Joining(RoomTest):
    def test_an_invited_person_is_a_guest_of_that_walk_alone(self):
        other = self.alder.begin_walk("Another")
        walker = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        self.assertEqual(walker.ask("GET", "/api/me")["guest_of"], self.walk)
        self.assertEqual([w["id"] for w in walker.ask("GET", "/api/walks")["walks"]], [self.walk])
        self.assertEqual(walker.call("GET", f"/api/walks/{other}").status, 404)
        self.assertEqual(walker.call("POST", "/api/walks", {"title": "Mine"}).status, 403)
        members = {m["name"]: m["roles"] for m in walker.ask("GET", f"/api/walks/{self.walk}")["members"]}
        self.assertEqual(members, {"Ms. Alder": ["facilitator"], "Wren": ["walker"]})

    def test_an_invitation_opens_as_often_as_it_says_also_at_one_moment(self):
        code = self.alder.invite(self.walk, ["walker"], uses=5)
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda i: self.refused(code, f"Person {i}").status, range(20)))
        self.assertEqual(sorted(answers), [200] * 5 + [404] * 15)
        walk = self.alder.ask("GET", f"/api/walks/{self.walk}")
        self.assertEqual(len(walk["members"]), 6)
        listed = self.alder.ask("GET", f"/api/walks/{self.walk}/invitations")["invitations"]
        self.assertEqual(listed, [])

    def test_unknown_expired_revoked_used_and_closed_get_one_answer(self):
        revoked = self.alder.invite(self.walk, ["walker"], label="Team B")
        listed = self.alder.ask("GET", f"/api/walks/{self.walk}/invitations")["invitations"]
        self.assertEqual([i["label"] for i in listed], ["Team B"])
        self.alder.ask("DELETE", f"/api/invitations/{listed[0]['id']}", status=204)
        used = self.alder.invite(self.walk, ["walker"], uses=1)
        self.room.join(used, "First")
        expired = self.alder.invite(self.walk, ["walker"], expires=soon(seconds=1))
        answers = [self.refused("A" * 22), self.refused(""), self.refused(self.code),
                   self.refused(revoked), self.refused(used)]
        last = self.refused(expired)
        while last.status == 200:
            last = self.refused(expired)
        answers.append(last)
        closed = self.alder.invite(self.walk, ["walker"])
        self.alder.write_steps(self.walk)
        self.alder.open_phase(self.walk, "closed")
        answers.append(self.refused(closed))
        self.assertEqual({(a.status, a.body) for a in answers}, {(404, answers[0].body)})

    def test_limits_that_make_no_sense_make_no_invitation(self):
        for more in ({"uses": 0}, {"uses": -1}, {"uses": "many"}, {"uses": 1.5}, {"expires": "soon"},
                     {"expires": soon(days=-1)}, {"expires": soon(days=1000)}, {"expires": None},
                     {"roles": []}, {"roles": ["facilitator"]}, {"roles": ["king"]}, {"roles": "walker"},
                     {"label": "x" * 201}):
            answer = self.alder.call("POST", f"/api/walks/{self.walk}/invitations",
                                     {"roles": ["walker"], **more})
            self.assertEqual(answer.status, 422, (more, answer))
        listed = self.alder.ask("GET", f"/api/walks/{self.walk}/invitations")["invitations"]
        self.assertEqual(listed, [])

    def test_a_guest_who_comes_again_in_the_same_session_is_the_same_person(self):
        code = self.alder.invite(self.walk, ["walker"], uses=2)
        first = self.room.join(code, "Wren")
        again = first.ask("POST", "/api/join", {"code": code, "name": "Somebody else"})
        self.assertEqual((again["person"], again["token"], again["name"]),
                         (first.id, first.token, "Wren"))
        listed = self.alder.ask("GET", f"/api/walks/{self.walk}/invitations")["invitations"]
        self.assertEqual(listed[0]["uses_left"], 1)
        first.ask("POST", "/api/join", {"code": self.alder.invite(self.walk, ["coach"]), "name": ""})
        roles = {m["name"]: m["roles"]
                 for m in first.ask("GET", f"/api/walks/{self.walk}")["members"]}
        self.assertEqual(roles["Wren"], ["walker", "coach"])

    def test_a_guest_takes_a_second_device_along_by_a_link_that_opens_once(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        code = code_in(wren.ask("POST", "/api/me/link", {})["url"])
        tablet = self.room.sign_in(code)
        self.assertEqual((tablet.id, tablet.name), (wren.id, "Wren"))
        self.assertNotEqual(tablet.token, wren.token)
        self.assertEqual(self.room.call("POST", "/api/sign-in/link", {"code": code}).status, 404)

    def test_a_guest_of_one_walk_is_another_person_in_the_next(self):
        other = self.alder.begin_walk("Another")
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        code = self.alder.invite(other, ["walker"])
        there = wren.ask("POST", "/api/join", {"code": code, "name": "Wren"})
        self.assertNotEqual(there["person"], wren.id)
        self.assertEqual(wren.call("GET", f"/api/walks/{other}").status, 404)

    def test_somebody_with_an_account_joins_as_that_person(self):
        oak = self.room.account("Mr. Oak")
        answer = oak.ask("POST", "/api/join", {"code": self.alder.invite(self.walk, ["coach"])})
        self.assertEqual((answer["person"], answer["walk"]), (oak.id, self.walk))
        self.assertNotIn("guest_of", oak.ask("GET", "/api/me"))
        self.alder.write_steps(self.walk)
        self.alder.open_phase(self.walk, "closed")
        self.assertEqual(oak.call("GET", f"/api/walks/{self.walk}").status, 200)

    def test_who_came_by_an_invitation_is_out_when_the_walk_closes(self):
        people = [self.room.join(self.alder.invite(self.walk, [role]), role)
                  for role in ("walker", "guest", "host", "coach")]
        for person in people:
            self.assertEqual(person.call("GET", f"/api/walks/{self.walk}").status, 200)
        self.alder.write_steps(self.walk, people[2])
        self.alder.open_phase(self.walk, "closed")
        for person in people:
            for path in (f"/api/walks/{self.walk}", f"/api/walks/{self.walk}/notes"):
                self.assertEqual(person.call("GET", path).status, 404, (person.name, path))
            self.assertEqual(person.ask("GET", "/api/walks")["walks"], [])
        self.alder.open_phase(self.walk, "debrief")
        self.assertEqual(people[0].call("GET", f"/api/walks/{self.walk}").status, 200)

    def test_a_name_must_be_there_and_short(self):
        code = self.alder.invite(self.walk, ["walker"], uses=1)
        for name in (None, "", "   ", "x" * 101, 7, "Wr\0en"):
            self.assertEqual(self.refused(code, name).status, 422, name)
        self.assertEqual(self.room.join(code, "  Wren ").name, "Wren")


class Members(RoomTest):
    def put(self, person, roles, by=None):
        return (by or self.alder).call("PUT", f"/api/walks/{self.walk}/members/{person}",
                                       {"roles": roles})

    def test_who_leads_arranges_the_roles_and_lets_people_go(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        self.assertEqual(self.put(wren.id, ["coach"]).status, 200)
        self.assertEqual(wren.ask("GET", f"/api/walks/{self.walk}")["my_roles"], ["coach"])
        self.assertEqual(self.put(wren.id, ["host"], by=wren).status, 403)
        self.assertEqual(self.put(wren.id, ["facilitator"]).status, 422)
        self.alder.ask("DELETE", f"/api/walks/{self.walk}/members/{wren.id}")
        self.assertEqual(wren.call("GET", f"/api/walks/{self.walk}").status, 401)
        members = self.alder.ask("GET", f"/api/walks/{self.walk}")["members"]
        self.assertEqual([m["name"] for m in members], ["Ms. Alder"])

    def test_the_last_who_leads_cannot_leave_the_walk_without_a_lead(self):
        self.assertEqual(self.put(self.alder.id, ["walker"]).status, 409)
        answer = self.alder.call("DELETE", f"/api/walks/{self.walk}/members/{self.alder.id}")
        self.assertEqual(answer.status, 409)
        oak = self.room.account("Mr. Oak")
        self.assertEqual(self.put(oak.id, ["facilitator"]).status, 200)
        answer = self.alder.call("DELETE", f"/api/walks/{self.walk}/members/{self.alder.id}")
        self.assertEqual(answer.status, 204)
        self.assertEqual(self.alder.call("GET", f"/api/walks/{self.walk}").status, 404)

    def test_two_who_leave_at_one_moment_leave_somebody_who_leads(self):
        oak = self.room.account("Mr. Oak")
        for _ in range(10):
            self.put(oak.id, ["facilitator"])
            people = [self.alder, oak]
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                done = list(pool.map(lambda p: self.put(p.id, ["walker"], by=p).status, people))
            self.assertEqual(sorted(done), [200, 409])
            left = people[done.index(409)]
            self.put(self.alder.id, ["facilitator"], by=left)

    def test_another_walks_guest_is_nobody_here(self):
        other = self.alder.begin_walk("Another")
        wren = self.room.join(self.alder.invite(other, ["walker"]), "Wren")
        self.assertEqual(self.put(wren.id, ["walker"]).status, 404)
        self.assertEqual(self.put("0197a000-0000-7000-8000-000000000000", ["walker"]).status, 404)


class Visits(RoomTest):
    def test_visits_stand_in_the_order_they_were_made(self):
        host = self.room.join(self.alder.invite(self.walk, ["walker"]), "Ms. Birch")
        path = f"/api/walks/{self.walk}/visits"
        self.alder.ask("POST", path, {"host": host.id, "planned": "2026-11-23T09:00:00Z",
                                      "duration_ms": 2400000})
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: self.alder.ask("POST", path, {}), range(8)))
        walk = self.alder.ask("GET", f"/api/walks/{self.walk}")
        self.assertEqual([v["order"] for v in walk["visits"]], list(range(1, 10)))
        first = walk["visits"][0]
        self.assertEqual((first["host"], first["duration_ms"]), (host.id, 2400000))
        self.assertEqual(first["planned"][:16], "2026-11-23T09:00")
        self.assertIn("host", host.ask("GET", f"/api/walks/{self.walk}")["my_roles"])

    def test_a_host_is_one_of_the_walks_people(self):
        for host in ("0197a000-0000-7000-8000-000000000000", "x", None, 3):
            answer = self.alder.call("POST", f"/api/walks/{self.walk}/visits", {"host": host})
            self.assertEqual(answer.status, 422, host)
        self.assertEqual(self.alder.ask("GET", f"/api/walks/{self.walk}")["visits"], [])

    def test_guests_make_no_lenses_for_the_whole_room(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        self.assertEqual(wren.call("POST", "/api/lenses", {"name": "Mine"}).status, 403)
        made = self.alder.ask("POST", "/api/lenses", {"name": "Discourse", "description": "Who talks"})
        lenses = self.alder.ask("GET", f"/api/walks/{self.walk}")["lenses"]
        self.assertIn({"id": made["id"], "name": "Discourse", "description": "Who talks"}, lenses)


class Sessions(RoomTest):
    def test_a_sign_in_link_opens_once_also_at_one_moment(self):
        self.assertEqual(self.room.call("POST", "/api/sign-in/link", {"code": self.code}).status, 404)
        code = code_in(self.alder.ask("POST", "/api/me/link", {})["url"])
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(
                lambda _: self.room.call("POST", "/api/sign-in/link", {"code": code}).status,
                range(16)))
        self.assertEqual(sorted(answers), [200] + [404] * 15)

    def test_who_signs_out_is_out_here_or_everywhere(self):
        second = self.room.sign_in(code_in(self.alder.ask("POST", "/api/me/link", {})["url"]))
        third = self.room.sign_in(code_in(self.alder.ask("POST", "/api/me/link", {})["url"]))
        second.ask("POST", "/api/sign-out", status=204)
        self.assertEqual(second.call("GET", "/api/me").status, 401)
        self.assertEqual(third.call("GET", "/api/me").status, 200)
        third.ask("POST", "/api/sign-out", {"everywhere": True}, status=204)
        for person in (self.alder, third):
            self.assertEqual(person.call("GET", "/api/me").status, 401)
        self.room.stop()
        self.room.start()
        self.assertEqual(self.alder.call("GET", "/api/me").status, 401)

    def test_forged_tokens_open_nothing(self):
        token = self.alder.token
        for forged in ("", " ", token[:-1], token + "A", token.swapcase(), "A" * 22, "A" * 5000,
                       self.code, "null", "' OR 1=1 --"):
            self.assertEqual(self.room.call("GET", "/api/me", token=forged).status, 401, forged)
        for header in (f"Basic {token}", token, f"Bearer{token}"):
            answer = self.room.call("GET", "/api/me", headers={"Authorization": header})
            self.assertEqual(answer.status, 401, header)
        self.assertEqual(self.room.call("GET", f"/api/me?token={token}").status, 401)
        self.assertEqual(self.room.call("GET", "/api/me", headers={"Cookie": f"token={token}"}).status, 401)

    def test_the_ledger_holds_no_secret_as_it_was_handed_out(self):
        code = self.alder.invite(self.walk, ["walker"])
        link = code_in(self.alder.ask("POST", "/api/me/link", {})["url"])
        self.alder.ask("POST", "/api/me/password",
                       {"login": "alder", "password": "correct horse battery"}, status=204)
        self.room.stop()
        for name in ("ledger.db", "ledger.db-wal", "walks.db", "walks.db-wal"):
            try:
                with open(f"{self.room.folder}/data/{name}", "rb") as file:
                    content = file.read()
            except FileNotFoundError:
                continue
            for secret in (code, link, self.code, self.alder.token, "correct horse battery"):
                self.assertNotIn(secret.encode(), content, name)


class Passwords(RoomTest):
    def sign_in(self, login, password):
        return self.room.call("POST", "/api/sign-in/password", {"login": login, "password": password})

    def test_a_chosen_password_signs_in_and_another_does_not(self):
        self.assertEqual(self.room.call("GET", "/api/sign-in/ways").json, {"password": True})
        self.assertEqual(self.sign_in("alder", "correct horse").status, 401)
        self.alder.ask("POST", "/api/me/password",
                       {"login": "Alder", "password": "correct horse"}, status=204)
        right = self.sign_in("aLDER", "correct horse")
        self.assertEqual((right.status, right.json["person"]), (200, self.alder.id))
        wrong = [self.sign_in("alder", "correct hors"), self.sign_in("alder", ""),
                 self.sign_in("nobody", "correct horse"), self.sign_in("alder", "x" * 5000),
                 self.sign_in("alder", None), self.sign_in(None, "correct horse")]
        self.assertEqual({(a.status, a.body) for a in wrong}, {(401, wrong[0].body)})

    def test_what_is_no_good_password_or_name_is_refused(self):
        for body in ({"password": "correct horse"}, {"login": "alder", "password": "short"},
                     {"login": "al", "password": "correct horse"},
                     {"login": "a b c", "password": "correct horse"},
                     {"login": "alder", "password": "x" * 1025}, {"login": "alder"}):
            answer = self.alder.call("POST", "/api/me/password", body)
            self.assertIn(answer.status, (409, 422), (body, answer))

    def test_a_new_password_ends_the_other_sessions(self):
        second = self.room.sign_in(code_in(self.alder.ask("POST", "/api/me/link", {})["url"]))
        second.ask("POST", "/api/me/password",
                   {"login": "alder", "password": "correct horse"}, status=204)
        self.assertEqual(self.alder.call("GET", "/api/me").status, 401)
        self.assertEqual(second.call("GET", "/api/me").status, 200)

    def test_a_taken_name_is_not_taken_over(self):
        oak = self.room.account("Mr. Oak")
        body = {"login": "walks", "password": "correct horse"}
        self.alder.ask("POST", "/api/me/password", body, status=204)
        self.assertEqual(oak.call("POST", "/api/me/password", dict(body, login="WALKS")).status, 409)
        self.assertEqual(self.sign_in("walks", "correct horse").json["person"], self.alder.id)

    def test_guests_have_no_password(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        answer = wren.call("POST", "/api/me/password", {"login": "wren", "password": "correct horse"})
        self.assertEqual(answer.status, 422)

    def test_guesses_at_one_account_are_limited_and_nobody_else_is_held_up(self):
        self.alder.ask("POST", "/api/me/password",
                       {"login": "alder", "password": "correct horse"}, status=204)
        answers = [self.sign_in("alder", f"guess number {i}") for i in range(30)]
        self.assertEqual(answers[0].status, 401)
        self.assertEqual(answers[-1].status, 429)
        self.assertTrue(answers[-1].headers["Retry-After"])
        self.assertGreaterEqual(sum(a.status == 429 for a in answers), 5)
        self.assertEqual(self.alder.call("GET", "/api/me").status, 200)
        self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")


class Guessing(RoomTest):
    def test_guesses_at_codes_are_limited_by_address_and_right_ones_cost_nothing(self):
        code = self.alder.invite(self.walk, ["walker"])
        for i in range(100):
            self.room.join(code, f"Pupil {i}")
        answers = [self.refused("A" * 21 + "BCDEFGHIJK"[i % 10]).status for i in range(120)]
        self.assertEqual(answers[0], 404)
        self.assertEqual(answers[-1], 429)
        self.assertEqual(self.refused(code).status, 429)
        self.assertEqual(self.room.call("POST", "/api/sign-in/link", {"code": "x"}).status, 429)
        self.assertEqual(self.alder.call("GET", "/api/me").status, 200)


class Commands(RoomTest):
    def test_an_invitation_made_at_the_machine_opens_the_walk_while_the_room_is_open(self):
        made = self.room.command("invite", "--walk", "Fractions", "--roles", "coach,walker",
                                 "--label", "Team B", "--uses", "1")
        wren = self.room.join(code_in(made.stdout), "Wren")
        self.assertEqual(wren.ask("GET", f"/api/walks/{self.walk}")["my_roles"], ["walker", "coach"])
        self.assertEqual(self.refused(code_in(made.stdout)).status, 404)

    def test_a_new_link_lets_somebody_in_who_lost_theirs(self):
        self.room.account("Mr. Oak")
        made = self.room.command("sign-in-link", "--name", "Mr. Oak")
        oak = self.room.sign_in(code_in(made.stdout))
        self.assertEqual(oak.ask("GET", "/api/me"), {"person": oak.id, "name": "Mr. Oak",
                                                     "may_create": False, "is_admin": False})

    def test_what_cannot_be_meant_makes_nothing(self):
        self.room.account("Mr. Oak")
        self.room.account("Mr. Oak")
        self.alder.begin_walk("Fractions")
        for words in (["sign-in-link", "--name", "Mr. Oak"], ["sign-in-link", "--name", "Nobody"],
                      ["sign-in-link"], ["invite"], ["invite", "--walk", "Fractions"],
                      ["invite", "--walk", self.walk, "--roles", "facilitator"],
                      ["invite", "--walk", self.walk, "--days", "-1"],
                      ["invite", "--walk", self.walk, "--uses", "-1"],
                      ["invite", "--walk", "Nowhere"], ["add-account"],
                      ["add-account", "--name", ""]):
            done = self.room.command(*words, check=False)
            self.assertEqual((done.returncode, done.stdout), (1, ""), words)
            self.assertTrue(done.stderr.startswith("lessonwalk-room: "), words)

    def test_the_commands_say_so_where_there_is_no_room(self):
        with Room() as empty:
            done = empty.command("add-account", "--name", "Mr. Oak", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("There is no room", done.stderr)


if __name__ == "__main__":
    unittest.main()
