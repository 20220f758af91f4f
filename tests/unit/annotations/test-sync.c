/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What one store has the other gets: whole, cut, damaged, forked. */

#include "lw-exchange.h"
#include "lw-op.h"
#include "sync-fixture.h"

static void
test_what_one_has_the_other_gets_and_twice_is_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "seen");

  g_assert_cmpint (compare (hub, fixture->store), ==, LW_SYNC_BEHIND);
  batches = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  g_assert_cmpuint (apply_well (hub, batches), >, 3);
  assert_text (hub, &id, "seen");
  g_assert_cmpint (compare (hub, fixture->store), ==, LW_SYNC_SAME);
  g_assert_cmpuint (apply_well (hub, batches), ==, 0);
  edit_text (fixture->store, &id, "seen again");
  g_assert_cmpint (compare (fixture->store, hub), ==, LW_SYNC_AHEAD);
  g_assert_cmpuint (pull (hub, fixture->store), ==, 1);
  assert_same_notes (hub, fixture->store);
}

static void
test_nothing_new_is_nothing_to_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before, after;

  add_text (fixture->store, &fixture->track_id, 1, "seen");
  pull (hub, fixture->store);
  g_assert_true (lw_store_get_position (hub, &before, &error));
  batches = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  g_assert_cmpuint (batches->len, ==, 0);
  pull (hub, fixture->store);
  g_assert_true (lw_store_get_position (hub, &after, &error));
  g_assert_cmpuint (before, ==, after);
  add_text (fixture->store, &fixture->track_id, 2, "more");
  pull (hub, fixture->store);
  g_assert_true (lw_store_get_position (hub, &after, &error));
  g_assert_cmpuint (before, <, after);
}

static void
test_small_batches_come_to_the_same (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;

  for (guint i = 0; i < 40; i++)
    add_text (fixture->store, &fixture->track_id, i, "one of many");
  batches = read_batches (fixture->store, hub, 2000, NULL, NULL);
  g_assert_cmpuint (batches->len, >, 5);
  for (guint i = 0; i < batches->len; i++) {
    g_autoptr (GBytes) written = lw_sync_batch_write (batches->pdata[i]);

    g_assert_cmpuint (g_bytes_get_size (written), <, 3000);
  }
  apply_well (hub, batches);
  assert_same_notes (hub, fixture->store);
}

static void
test_a_gap_says_from_where_to_send_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) results = NULL;
  const LwSyncResult *result;

  add_text (fixture->store, &fixture->track_id, 1, "first");
  pull (hub, fixture->store);
  for (guint i = 0; i < 5; i++)
    add_text (fixture->store, &fixture->track_id, i, "then");
  batches = read_batches (fixture->store, hub, 1, NULL, NULL);
  g_assert_cmpuint (batches->len, ==, 5);
  g_ptr_array_remove_index (batches, 0);
  results = apply (hub, batches);
  result = results->pdata[0];
  g_assert_error (result->error, LW_SYNC_ERROR, LW_SYNC_ERROR_GAP);
  g_assert_cmpuint (result->expected_seq, ==, 2);
  g_assert_cmpuint (result->n_new, ==, 0);
  g_assert_cmpuint (result->touched->len, ==, 0);
  assert_verifies (hub);
  g_assert_cmpuint (pull (hub, fixture->store), ==, 5);
}

/* @batch with one op altered. */
static LwSyncBatch *
spoil (const LwSyncBatch *batch, guint run, guint n, gboolean in_body)
{
  LwSyncBatchBuilder *builder = lw_sync_batch_builder_new ();

  for (guint i = 0; i < batch->n_runs; i++) {
    lw_sync_batch_builder_add_run (builder, &batch->runs[i]);
    for (guint k = 0; k < batch->runs[i].n_ops; k++) {
      LwSyncOp op = batch->runs[i].ops[k];
      g_autoptr (GBytes) sealed = NULL;

      if (i == run && k == n && in_body) {
        gsize length;
        guint8 *bytes = g_bytes_unref_to_data (
            g_bytes_new (g_bytes_get_data (op.sealed, NULL), g_bytes_get_size (op.sealed)),
            &length);

        bytes[length - 1] ^= 1;
        sealed = g_bytes_new_take (bytes, length);
        op.sealed = sealed;
      } else if (i == run && k == n) {
        op.link[50] ^= 1; /* its target */
      }
      lw_sync_batch_builder_add_op (builder, &op);
    }
  }
  return lw_sync_batch_builder_end (builder);
}

static void
test_one_bad_batch_does_not_spoil_the_others (Fixture *fixture, gconstpointer data)
{
  for (guint way = 0; way < 4; way++) {
    g_autofree char *name = g_strdup_printf ("hub%u.db", way);
    g_autoptr (LwStore) other = fixture_open (fixture, "other.db");
    g_autoptr (LwStore) hub = fixture_open (fixture, name);
    g_autoptr (LwTrack) track = NULL;
    g_autoptr (GPtrArray) results = NULL;
    g_autoptr (GPtrArray) batches =
        g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);
    g_autoptr (GPtrArray) first = NULL;
    g_autoptr (GPtrArray) second = NULL;
    const LwSyncBatch *good;
    LwId here, there;

    pull (other, fixture->store);
    track = fixture_add_track (other, &fixture->segment_id, "Bo");
    pull (hub, fixture->store);
    pull (hub, other);
    here = add_text (fixture->store, &fixture->track_id, 1, "here");
    add_text (fixture->store, &fixture->track_id, 2, "here too");
    there = add_text (other, &track->id, 3, "there");
    first = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
    second = read_batches (other, hub, ANY_BYTES, NULL, NULL);
    good = first->pdata[0];
    g_ptr_array_add (batches, spoil (good, 0, way % 2, way > 1));
    g_ptr_array_add (batches, lw_sync_batch_ref (second->pdata[0]));
    results = apply (hub, batches);
    g_assert_error (((LwSyncResult *)results->pdata[0])->error, LW_SYNC_ERROR,
                    LW_SYNC_ERROR_DAMAGED);
    g_assert_no_error (((LwSyncResult *)results->pdata[1])->error);
    assert_gone (hub, &here);
    assert_text (hub, &there, "there");
    assert_verifies (hub);
    apply_well (hub, first);
    assert_text (hub, &here, "here");
  }
}

static void
test_a_fork_is_frozen_and_told_on_both_sides (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "copy.db");
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (LwSyncVector) vector = NULL;
  g_autoptr (GError) error = NULL;
  LwId here, there, device, renamed;
  guint frozen = 0;

  add_text (fixture->store, &fixture->track_id, 1, "common");
  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = fixture_open (fixture, "copy.db");
  here = add_text (fixture->store, &fixture->track_id, 2, "here");
  there = add_text (copy, &fixture->track_id, 3, "there");
  add_text (copy, &fixture->track_id, 4, "there too");
  pull (hub, fixture->store);
  batches = read_batches (copy, hub, ANY_BYTES, NULL, NULL);
  results = apply (hub, batches);
  g_assert_no_error (((LwSyncResult *)results->pdata[0])->error);
  g_assert_cmpuint (((LwSyncResult *)results->pdata[0])->forks->len, ==, 1);
  g_clear_pointer (&results, g_ptr_array_unref);
  /* Told once. */
  results = apply (hub, batches);
  g_assert_cmpuint (((LwSyncResult *)results->pdata[0])->forks->len, ==, 0);
  assert_text (hub, &here, "here");
  assert_text (hub, &there, "there");
  vector = get_vector (hub);
  for (guint i = 0; i < vector->n_marks; i++)
    frozen += vector->marks[i].frozen;
  g_assert_cmpuint (frozen, ==, 1);
  /* Both learn of it, and take new names to write on. */
  g_assert_true (lw_store_get_device (copy, &device, &error));
  pull (copy, hub);
  pull (fixture->store, hub);
  g_assert_true (lw_store_get_device (copy, &renamed, &error));
  g_assert_false (lw_id_equal (&device, &renamed));
  add_text (copy, &fixture->track_id, 5, "after");
  pull (hub, copy);
  pull (fixture->store, hub);
  assert_same_notes (hub, copy);
  assert_same_notes (hub, fixture->store);
  g_assert_cmpint (compare (hub, copy), ==, LW_SYNC_SAME);
  g_assert_cmpint (compare (hub, fixture->store), ==, LW_SYNC_SAME);
  g_clear_pointer (&batches, g_ptr_array_unref);
  batches = read_batches (hub, copy, ANY_BYTES, NULL, NULL);
  g_assert_cmpuint (batches->len, ==, 0);
}

static void
test_a_forked_log_travels_in_batches_of_any_size (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "copy.db");
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (LwStore) late = fixture_open (fixture, "late.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GError) error = NULL;

  add_text (fixture->store, &fixture->track_id, 1, "common");
  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = fixture_open (fixture, "copy.db");
  for (guint i = 0; i < 6; i++) {
    add_text (fixture->store, &fixture->track_id, i, "here");
    add_text (copy, &fixture->track_id, i, "there");
  }
  pull (hub, copy);
  pull (hub, fixture->store);
  batches = read_batches (hub, late, 1, NULL, NULL);
  apply_well (late, batches);
  assert_same_notes (late, hub);
  g_assert_cmpuint (count_notes (late), ==, 13);
  g_assert_cmpint (compare (late, hub), ==, LW_SYNC_SAME);
}

/* What a reader of the wire makes of what was written. */
static LwSyncMessage *
reread (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  LwSyncMessage *message = lw_sync_message_read (text, length, &error);

  g_assert_no_error (error);
  return message;
}

static void
test_what_is_written_is_read_back_alike (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  g_autoptr (LwSyncVector) vector = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (LwSyncRange));
  LwSyncRange range = {lw_id_new (), 3, 17};
  LwId erased = add_text (fixture->store, &fixture->track_id, 1, "to be erased");

  add_text (fixture->store, &fixture->track_id, 1, "naïve – 你好");
  g_assert_true (lw_store_erase_note (fixture->store, &erased, &error));
  vector = get_vector (fixture->store);
  batches = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  g_array_append_val (ranges, range);
  {
    g_autoptr (GBytes) bytes = lw_sync_vector_write (vector);
    g_autoptr (LwSyncMessage) message = reread (bytes);

    g_assert_cmpint (message->type, ==, LW_SYNC_MESSAGE_VECTOR);
    g_assert_cmpint (lw_sync_vector_compare (message->vector, vector), ==, LW_SYNC_SAME);
  }
  {
    g_autoptr (GBytes) bytes = lw_sync_wanted_write (ranges);
    g_autoptr (LwSyncMessage) message = reread (bytes);

    g_assert_cmpint (message->type, ==, LW_SYNC_MESSAGE_WANTED);
    g_assert_cmpmem (message->wanted->data, sizeof range, &range, sizeof range);
  }
  {
    g_autoptr (GBytes) bytes = lw_sync_batch_write (batches->pdata[0]);
    g_autoptr (LwSyncMessage) message = reread (bytes);
    g_autoptr (GBytes) again = lw_sync_batch_write (message->batch);
    g_autoptr (GPtrArray) read = g_ptr_array_new ();

    g_assert_true (g_bytes_equal (bytes, again));
    g_ptr_array_add (read, message->batch);
    apply_well (hub, read);
    assert_same_notes (hub, fixture->store);
    assert_gone (hub, &erased);
  }
}

static void
test_the_clock_goes_on_behind_what_came_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
  LwId id = add_text (fixture->store, &fixture->track_id, 1, "first");

  pull (hub, fixture->store);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *text = g_strdup_printf ("round %u", i);

    edit_text (i % 2 == 0 ? hub : fixture->store, &id, text);
    pull (i % 2 == 0 ? fixture->store : hub, i % 2 == 0 ? hub : fixture->store);
    assert_text (hub, &id, text);
    assert_text (fixture->store, &id, text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/sync/twice-is-once", test_what_one_has_the_other_gets_and_twice_is_once);
  TEST ("/sync/nothing-new", test_nothing_new_is_nothing_to_read);
  TEST ("/sync/small-batches", test_small_batches_come_to_the_same);
  TEST ("/sync/gap", test_a_gap_says_from_where_to_send_again);
  TEST ("/sync/bad-batch", test_one_bad_batch_does_not_spoil_the_others);
  TEST ("/sync/fork", test_a_fork_is_frozen_and_told_on_both_sides);
  TEST ("/sync/fork-in-batches", test_a_forked_log_travels_in_batches_of_any_size);
  TEST ("/sync/wire", test_what_is_written_is_read_back_alike);
  TEST ("/sync/clock", test_the_clock_goes_on_behind_what_came_in);
  return g_test_run ();
}
