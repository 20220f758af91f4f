/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What another store lacks of what this one has, in batches. */

#include <string.h>

#include "lw-sync-private.h"

/* Beside its base64: the names, quotes and commas of an op, and of a run with its first op. */
#define OP_OVERHEAD_BYTES 200
#define RUN_OVERHEAD_BYTES 360

/* ---- what to send ---- */

/* One stretch of a log, and how far it is read. */
typedef struct {
  gint64 key;
  LwId log_id, device_id, track_id;
  guint64 seq;   /* read up to here, */
  gint64 branch; /* and this branch of it */
  guint64 last;
} Part;

struct _LwSyncReader {
  LwStore *store;
  GArray *parts; /* Part */
  guint next;
  gboolean only_bodies;
  LwSyncMaySee may_see;
  gpointer user_data;
};

static gboolean
has_op (LwDb *db, gint64 log_key, const LwSyncMark *mark, gboolean *ret_has, GError **error)
{
  g_autoptr (LwStatement) at = lw_db_get (db, "ops-at", error);

  *ret_has = FALSE;
  if (at == NULL)
    return FALSE;
  lw_bind_int (at, 1, log_key);
  lw_bind_int (at, 2, (gint64)mark->seq);
  if (!lw_step (db, at, ret_has, error))
    return FALSE;
  *ret_has = *ret_has && sqlite3_column_bytes (at, 1) == LW_DIGEST_LENGTH &&
             memcmp (sqlite3_column_blob (at, 1), mark->head, LW_DIGEST_LENGTH) == 0;
  return TRUE;
}

/* @ret_after: the number behind which the receiver lacks something; G_MAXUINT64: nothing. */
static gboolean
find_after (
    LwDb *db, const LwSyncHead *head, const LwSyncMark *theirs, guint64 *ret_after, GError **error)
{
  const LwSyncMark *ours = &head->mark;
  gboolean agrees;

  *ret_after = 0;
  if (theirs == NULL)
    return TRUE;
  if (memcmp (ours->head, theirs->head, sizeof ours->head) == 0) {
    *ret_after = G_MAXUINT64;
    return TRUE;
  }
  /* Numbers say nothing about the sides of a fork. */
  if (ours->frozen || theirs->frozen || theirs->seq == ours->seq)
    return TRUE;
  if (theirs->seq > ours->seq) {
    *ret_after = G_MAXUINT64;
    return TRUE;
  }
  if (!has_op (db, head->key, theirs, &agrees, error))
    return FALSE;
  *ret_after = agrees ? theirs->seq : 0;
  return TRUE;
}

static void
add_part (LwSyncReader *reader, const LwSyncHead *head, guint64 after, guint64 last)
{
  Part part = {.key = head->key,
               .log_id = head->mark.log_id,
               .device_id = head->device_id,
               .track_id = head->track_id,
               .seq = after,
               .branch = G_MAXINT64,
               .last = MIN (last, head->mark.seq)};

  if (part.seq < part.last)
    g_array_append_val (reader->parts, part);
}

static LwSyncReader *
reader_new (LwStore *store, LwSyncMaySee may_see, gpointer user_data)
{
  LwSyncReader *reader = g_new0 (LwSyncReader, 1);

  reader->store = g_object_ref (store);
  reader->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  reader->may_see = may_see;
  reader->user_data = user_data;
  return reader;
}

void
lw_sync_reader_free (LwSyncReader *reader)
{
  if (reader == NULL)
    return;
  g_clear_object (&reader->store);
  g_array_unref (reader->parts);
  g_free (reader);
}

static gboolean
plan_since (LwSyncReader *reader,
            LwDb *db,
            const LwSyncVector *since,
            const LwSyncScope *scope,
            GError **error)
{
  g_autoptr (GArray) heads = NULL;

  if (!lw_db_begin_read (db, error) || !lw_sync_list_heads (db, scope, &heads, error))
    return FALSE;
  for (guint i = 0; i < heads->len; i++) {
    const LwSyncHead *head = &g_array_index (heads, LwSyncHead, i);
    const LwSyncMark *theirs =
        since != NULL ? lw_sync_vector_find (since, &head->mark.log_id) : NULL;
    guint64 after;

    if (!find_after (db, head, theirs, &after, error))
      return FALSE;
    add_part (reader, head, after, head->mark.seq);
  }
  return TRUE;
}

LwSyncReader *
lw_store_read_since (LwStore *self,
                     const LwSyncVector *since,
                     const LwSyncScope *scope,
                     LwSyncMaySee may_see,
                     gpointer user_data,
                     GError **error)
{
  g_autoptr (LwSyncReader) reader = NULL;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  reader = reader_new (self, may_see, user_data);
  ok = plan_since (reader, db, since, scope, error);
  lw_store_give_back (self, db);
  return ok ? g_steal_pointer (&reader) : NULL;
}

static gboolean
plan_wanted (
    LwSyncReader *reader, LwDb *db, const LwSyncRange *ranges, guint n_ranges, GError **error)
{
  g_autoptr (GArray) heads = NULL;
  g_autoptr (GHashTable) by_id = g_hash_table_new (lw_id_hash, lw_id_equal);

  if (!lw_db_begin_read (db, error) || !lw_sync_list_heads (db, NULL, &heads, error))
    return FALSE;
  for (guint i = 0; i < heads->len; i++) {
    LwSyncHead *head = &g_array_index (heads, LwSyncHead, i);

    g_hash_table_insert (by_id, &head->mark.log_id, head);
  }
  for (guint i = 0; i < n_ranges; i++) {
    const LwSyncHead *head = g_hash_table_lookup (by_id, &ranges[i].log_id);

    if (head != NULL && ranges[i].first > 0)
      add_part (reader, head, ranges[i].first - 1, ranges[i].last);
  }
  return TRUE;
}

LwSyncReader *
lw_store_read_wanted (LwStore *self,
                      const LwSyncRange *ranges,
                      guint n_ranges,
                      LwSyncMaySee may_see,
                      gpointer user_data,
                      GError **error)
{
  g_autoptr (LwSyncReader) reader = NULL;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && (ranges != NULL || n_ranges == 0), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  reader = reader_new (self, may_see, user_data);
  reader->only_bodies = TRUE;
  ok = plan_wanted (reader, db, ranges, n_ranges, error);
  lw_store_give_back (self, db);
  return ok ? g_steal_pointer (&reader) : NULL;
}

/* ---- a batch ---- */

typedef struct {
  LwSyncReader *reader;
  LwDb *db;
  GArray *runs; /* LwSyncRun, without ops: n_ops says how many of @ops are its */
  GArray *ops;  /* LwSyncOp */
  guint8 last[LW_DIGEST_LENGTH];
  gsize bytes, max_bytes;
} Filling;

static void
clear_op (gpointer data)
{
  g_clear_pointer (&((LwSyncOp *)data)->sealed, g_bytes_unref);
}

static void
read_body (LwStatement *row, const LwOp *op, LwSyncOp *sync_op)
{
  gsize length = (gsize)sqlite3_column_bytes (row, 10);
  guint8 *sealed;

  if (!lw_op_has_body (op->kind))
    return;
  if (sqlite3_column_bytes (row, 9) != LW_SALT_LENGTH || length == 0) {
    sync_op->state = sqlite3_column_type (row, 11) == SQLITE_NULL ||
                             sqlite3_column_int (row, 11) == LW_MISSING_ERASED
                         ? LW_SYNC_BODY_ERASED
                         : LW_SYNC_BODY_WITHHELD;
    return;
  }
  sealed = g_malloc (LW_SALT_LENGTH + length);
  memcpy (sealed, sqlite3_column_blob (row, 9), LW_SALT_LENGTH);
  memcpy (sealed + LW_SALT_LENGTH, sqlite3_column_blob (row, 10), length);
  sync_op->sealed = g_bytes_new_take (sealed, LW_SALT_LENGTH + length);
  sync_op->state = LW_SYNC_BODY_HERE;
}

static gboolean
read_op (LwStatement *row, const Part *part, LwOp *op, GError **error)
{
  *op = (LwOp){.log_id = part->log_id,
               .seq = (guint64)sqlite3_column_int64 (row, 0),
               .clock = (LwClock)sqlite3_column_int64 (row, 2),
               .kind = sqlite3_column_int (row, 3),
               .role = sqlite3_column_int (row, 4),
               .target = lw_column_id (row, 5)};
  if (sqlite3_column_type (row, 6) != SQLITE_NULL &&
      !lw_sync_copy_hash (row, 6, op->commitment, error))
    return FALSE;
  return (op->seq == 1 || lw_sync_copy_hash (row, 8, op->previous, error)) &&
         lw_sync_copy_hash (row, 7, op->hash, error);
}

static void
add_run (Filling *filling, const Part *part)
{
  LwSyncRun run = {
      .log_id = part->log_id, .device_id = part->device_id, .track_id = part->track_id};
  LwId segment;

  /* A hint: nothing hangs on it if the track is not known. */
  if (!lw_id_is_none (&part->track_id) &&
      !lw_track_lookup (filling->db, &part->track_id, &segment, &run.author_id, NULL))
    run.author_id = LW_ID_NONE;
  g_array_append_val (filling->runs, run);
  filling->bytes += RUN_OVERHEAD_BYTES;
}

static void
add_op (Filling *filling, const Part *part, const LwOp *op, LwSyncOp *sync_op, gboolean first)
{
  LwSyncRun *run;

  if (first || memcmp (filling->last, op->previous, sizeof filling->last) != 0)
    add_run (filling, part);
  run = &g_array_index (filling->runs, LwSyncRun, filling->runs->len - 1);
  run->n_ops++;
  memcpy (run->head, op->hash, sizeof run->head);
  memcpy (filling->last, op->hash, sizeof filling->last);
  lw_op_encode (op, sync_op->link);
  filling->bytes += OP_OVERHEAD_BYTES;
  if (sync_op->sealed != NULL)
    filling->bytes += g_bytes_get_size (sync_op->sealed) / 3 * 4;
  g_array_append_val (filling->ops, *sync_op);
}

/* TRUE in @ret_full: the rest is for the next batch. */
static gboolean
fill_from (Filling *filling, Part *part, gboolean *ret_full, GError **error)
{
  g_autoptr (LwStatement) row = lw_db_get (filling->db, "ops-between", error);
  gboolean first = TRUE;

  *ret_full = FALSE;
  if (row == NULL)
    return FALSE;
  lw_bind_int (row, 1, part->key);
  lw_bind_int (row, 2, (gint64)part->seq);
  lw_bind_int (row, 3, part->branch);
  lw_bind_int (row, 4, (gint64)part->last);
  for (;;) {
    LwSyncOp sync_op = {0};
    gboolean more;
    LwOp op;

    if (!lw_step (filling->db, row, &more, error))
      return FALSE;
    if (!more)
      return TRUE;
    if (!read_op (row, part, &op, error))
      return FALSE;
    /* A large body waits for the next batch, unless it is the first here. */
    *ret_full =
        filling->ops->len > 0 &&
        (filling->bytes + (gsize)sqlite3_column_bytes (row, 10) / 3 * 4 > filling->max_bytes ||
         filling->ops->len == LW_SYNC_BATCH_MAX_OPS);
    if (*ret_full)
      return TRUE;
    part->seq = op.seq;
    part->branch = sqlite3_column_int64 (row, 1);
    read_body (row, &op, &sync_op);
    if (filling->reader->only_bodies && sync_op.state != LW_SYNC_BODY_HERE) {
      first = TRUE;
      continue;
    }
    add_op (filling, part, &op, &sync_op, first);
    first = FALSE;
  }
}

static LwSyncBatch *
end_batch (Filling *filling)
{
  LwSyncBatchBuilder *builder = lw_sync_batch_builder_new ();
  guint n = 0;

  for (guint i = 0; i < filling->runs->len; i++) {
    const LwSyncRun *run = &g_array_index (filling->runs, LwSyncRun, i);

    lw_sync_batch_builder_add_run (builder, run);
    for (guint k = 0; k < run->n_ops; k++)
      lw_sync_batch_builder_add_op (builder, &g_array_index (filling->ops, LwSyncOp, n++));
  }
  return lw_sync_batch_builder_end (builder);
}

/* Without the ops whose body is not there: what is left of a run falls into several. */
static LwSyncBatch *
keep_bodies (const LwSyncBatch *batch)
{
  LwSyncBatchBuilder *builder = lw_sync_batch_builder_new ();

  for (guint i = 0; i < batch->n_runs; i++) {
    const LwSyncRun *run = &batch->runs[i];

    for (guint k = 0, end; k < run->n_ops; k = MAX (end, k + 1)) {
      LwSyncRun rest = *run;
      LwOp last;

      end = k;
      while (end < run->n_ops && run->ops[end].state == LW_SYNC_BODY_HERE)
        end++;
      if (end == k || !lw_op_decode (run->ops[end - 1].link, &last))
        continue;
      memcpy (rest.head, last.hash, sizeof rest.head);
      lw_sync_batch_builder_add_run (builder, &rest);
      for (guint j = k; j < end; j++)
        lw_sync_batch_builder_add_op (builder, &run->ops[j]);
    }
  }
  return lw_sync_batch_builder_end (builder);
}

static gboolean
apply_filter (LwSyncReader *reader, LwDb *db, LwSyncBatch **batch, GError **error)
{
  g_autoptr (GArray) infos = NULL;
  LwSyncBatch *filtered;

  if (reader->may_see == NULL)
    return TRUE;
  if (!lw_sync_describe (db, *batch, &infos, error))
    return FALSE;
  filtered = lw_sync_batch_withhold (*batch, infos, reader->may_see, reader->user_data);
  lw_sync_batch_unref (*batch);
  *batch = filtered;
  if (reader->only_bodies) {
    *batch = keep_bodies (filtered);
    lw_sync_batch_unref (filtered);
  }
  return TRUE;
}

static gboolean
read_batch (
    LwSyncReader *reader, LwDb *db, gsize max_bytes, LwSyncBatch **ret_batch, GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (LwSyncRun));
  g_autoptr (GArray) ops = g_array_new (FALSE, FALSE, sizeof (LwSyncOp));
  Filling filling = {reader, db, runs, ops, .max_bytes = max_bytes};
  gboolean full = FALSE;

  g_array_set_clear_func (ops, clear_op);
  while (!full && reader->next < reader->parts->len) {
    if (!fill_from (&filling, &g_array_index (reader->parts, Part, reader->next), &full, error))
      return FALSE;
    reader->next += !full;
  }
  *ret_batch = end_batch (&filling);
  if (apply_filter (reader, db, ret_batch, error))
    return TRUE;
  g_clear_pointer (ret_batch, lw_sync_batch_unref);
  return FALSE;
}

gboolean
lw_sync_reader_next (LwSyncReader *reader, gsize max_bytes, LwSyncBatch **ret_batch, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (reader != NULL && ret_batch != NULL, FALSE);
  *ret_batch = NULL;
  if (reader->next == reader->parts->len)
    return TRUE;
  db = lw_store_borrow (reader->store, error);
  if (db == NULL)
    return FALSE;
  ok = lw_db_begin_read (db, error);
  /* Of what was asked for, nothing may be left to send in one stretch, but in the next. */
  while (ok && *ret_batch == NULL && reader->next < reader->parts->len) {
    ok = read_batch (reader, db, max_bytes, ret_batch, error);
    if (ok && (*ret_batch)->n_runs == 0)
      g_clear_pointer (ret_batch, lw_sync_batch_unref);
  }
  lw_store_give_back (reader->store, db);
  return ok;
}
