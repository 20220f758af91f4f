/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A film that the machine cannot decode in time: sound and time go on, the picture drops frames. */
#include "device-sink.h"
#include "engine-fixture.h"

/* All of it is told in what the device has played and in what waits where, never in the time of the
 * wall: how near the picture follows and how long a thread gets no processor depends on what else
 * the machine does. tests/unit/test-catch-up.c holds the first to a bound in made-up time. */
#define MAX_APART (500 * LW_MSECOND) /* what lies in the device's own memory, and more */
#define N_DRAWN 50                   /* the numbers drawn begin anew */

typedef struct {
  guint n_writes;  /* to the device, after its first sound */
  guint n_waiting; /* of these silent while the sound waits for the picture; perhaps the end */
  guint n_waited;  /* those that sound followed on */
  guint n_looked;  /* how often both queues were there to be looked at */
  LwTime apart;    /* the most that position and sound were */
  LwTime behind;   /* the most that the frame on screen was before the position */
} Seen;

typedef struct {
  gboolean picture_is_full, sound_is_empty;
  guint n;
} Queues;

/* What has been read and not yet been decoded. */
static void
look_at_pad (const GValue *item, gpointer user_data)
{
  GstPad *pad = g_value_get_object (item);
  Queues *queues = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  g_autoptr (GstElement) queue = gst_pad_get_parent_element (pad);
  guint n, bytes, max_n, max_bytes;
  guint64 time, max_time;

  if (caps == NULL || queue == NULL || gst_pad_get_direction (pad) != GST_PAD_SINK)
    return;
  g_object_get (pad, "current-level-buffers", &n, "current-level-bytes", &bytes,
                "current-level-time", &time, NULL);
  g_object_get (queue, "max-size-buffers", &max_n, "max-size-bytes", &max_bytes, "max-size-time",
                &max_time, NULL);
  queues->n++;
  if (g_str_has_prefix (gst_structure_get_name (gst_caps_get_structure (caps, 0)), "video/"))
    queues->picture_is_full = (max_n > 0 && n + 1 >= max_n) ||
                              (max_bytes > 0 && bytes >= max_bytes / 10 * 9) ||
                              (max_time > 0 && time >= max_time / 10 * 9);
  else
    queues->sound_is_empty = n == 0;
}

static void
look_at_queue (const GValue *item, gpointer user_data)
{
  g_autoptr (GstIterator) pads = gst_element_iterate_sink_pads (g_value_get_object (item));

  gst_iterator_foreach (pads, look_at_pad, user_data);
}

static GstElement *
find_pipeline (GstElement *sink)
{
  GstObject *top = gst_object_ref (GST_OBJECT (sink)), *parent;

  while ((parent = gst_object_get_parent (top)) != NULL) {
    gst_object_unref (top);
    top = parent;
  }
  return GST_ELEMENT (top);
}

/* In the device's thread. */
static void
on_write (GstElement *sink, gboolean silent, gpointer user_data)
{
  Seen *seen = user_data;
  LwTime played = device_sink_get_played ();
  g_autoptr (GstElement) pipeline = find_pipeline (sink);
  g_autoptr (GstIterator) queues = NULL;
  Queues now = {0};
  gint64 position;

  if (played == 0)
    return;
  seen->n_writes++;
  /* At its end, silence follows on the last sound for as long as the picture takes. */
  if (!silent && played > LW_SECOND / 2 &&
      gst_element_query_position (pipeline, GST_FORMAT_TIME, &position))
    seen->apart = MAX (seen->apart, ABS (position - played));
  queues = gst_bin_iterate_all_by_element_factory_name (GST_BIN (pipeline), "multiqueue");
  gst_iterator_foreach (queues, look_at_queue, &now);
  if (now.n >= 2)
    seen->n_looked++;
  if (!silent) {
    seen->n_waited += seen->n_waiting;
    seen->n_waiting = 0;
  } else if (now.picture_is_full && now.sound_is_empty) {
    seen->n_waiting++;
  }
}

static gboolean
is_over (Fixture *f, gpointer data)
{
  Seen *seen = data;

  if (f->n_ended > 0 || f->n_failed > 0)
    return TRUE;
  if (device_sink_get_played () > LW_SECOND / 2)
    seen->behind = MAX (seen->behind,
                        lw_engine_get_position (f->engine) - lw_engine_get_frame_time (f->engine));
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
  device_sink_watch (on_write, &seen);
  lw_engine_play (f.engine);
  g_assert_true (fixture_wait_for (&f, is_over, &seen));
  g_assert_no_error (f.error);
  lw_engine_get_stats (f.engine, &stats);
  lw_engine_close (f.engine);
  fixture_clear (&f); /* the device has stopped: what was seen of it can be read */
  g_test_message ("behind %" G_GINT64_FORMAT " ms, apart %" G_GINT64_FORMAT
                  " ms, waited %u of %u times, longest gap %" G_GINT64_FORMAT
                  " ms, played %" G_GINT64_FORMAT " ms; %" G_GUINT64_FORMAT
                  " shown, %" G_GUINT64_FORMAT " dropped",
                  seen.behind / LW_MSECOND, seen.apart / LW_MSECOND, seen.n_waited, seen.n_writes,
                  device_sink_get_longest_gap () / LW_MSECOND,
                  device_sink_get_played () / LW_MSECOND, stats.frames_shown, stats.frames_dropped);
  g_assert_cmpint (device_sink_get_played (), >, 4500 * LW_MSECOND);
  g_assert_cmpuint (seen.n_looked, >, seen.n_writes / 2);
  g_assert_cmpuint (seen.n_waited, ==, 0);
  g_assert_cmpint (seen.apart, <, MAX_APART);
  g_assert_cmpuint (stats.frames_dropped, >, 100);
  g_assert_cmpuint (stats.frames_shown, >=, 1);
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
