#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the sample walk in a room that is open: by its API, as people would.

The teacher of the sample lesson signs in by her link, sets focus and inquiry and uploads the film;
two invented walkers join by an invitation and pin what is in samples/notes. The room and everybody
in it are on this machine; nothing else is reached.
"""
import argparse
import base64
import json
import pathlib
import sys
import time
import urllib.error
import urllib.request
import uuid

SAMPLES = pathlib.Path(__file__).resolve().parent
READY_S = 180  # for checking the film and making what browsers play
PIECE = 4 * 1024 * 1024


class Refused(Exception):
    """The room said no; the text is its sentence."""


class Person:
    """One who is signed in to the room."""

    def __init__(self, url, token):
        self.url = url
        self.token = token

    def send(self, method, path, body=None, headers=None):
        head = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        head.update(headers or {})
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, headers=head, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                text = answer.read()
                return answer.headers, json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            try:
                text = json.loads(text)["error"]["message"]
            except (ValueError, KeyError, TypeError):
                pass
            raise Refused(f"{method} {path}: {error.code} {text}") from error

    def call(self, method, path, body=None):
        return self.send(method, path, body)[1]


def sign_in(url, code):
    answer = Person(url, None).call("POST", "/api/sign-in/link", {"code": code})
    return Person(url, answer["token"]), answer["person"]


def upload(person, walk, visit, title, film):
    """Sends the film by tus, piece by piece; returns its segment once the room has it ready."""
    facts = {"walk": walk, "visit": visit, "title": title, "filename": film.name,
             "purpose": "lesson"}
    metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in facts.items())
    size = film.stat().st_size
    head, _ = person.send("POST", "/api/uploads", b"", {
        "Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": metadata})
    place = head["Location"]
    place = place[place.index("/api/"):]
    with film.open("rb") as data:
        while piece := data.read(PIECE):
            person.send("PATCH", place, piece, {
                "Tus-Resumable": "1.0.0", "Upload-Offset": str(data.tell() - len(piece)),
                "Content-Type": "application/offset+octet-stream"})
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        for one in person.call("GET", f"/api/walks/{walk}/uploads")["uploads"]:
            if place.endswith(one["id"]) and one["state"] == "refused":
                raise Refused(one["message"])
            if place.endswith(one["id"]) and one["state"] == "ready":
                return one["segment"]
        time.sleep(0.3)
    raise Refused("The film is still being made ready; look again in a while.")


def pin_notes(url, code, walk, segment, notes, track, lenses):
    """One invented walker joins, and pins what the sample says she or he pinned."""
    name = next(p["name"] for p in notes["people"] if p["id"] == track["person"])
    joined = Person(url, None).call("POST", "/api/join", {"code": code, "name": name})
    walker = Person(url, joined["token"])
    wanted = {"norms": True, "intention": track["intention"]}
    if track.get("lens") in lenses:
        wanted["lens"] = lenses[track["lens"]]
    walker.call("PUT", f"/api/walks/{walk}/me", wanted)
    mine = walker.call("POST", f"/api/segments/{segment}/track", {})["id"]
    changes = []
    for note in notes["notes"]:
        if note["track"] == track["id"] and "reply_to" not in note:
            own = {k: v for k, v in note.items() if k not in ("lens", "segment", "author")}
            changes.append({"op": "put", "note": {**own, "track": mine, "id": str(uuid.uuid4())}})
    answer = walker.call("POST", f"/api/walks/{walk}/changes", {"changes": changes})
    for result in answer["results"]:
        if result["status"] != "kept":
            raise Refused(result["message"])


def make(url, code, film, notes):
    teacher, person = sign_in(url, code)
    walk = teacher.call("POST", "/api/walks", {"title": "Pressing for evidence, cycle 2"})["id"]
    teacher.call("PUT", f"/api/walks/{walk}/members/{person}", {"roles": ["facilitator", "host"]})
    teacher.call("PATCH", f"/api/walks/{walk}", {
        "focus": "Students say how they know, and answer one another's reasons.",
        "inquiry": "In what ways am I pressing students for evidence?",
        "pd_session": "Talk moves that press for reasoning, February workshop",
        "watch_for": ["What I say right after a student gives an answer",
                      "How long I wait before somebody speaks",
                      "Students who take up one another's words"]})
    visits = teacher.call("POST", f"/api/walks/{walk}/visits", {"host": person})["visits"]
    segment = upload(teacher, walk, visits[-1]["id"], notes["segment"]["title"], film)
    teacher.call("POST", f"/api/walks/{walk}/phase", {"phase": "visit"})
    lenses = {}
    for lens in notes["lenses"]:
        made = teacher.call("POST", "/api/lenses",
                            {"name": lens["name"], "description": lens["description"]})
        lenses[lens["id"]] = made["id"]
    invitation = teacher.call("POST", f"/api/walks/{walk}/invitations",
                              {"roles": ["walker"], "label": "Walkers"})
    code = invitation["url"].rpartition("=")[2]
    for track in notes["tracks"]:
        pin_notes(url, code, walk, segment, notes, track, lenses)
    # So that whoever tries the room sees everybody's notes.
    teacher.call("POST", f"/api/walks/{walk}/phase", {"phase": "debrief"})
    return invitation["url"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("link", help="the teacher's sign-in link, as lessonwalk-room prints it")
    parser.add_argument("--lesson", default="fractions-short")
    options = parser.parse_args()
    url, _, code = options.link.partition("/panel/#sign-in=")
    film = SAMPLES / "made" / f"{options.lesson}.mp4"
    notes = json.loads((SAMPLES / "notes" / f"{options.lesson}.json").read_text("utf-8"))
    try:
        print(make(url, code, film, notes))
    except (Refused, OSError) as error:
        sys.exit(f"The sample walk could not be made: {error}")


if __name__ == "__main__":
    main()
