/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filmstrips and waveforms: from the cache, or made by a worker on a thread of the pool. */
#include "lw-media.h"

#include "lw-derivative-format.h"
#include "lw-media-cache.h"
#include "lw-worker-job.h"
#include "lw-worker-protocol.h"

/* The worker's own limit is 300 s of processor time; this is for a disk that does not answer. */
#define WALL_LIMIT_MS 900000

typedef struct {
  char *path;
  char *key;  /* NULL: nothing is cached */
  char *name; /* of the derivative in the cache */
  char **arguments;
  gsize max_output;
  guint count, height; /* of a filmstrip; 0 for a waveform */
  LwTime step;
  LwMediaProgress progress;
  gpointer progress_data;
} Order;

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->path);
  g_free (order->key);
  g_free (order->name);
  g_strfreev (order->arguments);
  g_free (order);
}

typedef struct {
  GTask *task;
  double fraction;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->task);
  g_free (step);
}

static gboolean
deliver_progress (gpointer data)
{
  const Step *step = data;
  const Order *order = g_task_get_task_data (step->task);

  /* A caller who has cancelled may have freed what the data points to. */
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (step->task)))
    order->progress (step->fraction, order->progress_data);
  return G_SOURCE_REMOVE;
}

/* On the thread of the work. Steps and the result stand in the same queue, so none comes late. */
static void
on_progress (guint per_mille, gpointer data)
{
  GTask *task = data;
  g_autoptr (GSource) source = g_idle_source_new ();
  Step *step = g_new0 (Step, 1);

  step->task = g_object_ref (task);
  step->fraction = per_mille / 1000.0;
  g_source_set_priority (source, g_task_get_priority (task));
  g_source_set_callback (source, deliver_progress, step, step_free);
  g_source_attach (source, g_task_get_context (task));
}

static gpointer
decode (const Order *order, GBytes *bytes, GError **error)
{
  if (order->count > 0)
    return lw_filmstrip_from_bytes (bytes, order->count, order->height, error);
  return lw_waveform_from_bytes (bytes, order->step, error);
}

static gpointer
from_cache (const Order *order)
{
  g_autoptr (GBytes) bytes = NULL;

  if (order->key == NULL)
    return NULL;
  bytes = lw_media_cache_load (order->key, order->name);
  return bytes != NULL ? decode (order, bytes, NULL) : NULL;
}

static gpointer
from_worker (GTask *task, const Order *order, GCancellable *cancellable, GError **error)
{
  const LwWorkerJob job = {
      .arguments = (const char *const *)order->arguments,
      .path = order->path,
      .max_output = order->max_output,
      .wall_limit_ms = WALL_LIMIT_MS,
      .progress = order->progress != NULL ? on_progress : NULL,
      .progress_data = task,
  };
  guint epoch = lw_media_cache_epoch ();
  g_autoptr (GBytes) bytes = lw_worker_run (&job, cancellable, error);
  gpointer made;

  if (bytes == NULL)
    return NULL;
  made = decode (order, bytes, error);
  if (made != NULL && order->key != NULL)
    lw_media_cache_save (order->key, order->name, bytes, epoch);
  return made;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Order *order = data;
  GError *error = NULL;
  gpointer made = from_cache (order);

  if (made == NULL)
    made = from_worker (task, order, cancellable, &error);
  if (made == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, made,
                           order->count > 0 ? (GDestroyNotify)lw_filmstrip_unref
                                            : (GDestroyNotify)lw_waveform_unref);
}

static void
start (Order *order,
       gpointer tag,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, order, order_free);
  g_task_run_in_thread (task, run);
}

void
lw_media_filmstrip_async (const char *path,
                          const char *cache_key,
                          guint count,
                          guint height,
                          LwMediaProgress progress,
                          gpointer progress_data,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  Order *order;

  g_return_if_fail (path != NULL);
  g_return_if_fail (cache_key == NULL || lw_media_cache_key_is_valid (cache_key));
  g_return_if_fail (count >= 1 && count <= 1000);
  g_return_if_fail (height >= 16 && height <= 360);
  order = g_new0 (Order, 1);
  order->path = g_strdup (path);
  order->key = g_strdup (cache_key);
  order->name = g_strdup_printf ("strip-%u-%u", count, height);
  order->arguments = g_new0 (char *, 4);
  order->arguments[0] = g_strdup ("filmstrip");
  order->arguments[1] = g_strdup_printf ("%u", count);
  order->arguments[2] = g_strdup_printf ("%u", height);
  order->count = count;
  order->height = height;
  order->max_output = sizeof (LwFilmstripHead) + count * sizeof (LwTime) +
                      (gsize)count * height * height * LW_FILMSTRIP_MAX_ASPECT * 4;
  order->progress = progress;
  order->progress_data = progress_data;
  start (order, lw_media_filmstrip_async, cancellable, callback, user_data);
}

LwFilmstrip *
lw_media_filmstrip_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, lw_media_filmstrip_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
lw_media_waveform_async (const char *path,
                         const char *cache_key,
                         LwTime step,
                         LwMediaProgress progress,
                         gpointer progress_data,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  Order *order;

  g_return_if_fail (path != NULL);
  g_return_if_fail (cache_key == NULL || lw_media_cache_key_is_valid (cache_key));
  g_return_if_fail (step >= LW_MSECOND && step <= 10 * LW_SECOND);
  order = g_new0 (Order, 1);
  order->path = g_strdup (path);
  order->key = g_strdup (cache_key);
  order->name = g_strdup_printf ("wave-%" G_GINT64_FORMAT, step);
  order->arguments = g_new0 (char *, 3);
  order->arguments[0] = g_strdup ("waveform");
  order->arguments[1] = g_strdup_printf ("%" G_GINT64_FORMAT, step);
  order->step = step;
  order->max_output = sizeof (LwWaveformHead) + 2 * (gsize)LW_MEDIA_MAX_PEAKS;
  order->progress = progress;
  order->progress_data = progress_data;
  start (order, lw_media_waveform_async, cancellable, callback, user_data);
}

LwWaveform *
lw_media_waveform_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, lw_media_waveform_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
