/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-sound-match.h"
#include "lw-worker-input.h"

G_BEGIN_DECLS

/* Of longer recordings the rest is not heard. */
#define LW_WORKER_SOUND_MAX_S (3 * 3600)

/* (transfer full) (element-type gint16): the first sound track as one channel of LW_SOUND_RATE,
 * each sample in its place by stream time: what is missing is silent. NULL with @ret_fault. */
GArray *lw_worker_sound_read (int fd, LwWorkerFault *ret_fault);

G_END_DECLS
