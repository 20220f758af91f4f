/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media.h"

#include "lw-worker-job.h"

/* Two million frames in text, and then some. */
#define MAX_OUTPUT ((gsize)128 * 1024 * 1024)
/* The worker's own limits are of processor time; this one is for a disk that does not answer. */
#define WALL_LIMIT_MS 120000

LwProbe *
lw_media_probe (const char *path, GCancellable *cancellable, GError **error)
{
  static const char *const arguments[] = {"probe", NULL};
  const LwWorkerJob job = {
      .arguments = arguments,
      .path = path,
      .max_output = MAX_OUTPUT,
      .wall_limit_ms = WALL_LIMIT_MS,
  };
  g_autoptr (GBytes) bytes = NULL;
  const char *json;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);
  bytes = lw_worker_run (&job, cancellable, error);
  if (bytes == NULL)
    return NULL;
  json = g_bytes_get_data (bytes, &length);
  return lw_probe_from_json (json != NULL ? json : "", length, error);
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  LwProbe *probe = lw_media_probe (data, cancellable, &error);

  if (probe != NULL)
    g_task_return_pointer (task, probe, (GDestroyNotify)lw_probe_unref);
  else
    g_task_return_error (task, error);
}

void
lw_media_probe_async (const char *path,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lw_media_probe_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, run);
}

LwProbe *
lw_media_probe_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, lw_media_probe_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
