#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What was done stands in the log once, and what was refused does not."""
import contextlib
import unittest
import uuid

from room import Room, code_in

PASSWORD = {"login": "alder", "password": "correct horse"}


class Audit(unittest.TestCase):
    def setUp(self):
        self.room = Room()
        self.addCleanup(self.room.__exit__)
        self.code = self.room.setup("Ms. Alder")
        self.room.start()
        self.alder = self.room.sign_in(self.code)
        self.walk = self.alder.begin_walk()

    @contextlib.contextmanager
    def tells(self, *rows):
        """The rows that what is done inside adds, whole and in this order; they may be told inside."""
        told = list(rows)
        before = len(self.room.audit())
        yield told
        self.assertEqual(self.room.audit()[before:], told)

    def invitation(self, label):
        listed = self.alder.ask("GET", f"/api/walks/{self.walk}/invitations")["invitations"]
        return next(i["id"] for i in listed if i.get("label") == label)

    def row(self, action, person=None, target=None, detail="", walk=None):
        return (action, person, walk, target, detail)

    def signed_in(self, person, way):
        """As the ledger names the person's newest session."""
        targets = [r[3] for r in self.room.audit() if r[:2] == ("signed-in", person.id)]
        self.assertEqual(len(set(targets)), len(targets))
        return self.row("signed-in", person.id, targets[-1], way)

    def member(self, person, roles, by=None):
        by = by or self.alder
        return by.call("PUT", f"/api/walks/{self.walk}/members/{person.id}", {"roles": roles}).status

    def test_an_account_and_the_sign_in_by_its_link(self):
        with self.tells() as told:
            oak = self.room.account("Mr. Oak")
            told += [self.row("account-made", target=oak.id), self.signed_in(oak, "link")]
        with self.tells():
            self.assertEqual(self.room.command("add-account", "--name", "", check=False).returncode, 1)
            for code in (self.code, "A" * 22, ""):
                self.assertEqual(
                    self.room.call("POST", "/api/sign-in/link", {"code": code}).status, 404)

    def test_an_invitation_that_is_made_and_revoked(self):
        path = f"/api/walks/{self.walk}/invitations"
        with self.tells() as told:
            self.alder.invite(self.walk, ["coach", "walker"], label="The names of a team")
            one = self.invitation("The names of a team")
            told.append(self.row("invited", self.alder.id, one, "walker,coach", self.walk))
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        with self.tells():
            self.assertEqual(self.alder.call("POST", path, {"roles": ["king"]}).status, 422)
            self.assertEqual(wren.call("POST", path, {"roles": ["walker"]}).status, 403)
            self.assertEqual(wren.call("DELETE", f"/api/invitations/{one}").status, 403)
        with self.tells(self.row("uninvited", self.alder.id, one, "", self.walk)):
            self.alder.ask("DELETE", f"/api/invitations/{one}", status=204)
            self.alder.call("DELETE", f"/api/invitations/{one}")
        with self.tells() as told:
            made = self.room.command("invite", "--walk", self.walk, "--roles", "guest",
                                     "--label", "Door")
            told.append(self.row("invited", None, self.invitation("Door"), "guest", self.walk))
            self.assertTrue(code_in(made.stdout))

    def test_joining_as_somebody_new_and_as_somebody_known(self):
        code = self.alder.invite(self.walk, ["coach"], label="Team B", uses=3)
        one = self.invitation("Team B")
        with self.tells() as told:
            wren = self.room.join(code, "Wren")
            told += [self.row("account-made", target=wren.id),
                     self.row("joined", wren.id, one, "", self.walk),
                     self.signed_in(wren, "invitation")]
        oak = self.room.account("Mr. Oak")
        with self.tells(self.row("joined", oak.id, one, "", self.walk)):
            oak.ask("POST", "/api/join", {"code": code})
            oak.ask("POST", "/api/join", {"code": code})  # is there already
        self.room.join(code, "The last")
        with self.tells():
            for words in ({"code": code, "name": "Late"}, {"code": "A" * 22, "name": "Nobody"}):
                self.assertEqual(self.room.call("POST", "/api/join", words).status, 404)

    def test_roles_that_change_and_somebody_who_is_let_go(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        with self.tells(self.row("member-changed", self.alder.id, wren.id, "host,coach", self.walk)):
            self.assertEqual(self.member(wren, ["coach", "host"]), 200)
            self.assertEqual(self.member(wren, ["host", "coach"]), 200)  # as it is
        with self.tells():
            self.assertEqual(self.member(wren, ["walker"], by=wren), 403)
            self.assertEqual(self.member(wren, ["facilitator"]), 422)
            self.assertEqual(self.member(self.alder, ["walker"]), 409)  # nobody would lead
            gone = self.alder.call("DELETE", f"/api/walks/{self.walk}/members/{self.alder.id}")
            self.assertEqual(gone.status, 409)
        with self.tells(self.row("member-changed", self.alder.id, wren.id, "none", self.walk)):
            self.alder.ask("DELETE", f"/api/walks/{self.walk}/members/{wren.id}")
            self.alder.call("DELETE", f"/api/walks/{self.walk}/members/{wren.id}")

    def test_the_host_of_a_visit_who_was_none_before(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        with self.tells(self.row("member-changed", self.alder.id, wren.id, "host,walker", self.walk)):
            for _ in range(2):
                self.alder.ask("POST", f"/api/walks/{self.walk}/visits", {"host": wren.id})

    def test_who_changed_board_timer_groups_trends_and_visits_and_none_of_their_words(self):
        ask, walk = self.alder.ask, f"/api/walks/{self.walk}"
        [visit] = ask("POST", walk + "/visits", {"classroom": "Room 12"})["visits"]
        test, practice = str(uuid.uuid4()), str(uuid.uuid4())
        edited = "2026-11-01T10:00:00Z"
        with self.tells() as told:
            timer = ask("POST", walk + "/timer", {"act": "start", "minutes": 5})["timer"]["id"]
            ask("POST", walk + "/timer", {"act": "start", "minutes": 5})
            told.append(self.row("timer-changed", self.alder.id, timer, "start", self.walk))
            for _ in range(2):
                ask("POST", walk + "/clock", {"act": "start", "minutes": 12, "after": 3})
            told.append(self.row("clock-changed", self.alder.id, visit["id"], "start", self.walk))
            ask("POST", walk + "/groups", {})
            told.append(self.row("groups-changed", self.alder.id, None, "", self.walk))
            ask("DELETE", f"{walk}/visits/{visit['id']}")
            told.append(self.row("visit-removed", self.alder.id, visit["id"], "", self.walk))
            ask("POST", f"{walk}/visits/{visit['id']}/restore", {})
            told.append(self.row("visit-restored", self.alder.id, visit["id"], "", self.walk))
            changes = [{"type": "practice", "id": practice, "title": "Words of hers", "about": "",
                        "decision": "none", "why": "", "on": "", "edited": edited}]
            kept = ask("POST", "/api/trends", {"changes": changes})["results"][0]
            self.assertEqual(kept["status"], "kept", kept)
            told.append(self.row("trend-changed", self.alder.id, practice, "practice"))
            ask("POST", walk + "/phase", {"phase": "debrief"})
            told.append(self.row("phase-opened", self.alder.id, None, self.room.audit()[-1][4],
                                 self.walk))
            group = [{"type": "group", "id": test, "title": "Words of hers", "position": 0,
                      "edited": edited}]
            kept = ask("POST", walk + "/board", {"changes": group})["results"][0]
            self.assertEqual(kept["status"], "kept", kept)
            told.append(self.row("board-changed", self.alder.id, test, "group", self.walk))
            gone = [{**group[0], "gone": True, "edited": "2026-11-01T10:01:00Z"}]
            ask("POST", walk + "/board", {"changes": gone})
            told.append(self.row("board-changed", self.alder.id, test, "group gone", self.walk))
            # Rows that wait for others go before one that is written at once.
            ask("POST", walk + "/phase", {"phase": "closed"}, status=409)
            ask("POST", walk + "/phase", {"phase": "visit"})
            told.append(self.row("phase-opened", self.alder.id, None, self.room.audit()[-1][4],
                                 self.walk))

    def test_a_password_that_is_set_and_signs_in(self):
        with self.tells(self.row("password-set", self.alder.id, self.alder.id)):
            self.alder.ask("POST", "/api/me/password", PASSWORD, status=204)
        with self.tells() as told:
            right = self.room.call("POST", "/api/sign-in/password", PASSWORD)
            self.assertEqual(right.status, 200)
            told.append(self.signed_in(self.alder, "password"))
        oak = self.room.account("Mr. Oak")
        with self.tells():
            self.assertEqual(oak.call("POST", "/api/me/password", PASSWORD).status, 409)
            wrong = dict(PASSWORD, password="incorrect horse")
            self.assertEqual(self.room.call("POST", "/api/sign-in/password", wrong).status, 401)
            self.assertEqual(self.alder.call("POST", "/api/me/password", {"password": "x"}).status, 422)

    def test_signing_out_here_and_everywhere(self):
        second = self.room.sign_in(code_in(self.alder.ask("POST", "/api/me/link", {})["url"]))
        session = self.signed_in(second, "link")[3]
        with self.tells(self.row("signed-out", second.id, session)):
            second.ask("POST", "/api/sign-out", status=204)
            self.assertEqual(second.call("POST", "/api/sign-out").status, 401)
        third = self.room.sign_in(code_in(self.alder.ask("POST", "/api/me/link", {})["url"]))
        session = self.signed_in(third, "link")[3]
        with self.tells(self.row("signed-out", third.id, session, "everywhere")):
            third.ask("POST", "/api/sign-out", {"everywhere": True}, status=204)
            self.assertEqual(self.alder.call("POST", "/api/sign-out").status, 401)

    def test_the_log_verifies_after_all_of_it(self):
        wren = self.room.join(self.alder.invite(self.walk, ["walker"]), "Wren")
        self.member(wren, ["coach"])
        wren.ask("POST", "/api/sign-out", status=204)
        self.room.stop()
        said = self.room.command("doctor", check=False).stdout
        self.assertRegex(said, r"audit log is whole: \d+ rows")


if __name__ == "__main__":
    unittest.main()
