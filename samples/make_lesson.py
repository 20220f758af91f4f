#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a sample lesson: a film that looks and sounds like a lesson, with its transcript.

Everything in it is drawn and spoken by this script; there are no real people in it. On one machine
it gives the same bytes every time, so notes that belong to the film by its content stay with it.
"""
import argparse
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

import classroom
import script
import sound

HERE = pathlib.Path(__file__).resolve().parent
CLOCK_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"
SOURCES = ("make_lesson.py", "script.py", "sound.py", "board.py", "classroom.py")
BEGAN_AT = "2026-03-12T09:05:00Z"  # when the lesson is said to have been recorded


def fingerprint(script_path):
    digest = hashlib.sha256()
    for path in [script_path] + [HERE / name for name in SOURCES]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def chapters(lesson):
    """As ffmpeg reads them from a metadata file."""
    parts = [";FFMETADATA1"]
    starts = [start for start, _ in lesson.chapters] + [lesson.length]
    for (start, title), end in zip(lesson.chapters, starts[1:]):
        parts.append(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start * 1000:.0f}\n"
                     f"END={end * 1000:.0f}\ntitle={title}")
    return "\n".join(parts) + "\n"


def encoder(lesson, sound_path, output):
    rate = script.FRAMES_PER_SECOND
    clock = (f"drawtext=fontfile={CLOCK_FONT}:timecode='00\\:00\\:00\\:00':rate={rate}:"
             "fontsize=22:fontcolor=white:box=1:boxcolor=0x24435c@0.85:boxborderw=5:x=30:y=12")
    return [
        "ffmpeg", "-v", "error", "-nostdin", "-y",
        "-f", "rawvideo", "-pix_fmt", "bgr0",
        "-video_size", f"{classroom.WIDTH}x{classroom.HEIGHT}",
        "-framerate", str(classroom.PICTURES_PER_SECOND), "-i", "pipe:0",
        "-i", str(sound_path),
        "-filter_complex",
        f"[0:v]scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,fps={rate},{clock}[v];"
        "[1:a]aresample=48000,volume=1.3[a]",
        "-map", "[v]", "-map", "[a]", "-map_metadata", "-1",
        "-c:v", "libx264", "-preset", "veryfast", "-tune", "animation", "-crf", "25",
        "-g", str(rate * 2), "-threads:v", "2", "-profile:v", "high",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-c:a", "aac", "-b:a", "64k", "-ac", "1",
        "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-fflags", "+bitexact",
        "-metadata", f"title={lesson.title}", "-metadata", f"creation_time={BEGAN_AT}",
        "-metadata:s:a:0", "language=eng",
        "-t", f"{lesson.length:.0f}", "-f", "mp4", str(output),
    ]


def add_chapters(lesson, film_path, directory, output):
    """In a second pass, without encoding: with chapters, the index in front, to stream it."""
    chapters_path = directory / "chapters.txt"
    chapters_path.write_text(chapters(lesson), encoding="utf-8")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y",
                    "-i", str(film_path), "-i", str(chapters_path),
                    "-map", "0", "-map_metadata", "0", "-map_chapters", "1", "-c", "copy",
                    "-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", str(output)],
                   check=True)


def film(lesson, directory, output, progress):
    sound_path = directory / "sound.wav"
    film_path = directory / "film.mp4"
    sound.write_sound(lesson, sound_path)
    process = subprocess.Popen(encoder(lesson, sound_path, film_path), stdin=subprocess.PIPE)
    count = round(lesson.length * classroom.PICTURES_PER_SECOND)
    pictures = {}
    with process.stdin as pipe:
        for number in range(count):
            moment = classroom.moment_at(lesson, number / classroom.PICTURES_PER_SECOND)
            if moment not in pictures:
                if len(pictures) >= 32:
                    pictures.clear()  # 4 MB each; only those of the last seconds come again
                pictures[moment] = classroom.draw_picture(moment)
            pipe.write(pictures[moment])
            progress(number / count)
    if process.wait() != 0:
        raise RuntimeError("ffmpeg could not encode the lesson; its own words are above")
    add_chapters(lesson, film_path, directory, output)
    progress(1)


def show_progress(name):
    """On a terminal a line that counts up; elsewhere one line for each quarter."""
    shown = -1

    def progress(done):
        nonlocal shown
        step = int(done * 100) if sys.stderr.isatty() else int(done * 4) * 25
        if step == shown:
            return
        shown = step
        if sys.stderr.isatty():
            end = "\n" if step == 100 else ""
            print(f"\rMaking the sample lesson {name} … {step} %", end=end, file=sys.stderr,
                  flush=True)
        else:
            print(f"Making the sample lesson {name} … {step} %", file=sys.stderr, flush=True)

    return progress


def make(name, output_directory, force):
    script_path = HERE / "lessons" / f"{name}.txt"
    target = output_directory / f"{name}.mp4"
    transcript = output_directory / f"{name}.vtt"
    stamp = output_directory / f"{name}.made-from"
    now = fingerprint(script_path)
    if (not force and target.is_file() and transcript.is_file() and stamp.is_file()
            and stamp.read_text(encoding="utf-8").strip() == now):
        return False
    lesson = script.read_lesson(script_path)
    output_directory.mkdir(parents=True, exist_ok=True)
    # Made beside its place and moved there when whole: a lesson that is there is a whole one.
    with tempfile.TemporaryDirectory(dir=output_directory, prefix=".making-") as directory:
        made = pathlib.Path(directory) / "lesson.mp4"
        film(lesson, pathlib.Path(directory), made, show_progress(name))
        transcript.write_text(script.webvtt(lesson), encoding="utf-8")
        os.replace(made, target)
    stamp.write_text(now + "\n", encoding="utf-8")
    return True


def main():
    names = sorted(path.stem for path in (HERE / "lessons").glob("*.txt"))
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=names, help="which lesson")
    parser.add_argument("--output", type=pathlib.Path, default=HERE / "made",
                        help="the folder to put it in (default: samples/made)")
    parser.add_argument("--force", action="store_true", help="make it even if it is there")
    arguments = parser.parse_args()
    try:
        made = make(arguments.name, arguments.output, arguments.force)
    except (script.ScriptError, RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(f"The sample lesson {arguments.name} was not made: {error}", file=sys.stderr)
        return 1
    print(f"{arguments.output / arguments.name}.mp4" + ("" if made else " (was there already)"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
