/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"

gboolean
lw_meta_get_int (LwDb *db, const char *name, gint64 *ret_number, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-meta", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_text (get, 1, name);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  *ret_number = row ? sqlite3_column_int64 (get, 0) : 0;
  return TRUE;
}

gboolean
lw_meta_set_int (LwDb *db, const char *name, gint64 number, GError **error)
{
  g_autoptr (LwStatement) set = lw_db_get (db, "set-meta", error);

  if (set == NULL)
    return FALSE;
  lw_bind_text (set, 1, name);
  lw_bind_int (set, 2, number);
  return lw_run (db, set, error);
}

gboolean
lw_meta_get_id (LwDb *db, const char *name, LwId *ret_id, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-meta", error);
  gboolean row;

  if (get == NULL)
    return FALSE;
  lw_bind_text (get, 1, name);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  *ret_id = row ? lw_column_id (get, 0) : LW_ID_NONE;
  return TRUE;
}

gboolean
lw_meta_set_id (LwDb *db, const char *name, const LwId *id, GError **error)
{
  g_autoptr (LwStatement) set = lw_db_get (db, "set-meta", error);

  if (set == NULL)
    return FALSE;
  lw_bind_text (set, 1, name);
  lw_bind_id (set, 2, id);
  return lw_run (db, set, error);
}

typedef struct {
  gint64 key;
  LwId device_id;
  LwId log_id;
} Log;

static gboolean
find_log (LwDb *db, const LwId *track_id, Log *ret_log, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "find-log", error);
  gboolean row;

  if (find == NULL || !lw_meta_get_id (db, LW_META_DEVICE, &ret_log->device_id, error))
    return FALSE;
  ret_log->log_id = lw_log_id_for (&ret_log->device_id, track_id);
  lw_bind_id (find, 1, &ret_log->log_id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  ret_log->key = row ? sqlite3_column_int64 (find, 0) : 0;
  /* After a fork the device has another name, so nobody comes to write here any more. */
  if (row && sqlite3_column_int (find, 1) != 0)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT, "A history that was closed is in use again.",
                          error);
  return TRUE;
}

gboolean
lw_log_find (LwDb *db, const LwId *track_id, gint64 *ret_log_key, GError **error)
{
  Log log;

  if (!find_log (db, track_id, &log, error))
    return FALSE;
  *ret_log_key = log.key;
  return TRUE;
}

static gboolean
add_log (LwDb *db, const LwId *track_id, Log *log, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-log", error);

  if (add == NULL)
    return FALSE;
  lw_bind_id (add, 1, &log->log_id);
  lw_bind_id (add, 2, &log->device_id);
  lw_bind_id (add, 3, track_id);
  if (!lw_run (db, add, error))
    return FALSE;
  log->key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

/* Fills in @op's seq and previous from the last op of the log. */
static gboolean
follow_head (LwDb *db, gint64 log_key, LwOp *op, GError **error)
{
  g_autoptr (LwStatement) head = lw_db_get (db, "log-head", error);
  gboolean row;

  if (head == NULL)
    return FALSE;
  lw_bind_int (head, 1, log_key);
  if (!lw_step (db, head, &row, error))
    return FALSE;
  op->seq = 1;
  if (!row)
    return TRUE;
  if (sqlite3_column_bytes (head, 3) != LW_DIGEST_LENGTH)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT, "The history is damaged.", error);
  op->seq = (guint64)sqlite3_column_int64 (head, 0) + 1;
  op->clock = (LwClock)sqlite3_column_int64 (head, 2);
  memcpy (op->previous, sqlite3_column_blob (head, 3), LW_DIGEST_LENGTH);
  return TRUE;
}

/* The newest op that was written here carries the greatest clock of its time; what came in by
 * merges since is remembered beside. */
static gboolean
next_clock (LwDb *db, LwClock head, LwClock *ret_clock, GError **error)
{
  g_autoptr (LwStatement) newest = lw_db_get (db, "newest-clock", error);
  gint64 seen;
  gboolean row;
  LwClock last = head;

  if (newest == NULL || !lw_step (db, newest, &row, error) ||
      !lw_meta_get_int (db, LW_META_SEEN_CLOCK, &seen, error))
    return FALSE;
  last = MAX (last, (LwClock)seen);
  if (row)
    last = MAX (last, (LwClock)sqlite3_column_int64 (newest, 0));
  *ret_clock = lw_clock_next (last, g_get_real_time ());
  return TRUE;
}

static gboolean
insert_op (LwDb *db, gint64 log_key, const LwOp *op, gint64 *ret_op_key, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-op", error);

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, log_key);
  lw_bind_int (add, 2, (gint64)op->seq);
  lw_bind_int (add, 3, 0);
  lw_bind_int (add, 4, 0);
  lw_bind_int (add, 5, (gint64)op->clock);
  lw_bind_int (add, 6, op->kind);
  lw_bind_int (add, 7, op->role);
  lw_bind_id (add, 8, &op->target);
  if (lw_op_has_body (op->kind))
    lw_bind_blob (add, 9, op->commitment, LW_DIGEST_LENGTH);
  lw_bind_blob (add, 10, op->hash, LW_DIGEST_LENGTH);
  if (!lw_run (db, add, error))
    return FALSE;
  *ret_op_key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

static gboolean
insert_body (LwDb *db, gint64 op_key, const guint8 *salt, GBytes *body, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-body", error);

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, op_key);
  lw_bind_blob (add, 2, salt, LW_SALT_LENGTH);
  lw_bind_bytes (add, 3, body);
  return lw_run (db, add, error);
}

gboolean
lw_append (LwWriter *writer,
           const LwChangeOp *change,
           gint64 *ret_op_key,
           LwClock *ret_clock,
           GError **error)
{
  LwDb *db = writer->db;
  guint8 salt[LW_SALT_LENGTH];
  LwOp op = {.kind = change->kind, .role = change->role, .target = change->target};
  gint64 op_key;
  Log log;

  g_return_val_if_fail (lw_op_has_body (change->kind) == (change->body != NULL), FALSE);
  if (!find_log (db, &change->track_id, &log, error))
    return FALSE;
  if (log.key == 0 && !add_log (db, &change->track_id, &log, error))
    return FALSE;
  op.log_id = log.log_id;
  if (!follow_head (db, log.key, &op, error) || !next_clock (db, op.clock, &op.clock, error))
    return FALSE;
  if (change->body != NULL) {
    lw_crypto_random (salt, sizeof salt);
    lw_op_commit (salt, g_bytes_get_data (change->body, NULL), g_bytes_get_size (change->body),
                  op.commitment);
  }
  lw_op_seal (&op);
  if (!insert_op (db, log.key, &op, &op_key, error) ||
      (change->body != NULL && !insert_body (db, op_key, salt, change->body, error)))
    return FALSE;
  if (ret_op_key != NULL)
    *ret_op_key = op_key;
  if (ret_clock != NULL)
    *ret_clock = op.clock;
  return TRUE;
}
