/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-lesson-hash.h"

#include <errno.h>
#include <glib/gstdio.h>

typedef struct {
  LwStore *store;
  char *path;
  LwContentHash hash;
  LwContentHash grown_from;
} LwHashing;

static void
hashing_free (gpointer data)
{
  LwHashing *hashing = data;
  g_object_unref (hashing->store);
  g_free (hashing->path);
  g_free (hashing);
}

/* Before the new hash is remembered for this path. */
static void
look_for_growth (LwHashing *hashing, guint64 size, GCancellable *cancellable)
{
  LwContentHash before, beginning;
  guint64 size_before = 0;
  if (lw_store_recall_place (hashing->store, hashing->path, &before, &size_before, NULL) &&
      size_before > 0 && size_before < size &&
      lw_content_hash_beginning (hashing->path, size_before, cancellable, &beginning, NULL) &&
      lw_content_hash_equal (&before, &beginning))
    hashing->grown_from = before;
}

static void
hash_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  LwHashing *hashing = data;
  GError *error = NULL;
  GStatBuf now;
  if (g_stat (hashing->path, &now) != 0) {
    int saved = errno;
    g_task_return_new_error (task, G_IO_ERROR, (int)g_io_error_from_errno (saved), "%s",
                             g_strerror (saved));
    return;
  }
  guint64 size = (guint64)now.st_size;
  gint64 mtime_us = now.st_mtim.tv_sec * G_USEC_PER_SEC + now.st_mtim.tv_nsec / 1000;
  if (!lw_store_recall_hash (hashing->store, hashing->path, size, mtime_us, &hashing->hash, NULL)) {
    if (!lw_content_hash_file (hashing->path, NULL, NULL, cancellable, &hashing->hash, &error)) {
      g_task_return_error (task, error);
      return;
    }
    look_for_growth (hashing, size, cancellable);
  }
  /* Also when recalled: it is what puts the lesson on top of the recent ones. That it fails must
   * not keep anyone from watching. */
  if (!lw_store_remember_media (hashing->store, &hashing->hash, hashing->path, size, mtime_us,
                                &error)) {
    g_debug ("the path is not remembered: %s", error->message);
    g_error_free (error);
  }
  g_task_return_boolean (task, TRUE);
}

void
lw_lesson_hash_async (LwStore *store,
                      const char *path,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  LwHashing *hashing = g_new0 (LwHashing, 1);
  hashing->store = g_object_ref (store);
  hashing->path = g_strdup (path);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_task_data (task, hashing, hashing_free);
  g_task_run_in_thread (task, hash_in_thread);
}

gboolean
lw_lesson_hash_finish (GAsyncResult *result,
                       LwContentHash *ret_hash,
                       LwContentHash *ret_grown_from,
                       GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  const LwHashing *hashing = g_task_get_task_data (G_TASK (result));
  *ret_hash = hashing->hash;
  *ret_grown_from = hashing->grown_from;
  return TRUE;
}
