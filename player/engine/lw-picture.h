/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* @buffer: a raw frame of @caps, to RGB with square pixels and rows of width * 3 bytes.
 * (transfer full), NULL if it cannot be read. Thread: any. */
GBytes *lw_picture_to_rgb (GstBuffer *buffer, GstCaps *caps, guint *ret_width, guint *ret_height);

G_END_DECLS
