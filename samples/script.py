# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads a lesson's script and lays it out in time.

A script is a text file of lines:

  title WORDS        what the lesson is called
  length M:SS        how long the film is
  teacher NAME       whose class it is; without it that of Ms. Alder
  == M:SS BOARD      at this time the board is wiped and BOARD (see board.py) is put up
  chapter WORDS      a chapter begins with that board
  NAME: WORDS        NAME, of the CAST, says WORDS
  pause SECONDS      nobody speaks
  chatter SECONDS    everybody speaks with a partner
  draw ITEM          ITEM of the board is drawn, beginning now; it takes no time of its own
  # …                a comment

Times depend on the words alone, never on how fast a version of espeak-ng speaks, so that the
transcript and the notes that belong to the film fit it on every machine.
"""
import dataclasses

FRAMES_PER_SECOND = 25


class ScriptError(Exception):
    """The script cannot be used; the message says in which line and why."""


@dataclasses.dataclass(frozen=True)
class Person:
    name: str
    voice: str      # of espeak-ng
    pitch: int      # 0 to 99
    words_per_minute: int


CAST = {person.name: person for person in (
    Person("Ms. Alder", "en-us+f2", 48, 158),
    Person("Noor", "en-us+f4", 72, 152),
    Person("Mateo", "en-us+m3", 76, 155),
    Person("Linh", "en-gb+f3", 82, 150),
    Person("Amara", "en-gb+f5", 66, 152),
    Person("Dev", "en-gb+m7", 84, 160),
    Person("Tomasz", "en-us+m4", 68, 150),
    Person("Mr. Rowan", "en-us+m2", 40, 156),
    Person("Salma", "en-gb+f4", 74, 152),
    Person("Kofi", "en-us+m6", 70, 152),
    Person("Petra", "en-us+f1", 78, 150),
    Person("Jun", "en-gb+m5", 80, 155),
    Person("Ms. Sorrel", "en-gb+f2", 46, 156),
    Person("Mira", "en-us+f5", 76, 152),
    Person("Chidi", "en-gb+m2", 74, 154),
    Person("Leon", "en-us+m7", 70, 148),
    Person("Wren", "en-gb+f1", 80, 152),
)}
TEACHER = "Ms. Alder"


@dataclasses.dataclass(frozen=True)
class Line:
    """What somebody says. Times in seconds, each at the start of a frame."""
    start: float
    end: float
    speaker: str
    words: str


@dataclasses.dataclass(frozen=True)
class Board:
    """What is on the board from @start on; @drawn: item -> when its drawing begins."""
    start: float
    name: str
    drawn: dict


@dataclasses.dataclass
class Lesson:
    title: str = ""
    teacher: str = TEACHER
    length: float = 0
    lines: list = dataclasses.field(default_factory=list)
    boards: list = dataclasses.field(default_factory=list)
    chapters: list = dataclasses.field(default_factory=list)  # (start, title)
    chatters: list = dataclasses.field(default_factory=list)  # (start, end)

    def board_at(self, time):
        return [board for board in self.boards if board.start <= time][-1]

    def speaker_at(self, time):
        for line in self.lines:
            if line.start <= time < line.end:
                return line.speaker
        return None

    def is_chatter_at(self, time):
        return any(start <= time < end for start, end in self.chatters)


def on_frame(seconds):
    return round(seconds * FRAMES_PER_SECOND) / FRAMES_PER_SECOND


def speaking_time(words):
    """About what espeak-ng takes at the paces of the CAST; sound.py makes the speech fit."""
    breaks = sum(words.count(mark) for mark in ".,?") - 1
    return on_frame(0.6 + 0.064 * len(words) + 0.3 * breaks)


def parse_time(text):
    minutes, seconds = text.split(":")
    return int(minutes) * 60 + int(seconds)


def read_lesson(path):
    lesson = Lesson()
    now = 0.0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            try:
                now = read_line(lesson, line, now)
            except (ValueError, KeyError, IndexError) as error:
                raise ScriptError(f"{path}, line {number}: {line!r}: {error}") from error
    if now > lesson.length:
        raise ScriptError(f"{path}: the last words end at {now:.1f} s, after the film's end")
    return lesson


def read_line(lesson, line, now):
    """Adds @line to @lesson; returns the time at which the next one begins."""
    word, _, rest = line.partition(" ")
    if word == "title":
        lesson.title = rest.strip()
    elif word == "length":
        lesson.length = parse_time(rest.strip())
    elif word == "teacher":
        lesson.teacher = CAST[rest.strip()].name
    elif word == "==":
        start, name = rest.split()
        if parse_time(start) < now:
            raise ValueError(f"the words before it end at {now:.1f} s")
        now = float(parse_time(start))
        lesson.boards.append(Board(now, name, {}))
    elif word == "chapter":
        lesson.chapters.append((lesson.boards[-1].start, rest))
    elif word == "pause":
        now = on_frame(now + float(rest))
    elif word == "chatter":
        end = on_frame(now + float(rest))
        lesson.chatters.append((now, end))
        now = end
    elif word == "draw":
        lesson.boards[-1].drawn[rest] = now
    else:
        speaker, _, words = line.partition(": ")
        end = on_frame(now + speaking_time(words))
        lesson.lines.append(Line(now, end, CAST[speaker].name, words))
        now = on_frame(end + 0.48)
    return now


def webvtt_time(seconds):
    milliseconds = round(seconds * 1000)
    return (f"{milliseconds // 3600000:02}:{milliseconds // 60000 % 60:02}:"
            f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}")


def webvtt(lesson):
    """The transcript, with the speaker of each cue as a voice span."""
    parts = ["WEBVTT\n"]
    for line in lesson.lines:
        parts.append(f"{webvtt_time(line.start)} --> {webvtt_time(line.end)}\n"
                     f"<v {line.speaker}>{line.words}\n")
    return "\n".join(parts)
