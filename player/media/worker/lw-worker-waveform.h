/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-worker-probe.h"

G_BEGIN_DECLS

/* Says a waveform as data, see lw-derivative-format.h. */
LwWorkerFault lw_worker_waveform (int fd, LwTime step);

G_END_DECLS
