/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-media.h"

G_BEGIN_DECLS

/* One errand of the worker over one file. A struct on the stack; all is borrowed. */
typedef struct {
  const char *const *arguments; /* of the worker, without its own name; NULL-terminated */
  const char *path;
  const char *other_path; /* (nullable): a second file */
  gsize max_output;       /* bytes of result that are taken at most */
  guint wall_limit_ms;    /* then the worker is killed */
  void (*progress) (guint per_mille, gpointer user_data); /* (nullable), on the calling thread */
  gpointer progress_data;
} LwWorkerJob;

/**
 * lw_worker_run:
 *
 * Opens the file, starts the worker in its sandbox with nothing but that file, and collects what
 * it says. When this returns, no process of the job is left.
 *
 * Returns: (transfer full): the result's bytes, unchecked
 * Thread: any; the calling thread waits.
 * Blocks: on the worker, at most job->wall_limit_ms.
 * Errors: all of #LwMediaError; G_IO_ERROR_CANCELLED.
 */
GBytes *lw_worker_run (const LwWorkerJob *job, GCancellable *cancellable, GError **error);

G_END_DECLS
