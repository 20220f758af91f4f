/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A script of everything that writes, run once for every single step of the disk that can fail:
 * with an error, with a full disk, with a disk that stays broken, and with the power gone. What
 * was acknowledged is there afterwards; what was refused is not there by half; the file is sound.
 */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "fault-vfs.h"
#include "lw-store.h"

#define N_SLOTS 5

/* What the notes are, or shall be. */
typedef struct {
  char *texts[N_SLOTS]; /* NULL: not there */
} Picture;

typedef struct {
  char *path;
  LwStore *store;
  LwId segment_id, person_id, track_id;
  LwId ids[N_SLOTS];
  Picture now;            /* after all that was acknowledged */
  Picture might_be;       /* and after the first step that was refused */
  gboolean is_refused;    /* whether there is one */
  gboolean is_unfinished; /* and it was an erasure: gone, but the disk may hold old bytes of it */
} Run;

static void
picture_copy (Picture *to, const Picture *from)
{
  for (guint i = 0; i < N_SLOTS; i++) {
    g_free (to->texts[i]);
    to->texts[i] = g_strdup (from->texts[i]);
  }
}

static void
picture_set (Picture *picture, guint slot, const char *text)
{
  g_free (picture->texts[slot]);
  picture->texts[slot] = g_strdup (text);
}

static void
picture_clear (Picture *picture)
{
  for (guint i = 0; i < N_SLOTS; i++)
    g_clear_pointer (&picture->texts[i], g_free);
}

static LwNote *
make_note (Run *run, guint slot, const char *text)
{
  LwNote fields = {
      .id = run->ids[slot],
      .track_id = run->track_id,
      .kind = LW_NOTE_NOTICING,
      .start = slot * LW_SECOND,
      .end = slot * LW_SECOND,
      .text = text,
  };

  return lw_note_new (&fields, NULL);
}

/* ---- the script: each does one thing, and says in @after what it comes to ---- */

static gboolean
do_structure (Run *run, Picture *after, GError **error)
{
  LwSegment segment = {.id = run->segment_id, .title = "A lesson", .media = {{7}}};
  LwPerson person = {.id = run->person_id, .name = "Ana"};
  LwTrack track = {
      .id = run->track_id,
      .segment_id = run->segment_id,
      .person_id = run->person_id,
  };
  g_autoptr (LwSegment) made_segment = lw_segment_new (&segment, NULL);
  g_autoptr (LwPerson) made_person = lw_person_new (&person, NULL);
  g_autoptr (LwTrack) made_track = lw_track_new (&track, NULL);

  return lw_store_put_segment (run->store, made_segment, error) &&
         lw_store_put_person (run->store, made_person, error) &&
         lw_store_put_track (run->store, made_track, error);
}

static gboolean
pin (Run *run, guint slot, const char *text, Picture *after, GError **error)
{
  g_autoptr (LwNote) note = make_note (run, slot, text);

  picture_set (after, slot, text);
  return lw_store_add_note (run->store, note, NULL, error);
}

static gboolean
do_pin_0 (Run *run, Picture *after, GError **error)
{
  return pin (run, 0, "first", after, error);
}

static gboolean
do_pin_1 (Run *run, Picture *after, GError **error)
{
  return pin (run, 1, "second", after, error);
}

/* Longer than a page, so that it spills over several. */
static gboolean
do_pin_2 (Run *run, Picture *after, GError **error)
{
  g_autofree char *text = g_strnfill (20000, 'x');

  return pin (run, 2, text, after, error);
}

static gboolean
do_edit_0 (Run *run, Picture *after, GError **error)
{
  g_autoptr (LwNote) note = make_note (run, 0, "first, edited");

  picture_set (after, 0, "first, edited");
  return lw_store_edit_note (run->store, note, NULL, error);
}

static gboolean
do_delete_1 (Run *run, Picture *after, GError **error)
{
  picture_set (after, 1, NULL);
  return lw_store_delete_note (run->store, &run->ids[1], error);
}

static gboolean
do_undo (Run *run, Picture *after, GError **error)
{
  picture_set (after, 1, "second");
  return lw_store_undo (run->store, &run->track_id, NULL, error);
}

static gboolean
do_pin_two (Run *run, Picture *after, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);

  g_ptr_array_add (notes, make_note (run, 3, "third"));
  g_ptr_array_add (notes, make_note (run, 4, "fourth"));
  picture_set (after, 3, "third");
  picture_set (after, 4, "fourth");
  return lw_store_add_notes (run->store, notes, error);
}

static gboolean
do_erase_2 (Run *run, Picture *after, GError **error)
{
  picture_set (after, 2, NULL);
  return lw_store_erase_note (run->store, &run->ids[2], error);
}

static gboolean
do_rebuild (Run *run, Picture *after, GError **error)
{
  return lw_store_rebuild (run->store, error);
}

typedef gboolean (*Act) (Run *run, Picture *after, GError **error);

/* Each one leans on those before: @needs says on which. */
static const struct {
  Act act;
  int needs; /* index of a step, or -1 */
} script[] = {
    {do_structure, -1}, {do_pin_0, 0}, {do_pin_1, 0},   {do_pin_2, 0},   {do_edit_0, 1},
    {do_delete_1, 2},   {do_undo, 5},  {do_pin_two, 0}, {do_erase_2, 3}, {do_rebuild, 0},
};

static void
assert_clear (const GError *error, FaultKind kind)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == LW_STORE_ERROR);
  if (error->code != LW_STORE_ERROR_IO &&
      !(kind == FAULT_FULL && error->code == LW_STORE_ERROR_FULL))
    g_error ("not the code for a failing disk: %d, %s", error->code, error->message);
  g_assert_cmpuint (strlen (error->message), >, 10);
}

static void
run_script (Run *run, FaultKind kind)
{
  gboolean done[G_N_ELEMENTS (script)] = {0};
  g_autoptr (GError) error = NULL;

  run->store = lw_store_open (run->path, LW_STORE_OPEN_DEFAULT, &error);
  if (run->store == NULL) {
    assert_clear (error, kind);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (script); i++) {
    Picture after = {0};

    if (script[i].needs >= 0 && !done[script[i].needs])
      continue;
    picture_copy (&after, &run->now);
    done[i] = script[i].act (run, &after, &error);
    if (done[i]) {
      g_assert_no_error (error);
      picture_copy (&run->now, &after);
    } else {
      assert_clear (error, kind);
      g_clear_error (&error);
      if (!run->is_refused) {
        picture_copy (&run->might_be, &after);
        run->is_unfinished = script[i].act == do_erase_2;
      }
      run->is_refused = TRUE;
    }
    picture_clear (&after);
  }
  g_clear_object (&run->store);
}

/* ---- what is there afterwards ---- */

static void
look (LwStore *store, Run *run, Picture *ret_seen)
{
  LwNoteQuery all = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) notes = lw_store_query (store, &all, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < notes->len; i++) {
    const LwNote *note = notes->pdata[i];
    guint slot = 0;

    while (slot < N_SLOTS && !lw_id_equal (&note->id, &run->ids[slot]))
      slot++;
    g_assert_cmpuint (slot, <, N_SLOTS);
    picture_set (ret_seen, slot, note->text);
  }
}

static gboolean
picture_equal (const Picture *a, const Picture *b)
{
  for (guint i = 0; i < N_SLOTS; i++)
    if (g_strcmp0 (a->texts[i], b->texts[i]) != 0)
      return FALSE;
  return TRUE;
}

static void
print_picture (const char *what, const Picture *picture)
{
  for (guint i = 0; i < N_SLOTS; i++)
    g_printerr ("# %s %u: %.20s\n", what, i, picture->texts[i] ? picture->texts[i] : "(none)");
}

/* @may_be_there: the refused step may have reached the disk whole all the same, because what
 * failed was the answer that it did. */
static void
check_afterwards (Run *run, gboolean may_be_there, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (run->path, LW_STORE_OPEN_DEFAULT, &error);
  g_auto (GStrv) findings = NULL;
  Picture seen = {0};

  if (store == NULL)
    g_error ("%s: %s", what, error->message);
  look (store, run, &seen);
  if (!picture_equal (&seen, &run->now) &&
      !((may_be_there || run->is_unfinished) && run->is_refused &&
        picture_equal (&seen, &run->might_be))) {
    print_picture ("seen", &seen);
    print_picture ("kept", &run->now);
    g_error ("%s: not what was acknowledged", what);
  }
  g_assert_true (lw_store_verify (store, &findings, &error));
  if (findings[0] != NULL)
    g_error ("%s: %s", what, findings[0]);
  /* And it works again. */
  picture_copy (&run->now, &seen);
  run->store = store;
  g_assert_true (do_structure (run, &run->now, &error));
  run->store = NULL;
  picture_clear (&seen);
}

/* ---- running it ---- */

static void
run_init (Run *run, const char *dir)
{
  memset (run, 0, sizeof *run);
  run->path = g_build_filename (dir, "faults.db", NULL);
  run->segment_id = lw_id_new ();
  run->person_id = lw_id_new ();
  run->track_id = lw_id_new ();
  for (guint i = 0; i < N_SLOTS; i++)
    run->ids[i] = lw_id_new ();
}

static void
empty_dir (const char *dir)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (open)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);

    g_unlink (path);
  }
}

static void
run_clear (Run *run)
{
  picture_clear (&run->now);
  picture_clear (&run->might_be);
  g_free (run->path);
}

static char *
make_dir (void)
{
  const char *memory = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  char *pattern = g_build_filename (memory, "lw-faults-XXXXXX", NULL);

  g_assert_nonnull (g_mkdtemp (pattern));
  return pattern;
}

static void
for_every_step (FaultKind kind, gboolean sticky, guint n_seeds)
{
  g_autofree char *dir = make_dir ();
  /* Every step in turn, or with LESSONWALK_FAULT_STRIDE=n one in n. */
  const char *text = g_getenv ("LESSONWALK_FAULT_STRIDE");
  guint stride = text != NULL ? MAX (1, (guint)g_ascii_strtoull (text, NULL, 10)) : 1;
  guint n = (guint)g_random_int_range (1, (gint32)stride + 1), n_struck = 0;
  gboolean struck;

  do {
    struck = FALSE;
    for (guint seed = 0; seed < n_seeds; seed++) {
      g_autofree char *what = g_strdup_printf ("fault %d%s at step %u, seed %u", kind,
                                               sticky ? " and ever after" : "", n, seed);
      Run run;

      empty_dir (dir);
      run_init (&run, dir);
      if (kind == FAULT_POWER)
        fault_vfs_begin_power_record ();
      fault_vfs_arm (n, kind, sticky);
      run_script (&run, kind);
      struck = struck || fault_vfs_struck ();
      fault_vfs_disarm ();
      if (kind == FAULT_POWER) {
        g_autofree char *shared = g_strconcat (run.path, "-shm", NULL);

        fault_vfs_cut_power (seed);
        g_unlink (shared);
      }
      check_afterwards (&run, sticky || kind == FAULT_POWER, what);
      run_clear (&run);
    }
    n += stride;
    n_struck += struck;
  } while (struck);
  g_test_message ("%u of about %u steps of the disk", n_struck, n);
  /* Fewer than this and the layer was not in the way. */
  g_assert_cmpuint (n, >, 100);
  empty_dir (dir);
  g_rmdir (dir);
}

static void
test_one_failing_step_refuses_one_change (void)
{
  for_every_step (FAULT_IO, FALSE, 1);
}

static void
test_one_full_disk_refuses_one_change (void)
{
  for_every_step (FAULT_FULL, FALSE, 1);
}

static void
test_a_disk_that_stays_broken_loses_nothing (void)
{
  for_every_step (FAULT_IO, TRUE, 1);
}

static void
test_a_disk_that_stays_full_loses_nothing (void)
{
  for_every_step (FAULT_FULL, TRUE, 1);
}

static void
test_a_power_cut_loses_nothing_acknowledged (void)
{
  for_every_step (FAULT_POWER, TRUE, 3);
}

/* The last test could not fail if the layer forgot nothing: on a disk that only says that it
 * synced, a cut loses what was acknowledged. */
static void
test_a_disk_that_lies_about_syncing_is_noticed (void)
{
  guint n_noticed = 0;

  for (guint32 seed = 0; seed < 8; seed++) {
    g_autofree char *dir = make_dir ();
    g_autofree char *shared = NULL;
    g_autoptr (LwStore) store = NULL;
    g_auto (GStrv) findings = NULL;
    g_autoptr (GError) error = NULL;
    Picture seen = {0};
    Run run;

    run_init (&run, dir);
    shared = g_strconcat (run.path, "-shm", NULL);
    fault_vfs_begin_power_record ();
    fault_vfs_set_lying (TRUE);
    run_script (&run, FAULT_POWER);
    fault_vfs_set_lying (FALSE);
    fault_vfs_cut_power (seed);
    g_unlink (shared);
    store = lw_store_open (run.path, LW_STORE_OPEN_DEFAULT, &error);
    if (store == NULL || !lw_store_verify (store, &findings, NULL) || findings[0] != NULL) {
      n_noticed++;
    } else {
      look (store, &run, &seen);
      n_noticed += !picture_equal (&seen, &run.now);
    }
    g_clear_object (&store);
    picture_clear (&seen);
    run_clear (&run);
    empty_dir (dir);
    g_rmdir (dir);
  }
  g_assert_cmpuint (n_noticed, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
  /* The groups run as tests of their own where each step fails. */
#define ADD(group, name) g_test_add_func ("/store/faults/" group "/" #name, test_##name)
  ADD ("once", one_failing_step_refuses_one_change);
  ADD ("once", one_full_disk_refuses_one_change);
  ADD ("ever-after", a_disk_that_stays_broken_loses_nothing);
  ADD ("ever-after", a_disk_that_stays_full_loses_nothing);
  ADD ("power", a_power_cut_loses_nothing_acknowledged);
  ADD ("power", a_disk_that_lies_about_syncing_is_noticed);
  return g_test_run ();
}
