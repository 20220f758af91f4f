/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The product's own join: the frames that the probe lists are the frames that the engine shows. */
#include "engine-fixture.h"
#include "lw-media.h"

static void
test_the_frames_of_the_probe_are_those_on_screen (gconstpointer name)
{
  Fixture f;
  g_autofree char *path = fixture_path (name), *uri = fixture_uri (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (LwProbe) probe = lw_media_probe (path, NULL, &error);
  g_autoptr (Frames) drawn = fixture_read_frames (name);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  g_assert_no_error (error);
  g_assert_cmpuint (probe->frames->len, ==, drawn->starts->len);
  for (guint i = 0; i < drawn->starts->len; i++)
    g_assert_cmpint (
        ABS (g_array_index (probe->frames, LwTime, i) - g_array_index (drawn->starts, LwTime, i)),
        <=, LW_MSECOND);

  fixture_init (&f);
  lw_engine_open (f.engine, uri);
  lw_engine_set_frame_index (f.engine, (const LwTime *)probe->frames->data, probe->frames->len);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_no_error (f.error);
  for (guint n = 0; n < 20; n++) {
    guint i = (guint)g_rand_int_range (random, 0, (gint32)probe->frames->len);
    LwTime start = g_array_index (probe->frames, LwTime, i), picture = LW_TIME_NONE;

    fixture_seek (&f, start);
    g_assert_cmpint (fixture_read_number (&f, &picture), ==, (int)(drawn->first + i));
    g_assert_cmpint (picture, ==, start);
    g_assert_cmpint (lw_engine_get_frame_time (f.engine), ==, start);
    g_assert_cmpint (f.seek_done, ==, start);
  }
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
    g_autofree char *path = g_strdup_printf ("/engine/probe/%s", names[i]);

    g_test_add_data_func (path, names[i], test_the_frames_of_the_probe_are_those_on_screen);
  }
  return g_test_run ();
}
