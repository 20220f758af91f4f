/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/gst.h>

#include "lw-frame-clock.h"

G_BEGIN_DECLS

/**
 * LwDecoderTap:
 *
 * Stands before and behind the video decoder: tells the frame clock the timestamps that go in, and
 * makes exact seeks cheaper by keeping back what nobody will see: packets that no other packet
 * refers to and that end before the target, and decoded frames before the target. Of H.264 it holds
 * the packets before the target until it knows which of them the later ones are decoded from; for
 * the others goes a picture that costs next to nothing (lw-h264-references.h). While it plays on a
 * machine that is too slow, it leaves out what would come too late (lw-catch-up.h).
 *
 * Thread: any.
 */
typedef struct _LwDecoderTap LwDecoderTap;

LwDecoderTap *lw_decoder_tap_new (LwFrameClock *clock);
LwDecoderTap *lw_decoder_tap_ref (LwDecoderTap *self);
void lw_decoder_tap_unref (LwDecoderTap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LwDecoderTap, lw_decoder_tap_unref)

/* Whether the file ends with a random-access index of fragments ("mfra"). After a seek by it into
 * the first fragment, qtdemux takes the presentation time it holds for the decoding time, so frames
 * come late by the delay of the B-frames; the tap sets that right. To be set before loading. */
void lw_decoder_tap_set_has_fragment_index (LwDecoderTap *self, gboolean has);

void lw_decoder_tap_attach (LwDecoderTap *self, GstElement *decoder);

/* For the segment that comes of the seek @seqnum: no disposable packet before @decode_from is
 * decoded, and no frame before @give_from is given on. LW_TIME_NONE: all are. */
void lw_decoder_tap_plan (LwDecoderTap *self, guint32 seqnum, LwTime decode_from, LwTime give_from);

/* For a new file. */
void lw_decoder_tap_reset (LwDecoderTap *self);
/* As lw_catch_up_set_running(). */
gboolean lw_decoder_tap_set_running (LwDecoderTap *self, gboolean is_running);
/* Packets left out because the machine was too slow, since it was made. */
guint64 lw_decoder_tap_get_n_dropped (LwDecoderTap *self);
/* Whether what comes next may not follow on the frame on screen. */
gboolean lw_decoder_tap_has_gaps (LwDecoderTap *self);

/* ---- for the tests ---- */

typedef enum { LW_CODEC_OTHER, LW_CODEC_H264, LW_CODEC_H265, LW_CODEC_VP8, LW_CODEC_VP9 } LwCodec;

/* Whether no other picture is decoded from this access unit. @length_size: of the length before
 * each NAL unit; 0: start codes stand before them. */
gboolean lw_packet_is_disposable (LwCodec codec, guint length_size, const guint8 *data, gsize size);

G_END_DECLS
