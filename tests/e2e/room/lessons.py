# SPDX-License-Identifier: LGPL-2.1-or-later
"""A lesson in a room that runs: its film, and its segment, as an upload leaves them."""
import os
import shutil
import sqlite3
import subprocess
import time
import uuid

PUT_SEGMENT = os.environ.get("LESSONWALK_PUT_SEGMENT")
SECOND = 1_000_000_000
FRAMES_A_SECOND = 25


def make_film(path, seconds=4):
    """Each picture is one grey, lighter by two a frame: a frame tells its number."""
    subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
         f"nullsrc=s=64x48:r={FRAMES_A_SECOND}:d={seconds},geq=lum='16+2*N':cb=128:cr=128",
         "-f", "lavfi", "-i", f"sine=frequency=440:duration={seconds}",
         "-metadata", "title=Room 12 in the Cedar School", "-metadata", "location=+40.0-070.0/",
         "-c:v", "libx264", "-g", "50", "-crf", "10", "-c:a", "aac", "-shortest", "-y", path],
        check=True, timeout=60)


def frames_of(path):
    """The numbers of the frames of a film that came from make_film()."""
    raw = subprocess.run(
        ["ffmpeg", "-nostdin", "-loglevel", "error", "-i", path, "-f", "rawvideo", "-pix_fmt",
         "gray", "-"], check=True, capture_output=True, timeout=60).stdout
    size = 64 * 48
    frames = [raw[i:i + size] for i in range(0, len(raw), size)]
    # Grey in full range: 16..235 became 0..255.
    return [round(sum(f) / size / 255 * 219 / 2) for f in frames]


def put_lesson(room, walk, leader, teacher, title="Fractions on a number line", seconds=4):
    """@leader makes a visit to @teacher with a lesson; the id of its segment."""
    film = os.path.join(room.folder, f"{uuid.uuid4()}.mp4")
    make_film(film, seconds)
    with open(film, "ab") as file:  # no two films are the same, so no two segments either
        file.write(b"\0\0\0\x18free" + uuid.uuid4().bytes)
    before = leader.ask("POST", f"/api/walks/{walk}/visits", {"host": teacher.id})["visits"]
    visit = max(before, key=lambda v: v["order"])["id"]
    data = os.path.join(room.folder, "data")
    segment, media = subprocess.run(
        [PUT_SEGMENT, f"{data}/walks.db", visit, film, title, str(seconds)],
        check=True, capture_output=True, text=True, timeout=60).stdout.split()
    folder = os.path.join(data, "media", media)
    os.makedirs(folder)
    shutil.move(film, f"{folder}/original")
    with sqlite3.connect(f"{data}/ledger.db", timeout=30) as ledger:
        ledger.execute(
            "INSERT INTO media (media, original, media_type, size_bytes, playable, playable_type,"
            " added_utc_us) VALUES (?, 'original', 'video/mp4', ?, 'original', 'video/mp4', ?)",
            (bytes.fromhex(media), os.path.getsize(f"{folder}/original"),
             int(time.time() * 1e6)))
    ledger.close()
    return segment


def pin(person, walk, segment, text, start, end=None, kind="noticing", **more):
    """Pins a note in seconds; its id."""
    track = person.ask("POST", f"/api/segments/{segment}/track", {})["id"]
    note = {"id": str(uuid.uuid4()), "track": track, "kind": kind, "start": int(start * SECOND),
            "end": int((start if end is None else end) * SECOND), "text": text, **more}
    answer = person.ask("POST", f"/api/walks/{walk}/changes",
                        {"changes": [{"op": "put", "note": note}]})
    if answer["results"][0]["status"] != "kept":
        raise AssertionError(answer)
    return note["id"]


def wait_for(what, seconds=60):
    """Asks again and again until the answer is true, and gives it back."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"nothing came of {what} within {seconds} s")
