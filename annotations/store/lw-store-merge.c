/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>

#include "lw-sql.h"
#include "lw-take.h"

static gboolean
fail_damaged (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                        "The other file of notes is damaged. Nothing was taken from it.", error);
}

typedef struct {
  LwDb *other;
  LwTake take;
} Merge;

static gboolean
take_entry (const LwLogEntry *entry, gpointer data, GError **error)
{
  Merge *merge = data;

  if (entry->link != LW_LINK_GOOD)
    return fail_damaged (error);
  return lw_take_op (&merge->take, &entry->row->op, entry->has_body ? &entry->body : NULL,
                     entry->missing, error);
}

static gboolean
take_log (const LwLogRow *log, gpointer data, GError **error)
{
  Merge *merge = data;

  if (!lw_log_row_is_right (log))
    return fail_damaged (error);
  return lw_take_begin_log (&merge->take, &log->device_id, &log->track_id, error) &&
         lw_log_read (merge->other, log, take_entry, merge, error) &&
         lw_take_end_log (&merge->take, error);
}

static gboolean
merge_stores (LwWriter *writer, gpointer data, GError **error)
{
  Merge *merge = data;

  if (!lw_take_begin (&merge->take, writer, error) ||
      !lw_log_rows_foreach (merge->other, take_log, merge, error) ||
      !lw_take_finish (&merge->take, error))
    return FALSE;
  if (g_hash_table_size (merge->take.touched) > 0)
    lw_writer_tell (writer, NULL, NULL, LW_STORE_CHANGE_ALL);
  return TRUE;
}

/* A file of an older version is brought up to date as a copy: it is not ours to change. */
static LwDb *
open_other (LwStore *self, const char *path, char **ret_copy, GError **error)
{
  const char *vfs = lw_store_get_vfs (self);
  g_autoptr (LwDb) db = NULL;
  g_autofree char *id = NULL;
  LwId unique = lw_id_new ();
  guint version;

  if (!lw_store_inspect_file (path, vfs, &version, error))
    return NULL;
  db = lw_db_open (path, LW_DB_READ_ONLY, vfs, error);
  if (db == NULL || version == LW_SCHEMA_VERSION)
    return g_steal_pointer (&db);
  id = lw_id_to_string (&unique);
  *ret_copy = g_strconcat (lw_store_get_path (self), ".merge-", id, NULL);
  if (!lw_store_copy_file (db, *ret_copy, FALSE, error) ||
      !lw_store_migrate_file (*ret_copy, vfs, error))
    return NULL;
  return lw_db_open (*ret_copy, LW_DB_READ_ONLY, vfs, error);
}

static void
remove_copy (const char *path)
{
  static const char *const suffixes[] = {"", "-wal", "-shm"};
  g_auto (GStrv) copies = NULL;

  if (path == NULL)
    return;
  copies = lw_store_list_copies (path);
  for (guint i = 0; copies[i] != NULL; i++)
    g_unlink (copies[i]);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *name = g_strconcat (path, suffixes[i], NULL);

    g_unlink (name);
  }
}

static gboolean
is_same_file (const char *a, const char *b)
{
  GStatBuf left, right;

  return g_stat (a, &left) == 0 && g_stat (b, &right) == 0 && left.st_dev == right.st_dev &&
         left.st_ino == right.st_ino;
}

gboolean
lw_store_merge (LwStore *self, const char *other_path, guint *ret_forks, GError **error)
{
  g_autofree char *copy = NULL;
  Merge merge = {0};
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (self) && other_path != NULL, FALSE);
  if (!g_file_test (other_path, G_FILE_TEST_EXISTS))
    return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "There is no such file.", error);
  if (!is_same_file (lw_store_get_path (self), other_path)) {
    merge.other = open_other (self, other_path, &copy, error);
    ok = merge.other != NULL && lw_db_begin_read (merge.other, error) &&
         lw_store_write (self, merge_stores, &merge, error);
    if (merge.other != NULL)
      lw_db_rollback (merge.other);
    g_clear_pointer (&merge.other, lw_db_close);
    lw_take_clear (&merge.take);
    remove_copy (copy);
    if (!ok)
      return FALSE;
  }
  /* What is merged is merged: if another program reads just now, housekeeping scrubs later. */
  if (merge.take.scrub)
    lw_store_scrub (self, NULL);
  if (ret_forks != NULL)
    *ret_forks = merge.take.forks;
  return TRUE;
}
