# SPDX-License-Identifier: LGPL-2.1-or-later
"""A real room in a folder of its own, and people who speak with it over HTTP."""
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import uuid

BUILD = os.environ.get("LESSONWALK_BUILD_ROOT", "build")
PROGRAM = os.environ.get("LESSONWALK_ROOM",
                         os.path.join(BUILD, "plugin", "room", "lessonwalk-room"))
PUT_SEGMENT = os.environ.get("LESSONWALK_PUT_SEGMENT",
                             os.path.join(BUILD, "tests", "e2e", "room", "put-segment"))
ANSWER_S = 60  # a watchdog, not a claim


class Answer:
    """One answer: its status, its headers, and its JSON where it has some."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class Room:
    """A room that runs; use it in a with statement."""

    def __init__(self, port=0, settings=(), env=None):
        self.folder = tempfile.mkdtemp(prefix="lw-room-")
        self.port = port
        self.settings = list(settings)
        self.env = dict(os.environ, **(env or {}))
        self.process = None
        self.url = ""

    def command(self, *words, check=True):
        """Runs lessonwalk-room with this room's settings; what it printed."""
        listen = f"127.0.0.1:{self.port}"
        sets = [f"data={self.folder}/data", f"listen={listen}", *self.settings]
        arguments = [PROGRAM] + [w for s in sets for w in ("--set", s)] + list(words)
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=ANSWER_S,
                              env=self.env, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{words}: {done.returncode}: {done.stderr}")
        return done

    def setup(self, name):
        """Makes an administrator, and gives the code of her link."""
        return code_in(self.command("setup", "--name", name).stdout)

    def start(self):
        """What it says when it is open."""
        sets = [f"data={self.folder}/data", f"listen=127.0.0.1:{self.port}", *self.settings]
        arguments = [PROGRAM] + [w for s in sets for w in ("--set", s)] + ["serve"]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=self.env)
        line = self.process.stdout.readline()
        found = re.search(r"listening on ([0-9.]+):(\d+)", line)
        if found is None:
            raise AssertionError(f"the room did not start: {line!r}")
        self.port = int(found.group(2))
        self.url = f"http://127.0.0.1:{self.port}"
        return line

    def stop(self):
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(ANSWER_S)
        self.process.stdout.close()
        self.process = None
        return code

    def memory(self):
        """Resident bytes of the room."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(file.read().split("VmRSS:")[1].split()[0]) * 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            if self.process is not None:
                self.process.kill()
                self.process.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)

    def call(self, method, path, body=None, token=None, headers=None, connection=None):
        """@body: bytes, or anything that JSON has."""
        connection = connection or self.connect()
        given = dict(headers or {})
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        result = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return result

    def sign_in(self, code):
        return Person(self, self.call("POST", "/api/sign-in/link", {"code": code}).json)

    def account(self, name, *words):
        """Somebody with an account, who may do nothing yet, while the room is open."""
        return self.sign_in(code_in(self.command("add-account", "--name", name, *words).stdout))

    def audit(self):
        """The rows of the log as (action, person, walk, target, detail), oldest first."""
        ledger = sqlite3.connect(f"file:{self.folder}/data/ledger.db?mode=ro", uri=True)
        rows = ledger.execute("SELECT action, person_id, walk_id, target_id, detail FROM audit "
                              "ORDER BY seq").fetchall()
        ledger.close()
        return [tuple(str(uuid.UUID(bytes=field)) if isinstance(field, bytes) else field
                      for field in row) for row in rows]

    def add_lesson(self, visit, title):
        """A segment without a film, for what is not about films; its id."""
        film = os.path.join(self.folder, "film")
        with open(film, "wb") as file:
            file.write(os.urandom(64))
        done = subprocess.run([PUT_SEGMENT, f"{self.folder}/data/walks.db", visit, film, title, "60"],
                              capture_output=True, text=True, timeout=ANSWER_S, check=True)
        return done.stdout.split()[0]

    def join(self, code, name):
        """Somebody new, who has read the norms."""
        answer = self.call("POST", "/api/join", {"code": code, "name": name})
        if answer.status != 200:
            raise AssertionError(answer)
        person = Person(self, answer.json)
        person.read_norms(answer.json["walk"])
        return person


class Person:
    """Somebody who is signed in."""

    def __init__(self, room, signed_in):
        self.room = room
        self.token = signed_in["token"]
        self.id = signed_in["person"]
        self.name = signed_in["name"]

    def call(self, method, path, body=None, **more):
        return self.room.call(method, path, body, token=self.token, **more)

    def ask(self, method, path, body=None, status=200):
        """The answer's JSON; anything but @status fails the test."""
        answer = self.call(method, path, body)
        if answer.status != status:
            raise AssertionError(f"{self.name}: {method} {path}: {answer}")
        return answer.json if answer.body else None

    def begin_walk(self, title="Fractions"):
        """A walk with focus and inquiry, so that its phases open."""
        walk = self.ask("POST", "/api/walks", {"title": title})
        self.ask("PATCH", f"/api/walks/{walk['id']}", {"focus": "Evidence", "inquiry": "How?"})
        self.read_norms(walk["id"])
        return walk["id"]

    def read_norms(self, walk, **more):
        """Does what the usual routine asks before one watches. @more: lens, intention"""
        return self.ask("PUT", f"/api/walks/{walk}/me", {"norms": True, **more})

    def invite(self, walk, roles, **more):
        """The code of a new invitation."""
        made = self.ask("POST", f"/api/walks/{walk}/invitations", {"roles": roles, **more})
        return code_in(made["url"])

    def write_steps(self, walk, host=None):
        """A next step of every level, so that the walk can close. @host: agrees to the teacher's."""
        self.open_phase(walk, "debrief")
        for level in self.ask("GET", f"/api/walks/{walk}/board")["levels"]:
            step = {"type": "step", "id": str(uuid.uuid4()), "level": level["id"], "text": "Try it"}
            by = host if host and level.get("agreed_by") else self
            done = by.ask("POST", f"/api/walks/{walk}/board", {"changes": [step]})["results"][0]
            if done["status"] != "kept":
                raise AssertionError(done)

    def open_phase(self, walk, phase):
        """At its last step; what a board is waited for to show is put there first."""
        told = self.move(walk, {"phase": phase})
        for step in next(one for one in told["phases"] if one["id"] == phase).get("steps", [])[1:]:
            told = self.move(walk, {"phase": phase, "step": step["id"]})
        return told

    def move(self, walk, target):
        answer = self.call("POST", f"/api/walks/{walk}/phase", target)
        if answer.status == 409 and answer.json["error"]["code"] == "evidence":
            self.show_students(walk)
            return self.ask("POST", f"/api/walks/{walk}/phase", target)
        return self.ask("POST", f"/api/walks/{walk}/phase", target) if answer.status != 200 \
            else answer.json

    def show_students(self, walk):
        """Says of a card in the debrief that it speaks of a student."""
        self.ask("POST", f"/api/walks/{walk}/phase", {"phase": "debrief"})
        notes = self.ask("GET", f"/api/walks/{walk}/notes")["notes"]
        note = next(one for one in notes if one["kind"] in ("noticing", "wondering", "progress"))
        card = {"type": "card", "note": note["id"], "position": 0, "about": "student"}
        self.ask("POST", f"/api/walks/{walk}/board", {"changes": [card]})


def code_in(text):
    """The secret of a link."""
    return re.search(r"#(?:join|sign-in)=([A-Za-z0-9_-]+)", text).group(1)


def people_by_role(room, admin, walk):
    """One person of each role, who came by an invitation."""
    return {role: room.join(admin.invite(walk, [role]), role.title())
            for role in ("host", "walker", "coach", "timekeeper", "guest")}
