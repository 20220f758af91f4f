/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_worker_limits_apply:
 * @cpu_s: seconds of processor time; past them the system ends the process
 *
 * Bounds memory, files and time of this process, for good. Called before the file is touched.
 *
 * Returns: whether every bound took hold
 */
gboolean lw_worker_limits_apply (guint cpu_s);

G_END_DECLS
