/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/gstvideosink.h>

G_BEGIN_DECLS

/**
 * LwCountSink:
 *
 * A video sink without a screen: takes any raw frame, keeps time, drops late frames as a real one
 * does. For work without a display, and for tests.
 */
#define LW_TYPE_COUNT_SINK (lw_count_sink_get_type ())
G_DECLARE_FINAL_TYPE (LwCountSink, lw_count_sink, LW, COUNT_SINK, GstVideoSink)

GstElement *lw_count_sink_new (void); /* (transfer floating) */

G_END_DECLS
