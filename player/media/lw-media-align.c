/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media.h"

#include "lw-worker-fault.h"
#include "lw-worker-job.h"
#include "lw-worker-protocol.h"

#define MAX_OUTPUT 256
#define WALL_LIMIT_MS 900000
#define MAX_OFFSET (24 * 3600 * LW_SECOND)
#define MAX_DRIFT_PPB 100000
#define MAX_WINDOWS 1000

static gboolean
read_number (const char *text, gint64 least, gint64 most, gint64 *ret_number)
{
  return text != NULL && g_ascii_string_to_signed (text, 10, least, most, ret_number, NULL);
}

/* Believed only if it can be true. */
static gboolean
parse (GBytes *bytes, LwAlignment *alignment)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);
  g_auto (GStrv) words = g_strsplit (text, " ", 6);
  gint64 same, offset, drift, agreed, compared;

  if (g_strv_length (words) != 5 || !read_number (words[0], 0, 1, &same) ||
      !read_number (words[1], -MAX_OFFSET, MAX_OFFSET, &offset) ||
      !read_number (words[2], -MAX_DRIFT_PPB, MAX_DRIFT_PPB, &drift) ||
      !read_number (words[3], 0, MAX_WINDOWS, &agreed) ||
      !read_number (words[4], agreed, MAX_WINDOWS, &compared))
    return FALSE;
  *alignment = (LwAlignment){same == 1, offset, drift, (guint)compared, (guint)agreed};
  return TRUE;
}

gboolean
lw_media_align (const char *path,
                const char *other_path,
                LwAlignment *ret_alignment,
                GCancellable *cancellable,
                GError **error)
{
  static const char *const arguments[] = {"align", NULL};
  const LwWorkerJob job = {.arguments = arguments,
                           .path = path,
                           .other_path = other_path,
                           .max_output = MAX_OUTPUT,
                           .wall_limit_ms = WALL_LIMIT_MS};
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL && other_path != NULL && ret_alignment != NULL, FALSE);
  bytes = lw_worker_run (&job, cancellable, error);
  if (bytes == NULL)
    return FALSE;
  if (parse (bytes, ret_alignment))
    return TRUE;
  name = g_filename_display_basename (path);
  lw_worker_fault_set_error (LW_WORKER_FAULT_CRASHED, name, error);
  return FALSE;
}
