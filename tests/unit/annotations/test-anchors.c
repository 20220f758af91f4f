/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Notes that were pinned by the wall clock, and the anchors that give them their times. */

#include "store-fixture.h"

#define TEN_O_CLOCK (G_GINT64_CONSTANT (1700042400) * LW_SECOND)

static void
put_segment (LwStore *store, const LwId *id, gint64 anchor_utc_ns, LwAnchor by)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwSegment) segment = lw_segment_new (&(LwSegment){.id = *id,
                                                               .title = "Room 12",
                                                               .duration = LW_TIME_NONE,
                                                               .anchor_utc_ns = anchor_utc_ns,
                                                               .anchor_by = by},
                                                  &error);

  g_assert_no_error (error);
  g_assert_true (lw_store_put_segment (store, segment, &error));
  g_assert_no_error (error);
}

static LwId
pin (LwStore *store, const LwId *track_id, gint64 wall_utc_ns, LwTime length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwNote) note = lw_note_new (&(LwNote){.track_id = *track_id,
                                                   .start = 7 * LW_SECOND,
                                                   .end = 7 * LW_SECOND + length,
                                                   .wall_utc_ns = wall_utc_ns,
                                                   .wall_uncertainty_ns = 30 * LW_MSECOND,
                                                   .text = "Two students compare."},
                                         &error);

  g_assert_no_error (error);
  g_assert_true (lw_store_add_note (store, note, NULL, &error));
  g_assert_no_error (error);
  return note->id;
}

static void
assert_at (LwStore *store, const LwId *id, LwTime start, LwTime length)
{
  g_autoptr (LwNote) note = lw_store_get_note (store, id, NULL);

  g_assert_nonnull (note);
  g_assert_cmpint (note->start, ==, start);
  g_assert_cmpint (note->end - note->start, ==, length);
}

static void
test_a_visit_without_media_has_a_segment_and_its_recording_comes_later (Fixture *fixture,
                                                                        gconstpointer data)
{
  LwStore *store = fixture->store;
  LwId visit = lw_id_new ();
  LwId segment = lw_segment_clock_id (&visit), again = lw_segment_clock_id (&visit);
  g_autoptr (LwTrack) track = NULL;
  g_autoptr (LwNote) note = NULL;
  LwId point, range, first;

  g_assert_true (lw_id_equal (&segment, &again));
  g_assert_false (lw_id_equal (&segment, &visit));
  put_segment (store, &segment, TEN_O_CLOCK, LW_ANCHOR_VISIT);
  track = fixture_add_track (store, &segment, "Ana");
  point = pin (store, &track->id, TEN_O_CLOCK + 135 * LW_SECOND + 7, 0);
  range = pin (store, &track->id, TEN_O_CLOCK + 200 * LW_SECOND, 9 * LW_SECOND);
  first = add_text (store, &track->id, 3 * LW_SECOND, "of the recording itself");
  assert_at (store, &point, 135 * LW_SECOND + 7, 0);
  assert_at (store, &range, 200 * LW_SECOND, 9 * LW_SECOND);

  /* The recording began at 10:02:20, so one was before it; then somebody plays and finds 10:01. */
  put_segment (store, &segment, TEN_O_CLOCK + 140 * LW_SECOND, LW_ANCHOR_FILE);
  assert_at (store, &point, 0, 0);
  assert_at (store, &range, 60 * LW_SECOND, 9 * LW_SECOND);
  put_segment (store, &segment, TEN_O_CLOCK + 60 * LW_SECOND, LW_ANCHOR_PERSON);
  assert_at (store, &point, 75 * LW_SECOND + 7, 0);
  assert_at (store, &range, 140 * LW_SECOND, 9 * LW_SECOND);
  assert_at (store, &first, 3 * LW_SECOND, 0);
  assert_verifies (store);

  /* What was kept of the gesture is as it was, also after an edit and a rebuild. */
  edit_text (store, &point, "They compare two drawings.");
  g_assert_true (lw_store_rebuild (store, NULL));
  assert_verifies (store);
  assert_at (store, &point, 75 * LW_SECOND + 7, 0);
  note = lw_store_get_note (store, &point, NULL);
  g_assert_cmpint (note->wall_utc_ns, ==, TEN_O_CLOCK + 135 * LW_SECOND + 7);
  g_assert_cmpint (note->wall_uncertainty_ns, ==, 30 * LW_MSECOND);
}

static void
test_a_window_finds_them_where_the_anchor_puts_them (Fixture *fixture, gconstpointer data)
{
  guint64 n = 0;
  LwNoteQuery query = {.segment_id = &fixture->segment_id, .has_window = TRUE};

  pin (fixture->store, &fixture->track_id, TEN_O_CLOCK + 90 * LW_SECOND, LW_SECOND);
  /* Without an anchor its own time holds. */
  query.window_start = 7 * LW_SECOND;
  query.window_end = 8 * LW_SECOND;
  g_assert_true (lw_store_count (fixture->store, &query, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  put_segment (fixture->store, &fixture->segment_id, TEN_O_CLOCK, LW_ANCHOR_PERSON);
  g_assert_true (lw_store_count (fixture->store, &query, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  query.window_start = 90 * LW_SECOND;
  query.window_end = 91 * LW_SECOND;
  g_assert_true (lw_store_count (fixture->store, &query, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  put_segment (fixture->store, &fixture->segment_id, 0, LW_ANCHOR_VISIT);
  query.window_start = 7 * LW_SECOND;
  query.window_end = 8 * LW_SECOND;
  g_assert_true (lw_store_count (fixture->store, &query, &n, NULL));
  g_assert_cmpuint (n, ==, 1);
  assert_verifies (fixture->store);
}

static void
test_any_order_of_merging_gives_the_same_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LwStore) other = fixture_open (fixture, "other.db");
  g_autoptr (LwStore) third = fixture_open (fixture, "third.db");
  LwId id = pin (fixture->store, &fixture->track_id, TEN_O_CLOCK + 90 * LW_SECOND, 0), later;
  guint forks;

  g_assert_true (lw_store_merge (other, fixture->path, &forks, NULL));
  put_segment (other, &fixture->segment_id, TEN_O_CLOCK, LW_ANCHOR_PERSON);
  later = pin (fixture->store, &fixture->track_id, TEN_O_CLOCK + 95 * LW_SECOND, 0);
  g_assert_true (lw_store_merge (third, lw_store_get_path (other), &forks, NULL));
  g_assert_true (lw_store_merge (third, fixture->path, &forks, NULL));
  g_assert_true (lw_store_merge (fixture->store, lw_store_get_path (other), &forks, NULL));
  g_assert_true (lw_store_merge (other, fixture->path, &forks, NULL));
  assert_at (fixture->store, &id, 90 * LW_SECOND, 0);
  assert_at (fixture->store, &later, 95 * LW_SECOND, 0);
  assert_same_notes (fixture->store, other);
  assert_same_notes (fixture->store, third);
  assert_verifies (other);
  assert_verifies (third);
}

static void
test_a_time_of_day_that_is_none_is_refused (void)
{
  LwNote fields = {.track_id = lw_id_new (), .text = "x", .wall_utc_ns = -1};
  gint64 utc_ns = 5;

  g_assert_null (lw_note_new (&fields, NULL));
  fields.wall_utc_ns = 0;
  fields.wall_uncertainty_ns = 1;
  g_assert_null (lw_note_new (&fields, NULL));
  fields.wall_utc_ns = TEN_O_CLOCK;
  fields.wall_uncertainty_ns = LW_TIME_MAX + 1;
  g_assert_null (lw_note_new (&fields, NULL));

  g_assert_true (lw_utc_parse_ns ("2026-11-22T06:00:00.123456789+01:00", &utc_ns));
  {
    g_autofree char *text = lw_utc_format_ns (utc_ns);

    g_assert_cmpstr (text, ==, "2026-11-22T05:00:00.123456789Z");
  }
  g_assert_false (lw_utc_parse_ns ("1969-12-31T23:59:59Z", &utc_ns));
  g_assert_false (lw_utc_parse_ns ("2300-01-01T00:00:00Z", &utc_ns));
  g_assert_false (lw_utc_parse_ns ("10:02:15", &utc_ns));
  g_assert_cmpint (lw_time_from_wall (G_MAXINT64, 0, LW_SECOND), ==, LW_TIME_MAX - LW_SECOND);
}

/* @on: none: where it was pinned. */
static void
bring (LwStore *store, const LwTrack *track, const LwId *on, const LwTrack *how)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LwTrack) brought = NULL;
  LwTrack fields = *track;

  if (how != NULL) {
    fields = *how;
    fields.id = track->id;
    fields.person_id = track->person_id;
    fields.segment_id = *on;
    fields.pinned_on_id = track->segment_id;
  }
  brought = lw_track_new (&fields, &error);
  g_assert_no_error (error);
  g_assert_true (lw_store_put_track (store, brought, &error));
  g_assert_no_error (error);
}

static void
assert_on (LwStore *store, const LwId *segment, guint n)
{
  guint64 count = 0;

  g_assert_true (lw_store_count (store, &(LwNoteQuery){.segment_id = segment}, &count, NULL));
  g_assert_cmpuint (count, ==, n);
}

static void
test_a_track_is_brought_to_another_recording_and_back (Fixture *fixture, gconstpointer data)
{
  LwStore *store = fixture->store;
  const LwTrack how = {.shift = -20 * LW_SECOND, .drift_ppb = 40000};
  LwId live = fixture->segment_id, recording = lw_id_new ();
  g_autoptr (LwTrack) track = lw_store_get_track (store, &fixture->track_id, NULL);
  g_autoptr (LwTrack) own = NULL;
  g_autoptr (LwNote) note = NULL;
  LwId early = add_text (store, &track->id, 3 * LW_SECOND, "before the recording began");
  LwId point = add_text (store, &track->id, 1000 * LW_SECOND, "They compare.");
  LwId wall = pin (store, &track->id, TEN_O_CLOCK, 2 * LW_SECOND), late;

  put_segment (store, &recording, TEN_O_CLOCK - 60 * LW_SECOND, LW_ANCHOR_PERSON);
  bring (store, track, &recording, &how);
  assert_on (store, &live, 0);
  assert_on (store, &recording, 3);
  assert_at (store, &early, 0, 0);
  assert_at (store, &point, 980 * LW_SECOND + 40 * LW_MSECOND, 0);
  /* Where it was seen is known better than when. */
  assert_at (store, &wall, 0, 2 * LW_SECOND);
  assert_verifies (store);

  /* What its author writes there from now on, on this track and on one of that recording's own. */
  edit_text (store, &point, "They compare two drawings.");
  edit_text (store, &early, "before the recording was begun");
  assert_at (store, &early, 0, 0);
  assert_at (store, &point, 980 * LW_SECOND + 40 * LW_MSECOND, 0);
  late = add_text (store, &track->id, 500 * LW_SECOND, "again");
  assert_at (store, &late, 500 * LW_SECOND, 0);
  own = lw_store_ensure_track (store, &recording, &track->person_id, NULL);
  g_assert_false (lw_id_equal (&own->id, &track->id));
  g_assert_true (lw_store_rebuild (store, NULL));
  assert_verifies (store);
  assert_at (store, &point, 980 * LW_SECOND + 40 * LW_MSECOND, 0);

  /* Put right by hand, and then taken back: all is as it was pinned. */
  bring (store, track, &recording, &(LwTrack){.shift = LW_SECOND});
  assert_at (store, &early, 4 * LW_SECOND, 0);
  bring (store, track, NULL, NULL);
  assert_on (store, &recording, 0);
  assert_at (store, &early, 3 * LW_SECOND, 0);
  assert_at (store, &point, 1000 * LW_SECOND, 0);
  assert_at (store, &wall, 7 * LW_SECOND, 2 * LW_SECOND);
  note = lw_store_get_note (store, &point, NULL);
  g_assert_cmpstr (note->text, ==, "They compare two drawings.");
  assert_verifies (store);
  g_assert_true (lw_store_rebuild (store, NULL));
  assert_verifies (store);
  assert_at (store, &point, 1000 * LW_SECOND, 0);
}

static void
test_notes_by_the_clock_are_brought_to_a_live_recording (Fixture *fixture, gconstpointer data)
{
  LwStore *store = fixture->store;
  LwId visit = lw_id_new (), by_clock = lw_segment_clock_id (&visit);
  g_autoptr (LwStore) other = fixture_open (fixture, "other.db");
  g_autoptr (LwTrack) track = NULL;
  LwId early, point;
  guint forks;

  put_segment (store, &by_clock, TEN_O_CLOCK, LW_ANCHOR_VISIT);
  track = fixture_add_track (store, &by_clock, "Ana");
  early = pin (store, &track->id, TEN_O_CLOCK - 5 * LW_SECOND, 0);
  point = pin (store, &track->id, TEN_O_CLOCK + 90 * LW_SECOND, LW_SECOND);
  assert_at (store, &early, 0, 0);
  /* It went live half a minute before the first note. */
  bring (store, track, &fixture->segment_id,
         &(LwTrack){.shift = 30 * LW_SECOND, .pinned_anchor_utc_ns = TEN_O_CLOCK - 30 * LW_SECOND});
  assert_at (store, &early, 25 * LW_SECOND, 0);
  assert_at (store, &point, 120 * LW_SECOND, LW_SECOND);
  g_assert_true (lw_store_merge (other, fixture->path, &forks, NULL));
  assert_at (other, &early, 25 * LW_SECOND, 0);
  assert_verifies (other);
  bring (store, track, NULL, NULL);
  assert_at (store, &point, 90 * LW_SECOND, LW_SECOND);
  assert_verifies (store);
}

static void
test_what_is_brought_there_comes_back_to_the_same_time (void)
{
  const LwTrack tracks[] = {{.shift = 5},
                            {.shift = -7 * LW_SECOND, .drift_ppb = 39999},
                            {.shift = 3 * LW_SECOND, .drift_ppb = -100000}};

  for (guint i = 0; i < 3000; i++) {
    const LwTrack *track = &tracks[i % G_N_ELEMENTS (tracks)];
    LwTime time =
        g_test_rand_int_range (8, 4 * 3600) * LW_SECOND + g_test_rand_int_range (0, LW_SECOND);
    LwTime again = lw_track_to_here (track, lw_track_to_pinned (track, time), 0, 0);

    g_assert_cmpint (ABS (again - time), <=, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/anchors/visit-without-media",
        test_a_visit_without_media_has_a_segment_and_its_recording_comes_later);
  TEST ("/anchors/window", test_a_window_finds_them_where_the_anchor_puts_them);
  TEST ("/anchors/any-order", test_any_order_of_merging_gives_the_same_times);
  TEST ("/anchors/brought", test_a_track_is_brought_to_another_recording_and_back);
  TEST ("/anchors/brought-by-clock", test_notes_by_the_clock_are_brought_to_a_live_recording);
  g_test_add_func ("/anchors/there-and-back",
                   test_what_is_brought_there_comes_back_to_the_same_time);
  g_test_add_func ("/anchors/refused", test_a_time_of_day_that_is_none_is_refused);
  return g_test_run ();
}
