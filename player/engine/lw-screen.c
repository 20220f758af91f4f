/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-screen.h"

#include <gst/base/gstbasesink.h>
#include <gst/video/gstvideosink.h>

#include "lw-picture.h"

#define KEEP_BYTES ((gsize)64 * 1024 * 1024)
#define KEEP_FRAMES 32
#define MAX_LATE (LW_SECOND / 4)
/* Demuxers round; half of this is less than a frame at 1,000 frames a second. */
#define ROUNDING (LW_MSECOND / 2)

typedef struct {
  GstBuffer *buffer;
  GstCaps *caps;
  LwTime time;  /* as the decoder has it */
  LwTime start; /* by the packets that had gone by when it came: a seek forgets them */
} Frame;

struct _LwScreen {
  GMutex lock;
  GstBaseSink *sink;
  GstPad *pad;
  gulong probe;
  GstPadChainFunction chain;
  gpointer chain_data;
  LwFrameClock *clock;
  LwScreenFunc func;
  gpointer func_data;

  Frame arrived; /* last to come; shown once it is the sink's last sample */
  Frame shown;   /* by the pipeline */
  Frame again;   /* a kept frame on screen in its place */
  GQueue kept;   /* of Frame, by time */
  gsize kept_bytes;
  gboolean keeping;

  guint32 plan_seqnum;
  LwTime plan_from;
  gboolean planned; /* the segment under way is the planned one, and its first frame is to come */

  gboolean waiting, at_end;
  gboolean has_frame; /* shown since the newest flush */
  guint64 activity, n_shown;
};

static void
frame_clear (Frame *frame)
{
  gst_clear_buffer (&frame->buffer);
  gst_clear_caps (&frame->caps);
  frame->time = frame->start = LW_TIME_NONE;
}

static void
frame_set (Frame *frame, const Frame *other)
{
  gst_buffer_replace (&frame->buffer, other->buffer);
  gst_caps_replace (&frame->caps, other->caps);
  frame->time = other->time;
  frame->start = other->start;
}

static void
frame_free (Frame *frame)
{
  frame_clear (frame);
  g_free (frame);
}

static Frame *
frame_copy (const Frame *other)
{
  Frame *frame = g_new0 (Frame, 1);

  frame_set (frame, other);
  return frame;
}

/* An index may come later than the frame. */
static LwTime
frame_start (LwFrameClock *clock, const Frame *frame)
{
  g_autoptr (LwFrameIndex) index = lw_frame_clock_get_index (clock);

  return index != NULL ? lw_frame_clock_start_of (clock, frame->time) : frame->start;
}

/* The lock is held. */
static void
forget_kept (LwScreen *self)
{
  g_queue_clear_full (&self->kept, (GDestroyNotify)frame_free);
  self->kept_bytes = 0;
}

/* The lock is held. */
static void
keep (LwScreen *self, const Frame *frame, LwTime playhead)
{
  GList *place = self->kept.tail;

  while (place != NULL && ((Frame *)place->data)->time > frame->time)
    place = place->prev;
  if (place != NULL && ((Frame *)place->data)->time == frame->time)
    return;
  g_queue_insert_after (&self->kept, place, frame_copy (frame));
  self->kept_bytes += gst_buffer_get_size (frame->buffer);

  while (self->kept.length > 1 &&
         (self->kept.length > KEEP_FRAMES || self->kept_bytes > KEEP_BYTES)) {
    Frame *first = self->kept.head->data, *last = self->kept.tail->data;
    gboolean from_head = playhead - first->time >= last->time - playhead;
    Frame *far = from_head ? g_queue_pop_head (&self->kept) : g_queue_pop_tail (&self->kept);

    self->kept_bytes -= gst_buffer_get_size (far->buffer);
    frame_free (far);
  }
}

/* The lock is held. Takes note of it if the frame that came last is on screen now. */
static gboolean
promote (LwScreen *self)
{
  g_autoptr (GstSample) sample = NULL;

  if (self->arrived.buffer == NULL || self->arrived.buffer == self->shown.buffer)
    return FALSE;
  sample = gst_base_sink_get_last_sample (self->sink);
  if (sample == NULL || gst_sample_get_buffer (sample) != self->arrived.buffer)
    return FALSE;
  frame_set (&self->shown, &self->arrived);
  frame_clear (&self->again);
  self->n_shown++;
  self->has_frame = TRUE;
  if (self->keeping)
    keep (self, &self->shown, self->shown.time);
  return TRUE;
}

/* The lock is held. */
static const Frame *
now (LwScreen *self)
{
  promote (self);
  return self->again.buffer != NULL ? &self->again : &self->shown;
}

static LwTime
stream_time (GstPad *pad, GstBuffer *buffer)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  guint64 time;
  int sign;

  if (event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return LW_TIME_NONE;
  gst_event_parse_segment (event, &segment);
  if (segment->format != GST_FORMAT_TIME)
    return LW_TIME_NONE;
  sign = gst_segment_to_stream_time_full (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer), &time);
  return sign == 1 ? (LwTime)MIN (time, (guint64)G_MAXINT64) : sign == -1 ? 0 : LW_TIME_NONE;
}

static GstFlowReturn
on_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  LwScreen *self = pad->chaindata;
  Frame frame = {.buffer = buffer, .time = stream_time (pad, buffer)};
  gboolean is_new;
  GstFlowReturn flow;

  frame.caps = gst_pad_get_current_caps (pad);
  frame.start = lw_frame_clock_start_of (self->clock, frame.time);
  g_mutex_lock (&self->lock);
  self->activity++;
  if (self->planned && frame.time + ROUNDING < self->plan_from) {
    if (self->keeping)
      keep (self, &frame, self->plan_from);
    g_mutex_unlock (&self->lock);
    gst_clear_caps (&frame.caps);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  self->planned = FALSE;
  promote (self);
  frame_set (&self->arrived, &frame);
  self->waiting = TRUE;
  g_mutex_unlock (&self->lock);
  gst_clear_caps (&frame.caps);

  flow = self->chain (pad, parent, buffer);

  g_mutex_lock (&self->lock);
  self->waiting = FALSE;
  self->activity++;
  is_new = promote (self);
  g_mutex_unlock (&self->lock);
  if (is_new && self->func != NULL)
    self->func (self->func_data);
  return flow;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  LwScreen *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  g_mutex_lock (&self->lock);
  switch (GST_EVENT_TYPE (event)) {
  case GST_EVENT_SEGMENT:
    self->planned =
        self->plan_from != LW_TIME_NONE && gst_event_get_seqnum (event) == self->plan_seqnum;
    self->at_end = FALSE;
    self->activity++;
    break;
  case GST_EVENT_FLUSH_STOP:
    promote (self);
    self->has_frame = FALSE;
    self->planned = FALSE;
    self->at_end = FALSE;
    self->activity++;
    break;
  case GST_EVENT_EOS:
    self->at_end = TRUE;
    self->activity++;
    break;
  case GST_EVENT_GAP:
    self->activity++;
    break;
  default:
    break;
  }
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

/* (transfer full) */
static GstBaseSink *
find_base_sink (GstElement *element)
{
  g_autoptr (GstIterator) sinks = NULL;
  g_auto (GValue) item = G_VALUE_INIT;

  if (GST_IS_BASE_SINK (element))
    return g_object_ref (GST_BASE_SINK (element));
  if (!GST_IS_BIN (element))
    return NULL;
  sinks = gst_bin_iterate_sinks (GST_BIN (element));
  if (gst_iterator_next (sinks, &item) != GST_ITERATOR_OK)
    return NULL;
  return find_base_sink (g_value_get_object (&item));
}

LwScreen *
lw_screen_new (GstElement *sink, LwFrameClock *clock)
{
  GstBaseSink *base = find_base_sink (sink);
  LwScreen *self;

  g_return_val_if_fail (base != NULL, NULL);
  self = g_new0 (LwScreen, 1);
  g_mutex_init (&self->lock);
  self->sink = base;
  self->pad = gst_element_get_static_pad (GST_ELEMENT (base), "sink");
  self->clock = lw_frame_clock_ref (clock);
  self->plan_from = LW_TIME_NONE;
  frame_clear (&self->shown);
  frame_clear (&self->arrived);
  frame_clear (&self->again);
  /* A frame that is late by little is better than none: which are not worth decoding, is said
   * before they are (lw-catch-up.h). */
  g_object_set (base, "enable-last-sample", TRUE, "max-lateness", (gint64)MAX_LATE, NULL);

  self->chain = GST_PAD_CHAINFUNC (self->pad);
  self->chain_data = self->pad->chaindata;
  gst_pad_set_chain_function_full (self->pad, on_chain, self, NULL);
  self->probe = gst_pad_add_probe (
      self->pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_event,
      self, NULL);
  return self;
}

void
lw_screen_free (LwScreen *self)
{
  gst_pad_remove_probe (self->pad, self->probe);
  gst_pad_set_chain_function_full (self->pad, self->chain, self->chain_data, NULL);
  lw_screen_reset (self);
  g_mutex_clear (&self->lock);
  gst_object_unref (self->pad);
  gst_object_unref (self->sink);
  lw_frame_clock_unref (self->clock);
  g_free (self);
}

void
lw_screen_set_func (LwScreen *self, LwScreenFunc func, gpointer user_data)
{
  self->func = func;
  self->func_data = user_data;
}

void
lw_screen_reset (LwScreen *self)
{
  g_mutex_lock (&self->lock);
  frame_clear (&self->arrived);
  frame_clear (&self->shown);
  frame_clear (&self->again);
  forget_kept (self);
  self->keeping = self->planned = self->waiting = self->at_end = FALSE;
  self->plan_from = LW_TIME_NONE;
  g_mutex_unlock (&self->lock);
}

void
lw_screen_plan (LwScreen *self, guint32 seqnum, LwTime show_from)
{
  g_mutex_lock (&self->lock);
  self->plan_seqnum = seqnum;
  self->plan_from = show_from;
  g_mutex_unlock (&self->lock);
}

LwTime
lw_screen_get_time (LwScreen *self)
{
  LwTime start;

  g_mutex_lock (&self->lock);
  start = frame_start (self->clock, now (self));
  g_mutex_unlock (&self->lock);
  return start;
}

guint64
lw_screen_get_n_shown (LwScreen *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  promote (self);
  n = self->n_shown;
  g_mutex_unlock (&self->lock);
  return n;
}

GBytes *
lw_screen_take_picture (LwScreen *self, guint *ret_width, guint *ret_height, LwTime *ret_time)
{
  Frame frame = {0};
  GBytes *picture = NULL;

  g_mutex_lock (&self->lock);
  frame_set (&frame, now (self));
  g_mutex_unlock (&self->lock);
  if (frame.buffer != NULL && frame.caps != NULL)
    picture = lw_picture_to_rgb (frame.buffer, frame.caps, ret_width, ret_height);
  if (picture != NULL && ret_time != NULL)
    *ret_time = frame_start (self->clock, &frame);
  frame_clear (&frame);
  return picture;
}

void
lw_screen_set_keeping (LwScreen *self, gboolean keeping)
{
  g_mutex_lock (&self->lock);
  if (keeping && !self->keeping) {
    promote (self);
    if (self->shown.buffer != NULL)
      keep (self, &self->shown, self->shown.time);
  }
  self->keeping = keeping;
  if (!keeping)
    forget_kept (self);
  g_mutex_unlock (&self->lock);
}

guint
lw_screen_get_room (LwScreen *self)
{
  gsize size = 0;

  g_mutex_lock (&self->lock);
  if (self->shown.buffer != NULL)
    size = gst_buffer_get_size (self->shown.buffer);
  g_mutex_unlock (&self->lock);
  return size == 0 ? 1 : (guint)CLAMP (KEEP_BYTES / size, 1, KEEP_FRAMES);
}

/* The lock is held. (transfer none) */
static const Frame *
find_kept (LwScreen *self, LwTime start)
{
  for (GList *l = self->kept.head; l != NULL; l = l->next) {
    Frame *frame = l->data;

    if (frame_start (self->clock, frame) == start && self->shown.caps != NULL &&
        gst_caps_is_equal (frame->caps, self->shown.caps))
      return frame;
  }
  return NULL;
}

gboolean
lw_screen_show_kept (LwScreen *self, LwTime start)
{
  const Frame *found;
  Frame frame = {0};

  g_mutex_lock (&self->lock);
  promote (self);
  found = find_kept (self, start);
  if (found != NULL) {
    frame_set (&frame, found);
    if (found->buffer == self->shown.buffer)
      frame_clear (&self->again);
    else
      frame_set (&self->again, found);
    self->n_shown++;
  }
  g_mutex_unlock (&self->lock);
  if (frame.buffer == NULL)
    return FALSE;

  /* Paused, the streaming thread waits without this lock: the sink is ours for a moment. */
  if (GST_IS_VIDEO_SINK (self->sink) && GST_VIDEO_SINK_GET_CLASS (self->sink)->show_frame != NULL) {
    GST_BASE_SINK_PREROLL_LOCK (self->sink);
    GST_VIDEO_SINK_GET_CLASS (self->sink)->show_frame (GST_VIDEO_SINK (self->sink), frame.buffer);
    GST_BASE_SINK_PREROLL_UNLOCK (self->sink);
  }
  frame_clear (&frame);
  return TRUE;
}

gboolean
lw_screen_is_showing_kept (LwScreen *self)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  promote (self);
  is = self->again.buffer != NULL;
  g_mutex_unlock (&self->lock);
  return is;
}

gboolean
lw_screen_is_waiting (LwScreen *self)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  is = self->waiting;
  g_mutex_unlock (&self->lock);
  return is;
}

gboolean
lw_screen_is_at_end (LwScreen *self)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  is = self->at_end;
  g_mutex_unlock (&self->lock);
  return is;
}

gboolean
lw_screen_is_bare (LwScreen *self)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  promote (self);
  is = !self->has_frame;
  g_mutex_unlock (&self->lock);
  return is;
}

guint64
lw_screen_get_activity (LwScreen *self)
{
  guint64 n;

  g_mutex_lock (&self->lock);
  n = self->activity;
  g_mutex_unlock (&self->lock);
  return n;
}
