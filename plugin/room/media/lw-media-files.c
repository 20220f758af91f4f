/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-media-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void
lw_media_file_free (LwMediaFile *file)
{
  g_free (file->original);
  g_free (file->media_type);
  g_free (file->playable);
  g_free (file->playable_type);
  g_free (file);
}

/* ---- the ledger ---- */

static gboolean
get_file (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  LwMediaFile *file = data;
  g_autoptr (LwStatement) statement = lw_ledger_get (ledger, db, "get-media", error);
  gboolean row;

  if (statement == NULL)
    return FALSE;
  lw_bind_blob (statement, 1, file->hash.bytes, sizeof file->hash.bytes);
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  if (!row) {
    g_set_error_literal (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND,
                         "The room has no such video.");
    return FALSE;
  }
  file->original = lw_column_text (statement, 0);
  file->media_type = lw_column_text (statement, 1);
  file->size_bytes = lw_column_int (statement, 2);
  file->playable = lw_column_text (statement, 3);
  file->playable_type = lw_column_text (statement, 4);
  file->width = (guint)lw_column_int (statement, 5);
  file->height = (guint)lw_column_int (statement, 6);
  return TRUE;
}

LwMediaFile *
lw_media_file_get (LwLedger *ledger, const LwContentHash *hash, GError **error)
{
  g_autoptr (LwMediaFile) file = g_new0 (LwMediaFile, 1);

  file->hash = *hash;
  return lw_ledger_read (ledger, get_file, file, error) ? g_steal_pointer (&file) : NULL;
}

static gboolean
put_file (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwMediaFile *file = data;
  g_autoptr (LwStatement) insert = lw_ledger_get (ledger, db, "put-media", error);

  if (insert == NULL)
    return FALSE;
  lw_bind_blob (insert, 1, file->hash.bytes, sizeof file->hash.bytes);
  lw_bind_text (insert, 2, file->original);
  lw_bind_text (insert, 3, file->media_type);
  lw_bind_int (insert, 4, file->size_bytes);
  lw_bind_text (insert, 5, file->playable);
  lw_bind_text (insert, 6, file->playable_type);
  lw_bind_int (insert, 7, file->width);
  lw_bind_int (insert, 8, file->height);
  lw_bind_int (insert, 9, g_get_real_time ());
  return lw_run (db, insert, error);
}

gboolean
lw_media_file_put (LwLedger *ledger, const LwMediaFile *file, GError **error)
{
  return lw_ledger_write (ledger, put_file, (gpointer)file, error);
}

static gboolean
set_playable (LwLedger *ledger, LwDb *db, gpointer data, GError **error)
{
  const LwMediaFile *file = data;
  g_autoptr (LwStatement) update = lw_ledger_get (ledger, db, "set-playable", error);

  if (update == NULL)
    return FALSE;
  lw_bind_blob (update, 1, file->hash.bytes, sizeof file->hash.bytes);
  lw_bind_text (update, 2, file->playable);
  lw_bind_text (update, 3, file->playable_type);
  return lw_run (db, update, error);
}

gboolean
lw_media_file_set_playable (LwLedger *ledger,
                            const LwContentHash *hash,
                            const char *playable,
                            const char *playable_type,
                            GError **error)
{
  LwMediaFile file = {
      .hash = *hash, .playable = (char *)playable, .playable_type = (char *)playable_type};

  return lw_ledger_write (ledger, set_playable, &file, error);
}

/* ---- the folders ---- */

char *
lw_media_path (LwRoom *room, const LwContentHash *hash, const char *name)
{
  char text[LW_CONTENT_HASH_TEXT_LENGTH + 1];

  lw_content_hash_format (hash, text);
  return g_build_filename (room->config->data, "media", text, name, NULL);
}

char *
lw_upload_path (LwRoom *room, const LwId *id)
{
  char text[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (id, text);
  return g_build_filename (room->config->data, "uploads", text, NULL);
}

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", path,
               g_strerror (code));
  return FALSE;
}

gboolean
lw_media_make_folder (const char *path, GError **error)
{
  return g_mkdir_with_parents (path, 0700) == 0 || fail (path, error);
}

gboolean
lw_media_sync_folder (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail (path, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

gboolean
lw_media_adopt (
    LwRoom *room, const char *path, const LwContentHash *hash, const char *name, GError **error)
{
  g_autofree char *folder = lw_media_path (room, hash, NULL);
  g_autofree char *target = lw_media_path (room, hash, name);
  g_autofree char *parent = g_path_get_dirname (folder);

  if (!lw_media_make_folder (folder, error))
    return FALSE;
  if (link (path, target) != 0 && errno != EEXIST)
    return fail (target, error);
  return lw_media_sync_folder (folder, error) && lw_media_sync_folder (parent, error);
}

gboolean
lw_media_write (LwRoom *room,
                const LwContentHash *hash,
                const char *name,
                const char *text,
                gsize length,
                GError **error)
{
  g_autofree char *path = lw_media_path (room, hash, name);

  return g_file_set_contents_full (path, text, (gssize)length,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}
