/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static void
test_structure_is_kept_and_listed (Fixture *fixture, gconstpointer data)
{
  const char *const watch_for[] = {"wait time", NULL};
  g_autoptr (GError) error = NULL;
  LwWalk walk = {.id = lw_id_new (), .title = "Fall", .watch_for = watch_for};
  LwVisit second = {.id = lw_id_new (), .walk_id = walk.id, .order = 2};
  LwVisit first = {.id = lw_id_new (), .walk_id = walk.id, .order = 1};
  LwSegment segment = {.id = fixture->segment_id, .visit_id = first.id, .media = {{4}}};
  g_autoptr (LwWalk) found = NULL;
  g_autoptr (GPtrArray) visits = NULL;
  g_autoptr (GPtrArray) tracks = NULL;
  guint64 n;

  g_assert_false (lw_store_put_visit (fixture->store, &second, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_put_walk (fixture->store, &walk, &error));
  g_assert_true (lw_store_put_visit (fixture->store, &second, &error));
  g_assert_true (lw_store_put_visit (fixture->store, &first, &error));
  g_assert_null (lw_store_get_walk_of_segment (fixture->store, &fixture->segment_id, &error));
  g_assert_error (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (lw_store_put_segment (fixture->store, &segment, &error));
  found = lw_store_get_walk_of_segment (fixture->store, &fixture->segment_id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->watch_for[0], ==, "wait time");
  visits = lw_store_list (fixture->store, LW_ENTITY_VISIT, &walk.id, &error);
  g_assert_cmpuint (visits->len, ==, 2);
  g_assert_cmpuint (((LwVisit *)visits->pdata[0])->order, ==, 1);
  tracks = lw_store_list (fixture->store, LW_ENTITY_TRACK, &fixture->segment_id, &error);
  g_assert_cmpuint (tracks->len, ==, 1);
  add_text (fixture->store, &fixture->track_id, 0, "on the walk");
  lw_store_count (fixture->store, &(LwNoteQuery){.walk_id = &walk.id}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  assert_verifies (fixture->store);
}

static void
test_the_same_again_writes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = lw_store_get_person (fixture->store, &fixture->person_id, &error);
  g_autoptr (LwPerson) again = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwStoreStats before, after;

  lw_store_stats (fixture->store, &before, &error);
  g_assert_true (lw_store_put_person (fixture->store, person, &error));
  again = lw_store_ensure_local_person (fixture->store, "Somebody else", &error);
  g_assert_true (lw_person_equal (person, again));
  track = lw_store_ensure_track (fixture->store, &fixture->segment_id, &fixture->person_id, &error);
  g_assert_true (lw_id_equal (&track->id, &fixture->track_id));
  lw_store_stats (fixture->store, &after, &error);
  g_assert_cmpuint (before.ops, ==, after.ops);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-structure/structure", test_structure_is_kept_and_listed);
  TEST ("/store-structure/same-again", test_the_same_again_writes_nothing);
  return g_test_run ();
}
