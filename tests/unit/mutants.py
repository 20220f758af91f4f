#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows that test-log-properties and test-sync-properties can fail: breaks one rule of the logs, or
of how stores tell each other of them, at a time, in a copy of the sources, and expects the test to
notice. Of the second, at least one schedule in twenty has to.

usage: mutants.py [NAME...]     all, or those named; without names and without LESSONWALK_LONG=1
                                in the environment, a few
"""
import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ.get("LESSONWALK_SOURCE_ROOT", ".")).resolve()
SCHEDULES = 1000
SECONDS = 900
# Of this many schedules, so many have to notice; with LESSONWALK_LONG=1 all of them are run.
SHARED, SHARE = 200, 0.05
PROGRAMS = ("test-log-properties", "test-sync-properties")

# name: what rule is broken; the file; what stands there (exactly once); what shall stand there.
# QUICK ones are noticed within a few schedules, and are tried in every ./check.
MUTANTS = [
    ("the wall clock alone stamps", "log/lw-clock.c",
     "return MAX (MIN (now, LW_CLOCK_MAX), last + 1);", "return MIN (now, LW_CLOCK_MAX);"),
    ("the earlier op wins", "log/lw-op.c",
     "return a->clock < b->clock ? -1 : 1;", "return a->clock < b->clock ? 1 : -1;"),
    ("alike clocks are not told apart", "log/lw-op.c",
     "return order != 0 ? order : memcmp (a->hash, b->hash, LW_DIGEST_LENGTH);",
     "return order * 0;"),
    ("two devices write one log", "log/lw-log.c",
     "memcpy (bytes + sizeof prefix, device, sizeof *device);",
     "memset (bytes + sizeof prefix, 0, sizeof *device);"),
    ("an edit beats a delete", "store/lw-project.c",
     "1 << LW_OP_DELETE_NOTE | 1 << LW_OP_RESTORE_NOTE, &first->track_id",
     "1 << LW_OP_DELETE_NOTE | 1 << LW_OP_RESTORE_NOTE | 1 << LW_OP_EDIT_NOTE, &first->track_id"),
    ("a restore brings nothing back", "store/lw-project.c",
     "1 << LW_OP_DELETE_NOTE | 1 << LW_OP_RESTORE_NOTE, &first->track_id",
     "1 << LW_OP_DELETE_NOTE, &first->track_id"),
    ("erasing leaves the text in the log", "sql/keeping.sql",
     "DELETE FROM body WHERE op_key IN (SELECT op_key FROM op WHERE target_id = ?1);",
     "DELETE FROM body WHERE op_key IN (SELECT op_key FROM op WHERE target_id = ?1) AND 0;"),
    ("erasing a track leaves its notes", "store/lw-store-erase.c",
     "!erase_notes_of_track (db, target, error) || ", ""),
    ("a new change keeps the redo side", "store/lw-store-undo.c",
     "if (reversal->role == LW_OP_REDO && step.role == LW_OP_DO)\n      return TRUE;",
     "if (reversal->role == LW_OP_REDO && step.role == LW_OP_DO)\n      continue;"),
    ("undo does not count the undone", "store/lw-store-undo.c",
     "count_taken (reversal, &step, step.kind, 1);", ";"),
    ("undo counts whatever the note", "store/lw-store-undo.c",
     "Pair pair = {step->target, (guint8)kind};", "Pair pair = {{{0}}, (guint8)kind};"),
    ("undo takes back what does not show", "store/lw-store-undo.c",
     "if (is_there == (kind == LW_OP_RESTORE_NOTE))", "if (0)"),
    ("undo brings back what was erased", "store/lw-store-undo.c",
     "  if (erased)\n    return TRUE;\n", ""),
    ("undo knows this device alone", "sql/logs.sql",
     "WHERE l.track_id = ?1 AND o.kind BETWEEN 1 AND 4",
     "WHERE l.track_id = ?1 AND o.kind BETWEEN 1 AND 4 AND l.device_id = "
     "(SELECT value FROM meta WHERE name = 'device_id')"),
    ("undo goes back to the first body", "sql/logs.sql",
     "(this.clock, here.log_id, this.hash)\n  ORDER BY o.clock DESC",
     "(this.clock, here.log_id, this.hash)\n  ORDER BY o.clock"),
    ("a fork is not seen", "store/lw-take.c",
     "take->forked = take->forked || row->branch > 0;", ""),
    ("a forked device goes on under its name", "store/lw-take.c",
     "    take->device_lost = TRUE;", "    ;"),
    ("an op of a fork's other side counts as known", "store/lw-take.c",
     "memcmp (sqlite3_column_blob (at, 1), hash, LW_DIGEST_LENGTH) != 0", "0"),
    ("a merge forgets the clocks it saw", "store/lw-take.c",
     "return seen == take->seen_before ||\n         lw_meta_set_int (take->writer->db, "
     "LW_META_SEEN_CLOCK, seen, error);", "return seen >= 0;"),
    ("a merge sees only the other's clocks", "store/lw-take.c",
     "MAX (take->seen, (gint64)take->greatest)", "(gint64)take->greatest"),
    ("a merge takes in no erasures", "store/lw-take.c",
     "  if (op->kind == LW_OP_ERASE)\n    remember_id (take->erasures, &op->target);",
     ""),
    ("a merge does not project", "store/lw-take.c",
     "    if (!lw_project_target (writer->db, id, error))\n      return FALSE;", ""),
    ("a merge takes in what was erased here", "store/lw-take.c",
     "  if (erased)\n    return TRUE;\n  return body != NULL", "  return body != NULL"),
    ("an op is chained to nothing", "store/lw-append.c",
     "  memcpy (op->previous, sqlite3_column_blob (head, 3), LW_DIGEST_LENGTH);", ""),
    ("a delete stays in the index of words", "store/lw-project.c",
     "if (key <= upto &&", "if (key > upto &&"),
    ("a range that ends at the window's start is in it", "sql/note-query.sql",
     "n.end_ns > :window_start", "n.end_ns >= :window_start"),
]

# The same of test-sync-properties.
SYNC_MUTANTS = [
    ("what may not be seen is sent", "model/lw-sync.c",
     "!may_see (&g_array_index (infos, LwSyncOpInfo, n), user_data)",
     "n % 7 != 0 && !may_see (&g_array_index (infos, LwSyncOpInfo, n), user_data)"),
    ("a withheld body passes for erased", "store/lw-store-sync.c",
     "missing = LW_MISSING_WITHHELD;", "missing = LW_MISSING_ERASED;"),
    ("a body that came late is not shown", "store/lw-take.c",
     "  remember_id (take->touched, &op->target);\n  return lw_run (db, drop, error)",
     "  return lw_run (db, drop, error)"),
    ("a body that came late is asked for again", "store/lw-take.c",
     "return lw_run (db, drop, error) && take_body", "return take_body"),
    ("an erasure leaves what was waited for", "store/lw-store-erase.c",
     '      !run_on_id (db, "drop-missing-bodies-of-target", target, error) ||\n', ""),
    ("a batch that is full loses an op", "store/lw-sync-read.c",
     "    if (*ret_full)\n      return TRUE;\n    part->seq = op.seq;",
     "    part->seq = op.seq;\n    if (*ret_full)\n      return TRUE;"),
    ("what is behind the receiver's number is one too few", "store/lw-sync-read.c",
     "*ret_after = agrees ? theirs->seq : 0;", "*ret_after = agrees ? theirs->seq + 1 : 0;"),
    ("erasures of others are not carried out", "store/lw-take.c",
     "  if (op->kind == LW_OP_ERASE)\n    remember_id (take->erasures, &op->target);", ""),
    ("what was erased here comes in again", "store/lw-take.c",
     "  if (erased)\n    return TRUE;\n  return body != NULL", "  return body != NULL"),
    ("the clock forgets what came in", "store/lw-take.c",
     "MAX (take->seen, (gint64)take->greatest)", "take->seen"),
    ("a fork is not told", "store/lw-store-sync.c",
     "  if (take->forks > forks)\n", "  if (take->forks > forks + 1)\n"),
    ("the other side of a fork counts as known", "store/lw-take.c",
     "memcmp (sqlite3_column_blob (at, 1), hash, LW_DIGEST_LENGTH) != 0", "0"),
    ("numbers alone say who is behind", "store/lw-sync-read.c",
     "  *ret_after = agrees ? theirs->seq : 0;", "  *ret_after = theirs->seq;"),
    ("the greater number is taken for knowing more", "store/lw-sync-read.c",
     "  if (ours->frozen || theirs->frozen || theirs->seq == ours->seq)\n    return TRUE;\n", ""),
    ("the earlier of two changes wins", "log/lw-op.c",
     "return a->clock < b->clock ? -1 : 1;", "return a->clock < b->clock ? 1 : -1;"),
    ("what is sent twice counts as new", "store/lw-take.c",
     "if (op->seq <= take->last_seq) {", "if (op->seq < take->last_seq) {"),
    ("a gap is passed over", "store/lw-take.c",
     "  if (parent.branch < 0)\n    return fail_gap (take, op, error);\n", ""),
    ("undo takes back one's own device's changes alone", "sql/logs.sql",
     "WHERE l.track_id = ?1 AND o.kind BETWEEN 1 AND 4",
     "WHERE l.track_id = ?1 AND o.kind BETWEEN 1 AND 4 AND l.device_id = "
     "(SELECT value FROM meta WHERE name = 'device_id')"),
]

QUICK = ["what may not be seen is sent", "a withheld body passes for erased",
         "the earlier op wins", "an edit beats a delete", "undo knows this device alone",
         "a merge takes in no erasures"]


def run(command, **more):
    return subprocess.run(command, check=True, **more)


def flags():
    out = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "gio-2.0", "sqlite3", "libsodium", "json-c"],
        check=True, capture_output=True, text=True,
    ).stdout
    words = shlex.split(out)
    return ([w for w in words if not w.startswith(("-l", "-L"))],
            [w for w in words if w.startswith(("-l", "-L"))])


class Tree:
    """A copy of annotations/ with its objects, each made once and then where something changed."""

    def __init__(self, top, base=None):
        self.top = pathlib.Path(top)
        self.cflags, self.libs = flags()
        if base is not None:
            shutil.copytree(base.top, self.top, dirs_exist_ok=True, symlinks=True)
            return
        shutil.copytree(ROOT / "annotations", self.top / "annotations")
        (self.top / "tests").mkdir()
        for name in ("log-oracle.c", "log-oracle.h", "log-schedule.c", "log-schedule.h",
                     "log-schedule-alone.c", "log-steps.c", "log-steps.h",
                     *(f"{program}.c" for program in PROGRAMS)):
            shutil.copy2(ROOT / "tests/unit" / name, self.top / "tests")

    def sources(self):
        rooms = ("model", "log", "store", "exchange")
        found = [p for room in rooms for p in sorted((self.top / "annotations" / room).glob("*.c"))]
        return found + sorted((self.top / "tests").glob("*.c"))

    def resource(self):
        """The SQL, as C."""
        sql = self.top / "annotations/sql"
        made = self.top / "resource.c"
        run(["glib-compile-resources", "--sourcedir", str(sql), "--generate-source",
             "--c-name", "lw_sql", "--target", str(made), str(sql / "lw-sql.gresource.xml")])
        run(["glib-compile-resources", "--sourcedir", str(sql), "--generate-header",
             "--c-name", "lw_sql", "--target", str(made.with_name("lw-sql-resource.h")),
             str(sql / "lw-sql.gresource.xml")])
        return made

    def compile(self, source):
        rooms = ["lessonwalk", "model", "log", "store", "sql", "exchange"]
        run(["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-O1", "-g", "-w", *self.cflags,
             f"-I{self.top}", *[f"-I{self.top / 'annotations' / r}" for r in rooms],
             f"-I{self.top / 'tests'}", "-c", str(source), "-o", str(source.with_suffix(".o"))])

    def link(self, program):
        objects = [str(p.with_suffix(".o")) for p in self.sources()
                   if p.stem == program or p.stem not in PROGRAMS]
        run(["gcc", "-o", str(self.top / program), *objects, str(self.top / "resource.o"),
             *self.libs])

    def build(self, jobs=2):
        made = self.resource()
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self.compile, [*self.sources(), made]))
        for program in PROGRAMS:
            self.link(program)

    def test(self, program, last, first=1):
        env = {**os.environ, "LESSONWALK_FIRST_SEED": str(first), "LESSONWALK_SCHEDULES": str(last)}
        for name in ("LESSONWALK_SEED", "LESSONWALK_LONG", "LESSONWALK_HALF"):
            env.pop(name, None)
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        # A broken program leaves its files behind.
        with tempfile.TemporaryDirectory(prefix="lw-mutant-", dir=memory) as folder:
            env["LESSONWALK_SCHEDULES_IN"] = folder
            try:
                return subprocess.run([str(self.top / program)], env=env, capture_output=True,
                                      text=True, timeout=SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return None


def killed_once(tree, program):
    result = tree.test(program, SCHEDULES)
    if result is None:
        return False, f"no answer within {SECONDS} s"
    return result.returncode != 0, "killed: " + reason(result) if result.returncode else "survived"


def killed_often(tree, program):
    """Goes on behind each schedule that noticed, until enough have or all were run."""
    aim = SHARED * SHARE
    enough = SHARED if os.environ.get("LESSONWALK_LONG") else aim
    kills, seed, why = 0, 1, ""
    while seed <= SHARED and kills < enough:
        result = tree.test(program, SHARED, seed)
        if result is None:
            return False, f"no answer within {SECONDS} s"
        if result.returncode == 0:
            seed = SHARED + 1
            break
        seeds = re.findall(r"LESSONWALK_SEED=(\d+)", result.stdout + result.stderr)
        if not seeds:
            return True, "killed before the first schedule: " + reason(result)
        kills, seed, why = kills + 1, int(seeds[-1]) + 1, why or reason(result)
    run = seed - 1
    return kills >= aim, f"killed in {kills} of {run} schedules, {kills / run:.0%}: {why}"


def reason(result):
    lines = (result.stdout + result.stderr).splitlines()
    said = [l for l in lines if "Bail out" in l or "ERROR" in l or "CRITICAL" in l]
    return (said[0] if said else f"exit {result.returncode}")[:150]


def mutate(base, mutant):
    """Builds the mutant in a tree of its own. Returns how the test took it, or why it is none."""
    name, file, old, new = mutant
    program = PROGRAMS[mutant in SYNC_MUTANTS]
    with tempfile.TemporaryDirectory(prefix="lw-mutant-") as top:
        tree = Tree(top, base)
        source = tree.top / "annotations" / file
        text = source.read_text(encoding="utf-8")
        if text.count(old) != 1:
            return False, f"stands {text.count(old)} times in {file}: bring the mutant up to date"
        source.write_text(text.replace(old, new), encoding="utf-8")
        if source.suffix == ".sql":
            tree.compile(tree.resource())
        else:
            tree.compile(source)
        tree.link(program)
        return (killed_often if mutant in SYNC_MUTANTS else killed_once)(tree, program)


def main():
    names = sys.argv[1:]
    if not names and not os.environ.get("LESSONWALK_LONG"):
        names = QUICK
    chosen = [m for m in MUTANTS + SYNC_MUTANTS if not names or m[0] in names]
    if not chosen or shutil.which("gcc") is None:
        print("nothing to do")
        return 77
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="lw-mutants-") as top:
        base = Tree(top)
        base.build()
        for program in PROGRAMS:
            sound = base.test(program, 20)
            if sound is None or sound.returncode != 0:
                print("the unbroken sources fail:", sound and sound.stdout)
                return 1
        for mutant in chosen:
            killed, how = mutate(base, mutant)
            survivors += not killed
            print(f"{mutant[0]}: {how}", flush=True)
    print(f"{len(chosen)} mutants, {len(chosen) - survivors} killed, {survivors} not")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
