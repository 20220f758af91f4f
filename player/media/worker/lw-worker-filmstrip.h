/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-worker-probe.h"

G_BEGIN_DECLS

/**
 * lw_worker_filmstrip:
 *
 * Says a filmstrip as data, see lw-derivative-format.h, picture by picture as they are made.
 */
LwWorkerFault lw_worker_filmstrip (int fd, guint count, guint height);

G_END_DECLS
