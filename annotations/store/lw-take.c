/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-take.h"

#include <string.h>

static gboolean
fail_damaged (LwTake *take, GError **error)
{
  take->refusal = LW_TAKE_DAMAGED;
  return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                        "The other notes are damaged. Nothing was taken from them.", error);
}

static void
remember_id (GHashTable *ids, const LwId *id)
{
  g_hash_table_add (ids, g_memdup2 (id, sizeof *id));
}

/* The greatest clock here is remembered, or it is the newest op's: whatever this store writes comes
 * after all. As soon as others' ops are the newest, it has to be remembered. */
static gboolean
remember_own_clock (LwTake *take, GError **error)
{
  LwDb *db = take->writer->db;
  g_autoptr (LwStatement) newest = lw_db_get (db, "newest-clock", error);
  gboolean row;

  if (newest == NULL || !lw_meta_get_int (db, LW_META_SEEN_CLOCK, &take->seen_before, error) ||
      !lw_step (db, newest, &row, error))
    return FALSE;
  take->seen = take->seen_before;
  if (row)
    take->seen = MAX (take->seen, sqlite3_column_int64 (newest, 0));
  return TRUE;
}

gboolean
lw_take_begin (LwTake *take, LwWriter *writer, GError **error)
{
  *take = (LwTake){.writer = writer,
                   .touched = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL),
                   .erasures = g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, NULL)};
  return lw_meta_get_id (writer->db, LW_META_DEVICE, &take->own_device, error) &&
         remember_own_clock (take, error);
}

void
lw_take_clear (LwTake *take)
{
  g_clear_pointer (&take->touched, g_hash_table_unref);
  g_clear_pointer (&take->erasures, g_hash_table_unref);
}

/* ---- one op ---- */

/* The op with @hash among ours at @seq: its branch, or -1. @ret_clock: (optional). @ret_next: the
 * first branch that is free. */
static gboolean
find_ours (LwTake *take,
           guint64 seq,
           const guint8 hash[LW_DIGEST_LENGTH],
           LwOpRow *ret_row,
           gint64 *ret_next,
           GError **error)
{
  LwDb *db = take->writer->db;
  g_autoptr (LwStatement) at = lw_db_get (db, "ops-at", error);

  *ret_row = (LwOpRow){.branch = -1};
  *ret_next = 0;
  if (at == NULL)
    return FALSE;
  lw_bind_int (at, 1, take->log.key);
  lw_bind_int (at, 2, (gint64)seq);
  for (;;) {
    gboolean row;

    if (!lw_step (db, at, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    *ret_next = sqlite3_column_int64 (at, 0) + 1;
    if (sqlite3_column_bytes (at, 1) != LW_DIGEST_LENGTH ||
        memcmp (sqlite3_column_blob (at, 1), hash, LW_DIGEST_LENGTH) != 0)
      continue;
    ret_row->branch = sqlite3_column_int64 (at, 0);
    ret_row->op_key = sqlite3_column_int64 (at, 3);
    ret_row->op =
        (LwOp){.log_id = take->log.id, .seq = seq, .clock = (LwClock)sqlite3_column_int64 (at, 2)};
    memcpy (ret_row->op.hash, hash, LW_DIGEST_LENGTH);
  }
}

/* The op that @op follows; @ret_branch: -1 if it is not here. Mostly it is the one that came last.
 */
static gboolean
find_parent (LwTake *take, const LwOp *op, LwOpRow *ret_parent, GError **error)
{
  gint64 ignored;

  if (op->seq <= 1) {
    *ret_parent = (LwOpRow){0};
    return TRUE;
  }
  if (take->parent.op.seq + 1 == op->seq &&
      memcmp (take->parent.op.hash, op->previous, LW_DIGEST_LENGTH) == 0) {
    *ret_parent = take->parent;
    return TRUE;
  }
  return find_ours (take, op->seq - 1, op->previous, ret_parent, &ignored, error);
}

static gboolean
add_missing (LwDb *db, gint64 op_key, LwMissing missing, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-missing-body", error);

  if (add == NULL)
    return FALSE;
  lw_bind_int (add, 1, op_key);
  lw_bind_int (add, 2, missing);
  return lw_run (db, add, error);
}

/* What was erased here is not taken in again. */
static gboolean
take_body (LwTake *take,
           const LwOp *op,
           gint64 op_key,
           const LwSealedBody *body,
           LwMissing missing,
           GError **error)
{
  LwDb *db = take->writer->db;
  gboolean erased;

  if (body != NULL && !lw_sealed_body_is_of (body, op))
    return fail_damaged (take, error);
  if (!lw_op_has_body (op->kind) || (body == NULL && missing == LW_MISSING_NO))
    return TRUE;
  if (!lw_is_erased_on (db, &op->target, &take->log.track_id, &erased, error))
    return FALSE;
  if (erased)
    return TRUE;
  return body != NULL ? lw_body_row_add (db, op_key, body, error)
                      : add_missing (db, op_key, missing, error);
}

/* An op that is here already: perhaps its body is not. */
static gboolean
take_missing_body (
    LwTake *take, const LwOp *op, gint64 op_key, const LwSealedBody *body, GError **error)
{
  LwDb *db = take->writer->db;
  g_autoptr (LwStatement) find = lw_db_get (db, "is-body-missing", error);
  g_autoptr (LwStatement) drop = lw_db_get (db, "drop-missing-body", error);
  gboolean missing;

  take->n_known++;
  if (find == NULL || drop == NULL)
    return FALSE;
  if (body == NULL)
    return TRUE;
  lw_bind_int (find, 1, op_key);
  lw_bind_int (drop, 1, op_key);
  if (!lw_step (db, find, &missing, error))
    return FALSE;
  if (!missing)
    return TRUE;
  take->n_bodies++;
  take->structure = take->structure || op->kind == LW_OP_PUT_ENTITY;
  remember_id (take->touched, &op->target);
  return lw_run (db, drop, error) && take_body (take, op, op_key, body, LW_MISSING_NO, error);
}

static void
remember (LwTake *take, const LwOpRow *row)
{
  const LwOp *op = &row->op;

  take->n_new++;
  take->structure = take->structure || op->kind == LW_OP_PUT_ENTITY || op->kind == LW_OP_ERASE;
  take->forked = take->forked || row->branch > 0;
  if (lw_id_equal (&take->log.device_id, &take->own_device))
    take->device_lost = TRUE;
  take->greatest = MAX (take->greatest, op->clock);
  remember_id (take->touched, &op->target);
  if (op->kind == LW_OP_ERASE)
    remember_id (take->erasures, &op->target);
}

static gboolean
fail_gap (LwTake *take, const LwOp *op, GError **error)
{
  take->refusal = LW_TAKE_GAP;
  take->expected_seq = op->seq > take->last_seq + 1 ? take->last_seq + 1 : 1;
  return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                        "Some changes are missing in between. Nothing was taken.", error);
}

gboolean
lw_take_op (
    LwTake *take, const LwOp *op, const LwSealedBody *body, LwMissing missing, GError **error)
{
  LwOpRow row = {.op = *op}, parent;

  if (op->seq <= take->last_seq) {
    LwOpRow ours;

    if (!find_ours (take, op->seq, op->hash, &ours, &row.branch, error))
      return FALSE;
    if (ours.branch >= 0) {
      take->parent = ours;
      return take_missing_body (take, op, ours.op_key, body, error);
    }
  }
  if (!find_parent (take, op, &parent, error))
    return FALSE;
  if (parent.branch < 0)
    return fail_gap (take, op, error);
  if (!lw_id_equal (&op->log_id, &take->log.id) ||
      lw_log_check_link (op->seq > 1 ? &parent.op : NULL, op,
                         lw_id_is_none (&take->log.track_id)) != LW_LINK_GOOD)
    return fail_damaged (take, error);
  if (!lw_op_row_add (take->writer->db, &take->log, &row, parent.branch, &row.op_key, error) ||
      !take_body (take, op, row.op_key, body, missing, error))
    return FALSE;
  remember (take, &row);
  take->last_seq = MAX (take->last_seq, op->seq);
  take->parent = row;
  return TRUE;
}

/* ---- one log ---- */

gboolean
lw_take_begin_log (LwTake *take, const LwId *device_id, const LwId *track_id, GError **error)
{
  LwDb *db = take->writer->db;
  g_autoptr (LwStatement) head = lw_db_get (db, "log-head", error);
  gboolean row;

  take->forked = FALSE;
  take->last_seq = 0;
  take->parent = (LwOpRow){0};
  if (head == NULL)
    return FALSE;
  if (lw_id_is_none (device_id))
    return fail_damaged (take, error);
  if (!lw_log_row_find (db, device_id, track_id, &take->log, error))
    return FALSE;
  if (take->log.key == 0)
    return lw_log_row_add (db, &take->log, error);
  lw_bind_int (head, 1, take->log.key);
  if (!lw_step (db, head, &row, error))
    return FALSE;
  take->last_seq = row ? (guint64)sqlite3_column_int64 (head, 0) : 0;
  return TRUE;
}

gboolean
lw_take_end_log (LwTake *take, GError **error)
{
  g_autoptr (LwStatement) freeze = NULL;

  if (!take->forked || take->log.frozen)
    return TRUE;
  freeze = lw_db_get (take->writer->db, "freeze-log", error);
  if (freeze == NULL)
    return FALSE;
  lw_bind_int (freeze, 1, take->log.key);
  take->forks++;
  return lw_run (take->writer->db, freeze, error);
}

/* ---- the whole ---- */

static gboolean
see_clock (LwTake *take, GError **error)
{
  gint64 seen = MAX (take->seen, (gint64)take->greatest);

  return seen == take->seen_before ||
         lw_meta_set_int (take->writer->db, LW_META_SEEN_CLOCK, seen, error);
}

static gboolean
apply (LwTake *take, GError **error)
{
  LwWriter *writer = take->writer;
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, take->erasures);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    gboolean erased;

    if (!lw_is_erased (writer->db, id, &erased, error))
      return FALSE;
    if (erased)
      continue;
    take->scrub = TRUE;
    if (!lw_erase_target (writer, id, error))
      return FALSE;
  }
  g_hash_table_iter_init (&iter, take->touched);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    if (!lw_project_target (writer->db, id, error))
      return FALSE;
  }
  return !take->structure || lw_erase_orphans (writer, error);
}

gboolean
lw_take_finish (LwTake *take, GError **error)
{
  LwDb *db = take->writer->db;

  if (g_hash_table_size (take->touched) == 0)
    return TRUE;
  if (!see_clock (take, error))
    return FALSE;
  if (take->device_lost) {
    /* A copy of this file writes under the same name. From here on this one has a new name, so that
     * both can go on without their changes meeting under one number again. */
    LwId device = lw_id_new ();

    if (!lw_meta_set_id (db, LW_META_DEVICE, &device, error))
      return FALSE;
  }
  return apply (take, error);
}
