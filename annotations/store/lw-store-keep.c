/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "lw-sql.h"
#include "lw-store-private.h"

static guint64
file_size (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  GStatBuf info;

  return g_stat (name, &info) == 0 ? (guint64)info.st_size : 0;
}

static gboolean
read_stats (LwDb *db, LwStoreStats *stats, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "stats", error);
  gint64 version;
  gboolean row;

  if (get == NULL || !lw_step (db, get, &row, error) ||
      !lw_db_get_number (db, "PRAGMA user_version", &version, error))
    return FALSE;
  stats->logs = (guint64)sqlite3_column_int64 (get, 0);
  stats->ops = (guint64)sqlite3_column_int64 (get, 1);
  stats->bodies_erased = (guint64)sqlite3_column_int64 (get, 2);
  stats->notes = (guint64)sqlite3_column_int64 (get, 3);
  stats->segments = (guint64)sqlite3_column_int64 (get, 4);
  stats->people = (guint64)sqlite3_column_int64 (get, 5);
  stats->tracks = (guint64)sqlite3_column_int64 (get, 6);
  stats->schema_version = (guint)version;
  return TRUE;
}

gboolean
lw_store_stats (LwStore *self, LwStoreStats *ret_stats, GError **error)
{
  LwStoreStats stats = {0};
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && ret_stats != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = read_stats (db, &stats, error);
  lw_store_give_back (self, db);
  if (!ok)
    return FALSE;
  stats.bytes =
      file_size (lw_store_get_path (self), "") + file_size (lw_store_get_path (self), "-wal");
  *ret_stats = stats;
  return TRUE;
}

static gboolean
rebuild (LwWriter *writer, gpointer data, GError **error)
{
  if (!lw_project_everything (writer->db, error))
    return FALSE;
  lw_writer_tell (writer, NULL, NULL, LW_STORE_CHANGE_ALL);
  return TRUE;
}

gboolean
lw_store_rebuild (LwStore *self, GError **error)
{
  gboolean complete;

  g_return_val_if_fail (LW_IS_STORE (self), FALSE);
  return lw_store_write (self, rebuild, NULL, error) &&
         lw_store_catch_up_search (self, &complete, error);
}

gboolean
lw_store_backup (LwStore *self, const char *path, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && path != NULL && *path != '\0', FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = lw_store_copy_file (db, path, TRUE, error);
  lw_store_give_back (self, db);
  return ok;
}

char **
lw_store_old_copies (LwStore *self)
{
  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  return lw_store_list_copies (lw_store_get_path (self));
}
