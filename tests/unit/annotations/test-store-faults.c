/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "lw-sql.h"
#include "lw-store-private.h"
#include "store-fixture.h"

/* What a test hands to the program that it starts of itself. */
#define PATH_VARIABLE "LESSONWALK_TEST_STORE"
#define TRACK_VARIABLE "LESSONWALK_TEST_TRACK"

static LwStore *
open_handed_over (LwStoreOpenFlags flags, GError **error)
{
  return lw_store_open (g_getenv (PATH_VARIABLE), flags, error);
}

static void
hand_over (Fixture *fixture)
{
  g_autofree char *track = lw_id_to_string (&fixture->track_id);

  g_setenv (PATH_VARIABLE, fixture->path, TRUE);
  g_setenv (TRACK_VARIABLE, track, TRUE);
}

/* ---- two programs ---- */

#define NOTES_EACH 60

static void
other_program_writes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = open_handed_over (LW_STORE_OPEN_DEFAULT, &error);
  LwId track;

  g_assert_no_error (error);
  g_assert_true (lw_id_parse (g_getenv (TRACK_VARIABLE), &track));
  for (guint i = 0; i < NOTES_EACH; i++)
    add_text (store, &track, i, "from the other program");
}

static gpointer
write_meanwhile (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < NOTES_EACH; i++)
    add_text (fixture->store, &fixture->track_id, i, "from this program");
  return NULL;
}

static void
test_two_programs_write_one_history (Fixture *fixture, gconstpointer data)
{
  GThread *thread;

  hand_over (fixture);
  thread = g_thread_new ("writer", write_meanwhile, fixture);
  g_test_trap_subprocess ("/store-faults/subprocess/writes", 0, 0);
  g_thread_join (thread);
  g_test_trap_assert_passed ();
  g_assert_cmpuint (count_notes (fixture->store), ==, 2 * NOTES_EACH);
  g_assert_cmpuint (count_matches (fixture->store, "other"), ==, NOTES_EACH);
  assert_verifies (fixture->store);
}

static sqlite3 *
open_raw (const char *path, const char *begin)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, begin, NULL, NULL, NULL), ==, SQLITE_OK);
  return db;
}

static void
test_a_held_file_is_busy_and_then_free (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "before");
  sqlite3 *holder = open_raw (fixture->path, "BEGIN IMMEDIATE");
  LwNote fields = {.track_id = fixture->track_id, .text = "during"};

  g_assert_false (lw_store_add_note (fixture->store, &fields, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY);
  g_clear_error (&error);
  /* Reading and searching go on, also for what is not indexed yet. */
  assert_text (fixture->store, &id, "before");
  g_assert_cmpuint (count_matches (fixture->store, "before"), ==, 1);
  g_assert_cmpint (sqlite3_exec (holder, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (holder);
  g_assert_cmpuint (count_notes (fixture->store), ==, 1);
  g_assert_true (lw_store_add_note (fixture->store, &fields, NULL, &error));
  g_assert_no_error (error);
}

static void
test_erasing_under_a_reader_says_busy_and_is_finished_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "xylophonesecret");
  sqlite3 *reader = open_raw (fixture->path, "BEGIN; SELECT count (*) FROM note");

  g_assert_false (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_BUSY);
  g_clear_error (&error);
  assert_gone (fixture->store, &id);
  g_assert_cmpint (sqlite3_exec (reader, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (reader);
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_assert_no_error (error);
  g_assert_false (files_hold (fixture->path, "xylophonesecret"));
}

/* Cut short between erasing and scrubbing, the next session makes up for it by itself. */
static void
test_an_unfinished_erasure_is_finished_by_itself (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 0, "xylophonesecret");
  sqlite3 *reader = open_raw (fixture->path, "BEGIN; SELECT count (*) FROM note");
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_assert_false (lw_store_erase_note (fixture->store, &id, &error));
  sqlite3_exec (reader, "COMMIT", NULL, NULL, NULL);
  sqlite3_close (reader);
  fixture_reopen (fixture);
  while (files_hold (fixture->path, "xylophonesecret") && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (files_hold (fixture->path, "xylophonesecret"));
}

/* ---- no permission ---- */

static void
other_user_reads (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwStore) store = NULL;

  /* Root may write everywhere, so be somebody else. */
  if (geteuid () == 0)
    g_assert_true (setgid (65534) == 0 && setuid (65534) == 0);
  g_assert_null (open_handed_over (LW_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  store = open_handed_over (LW_STORE_OPEN_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_notes (store), ==, 1);
  g_assert_cmpuint (count_matches (store, "words"), ==, 1);
  g_assert_cmpuint (count_matches (store, "fresh"), ==, 1);
  assert_verifies (store);
  g_assert_false (lw_store_set_setting (store, "a", "b", &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY);
}

static void
test_a_folder_without_write_permission_is_read (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, 0, "fresh words");
  g_clear_object (&fixture->store);
  hand_over (fixture);
  g_assert_cmpint (g_chmod (fixture->path, 0444), ==, 0);
  g_assert_cmpint (g_chmod (fixture->folder, 0555), ==, 0);
  g_test_trap_subprocess ("/store-faults/subprocess/reads", 0, 0);
  g_chmod (fixture->folder, 0755);
  g_test_trap_assert_passed ();
}

static void
test_a_place_that_cannot_be_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *below_a_file = g_build_filename (fixture->path, "notes.db", NULL);
  g_autofree char *missing = fixture_file (fixture, "missing.db");
  g_autofree char *deep = fixture_file (fixture, "a/b/notes.db");
  g_autoptr (LwStore) store = NULL;

  g_assert_null (lw_store_open (below_a_file, LW_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_null (lw_store_open (fixture->folder, LW_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_STORE);
  g_clear_error (&error);
  g_assert_null (lw_store_open (missing, LW_STORE_OPEN_READ_ONLY, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  store = lw_store_open (deep, LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
}

/* ---- no space ---- */

static gboolean
run_pragma (LwWriter *writer, gpointer data, GError **error)
{
  return lw_db_exec (writer->db, data, error);
}

static void
limit_pages (LwStore *store, const char *pragma)
{
  g_autoptr (GError) error = NULL;

  lw_store_write_bare (store, run_pragma, (gpointer)pragma, &error);
  g_assert_no_error (error);
}

static void
assert_full_then_free (LwStore *store, const LwId *track, void (*make_room) (LwStore *))
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (20000, 'x');
  LwNote fields = {.track_id = *track, .text = text};
  guint kept = 0;

  while (kept < 10000 && lw_store_add_note (store, &fields, NULL, &error))
    kept++;
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_cmpuint (count_notes (store), ==, kept);
  assert_verifies (store);
  make_room (store);
  g_assert_true (lw_store_add_note (store, &fields, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_notes (store), ==, kept + 1);
  assert_verifies (store);
}

static void
raise_limit (LwStore *store)
{
  limit_pages (store, "PRAGMA max_page_count = 100000");
}

static void
test_a_full_file_keeps_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  limit_pages (fixture->store, "PRAGMA max_page_count = 120");
  assert_full_then_free (fixture->store, &fixture->track_id, raise_limit);
}

static void
remove_ballast (LwStore *store)
{
  g_autofree char *folder = g_path_get_dirname (lw_store_get_path (store));
  g_autofree char *ballast = g_build_filename (folder, "ballast", NULL);

  g_assert_cmpint (g_unlink (ballast), ==, 0);
}

/* Runs in a small file system of its own. */
static void
small_disk_fills_up (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (g_getenv (PATH_VARIABLE));
  g_autofree char *ballast = g_build_filename (folder, "ballast", NULL);
  g_autofree char *zeros = g_malloc0 (2000000);
  g_autoptr (LwStore) store = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwTrack) track = NULL;

  g_assert_true (g_file_set_contents (ballast, zeros, 2000000, NULL));
  store = open_handed_over (LW_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  segment = fixture_add_segment (store, "A lesson");
  track = fixture_add_track (store, &segment->id, "Ana");
  assert_full_then_free (store, &track->id, remove_ballast);
}

static void
test_a_full_disk_keeps_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *disk = fixture_file (fixture, "disk");
  g_autofree char *path = g_build_filename (disk, "notes.db", NULL);
  const char *probe[] = {"bwrap",   "--dev-bind", "/",  "/",    "--size",
                         "4000000", "--tmpfs",    disk, "true", NULL};
  const char *run[] = {"bwrap",
                       "--dev-bind",
                       "/",
                       "/",
                       "--size",
                       "4000000",
                       "--tmpfs",
                       disk,
                       program,
                       "-q",
                       "--GTestSubprocess",
                       "-p",
                       "/store-faults/subprocess/fills-up",
                       NULL};
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_cmpint (g_mkdir (disk, 0700), ==, 0);
  if (!g_spawn_sync (NULL, (char **)probe, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                     &status, NULL) ||
      status != 0) {
    g_test_skip ("bubblewrap cannot make a small disk here");
    return;
  }
  g_setenv (PATH_VARIABLE, path, TRUE);
  g_spawn_sync (NULL, (char **)run, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &output, &status,
                &error);
  g_assert_no_error (error);
  if (status != 0)
    g_test_message ("%s", output);
  g_assert_cmpint (status, ==, 0);
}

/* ---- the clock ---- */

/* An op from a wall clock that is ahead: what is written next must still come after it. */
static void
test_history_goes_on_when_the_clock_was_ahead (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwDb) db = NULL;
  gint64 ahead, before, after;
  LwId id;

  add_text (fixture->store, &fixture->track_id, 0, "now");
  ahead = (gint64)lw_clock_next (0, g_get_real_time () + G_GINT64_CONSTANT (86400000000));
  db = lw_db_open (fixture->path, LW_DB_WRITER, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (lw_meta_set_int (db, LW_META_SEEN_CLOCK, ahead, &error));
  id = add_text (fixture->store, &fixture->track_id, 0, "after");
  g_assert_true (lw_db_get_number (db, lw_sql_get ("newest-clock"), &before, &error));
  g_assert_cmpint (before, >, ahead);
  edit_text (fixture->store, &id, "and after that");
  g_assert_true (lw_db_get_number (db, lw_sql_get ("newest-clock"), &after, &error));
  g_assert_cmpint (after, >, before);
  assert_text (fixture->store, &id, "and after that");
  assert_verifies (fixture->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-faults/two-programs", test_two_programs_write_one_history);
  TEST ("/store-faults/busy", test_a_held_file_is_busy_and_then_free);
  TEST ("/store-faults/erase-busy", test_erasing_under_a_reader_says_busy_and_is_finished_later);
  TEST ("/store-faults/erase-unfinished", test_an_unfinished_erasure_is_finished_by_itself);
  TEST ("/store-faults/read-only", test_a_folder_without_write_permission_is_read);
  TEST ("/store-faults/no-place", test_a_place_that_cannot_be_is_refused);
  TEST ("/store-faults/full-file", test_a_full_file_keeps_all_or_nothing);
  TEST ("/store-faults/full-disk", test_a_full_disk_keeps_all_or_nothing);
  TEST ("/store-faults/clock-ahead", test_history_goes_on_when_the_clock_was_ahead);
  g_test_add_func ("/store-faults/subprocess/writes", other_program_writes);
  g_test_add_func ("/store-faults/subprocess/reads", other_user_reads);
  g_test_add_func ("/store-faults/subprocess/fills-up", small_disk_fills_up);
  return g_test_run ();
}
