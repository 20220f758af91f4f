/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What this store has, and what it waits for. */

#include <string.h>

#include "lw-sync-private.h"

gboolean
lw_sync_copy_hash (LwStatement *row, int column, guint8 hash[LW_DIGEST_LENGTH], GError **error)
{
  if (sqlite3_column_bytes (row, column) != LW_DIGEST_LENGTH)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT, "The history is damaged.", error);
  memcpy (hash, sqlite3_column_blob (row, column), LW_DIGEST_LENGTH);
  return TRUE;
}

/* ---- the vector ---- */

static gboolean
digest_ends (LwDb *db, gint64 log_key, guint8 ret_head[LW_DIGEST_LENGTH], GError **error)
{
  g_autoptr (LwStatement) ends = lw_db_get (db, "log-ends", error);
  g_autoptr (GByteArray) hashes = g_byte_array_new ();

  if (ends == NULL)
    return FALSE;
  lw_bind_int (ends, 1, log_key);
  for (;;) {
    guint8 hash[LW_DIGEST_LENGTH];
    gboolean row;

    if (!lw_step (db, ends, &row, error))
      return FALSE;
    if (!row)
      break;
    if (!lw_sync_copy_hash (ends, 0, hash, error))
      return FALSE;
    g_byte_array_append (hashes, hash, sizeof hash);
  }
  if (hashes->len > LW_DIGEST_LENGTH)
    lw_crypto_digest (NULL, 0, hashes->data, hashes->len, ret_head);
  return TRUE;
}

static gboolean
is_in_scope (const LwSyncScope *scope, const LwId *log_id, gboolean is_authority)
{
  if (scope == NULL)
    return TRUE;
  if (scope->logs == (is_authority ? LW_SYNC_LOGS_OF_TRACKS : LW_SYNC_LOGS_OF_AUTHORITY))
    return FALSE;
  if (scope->log_ids == NULL)
    return TRUE;
  for (guint i = 0; i < scope->n_log_ids; i++) {
    if (lw_id_equal (&scope->log_ids[i], log_id))
      return TRUE;
  }
  return FALSE;
}

gboolean
lw_sync_list_heads (LwDb *db, const LwSyncScope *scope, GArray **ret_heads, GError **error)
{
  g_autoptr (LwStatement) row = lw_db_get (db, "log-heads", error);
  g_autoptr (GArray) heads = g_array_new (FALSE, FALSE, sizeof (LwSyncHead));

  if (row == NULL)
    return FALSE;
  if (scope != NULL && scope->walk_id != NULL)
    lw_bind_id (row, 1, scope->walk_id);
  if (scope != NULL && scope->device_id != NULL)
    lw_bind_id (row, 2, scope->device_id);
  for (;;) {
    gboolean more;
    LwSyncHead head;

    if (!lw_step (db, row, &more, error))
      return FALSE;
    if (!more)
      break;
    head = (LwSyncHead){.key = sqlite3_column_int64 (row, 0),
                        .device_id = lw_column_id (row, 2),
                        .track_id = lw_column_id (row, 3),
                        .mark = {.log_id = lw_column_id (row, 1),
                                 .seq = (guint64)sqlite3_column_int64 (row, 5),
                                 .frozen = sqlite3_column_int (row, 4) != 0}};
    if (!is_in_scope (scope, &head.mark.log_id, lw_id_is_none (&head.track_id)))
      continue;
    if (!lw_sync_copy_hash (row, 6, head.mark.head, error) ||
        (head.mark.frozen && !digest_ends (db, head.key, head.mark.head, error)))
      return FALSE;
    g_array_append_val (heads, head);
  }
  *ret_heads = g_steal_pointer (&heads);
  return TRUE;
}

LwSyncVector *
lw_store_get_vector (LwStore *self, const LwSyncScope *scope, GError **error)
{
  g_autoptr (GArray) heads = NULL;
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (LwSyncMark));
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = lw_db_begin_read (db, error) && lw_sync_list_heads (db, scope, &heads, error);
  lw_store_give_back (self, db);
  if (!ok)
    return NULL;
  for (guint i = 0; i < heads->len; i++)
    g_array_append_val (marks, g_array_index (heads, LwSyncHead, i).mark);
  return lw_sync_vector_new (marks);
}

gboolean
lw_store_get_position (LwStore *self, guint64 *ret_position, GError **error)
{
  g_autoptr (LwStatement) greatest = NULL;
  gboolean row = FALSE;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && ret_position != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  greatest = lw_db_get (db, "greatest-op-key", error);
  if (greatest != NULL && lw_step (db, greatest, &row, error))
    *ret_position = (guint64)sqlite3_column_int64 (greatest, 0);
  g_clear_pointer (&greatest, lw_statement_release);
  lw_store_give_back (self, db);
  return row;
}

gboolean
lw_store_get_device (LwStore *self, LwId *ret_device, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && ret_device != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = lw_meta_get_id (db, LW_META_DEVICE, ret_device, error);
  lw_store_give_back (self, db);
  return ok;
}

/* ---- bodies that this store waits for ---- */

static gboolean
list_missing (LwDb *db, GHashTable *in_scope, guint max, GArray *ranges, GError **error)
{
  g_autoptr (LwStatement) missing = lw_db_get (db, "list-missing-bodies", error);
  LwSyncRange *last = NULL;

  if (missing == NULL)
    return FALSE;
  for (;;) {
    LwSyncRange range;
    gboolean row;

    if (!lw_step (db, missing, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    range.log_id = lw_column_id (missing, 0);
    range.first = range.last = (guint64)sqlite3_column_int64 (missing, 1);
    if (!g_hash_table_contains (in_scope, &range.log_id))
      continue;
    if (last != NULL && lw_id_equal (&last->log_id, &range.log_id) &&
        range.first <= last->last + 1) {
      last->last = range.last;
      continue;
    }
    if (ranges->len == max)
      return TRUE;
    g_array_append_val (ranges, range);
    last = &g_array_index (ranges, LwSyncRange, ranges->len - 1);
  }
}

gboolean
lw_store_list_wanted (
    LwStore *self, const LwSyncScope *scope, guint max, GArray **ret_ranges, GError **error)
{
  g_autoptr (GArray) heads = NULL;
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (LwSyncRange));
  g_autoptr (GHashTable) in_scope = g_hash_table_new (lw_id_hash, lw_id_equal);
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && ret_ranges != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = lw_db_begin_read (db, error) && lw_sync_list_heads (db, scope, &heads, error);
  for (guint i = 0; ok && i < heads->len; i++)
    g_hash_table_add (in_scope, &g_array_index (heads, LwSyncHead, i).mark.log_id);
  ok = ok && list_missing (db, in_scope, max, ranges, error);
  lw_store_give_back (self, db);
  if (ok)
    *ret_ranges = g_steal_pointer (&ranges);
  return ok;
}
