/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../lw-probe-private.h"
#include "lw-worker-input.h"

G_BEGIN_DECLS

/* Gathers when every frame of one video stream starts, from packets in the order of decoding. */
typedef struct {
  GArray *starts;    /* of gint64, in the stream's units; not in order */
  GArray *keys;      /* likewise, key frames only */
  gint64 first_dts;  /* the least one; negative where a file shows frames before it decodes them */
  gint64 last_end;   /* of the packet that ends last, G_MININT64 before any */
  gboolean is_whole; /* FALSE: too many frames, or some without a time */
} LwWorkerFrames;

void lw_worker_frames_init (LwWorkerFrames *self);
void lw_worker_frames_clear (LwWorkerFrames *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LwWorkerFrames, lw_worker_frames_clear)
void lw_worker_frames_take (LwWorkerFrames *self, const AVStream *stream, const AVPacket *packet);
/* What GStreamer adds to all times of such a track, before it rounds them; in the stream's units.
 */
gint64 lw_worker_frames_shift (const LwWorkerFrames *self);
/* Fills the index of @probe, and in @info what only all frames together tell. @edits:
 * (nullable): of @stream, if libav did not apply them. */
void lw_worker_frames_finish (LwWorkerFrames *self,
                              const LwWorkerInput *input,
                              const AVStream *stream,
                              const GArray *edits,
                              LwProbe *probe,
                              LwStreamInfo *info);

G_END_DECLS
