/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../lw-probe-private.h"
#include "lw-worker-input.h"

G_BEGIN_DECLS

/* (nullable): called with 0 … 1000 now and then. */
typedef void (*LwWorkerProgress) (guint per_mille, gpointer user_data);

/**
 * lw_worker_probe:
 *
 * All facts of the file: those of the header in a moment, then one pass over the packets for the
 * frame index and the captions. A pass that is not finished within its limits leaves the index
 * empty: half an index would put pins on the wrong frame.
 *
 * Returns: (transfer full): the probe, or NULL with @ret_fault
 */
LwProbe *lw_worker_probe (int fd,
                          const guint8 *memory,
                          gsize size,
                          LwWorkerProgress progress,
                          gpointer progress_data,
                          LwWorkerFault *ret_fault);

/* The parts. */
void lw_worker_read_facts (const LwWorkerInput *input, LwProbe *probe);
void lw_worker_read_packets (LwWorkerInput *input,
                             LwProbe *probe,
                             LwWorkerProgress progress,
                             gpointer progress_data);

/* Degrees clockwise that a player turns the pictures: 0, 90, 180, 270. */
int lw_worker_rotation (const AVStream *stream);

/* The media's length as the header says it, or, where it does not, as the packets of stream @index
 * do, for which all are read; LW_TIME_NONE if they do not either. Leaves @input at its start, with
 * only this stream kept. */
LwTime lw_worker_measure_duration (LwWorkerInput *input, int index);

G_END_DECLS
