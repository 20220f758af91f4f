/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "lw-sql.h"
#include "store-fixture.h"

static const LwId segment = {{1, 0x92, 0xd3, 0xa4, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 3}};
static const LwId track = {{1, 0x92, 0xd3, 0xa4, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 4}};

static char *
read_file (const char *path, gsize *ret_length)
{
  char *content;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &content, ret_length, &error);
  g_assert_no_error (error);
  return content;
}

static char *
take_file (Fixture *fixture, const char *name)
{
  char *path = fixture_file (fixture, "old.db");
  g_autofree char *released =
      g_build_filename (g_getenv ("LESSONWALK_SOURCE_ROOT"), "tests/fixtures", name, NULL);
  gsize length;
  g_autofree char *content = read_file (released, &length);

  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  return path;
}

/* A copy of the file that make_store_v1.py made when version 1 was current. */
static char *
take_version_1 (Fixture *fixture)
{
  return take_file (fixture, "store-v1.db");
}

static void
assert_contents (LwStore *store)
{
  g_autoptr (GError) error = NULL;
  LwStoreStats stats;
  guint64 n;

  assert_verifies (store);
  lw_store_stats (store, &stats, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stats.schema_version, ==, LW_SCHEMA_VERSION);
  g_assert_cmpuint (stats.notes, ==, 22);
  g_assert_cmpuint (stats.bodies_erased, ==, 1);
  g_assert_cmpuint (count_matches (store, "stud"), ==, 22);
  g_assert_cmpuint (count_matches (store, "compare"), ==, 1);
  /* Of the three ranges of 500 s, the one that starts at 230 s. */
  lw_store_count (store,
                  &(LwNoteQuery){.segment_id = &segment,
                                 .has_window = TRUE,
                                 .window_start = 660 * LW_SECOND,
                                 .window_end = 661 * LW_SECOND},
                  &n, &error);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_version_1_is_brought_up_to_date (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_version_1 (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autofree char *volume = NULL;

  g_assert_no_error (error);
  assert_contents (store);
  assert_drafts (store, &track, "half a sen", NULL);
  volume = lw_store_get_setting (store, "volume", &error);
  g_assert_cmpstr (volume, ==, "0.5");
  /* And it goes on from there. */
  add_text (store, &track, 0, "after the migration");
  g_assert_true (lw_store_undo (store, &track, NULL, &error));
  g_assert_true (lw_store_rebuild (store, &error));
  assert_contents (store);
}

/* Of one lesson with a point and a range: it has no column for the wall clock, and gets one. */
static void
test_version_5_is_brought_up_to_date (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_file (fixture, "store-v5.db");
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autoptr (GPtrArray) tracks = NULL;
  g_autoptr (LwNote) note = NULL;
  const LwTrack *old_track;

  g_assert_no_error (error);
  assert_verifies (store);
  g_assert_cmpuint (count_notes (store), ==, 2);
  tracks = lw_store_list (store, LW_ENTITY_TRACK, NULL, &error);
  old_track = tracks->pdata[0];
  note = lw_note_new (&(LwNote){.track_id = old_track->id,
                                .wall_utc_ns = 1700042400000000001,
                                .text = "by the clock"},
                      &error);
  g_assert_true (lw_store_add_note (store, note, NULL, &error));
  assert_verifies (store);
  g_assert_true (lw_store_rebuild (store, &error));
  assert_verifies (store);
}

/* Of one lesson with three notes and a draft, written by the program of that time. */
static void
test_version_3_is_brought_up_to_date (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_file (fixture, "store-v3.db");
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_autoptr (GPtrArray) tracks = NULL;
  g_autoptr (LwNote) another = NULL;
  const LwTrack *old_track;

  g_assert_no_error (error);
  assert_verifies (store);
  g_assert_cmpuint (count_notes (store), ==, 3);
  g_assert_cmpuint (count_matches (store, "marks"), ==, 1);
  tracks = lw_store_list (store, LW_ENTITY_TRACK, NULL, &error);
  g_assert_cmpuint (tracks->len, ==, 1);
  old_track = tracks->pdata[0];
  assert_drafts (store, &old_track->id, "half a sen", NULL);
  another = lw_note_new (&(LwNote){.track_id = old_track->id, .text = "more"}, &error);
  g_assert_true (lw_store_save_draft (store, another, TRUE, &error));
  assert_drafts (store, &old_track->id, "half a sen", "more");
  g_assert_true (lw_store_rebuild (store, &error));
  assert_verifies (store);
}

static void
test_the_old_file_stays_beside_and_is_told_of (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_version_1 (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_auto (GStrv) copies = NULL;
  g_autoptr (LwStore) copy = NULL;

  copies = lw_store_old_copies (store);
  g_assert_cmpuint (g_strv_length (copies), ==, 1);
  /* Still version 1, and openable should it be needed. */
  g_assert_null (lw_store_open (copies[0], LW_STORE_OPEN_READ_ONLY, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  copy = lw_store_open (copies[0], LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  assert_contents (copy);
}

static void
test_opening_again_migrates_no_more (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_version_1 (fixture);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) copies = NULL;
  LwStore *store;

  for (guint i = 0; i < 3; i++) {
    store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
    g_assert_no_error (error);
    if (i == 2)
      copies = lw_store_old_copies (store);
    g_object_unref (store);
  }
  g_assert_cmpuint (g_strv_length (copies), ==, 1);
}

static void
test_another_old_store_is_merged_and_not_touched (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_version_1 (fixture);
  g_autoptr (GError) error = NULL;
  gsize before_length, after_length;
  g_autofree char *before = read_file (path, &before_length);
  g_autofree char *after = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint forks;

  g_assert_true (lw_store_merge (fixture->store, path, &forks, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (forks, ==, 0);
  g_assert_cmpuint (count_notes (fixture->store), ==, 22);
  assert_verifies (fixture->store);
  after = read_file (path, &after_length);
  g_assert_cmpmem (before, before_length, after, after_length);
  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".merge-"));
}

static void
assert_refused_untouched (const char *path, LwStoreError code)
{
  g_autoptr (GError) error = NULL;
  gsize before_length, after_length;
  g_autofree char *before = read_file (path, &before_length);
  g_autofree char *after = NULL;
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  g_assert_null (lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, LW_STORE_ERROR, (int)code);
  g_clear_error (&error);
  g_assert_null (lw_store_open (path, LW_STORE_OPEN_READ_ONLY, &error));
  g_assert_error (error, LW_STORE_ERROR, (int)code);
  after = read_file (path, &after_length);
  g_assert_cmpmem (before, before_length, after, after_length);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
}

static void
test_a_newer_version_is_refused_untouched (Fixture *fixture, gconstpointer data)
{
  g_autofree char *newer = g_strdup_printf ("PRAGMA user_version = %u", LW_SCHEMA_VERSION + 1);

  g_clear_object (&fixture->store);
  run_sql (fixture->path, newer);
  assert_refused_untouched (fixture->path, LW_STORE_ERROR_NEWER);
}

static void
test_other_kinds_of_file_are_refused_untouched (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = fixture_file (fixture, "text");
  g_autofree char *short_one = fixture_file (fixture, "short");
  g_autofree char *foreign = fixture_file (fixture, "foreign.db");
  g_autofree char *zeroed = fixture_file (fixture, "zeroed.db");
  gsize length;
  g_autofree char *content = NULL;

  g_assert_true (g_file_set_contents (text, "Dear diary, SQLite format 3 is nice", -1, NULL));
  assert_refused_untouched (text, LW_STORE_ERROR_NOT_STORE);
  g_assert_true (g_file_set_contents (short_one, "SQLite format 3", 16, NULL));
  assert_refused_untouched (short_one, LW_STORE_ERROR_NOT_STORE);
  g_assert_true (g_file_set_contents (foreign, "", 0, NULL));
  run_sql (foreign, "CREATE TABLE places (name); PRAGMA user_version = 2");
  assert_refused_untouched (foreign, LW_STORE_ERROR_NOT_STORE);
  g_clear_object (&fixture->store);
  content = read_file (fixture->path, &length);
  memset (content, 0, 16);
  g_assert_true (g_file_set_contents (zeroed, content, (gssize)length, NULL));
  assert_refused_untouched (zeroed, LW_STORE_ERROR_NOT_STORE);
}

static void
test_an_empty_file_becomes_a_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "empty.db");
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = NULL;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  assert_verifies (store);
}

static void
test_a_failed_migration_leaves_version_1 (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = take_version_1 (fixture);
  g_autoptr (GError) error = NULL;

  /* What a script is about to make is in its way, that of the second version or of the last. */
  for (guint i = 0; i < 3; i++) {
    static const char *const tables[] = {"length_class", "draft_of_note", "lens_count"};
    g_autofree char *make = g_strdup_printf ("CREATE TABLE %s (x)", tables[i]);
    g_autofree char *drop = g_strdup_printf ("DROP TABLE %s", tables[i]);

    run_sql (path, make);
    g_assert_null (lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error));
    g_assert_nonnull (error);
    g_clear_error (&error);
    run_sql (path, drop);
  }
  g_object_unref (lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/migration/from-1", test_version_1_is_brought_up_to_date);
  TEST ("/migration/from-3", test_version_3_is_brought_up_to_date);
  TEST ("/migration/from-5", test_version_5_is_brought_up_to_date);
  TEST ("/migration/copy", test_the_old_file_stays_beside_and_is_told_of);
  TEST ("/migration/once", test_opening_again_migrates_no_more);
  TEST ("/migration/merge", test_another_old_store_is_merged_and_not_touched);
  TEST ("/migration/newer", test_a_newer_version_is_refused_untouched);
  TEST ("/migration/other-files", test_other_kinds_of_file_are_refused_untouched);
  TEST ("/migration/empty", test_an_empty_file_becomes_a_store);
  TEST ("/migration/failed", test_a_failed_migration_leaves_version_1);
  return g_test_run ();
}
