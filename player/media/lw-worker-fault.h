/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"
#include "lw-worker-protocol.h"

G_BEGIN_DECLS

/* The sentence for people, about the file @name. */
void lw_worker_fault_set_error (LwWorkerFault fault, const char *name, GError **error);

G_END_DECLS
