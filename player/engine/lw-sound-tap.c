/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-sound-tap.h"

#define LEAD (250 * GST_MSECOND)

/* Only its pad's streaming thread touches it. */
typedef struct {
  GstSegment segment;
  gboolean has_dropped; /* since the last packet that was let through */
} PadTap;

static gboolean
is_unheard (const PadTap *self, GstBuffer *buffer)
{
  GstClockTime end = GST_BUFFER_PTS (buffer);

  if (self->segment.format != GST_FORMAT_TIME || self->segment.rate < 0 ||
      !GST_CLOCK_TIME_IS_VALID (end))
    return FALSE;
  if (GST_BUFFER_DURATION_IS_VALID (buffer))
    end += GST_BUFFER_DURATION (buffer);
  return end + LEAD < self->segment.start;
}

static GstPadProbeReturn
on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadTap *self = user_data;
  GstBuffer *buffer;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_BOTH) {
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

    if (GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT)
      gst_event_copy_segment (event, &self->segment);
    return GST_PAD_PROBE_OK;
  }
  buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  if (is_unheard (self, buffer)) {
    self->has_dropped = TRUE;
    return GST_PAD_PROBE_DROP;
  }
  if (self->has_dropped) {
    self->has_dropped = FALSE;
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  return GST_PAD_PROBE_OK;
}

void
lw_sound_tap_attach (GstElement *decoder)
{
  GstPad *sink = gst_element_get_static_pad (decoder, "sink");
  PadTap *tap = g_new0 (PadTap, 1);

  gst_segment_init (&tap->segment, GST_FORMAT_UNDEFINED);
  if (sink == NULL) {
    g_free (tap);
    return;
  }
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                     on_input, tap, g_free);
  gst_object_unref (sink);
}
