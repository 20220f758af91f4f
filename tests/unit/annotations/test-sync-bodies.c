/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is withheld, and what is erased, on the way from one store to another. */

#include "sync-fixture.h"

static void
test_a_withheld_body_is_a_link_until_it_is_supplied (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GPtrArray) supplied =
      g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);
  g_autoptr (LwSyncReader) reader = NULL;
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GArray) none = NULL;
  g_autoptr (GError) error = NULL;
  LwSyncBatch *batch;
  LwStoreStats stats;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "not for everybody");

  edit_text (fixture->store, &id, "still not for everybody");
  batches = read_batches (fixture->store, hub, ANY_BYTES, see_none_of, &fixture->person_id);
  apply_well (hub, batches);
  assert_gone (hub, &id);
  g_assert_false (files_hold (lw_store_get_path (hub), "everybody"));
  g_assert_cmpint (compare (hub, fixture->store), ==, LW_SYNC_SAME);
  g_assert_true (lw_store_rebuild (hub, &error));
  assert_verifies (hub);
  lw_store_stats (hub, &stats, &error);
  g_assert_cmpuint (stats.bodies_erased, ==, 0);
  g_assert_true (lw_store_list_wanted (hub, NULL, 10, &wanted, &error));
  g_assert_cmpuint (wanted->len, ==, 1);
  g_assert_cmpuint (g_array_index (wanted, LwSyncRange, 0).first, ==, 1);
  g_assert_cmpuint (g_array_index (wanted, LwSyncRange, 0).last, ==, 2);
  /* Still not: nothing comes. */
  reader = lw_store_read_wanted (fixture->store, (LwSyncRange *)wanted->data, wanted->len,
                                 see_none_of, &fixture->person_id, &error);
  g_assert_true (lw_sync_reader_next (reader, ANY_BYTES, &batch, &error));
  g_assert_null (batch);
  g_clear_pointer (&reader, lw_sync_reader_free);
  reader = lw_store_read_wanted (fixture->store, (LwSyncRange *)wanted->data, wanted->len, NULL,
                                 NULL, &error);
  g_assert_true (lw_sync_reader_next (reader, ANY_BYTES, &batch, &error));
  g_ptr_array_add (supplied, batch);
  results = apply (hub, supplied);
  g_assert_cmpuint (((LwSyncResult *)results->pdata[0])->n_bodies, ==, 2);
  g_assert_cmpuint (((LwSyncResult *)results->pdata[0])->n_new, ==, 0);
  g_assert_cmpuint (((LwSyncResult *)results->pdata[0])->touched->len, ==, 1);
  assert_text (hub, &id, "still not for everybody");
  assert_verifies (hub);
  g_assert_true (lw_store_list_wanted (hub, NULL, 10, &none, &error));
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_an_erasure_reaches_withheld_bodies_and_held_ones (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (LwStore) late = fixture_open (fixture, "late.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GArray) wanted = NULL;
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "zebra crossing");

  before = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  apply_well (hub, before);
  batches = read_batches (fixture->store, late, ANY_BYTES, see_none_of, &fixture->person_id);
  apply_well (late, batches);
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  g_clear_pointer (&batches, g_ptr_array_unref);
  batches = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  {
    g_autoptr (GPtrArray) results = apply (hub, batches);

    g_assert_true (((LwSyncResult *)results->pdata[0])->erased);
  }
  pull (late, fixture->store);
  assert_gone (hub, &id);
  assert_verifies (hub);
  g_assert_cmpuint (count_matches (hub, "zebra"), ==, 0);
  g_assert_true (lw_store_list_wanted (late, NULL, 10, &wanted, &error));
  g_assert_cmpuint (wanted->len, ==, 0);
  /* Sent again by one who has not heard of it, the body stays out. */
  apply_well (late, before);
  apply_well (hub, before);
  assert_gone (late, &id);
  g_assert_false (files_hold (lw_store_get_path (late), "zebra"));
}

/* Housekeeping writes the file anew. */
static void
test_the_bytes_of_what_was_erased_elsewhere_go (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "zebra crossing");

  pull (hub, fixture->store);
  g_assert_true (files_hold (lw_store_get_path (hub), "zebra"));
  g_assert_true (lw_store_erase_note (fixture->store, &id, &error));
  pull (hub, fixture->store);
  while (files_hold (lw_store_get_path (hub), "zebra")) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (10000);
  }
}

static void
test_a_merge_supplies_a_withheld_body_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (LwStore) third = fixture_open (fixture, "third.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GError) error = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "later");

  batches = read_batches (fixture->store, hub, ANY_BYTES, see_none_of, &fixture->person_id);
  apply_well (hub, batches);
  /* Passed on, it is still withheld, not lost. */
  g_assert_true (lw_store_merge (third, lw_store_get_path (hub), NULL, &error));
  assert_verifies (third);
  g_assert_true (lw_store_merge (third, fixture->path, NULL, &error));
  assert_verifies (third);
  assert_text (third, &id, "later");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/sync/withheld", test_a_withheld_body_is_a_link_until_it_is_supplied);
  TEST ("/sync/erased", test_an_erasure_reaches_withheld_bodies_and_held_ones);
  TEST ("/sync/erased-bytes", test_the_bytes_of_what_was_erased_elsewhere_go);
  TEST ("/sync/merge", test_a_merge_supplies_a_withheld_body_too);
  return g_test_run ();
}
