/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The values of lw-sync.h: vectors, batches, results. No I/O. */

#include "lw-sync.h"

#include <string.h>

G_DEFINE_QUARK (lw - sync - error - quark, lw_sync_error)

/* ---- vectors ---- */

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  return lw_id_compare (&((const LwSyncMark *)a)->log_id, &((const LwSyncMark *)b)->log_id);
}

LwSyncVector *
lw_sync_vector_new (const GArray *marks)
{
  g_autoptr (LwSyncVector) vector = g_new0 (LwSyncVector, 1);
  LwSyncMark *sorted;

  g_return_val_if_fail (marks != NULL, NULL);
  sorted = g_memdup2 (marks->data, marks->len * sizeof *sorted);
  vector->marks = sorted;
  vector->n_marks = marks->len;
  if (sorted != NULL)
    qsort (sorted, marks->len, sizeof *sorted, compare_marks);
  for (guint i = 1; i < marks->len; i++) {
    if (lw_id_equal (&sorted[i - 1].log_id, &sorted[i].log_id))
      return NULL;
  }
  return g_steal_pointer (&vector);
}

void
lw_sync_vector_free (LwSyncVector *vector)
{
  if (vector == NULL)
    return;
  g_free ((gpointer)vector->marks);
  g_free (vector);
}

const LwSyncMark *
lw_sync_vector_find (const LwSyncVector *vector, const LwId *log_id)
{
  LwSyncMark key = {.log_id = *log_id};

  g_return_val_if_fail (vector != NULL, NULL);
  return vector->n_marks == 0
             ? NULL
             : bsearch (&key, vector->marks, vector->n_marks, sizeof *vector->marks, compare_marks);
}

/* Whether the owner of @mark may have something that the owner of @other lacks. */
static gboolean
has_more (const LwSyncMark *mark, const LwSyncMark *other)
{
  if (other == NULL || mark->seq > other->seq)
    return TRUE;
  if (mark->seq == other->seq || mark->frozen || other->frozen)
    return memcmp (mark->head, other->head, sizeof mark->head) != 0;
  return FALSE;
}

static gboolean
any_has_more (const LwSyncVector *vector, const LwSyncVector *other)
{
  for (guint i = 0; i < vector->n_marks; i++) {
    if (has_more (&vector->marks[i], lw_sync_vector_find (other, &vector->marks[i].log_id)))
      return TRUE;
  }
  return FALSE;
}

LwSyncOrder
lw_sync_vector_compare (const LwSyncVector *first, const LwSyncVector *second)
{
  gboolean ahead, behind;

  g_return_val_if_fail (first != NULL && second != NULL, LW_SYNC_SAME);
  ahead = any_has_more (first, second);
  behind = any_has_more (second, first);
  if (ahead)
    return behind ? LW_SYNC_APART : LW_SYNC_AHEAD;
  return behind ? LW_SYNC_BEHIND : LW_SYNC_SAME;
}

/* ---- batches ---- */

typedef struct {
  LwSyncBatch batch;
  gatomicrefcount count;
  GArray *runs; /* LwSyncRun */
  GArray *ops;  /* LwSyncOp, of all runs */
} Batch;

struct _LwSyncBatchBuilder {
  GArray *runs;
  GArray *ops;
};

static void
clear_op (gpointer data)
{
  g_clear_pointer (&((LwSyncOp *)data)->sealed, g_bytes_unref);
}

LwSyncBatchBuilder *
lw_sync_batch_builder_new (void)
{
  LwSyncBatchBuilder *builder = g_new0 (LwSyncBatchBuilder, 1);

  builder->runs = g_array_new (FALSE, FALSE, sizeof (LwSyncRun));
  builder->ops = g_array_new (FALSE, FALSE, sizeof (LwSyncOp));
  g_array_set_clear_func (builder->ops, clear_op);
  return builder;
}

void
lw_sync_batch_builder_free (LwSyncBatchBuilder *builder)
{
  if (builder == NULL)
    return;
  g_clear_pointer (&builder->runs, g_array_unref);
  g_clear_pointer (&builder->ops, g_array_unref);
  g_free (builder);
}

void
lw_sync_batch_builder_add_run (LwSyncBatchBuilder *builder, const LwSyncRun *run)
{
  LwSyncRun begun = *run;

  begun.ops = NULL;
  begun.n_ops = 0;
  g_array_append_val (builder->runs, begun);
}

void
lw_sync_batch_builder_add_op (LwSyncBatchBuilder *builder, const LwSyncOp *op)
{
  LwSyncOp copy = *op;

  g_return_if_fail (builder->runs->len > 0);
  g_return_if_fail ((op->state == LW_SYNC_BODY_HERE) == (op->sealed != NULL));
  if (copy.sealed != NULL)
    g_bytes_ref (copy.sealed);
  g_array_append_val (builder->ops, copy);
  g_array_index (builder->runs, LwSyncRun, builder->runs->len - 1).n_ops++;
}

LwSyncBatch *
lw_sync_batch_builder_end (LwSyncBatchBuilder *builder)
{
  Batch *self = g_new0 (Batch, 1);
  guint first = 0;

  g_atomic_ref_count_init (&self->count);
  self->runs = g_steal_pointer (&builder->runs);
  self->ops = g_steal_pointer (&builder->ops);
  for (guint i = 0; i < self->runs->len;) {
    LwSyncRun *run = &g_array_index (self->runs, LwSyncRun, i);

    if (run->n_ops == 0) {
      g_array_remove_index (self->runs, i);
      continue;
    }
    run->ops = &g_array_index (self->ops, LwSyncOp, first);
    first += run->n_ops;
    i++;
  }
  self->batch.runs = (const LwSyncRun *)self->runs->data;
  self->batch.n_runs = self->runs->len;
  lw_sync_batch_builder_free (builder);
  return &self->batch;
}

LwSyncBatch *
lw_sync_batch_ref (const LwSyncBatch *batch)
{
  Batch *self = (Batch *)batch;

  g_return_val_if_fail (batch != NULL, NULL);
  g_atomic_ref_count_inc (&self->count);
  return &self->batch;
}

void
lw_sync_batch_unref (LwSyncBatch *batch)
{
  Batch *self = (Batch *)batch;

  if (batch == NULL || !g_atomic_ref_count_dec (&self->count))
    return;
  g_array_unref (self->runs);
  g_array_unref (self->ops);
  g_free (self);
}

guint
lw_sync_batch_count_ops (const LwSyncBatch *batch)
{
  g_return_val_if_fail (batch != NULL, 0);
  return ((const Batch *)batch)->ops->len;
}

LwSyncBatch *
lw_sync_batch_withhold (const LwSyncBatch *batch,
                        const GArray *infos,
                        LwSyncMaySee may_see,
                        gpointer user_data)
{
  LwSyncBatchBuilder *builder = lw_sync_batch_builder_new ();
  guint n = 0;

  g_return_val_if_fail (infos->len == lw_sync_batch_count_ops (batch), NULL);
  for (guint i = 0; i < batch->n_runs; i++) {
    lw_sync_batch_builder_add_run (builder, &batch->runs[i]);
    for (guint k = 0; k < batch->runs[i].n_ops; k++, n++) {
      LwSyncOp op = batch->runs[i].ops[k];

      if (op.state == LW_SYNC_BODY_HERE &&
          !may_see (&g_array_index (infos, LwSyncOpInfo, n), user_data)) {
        op.state = LW_SYNC_BODY_WITHHELD;
        op.sealed = NULL;
      }
      lw_sync_batch_builder_add_op (builder, &op);
    }
  }
  return lw_sync_batch_builder_end (builder);
}

/* ---- results, messages ---- */

void
lw_sync_result_free (LwSyncResult *result)
{
  if (result == NULL)
    return;
  g_clear_error (&result->error);
  g_clear_pointer (&result->touched, g_array_unref);
  g_clear_pointer (&result->forks, g_array_unref);
  g_free (result);
}

void
lw_sync_message_free (LwSyncMessage *message)
{
  if (message == NULL)
    return;
  g_clear_pointer (&message->vector, lw_sync_vector_free);
  g_clear_pointer (&message->batch, lw_sync_batch_unref);
  g_clear_pointer (&message->wanted, g_array_unref);
  g_free (message);
}
