/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../lw-worker-protocol.h"

G_BEGIN_DECLS

/* Says as text where the recording on @fd lies in the one on @other_fd; see
 * LW_WORKER_ALIGNMENT. */
LwWorkerFault lw_worker_align (int fd, int other_fd);

G_END_DECLS
