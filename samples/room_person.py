# SPDX-License-Identifier: LGPL-2.1-or-later
"""One who is signed in to a room: what the panel does for a person, from a script."""
import base64
import json
import time
import urllib.error
import urllib.request

READY_S = 300  # for checking a film and making what browsers play, on a busy machine
PIECE = 4 * 1024 * 1024
AT_ONCE = 250  # changes in one request


class Refused(Exception):
    """The room said no; the text is its sentence."""


class Person:
    def __init__(self, url, name, code):
        """@code: of a sign-in link, which is used up."""
        self.url, self.name, self.token = url, name, None
        session = self.call("POST", "sign-in/link", {"code": code})
        self.token, self.id = session["token"], session["person"]

    def send(self, method, path, body=None, headers=None):
        head = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        head.update(headers or {})
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/{path}", data=data, headers=head,
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
                return answer.headers, json.loads(text) if text else {}
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            try:
                text = json.loads(text)["error"]["message"]
            except (ValueError, KeyError, TypeError):
                pass
            raise Refused(f"{self.name}, {method} {path}: {error.code} {text}") from error

    def get(self, path):
        return self.send("GET", path)[1]

    def call(self, method, path, body=None):
        return self.send(method, path, {} if body is None else body)[1]

    def change(self, walk, what, changes):
        """@what: "changes" of notes, or "board". Returns those that are not open now, with why."""
        refused = []
        for first in range(0, len(changes), AT_ONCE):
            some = changes[first:first + AT_ONCE]
            results = self.call("POST", f"walks/{walk}/{what}", {"changes": some})["results"]
            refused += [(change, result.get("message", result["status"]))
                        for change, result in zip(some, results) if result["status"] != "kept"]
        return refused

    def upload(self, walk, visit, title, film):
        """Sends the film by tus, piece by piece; returns what says how far the room is with it."""
        facts = {"walk": walk, "visit": visit, "title": title, "filename": film.name,
                 "purpose": "lesson"}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}"
                            for k, v in facts.items())
        size = film.stat().st_size
        head, _ = self.send("POST", "uploads", b"", {
            "Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": metadata})
        place = head["Location"]
        place = place[place.index("/api/") + len("/api/"):]
        with film.open("rb") as data:
            while piece := data.read(PIECE):
                self.send("PATCH", place, piece, {
                    "Tus-Resumable": "1.0.0", "Upload-Offset": str(data.tell() - len(piece)),
                    "Content-Type": "application/offset+octet-stream"})
        return place.rpartition("/")[2]

    def wait_for(self, walk, upload):
        """Until the room has that film ready."""
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            for one in self.get(f"walks/{walk}/uploads")["uploads"]:
                if one["id"] == upload and one["state"] in ("refused", "failed"):
                    raise Refused(one["message"])
                if one["id"] == upload and one["state"] == "ready":
                    return
            time.sleep(0.2)
        raise Refused("The film is still being made ready; look again in a while.")
