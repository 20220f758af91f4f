/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store-fixture.h"

static LwNoteQuery
window (Fixture *fixture, LwTime start, LwTime end)
{
  return (LwNoteQuery){.segment_id = &fixture->segment_id,
                       .has_window = TRUE,
                       .window_start = start,
                       .window_end = end};
}

static guint
count_window (Fixture *fixture, LwTime start, LwTime end)
{
  g_autoptr (GError) error = NULL;
  LwNoteQuery query = window (fixture, start, end);
  g_autoptr (GPtrArray) notes = lw_store_query (fixture->store, &query, &error);
  guint64 n;

  g_assert_no_error (error);
  lw_store_count (fixture->store, &query, &n, &error);
  g_assert_cmpuint (n, ==, notes->len);
  return notes->len;
}

static void
test_windows_have_a_first_and_no_last_moment (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, 10, "point");
  g_assert_cmpuint (count_window (fixture, 10, 11), ==, 1);
  g_assert_cmpuint (count_window (fixture, 9, 10), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 12), ==, 0);
  g_assert_cmpuint (count_window (fixture, 10, 10), ==, 0);
  add_range (fixture->store, &fixture->track_id, 20, 30, "range");
  g_assert_cmpuint (count_window (fixture, 29, 99), ==, 1);
  g_assert_cmpuint (count_window (fixture, 30, 99), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 20), ==, 0);
  g_assert_cmpuint (count_window (fixture, 11, 21), ==, 1);
  g_assert_cmpuint (count_window (fixture, 24, 25), ==, 1);
}

static void
test_a_note_at_the_very_end_is_found (Fixture *fixture, gconstpointer data)
{
  add_text (fixture->store, &fixture->track_id, LW_TIME_MAX, "end");
  add_range (fixture->store, &fixture->track_id, 0, LW_TIME_MAX, "all of it");
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX, LW_TIME_MAX + 1), ==, 1);
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX - 1, LW_TIME_MAX), ==, 1);
  g_assert_cmpuint (count_window (fixture, LW_TIME_MAX - 1, LW_TIME_MAX + 1), ==, 2);
}

/* Against looking at every note, over lengths of all sizes. */
static void
test_windows_find_exactly_what_touches_them (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1500; i++) {
    LwTime start = g_rand_int_range (random, 0, 1000000);
    LwTime length = i % 3 == 0 ? 0 : (LwTime)1 << g_rand_int_range (random, 0, 22);

    start *= 1000;
    length *= i % 2 == 0 ? 999 : 1000;
    g_ptr_array_add (
        notes,
        lw_note_new (
            &(LwNote){.track_id = fixture->track_id, .start = start, .end = start + length}, NULL));
  }
  lw_store_add_notes (fixture->store, notes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 300; i++) {
    LwTime start = (LwTime)g_rand_int_range (random, 0, 1000000) * 1000;
    LwTime end = start + ((LwTime)1 << g_rand_int_range (random, 0, 30));
    guint expected = 0;

    for (guint k = 0; k < notes->len; k++) {
      const LwNote *note = notes->pdata[k];

      if (note->start < end && (note->start >= start || note->end > start))
        expected++;
    }
    g_assert_cmpuint (count_window (fixture, start, end), ==, expected);
  }
  assert_verifies (fixture->store);
}

static void
test_each_filter_narrows (Fixture *fixture, gconstpointer data)
{
  const char *const tags[] = {"talk", NULL};
  const char *const longer[] = {"talking", "small talk", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) other = fixture_add_track (fixture->store, &fixture->segment_id, "Bo");
  LwId lens = lw_id_new ();
  LwNote wanted = {.track_id = fixture->track_id,
                   .lens_id = lens,
                   .kind = LW_NOTE_WONDERING,
                   .on_focus = TRUE,
                   .pass = 2,
                   .start = 5,
                   .end = 5,
                   .text = "wanted",
                   .tags = tags};
  LwNote unwanted = {.track_id = other->id, .start = 99, .end = 99, .text = "x", .tags = longer};
  const LwNoteQuery queries[] = {
      {.track_id = &fixture->track_id},
      {.author_id = &fixture->person_id},
      {.lens_id = &lens},
      {.kinds = 1 << LW_NOTE_WONDERING},
      {.tag = "talk"},
      {.pass = 2},
      {.on_focus = TRUE},
      {.has_window = TRUE, .window_start = 5, .window_end = 6},
      {.text = "wanted"},
      {.segment_id = &fixture->segment_id, .tag = "talk", .text = "want", .pass = 2},
      {.order = LW_ORDER_NEWEST, .limit = 1, .offset = 1},
      {.order = LW_ORDER_TIME, .limit = 1},
      {.order = LW_ORDER_RANK, .text = "wanted"},
  };

  lw_store_add_note (fixture->store, &wanted, NULL, &error);
  g_assert_no_error (error);
  lw_store_add_note (fixture->store, &unwanted, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++) {
    g_autoptr (GPtrArray) found = lw_store_query (fixture->store, &queries[i], &error);

    g_assert_no_error (error);
    g_assert_cmpuint (found->len, ==, 1);
    g_assert_cmpstr (((LwNote *)found->pdata[0])->text, ==, "wanted");
  }
  g_assert_cmpuint (count_notes (fixture->store), ==, 2);
}

static void
test_a_lens_of_the_track_counts_for_its_notes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) track = NULL;
  LwId lens = lw_id_new (), own = lw_id_new ();
  guint64 n;

  add_text (fixture->store, &fixture->track_id, 0, "by the track's lens");
  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .lens_id = own}, NULL,
                     &error);
  g_assert_no_error (error);
  track = lw_store_get_track (fixture->store, &fixture->track_id, &error);
  lw_store_put_track (fixture->store,
                      &(LwTrack){.id = track->id,
                                 .segment_id = track->segment_id,
                                 .person_id = track->person_id,
                                 .lens_id = lens},
                      &error);
  g_assert_no_error (error);
  lw_store_count (fixture->store, &(LwNoteQuery){.lens_id = &lens}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
  lw_store_count (fixture->store, &(LwNoteQuery){.lens_id = &own}, &n, &error);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_tags_are_listed_once_and_sorted (Fixture *fixture, gconstpointer data)
{
  const char *const one[] = {"b", "a", NULL}, *const two[] = {"b", "c", NULL};
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) here = NULL;
  g_auto (GStrv) anywhere = NULL;
  g_autofree char *joined = NULL;
  LwId elsewhere = lw_id_new ();

  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .tags = one}, NULL,
                     &error);
  lw_store_add_note (fixture->store, &(LwNote){.track_id = fixture->track_id, .tags = two}, NULL,
                     &error);
  anywhere = lw_store_tags (fixture->store, NULL, &error);
  joined = g_strjoinv (",", anywhere);
  g_assert_cmpstr (joined, ==, "a,b,c");
  here = lw_store_tags (fixture->store, &elsewhere, &error);
  g_assert_cmpuint (g_strv_length (here), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/store-query/window-edges", test_windows_have_a_first_and_no_last_moment);
  TEST ("/store-query/window-end", test_a_note_at_the_very_end_is_found);
  TEST ("/store-query/window-oracle", test_windows_find_exactly_what_touches_them);
  TEST ("/store-query/filters", test_each_filter_narrows);
  TEST ("/store-query/lens-of-track", test_a_lens_of_the_track_counts_for_its_notes);
  TEST ("/store-query/tags", test_tags_are_listed_once_and_sorted);
  return g_test_run ();
}
