/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "../lw-worker-protocol.h"

G_BEGIN_DECLS

/* Our side of the talk in lw-worker-protocol.h, on the standard output. A client that has gone
 * away ends the process: nobody is left to work for. */
void lw_worker_say_hello (void);
void lw_worker_say_progress (guint per_mille, gpointer unused);
void lw_worker_say_data (const void *bytes, gsize length);
void lw_worker_say_fault (LwWorkerFault fault);
void lw_worker_say_done (void);

G_END_DECLS
