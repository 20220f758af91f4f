# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the sample walk in a room that is open, by its API, as people would: three classrooms, five
walkers, a coach; a debrief, next steps at every level, the walk closed, and the next one begun.

What they write is in samples/walk. Each thing is looked for before it is made and carries an id that
follows from what it is, so that one that was broken off is gone on with, and nothing is made twice.
"""
import datetime
import json
import pathlib
import uuid

import script
from room_person import Person, Refused

SAMPLES = pathlib.Path(__file__).resolve().parent
SECOND = 1000000000
GAP = 2 ** 40  # between cards, as the panel leaves it


def read(name):
    return json.loads((SAMPLES / "walk" / f"{name}.json").read_text("utf-8"))


def people():
    """Their names: who leads the walk comes first."""
    return list(read("people")["people"])


def lessons():
    """The names of the films that the walk shows."""
    return [visit["lesson"] for cycle in ("cycle-2", "cycle-3") for visit in read(cycle)["visits"]
            if "lesson" in visit]


def parse_time(text):
    """"0:07.64" in nanoseconds, on a frame."""
    minutes, seconds = text.split(":")
    return int(minutes) * 60 * SECOND + round(float(seconds) * 100) * (SECOND // 100)


def key_of(note):
    """By which the walk's file speaks of a note: "Ines Okafor, Room 12, 0:22.08"."""
    return f"{note['by']}, {note['room']}, {note['from']}"


def notes_of_film(name, room):
    """Those of samples/notes, which the desktop's sample shows too, in the words of the walk."""
    document = json.loads((SAMPLES / "notes" / f"{name}.json").read_text("utf-8"))
    names = {person["id"]: person["name"] for person in document["people"]}
    authors = {track["id"]: names[track["person"]] for track in document["tracks"]}
    notes = {note["id"]: {**note, "by": authors[note["track"]], "room": room,
                          "from": f"0:{note['start'] / SECOND:05.2f}",
                          "to": f"0:{note.get('end', note['start']) / SECOND:05.2f}"}
             for note in document["notes"]}
    for note in notes.values():
        if "reply_to" in note:
            note["to"] = key_of(notes[note["reply_to"]])
    return list(notes.values())


def read_cycle(name):
    cycle = read(name)
    for visit in cycle["visits"]:
        if "notes" in visit:
            there = notes_of_film(visit["notes"], visit["classroom"])
            cycle["notes"] += [note for note in there if note["kind"] != "reply"]
            cycle["replies"] += [note for note in there if note["kind"] == "reply"]
    return cycle


def id_of(change):
    return change["id"] if "id" in change else change["note"]["id"]


class Cycle:
    """One walk of the sample, and what of it is not made yet."""

    def __init__(self, everybody, name, films, now):
        self.everybody, self.films, self.now = everybody, films, now
        self.data = read_cycle(name)
        self.lead = everybody[read("people")["facilitator"]]
        self.walk = None

    def look(self):
        self.walk = self.lead.get(f"walks/{self.walk['id']}")

    def find_or_begin(self, begin):
        for walk in self.lead.get("walks")["walks"]:
            if walk["title"] == self.data["title"]:
                self.walk = walk
        self.walk = self.walk or begin(self.data["title"])
        self.look()

    def path(self, *more):
        return "/".join(("walks", self.walk["id"], *more))

    def id_of(self, *words):
        return str(uuid.uuid5(uuid.UUID(self.walk["id"]), "/".join(words)))

    def at(self, day, clock="15:30"):
        hours, minutes = map(int, clock.split(":"))
        when = self.now + datetime.timedelta(days=day)
        return when.replace(hour=hours, minute=minutes, second=0, microsecond=0)

    def stamp(self, when):
        """Never ahead of the clock."""
        return min(when, self.now).astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def day(self, day):
        return self.at(day).strftime("%Y-%m-%d")

    @property
    def is_closed(self):
        phase = next(one for one in self.walk["phases"] if one["id"] == self.walk["phase"])
        return phase.get("closed", False) or phase is self.walk["phases"][-1]

    # ---- setting it up

    def set_up(self):
        there = {member["person"]: member["roles"] for member in self.walk["members"]}
        for name, roles in read("people")["people"].items():
            person = self.everybody[name]
            if not set(roles) <= set(there.get(person.id, [])):
                self.lead.call("PUT", self.path("members", person.id), {"roles": roles})
        host = self.everybody[self.data["focus_owner"]]
        if not self.walk["focus"]:
            host.call("PATCH", self.path(), {
                key: self.data[key] for key in ("focus", "inquiry", "pd_session", "watch_for")})
            self.lead.call("PATCH", self.path(), {"focus_owner": host.id})
        rooms = {visit.get("classroom") for visit in self.walk["visits"]}
        wanted = [{"classroom": visit["classroom"], "school": visit["school"],
                   "host": self.everybody[visit["host"]].id,
                   "planned": self.at(visit["day"], visit["at"]).astimezone().isoformat(),
                   "duration_ms": visit["minutes"] * 60000}
                  for visit in self.data["visits"] if visit["classroom"] not in rooms]
        if wanted:
            self.lead.call("POST", self.path("visits"), {"visits": wanted})
        self.look()

    def upload(self):
        waiting = []
        for visit in self.data["visits"]:
            place = self.visit_in(visit["classroom"])
            if "lesson" not in visit or place["segments"]:
                continue
            teacher = self.everybody[visit["host"]]
            title = script.read_lesson(SAMPLES / "lessons" / f"{visit['lesson']}.txt").title
            film = self.films / f"{visit['lesson']}.mp4"
            waiting.append((teacher, teacher.upload(self.walk["id"], place["id"], title, film)))
        for teacher, upload in waiting:
            teacher.wait_for(self.walk["id"], upload)
        self.look()

    def visit_in(self, room):
        return next(one for one in self.walk["visits"] if one.get("classroom") == room)

    def segment_in(self, room):
        return self.visit_in(room)["segments"][0]["id"]

    def prepare(self):
        lenses = read("people")["lenses"]
        for name, person in self.everybody.items():
            fields = {"norms": True}
            if name in self.data["intentions"]:
                fields |= {"intention": self.data["intentions"][name], "lens_name": lenses[name]}
            if "host" not in read("people")["people"][name]:
                person.call("PUT", self.path("me"), fields)

    # ---- what they write

    def note(self, fields, kind, when):
        segment = self.segment_in(fields["room"])
        start = parse_time(fields["from"])
        note = {key: fields[key] for key in ("on_focus", "region", "pass") if key in fields}
        return {**note, "id": self.id_of(kind, key_of(fields)), "segment": segment, "kind": kind,
                "start": start, "end": parse_time(fields.get("to", fields["from"])),
                "text": fields["text"], "tags": fields.get("tags", []),
                "created": self.stamp(when), "edited": self.stamp(when)}

    def id_of_note(self, key):
        note = next(one for one in self.data["notes"] if key_of(one) == key)
        return self.id_of(note["kind"], key)

    def put(self, name, note):
        """One more that is still to be sent, as what the panel sends."""
        person = self.everybody[name]
        track = person.call("POST", f"segments/{note['segment']}/track")["id"]
        own = {key: value for key, value in note.items() if key != "segment"}
        return (person, "changes", {"op": "put", "note": {**own, "track": track}})

    def visited(self, room):
        visit = next(one for one in self.data["visits"] if one["classroom"] == room)
        return self.at(visit["day"], visit["at"]) + datetime.timedelta(minutes=20)

    def pins(self):
        return [self.put(note["by"], self.note(note, note["kind"], self.visited(note["room"])))
                for note in self.data["notes"]]

    def forms(self):
        """Handed in as the panel begins them: with the writer's own pins, and citing them."""
        form = "observation"
        handed = []
        for room in (visit["classroom"] for visit in self.data["visits"]):
            for name in self.data["intentions"]:
                for field, kind in (("noticings", "noticing"), ("wonderings", "wondering")):
                    own = [note for note in self.data["notes"] if
                           (note["by"], note["room"], note["kind"]) == (name, room, kind)]
                    own.sort(key=lambda note: parse_time(note["from"]))
                    when = self.visited(room) + datetime.timedelta(minutes=10)
                    answer = self.note({"by": name, "room": room, "from": "0:00",
                                        "text": "\n".join(note["text"] for note in own),
                                        "tags": [f"{form}/{field}"] + [
                                            f"cites:{self.id_of_note(key_of(note))}"
                                            for note in own]}, "answer", when)
                    answer["id"] = self.id_of(form, field, name, room)
                    handed.append(self.put(name, answer))
        return handed

    def marks(self):
        return [self.put(mark["by"], self.note(mark, "progress", self.at(-28)))
                for mark in self.data["marks"]]

    def replies(self):
        out = []
        for reply in self.data["replies"]:
            answered = next(one for one in self.data["notes"] if key_of(one) == reply["to"])
            note = self.note({**answered, "text": reply["text"], "tags": [], "on_focus": False},
                             "reply", self.at(-28))
            note["id"] = self.id_of("reply", reply["by"], reply["to"])
            note.pop("region", None)
            note["end"] = note["start"]
            out.append(self.put(reply["by"], {**note, "reply_to": self.id_of_note(reply["to"])}))
        return out

    def board(self):
        out = []
        for number, group in enumerate(self.data["groups"]):
            group_id = self.id_of("group", group["title"])
            out.append((self.lead, "board", {"type": "group", "id": group_id,
                                             "title": group["title"], "position": number * GAP}))
            out += [(self.lead, "board", {"type": "card", "note": self.id_of_note(key),
                                          "group": group_id, "position": place * GAP})
                    for place, key in enumerate(group["cards"])]
        for number, outcome in enumerate(self.data["outcomes"]):
            out.append((self.everybody[outcome["by"]], "board", {
                "type": "outcome", "id": self.id_of("outcome", outcome["key"]),
                "kind": outcome["kind"], "text": outcome["text"], "position": number * GAP,
                "cites": [self.id_of_note(key) for key in outcome["cites"]]}))
        return out

    def talk(self):
        out = []
        for number, message in enumerate(self.data["talk"]):
            item = {"type": "message", "id": self.id_of("message", message["key"]),
                    "text": message["text"],
                    "edited": self.stamp(self.at(message["day"], f"16:{10 + number}"))}
            if "to" in message:
                item["reply_to"] = self.id_of("message", message["to"])
            out.append((self.everybody[message["by"]], "board", item))
        return out

    def steps(self):
        out = []
        for step in self.data["steps"]:
            step_id = self.id_of("step", step["text"])
            item = {"type": "step", "id": step_id, "level": step["level"], "text": step["text"],
                    "due": self.day(step["due"]), "owner_name": step.get("owner_name", "")}
            if "owner" in step:
                item["owner"] = self.everybody[step["owner"]].id
            if "outcome" in step:
                item["outcome"] = self.id_of("outcome", step["outcome"])
            out.append((self.everybody[step["by"]], "board", item))
            for then in step.get("then", []):
                out.append((self.everybody[then["by"]], "board", {
                    "type": "follow-up", "id": self.id_of("follow-up", step_id, then["text"]),
                    "step": step_id, "state": then["state"], "text": then["text"],
                    "on": self.day(then["day"])}))
        return out

    # ---- beyond one walk

    @property
    def practice_id(self):
        return self.id_of("practice")

    def keep_across(self, items):
        for result in self.lead.call("POST", "trends", {"changes": items})["results"]:
            if result["status"] != "kept":
                raise Refused(f"The practice could not be kept: {result.get('message')}")

    def practise(self):
        """The practice that the walk is a round of, begun with it."""
        practice = self.data["practice"]
        self.keep_across([{"type": "practice", "id": self.practice_id, "title": practice["title"],
                           "about": practice["about"], "decision": "none"}])
        self.lead.call("PATCH", self.path(), {"practice": self.practice_id})

    def decide(self):
        """What the rooms show together, and what becomes of the practice."""
        practice = self.data["practice"]
        self.keep_across([
            {"type": "practice", "id": self.practice_id, "title": practice["title"],
             "about": practice["about"], "decision": practice["decision"],
             "why": practice["why"], "on": self.day(practice["day"])},
            *({"type": "trend", "id": self.id_of("trend", trend["key"]), "kind": trend["kind"],
               "practice": self.practice_id, "text": trend["text"], "position": number * GAP,
               "cites": [self.id_of_note(key) for key in trend["cites"]]}
              for number, trend in enumerate(practice["trends"]))])

    def cut_clips(self):
        for clip in self.data["clips"]:
            teacher, segment = self.everybody[clip["by"]], self.segment_in(clip["room"])
            there = {one["title"]: one for one in
                     teacher.get(f"segments/{segment}/clips")["clips"]}
            one = there.get(clip["title"]) or teacher.call("POST", f"segments/{segment}/clips", {
                "start": parse_time(clip["from"]), "end": parse_time(clip["to"]),
                "title": clip["title"]})
            if not one["shares"]:
                teacher.call("POST", f"clips/{one['id']}/shares", {"audience": clip["audience"]})

    # ---- through the phases

    def send(self, changes):
        """In their order, each by its person. Returns what is not open in this phase."""
        later = []
        while changes:
            person, what, _ = changes[0]
            count = next((i for i, one in enumerate(changes) if one[:2] != (person, what)),
                         len(changes))
            some, changes = changes[:count], changes[count:]
            later += [(person, what, change, why) for change, why in person.change(
                self.walk["id"], what, [change for _, _, change in some])]
        return later

    def go_to(self, phase, step=""):
        self.lead.call("POST", self.path("phase"),
                       {"phase": phase, **({"step": step} if step else {})})
        self.look()

    def there(self):
        """What everybody can see by now, by its id."""
        board = self.lead.get(self.path("board"))["items"]
        return {one["id"] for one in self.lead.get(self.path("notes"))["notes"] + board}

    def go_through(self):
        """Each phase and its steps in their order; what one does not open waits for the next."""
        parts = [(one["id"], step["id"]) for one in self.walk["phases"]
                 for step in one.get("steps", [{"id": ""}])]
        phases = [phase for phase, _ in parts]
        now = (self.walk["phase"], self.walk.get("step", ""))
        here = max(1, parts.index(now))
        later = [(*change, "") for change in
                 self.pins() + self.forms() + self.marks() + self.replies() + self.board() +
                 self.talk() + self.steps()]
        for part in parts[here:-1]:
            if part != (self.walk["phase"], self.walk.get("step", "")):
                self.go_to(*part)
            later = self.send([change[:3] for change in later])
        if later:  # of one that was broken off, some was written in an earlier phase
            there = self.there()
            later = [one for one in later if
                     one[2].get("type") != "card" and id_of(one[2]) not in there]
        if later:
            raise Refused(f"{later[0][0].name} could not write something: {later[0][3]}")
        self.go_to(phases[-1])


def make(url, links, films, progress):
    """@links: the code of a sign-in link for each of people(). @progress is told what is done next.
    Returns the code of an invitation to the next walk."""
    now = datetime.datetime.now().astimezone()
    everybody = {name: Person(url, name, code) for name, code in links.items()}
    walk = Cycle(everybody, "cycle-2", films, now)
    walk.find_or_begin(lambda title: walk.lead.call("POST", "walks", {"title": title}))
    if not walk.is_closed:
        progress("three classrooms")
        walk.set_up()
        walk.upload()
        walk.prepare()
        progress("clips, notes and forms, the debrief, next steps")
        walk.cut_clips()
        walk.practise()
        walk.go_through()
    walk.decide()
    progress("the next walk")
    following = Cycle(everybody, "cycle-3", films, now)
    following.find_or_begin(lambda title: walk.lead.call("POST", walk.path("next"),
                                                         {"title": title}))
    if following.walk["phase"] == following.walk["phases"][0]["id"]:
        following.lead.call("POST", following.path("people-again"))
        following.look()
    following.set_up()
    following.upload()
    following.prepare()
    if following.walk["phase"] == following.walk["phases"][0]["id"]:
        following.go_to(following.walk["phases"][1]["id"])
    if following.send(following.pins()):
        raise Refused("The pins of the next walk were not kept.")
    invitation = following.lead.call("POST", following.path("invitations"), {
        "roles": ["walker"], "label": "Whoever tries Lessonwalk"})
    return invitation["url"].rpartition("=")[2]
