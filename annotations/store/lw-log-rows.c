/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-log-rows.h"

gboolean
lw_log_row_find (
    LwDb *db, const LwId *device_id, const LwId *track_id, LwLogRow *ret_log, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "find-log", error);
  gboolean row;

  *ret_log = (LwLogRow){
      .id = lw_log_id_for (device_id, track_id), .device_id = *device_id, .track_id = *track_id};
  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, &ret_log->id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row) {
    ret_log->key = sqlite3_column_int64 (find, 0);
    ret_log->frozen = sqlite3_column_int (find, 1) != 0;
  }
  return TRUE;
}

gboolean
lw_log_row_add (LwDb *db, LwLogRow *log, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-log", error);

  if (add == NULL)
    return FALSE;
  lw_bind_id (add, 1, &log->id);
  lw_bind_id (add, 2, &log->device_id);
  lw_bind_id (add, 3, &log->track_id);
  if (!lw_run (db, add, error))
    return FALSE;
  log->key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

gboolean
lw_log_row_is_right (const LwLogRow *log)
{
  LwId derived = lw_log_id_for (&log->device_id, &log->track_id);

  return !lw_id_is_none (&log->device_id) && lw_id_equal (&log->id, &derived);
}

gboolean
lw_log_rows_foreach (LwDb *db, LwLogRowFunc func, gpointer data, GError **error)
{
  g_autoptr (LwStatement) logs = lw_db_get (db, "list-logs", error);

  if (logs == NULL)
    return FALSE;
  for (;;) {
    LwLogRow log;
    gboolean row;

    if (!lw_step (db, logs, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    log = (LwLogRow){.key = sqlite3_column_int64 (logs, 0),
                     .id = lw_column_id (logs, 1),
                     .device_id = lw_column_id (logs, 2),
                     .track_id = lw_column_id (logs, 3),
                     .frozen = sqlite3_column_int (logs, 4) != 0};
    if (!func (&log, data, error))
      return FALSE;
  }
}

gboolean
lw_op_row_add (LwDb *db,
               const LwLogRow *log,
               const LwOpRow *row,
               gint64 parent_branch,
               gint64 *ret_op_key,
               GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-op", error);
  const LwOp *op = &row->op;

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, log->key);
  lw_bind_int (add, 2, (gint64)op->seq);
  lw_bind_int (add, 3, row->branch);
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
  *ret_op_key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

gboolean
lw_body_row_add (LwDb *db, gint64 op_key, const LwSealedBody *body, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-body", error);

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, op_key);
  lw_bind_blob (add, 2, body->salt, LW_SALT_LENGTH);
  lw_bind_blob (add, 3, body->bytes, body->length);
  return lw_run (db, add, error);
}

gboolean
lw_sealed_body_is_of (const LwSealedBody *body, const LwOp *op)
{
  guint8 commitment[LW_DIGEST_LENGTH];

  if (!lw_op_has_body (op->kind) || body->salt == NULL)
    return FALSE;
  lw_op_commit (body->salt, body->bytes, body->length, commitment);
  return memcmp (commitment, op->commitment, LW_DIGEST_LENGTH) == 0;
}
