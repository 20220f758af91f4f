/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/gstvideosink.h>

#include "lw-paintable.h"

G_BEGIN_DECLS

/**
 * LwPaintableSink:
 *
 * Hands decoded frames to an LwPaintable, scaled down to the pixels that the widget has. It never
 * waits for the main thread, and the main thread never waits for it. The sink's last sample stays
 * the whole picture as decoded.
 */
#define LW_TYPE_PAINTABLE_SINK (lw_paintable_sink_get_type ())
G_DECLARE_FINAL_TYPE (LwPaintableSink, lw_paintable_sink, LW, PAINTABLE_SINK, GstVideoSink)

/* (transfer floating) */
GstElement *lw_paintable_sink_new (LwPaintable *paintable);

/* In device pixels; 0: frames keep their size. A paused picture is made anew. Thread: any. */
void lw_paintable_sink_set_target (LwPaintableSink *self, guint width, guint height);

/**
 * lw_video_output_new:
 * @ret_sink: (out) (transfer floating): for the engine
 *
 * The system's gtk4paintablesink where it is installed, else ours. LESSONWALK_VIDEO_SINK=own
 * chooses ours in any case.
 *
 * Returns: (transfer full): what to paint
 */
GdkPaintable *lw_video_output_new (GstElement **ret_sink);

G_END_DECLS
