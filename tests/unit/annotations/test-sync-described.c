/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a store says of ops before it takes them, and of which logs it speaks. */

#include "sync-fixture.h"

static void
test_an_op_is_described_before_it_is_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) hub = fixture_open (fixture, "hub.db");
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
  g_autoptr (LwStore) stranger = fixture_open (fixture, "stranger.db");
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/sync/described", test_an_op_is_described_before_it_is_taken);
  TEST ("/sync/described-by-the-store", test_what_the_store_knows_goes_before_what_a_batch_says);
  TEST ("/sync/scope", test_a_scope_names_a_walk_a_device_or_logs);
  return g_test_run ();
}
