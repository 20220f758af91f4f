/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LwH264References:
 *
 * Which pictures of a run of H.264 are needed for those at its end and after it. It reads slice
 * headers only and follows the reference pictures as a decoder does (ISO 14496-10, 8.2.4
 * and 8.2.5). What it does not understand (fields, long-term references, lost pictures), it takes
 * as needed.
 *
 * Thread: one at a time.
 */
typedef struct _LwH264References LwH264References;

/* @length_size: of the length before each NAL unit, 0: start codes. @codec_data: (nullable) the
 * avcC box's content. */
LwH264References *lw_h264_references_new (guint length_size, const guint8 *codec_data, gsize size);
void lw_h264_references_free (LwH264References *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwH264References, lw_h264_references_free)

/* Begins a new run; it must start with an IDR picture. */
void lw_h264_references_begin (LwH264References *self);

/* Takes the next access unit, in decoding order. Those that no other refers to may be left out.
 * FALSE: from here on all is needed. */
gboolean lw_h264_references_add (LwH264References *self, const guint8 *data, gsize size);

/* After the last add: an access unit to decode in place of the @i-th one that was added, NULL if
 * that is needed itself. (transfer full) */
GBytes *lw_h264_references_take_stand_in (LwH264References *self, guint i);

G_END_DECLS
