/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of a lesson that the engine has no index of, from a file and from a web server. */
#include <gst/gst.h>

#include "engine-fixture.h"
#include "http-fixture.h"

typedef struct {
  Fixture engine;
  HttpFixture *server; /* NULL: from a file */
  Frames *frames;
} Lesson;

static void
lesson_open (Lesson *lesson, const char *name, gboolean is_far)
{
  g_autofree char *path = fixture_path (name), *uri = NULL;

  *lesson = (Lesson){.frames = fixture_read_frames (name)};
  fixture_init (&lesson->engine);
  if (is_far) {
    lesson->server = http_fixture_new (path);
    uri = g_strdup (http_fixture_get_uri (lesson->server));
  } else {
    uri = fixture_uri (name);
  }
  lw_engine_open (lesson->engine.engine, uri);
  g_assert_true (fixture_wait_opened (&lesson->engine));
  g_assert_no_error (lesson->engine.error);
}

static void
lesson_close (Lesson *lesson)
{
  fixture_clear (&lesson->engine);
  if (lesson->server != NULL) {
    /* Else this would show nothing of seeking at a server. */
    g_assert_cmpuint (http_fixture_get_n_ranges (lesson->server), >, 0);
    http_fixture_free (lesson->server);
  }
  frames_free (lesson->frames);
}

static void
assert_shows (Lesson *lesson, guint i)
{
  LwTime start = g_array_index (lesson->frames->starts, LwTime, i);

  g_assert_cmpint (fixture_read_number (&lesson->engine, NULL), ==,
                   (int)(lesson->frames->first + i));
  g_assert_cmpint (ABS (lw_engine_get_frame_time (lesson->engine.engine) - start), <=, LW_MSECOND);
}

static gboolean
has_ended (Fixture *f, gpointer data)
{
  return f->n_failed > 0 || f->n_ended > 0;
}

static void
check_end_while_playing (const char *name, gboolean is_far)
{
  Lesson lesson;
  Fixture *f = &lesson.engine;

  lesson_open (&lesson, name, is_far);
  lw_engine_play (f->engine);
  fixture_run_ms (f, 300);
  lw_engine_seek (f->engine, lw_engine_get_duration (f->engine), LW_SEEK_EXACT);
  g_assert_true (fixture_wait_for (f, has_ended, NULL));
  g_assert_no_error (f->error);
  g_assert_cmpuint (f->n_seek_done, ==, 1);
  g_assert_cmpint (lw_engine_get_state (f->engine), ==, LW_ENGINE_ENDED);
  assert_shows (&lesson, lesson.frames->starts->len - 1);
  lesson_close (&lesson);
}

/* Some of these targets lie after the last frame, others after the end of the sound. */
static void
check_last_seconds (const char *name, gboolean is_far)
{
  Lesson lesson;
  Fixture *f = &lesson.engine;
  guint last;

  lesson_open (&lesson, name, is_far);
  last = lesson.frames->starts->len - 1;
  for (guint back = 0; back < 12; back++) {
    LwTime time = lw_engine_get_duration (f->engine) - back * 437 * LW_MSECOND;
    guint i = last;

    while (g_array_index (lesson.frames->starts, LwTime, i) > time + LW_MSECOND)
      i--;
    fixture_seek (f, time);
    assert_shows (&lesson, i);
  }
  /* And before them. */
  fixture_seek (f, g_array_index (lesson.frames->starts, LwTime, 99) + 5 * LW_MSECOND);
  assert_shows (&lesson, 99);
  lesson_close (&lesson);
}

/* ---- a demuxer that says "nothing for now" before it says "the end" ---- */

typedef struct {
  gint armed;
  gint n_gaps;
} Gap;

/* Longer than it takes the engine to see that the sink has settled on the gap, and to look again.
 */
#define GAP_BEFORE_END_US (G_USEC_PER_SEC * 6 / 10)

static GstPadProbeReturn
on_event_of_sink (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Gap *gap = data;
  g_autoptr (GstEvent) segment = NULL;
  const GstSegment *range;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_EOS ||
      !g_atomic_int_compare_and_exchange (&gap->armed, TRUE, FALSE))
    return GST_PAD_PROBE_OK;
  segment = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  gst_event_parse_segment (segment, &range);
  if (gst_pad_send_event (pad, gst_event_new_gap (range->start, GST_MSECOND)))
    g_atomic_int_inc (&gap->n_gaps);
  g_usleep (GAP_BEFORE_END_US);
  return GST_PAD_PROBE_OK;
}

static void
test_gap_before_end (void)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (Frames) frames = fixture_read_frames ("h264.mp4");
  g_autofree char *uri = fixture_uri ("h264.mp4");
  Gap gap = {FALSE, 0};
  Lesson lesson = {.frames = frames};
  Fixture *f = &lesson.engine;

  g_object_set (sink, "sync", TRUE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event_of_sink, &gap, NULL);
  fixture_init_with_sink (f, sink);
  lw_engine_open (f->engine, uri);
  g_assert_true (fixture_wait_opened (f));
  lw_engine_play (f->engine);
  fixture_run_ms (f, 300);
  g_atomic_int_set (&gap.armed, TRUE);
  lw_engine_seek (f->engine, lw_engine_get_duration (f->engine), LW_SEEK_EXACT);
  g_assert_true (fixture_wait_for (f, has_ended, NULL));
  g_assert_no_error (f->error);
  g_assert_cmpint (g_atomic_int_get (&gap.n_gaps), ==, 1);
  g_assert_cmpuint (f->n_seek_done, ==, 1);
  g_assert_cmpuint (f->n_warnings, ==, 0);
  assert_shows (&lesson, frames->starts->len - 1);
  fixture_clear (f);
}

static void
test_far_end_while_playing (gconstpointer name)
{
  check_end_while_playing (name, TRUE);
}

static void
test_near_end_while_playing (gconstpointer name)
{
  check_end_while_playing (name, FALSE);
}

static void
test_far_last_seconds (gconstpointer name)
{
  check_last_seconds (name, TRUE);
}

static void
test_near_last_seconds (gconstpointer name)
{
  check_last_seconds (name, FALSE);
}

static void
add (const char *claim, const char *place, const char *name, GTestDataFunc func)
{
  g_autofree char *path = g_strdup_printf ("/engine/%s/%s/%s", claim, place, name);

  g_test_add_data_func (path, name, func);
}

int
main (int argc, char *argv[])
{
  static const char *const names[] = {"h264.mp4", "short-sound.mp4", "short-picture.mp4"};

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *end = "the_end_asked_for_while_playing_ends_at_the_last_frame";
    const char *last = "seeks_into_the_last_seconds_show_their_frame";

    add (end, "http", names[i], test_far_end_while_playing);
    add (end, "file", names[i], test_near_end_while_playing);
    add (last, "http", names[i], test_far_last_seconds);
    add (last, "file", names[i], test_near_last_seconds);
  }
  g_test_add_func ("/engine/a_gap_before_the_end_does_not_hide_the_last_frame",
                   test_gap_before_end);
  return g_test_run ();
}
