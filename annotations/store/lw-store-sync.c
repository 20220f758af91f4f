/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Batches of other stores' ops on their way in: many in one transaction, each on its own. */

#include <string.h>

#include "lw-sync-private.h"
#include "lw-take.h"

/* A note is told of by itself up to here; beyond, whoever listens had better look at everything. */
#define TELL_MAX 64

typedef struct {
  const LwSyncBatch *const *batches;
  guint n_batches;
  GPtrArray *results;
} Apply;

static LwSyncResult *
result_new (void)
{
  LwSyncResult *result = g_new0 (LwSyncResult, 1);

  result->touched = g_array_new (FALSE, FALSE, sizeof (LwSyncTouched));
  result->forks = g_array_new (FALSE, FALSE, sizeof (LwId));
  return result;
}

static gboolean
fail_damaged (LwTake *take, GError **error)
{
  take->refusal = LW_TAKE_DAMAGED;
  return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                        "These changes are damaged. Nothing of them was taken.", error);
}

/* ---- a run ---- */

static gboolean
take_op (LwTake *take, const LwOp *op, const LwSyncOp *sync_op, GError **error)
{
  LwSealedBody body = {0};
  LwMissing missing = LW_MISSING_NO;

  if (lw_op_has_body (op->kind) == (sync_op->state == LW_SYNC_BODY_NONE))
    return fail_damaged (take, error);
  if (sync_op->state == LW_SYNC_BODY_HERE) {
    const guint8 *sealed = g_bytes_get_data (sync_op->sealed, &body.length);

    if (body.length <= LW_SALT_LENGTH)
      return fail_damaged (take, error);
    body.salt = sealed;
    body.bytes = sealed + LW_SALT_LENGTH;
    body.length -= LW_SALT_LENGTH;
    return lw_take_op (take, op, &body, missing, error);
  }
  if (sync_op->state == LW_SYNC_BODY_WITHHELD)
    missing = LW_MISSING_WITHHELD;
  else if (sync_op->state == LW_SYNC_BODY_ERASED)
    missing = LW_MISSING_ERASED;
  return lw_take_op (take, op, NULL, missing, error);
}

static gboolean
take_run (LwTake *take, const LwSyncRun *run, LwSyncResult *result, GError **error)
{
  guint forks = take->forks;
  LwOp op, previous;

  if (!lw_take_begin_log (take, &run->device_id, &run->track_id, error))
    return FALSE;
  if (!lw_id_equal (&take->log.id, &run->log_id))
    return fail_damaged (take, error);
  for (guint i = 0; i < run->n_ops; i++) {
    if (!lw_op_decode (run->ops[i].link, &op) ||
        (i > 0 && memcmp (op.previous, previous.hash, sizeof op.previous) != 0))
      return fail_damaged (take, error);
    if (!take_op (take, &op, &run->ops[i], error))
      return FALSE;
    previous = op;
  }
  /* Every bit of the last link is in this hash, and those before are in the last link. */
  if (memcmp (op.hash, run->head, sizeof op.hash) != 0)
    return fail_damaged (take, error);
  if (!lw_take_end_log (take, error))
    return FALSE;
  if (take->forks > forks)
    g_array_append_val (result->forks, run->log_id);
  return TRUE;
}

/* ---- what was touched ---- */

static gboolean
describe_target (LwDb *db, const LwId *target, LwSyncTouched *touched, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "track-of-note", error);
  g_autoptr (LwStatement) entity = lw_db_get (db, "find-entity", error);
  gboolean row;
  LwId track, person;

  *touched = (LwSyncTouched){.target_id = *target};
  if (find == NULL || entity == NULL)
    return FALSE;
  lw_bind_id (find, 1, target);
  if (!lw_step (db, find, &touched->is_note, error))
    return FALSE;
  if (touched->is_note) {
    track = lw_column_id (find, 0);
    g_clear_pointer (&entity, lw_statement_release);
    /* Its track may come later. */
    if (!lw_track_lookup (db, &track, &touched->segment_id, &person, NULL))
      touched->segment_id = LW_ID_NONE;
    return TRUE;
  }
  lw_bind_id (entity, 1, target);
  if (!lw_step (db, entity, &row, error))
    return FALSE;
  if (row && sqlite3_column_type (entity, 1) != SQLITE_NULL &&
      sqlite3_column_int (entity, 1) == LW_ENTITY_SEGMENT)
    touched->segment_id = *target;
  return TRUE;
}

static gboolean
list_touched (LwTake *take, LwSyncResult *result, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, take->touched);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    LwSyncTouched touched;

    if (!describe_target (take->writer->db, id, &touched, error))
      return FALSE;
    g_array_append_val (result->touched, touched);
  }
  return TRUE;
}

static void
tell (LwWriter *writer, const LwSyncResult *result)
{
  if (result->erased || result->touched->len > TELL_MAX) {
    lw_writer_tell (writer, NULL, NULL, LW_STORE_CHANGE_ALL);
    return;
  }
  for (guint i = 0; i < result->touched->len; i++) {
    const LwSyncTouched *touched = &g_array_index (result->touched, LwSyncTouched, i);
    const LwId *segment = lw_id_is_none (&touched->segment_id) ? NULL : &touched->segment_id;

    lw_writer_tell (writer, segment, &touched->target_id,
                    touched->is_note ? LW_STORE_CHANGE_NOTE : LW_STORE_CHANGE_ENTITY);
  }
}

/* ---- a batch ---- */

static gboolean
take_batch (LwTake *take, const LwSyncBatch *batch, LwSyncResult *result, GError **error)
{
  for (guint i = 0; i < batch->n_runs; i++) {
    if (take_run (take, &batch->runs[i], result, error))
      continue;
    if (take->refusal == LW_TAKE_GAP) {
      result->gap_log = batch->runs[i].log_id;
      result->expected_seq = take->expected_seq;
    }
    return FALSE;
  }
  if (!lw_take_finish (take, error) || !list_touched (take, result, error))
    return FALSE;
  result->n_new = take->n_new;
  result->n_known = take->n_known;
  result->n_bodies = take->n_bodies;
  result->erased = take->scrub;
  return TRUE;
}

/* The batch is refused; the others are none the worse for it. */
static gboolean
refuse (LwDb *db, const LwTake *take, const GError *why, LwSyncResult *result, GError **error)
{
  g_array_set_size (result->forks, 0);
  g_array_set_size (result->touched, 0);
  result->error = g_error_new_literal (
      LW_SYNC_ERROR, take->refusal == LW_TAKE_GAP ? LW_SYNC_ERROR_GAP : LW_SYNC_ERROR_DAMAGED,
      why->message);
  return lw_db_exec (db, "ROLLBACK TO batch; RELEASE batch", error);
}

static gboolean
apply_one (LwWriter *writer, const LwSyncBatch *batch, LwSyncResult *result, GError **error)
{
  g_autoptr (GError) why = NULL;
  LwTake take = {0};
  gboolean ok;

  if (!lw_db_exec (writer->db, "SAVEPOINT batch", error))
    return FALSE;
  ok = lw_take_begin (&take, writer, &why) && take_batch (&take, batch, result, &why);
  if (ok) {
    tell (writer, result);
    ok = lw_db_exec (writer->db, "RELEASE batch", error);
  } else if (take.refusal != LW_TAKE_FINE) {
    ok = refuse (writer->db, &take, why, result, error);
  } else {
    g_propagate_error (error, g_steal_pointer (&why));
  }
  lw_take_clear (&take);
  return ok;
}

static gboolean
apply_all (LwWriter *writer, gpointer data, GError **error)
{
  Apply *apply = data;

  for (guint i = 0; i < apply->n_batches; i++) {
    LwSyncResult *result = result_new ();

    g_ptr_array_add (apply->results, result);
    if (!apply_one (writer, apply->batches[i], result, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
lw_store_apply (LwStore *self,
                const LwSyncBatch *const *batches,
                guint n_batches,
                GPtrArray **ret_results,
                GError **error)
{
  g_autoptr (GPtrArray) results =
      g_ptr_array_new_with_free_func ((GDestroyNotify)lw_sync_result_free);
  Apply apply = {batches, n_batches, results};

  g_return_val_if_fail (LW_IS_STORE (self) && (batches != NULL || n_batches == 0), FALSE);
  g_return_val_if_fail (ret_results != NULL, FALSE);
  if (!lw_store_write (self, apply_all, &apply, error))
    return FALSE;
  *ret_results = g_steal_pointer (&results);
  return TRUE;
}
