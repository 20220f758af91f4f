#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Signing in by a real OpenID provider: the npm package oidc-provider."""
import html
import http.client
import http.cookies
import os
import re
import socket
import subprocess
import sys
import unittest
import urllib.parse

from room import BUILD, Room, code_in

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, "..", "..", "..", "tools")
# Node looks for packages where it stands: the script is handed to it there.
MODULES = os.path.join(BUILD, "tests", "e2e", "room", "npm")
FORGERIES = ("by-nobody", "by-the-public-key", "by-another-key", "by-an-unknown-key",
             "by-its-own-key", "with-another-name", "of-another-issuer", "for-another-room",
             "for-two-rooms", "of-another-sign-in", "without-nonce", "run-out", "without-end",
             "of-yesterday", "of-nobody")


def setUpModule():
    """The packages of package-lock.json; at once where they are there already."""
    os.makedirs(MODULES, exist_ok=True)
    subprocess.run([sys.executable, os.path.join(TOOLS, "npm_packages.py"),
                    os.path.join(HERE, "package-lock.json"), MODULES], check=True, timeout=280)


class Browser:
    """Follows links and fills in the provider's two forms; keeps cookies by host and path."""

    def __init__(self):
        self.cookies = {}

    def request(self, method, url, form=None, body=None):
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        sent = "; ".join(f"{name}={value}" for (host, path, name), value in self.cookies.items()
                         if host == parts.netloc and parts.path.startswith(path))
        headers = {"Cookie": sent} if sent else {}
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body,
                           headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in http.cookies.SimpleCookie(line).items():
                key = (parts.netloc, morsel["path"] or "/", name)
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[key] = morsel.value
                else:
                    self.cookies.pop(key, None)
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text

    def follow(self, url, person, stop):
        """Until an address that begins with @stop, which is not asked for."""
        for _ in range(30):
            if url.startswith(stop):
                return url
            status, headers, text = self.request("GET", url)
            if status == 200:
                action = html.unescape(re.search(r'action="([^"]+)"', text).group(1))
                prompt = re.search(r'name="prompt" value="(\w+)"', text).group(1)
                form = {"prompt": prompt, "login": person, "password": "x"}
                status, headers, text = self.request("POST", urllib.parse.urljoin(url, action), form)
            if status not in (302, 303):
                raise AssertionError(f"{url}: {status}: {text[:500]}")
            url = urllib.parse.urljoin(url, headers["Location"])
        raise AssertionError("the way has no end")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class OidcTest(unittest.TestCase):
    domains = ""
    signed_by = "RS256"

    def setUp(self):
        port = free_port()
        self.room = Room(port)
        self.addCleanup(self.room.__exit__)
        with open(os.path.join(HERE, "oidc-provider.js"), encoding="utf-8") as file:
            script = file.read()
        self.provider = subprocess.Popen(
            ["node", "--input-type=module", "-", f"http://127.0.0.1:{port}/api/sign-in/oidc/back",
             self.signed_by],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=MODULES)
        self.addCleanup(self.end_provider)
        self.provider.stdin.write(script)
        self.provider.stdin.close()
        self.issuer = self.provider.stdout.readline().strip()
        self.assertTrue(self.issuer.startswith("http://"), "the provider did not start")
        self.room.settings += [
            f"oidc-issuer={self.issuer}", "oidc-client-id=lessonwalk", "oidc-name=The District",
            "oidc-client-secret=a secret: with / signs & all", f"oidc-domains={self.domains}"]
        code = self.room.setup("Ms. Alder")
        self.room.start()
        self.alder = self.room.sign_in(code)
        self.walk = self.alder.begin_walk()

    def end_provider(self):
        self.provider.kill()
        self.provider.wait()
        self.provider.stdout.close()

    def forge(self, how):
        status, _, _ = Browser().request("GET", f"{self.issuer}/forge?as={how}")
        self.assertEqual(status, 200)

    def sign_in(self, who, browser=None, code=None):
        """Where the room leads back to, behind the #."""
        browser = browser or Browser()
        start = f"{self.room.url}/api/sign-in/oidc"
        if code is not None:
            status, _, text = browser.request("POST", start, body='{"code": "%s"}' % code)
            self.assertEqual(status, 200, text)
            start = re.search(r'"url":"([^"]+)"', text).group(1)
        end = browser.follow(start, who, f"{self.room.url}/panel/")
        return end.partition("#")[2]

    def person(self, fragment):
        return self.room.sign_in(code_in("#" + fragment))


class Uninvited(OidcTest):
    def test_nobody_new_comes_in_unless_it_was_allowed(self):
        self.assertEqual(self.room.call("GET", "/api/sign-in/ways").json,
                         {"password": True, "oidc": {"name": "The District"}})
        self.assertEqual(self.sign_in("oak"), "sign-in-failed=not-invited")

    def test_an_invitation_lets_somebody_in_who_then_is_known(self):
        code = self.alder.invite(self.walk, ["coach"], uses=1)
        before = len(self.room.audit())
        pine = self.person(self.sign_in("pine", code=code))
        self.assertEqual(pine.ask("GET", "/api/me"), {
            "person": pine.id, "name": "Ms. Pine", "may_create": False, "is_admin": False})
        self.assertEqual(pine.ask("GET", f"/api/walks/{self.walk}")["my_roles"], ["coach"])
        self.assertEqual(self.person(self.sign_in("pine")).id, pine.id)
        # Used up, for somebody else.
        self.assertEqual(self.sign_in("oak", code=code), "sign-in-failed=not-invited")
        self.assertEqual(self.sign_in("oak", code="A" * 22), "sign-in-failed=not-invited")
        # All of that stands in the log once, and nothing of those who were refused.
        self.assertEqual([(r[0], r[1] or r[3]) for r in self.room.audit()[before:]],
                         [(action, pine.id) for action in (
                             "account-made", "joined", "came-by-provider", "signed-in",
                             "came-by-provider", "signed-in")])

    def test_the_answer_counts_only_in_the_browser_that_asked(self):
        code = self.alder.invite(self.walk, ["coach"])
        self.person(self.sign_in("pine", code=code))
        back = f"{self.room.url}/api/sign-in/oidc/back"
        mine, victim = Browser(), Browser()
        answer = mine.follow(f"{self.room.url}/api/sign-in/oidc", "pine", back)
        victim.request("GET", f"{self.room.url}/api/sign-in/oidc")
        for browser in (victim, Browser()):
            _, headers, _ = browser.request("GET", answer)
            self.assertTrue(headers["Location"].endswith("#sign-in-failed=again"))
        _, headers, _ = mine.request("GET", answer)
        self.assertIn("#sign-in=", headers["Location"])
        # And once.
        _, headers, _ = mine.request("GET", answer)
        self.assertTrue(headers["Location"].endswith("#sign-in-failed=again"))

    def test_a_code_is_used_once_also_with_the_cookie_kept(self):
        code = self.alder.invite(self.walk, ["coach"])
        self.person(self.sign_in("pine", code=code))
        browser = Browser()
        back = f"{self.room.url}/api/sign-in/oidc/back"
        answer = browser.follow(f"{self.room.url}/api/sign-in/oidc", "pine", back)
        kept = dict(browser.cookies)
        _, headers, _ = browser.request("GET", answer)
        self.assertIn("#sign-in=", headers["Location"])
        browser.cookies = kept
        _, headers, _ = browser.request("GET", answer)
        self.assertTrue(headers["Location"].endswith("#sign-in-failed=provider"))

    def test_no_forged_token_signs_anybody_in(self):
        code = self.alder.invite(self.walk, ["coach"])
        self.forge("unchanged")
        pine = self.person(self.sign_in("pine", code=code))
        self.assertEqual(self.person(self.sign_in("pine")).id, pine.id)
        for how in FORGERIES:
            self.forge(how)
            who = "oak" if how == "with-another-name" else "pine"
            with self.subTest(how):
                self.assertEqual(self.sign_in(who), "sign-in-failed=provider")

    def test_a_provider_that_is_away_is_told_and_nothing_hangs(self):
        self.provider.kill()
        self.provider.wait()
        self.assertEqual(self.room.call("GET", "/api/sign-in/oidc").status, 502)
        self.assertEqual(self.alder.call("GET", "/api/me").status, 200)

    def test_what_comes_back_makes_no_address_and_no_header(self):
        for query in ("", "?code=x", "?code=x&state=y", "?error=access_denied&state=x",
                      "?code=%0d%0aSet-Cookie:%20a=b&state=%0d%0a", "?iss=http://10.0.0.1/&state=x"):
            answer = self.room.call("GET", f"/api/sign-in/oidc/back{query}",
                                    headers={"Cookie": "lessonwalk-sign-in=" + "A" * 200})
            self.assertEqual(answer.status, 302)
            self.assertEqual(answer.headers["Location"],
                             f"{self.room.url}/panel/#sign-in-failed=again")


class SignedByCurve(OidcTest):
    signed_by = "ES256"

    def test_its_tokens_count_and_forged_ones_do_not(self):
        code = self.alder.invite(self.walk, ["coach"])
        self.forge("unchanged")
        pine = self.person(self.sign_in("pine", code=code))
        self.assertEqual(self.person(self.sign_in("pine")).id, pine.id)
        for how in ("by-the-public-key", "by-another-key", "by-its-own-key"):
            self.forge(how)
            with self.subTest(how):
                self.assertEqual(self.sign_in("pine"), "sign-in-failed=provider")


class OurDomain(OidcTest):
    domains = "district.example"

    def test_a_verified_address_of_an_allowed_domain_is_enough(self):
        oak = self.person(self.sign_in("oak"))
        me = oak.ask("GET", "/api/me")
        self.assertEqual((me["name"], me["may_create"], me["is_admin"]), ("Mr. Oak", False, False))
        self.assertEqual(oak.ask("GET", "/api/walks")["walks"], [])
        self.assertEqual(self.sign_in("sly"), "sign-in-failed=not-invited")
        self.assertEqual(self.sign_in("pine"), "sign-in-failed=not-invited")


if __name__ == "__main__":
    unittest.main()
