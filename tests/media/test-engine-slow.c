/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A film that the machine cannot decode in time: sound and time go on, the picture drops frames. */
#include "device-sink.h"
#include "engine-fixture.h"

/* In the film's own time, of which it has five seconds. How near the picture follows depends on
 * what else the machine does, and is told, not asserted: tests/unit/test-catch-up.c holds it to a
 * bound in made-up time. A sound that waits for the picture is silent for seconds. */
#define MAX_APART (500 * LW_MSECOND)
#define MAX_APART_FOR (2 * LW_SECOND)
#define MAX_GAP (500 * LW_MSECOND)
#define N_DRAWN 50 /* the numbers drawn begin anew */

typedef struct {
  LwTime behind;   /* the most that the frame on screen was before the position */
  LwTime together; /* what had been played when position and sound last were */
  LwTime apart;    /* the longest that they were not */
} Seen;

static gboolean
is_over (Fixture *f, gpointer data)
{
  Seen *seen = data;
  LwTime frame = lw_engine_get_frame_time (f->engine);
  LwTime position = lw_engine_get_position (f->engine), played = device_sink_get_played ();

  if (f->n_ended > 0 || f->n_failed > 0)
    return TRUE;
  /* It takes a moment until the first sound is heard. */
  if (played > LW_SECOND / 2) {
    seen->behind = MAX (seen->behind, position - frame);
    /* A thread that is not given the processor reads them at different times, now and then. */
    if (seen->together == 0 || ABS (position - played) < MAX_APART)
      seen->together = played;
    seen->apart = MAX (seen->apart, played - seen->together);
  }
  return FALSE;
}

static void
open_heavy (Fixture *f, Frames **ret_frames)
{
  device_sink_reset ();
  fixture_init (f);
  lw_engine_set_silent (f->engine, FALSE);
  *ret_frames = fixture_open (f, "heavy.mp4", TRUE);
}

static void
assert_drawn (Fixture *f)
{
  LwTime time = LW_TIME_NONE;
  int number = fixture_read_number (f, &time);

  g_assert_cmpint (number, ==, (int)((time + LW_MSECOND) / (10 * LW_MSECOND)) % N_DRAWN);
}

static void
test_frames_are_dropped_and_sound_and_time_go_on (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  Seen seen = {0};
  LwEngineStats stats;

  open_heavy (&f, &frames);
  lw_engine_play (f.engine);
  g_assert_true (fixture_wait_for (&f, is_over, &seen));
  g_assert_no_error (f.error);
  lw_engine_get_stats (f.engine, &stats);
  g_test_message ("behind %" G_GINT64_FORMAT " ms, apart for %" G_GINT64_FORMAT
                  " ms, longest gap %" G_GINT64_FORMAT " ms, played %" G_GINT64_FORMAT
                  " ms; %" G_GUINT64_FORMAT " shown, %" G_GUINT64_FORMAT " dropped",
                  seen.behind / LW_MSECOND, seen.apart / LW_MSECOND,
                  device_sink_get_longest_gap () / LW_MSECOND,
                  device_sink_get_played () / LW_MSECOND, stats.frames_shown, stats.frames_dropped);
  g_assert_cmpint (device_sink_get_played (), >, 4500 * LW_MSECOND);
  g_assert_cmpint (device_sink_get_longest_gap (), <, MAX_GAP);
  g_assert_cmpint (seen.apart, <, MAX_APART_FOR);
  g_assert_cmpuint (stats.frames_dropped, >, 100);
  g_assert_cmpuint (stats.frames_shown, >=, 1);
  fixture_clear (&f);
}

static gboolean
is_dropping (Fixture *f, gpointer data)
{
  LwEngineStats stats;

  lw_engine_get_stats (f->engine, &stats);
  return stats.frames_dropped > *(guint64 *)data + 20;
}

/* Wherever it is stopped, what is on screen is what it is said to be, and steps leave out nothing.
 */
static void
test_a_pause_amid_dropping_is_exact (void)
{
  Fixture f;
  g_autoptr (Frames) frames = NULL;
  LwEngineStats stats;

  open_heavy (&f, &frames);
  for (guint i = 0; i < 3; i++) {
    LwTime time;
    guint at;

    lw_engine_get_stats (f.engine, &stats);
    lw_engine_play (f.engine);
    g_assert_true (fixture_wait_for (&f, is_dropping, &stats.frames_dropped));
    lw_engine_pause (f.engine);
    g_assert_true (fixture_wait_state (&f, LW_ENGINE_PAUSED));
    /* A seek settles after the pause has. */
    fixture_seek (&f, lw_engine_get_frame_time (f.engine) + LW_MSECOND);
    assert_drawn (&f);
    time = lw_engine_get_frame_time (f.engine);
    at = (guint)((time + LW_MSECOND) / (10 * LW_MSECOND));
    fixture_step (&f, 1, g_array_index (frames->starts, LwTime, at + 1));
    assert_drawn (&f);
  }
  g_assert_no_error (f.error);
  fixture_clear (&f);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  device_sink_offer ();
  g_test_add_func ("/engine/slow/frames-are-dropped-and-sound-and-time-go-on",
                   test_frames_are_dropped_and_sound_and_time_go_on);
  g_test_add_func ("/engine/slow/a-pause-amid-dropping-is-exact",
                   test_a_pause_amid_dropping_is_exact);
  return g_test_run ();
}
