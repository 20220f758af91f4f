# SPDX-License-Identifier: LGPL-2.1-or-later
"""Speaks the sample lessons with espeak-ng, into one wave file."""
import array
import pathlib
import random
import subprocess
import tempfile
import wave

from script import CAST, TEACHER

RATE = 22050  # samples a second: what espeak-ng makes
# What pairs murmur while everybody talks with a partner; heard as a hum, not as words.
MURMUR = (
    "Look, if I fold it here then it is the same, and this one is shorter.",
    "Wait, count them again. One, two, three, four. Now where does yours go?",
    "I drew it on the line first, and then I made the strip under it.",
    "Can you write that part? I will color the pieces that we have.",
    "So what do we say for because? The piece that is left is smaller.",
    "Maybe it is the other one. Let us try it with the number line.",
)
MURMUR_LOUDNESS = 5  # of 32
ROOM_SECONDS = 7      # of the room's own sound, heard again and again
ROOM_LOUDNESS = 110   # of 32768


def speak(words, person, directory, words_per_minute):
    path = pathlib.Path(directory) / "line.wav"
    subprocess.run(["espeak-ng", "-v", person.voice, "-p", str(person.pitch),
                    "-s", str(words_per_minute), "-w", str(path), words],
                   check=True, stdin=subprocess.DEVNULL)
    with wave.open(str(path), "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            raise RuntimeError(f"espeak-ng speaks at {file.getframerate()} samples a second "
                               f"where {RATE} were expected")
        return array.array("h", file.readframes(file.getnframes()))


def speak_within(line, directory):
    """Speaks a little faster until the words fit the time that the script gives them."""
    person = CAST[line.speaker]
    pace = person.words_per_minute
    room = round((line.end - line.start) * RATE)
    while True:
        samples = speak(line.words, person, directory, pace)
        if len(samples) <= room or pace > 260:
            return samples[:room]
        pace = round(pace * 1.06)


def mix_murmur(track, lesson, directory):
    students = [person for person in CAST.values() if person.name != TEACHER]
    voices = [speak(words, person, directory, person.words_per_minute)
              for words, person in zip(MURMUR, students)]
    for start, end in lesson.chatters:
        first, last = round(start * RATE), min(round(end * RATE), len(track))
        for number, voice in enumerate(voices):
            # Each begins at another moment, and says it again and again.
            begin = first + number * RATE // 2
            for position in range(begin, last):
                track[position] += voice[(position - begin) % len(voice)] * MURMUR_LOUDNESS // 32


def room_sound(count):
    """A low hum as every room has one, so that a pause is not dead silence. Made here, not by a
    filter of ffmpeg: mixing two sources there once gave other bytes on a busy machine."""
    chance = random.Random(12)
    level, block = 0.0, array.array("h")
    for _ in range(ROOM_SECONDS * RATE):
        level = 0.98 * level + chance.uniform(-0.2, 0.2)
        block.append(round(max(-1.0, min(1.0, level)) * ROOM_LOUDNESS))
    return (block * (count // len(block) + 1))[:count]


def write_sound(lesson, path):
    track = room_sound(round(lesson.length * RATE))
    with tempfile.TemporaryDirectory() as directory:
        for line in lesson.lines:
            samples = speak_within(line, directory)
            first = round(line.start * RATE)
            track[first:first + len(samples)] = samples
        if lesson.chatters:
            mix_murmur(track, lesson, directory)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(track.tobytes())
