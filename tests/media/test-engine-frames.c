/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which frame is on screen: the number drawn on it against the time that the engine gives. */
#include "engine-fixture.h"
#include "lw-count-sink.h"

/* What a sanitizer could find, it finds in fewer; all of them are made by the build without one. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define N_SEEKS 40
#else
#define N_SEEKS 200
#endif

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

/* ---- a key that is held ---- */

/* In front of a sink: no frame passes while it is shut, as on a machine that decodes slowly. */
typedef struct {
  GMutex lock;
  GCond cond;
  gboolean is_shut;
} Gate;

static GstPadProbeReturn
on_gate (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Gate *gate = user_data;

  g_mutex_lock (&gate->lock);
  while (gate->is_shut)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
  return GST_PAD_PROBE_OK;
}

static void
gate_set_shut (Gate *gate, gboolean is_shut)
{
  g_mutex_lock (&gate->lock);
  gate->is_shut = is_shut;
  g_cond_broadcast (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

static gboolean
has_rate (Fixture *f, gpointer data)
{
  return lw_engine_get_rate (f->engine) == *(double *)data;
}

static gboolean
shows_start (Fixture *f, gpointer data)
{
  return ABS (lw_engine_get_frame_time (f->engine) - *(LwTime *)data) <= LW_MSECOND;
}

static guint64
count_shown (Fixture *f)
{
  LwEngineStats stats;

  lw_engine_get_stats (f->engine, &stats);
  return stats.frames_shown;
}

typedef struct {
  Fixture f;
  Frames *frames;
  Gate gate;
} Held;

/* A film on its frame 100, which no frame can follow before the gate is opened. */
static void
held_init (Held *self, gboolean indexed)
{
  GstElement *sink = lw_count_sink_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  self->gate.is_shut = FALSE;
  g_mutex_init (&self->gate.lock);
  g_cond_init (&self->gate.cond);
  fixture_init_with_sink (&self->f, sink);
  self->frames = fixture_open (&self->f, "h264.mp4", indexed);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_gate, &self->gate, NULL);
  fixture_seek (&self->f, g_array_index (self->frames->starts, LwTime, 100) + LW_MSECOND);
  assert_shows (&self->f, self->frames, 100);
  gate_set_shut (&self->gate, TRUE);
}

static void
held_clear (Held *self)
{
  fixture_clear (&self->f);
  frames_free (self->frames);
  g_cond_clear (&self->gate.cond);
  g_mutex_clear (&self->gate.lock);
}

/* Until the engine has taken up all that was asked of it. */
static void
held_wait_asked (Held *self)
{
  double rate = 1.25;

  /* A rate is told of when it was taken up: all that was asked before it was, too. */
  lw_engine_set_rate (self->f.engine, rate);
  g_assert_true (fixture_wait_for (&self->f, has_rate, &rate));
}

/* Ten presses come while the first one's frame is still being decoded: each frame is seen on its
 * own, three of those that waited, and that is all. */
static void
test_a_key_held_moves_frame_by_frame_and_stops_when_let_go (gconstpointer data)
{
  Held held;
  Fixture *f = &held.f;
  LwTime wanted;
  guint64 before;

  held_init (&held, GPOINTER_TO_INT (data));
  before = count_shown (f);
  for (guint i = 0; i < 11; i++)
    lw_engine_step (f->engine, 1);
  held_wait_asked (&held);
  assert_shows (f, held.frames, 100);
  gate_set_shut (&held.gate, FALSE);

  wanted = g_array_index (held.frames->starts, LwTime, 104);
  g_assert_true (fixture_wait_for (f, shows_start, &wanted));
  fixture_run_ms (f, 100);
  assert_shows (f, held.frames, 104);
  g_assert_cmpuint (count_shown (f), ==, before + 4);
  wanted = g_array_index (held.frames->starts, LwTime, 103);
  lw_engine_step (f->engine, -1);
  g_assert_true (fixture_wait_for (f, shows_start, &wanted));
  assert_shows (f, held.frames, 103);
  held_clear (&held);
}

static gboolean
has_sought (Fixture *f, gpointer data)
{
  return f->n_seek_done > *(guint *)data;
}

/* A gesture while one step is under way and three wait: its frame is the one that stays. */
static void
test_a_gesture_amid_steps_keeps_its_frame_on_screen (gconstpointer data)
{
  Held held;
  Fixture *f = &held.f;
  guint n_sought;
  LwTime wanted;

  held_init (&held, GPOINTER_TO_INT (data));
  n_sought = f->n_seek_done;
  for (guint i = 0; i < 11; i++)
    lw_engine_step (f->engine, 1);
  lw_engine_stay (f->engine, lw_engine_get_frame_time (f->engine));
  held_wait_asked (&held);
  assert_shows (f, held.frames, 100);
  gate_set_shut (&held.gate, FALSE);

  g_assert_true (fixture_wait_for (f, has_sought, &n_sought));
  assert_shows (f, held.frames, 100);
  wanted = g_array_index (held.frames->starts, LwTime, 101);
  lw_engine_step (f->engine, 1);
  g_assert_true (fixture_wait_for (f, shows_start, &wanted));
  assert_shows (f, held.frames, 101);
  held_clear (&held);
}

int
main (int argc, char *argv[])
{
  static const char *const names[] = {
      "h264.mp4", "h264.mov",   "cut.mp4",     "fragmented.mp4", "offset.mkv",
      "h265.mp4", "vp9.webm",   "vp8.webm",    "av1.mkv",        "vfr.mp4",
      "vfr.mkv",  "silent.mp4", "rotated.mp4", "tracks.mkv",
  };

  gst_init (&argc, &argv);
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
  g_test_add_data_func ("/engine/frames/steps/held", GINT_TO_POINTER (TRUE),
                        test_a_key_held_moves_frame_by_frame_and_stops_when_let_go);
  g_test_add_data_func ("/engine/frames/steps/held-without-index", GINT_TO_POINTER (FALSE),
                        test_a_key_held_moves_frame_by_frame_and_stops_when_let_go);
  g_test_add_data_func ("/engine/frames/steps/stay", GINT_TO_POINTER (TRUE),
                        test_a_gesture_amid_steps_keeps_its_frame_on_screen);
  g_test_add_data_func ("/engine/frames/steps/stay-without-index", GINT_TO_POINTER (FALSE),
                        test_a_gesture_amid_steps_keeps_its_frame_on_screen);
  return g_test_run ();
}
