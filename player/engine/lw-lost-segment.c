/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-lost-segment.h"

/* The segment that a track had before the flush under way, kept with its pad. */
#define LAST_SEGMENT "lw-last-segment"

/* One for the sink pad and one for each source pad hold it. */
typedef struct {
  GMutex lock;
  guint32 seqnum; /* of the newest seek */
  double rate;
  gint64 target;
  gboolean is_flushed; /* the next packet is the first after it; the streaming thread's alone */
} Mender;

static void
mender_clear (gpointer data)
{
  g_mutex_clear (&((Mender *)data)->lock);
}

static void
mender_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, mender_clear);
}

static GstPadProbeReturn
on_seek (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Mender *self = user_data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstFormat format;
  GstSeekType type;
  double rate;
  gint64 start;

  if (GST_EVENT_TYPE (event) != GST_EVENT_SEEK)
    return GST_PAD_PROBE_OK;
  gst_event_parse_seek (event, &rate, &format, NULL, &type, &start, NULL, NULL);
  if (format != GST_FORMAT_TIME || type != GST_SEEK_TYPE_SET)
    return GST_PAD_PROBE_OK;
  g_mutex_lock (&self->lock);
  self->seqnum = gst_event_get_seqnum (event);
  self->rate = rate;
  self->target = start;
  g_mutex_unlock (&self->lock);
  return GST_PAD_PROBE_OK;
}

static void
on_pad_added (GstElement *demuxer, GstPad *pad, gpointer user_data)
{
  if (GST_PAD_IS_SRC (pad))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_seek,
                       g_atomic_rc_box_acquire (user_data), mender_unref);
}

static gboolean
keep_segment (GstElement *demuxer, GstPad *pad, gpointer unused)
{
  GstEvent *event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);

  if (event != NULL)
    g_object_set_data_full (G_OBJECT (pad), LAST_SEGMENT, event, (GDestroyNotify)gst_event_unref);
  return TRUE;
}

static gboolean
mend_segment (GstElement *demuxer, GstPad *pad, gpointer user_data)
{
  Mender *self = user_data;
  GstEvent *last = g_object_get_data (G_OBJECT (pad), LAST_SEGMENT), *event;
  g_autoptr (GstEvent) present = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  GstSegment segment;
  guint64 lead;

  if (present != NULL || last == NULL)
    return TRUE;
  gst_event_copy_segment (last, &segment);
  if (segment.format != GST_FORMAT_TIME || segment.rate <= 0.0 || segment.start < segment.time)
    return TRUE;
  /* An edit list makes the track's own time another than the file's. */
  lead = segment.start - segment.time;
  g_mutex_lock (&self->lock);
  segment.rate = self->rate;
  segment.time = (guint64)MAX (self->target, 0);
  segment.start = segment.position = segment.time + lead;
  segment.stop = GST_CLOCK_TIME_NONE;
  segment.base = segment.offset = 0;
  event = gst_event_new_segment (&segment);
  gst_event_set_seqnum (event, self->seqnum);
  g_mutex_unlock (&self->lock);
  gst_pad_push_event (pad, event);
  return TRUE;
}

static GstPadProbeReturn
on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Mender *self = user_data;
  g_autoptr (GstElement) demuxer = NULL;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    if (!self->is_flushed)
      return GST_PAD_PROBE_OK;
    self->is_flushed = FALSE;
    demuxer = gst_pad_get_parent_element (pad);
    if (demuxer != NULL)
      gst_element_foreach_src_pad (demuxer, mend_segment, self);
  } else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_FLUSH_STOP) {
    self->is_flushed = TRUE;
    demuxer = gst_pad_get_parent_element (pad);
    if (demuxer != NULL)
      gst_element_foreach_src_pad (demuxer, keep_segment, NULL);
  }
  return GST_PAD_PROBE_OK;
}

void
lw_lost_segment_attach (GstElement *demuxer)
{
  GstPad *sink = gst_element_get_static_pad (demuxer, "sink");
  Mender *self;

  if (sink == NULL)
    return;
  self = g_atomic_rc_box_new0 (Mender);
  g_mutex_init (&self->lock);
  self->rate = 1.0;
  /* In pull mode neither comes by, and qtdemux is right. */
  gst_pad_add_probe (
      sink, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      on_input, g_atomic_rc_box_acquire (self), mender_unref);
  g_signal_connect_data (demuxer, "pad-added", G_CALLBACK (on_pad_added), self,
                         (GClosureNotify)(void (*) (void))mender_unref, 0);
  gst_object_unref (sink);
}
