/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/**
 * LwFrameScaler:
 *
 * Turns decoded frames into BGRA no larger than asked for. Planar YUV is scaled before it is
 * converted: fewer pixels to convert, and both steps have fast paths.
 *
 * Thread: one at a time; the caller locks.
 */
typedef struct _LwFrameScaler LwFrameScaler;

LwFrameScaler *lw_frame_scaler_new (const GstVideoInfo *in, guint max_width, guint max_height);
void lw_frame_scaler_free (LwFrameScaler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFrameScaler, lw_frame_scaler_free)

/* The size that a frame of @in gets in a widget of that many device pixels (0: no limit). */
void lw_frame_scaler_fit (
    const GstVideoInfo *in, guint max_width, guint max_height, guint *ret_width, guint *ret_height);

gboolean lw_frame_scaler_matches (LwFrameScaler *self,
                                  const GstVideoInfo *in,
                                  guint max_width,
                                  guint max_height);

/* (transfer full): the pixels, which keep what they are part of alive; NULL if that failed. */
GBytes *lw_frame_scaler_run (
    LwFrameScaler *self, GstBuffer *buffer, guint *ret_width, guint *ret_height, gsize *ret_stride);

G_END_DECLS
