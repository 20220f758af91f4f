/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-worker-input.h"

G_BEGIN_DECLS

/* What libav does not tell of a Matroska or WebM file. Both leave the reader where it was. */

/* The least time in the first cluster: GStreamer counts from it. 0 if it cannot be found. */
LwTime lw_worker_matroska_origin (LwWorkerInput *input);

/* Where the file should end by its own account; -1 if it does not say, as a live recording. */
gint64 lw_worker_matroska_end (LwWorkerInput *input);

G_END_DECLS
