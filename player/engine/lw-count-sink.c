/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-count-sink.h"

#include <gst/video/video.h>

struct _LwCountSink {
  GstVideoSink parent;
};

G_DEFINE_FINAL_TYPE (LwCountSink, lw_count_sink, GST_TYPE_VIDEO_SINK)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));

static GstFlowReturn
show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  return GST_FLOW_OK;
}

/* Else a decoder copies each picture into rows without padding, those before a target too. */
static gboolean
propose_allocation (GstBaseSink *sink, GstQuery *query)
{
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return TRUE;
}

static void
lw_count_sink_class_init (LwCountSinkClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Frame counter", "Sink/Video",
                                         "Takes video frames at their time and shows none",
                                         "Lessonwalk");
  GST_BASE_SINK_CLASS (klass)->propose_allocation = propose_allocation;
  GST_VIDEO_SINK_CLASS (klass)->show_frame = show_frame;
}

static void
lw_count_sink_init (LwCountSink *self)
{
}

GstElement *
lw_count_sink_new (void)
{
  return g_object_new (LW_TYPE_COUNT_SINK, NULL);
}
