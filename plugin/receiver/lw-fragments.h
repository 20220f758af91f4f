/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libavformat/avformat.h>

#include "lw-time.h"

G_BEGIN_DECLS

/**
 * LwFragments:
 *
 * Puts packets, as they came, into fragments that a browser takes one by one and that make a whole
 * file in a row: of MP4, or of WebM where the picture is VP8. Nothing is decoded or encoded.
 *
 * Thread: one at a time.
 */
typedef struct _LwFragments LwFragments;

typedef struct {
  LwTime start, end;   /* of the pictures in it, as they are shown; of the sound where there are
                          none. Media time */
  gboolean is_key;     /* it begins with a picture that can be decoded by itself */
  const guint8 *bytes; /* lent until the next call */
  gsize length;
} LwFragment;

/* @streams: what comes, copied. Those that the file or a browser does not take are left out.
 * G_IO_ERROR_NOT_SUPPORTED, with a sentence, if nothing is left. */
LwFragments *
lw_fragments_new (const AVCodecParameters *const *streams, guint n_streams, GError **error);
void lw_fragments_free (LwFragments *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwFragments, lw_fragments_free)

/* What goes before all fragments. (transfer none) */
GBytes *lw_fragments_get_init (LwFragments *self);
/* As MSE takes it: "video/mp4; codecs=\"avc1.64001f,mp4a.40.2\"" */
const char *lw_fragments_get_type (LwFragments *self);
void lw_fragments_get_size (LwFragments *self, guint *ret_width, guint *ret_height);
gboolean lw_fragments_has_video (LwFragments *self);
/* Whether a stream of the source is taken; and whether it is the picture. */
gboolean lw_fragments_takes (LwFragments *self, guint stream);
gboolean lw_fragments_is_video (LwFragments *self, guint stream);

/* @packet: of stream @packet->stream_index of the source, its times in media time (ns). It is left
 * as it was. G_IO_ERROR. */
gboolean lw_fragments_add (LwFragments *self, const AVPacket *packet, GError **error);
/* Of what was added and is in no fragment yet: from where to where its times (DTS) go. */
LwTime lw_fragments_get_waiting (LwFragments *self);
/* Makes a fragment of that. FALSE without error if nothing waits. */
gboolean lw_fragments_take (LwFragments *self, LwFragment *ret_fragment, GError **error);

G_END_DECLS
