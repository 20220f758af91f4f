# SPDX-License-Identifier: LGPL-2.1-or-later
"""A room with a walk, its people and a visit that lessons are sent to; and tus spoken by hand."""
import base64
import os
import pathlib
import time

import room as rooms

MEDIA = pathlib.Path(os.environ.get("LESSONWALK_TEST_MEDIA",
                                    os.path.join(rooms.BUILD, "tests", "media", "small")))
TUS = {"Tus-Resumable": "1.0.0"}
SETTLED = ("ready", "refused", "failed")
WATCHDOG_S = 180


class LessonRoom(rooms.Room):
    """In a with statement; then .admin leads .walk, .host has .visit, .walker watches."""

    def __enter__(self):
        super().__enter__()
        code = self.setup("Ms. Alder")
        self.start()
        self.admin = self.sign_in(code)
        self.walk = self.admin.begin_walk()
        self.host = self.join(self.admin.invite(self.walk, ["host"]), "Mr. Birch")
        self.walker = self.join(self.admin.invite(self.walk, ["walker"]), "Ms. Cedar")
        walk = self.admin.ask("POST", f"/api/walks/{self.walk}/visits", {"host": self.host.id})
        self.visit = walk["visits"][0]["id"]
        return self

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        """As when the power goes for the process alone."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def begin(self, person, length, headers=None, **metadata):
        """POST: the answer, whose Location is the upload."""
        given = {"walk": self.walk, "visit": self.visit, "title": "Fractions", **metadata}
        pairs = ",".join(f"{k} {base64.b64encode(str(v).encode()).decode()}"
                         for k, v in given.items() if v is not None)
        return person.call("POST", "/api/uploads", headers={
            **TUS, "Upload-Length": str(length), "Upload-Metadata": pairs, **(headers or {})})

    def patch(self, person, where, offset, data, **headers):
        return person.call("PATCH", where, data, headers={
            **TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
            **headers})

    def offset(self, person, where):
        answer = person.call("HEAD", where, headers=TUS)
        return int(answer.headers["Upload-Offset"]) if answer.status == 200 else answer.status

    def uploads(self, person=None):
        return (person or self.host).ask("GET", f"/api/walks/{self.walk}/uploads")["uploads"]

    def settled(self, where, states=SETTLED):
        """The upload in the walk's list, once it is in one of @states."""
        until = time.monotonic() + WATCHDOG_S
        while time.monotonic() < until:
            found = next(u for u in self.uploads() if u["id"] == where.rsplit("/", 1)[1])
            if found["state"] in states:
                return found
            time.sleep(0.1)
        raise AssertionError(f"still {found}")

    def send(self, person, data, **metadata):
        """The whole of it in one go; the upload, settled."""
        answer = self.begin(person, len(data), **metadata)
        assert answer.status == 201, answer
        where = answer.headers["Location"]
        done = self.patch(person, where, 0, data)
        assert done.status == 204, done
        return self.settled(where)

    def lesson(self, name="lesson.mp4", **metadata):
        """The id of the segment that came of a file of the fixtures."""
        settled = self.send(self.host, (MEDIA / name).read_bytes(), **metadata)
        assert settled["state"] == "ready", settled
        return settled["segment"]

    def ticket(self, person, segment):
        return person.ask("POST", f"/api/segments/{segment}/ticket", {})["ticket"]

    def media(self, segment, what, ticket, method="GET", **headers):
        return self.call(method, f"/media/{segment}/{what}?ticket={ticket}",
                         headers={k.replace("_", "-"): v for k, v in headers.items()})

    def data(self, *parts):
        return pathlib.Path(self.folder, "data", *parts)
