/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"

/* What concerns this machine alone: where media lies, drafts, settings. None of it is in a log. */

/* ---- media ---- */

typedef struct {
  const LwContentHash *media;
  const char *path;
  guint64 size;
  gint64 mtime_us;
} Place;

static gboolean
remember (LwWriter *writer, gpointer data, GError **error)
{
  const Place *place = data;
  g_autoptr (LwStatement) put = lw_db_get (writer->db, "remember-media", error);

  if (put == NULL)
    return FALSE;
  lw_bind_blob (put, 1, place->path, strlen (place->path));
  lw_bind_blob (put, 2, place->media, sizeof *place->media);
  lw_bind_int (put, 3, (gint64)place->size);
  lw_bind_int (put, 4, place->mtime_us);
  return lw_run (writer->db, put, error);
}

gboolean
lw_store_remember_media (LwStore *self,
                         const LwContentHash *media,
                         const char *path,
                         guint64 size,
                         gint64 mtime_us,
                         GError **error)
{
  Place place = {media, path, size, mtime_us};

  g_return_val_if_fail (LW_IS_STORE (self) && media != NULL && path != NULL, FALSE);
  return lw_store_write (self, remember, &place, error);
}

static gboolean
recall (LwDb *db, const Place *place, LwContentHash *ret_media, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "recall-media", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_blob (get, 1, place->path, strlen (place->path));
  lw_bind_int (get, 2, (gint64)place->size);
  lw_bind_int (get, 3, place->mtime_us);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (!row || sqlite3_column_bytes (get, 0) != sizeof *ret_media)
    return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "That file is not known, or has changed.",
                          error);
  memcpy (ret_media, sqlite3_column_blob (get, 0), sizeof *ret_media);
  return TRUE;
}

gboolean
lw_store_recall_hash (LwStore *self,
                      const char *path,
                      guint64 size,
                      gint64 mtime_us,
                      LwContentHash *ret_media,
                      GError **error)
{
  Place place = {NULL, path, size, mtime_us};
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && path != NULL && ret_media != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = recall (db, &place, ret_media, error);
  lw_store_give_back (self, db);
  return ok;
}

static gboolean
recall_place (
    LwDb *db, const char *path, LwContentHash *ret_media, guint64 *ret_size, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "recall-place", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_blob (get, 1, path, strlen (path));
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (!row || sqlite3_column_bytes (get, 0) != sizeof *ret_media)
    return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "Nothing is known of that file.", error);
  memcpy (ret_media, sqlite3_column_blob (get, 0), sizeof *ret_media);
  *ret_size = (guint64)sqlite3_column_int64 (get, 1);
  return TRUE;
}

gboolean
lw_store_recall_place (
    LwStore *self, const char *path, LwContentHash *ret_media, guint64 *ret_size, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && path != NULL, FALSE);
  g_return_val_if_fail (ret_media != NULL && ret_size != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = recall_place (db, path, ret_media, ret_size, error);
  lw_store_give_back (self, db);
  return ok;
}

static gboolean
list_paths (LwDb *db, const LwContentHash *media, GPtrArray *paths, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (db, "media-paths", error);

  if (list == NULL)
    return FALSE;
  lw_bind_blob (list, 1, media, sizeof *media);
  for (;;) {
    gboolean row;

    if (!lw_step (db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    g_ptr_array_add (
        paths, g_strndup (sqlite3_column_blob (list, 0), (gsize)sqlite3_column_bytes (list, 0)));
  }
}

char **
lw_store_media_paths (LwStore *self, const LwContentHash *media, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && media != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = list_paths (db, media, paths, error);
  lw_store_give_back (self, db);
  if (!ok)
    return NULL;
  g_ptr_array_add (paths, NULL);
  return (char **)g_ptr_array_steal (paths, NULL);
}

/* ---- drafts ---- */

typedef struct {
  const LwNote *note;
  gboolean put_away;
} Saving;

static gboolean
save_draft (LwWriter *writer, gpointer data, GError **error)
{
  const Saving *saving = data;
  const LwNote *draft = saving->note;
  g_autoptr (LwStatement) save = lw_db_get (writer->db, "save-draft", error);
  g_autoptr (GBytes) body = lw_body_from_note (draft);
  LwId segment, person;

  if (save == NULL || !lw_track_lookup (writer->db, &draft->track_id, &segment, &person, error))
    return FALSE;
  lw_bind_id (save, 1, &draft->track_id);
  lw_bind_id (save, 2, &draft->id);
  lw_bind_bytes (save, 3, body);
  lw_bind_int (save, 4, saving->put_away);
  return lw_run (writer->db, save, error);
}

gboolean
lw_store_save_draft (LwStore *self, const LwNote *draft, gboolean put_away, GError **error)
{
  g_autoptr (LwNote) checked = NULL;
  Saving saving = {.put_away = put_away};

  g_return_val_if_fail (LW_IS_STORE (self) && draft != NULL, FALSE);
  saving.note = checked = lw_note_new (draft, error);
  return checked != NULL && lw_store_write (self, save_draft, &saving, error);
}

/* Into @open those that are being written, into @put_away the others. */
static gboolean
load_drafts (LwDb *db, const LwId *track_id, GPtrArray *open, GPtrArray *put_away, GError **error)
{
  g_autoptr (LwStatement) load = lw_db_get (db, "drafts-of-track", error);
  LwNote identity = {.track_id = *track_id};
  gboolean row;

  if (load == NULL)
    return FALSE;
  lw_bind_id (load, 1, track_id);
  for (;;) {
    LwNote *draft;

    if (!lw_step (db, load, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    identity.id = lw_column_id (load, 0);
    if (!lw_track_lookup (db, track_id, &identity.segment_id, &identity.author_id, error))
      return FALSE;
    draft = lw_body_to_note (sqlite3_column_blob (load, 1), (gsize)sqlite3_column_bytes (load, 1),
                             &identity);
    if (draft != NULL)
      g_ptr_array_add (sqlite3_column_int (load, 2) != 0 ? put_away : open, draft);
    else
      g_warning ("A draft cannot be read.");
  }
}

gboolean
lw_store_load_drafts (LwStore *self,
                      const LwId *track_id,
                      GPtrArray **ret_open,
                      GPtrArray **ret_put_away,
                      GError **error)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  g_autoptr (GPtrArray) away = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && track_id != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = load_drafts (db, track_id, open, away, error);
  lw_store_give_back (self, db);
  if (ok && ret_open != NULL)
    *ret_open = g_steal_pointer (&open);
  if (ok && ret_put_away != NULL)
    *ret_put_away = g_steal_pointer (&away);
  return ok;
}

static gboolean
drop_draft (LwWriter *writer, gpointer data, GError **error)
{
  g_autoptr (LwStatement) drop = lw_db_get (writer->db, "drop-draft", error);

  if (drop == NULL)
    return FALSE;
  lw_bind_id (drop, 1, data);
  return lw_run (writer->db, drop, error);
}

gboolean
lw_store_drop_draft (LwStore *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL, FALSE);
  return lw_store_write (self, drop_draft, (gpointer)note_id, error);
}

/* ---- settings ---- */

static gboolean
set_setting (LwWriter *writer, gpointer data, GError **error)
{
  const char *const *pair = data;
  g_autoptr (LwStatement) set =
      lw_db_get (writer->db, pair[1] != NULL ? "set-setting" : "drop-setting", error);

  if (set == NULL)
    return FALSE;
  lw_bind_text (set, 1, pair[0]);
  if (pair[1] != NULL)
    lw_bind_text (set, 2, pair[1]);
  return lw_run (writer->db, set, error);
}

gboolean
lw_store_set_setting (LwStore *self, const char *key, const char *value, GError **error)
{
  const char *pair[2] = {key, value};

  g_return_val_if_fail (LW_IS_STORE (self) && key != NULL, FALSE);
  return lw_store_write (self, set_setting, pair, error);
}

static gboolean
get_setting (LwDb *db, const char *key, char **ret_value, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-setting", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_text (get, 1, key);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  *ret_value = row ? g_strdup ((const char *)sqlite3_column_text (get, 0)) : NULL;
  return TRUE;
}

char *
lw_store_get_setting (LwStore *self, const char *key, GError **error)
{
  char *value = NULL;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && key != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  get_setting (db, key, &value, error);
  lw_store_give_back (self, db);
  return value;
}
