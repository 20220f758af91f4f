/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libavformat/avformat.h>

G_BEGIN_DECLS

/**
 * LwStreamFilter:
 *
 * Makes of a transport stream's or of RTP's packets what a file has: sound without a head of its
 * own before each packet, and the description of stream and picture where it can be found.
 *
 * Thread: one at a time.
 */
typedef struct _LwStreamFilter LwStreamFilter;

/* @stream: lent until it is freed; its codecpar is kept up to date. */
LwStreamFilter *lw_stream_filter_new (AVStream *stream);
void lw_stream_filter_free (LwStreamFilter *self);
/* FALSE: it is nothing; @packet is empty then.
 * @ret_changed: whether the stream is another one from this packet on */
gboolean lw_stream_filter_take (LwStreamFilter *self, AVPacket *packet, gboolean *ret_changed);
/* Whether the stream can be described already. */
gboolean lw_stream_filter_is_known (const LwStreamFilter *self);

G_END_DECLS
