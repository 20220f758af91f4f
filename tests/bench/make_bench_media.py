#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes 12 minutes of 1080p with sound, and runs a benchmark on it: make_bench_media.py FILE PROGRAM

A minute is encoded, then strung together twelve times. A file that is there is left as it is.
"""
import pathlib
import subprocess
import sys
import tempfile

FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]


def make(target):
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        minute = pathlib.Path(work) / "minute.mp4"
        whole = pathlib.Path(work) / "whole.mp4"
        listing = pathlib.Path(work) / "list.txt"
        subprocess.run(
            [*FFMPEG, "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=60",
             "-f", "lavfi", "-i", "aevalsrc=0.5*sin(880*PI*t)*random(0):s=48000:d=60",
             "-c:v", "libx264", "-preset", "ultrafast", "-crf", "32", "-g", "60",
             "-c:a", "aac", "-ac", "2", minute], check=True)
        listing.write_text("file minute.mp4\n" * 12, encoding="ascii")
        subprocess.run([*FFMPEG, "-f", "concat", "-i", listing, "-c", "copy", whole], check=True)
        whole.rename(target)


def main():
    target = pathlib.Path(sys.argv[1])
    make(target)
    return subprocess.run([sys.argv[2], target], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
