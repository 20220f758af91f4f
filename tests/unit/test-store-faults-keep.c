/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * What is done to a file of notes as a whole, and the sentence that is being written, run once for
 * every single step of the disk that can fail, as test-store-faults.c does for changes of notes:
 * bringing an old file up to date, a backup, taking in another file's notes or another device's,
 * drafts. Each is done or refused with a sentence, what was there before is there still, and what
 * was refused can be had by asking again.
 */

#include <glib/gstdio.h>
#include <string.h>

#include "fault-vfs.h"
#include "lw-store.h"
#include "lw-sync.h"

#define OLD_NOTES 22 /* of store-v1.db */
#define OWN_NOTES 1
#define OTHER_NOTES 2

static const LwId old_track = {{1, 0x92, 0xd3, 0xa4, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 4}};

typedef struct {
  char *path, *other;
  GBytes *before[2];  /* what the two files were; NULL: not there */
  LwId track_id;      /* in the file at @path */
  LwSyncBatch *batch; /* all that the file at @other has */
  guint n_begun;      /* of the steps of a draft */
} Place;

typedef struct {
  const char *name;
  void (*prepare) (Place *place);
  gboolean (*act) (Place *place, LwStore *store, GError **error); /* the disk may fail */
  /* The disk is whole again. @maybe: what was refused may be there all the same, since what failed
   * was the answer that it is. */
  void (*check) (Place *place, LwStore *store, gboolean done, gboolean maybe);
} Deed;

/* ---- files, and what is in them ---- */

static LwStore *
open_whole (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) findings = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  g_assert_true (lw_store_verify (store, &findings, &error));
  g_assert_no_error (error);
  if (findings[0] != NULL)
    g_error ("%s: %s", path, findings[0]);
  return store;
}

static guint64
count (LwStore *store)
{
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  lw_store_count (store, &(LwNoteQuery){0}, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
assert_file_has (const char *path, guint n_notes)
{
  g_autoptr (LwStore) store = open_whole (path);

  g_assert_cmpuint (count (store), ==, n_notes);
}

static LwId
make_file (const char *path, const char *author, guint n_notes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwPerson) person = NULL;
  g_autoptr (LwTrack) track = NULL;

  g_assert_no_error (error);
  segment = lw_segment_new (&(LwSegment){.title = "A lesson", .media = {{7}}}, &error);
  person = lw_person_new (&(LwPerson){.name = author}, &error);
  g_assert_true (lw_store_put_segment (store, segment, &error));
  g_assert_true (lw_store_put_person (store, person, &error));
  track = lw_track_new (&(LwTrack){.segment_id = segment->id, .person_id = person->id}, &error);
  g_assert_true (lw_store_put_track (store, track, &error));
  for (guint i = 0; i < n_notes; i++) {
    LwNote note = {.track_id = track->id, .start = i * LW_SECOND, .end = i * LW_SECOND};

    note.text = author;
    g_assert_true (lw_store_add_note (store, &note, NULL, &error));
  }
  g_assert_no_error (error);
  return track->id;
}

static void
take_old_file (const char *path)
{
  g_autofree char *released =
      g_build_filename (g_getenv ("LESSONWALK_SOURCE_ROOT"), "tests/fixtures/store-v1.db", NULL);
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (released, &bytes, &length, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, bytes, (gssize)length, &error);
  g_assert_no_error (error);
}

/* ---- an old file is brought up to date ---- */

/* The only one of that track; NULL if there is none, or with @error. (transfer full) */
static LwNote *
load_draft (LwStore *store, const LwId *track_id, GError **error)
{
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) put_away = NULL;

  if (!lw_store_load_drafts (store, track_id, &open, &put_away, error))
    return NULL;
  g_assert_cmpuint (open->len + put_away->len, <=, 1);
  return open->len > 0 ? lw_note_ref (open->pdata[0]) : NULL;
}

static void
prepare_migration (Place *place)
{
  take_old_file (place->path);
}

static gboolean
act_migration (Place *place, LwStore *store, GError **error)
{
  return TRUE; /* opening was it */
}

static void
check_migration (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) draft = load_draft (store, &old_track, &error);
  g_autofree char *volume = lw_store_get_setting (store, "volume", &error);
  g_auto (GStrv) copies = lw_store_old_copies (store);

  g_assert_no_error (error);
  g_assert_cmpuint (count (store), ==, OLD_NOTES);
  g_assert_cmpstr (draft->text, ==, "half a sen");
  g_assert_cmpstr (volume, ==, "0.5");
  /* What lies beside it, should the new one ever be wrong, is whole, and is no scrap. */
  g_assert_cmpuint (g_strv_length (copies), >, 0);
  for (guint i = 0; copies[i] != NULL; i++)
    assert_file_has (copies[i], OLD_NOTES);
}

/* ---- a backup ---- */

static void
prepare_backup (Place *place)
{
  make_file (place->path, "Ana", OWN_NOTES);
}

static gboolean
act_backup (Place *place, LwStore *store, GError **error)
{
  return lw_store_backup (store, place->other, error);
}

static void
check_backup (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  g_autoptr (GError) error = NULL;
  gboolean is_there = g_file_test (place->other, G_FILE_TEST_EXISTS);

  g_assert_cmpuint (count (store), ==, OWN_NOTES);
  g_assert_true (is_there || !done);
  /* Nothing by half under that name; and with nothing there, the name is free. */
  if (!is_there)
    g_assert_true (lw_store_backup (store, place->other, &error));
  g_assert_no_error (error);
  assert_file_has (place->other, OWN_NOTES);
}

/* ---- another file's notes ---- */

static void
prepare_merge (Place *place)
{
  make_file (place->path, "Ana", OWN_NOTES);
  make_file (place->other, "Bo", OTHER_NOTES);
}

static void
prepare_merge_of_old (Place *place)
{
  make_file (place->path, "Ana", OWN_NOTES);
  take_old_file (place->other);
}

static gboolean
act_merge (Place *place, LwStore *store, GError **error)
{
  return lw_store_merge (store, place->other, NULL, error);
}

/* All or nothing of @n, and all of them when asked again. */
static void
check_taken_in (Place *place, LwStore *store, gboolean done, gboolean maybe, guint n)
{
  guint64 seen = count (store);
  g_autoptr (GError) error = NULL;

  if (done)
    g_assert_cmpuint (seen, ==, OWN_NOTES + n);
  else if (!maybe || seen != OWN_NOTES + n)
    g_assert_cmpuint (seen, ==, OWN_NOTES);
  g_assert_true (lw_store_merge (store, place->other, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (store), ==, OWN_NOTES + n);
}

static void
check_merge (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  check_taken_in (place, store, done, maybe, OTHER_NOTES);
  assert_file_has (place->other, OTHER_NOTES);
}

static void
check_merge_of_old (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  check_taken_in (place, store, done, maybe, OLD_NOTES);
  assert_file_has (place->other, OLD_NOTES);
}

/* ---- another device's notes ---- */

static void
prepare_apply (Place *place)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = NULL;
  g_autoptr (LwSyncReader) reader = NULL;

  prepare_merge (place);
  store = open_whole (place->other);
  reader = lw_store_read_since (store, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (lw_sync_reader_next (reader, LW_SYNC_MESSAGE_MAX_BYTES, &place->batch, &error));
  g_assert_nonnull (place->batch);
}

static gboolean
act_apply (Place *place, LwStore *store, GError **error)
{
  const LwSyncBatch *batches[] = {place->batch};
  g_autoptr (GPtrArray) results = NULL;
  gboolean ok = lw_store_apply (store, batches, 1, &results, error);

  if (!ok)
    return FALSE;
  g_assert_no_error (((LwSyncResult *)results->pdata[0])->error);
  return TRUE;
}

static void
check_apply (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  g_autoptr (GError) error = NULL;
  guint64 seen = count (store);

  if (done)
    g_assert_cmpuint (seen, ==, OWN_NOTES + OTHER_NOTES);
  else if (!maybe || seen != OWN_NOTES + OTHER_NOTES)
    g_assert_cmpuint (seen, ==, OWN_NOTES);
  g_assert_true (act_apply (place, store, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (store), ==, OWN_NOTES + OTHER_NOTES);
}

/* ---- the sentence that is being written ---- */

static void
prepare_draft (Place *place)
{
  place->track_id = make_file (place->path, "Ana", OWN_NOTES);
}

static gboolean
save (Place *place, LwStore *store, const char *text, GError **error)
{
  static const LwId id = {{1, 0x92, 0xd3, 0xa4, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 9, 9}};
  LwNote draft = {.id = id, .track_id = place->track_id, .text = text};

  return lw_store_save_draft (store, &draft, FALSE, error);
}

/* What is there after so many steps. */
static const struct {
  const char *text;
  guint n_notes;
} draft_states[] = {
    {NULL, OWN_NOTES},     {"half", OWN_NOTES},     {"half a sentence", OWN_NOTES},
    {NULL, OWN_NOTES + 1}, {"next", OWN_NOTES + 1}, {NULL, OWN_NOTES + 1},
};

static gboolean
act_draft (Place *place, LwStore *store, GError **error)
{
  g_autoptr (LwNote) draft = NULL;

  if (!save (place, store, draft_states[++place->n_begun].text, error) ||
      !save (place, store, draft_states[++place->n_begun].text, error))
    return FALSE;
  place->n_begun++;
  draft = load_draft (store, &place->track_id, error);
  if (draft == NULL || !lw_store_add_note_from_draft (store, draft, &draft->id, NULL, error))
    return FALSE;
  return save (place, store, draft_states[++place->n_begun].text, error) && ++place->n_begun &&
         lw_store_drop_draft (store, &draft->id, error);
}

static gboolean
is_draft_state (Place *place, LwStore *store, guint i)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) draft = load_draft (store, &place->track_id, &error);

  g_assert_no_error (error);
  return g_strcmp0 (draft != NULL ? draft->text : NULL, draft_states[i].text) == 0 &&
         count (store) == draft_states[i].n_notes;
}

/* The last step that was begun is the one that was refused. */
static void
check_draft (Place *place, LwStore *store, gboolean done, gboolean maybe)
{
  guint n = place->n_begun;

  g_assert_true (is_draft_state (place, store, done || n == 0 ? n : n - 1) ||
                 (maybe && is_draft_state (place, store, n)));
}

/* ---- running it ---- */

static const Deed deeds[] = {
    {"migration", prepare_migration, act_migration, check_migration},
    {"backup", prepare_backup, act_backup, check_backup},
    {"merge", prepare_merge, act_merge, check_merge},
    {"merge-of-an-old-file", prepare_merge_of_old, act_merge, check_merge_of_old},
    {"apply", prepare_apply, act_apply, check_apply},
    {"draft", prepare_draft, act_draft, check_draft},
};

static void
assert_clear (const GError *error, FaultKind kind)
{
  g_assert_nonnull (error);
  if (error->domain != LW_STORE_ERROR ||
      (error->code != LW_STORE_ERROR_IO &&
       !(kind == FAULT_FULL && error->code == LW_STORE_ERROR_FULL)))
    g_error ("not the code for a failing disk: %d, %s", error->code, error->message);
  g_assert_cmpuint (strlen (error->message), >, 10);
}

/* Only what has @suffix, if it is not NULL. */
static void
empty_dir (const char *dir, const char *suffix)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (open)) != NULL) {
    g_autofree char *path = g_build_filename (dir, name, NULL);

    if (suffix == NULL || g_str_has_suffix (name, suffix))
      g_unlink (path);
  }
}

static gboolean
do_it (const Deed *deed, Place *place, FaultKind kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (place->path, LW_STORE_OPEN_DEFAULT, &error);
  gboolean done = store != NULL && deed->act (place, store, &error);

  if (!done)
    assert_clear (error, kind);
  return done;
}

/* What is prepared is the same for all steps, and is read and written faster than made. */
static void
keep_file (const char *path, GBytes **ret_bytes)
{
  char *bytes;
  gsize length;

  if (g_file_get_contents (path, &bytes, &length, NULL))
    *ret_bytes = g_bytes_new_take (bytes, length);
}

static void
put_file (const char *path, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &length);
  g_file_set_contents (path, data, (gssize)length, &error);
  g_assert_no_error (error);
}

static void
place_init (Place *place, const Deed *deed, const char *dir)
{
  *place = (Place){
      .path = g_build_filename (dir, "own.db", NULL),
      .other = g_build_filename (dir, "other.db", NULL),
  };
  deed->prepare (place);
  keep_file (place->path, &place->before[0]);
  keep_file (place->other, &place->before[1]);
}

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->batch, lw_sync_batch_unref);
  g_clear_pointer (&place->before[0], g_bytes_unref);
  g_clear_pointer (&place->before[1], g_bytes_unref);
  g_free (place->path);
  g_free (place->other);
}

/* Whether the disk failed at all. */
static gboolean
fail_at (const Deed *deed,
         Place *place,
         const char *dir,
         guint n,
         FaultKind kind,
         gboolean sticky,
         guint seed)
{
  g_autoptr (LwStore) store = NULL;
  gboolean done, struck;

  g_test_message ("%s: fault %d%s at step %u, seed %u", deed->name, (int)kind,
                  sticky ? " and ever after" : "", n, seed);
  empty_dir (dir, NULL);
  put_file (place->path, place->before[0]);
  put_file (place->other, place->before[1]);
  place->n_begun = 0;
  if (kind == FAULT_POWER)
    fault_vfs_begin_power_record ();
  fault_vfs_arm (n, kind, sticky);
  done = do_it (deed, place, kind);
  struck = fault_vfs_struck ();
  fault_vfs_disarm ();
  if (kind == FAULT_POWER) {
    fault_vfs_cut_power (seed);
    empty_dir (dir, "-shm");
  }
  store = open_whole (place->path);
  deed->check (place, store, done, sticky || kind == FAULT_POWER);
  return struck;
}

static void
for_every_step (const Deed *deed, FaultKind kind, gboolean sticky, guint n_seeds)
{
  const char *memory = g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir ();
  g_autofree char *dir = g_build_filename (memory, "lw-faults-XXXXXX", NULL);
  /* Every step in turn, or with LESSONWALK_FAULT_STRIDE=n one in n, if nobody wants the long way.
   */
  const char *text =
      g_getenv ("LESSONWALK_LONG") == NULL ? g_getenv ("LESSONWALK_FAULT_STRIDE") : NULL;
  guint stride = text != NULL ? MAX (1, (guint)g_ascii_strtoull (text, NULL, 10)) : 1;
  guint n = (guint)g_random_int_range (1, (gint32)stride + 1);
  gboolean struck;
  Place place;

  g_assert_nonnull (g_mkdtemp (dir));
  place_init (&place, deed, dir);
  do {
    struck = FALSE;
    for (guint seed = 0; seed < n_seeds; seed++)
      struck = fail_at (deed, &place, dir, n, kind, sticky, seed) || struck;
    n += stride;
  } while (struck);
  g_test_message ("%s: about %u steps of the disk", deed->name, n);
  /* Fewer than this and the layer was not in the way. */
  g_assert_cmpuint (n, >, 10);
  place_clear (&place);
  empty_dir (dir, NULL);
  g_rmdir (dir);
}

static void
test_one_failing_step (gconstpointer deed)
{
  for_every_step (deed, FAULT_IO, FALSE, 1);
}

static void
test_one_full_disk (gconstpointer deed)
{
  for_every_step (deed, FAULT_FULL, FALSE, 1);
}

static void
test_a_disk_that_stays_broken (gconstpointer deed)
{
  for_every_step (deed, FAULT_IO, TRUE, 1);
}

static void
test_a_disk_that_stays_full (gconstpointer deed)
{
  for_every_step (deed, FAULT_FULL, TRUE, 1);
}

static void
test_a_power_cut (gconstpointer deed)
{
  for_every_step (deed, FAULT_POWER, TRUE, 2);
}

static void
add (const char *name, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    g_autofree char *path = g_strdup_printf ("/store/faults/%s/%s", deeds[i].name, name);

    g_test_add_data_func (path, &deeds[i], func);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_install ();
#define ADD(name) add (#name "_loses_nothing", test_##name)
  ADD (one_failing_step);
  ADD (one_full_disk);
  ADD (a_disk_that_stays_broken);
  ADD (a_disk_that_stays_full);
  ADD (a_power_cut);
  return g_test_run ();
}
