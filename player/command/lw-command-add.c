/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making a file known: by its content, with what the probe says of it. */
#include "lw-command.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

gboolean
lw_command_hash_file (LwCommandLine *line,
                      const char *path,
                      LwContentHash *ret_hash,
                      GError **error)
{
  GStatBuf info;
  if (g_stat (path, &info) != 0) {
    int saved = errno;
    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (saved), _ ("%s: %s"), path,
                 g_strerror (saved));
    return FALSE;
  }
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  guint64 size = (guint64)info.st_size;
  gint64 mtime_us = info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
  if (lw_store_recall_hash (line->store, absolute, size, mtime_us, ret_hash, NULL))
    return TRUE;
  LwContentHash hash;
  if (!lw_content_hash_file (absolute, NULL, NULL, NULL, &hash, error)) {
    if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_BUSY)) {
      g_clear_error (error);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   _ ("%s is still being written. Try again when it is complete."), path);
    }
    return FALSE;
  }
  /* Only saves reading it again: a store that cannot be written is told by what needs it. */
  g_autoptr (GError) forgetful = NULL;
  if (!lw_store_remember_media (line->store, &hash, absolute, size, mtime_us, &forgetful))
    g_debug ("the path is not remembered: %s", forgetful->message);
  *ret_hash = hash;
  return TRUE;
}

static char *
title_of (const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);
  char *dot = strrchr (name, '.');
  if (dot != NULL && dot > name && strlen (dot) <= 5)
    *dot = '\0';
  return g_steal_pointer (&name);
}

/* What cannot be probed may still play; what is no media at all is no lesson. */
static gboolean
probe_for_adding (const char *path, LwProbe **ret_probe, GError **error)
{
  g_autoptr (GError) cause = NULL;
  *ret_probe = lw_media_probe (path, NULL, &cause);
  if (*ret_probe != NULL)
    return TRUE;
  if (cause->domain != LW_MEDIA_ERROR || cause->code == LW_MEDIA_ERROR_NOT_MEDIA ||
      cause->code == LW_MEDIA_ERROR_DAMAGED || cause->code == LW_MEDIA_ERROR_NOT_FOUND ||
      cause->code == LW_MEDIA_ERROR_PERMISSION) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  lw_command_warn (_ ("%s\nThe lesson is added all the same; its length is not known yet."),
                   cause->message);
  return TRUE;
}

LwSegment *
lw_command_add_file (
    LwCommandLine *line, const char *path, const char *title, gboolean *ret_is_new, GError **error)
{
  LwContentHash hash;
  if (!lw_command_hash_file (line, path, &hash, error))
    return NULL;
  g_autoptr (GPtrArray) found = lw_store_find_segments (line->store, &hash, error);
  if (found == NULL)
    return NULL;
  if (ret_is_new != NULL)
    *ret_is_new = found->len == 0;
  if (found->len > 0)
    return lw_segment_ref (g_ptr_array_index (found, 0));
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (LwProbe) probe = NULL;
  if (!probe_for_adding (absolute, &probe, error))
    return NULL;
  g_autofree char *own_title = title_of (path);
  LwSegment fields = {
      .media = hash,
      .title = title != NULL ? title : own_title,
      .duration = probe != NULL ? probe->duration : LW_TIME_NONE,
      .started_utc_us = probe != NULL ? probe->created_utc_us : 0,
  };
  return lw_session_add_lesson (line->store, &fields, error);
}

LwSegment *
lw_command_add_address (LwCommandLine *line, const char *address, GError **error)
{
  LwContentHash hash;
  if (!lw_session_hash_address (address, &hash)) {
    g_set_error (error, LW_COMMAND_ERROR, LW_COMMAND_ERROR_USAGE,
                 _ ("“%s” is no address of a lesson."), address);
    return NULL;
  }
  g_autoptr (GPtrArray) found = lw_store_find_segments (line->store, &hash, error);
  if (found == NULL || !lw_store_remember_media (line->store, &hash, address, 0, 0, error))
    return NULL;
  if (found->len > 0)
    return lw_segment_ref (g_ptr_array_index (found, 0));
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, error);
  if (uri == NULL)
    return NULL;
  g_autofree char *path_title = title_of (g_uri_get_path (uri));
  gboolean has_name = strcmp (path_title, "/") != 0 && strcmp (path_title, ".") != 0;
  LwSegment fields = {
      .media = hash,
      .title = has_name ? path_title : g_uri_get_host (uri),
      .duration = LW_TIME_NONE,
  };
  return lw_session_add_lesson (line->store, &fields, error);
}
