/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store.h"

G_BEGIN_DECLS

/**
 * lw_lesson_hash_async:
 * @path: a local file
 *
 * What the file holds, in a thread: from the store's memory where size and time are as they were,
 * else by reading it. Remembers that it is there.
 */
void lw_lesson_hash_async (LwStore *store,
                           const char *path,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/**
 * lw_lesson_hash_finish:
 * @ret_grown_from: (out): the hash of what was at @path when it was opened last, if the file only
 *                  grew since, as one does that was still being copied; else none
 *
 * Errors: #GIOErrorEnum, as lw_content_hash_file()
 */
gboolean lw_lesson_hash_finish (GAsyncResult *result,
                                LwContentHash *ret_hash,
                                LwContentHash *ret_grown_from,
                                GError **error);

G_END_DECLS
