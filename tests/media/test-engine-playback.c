/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Playing: the end, speed, loops, storms of seeks, tracks and captions. */
#include <unistd.h>

#include "engine-fixture.h"

static gboolean
is_past (Fixture *f, gpointer data)
{
  return lw_engine_get_frame_time (f->engine) >= *(LwTime *)data;
}

static void
wait_past (Fixture *f, LwTime time)
{
  g_assert_true (fixture_wait_for (f, is_past, &time));
}

static void
begin (Fixture *f)
{
  lw_engine_play (f->engine);
  g_assert_true (fixture_wait_state (f, LW_ENGINE_PLAYING));
}

static void
hold (Fixture *f)
{
  lw_engine_pause (f->engine);
  g_assert_true (fixture_wait_state (f, LW_ENGINE_PAUSED));
}

static gboolean
has_ended (Fixture *f, gpointer data)
{
  return f->n_ended > 0;
}

static void
test_play_shows_frames_in_order_and_ends_on_the_last (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  LwTime last;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  last = g_array_index (frames->starts, LwTime, frames->starts->len - 1);
  fixture_seek (&f, last - LW_SECOND);
  f.seen = g_array_new (FALSE, FALSE, sizeof (LwTime));
  begin (&f);
  g_assert_true (fixture_wait_for (&f, has_ended, NULL));
  g_assert_cmpint (lw_engine_get_state (f.engine), ==, LW_ENGINE_ENDED);
  g_assert_cmpint (lw_engine_get_frame_time (f.engine), ==, last);
  for (guint i = 1; i < f.seen->len; i++)
    g_assert_cmpint (g_array_index (f.seen, LwTime, i), >=, g_array_index (f.seen, LwTime, i - 1));
  fixture_clear (&f);
}

static gboolean
is_near_the_start (Fixture *f, gpointer data)
{
  return lw_engine_get_frame_time (f->engine) < LW_SECOND;
}

static void
test_play_from_the_end_begins_again (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "silent.mp4", TRUE);
  fixture_seek (&f, 29900 * LW_MSECOND);
  begin (&f);
  g_assert_true (fixture_wait_for (&f, has_ended, NULL));
  begin (&f);
  g_assert_true (fixture_wait_for (&f, is_near_the_start, NULL));
  wait_past (&f, 100 * LW_MSECOND);
  g_assert_cmpuint (f.n_ended, ==, 1);
  fixture_clear (&f);
}

static void
test_a_step_back_from_the_end_shows_the_frame_before_the_last (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  fixture_seek (&f, 29800 * LW_MSECOND);
  begin (&f);
  g_assert_true (fixture_wait_for (&f, has_ended, NULL));
  fixture_step (&f, -1, g_array_index (frames->starts, LwTime, frames->starts->len - 2));
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, (int)frames->starts->len - 2);
  fixture_clear (&f);
}

static void
test_a_pause_stays_on_its_frame (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  LwTime time, picture;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  for (guint i = 0; i < 5; i++) {
    begin (&f);
    wait_past (&f, (LwTime)(i + 1) * 300 * LW_MSECOND);
    hold (&f);
    fixture_run_ms (&f, 150);
    time = lw_engine_get_frame_time (f.engine);
    g_assert_cmpint (g_array_index (frames->starts, LwTime, fixture_read_number (&f, &picture)), ==,
                     time);
    g_assert_cmpint (picture, ==, time);
    g_assert_cmpint (lw_engine_get_position (f.engine), ==, time);
    fixture_run_ms (&f, 150);
    g_assert_cmpint (lw_engine_get_frame_time (f.engine), ==, time);
  }
  fixture_clear (&f);
}

static void
test_a_new_speed_keeps_the_place (void)
{
  static const double rates[] = {2.0, 0.5, 4.0, 0.25, 1.5, 1.0};
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  LwTime before;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  fixture_seek (&f, 5 * LW_SECOND);
  begin (&f);
  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++) {
    before = lw_engine_get_frame_time (f.engine);
    lw_engine_set_rate (f.engine, rates[i]);
    wait_past (&f, before + 200 * LW_MSECOND);
    g_assert_cmpfloat (lw_engine_get_rate (f.engine), ==, rates[i]);
    /* Two frames and what four times the speed plays while this thread was not looking. */
    g_assert_cmpint (lw_engine_get_frame_time (f.engine), <, before + 5 * LW_SECOND);
    g_assert_cmpint (ABS (lw_engine_get_position (f.engine) - lw_engine_get_frame_time (f.engine)),
                     <, 2 * LW_SECOND);
  }
  lw_engine_set_rate (f.engine, 100.0);
  lw_engine_set_rate (f.engine, 0.01);
  fixture_run_ms (&f, 100);
  g_assert_cmpfloat (lw_engine_get_rate (f.engine), ==, LW_RATE_MIN);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

static void
check_loop (const char *name, LwTime a, LwTime b)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  guint turns = 0;
  LwTime first;

  fixture_init (&f);
  frames = fixture_open (&f, name, TRUE);
  fixture_seek (&f, a);
  first = lw_engine_get_frame_time (f.engine); /* it covers @a, and may begin before it */
  lw_engine_set_loop (f.engine, a, b);
  f.seen = g_array_new (FALSE, FALSE, sizeof (LwTime));
  begin (&f);
  while (turns < 4) {
    guint length = f.seen->len;

    fixture_run_ms (&f, 20);
    for (guint i = MAX (length, 1); i < f.seen->len; i++) {
      LwTime now = g_array_index (f.seen, LwTime, i);

      g_assert_cmpint (now, >=, first);
      g_assert_cmpint (now, <, b);
      turns += now < g_array_index (f.seen, LwTime, i - 1);
    }
    g_assert_cmpfloat (g_test_timer_elapsed (), <, 60);
  }
  g_assert_cmpuint (f.n_ended, ==, 0);
  lw_engine_set_loop (f.engine, LW_TIME_NONE, LW_TIME_NONE);
  wait_past (&f, b + 100 * LW_MSECOND);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

static void
test_a_loop_shows_no_frame_outside (gconstpointer name)
{
  g_test_timer_start ();
  check_loop (name, 9500 * LW_MSECOND, 10500 * LW_MSECOND);  /* over a key frame */
  check_loop (name, 14000 * LW_MSECOND, 14300 * LW_MSECOND); /* far from one, and short */
}

static void
test_a_loop_to_the_end_of_the_file_does_not_end (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  guint turns = 0;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  lw_engine_set_loop (f.engine, 29500 * LW_MSECOND, 40 * LW_SECOND);
  fixture_seek (&f, 29500 * LW_MSECOND);
  f.seen = g_array_new (FALSE, FALSE, sizeof (LwTime));
  begin (&f);
  for (guint i = 0; i < 3000 && turns < 2; i++) { /* a minute: each turn decodes ten seconds */
    guint length = f.seen->len;

    fixture_run_ms (&f, 20);
    for (guint k = MAX (length, 1); k < f.seen->len; k++)
      turns += g_array_index (f.seen, LwTime, k) < g_array_index (f.seen, LwTime, k - 1);
  }
  g_assert_cmpuint (turns, ==, 2);
  g_assert_cmpuint (f.n_ended, ==, 0);
  fixture_clear (&f);
}

static gboolean
has_settled_at (Fixture *f, gpointer data)
{
  return f->seek_done == *(LwTime *)data;
}

/* More seeks than can be made, of both kinds, while it plays and while it does not. */
static void
test_the_newest_seek_wins (gconstpointer name)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  LwEngineStats stats;

  fixture_init (&f);
  frames = fixture_open (&f, name, TRUE);
  for (guint storm = 0; storm < 6; storm++) {
    guint last = 0;
    LwTime start;

    for (guint i = 0; i < 60; i++) {
      last = (guint)g_rand_int_range (random, 1, (gint32)frames->starts->len - 1);
      lw_engine_seek (f.engine, g_array_index (frames->starts, LwTime, last) + LW_MSECOND,
                      i % 3 == 0 && i < 59 ? LW_SEEK_SCRUB : LW_SEEK_EXACT);
      if (i % 10 == 0)
        fixture_run_ms (&f, 5);
      if (i % 20 == 0)
        lw_engine_play (f.engine);
      if (i % 20 == 7)
        lw_engine_pause (f.engine);
    }
    lw_engine_pause (f.engine);
    start = g_array_index (frames->starts, LwTime, last);
    g_assert_true (fixture_wait_for (&f, has_settled_at, &start));
    g_assert_cmpint (lw_engine_get_frame_time (f.engine), ==, start);
    g_assert_cmpint (fixture_read_number (&f, NULL), ==, (int)(frames->first + last));
  }
  g_assert_no_error (f.error);
  lw_engine_get_stats (f.engine, &stats);
  g_assert_cmpuint (stats.seeks_asked, ==, 6 * 60);
  g_assert_cmpuint (stats.seeks_made, <, stats.seeks_asked);
  fixture_clear (&f);
}

static void
test_seeks_are_brought_into_the_file (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  fixture_seek (&f, 90 * LW_SECOND);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, (int)frames->starts->len - 1);
  fixture_seek (&f, -5);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, 0);
  fixture_clear (&f);
}

static void
test_tracks_have_names_and_can_be_chosen (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autofree char *first = NULL, *second = NULL, *captions = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "tracks.mkv", TRUE);
  g_assert_cmpuint (lw_engine_get_n_tracks (f.engine, LW_ENGINE_AUDIO), ==, 2);
  g_assert_cmpuint (lw_engine_get_n_tracks (f.engine, LW_ENGINE_CAPTIONS), ==, 1);
  first = lw_engine_get_track_name (f.engine, LW_ENGINE_AUDIO, 0);
  second = lw_engine_get_track_name (f.engine, LW_ENGINE_AUDIO, 1);
  captions = lw_engine_get_track_name (f.engine, LW_ENGINE_CAPTIONS, 0);
  g_assert_cmpstr (first, ==, "English");
  g_assert_cmpstr (second, ==, "Spanish");
  g_assert_cmpstr (captions, ==, "English");
  g_assert_null (lw_engine_get_track_name (f.engine, LW_ENGINE_AUDIO, 2));
  g_assert_cmpint (lw_engine_get_selected_track (f.engine, LW_ENGINE_CAPTIONS), ==, -1);

  lw_engine_select_track (f.engine, LW_ENGINE_AUDIO, 1);
  fixture_seek (&f, 3 * LW_SECOND);
  g_assert_cmpint (lw_engine_get_selected_track (f.engine, LW_ENGINE_AUDIO), ==, 1);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, 89);
  lw_engine_select_track (f.engine, LW_ENGINE_AUDIO, -1);
  fixture_seek (&f, 4 * LW_SECOND);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, 119);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

/* Letters are white; nothing else in the lower half of the picture is. */
static guint
count_white (Fixture *f)
{
  guint width, height, n = 0;
  g_autoptr (GBytes) picture = lw_engine_take_picture (f->engine, &width, &height, NULL);
  const guchar *pixels = g_bytes_get_data (picture, NULL);

  for (gsize i = (gsize)width * height / 2; i < (gsize)width * height; i++)
    n += pixels[i * 3] > 190 && pixels[i * 3 + 1] > 190 && pixels[i * 3 + 2] > 190;
  return n;
}

static void
check_captions (Fixture *f)
{
  fixture_seek (f, 3 * LW_SECOND);
  g_assert_cmpuint (count_white (f), >, 10);
  fixture_seek (f, 7 * LW_SECOND);
  g_assert_cmpuint (count_white (f), ==, 0);
  fixture_seek (f, 10 * LW_SECOND);
  g_assert_cmpuint (count_white (f), >, 10);
}

static void
test_captions_of_the_file_are_drawn_when_chosen (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "tracks.mkv", TRUE);
  fixture_seek (&f, 3 * LW_SECOND);
  g_assert_cmpuint (count_white (&f), ==, 0);
  lw_engine_select_track (f.engine, LW_ENGINE_CAPTIONS, 0);
  check_captions (&f);
  lw_engine_select_track (f.engine, LW_ENGINE_CAPTIONS, -1);
  fixture_seek (&f, 3 * LW_SECOND);
  g_assert_cmpuint (count_white (&f), ==, 0);
  fixture_clear (&f);
}

static void
test_captions_beside_the_file_are_drawn (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autofree char *uri = fixture_uri ("captions.vtt");

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  fixture_seek (&f, 12500 * LW_MSECOND);
  lw_engine_set_external_captions (f.engine, uri);
  check_captions (&f);
  g_assert_cmpint (lw_engine_get_selected_track (f.engine, LW_ENGINE_CAPTIONS), ==, 0);
  g_autofree char *name = lw_engine_get_track_name (f.engine, LW_ENGINE_CAPTIONS, 0);
  g_assert_cmpstr (name, ==, "captions.vtt");
  lw_engine_set_external_captions (f.engine, NULL);
  fixture_seek (&f, 3 * LW_SECOND);
  g_assert_cmpuint (count_white (&f), ==, 0);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, 90);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

static void
test_a_caption_file_is_called_by_its_language (void)
{
  static const char *const names[][2] = {
      {"lesson.de.vtt", "German"},
      {"lesson.pt-BR.vtt", "Portuguese (BR)"},
      {"lesson.mpeg.vtt", "lesson.mpeg.vtt"},
  };
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  g_autofree char *from = fixture_path ("captions.vtt");
  g_autofree char *folder = g_dir_make_tmp ("lessonwalk-captions-XXXXXX", NULL);

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i][0], NULL);
    g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

    g_assert_cmpint (symlink (from, path), ==, 0);
    lw_engine_set_external_captions (f.engine, uri);
    fixture_seek (&f, 3 * LW_SECOND);
    g_autofree char *name = lw_engine_get_track_name (f.engine, LW_ENGINE_CAPTIONS, 0);
    g_assert_cmpstr (name, ==, names[i][1]);
    g_assert_cmpint (unlink (path), ==, 0);
  }
  fixture_clear (&f);
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* The pictures at these times with captions of tests/fixtures. */
static void
take_captioned (Fixture *f, const char *name, const LwTime *times, guint n, GBytes **ret_pictures)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("LESSONWALK_SOURCE_ROOT"), "tests/fixtures", name, NULL);
  g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);
  guint width, height;

  lw_engine_set_external_captions (f->engine, uri);
  for (guint i = 0; i < n; i++) {
    fixture_seek (f, times[i]);
    ret_pictures[i] = lw_engine_take_picture (f->engine, &width, &height, NULL);
  }
}

/* WebVTT says who speaks, in which language, and more, which is not to be seen. */
static void
test_captions_with_voices_are_drawn_as_their_words (void)
{
  static const LwTime times[] = {3 * LW_SECOND, 10 * LW_SECOND, 13500 * LW_MSECOND, 15 * LW_SECOND};
  GBytes *voices[G_N_ELEMENTS (times)], *spoken[G_N_ELEMENTS (times)];
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  take_captioned (&f, "voices.vtt", times, G_N_ELEMENTS (times), voices);
  g_assert_cmpuint (count_white (&f), >, 10);
  take_captioned (&f, "spoken.vtt", times, G_N_ELEMENTS (times), spoken);
  g_assert_no_error (f.error);
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    g_assert_nonnull (voices[i]);
    g_assert_true (g_bytes_equal (voices[i], spoken[i]));
    g_bytes_unref (voices[i]);
    g_bytes_unref (spoken[i]);
  }
  fixture_clear (&f);
}

static void
test_captions_that_are_not_there_do_not_stop_it (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  lw_engine_set_external_captions (f.engine, "file:///nowhere/captions.vtt");
  fixture_seek (&f, 3 * LW_SECOND);
  g_assert_cmpint (fixture_read_number (&f, NULL), ==, 90);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

static void
test_sound_alone_plays (gconstpointer name)
{
  Fixture f;
  g_autofree char *uri = fixture_uri (name);

  fixture_init (&f);
  lw_engine_open (f.engine, uri);
  g_assert_true (fixture_wait_opened (&f));
  g_assert_no_error (f.error);
  g_assert_cmpint (ABS (lw_engine_get_duration (f.engine) - 30 * LW_SECOND), <, LW_SECOND);
  g_assert_null (lw_engine_take_picture (f.engine, NULL, NULL, NULL));
  fixture_seek (&f, 12 * LW_SECOND);
  g_assert_cmpint (ABS (lw_engine_get_frame_time (f.engine) - 12 * LW_SECOND), <, 100 * LW_MSECOND);
  begin (&f);
  wait_past (&f, 12300 * LW_MSECOND);
  fixture_seek (&f, 29500 * LW_MSECOND);
  g_assert_true (fixture_wait_for (&f, has_ended, NULL));
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

static void
test_the_volume_can_be_set_at_any_time (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;

  fixture_init (&f);
  lw_engine_set_volume (f.engine, 0.5);
  lw_engine_set_muted (f.engine, TRUE);
  frames = fixture_open (&f, "h264.mp4", TRUE);
  lw_engine_set_volume (f.engine, 7.0);
  lw_engine_set_muted (f.engine, FALSE);
  begin (&f);
  wait_past (&f, 200 * LW_MSECOND);
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/engine/playback/" #name, test_##name)
  ADD (play_shows_frames_in_order_and_ends_on_the_last);
  ADD (play_from_the_end_begins_again);
  ADD (a_step_back_from_the_end_shows_the_frame_before_the_last);
  ADD (a_pause_stays_on_its_frame);
  ADD (a_new_speed_keeps_the_place);
  ADD (a_loop_to_the_end_of_the_file_does_not_end);
  ADD (seeks_are_brought_into_the_file);
  ADD (tracks_have_names_and_can_be_chosen);
  ADD (captions_of_the_file_are_drawn_when_chosen);
  ADD (captions_beside_the_file_are_drawn);
  ADD (a_caption_file_is_called_by_its_language);
  ADD (captions_with_voices_are_drawn_as_their_words);
  ADD (captions_that_are_not_there_do_not_stop_it);
  ADD (the_volume_can_be_set_at_any_time);
#undef ADD
  g_test_add_data_func ("/engine/playback/a_loop_shows_no_frame_outside/h264.mp4", "h264.mp4",
                        test_a_loop_shows_no_frame_outside);
  g_test_add_data_func ("/engine/playback/a_loop_shows_no_frame_outside/vp9.webm", "vp9.webm",
                        test_a_loop_shows_no_frame_outside);
  g_test_add_data_func ("/engine/playback/the_newest_seek_wins/h264.mp4", "h264.mp4",
                        test_the_newest_seek_wins);
  g_test_add_data_func ("/engine/playback/the_newest_seek_wins/vfr.mkv", "vfr.mkv",
                        test_the_newest_seek_wins);
  g_test_add_data_func ("/engine/playback/sound_alone_plays/m4a", "audio.m4a",
                        test_sound_alone_plays);
  g_test_add_data_func ("/engine/playback/sound_alone_plays/mp3", "audio.mp3",
                        test_sound_alone_plays);
  return g_test_run ();
}
