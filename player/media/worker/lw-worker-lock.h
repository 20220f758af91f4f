/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * lw_worker_lock:
 *
 * Gives up, for good and for every thread to come, what reading media never needs: opening files,
 * sockets, new processes and programs, and the system calls that an attack on the kernel likes.
 * A second wall behind bubblewrap, and the only one with LESSONWALK_UNSANDBOXED=1. Refused calls
 * fail with EPERM; nothing is killed, so a library that asks in vain goes on.
 *
 * Returns: whether the lock holds; TRUE also where this build has none (other processors,
 *   AddressSanitizer)
 */
gboolean lw_worker_lock (void);
/* The same, but sockets may still be made: for what takes a live lesson in. */
gboolean lw_worker_lock_but_network (void);
/* The same, and files may be opened to read them: for who has to check certificates. */
gboolean lw_worker_lock_but_network_and_reading (void);

G_END_DECLS
