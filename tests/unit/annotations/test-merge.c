/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static guint
merge (LwStore *into, LwStore *from)
{
  g_autoptr (GError) error = NULL;
  guint forks = 99;

  lw_store_merge (into, lw_store_get_path (from), &forks, &error);
  g_assert_no_error (error);
  assert_verifies (into);
  return forks;
}

static void
test_a_union_in_any_order_and_twice_is_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (GError) error = NULL;
  LwStoreStats once, twice;

  add_text (fixture->store, &fixture->track_id, 1, "from the first");
  g_assert_cmpuint (merge (second, fixture->store), ==, 0);
  track = fixture_add_track (second, &fixture->segment_id, "Bo");
  add_text (second, &track->id, 2, "from the second");
  add_text (fixture->store, &fixture->track_id, 3, "meanwhile");
  g_assert_cmpuint (merge (fixture->store, second), ==, 0);
  g_assert_cmpuint (merge (second, fixture->store), ==, 0);
  assert_same_notes (fixture->store, second);
  g_assert_cmpuint (count_notes (second), ==, 3);
  lw_store_stats (second, &once, &error);
  g_assert_cmpuint (merge (second, fixture->store), ==, 0);
  g_assert_cmpuint (merge (second, second), ==, 0);
  lw_store_stats (second, &twice, &error);
  g_assert_cmpuint (once.ops, ==, twice.ops);
  g_assert_cmpuint (count_matches (second, "first"), ==, 1);
}

static void
test_two_edits_of_one_note_end_alike_everywhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "start");

  merge (second, fixture->store);
  edit_text (fixture->store, &id, "earlier");
  edit_text (second, &id, "in between");
  edit_text (second, &id, "later");
  merge (fixture->store, second);
  merge (second, fixture->store);
  assert_text (fixture->store, &id, "later");
  assert_same_notes (fixture->store, second);
  /* Whoever has seen both writes after both. */
  edit_text (fixture->store, &id, "last word");
  merge (second, fixture->store);
  assert_text (second, &id, "last word");
}

static void
test_delete_beats_a_later_edit_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "start");

  merge (second, fixture->store);
  g_assert_true (lw_store_delete_note (fixture->store, &id, &error));
  edit_text (second, &id, "edited after the deletion");
  merge (fixture->store, second);
  merge (second, fixture->store);
  assert_gone (fixture->store, &id);
  assert_gone (second, &id);
  g_assert_true (lw_store_restore_note (second, &id, &error));
  assert_text (second, &id, "edited after the deletion");
  merge (fixture->store, second);
  assert_text (fixture->store, &id, "edited after the deletion");
}

static void
test_a_copy_that_went_its_own_way_is_a_fork (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "copy.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GError) error = NULL;
  LwId here, there, later_here, later_there;

  add_text (fixture->store, &fixture->track_id, 1, "common");
  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = fixture_open (fixture, "copy.db");
  here = add_text (fixture->store, &fixture->track_id, 2, "here");
  there = add_text (copy, &fixture->track_id, 3, "there");
  g_assert_cmpuint (merge (fixture->store, copy), ==, 1);
  assert_text (fixture->store, &here, "here");
  assert_text (fixture->store, &there, "there");
  /* Told once; and both can go on, for one of them has another name now. */
  g_assert_cmpuint (merge (fixture->store, copy), ==, 0);
  later_here = add_text (fixture->store, &fixture->track_id, 4, "later here");
  later_there = add_text (copy, &fixture->track_id, 5, "later there");
  g_assert_cmpuint (merge (fixture->store, copy), ==, 0);
  g_assert_cmpuint (merge (copy, fixture->store), ==, 1);
  assert_text (copy, &later_here, "later here");
  assert_text (copy, &later_there, "later there");
  assert_same_notes (copy, fixture->store);
  g_assert_true (lw_store_rebuild (copy, &error));
  assert_same_notes (copy, fixture->store);
}

static void
test_an_old_copy_that_is_brought_up_to_date_forks_no_more (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "copy.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = fixture_open (fixture, "copy.db");
  add_text (fixture->store, &fixture->track_id, 1, "newer");
  /* No fork yet: the copy is only behind. From here on both write. */
  g_assert_cmpuint (merge (copy, fixture->store), ==, 0);
  add_text (copy, &fixture->track_id, 2, "by the copy");
  add_text (fixture->store, &fixture->track_id, 3, "by the first");
  g_assert_cmpuint (merge (copy, fixture->store), ==, 0);
  g_assert_cmpuint (merge (fixture->store, copy), ==, 0);
  g_assert_cmpuint (count_notes (fixture->store), ==, 3);
}

static void
test_an_erasure_travels_and_nothing_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "xylophonesecret");

  merge (second, fixture->store);
  edit_text (second, &id, "xylophonesecret edited elsewhere");
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  /* The other still has it, and must not give it back. */
  merge (fixture->store, second);
  assert_gone (fixture->store, &id);
  g_assert_false (files_hold (lw_store_get_path (fixture->store), "xylophonesecret"));
  g_assert_true (files_hold (lw_store_get_path (second), "xylophonesecret"));
  merge (second, fixture->store);
  assert_gone (second, &id);
  lw_store_close (second);
  g_assert_false (files_hold (lw_store_get_path (second), "xylophonesecret"));
}

static void
test_a_track_made_on_an_erased_lesson_elsewhere_is_erased_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (GError) error = NULL;

  merge (second, fixture->store);
  g_assert_true (lw_store_erase_segment (fixture->store, &fixture->segment_id, &error));
  track = fixture_add_track (second, &fixture->segment_id, "Bo");
  add_text (second, &track->id, 1, "too late");
  merge (fixture->store, second);
  g_assert_cmpuint (count_notes (fixture->store), ==, 0);
}

static void
test_nothing_is_taken_from_a_damaged_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) second = fixture_open (fixture, "second.db");
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = fixture_add_segment (second, "Other");
  g_autoptr (LwTrack) track = fixture_add_track (second, &segment->id, "Bo");
  LwStoreStats before, after;

  add_text (second, &track->id, 1, "one");
  add_text (second, &track->id, 2, "two");
  run_sql (lw_store_get_path (second),
           "UPDATE body SET bytes = x'01' WHERE op_key = (SELECT max (op_key) FROM op)");
  lw_store_stats (fixture->store, &before, NULL);
  g_assert_false (lw_store_merge (fixture->store, lw_store_get_path (second), NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT);
  lw_store_stats (fixture->store, &after, NULL);
  g_assert_cmpuint (before.ops, ==, after.ops);
  g_assert_cmpuint (before.logs, ==, after.logs);
}

static void
test_a_missing_or_foreign_file_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = fixture_file (fixture, "missing.db");
  g_autofree char *foreign = fixture_file (fixture, "foreign.db");
  g_autoptr (GError) error = NULL;

  g_assert_false (lw_store_merge (fixture->store, missing, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (g_file_test (missing, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (foreign, "a shopping list", -1, NULL));
  g_assert_false (lw_store_merge (fixture->store, foreign, NULL, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_STORE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/merge/union", test_a_union_in_any_order_and_twice_is_once);
  TEST ("/merge/two-edits", test_two_edits_of_one_note_end_alike_everywhere);
  TEST ("/merge/delete-beats-edit", test_delete_beats_a_later_edit_elsewhere);
  TEST ("/merge/fork", test_a_copy_that_went_its_own_way_is_a_fork);
  TEST ("/merge/behind", test_an_old_copy_that_is_brought_up_to_date_forks_no_more);
  TEST ("/merge/erasure", test_an_erasure_travels_and_nothing_comes_back);
  TEST ("/merge/erased-lesson", test_a_track_made_on_an_erased_lesson_elsewhere_is_erased_too);
  TEST ("/merge/damaged", test_nothing_is_taken_from_a_damaged_file);
  TEST ("/merge/foreign", test_a_missing_or_foreign_file_is_refused);
  return g_test_run ();
}
