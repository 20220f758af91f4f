/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-log-rows.h"

static gboolean
find_log (LwDb *db, const LwId *track_id, LwLogRow *ret_log, GError **error)
{
  LwId device;

  if (!lw_meta_get_id (db, LW_META_DEVICE, &device, error) ||
      !lw_log_row_find (db, &device, track_id, ret_log, error))
    return FALSE;
  /* After a fork the device has another name, so nobody comes to write here any more. */
  if (ret_log->frozen)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT, "A history that was closed is in use again.",
                          error);
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

gboolean
lw_append (LwWriter *writer,
           const LwChangeOp *change,
           gint64 *ret_op_key,
           LwClock *ret_clock,
           GError **error)
{
  LwDb *db = writer->db;
  guint8 salt[LW_SALT_LENGTH];
  LwOpRow row = {.op = {.kind = change->kind, .role = change->role, .target = change->target}};
  LwSealedBody body = {.salt = salt};
  LwOp *op = &row.op;
  LwLogRow log;

  g_return_val_if_fail (lw_op_has_body (change->kind) == (change->body != NULL), FALSE);
  if (!find_log (db, &change->track_id, &log, error) ||
      (log.key == 0 && !lw_log_row_add (db, &log, error)))
    return FALSE;
  op->log_id = log.id;
  if (!follow_head (db, log.key, op, error) || !next_clock (db, op->clock, &op->clock, error))
    return FALSE;
  if (change->body != NULL) {
    body.bytes = g_bytes_get_data (change->body, &body.length);
    lw_crypto_random (salt, sizeof salt);
    lw_op_commit (salt, body.bytes, body.length, op->commitment);
  }
  lw_op_seal (op);
  if (!lw_op_row_add (db, &log, &row, 0, &row.op_key, error) ||
      (change->body != NULL && !lw_body_row_add (db, row.op_key, &body, error)))
    return FALSE;
  if (ret_op_key != NULL)
    *ret_op_key = row.op_key;
  if (ret_clock != NULL)
    *ret_clock = op->clock;
  return TRUE;
}
