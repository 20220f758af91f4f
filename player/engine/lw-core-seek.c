/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going to a frame: by seek, by step, around a loop. On the engine's thread. */
#include "lw-core-private.h"

/* Without an index the frame before the target is not known: packets within this are decoded. */
#define MARGIN (LW_SECOND / 2)
#define MAX_ATTEMPTS 2

typedef struct {
  LwTime from;        /* what is asked of the demuxer */
  LwTime decode_from; /* plans, see lw-decoder-tap.h and lw-screen.h; LW_TIME_NONE: all */
  LwTime give_from;
  LwTime show_from;
  LwTime expected; /* start of the frame that must be on screen then */
} Aim;

LwTime
lw_pipeline_where (LwCore *self)
{
  LwTime time = lw_screen_get_time (self->screen);
  gint64 position = -1;

  if (time != LW_TIME_NONE)
    return time;
  if (self->playbin == NULL ||
      !gst_element_query_position (self->playbin, GST_FORMAT_TIME, &position))
    return LW_TIME_NONE;
  return position;
}

/*
 * Aims one frame before the one that is wanted and takes that frame aside: then nothing depends on
 * durations, which are wrong in files with a variable frame rate, and the timestamp of the frame
 * shown is not clipped. @back: how many frames before it are to be kept for stepping back.
 */
static void
aim_at_frame (const LwFrameIndex *index, gsize i, guint back, Aim *ret_aim)
{
  gsize first = i - MIN (i, MAX (back, 1));
  LwTime start = lw_frame_index_get_start (index, i);

  ret_aim->expected = start;
  ret_aim->from = i > 0 ? lw_frame_index_get_inside (index, first) : 0;
  ret_aim->decode_from = lw_frame_index_get_start (index, first);
  ret_aim->give_from = back > 0 ? LW_TIME_NONE : start;
  ret_aim->show_from = i > 0 ? start : LW_TIME_NONE;
}

static Aim
aim (LwCore *self, LwTime time, guint back)
{
  g_autoptr (LwFrameIndex) index = lw_frame_clock_get_index (self->clock);
  Aim result = {
      .from = time,
      .decode_from = MAX (time - MARGIN, 0),
      .give_from = LW_TIME_NONE,
      .show_from = LW_TIME_NONE,
      .expected = LW_TIME_NONE,
  };

  if (index != NULL && lw_screen_get_time (self->screen) != LW_TIME_NONE)
    aim_at_frame (index, lw_frame_index_find (index, time), back, &result);
  return result;
}

/* Captions beside the file are flushed first: else the first frame after a seek comes before them,
 * finds that the captions have ended, and is shown without. */
static void
seek_captions (LwCore *self, GstEvent *event)
{
  g_autoptr (GstElement) parser = g_weak_ref_get (&self->subtitle_parser);
  GstPad *pad = parser != NULL ? gst_element_get_static_pad (parser, "src") : NULL;

  if (pad != NULL)
    gst_pad_send_event (pad, gst_event_ref (event));
  gst_clear_object (&pad);
}

static gboolean
send_seek (LwCore *self, const Aim *aimed, GstSeekFlags flags, LwTime stop)
{
  GstEvent *event;

  if (self->one_way) {
    lw_one_way_refuse (self);
    return FALSE;
  }
  event = gst_event_new_seek (self->rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, aimed->from,
                              GST_SEEK_TYPE_SET, stop == LW_TIME_NONE ? -1 : stop);

  self->seqnum = gst_event_get_seqnum (event);
  self->segment_stop = stop;
  self->undecided = FALSE;
  self->trick = (flags & GST_SEEK_FLAG_TRICKMODE_KEY_UNITS) != 0;
  lw_decoder_tap_plan (self->tap, self->seqnum, aimed->decode_from, aimed->give_from);
  lw_screen_plan (self->screen, self->seqnum, aimed->show_from);
  g_mutex_lock (&self->lock);
  self->snapshot.seeks_made++;
  g_mutex_unlock (&self->lock);
  if (self->captions != NULL && (flags & GST_SEEK_FLAG_FLUSH) != 0)
    seek_captions (self, event);
  if (self->first_rate != NULL)
    lw_first_rate_end (self->first_rate);
  return gst_element_send_event (self->playbin, event);
}

/* Into the file's range, as far as that is sure: a fragmented file is longer than it says, and what
 * is asked beyond the end is set right when the packets have gone by. */
static LwTime
clamp (LwCore *self, LwTime time)
{
  LwTime end = lw_frame_clock_get_end (self->clock);

  return CLAMP (time, 0, end != LW_TIME_NONE ? end : LW_TIME_MAX);
}

static void
send_seek_exact (LwCore *self, const Aim *aimed, LwTime time)
{
  GstSeekFlags flags = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE;
  LwTime stop = LW_TIME_NONE;

  if (self->loop_b != LW_TIME_NONE && time < self->loop_b) {
    stop = self->loop_b;
    flags |= GST_SEEK_FLAG_SEGMENT;
  }
  if (!send_seek (self, aimed, flags, stop)) {
    self->expected = self->target = LW_TIME_NONE;
    lw_core_tell_settled (self);
  }
}

static void
seek_exact (LwCore *self, LwTime time, guint back)
{
  Aim aimed = aim (self, time, back);

  self->expected = aimed.expected;
  self->target = time;
  if (back > 0)
    lw_screen_set_keeping (self->screen, TRUE);
  send_seek_exact (self, &aimed, time);
}

static void
seek_scrub (LwCore *self, LwTime time)
{
  GstSeekFlags flags = GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_NEAREST;
  Aim aimed = {
      .from = time,
      .decode_from = LW_TIME_NONE,
      .give_from = LW_TIME_NONE,
      .show_from = LW_TIME_NONE,
  };

  /* Paused, nothing but key frames need be read. */
  if (!self->machine.want_play)
    flags |= GST_SEEK_FLAG_TRICKMODE_KEY_UNITS;
  self->expected = self->target = LW_TIME_NONE;
  if (!send_seek (self, &aimed, flags, LW_TIME_NONE))
    lw_core_tell_settled (self);
}

void
lw_pipeline_seek (LwCore *self, const LwWork *work)
{
  LwTime time = work->time;

  lw_core_note_work (self);
  self->attempts = 0;
  if (work->kind == LW_WORK_REFRESH) {
    time = lw_pipeline_where (self);
    if (self->loop_b != LW_TIME_NONE && time >= self->loop_b)
      time = self->loop_a;
  }
  time = clamp (self, time);
  if (work->kind == LW_WORK_SCRUB)
    seek_scrub (self, time);
  else
    seek_exact (self, time, 0);
}

void
lw_pipeline_loop (LwCore *self)
{
  LwTime a = lw_frame_clock_start_of (self->clock, self->loop_a);
  /* Sound begins at @a too, so nothing before it is asked for. */
  Aim aimed = {.from = a, .decode_from = a, .give_from = a, .show_from = LW_TIME_NONE};

  if (self->loop_a == LW_TIME_NONE)
    return;
  if (!send_seek (self, &aimed, GST_SEEK_FLAG_ACCURATE | GST_SEEK_FLAG_SEGMENT, self->loop_b))
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_SEEK, .time = a, .mode = LW_SEEK_EXACT});
}

/* ---- steps ---- */

static gboolean
step_by_event (LwCore *self, guint n)
{
  GstEvent *event = gst_event_new_step (GST_FORMAT_BUFFERS, n, 1.0, TRUE, FALSE);

  lw_screen_set_keeping (self->screen, TRUE);
  return gst_element_send_event (self->playbin, event);
}

static gboolean
can_step_by_event (LwCore *self, LwTime target)
{
  return !self->trick && !lw_screen_is_showing_kept (self->screen) &&
         !lw_decoder_tap_has_gaps (self->tap) && !lw_screen_is_at_end (self->screen) &&
         (self->segment_stop == LW_TIME_NONE || target == LW_TIME_NONE ||
          target < self->segment_stop);
}

/* Without an index a step goes one frame at a time. */
static gboolean
step_unindexed (LwCore *self, LwTime now, int n)
{
  LwTime target = n < 0 ? lw_frame_clock_neighbour (self->clock, now, -1) : LW_TIME_NONE;

  self->expected = self->target = LW_TIME_NONE;
  if (n > 0) {
    if (lw_screen_is_at_end (self->screen))
      return TRUE;
    if (can_step_by_event (self, LW_TIME_NONE))
      return !step_by_event (self, (guint)n);
    /* Only key frames follow in a scrub: first to this frame in full, then on from there. */
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_STEP, .n = n});
    seek_exact (self, now, 0);
    return FALSE;
  }
  if (now <= 0)
    return TRUE;
  if (n < -1)
    lw_core_post_event (self, &(LwEvent){.type = LW_EVENT_STEP, .n = n + 1});
  seek_exact (self, target != LW_TIME_NONE ? (target + now) / 2 : MAX (now - LW_MSECOND, 0), 0);
  return FALSE;
}

gboolean
lw_pipeline_step (LwCore *self, int n)
{
  g_autoptr (LwFrameIndex) index = lw_frame_clock_get_index (self->clock);
  LwTime now = lw_screen_get_time (self->screen), target;

  lw_core_note_work (self);
  self->attempts = 0;
  self->target = LW_TIME_NONE;
  if (now == LW_TIME_NONE || n == 0)
    return TRUE;
  if (index == NULL)
    return step_unindexed (self, now, n);

  target = lw_frame_clock_neighbour (self->clock, now, n);
  self->expected = target;
  if (target == now)
    return TRUE;
  if (lw_screen_show_kept (self->screen, target))
    return TRUE;
  if (n > 0 && n < 32 && can_step_by_event (self, target) && step_by_event (self, (guint)n))
    return FALSE;
  seek_exact (self, target, n < 0 ? lw_screen_get_room (self->screen) : 1);
  return FALSE;
}

/* ---- trust, but look ---- */

/* Again, from well before the frame, which is known by now; the second time from so early that a
 * picture which comes together bit by bit is whole. While it plays, sound begins there too, so from
 * the frame itself. */
static void
retry (LwCore *self, LwTime expected)
{
  LwTime lead = self->machine.running ? 0 : self->attempts == 1 ? LW_SECOND : 10 * LW_SECOND;
  LwTime from = MAX (expected - lead, 0);
  Aim aimed = {
      .from = from,
      .decode_from = from,
      .give_from = expected,
      .show_from = expected,
      .expected = expected,
  };

  self->expected = expected;
  send_seek_exact (self, &aimed, expected);
}

/* Playing on, sound may follow after the last frame: it is sought only where the end was asked for.
 */
static gboolean
plays_on_from_the_end (LwCore *self)
{
  return self->machine.phase == LW_PHASE_SEEKING && self->machine.running &&
         self->target != LW_TIME_NONE && lw_screen_get_time (self->screen) != LW_TIME_NONE &&
         lw_screen_is_bare (self->screen) &&
         self->target >= lw_core_get_duration (self) - LW_SECOND / 2;
}

static gboolean
is_worth_verifying (LwCore *self)
{
  LwPhase phase = self->machine.phase;

  if (phase != LW_PHASE_SEEKING && phase != LW_PHASE_STEPPING)
    return FALSE;
  return !self->machine.running ||
         (plays_on_from_the_end (self) && lw_screen_is_at_end (self->screen));
}

gboolean
lw_pipeline_is_undecided (LwCore *self)
{
  return plays_on_from_the_end (self) && !lw_screen_is_at_end (self->screen);
}

gboolean
lw_pipeline_verify (LwCore *self)
{
  LwTime expected = self->expected, shown = lw_screen_get_time (self->screen);

  if (!is_worth_verifying (self) || shown == LW_TIME_NONE)
    return TRUE;
  /* Without an index, the packets that went by tell afterwards which frame it had to be. */
  if (expected == LW_TIME_NONE && self->target != LW_TIME_NONE)
    expected = lw_frame_clock_packet_at (self->clock, self->target);
  if (expected == LW_TIME_NONE)
    return TRUE;
  if (shown == expected) {
    self->mismatches = 0;
    return TRUE;
  }
  g_debug ("%" G_GINT64_FORMAT " is on screen, not %" G_GINT64_FORMAT, shown, expected);
  /* An index that is not of this file would cost two seeks for each: give it up after a few. */
  if (self->attempts >= MAX_ATTEMPTS || self->mismatches > 8)
    return TRUE;
  self->attempts++;
  self->mismatches++;
  retry (self, expected);
  return FALSE;
}
