/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frame is on screen: the number drawn on it against the time that the engine gives. */
#include "engine-fixture.h"

#define N_SEEKS 200

static void
assert_shows (Fixture *f, const Frames *frames, guint i)
{
  LwTime start = g_array_index (frames->starts, LwTime, i), time = LW_TIME_NONE;
  int number = fixture_read_number (f, &time);

  if (number != (int)(frames->first + i) || ABS (time - start) > LW_MSECOND ||
      ABS (lw_engine_get_frame_time (f->engine) - start) > LW_MSECOND)
    g_error ("frame %u (%" G_GINT64_FORMAT ") was wanted; %d is drawn, picture %" G_GINT64_FORMAT
             ", frame time %" G_GINT64_FORMAT,
             frames->first + i, start, number, time, lw_engine_get_frame_time (f->engine));
}

static LwTime
frame_end (const Frames *frames, guint i)
{
  if (i + 1 < frames->starts->len)
    return g_array_index (frames->starts, LwTime, i + 1);
  return g_array_index (frames->starts, LwTime, i) + 10 * LW_MSECOND;
}

static void
check_seeks (const char *name, gboolean indexed)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (20261122);

  fixture_init (&f);
  frames = fixture_open (&f, name, indexed);
  /* Matroska's first segment starts with the first packet, wherever that is: only an index tells.
   */
  if (indexed)
    assert_shows (&f, frames, 0);
  for (guint n = 0; n < N_SEEKS; n++) {
    guint i = (guint)g_rand_int_range (random, 0, (gint32)frames->starts->len);
    LwTime start = g_array_index (frames->starts, LwTime, i);
    LwTime width = frame_end (frames, i) - start;

    /* Anywhere in the frame, but for the rounding of the container at its ends. */
    fixture_seek (&f, start + MIN (LW_MSECOND, width / 4) +
                          (LwTime)(g_rand_double (random) * (double)(width / 2)));
    assert_shows (&f, frames, i);
    g_assert_cmpint (ABS (f.seek_done - start), <=, LW_MSECOND);
  }
  fixture_clear (&f);
}

static void
test_seeks_show_the_frame_that_covers_the_time (gconstpointer name)
{
  check_seeks (name, TRUE);
}

static void
test_seeks_without_an_index_do_too (gconstpointer name)
{
  check_seeks (name, FALSE);
}

/* Forth and back over an edge of a group of pictures, and over both ends of the file. */
static void
test_steps_neither_skip_nor_repeat (gconstpointer name)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  guint edge, last;

  fixture_init (&f);
  frames = fixture_open (&f, name, TRUE);
  last = frames->starts->len - 1;
  edge = (frames->first < 300 ? 300 : 600) - frames->first;

#define START(i) g_array_index (frames->starts, LwTime, i)
  fixture_seek (&f, START (edge - 6) + LW_MSECOND);
  for (guint i = edge - 5; i < edge + 6; i++) {
    fixture_step (&f, 1, START (i));
    assert_shows (&f, frames, i);
  }
  for (guint i = edge + 4; i > edge - 60; i--) {
    fixture_step (&f, -1, START (i));
    assert_shows (&f, frames, i);
  }
  for (guint i = edge - 58; i < edge + 20; i++) {
    fixture_step (&f, 1, START (i));
    assert_shows (&f, frames, i);
  }
  fixture_step (&f, -17, START (edge + 2));
  assert_shows (&f, frames, edge + 2);
  fixture_step (&f, 9, START (edge + 11));
  assert_shows (&f, frames, edge + 11);

  fixture_seek (&f, START (1) + LW_MSECOND);
  fixture_step (&f, -1, START (0));
  /* Steps that wait are summed up: a step beyond the end is one only when nothing is under way. */
  fixture_seek (&f, START (0) + LW_MSECOND);
  fixture_step (&f, -1, START (0));
  assert_shows (&f, frames, 0);
  fixture_step (&f, 1, START (1));
  assert_shows (&f, frames, 1);

  fixture_seek (&f, START (last - 1) + LW_MSECOND);
  fixture_step (&f, 1, START (last));
  assert_shows (&f, frames, last);
  fixture_seek (&f, START (last) + LW_MSECOND);
  fixture_step (&f, 1, START (last));
  fixture_run_ms (&f, 50);
  assert_shows (&f, frames, last);
  fixture_step (&f, -1, START (last - 1));
  assert_shows (&f, frames, last - 1);
#undef START
  fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  static const char *const names[] = {
      "h264.mp4", "h264.mov",   "cut.mp4",     "fragmented.mp4", "offset.mkv",
      "h265.mp4", "vp9.webm",   "vp8.webm",    "av1.mkv",        "vfr.mp4",
      "vfr.mkv",  "silent.mp4", "rotated.mp4", "tracks.mkv",
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *name = names[i];
    g_autofree char *indexed = g_strdup_printf ("/engine/frames/seeks/%s", name);
    g_autofree char *bare = g_strdup_printf ("/engine/frames/seeks-without-index/%s", name);
    g_autofree char *steps = g_strdup_printf ("/engine/frames/steps/%s", name);

    g_test_add_data_func (indexed, name, test_seeks_show_the_frame_that_covers_the_time);
    g_test_add_data_func (steps, name, test_steps_neither_skip_nor_repeat);
    if (g_getenv ("LESSONWALK_LONG") != NULL || strstr (name, "mp4") != NULL)
      g_test_add_data_func (bare, name, test_seeks_without_an_index_do_too);
  }
  return g_test_run ();
}
