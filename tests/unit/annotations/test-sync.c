/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-exchange.h"
#include "lw-op.h"
#include "lw-sync.h"
#include "store-fixture.h"

#define ANY_BYTES G_MAXSIZE

static LwStore *
open_store (Fixture *fixture, const char *name)
{
  g_autofree char *path = fixture_file (fixture, name);
  g_autoptr (GError) error = NULL;
  LwStore *store = lw_store_open (path, LW_STORE_OPEN_DEFAULT, &error);

  g_assert_no_error (error);
  return store;
}

static LwSyncVector *
get_vector (LwStore *store)
{
  g_autoptr (GError) error = NULL;
  LwSyncVector *vector = lw_store_get_vector (store, NULL, &error);

  g_assert_no_error (error);
  return vector;
}

/* All that @to lacks of @from, in batches of @max_bytes. (element-type LwSyncBatch) */
static GPtrArray *
read_batches (LwStore *from, LwStore *to, gsize max_bytes, LwSyncMaySee may_see, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSyncVector) since = get_vector (to);
  g_autoptr (LwSyncReader) reader = lw_store_read_since (from, since, NULL, may_see, data, &error);
  GPtrArray *batches = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_batch_unref);

  g_assert_no_error (error);
  for (;;) {
    LwSyncBatch *batch;

    lw_sync_reader_next (reader, max_bytes, &batch, &error);
    g_assert_no_error (error);
    if (batch == NULL)
      return batches;
    g_ptr_array_add (batches, batch);
  }
}

static GPtrArray *
apply (LwStore *to, GPtrArray *batches)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *results = NULL;

  lw_store_apply (to, (const LwSyncBatch *const *)batches->pdata, batches->len, &results, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, batches->len);
  return results;
}

static guint
apply_well (LwStore *to, GPtrArray *batches)
{
  g_autoptr (GPtrArray) results = apply (to, batches);
  guint n_new = 0;

  for (guint i = 0; i < results->len; i++) {
    const LwSyncResult *result = results->pdata[i];

    g_assert_no_error (result->error);
    n_new += result->n_new;
  }
  assert_verifies (to);
  return n_new;
}

static guint
pull (LwStore *to, LwStore *from)
{
  g_autoptr (GPtrArray) batches = read_batches (from, to, ANY_BYTES, NULL, NULL);

  return apply_well (to, batches);
}

static void
assert_same_notes (LwStore *a, LwStore *b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = lw_store_query (a, &(LwNoteQuery){0}, &error);
  g_autoptr (GPtrArray) right = lw_store_query (b, &(LwNoteQuery){0}, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (left->len, ==, right->len);
  for (guint i = 0; i < left->len; i++)
    g_assert_true (lw_note_equal (left->pdata[i], right->pdata[i]));
}

static LwSyncOrder
compare (LwStore *a, LwStore *b)
{
  g_autoptr (LwSyncVector) left = get_vector (a);
  g_autoptr (LwSyncVector) right = get_vector (b);

  return lw_sync_vector_compare (left, right);
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

/* ---- the tests ---- */

static void
test_what_one_has_the_other_gets_and_twice_is_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
    g_autoptr (LwStore) other = open_store (fixture, "other.db");
    g_autoptr (LwStore) hub = open_store (fixture, name);
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

static gboolean
see_none_of (const LwSyncOpInfo *info, gpointer user_data)
{
  return !lw_id_equal (&info->author_id, user_data) || !info->about_note;
}

static void
test_a_withheld_body_is_a_link_until_it_is_supplied (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
  g_autoptr (LwStore) late = open_store (fixture, "late.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
test_a_fork_is_frozen_and_told_on_both_sides (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = fixture_file (fixture, "copy.db");
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (LwSyncVector) vector = NULL;
  g_autoptr (GError) error = NULL;
  LwId here, there, device, renamed;
  guint frozen = 0;

  add_text (fixture->store, &fixture->track_id, 1, "common");
  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = open_store (fixture, "copy.db");
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
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
  g_autoptr (LwStore) late = open_store (fixture, "late.db");
  g_autoptr (LwStore) copy = NULL;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GError) error = NULL;

  add_text (fixture->store, &fixture->track_id, 1, "common");
  g_assert_true (lw_store_backup (fixture->store, path, &error));
  copy = open_store (fixture, "copy.db");
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

static void
test_an_op_is_described_before_it_is_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GArray) infos = NULL;
  g_autoptr (GArray) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwWalk) walk =
      lw_walk_new (&(LwWalk){.title = "Evidence", .focus_owner_id = fixture->person_id}, &error);
  g_autoptr (LwVisit) visit = NULL;
  g_autoptr (LwSegment) segment = NULL;
  g_autoptr (LwTrack) track = NULL;
  guint notes = 0;
  LwId id;

  g_assert_no_error (error);
  g_assert_true (lw_store_put_walk (fixture->store, walk, &error));
  visit = lw_visit_new (&(LwVisit){.walk_id = walk->id, .order = 1}, &error);
  g_assert_true (lw_store_put_visit (fixture->store, visit, &error));
  segment = lw_segment_new (&(LwSegment){.visit_id = visit->id, .media = {{9}}}, &error);
  g_assert_true (lw_store_put_segment (fixture->store, segment, &error));
  track = lw_store_ensure_track (fixture->store, &segment->id, &fixture->person_id, &error);
  g_assert_no_error (error);
  id = add_text (fixture->store, &track->id, 7, "a pin");
  batches = read_batches (fixture->store, hub, ANY_BYTES, NULL, NULL);
  g_assert_true (lw_store_describe (hub, batches->pdata[0], &infos, &error));
  for (guint i = 0; i < infos->len; i++) {
    const LwSyncOpInfo *info = &g_array_index (infos, LwSyncOpInfo, i);

    g_assert_false (info->is_here);
    if (info->kind == LW_SYNC_PUT_ENTITY && info->entity_kind == LW_ENTITY_VISIT)
      g_assert_true (lw_id_equal (&info->walk_id, &walk->id));
    if (!info->about_note)
      continue;
    notes++;
    g_assert_cmpint (info->kind, ==, LW_SYNC_ADD_NOTE);
    g_assert_true (lw_id_equal (&info->target_id, &id));
    g_assert_true (lw_id_equal (&info->author_id, &fixture->person_id));
    g_assert_true (lw_id_equal (&info->segment_id, &segment->id));
    g_assert_true (lw_id_equal (&info->walk_id, &walk->id));
    g_assert_cmpstr (info->note->text, ==, "a pin");
  }
  g_assert_cmpuint (notes, ==, 1);
  g_assert_cmpuint (count_notes (hub), ==, 0);
  apply_well (hub, batches);
  g_assert_true (lw_store_describe (hub, batches->pdata[0], &again, &error));
  for (guint i = 0; i < again->len; i++)
    g_assert_true (g_array_index (again, LwSyncOpInfo, i).is_here);
}

/* A stranger's batch cannot make itself the owner of a track that is known here. */
static void
test_what_the_store_knows_goes_before_what_a_batch_says (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) stranger = open_store (fixture, "stranger.db");
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (GArray) infos = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LwPerson) person = lw_person_new (&(LwPerson){.name = "Mallory"}, &error);
  LwTrack fields = {.id = fixture->track_id, .segment_id = fixture->segment_id};
  g_autoptr (LwTrack) track = NULL;
  guint seen = 0;

  pull (stranger, fixture->store);
  g_assert_true (lw_store_put_person (stranger, person, &error));
  fields.person_id = person->id;
  track = lw_track_new (&fields, &error);
  g_assert_true (lw_store_put_track (stranger, track, &error));
  add_text (stranger, &fixture->track_id, 1, "in another's name");
  batches = read_batches (stranger, fixture->store, ANY_BYTES, NULL, NULL);
  g_assert_true (lw_store_describe (fixture->store, batches->pdata[0], &infos, &error));
  for (guint i = 0; i < infos->len; i++) {
    const LwSyncOpInfo *info = &g_array_index (infos, LwSyncOpInfo, i);

    if (!info->about_note && info->entity_kind != LW_ENTITY_TRACK)
      continue;
    seen++;
    g_assert_true (lw_id_equal (&info->author_id, &fixture->person_id));
  }
  g_assert_cmpuint (seen, ==, 2);
}

static void
test_a_scope_names_a_walk_a_device_or_logs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwSyncVector) all = get_vector (fixture->store);
  g_autoptr (LwSyncVector) device = NULL;
  g_autoptr (LwSyncVector) walk = NULL;
  g_autoptr (LwSyncVector) log = NULL;
  g_autoptr (GError) error = NULL;
  LwId own, none = lw_id_new ();

  add_text (fixture->store, &fixture->track_id, 1, "a pin");
  g_clear_pointer (&all, lw_sync_vector_free);
  all = get_vector (fixture->store);
  g_assert_cmpuint (all->n_marks, ==, 2);
  g_assert_true (lw_store_get_device (fixture->store, &own, &error));
  device = lw_store_get_vector (fixture->store, &(LwSyncScope){.device_id = &own}, &error);
  g_assert_cmpuint (device->n_marks, ==, 2);
  /* Of a walk that has nothing: the authority log alone. */
  walk = lw_store_get_vector (fixture->store, &(LwSyncScope){.walk_id = &none}, &error);
  g_assert_cmpuint (walk->n_marks, ==, 1);
  log = lw_store_get_vector (
      fixture->store, &(LwSyncScope){.log_ids = &all->marks[1].log_id, .n_log_ids = 1}, &error);
  g_assert_cmpuint (log->n_marks, ==, 1);
  g_assert_true (lw_id_equal (&log->marks[0].log_id, &all->marks[1].log_id));
}

static void
test_what_is_written_is_read_back_alike (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
test_a_merge_supplies_a_withheld_body_too (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
  g_autoptr (LwStore) third = open_store (fixture, "third.db");
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

static void
test_the_clock_goes_on_behind_what_came_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = open_store (fixture, "hub.db");
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
  TEST ("/sync/withheld", test_a_withheld_body_is_a_link_until_it_is_supplied);
  TEST ("/sync/erased", test_an_erasure_reaches_withheld_bodies_and_held_ones);
  TEST ("/sync/erased-bytes", test_the_bytes_of_what_was_erased_elsewhere_go);
  TEST ("/sync/fork", test_a_fork_is_frozen_and_told_on_both_sides);
  TEST ("/sync/fork-in-batches", test_a_forked_log_travels_in_batches_of_any_size);
  TEST ("/sync/described", test_an_op_is_described_before_it_is_taken);
  TEST ("/sync/described-by-the-store", test_what_the_store_knows_goes_before_what_a_batch_says);
  TEST ("/sync/scope", test_a_scope_names_a_walk_a_device_or_logs);
  TEST ("/sync/wire", test_what_is_written_is_read_back_alike);
  TEST ("/sync/merge", test_a_merge_supplies_a_withheld_body_too);
  TEST ("/sync/clock", test_the_clock_goes_on_behind_what_came_in);
  return g_test_run ();
}
