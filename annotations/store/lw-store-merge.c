/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "lw-sql.h"
#include "lw-store-private.h"

typedef struct {
  LwDb *other;
  guint forks;
  gboolean scrub;       /* an erasure came in */
  gboolean device_lost; /* another file writes under this one's name */
  LwClock greatest;
  GHashTable *touched;  /* LwId: targets of ops that came in */
  GHashTable *erasures; /* LwId */
} Merge;

typedef struct {
  gint64 key; /* in our file */
  gboolean is_new, is_own, frozen, forked;
  LwId track_id;
} Log;

static gboolean
fail_damaged (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                        "The other file of notes is damaged. Nothing was taken from it.", error);
}

static void
remember_id (GHashTable *ids, const LwId *id)
{
  g_hash_table_add (ids, g_memdup2 (id, sizeof *id));
}

/* ---- one op ---- */

/* Where our file has it: @ret_branch, or -1, and @ret_next the first number that is free. */
static gboolean
find_ours (
    LwDb *db, const Log *log, const LwOp *op, gint64 *ret_branch, gint64 *ret_next, GError **error)
{
  g_autoptr (LwStatement) at = lw_db_get (db, "ops-at", error);

  *ret_branch = -1;
  *ret_next = 0;
  if (at == NULL)
    return FALSE;
  lw_bind_int (at, 1, log->key);
  lw_bind_int (at, 2, (gint64)op->seq);
  for (;;) {
    gboolean row;

    if (!lw_step (db, at, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    if (sqlite3_column_bytes (at, 1) == LW_DIGEST_LENGTH &&
        memcmp (sqlite3_column_blob (at, 1), op->hash, LW_DIGEST_LENGTH) == 0)
      *ret_branch = sqlite3_column_int64 (at, 0);
    *ret_next = sqlite3_column_int64 (at, 0) + 1;
  }
}

static gboolean
insert_op (LwDb *db,
           const Log *log,
           const LwLogEntry *entry,
           gint64 parent_branch,
           gint64 *ret_key,
           GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-op", error);
  const LwOp *op = &entry->op;

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, log->key);
  lw_bind_int (add, 2, (gint64)op->seq);
  lw_bind_int (add, 3, entry->local_branch);
  lw_bind_int (add, 4, parent_branch);
  lw_bind_int (add, 5, (gint64)op->clock);
  lw_bind_int (add, 6, op->kind);
  lw_bind_int (add, 7, op->role);
  lw_bind_id (add, 8, &op->target);
  if (lw_op_has_body (op->kind))
    lw_bind_blob (add, 9, op->commitment, LW_DIGEST_LENGTH);
  lw_bind_blob (add, 10, op->hash, LW_DIGEST_LENGTH);
  if (!lw_run (db, add, error))
    return FALSE;
  *ret_key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

/* What was erased here is not taken in again. */
static gboolean
take_body (
    LwDb *db, const Log *log, LwLogReader *reader, const LwOp *op, gint64 op_key, GError **error)
{
  g_autoptr (LwStatement) add = NULL;
  gboolean erased;

  if (!lw_log_reader_has_body (reader))
    return TRUE;
  if (!lw_op_has_body (op->kind) || !lw_log_reader_check_body (reader, op))
    return fail_damaged (error);
  if (!lw_is_erased (db, &op->target, &erased, error) ||
      (!erased && !lw_is_erased (db, &log->track_id, &erased, error)))
    return FALSE;
  if (erased)
    return TRUE;
  add = lw_db_get (db, "add-body", error);
  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, op_key);
  sqlite3_bind_value (add, 2, sqlite3_column_value (reader->statement, 10));
  sqlite3_bind_value (add, 3, sqlite3_column_value (reader->statement, 11));
  return lw_run (db, add, error);
}

static gboolean
take_op (LwWriter *writer,
         Merge *merge,
         Log *log,
         LwLogReader *reader,
         LwLogEntry *entry,
         const LwLogEntry *parent,
         GError **error)
{
  gint64 branch = -1, next = 0, op_key;

  if (!log->is_new && !find_ours (writer->db, log, &entry->op, &branch, &next, error))
    return FALSE;
  /* A new log may be forked already in the file that it comes from. */
  if (log->is_new)
    next = (gint64)reader->siblings->len - 1;
  if (branch >= 0) {
    entry->local_branch = branch;
    return TRUE;
  }
  entry->local_branch = next;
  log->forked = log->forked || next > 0;
  if (log->is_own)
    merge->device_lost = TRUE;
  merge->greatest = MAX (merge->greatest, entry->op.clock);
  remember_id (merge->touched, &entry->op.target);
  if (entry->op.kind == LW_OP_ERASE)
    remember_id (merge->erasures, &entry->op.target);
  return insert_op (writer->db, log, entry, parent != NULL ? parent->local_branch : 0, &op_key,
                    error) &&
         take_body (writer->db, log, reader, &entry->op, op_key, error);
}

/* ---- one log ---- */

static gboolean
find_log (LwDb *db, LwStatement *theirs, Log *log, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "find-log", error);
  g_autoptr (LwStatement) add = lw_db_get (db, "add-log", error);
  LwId log_id = lw_column_id (theirs, 1), device = lw_column_id (theirs, 2), own, derived;
  gboolean row;

  *log = (Log){.track_id = lw_column_id (theirs, 3)};
  derived = lw_log_id_for (&device, &log->track_id);
  if (find == NULL || add == NULL || !lw_meta_get_id (db, LW_META_DEVICE, &own, error))
    return FALSE;
  if (lw_id_is_none (&device) || !lw_id_equal (&log_id, &derived))
    return fail_damaged (error);
  log->is_own = lw_id_equal (&own, &device);
  lw_bind_id (find, 1, &log_id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row) {
    log->key = sqlite3_column_int64 (find, 0);
    log->frozen = sqlite3_column_int (find, 1) != 0;
    return TRUE;
  }
  log->is_new = TRUE;
  lw_bind_id (add, 1, &log_id);
  lw_bind_id (add, 2, &device);
  lw_bind_id (add, 3, &log->track_id);
  if (!lw_run (db, add, error))
    return FALSE;
  log->key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

static gboolean
freeze (LwDb *db, const Log *log, GError **error)
{
  g_autoptr (LwStatement) freeze_log = lw_db_get (db, "freeze-log", error);

  if (freeze_log == NULL)
    return FALSE;
  lw_bind_int (freeze_log, 1, log->key);
  return lw_run (db, freeze_log, error);
}

static gboolean
take_log (LwWriter *writer, Merge *merge, LwStatement *theirs, GError **error)
{
  LwLogReader reader;
  LwId log_id = lw_column_id (theirs, 1);
  gboolean ok;
  Log log;

  if (!find_log (writer->db, theirs, &log, error))
    return FALSE;
  ok = lw_log_reader_init (&reader, merge->other, sqlite3_column_int64 (theirs, 0), &log_id,
                           lw_id_is_none (&log.track_id), error);
  while (ok) {
    const LwLogEntry *parent;
    LwLogEntry *entry;
    LwLink link;

    ok = lw_log_reader_next (&reader, &entry, &parent, &link, error);
    if (!ok || entry == NULL)
      break;
    ok = link == LW_LINK_GOOD || fail_damaged (error);
    ok = ok && take_op (writer, merge, &log, &reader, entry, parent, error);
  }
  lw_log_reader_clear (&reader);
  if (!ok || !log.forked || log.frozen)
    return ok;
  merge->forks++;
  return freeze (writer->db, &log, error);
}

/* ---- the whole ---- */

static gboolean
take_logs (LwWriter *writer, Merge *merge, GError **error)
{
  g_autoptr (LwStatement) logs = lw_db_get (merge->other, "list-logs", error);

  if (logs == NULL)
    return FALSE;
  for (;;) {
    gboolean row;

    if (!lw_step (merge->other, logs, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    if (!take_log (writer, merge, logs, error))
      return FALSE;
  }
}

static gboolean
apply (LwWriter *writer, Merge *merge, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, merge->erasures);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    gboolean erased;

    if (!lw_is_erased (writer->db, id, &erased, error))
      return FALSE;
    if (erased)
      continue;
    merge->scrub = TRUE;
    if (!lw_erase_target (writer, id, error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, merge->touched);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (!lw_project_target (writer->db, id, error))
      return FALSE;
  }
  return lw_erase_orphans (writer, error);
}

static gboolean
see_clock (LwDb *db, LwClock greatest, GError **error)
{
  gint64 seen, own;

  if (!lw_meta_get_int (db, LW_META_SEEN_CLOCK, &seen, error) ||
      !lw_db_get_number (db, lw_sql_get ("greatest-clock"), &own, error))
    return FALSE;
  return lw_meta_set_int (db, LW_META_SEEN_CLOCK, MAX (MAX (seen, own), (gint64)greatest), error);
}

static gboolean
merge_stores (LwWriter *writer, gpointer data, GError **error)
{
  Merge *merge = data;
  LwId device;

  if (!take_logs (writer, merge, error))
    return FALSE;
  if (g_hash_table_size (merge->touched) == 0)
    return TRUE;
  if (!see_clock (writer->db, merge->greatest, error))
    return FALSE;
  if (merge->device_lost) {
    /* A copy of this file writes under the same name. From here on this one has a new name, so that
     * both can go on without their changes meeting under one number again. */
    device = lw_id_new ();
    if (!lw_meta_set_id (writer->db, LW_META_DEVICE, &device, error))
      return FALSE;
  }
  if (!apply (writer, merge, error))
    return FALSE;
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
  if (!lw_store_copy_file (db, *ret_copy, error) || !lw_store_migrate_file (*ret_copy, vfs, error))
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
  g_autoptr (GHashTable) touched = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  g_autoptr (GHashTable) erasures = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL);
  g_autofree char *copy = NULL;
  Merge merge = {.touched = touched, .erasures = erasures};
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
    remove_copy (copy);
    if (!ok)
      return FALSE;
  }
  /* What is merged is merged: if another program reads just now, housekeeping scrubs later. */
  if (merge.scrub)
    lw_store_scrub (self, NULL);
  if (ret_forks != NULL)
    *ret_forks = merge.forks;
  return TRUE;
}
