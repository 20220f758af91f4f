/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <libavutil/frame.h>

G_BEGIN_DECLS

typedef struct {
  float least, greatest; /* of -1 … 1; least > greatest: nothing yet */
} LwWorkerPeak;

/* Widens @peak by samples @from … @to - 1 of all channels of @frame, in any of libav's sample
 * formats. What is not a number counts as nothing. */
void
lw_worker_samples_peak (const AVFrame *frame, int channels, int from, int to, LwWorkerPeak *peak);

/* -128 … 127. */
gint8 lw_worker_samples_byte (float level);

G_END_DECLS
