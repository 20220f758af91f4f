/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "frame-oracle.h"

#include <gst/gst.h>

#define WATCHDOG (60 * GST_SECOND)

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GArray *times = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;
  guint64 start, time;

  if (event == NULL || !GST_BUFFER_PTS_IS_VALID (buffer))
    return GST_PAD_PROBE_OK;
  gst_event_parse_segment (event, &segment);
  start = GST_BUFFER_PTS (buffer);
  /* As a sink does: what lies outside the segment is not shown, what reaches into it is cut. */
  if (segment->stop != GST_CLOCK_TIME_NONE && start >= segment->stop)
    return GST_PAD_PROBE_OK;
  if (start < segment->start) {
    if (!GST_BUFFER_DURATION_IS_VALID (buffer) ||
        start + GST_BUFFER_DURATION (buffer) <= segment->start)
      return GST_PAD_PROBE_OK;
    start = segment->start;
  }
  time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, start);
  if (time != GST_CLOCK_TIME_NONE)
    g_array_append_val (times, time);
  return GST_PAD_PROBE_OK;
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *)a;
  gint64 other = *(const gint64 *)b;

  return (one > other) - (one < other);
}

GArray *
frame_oracle (const char *path, gboolean after_seek)
{
  g_autofree char *uri = gst_filename_to_uri (path, NULL);
  g_autoptr (GstElement) player = gst_element_factory_make ("playbin", NULL);
  GstElement *video = gst_element_factory_make ("fakesink", NULL);
  GstElement *audio = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GstPad) pad = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_object_set (video, "sync", FALSE, NULL);
  g_object_set (audio, "sync", FALSE, NULL);
  g_object_set (player, "uri", uri, "video-sink", video, "audio-sink", audio, NULL);
  /* Video and sound, no captions drawn, no colour balance that could drop frames. */
  gst_util_set_object_arg (G_OBJECT (player), "flags", "video+audio");
  pad = gst_element_get_static_pad (video, "sink");
  if (!after_seek)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, times, NULL);
  /* Before the first seek, matroskademux counts from the first frame, and from 0 ever after. */
  gst_element_set_state (player, GST_STATE_PAUSED);
  if (after_seek &&
      (gst_element_get_state (player, NULL, NULL, WATCHDOG) != GST_STATE_CHANGE_SUCCESS ||
       !gst_element_seek_simple (player, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0))) {
    gst_element_set_state (player, GST_STATE_NULL);
    return NULL;
  }
  if (after_seek)
    gst_element_get_state (player, NULL, NULL, WATCHDOG);
  if (after_seek)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, times, NULL);
  /* The first frame after a seek waits in the sink already: seek again to count that one. */
  if (after_seek)
    gst_element_seek_simple (player, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0);
  gst_element_set_state (player, GST_STATE_PLAYING);
  bus = gst_element_get_bus (player);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (player, GST_STATE_NULL);
  if (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS)
    return NULL;
  g_array_sort (times, by_value);
  return g_steal_pointer (&times);
}
