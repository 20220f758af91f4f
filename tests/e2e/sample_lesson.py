#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The short sample lesson is whole, small, the same twice, and fits its transcript."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(os.environ["LESSONWALK_SOURCE_ROOT"]).resolve()
NAME = "fractions-short"
SIZE_MAX_BYTES = 2_000_000


def make(directory):
    subprocess.run([str(ROOT / "samples" / "make_lesson.py"), NAME, "--output", str(directory)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds(text):
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


class SampleLesson(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.first = pathlib.Path(cls.folder.name) / "first"
        cls.second = pathlib.Path(cls.folder.name) / "second"
        make(cls.first)
        make(cls.second)
        cls.film = cls.first / f"{NAME}.mp4"
        cls.transcript = (cls.first / f"{NAME}.vtt").read_text(encoding="utf-8")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_same_bytes_come_out_twice(self):
        self.assertEqual(self.film.read_bytes(), (self.second / f"{NAME}.mp4").read_bytes())

    def test_it_is_forty_seconds_of_720p_with_sound(self):
        out = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-of", "json",
                              "-show_streams", str(self.film)],
                             check=True, capture_output=True, text=True).stdout
        streams = {stream["codec_type"]: stream for stream in json.loads(out)["streams"]}
        video = streams["video"]
        self.assertEqual((video["codec_name"], video["width"], video["height"]),
                         ("h264", 1280, 720))
        self.assertEqual(int(video["nb_read_frames"]), 40 * 25)
        self.assertEqual(streams["audio"]["codec_name"], "aac")
        self.assertLess(self.film.stat().st_size, SIZE_MAX_BYTES)

    def test_a_second_call_makes_nothing_anew(self):
        before = self.film.stat().st_mtime_ns
        make(self.first)
        self.assertEqual(self.film.stat().st_mtime_ns, before)

    def test_words_are_heard_where_the_transcript_has_them_and_quiet_elsewhere(self):
        cues = [(seconds(a), seconds(b)) for a, b in
                re.findall(r"^(\S+) --> (\S+)$", self.transcript, re.MULTILINE)]
        self.assertGreater(len(cues), 5)
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(self.film), "-f", "s16le", "-ac",
                              "1", "-ar", "1000", "-"], check=True, capture_output=True).stdout
        samples = memoryview(raw).cast("h")

        def loudest(start, end):
            return max(map(abs, samples[round(start * 1000):round(end * 1000)]))

        for number, (start, end) in enumerate(cues):
            self.assertGreater(loudest(start, end), 2000, f"cue {number}")
        for (_, end), (start, _) in zip(cues, cues[1:]):
            if start - end > 0.3:
                self.assertLess(loudest(end + 0.1, start - 0.1), 1000, f"after {end} s")


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=2))
