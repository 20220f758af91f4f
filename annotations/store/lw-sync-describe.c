/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What ops would do, told before they do it: for whoever decides on permission. */

#include <string.h>

#include "lw-store-private.h"
#include "lw-sync-private.h"

/* A track lies on a segment of a visit of a walk. */
#define LEVELS_MAX 8

G_STATIC_ASSERT ((int)LW_SYNC_ADD_NOTE == (int)LW_OP_ADD_NOTE);
G_STATIC_ASSERT ((int)LW_SYNC_ERASE == (int)LW_OP_ERASE);
G_STATIC_ASSERT (LW_SYNC_LINK_LENGTH == LW_OP_ENCODED_LENGTH);
G_STATIC_ASSERT (LW_SYNC_SALT_LENGTH == LW_SALT_LENGTH);
G_STATIC_ASSERT (LW_SYNC_HASH_LENGTH == LW_DIGEST_LENGTH);

typedef struct {
  LwEntityKind kind;
  gpointer entity; /* NULL: not known */
} Known;

typedef struct {
  LwDb *db;
  GHashTable *stored; /* LwId -> Known: asked for already */
  GHashTable *coming; /* LwId -> Known: put by this batch */
} Describing;

static void
known_free (gpointer data)
{
  Known *known = data;

  if (known->entity != NULL)
    lw_entity_unref (known->kind, known->entity);
  g_free (known);
}

static GHashTable *
known_table_new (void)
{
  return g_hash_table_new_full (lw_id_hash, lw_id_equal, g_free, known_free);
}

static void
clear_info (gpointer data)
{
  LwSyncOpInfo *info = data;

  g_clear_pointer (&info->note, lw_note_unref);
  if (info->entity != NULL)
    lw_entity_unref (info->entity_kind, g_steal_pointer (&info->entity));
}

static gboolean
load (Describing *self, const LwId *id, const Known **ret_known, GError **error)
{
  g_autoptr (LwStatement) row = NULL;
  Known *known = g_hash_table_lookup (self->stored, id);
  gboolean there;

  if (known == NULL) {
    row = lw_db_get (self->db, "entity-row", error);
    if (row == NULL)
      return FALSE;
    lw_bind_id (row, 1, id);
    if (!lw_step (self->db, row, &there, error))
      return FALSE;
    known = g_new0 (Known, 1);
    known->kind = LW_ENTITY_N_KINDS;
    if (there && sqlite3_column_type (row, 5) != SQLITE_NULL)
      known->entity = lw_body_to_entity (sqlite3_column_blob (row, 5),
                                         (gsize)sqlite3_column_bytes (row, 5), id, &known->kind);
    g_hash_table_insert (self->stored, g_memdup2 (id, sizeof *id), known);
  }
  if (known->entity == NULL)
    known = g_hash_table_lookup (self->coming, id);
  *ret_known = known;
  return TRUE;
}

/* From @id up to its walk. @ret_kind: what @id is; LW_ENTITY_N_KINDS: not known. */
static gboolean
climb (Describing *self, const LwId *id, LwSyncOpInfo *info, LwEntityKind *ret_kind, GError **error)
{
  LwId at = *id;

  *ret_kind = LW_ENTITY_N_KINDS;
  for (guint level = 0; level < LEVELS_MAX && !lw_id_is_none (&at); level++) {
    const LwEntityClass *class;
    const Known *known;

    if (!load (self, &at, &known, error))
      return FALSE;
    if (known == NULL)
      break;
    if (level == 0)
      *ret_kind = known->kind;
    class = lw_entity_get_class (known->kind);
    if (known->kind == LW_ENTITY_WALK)
      info->walk_id = at;
    else if (known->kind == LW_ENTITY_SEGMENT)
      info->segment_id = at;
    else if (known->kind == LW_ENTITY_TRACK)
      info->author_id = ((const LwTrack *)known->entity)->person_id;
    if (known->kind == LW_ENTITY_WALK || class->parent_offset < 0)
      break;
    at = *(const LwId *)((const guint8 *)known->entity + class->parent_offset);
  }
  return TRUE;
}

static gboolean
find_track_of_note (LwDb *db, const LwId *note, LwId *ret_track, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "track-of-note", error);
  gboolean row;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, note);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  *ret_track = row ? lw_column_id (find, 0) : LW_ID_NONE;
  return TRUE;
}

/* Whether what a track's op names is something else than a note of that track. */
static gboolean
find_foreign (Describing *self, LwSyncOpInfo *info, GError **error)
{
  const Known *known;
  LwId home;

  if (!load (self, &info->target_id, &known, error) ||
      !find_track_of_note (self->db, &info->target_id, &home, error))
    return FALSE;
  info->is_foreign =
      known != NULL || (!lw_id_is_none (&home) && !lw_id_equal (&home, &info->track_id));
  return TRUE;
}

static gboolean
find_place (Describing *self, LwSyncOpInfo *info, GError **error)
{
  LwEntityKind kind;
  LwId track = info->track_id;

  if (!lw_id_is_none (&track)) {
    info->about_note = TRUE;
    return climb (self, &track, info, &kind, error) && find_foreign (self, info, error);
  }
  if (!climb (self, &info->target_id, info, &kind, error))
    return FALSE;
  if (info->entity == NULL)
    info->entity_kind = kind;
  if (kind != LW_ENTITY_N_KINDS || info->kind != LW_SYNC_ERASE)
    return TRUE;
  if (!find_track_of_note (self->db, &info->target_id, &track, error))
    return FALSE;
  info->about_note = !lw_id_is_none (&track);
  return climb (self, &track, info, &kind, error);
}

static gboolean
find_here (Describing *self, const LwOp *op, gboolean *ret_here, GError **error)
{
  g_autoptr (LwStatement) log = lw_db_get (self->db, "find-log", error);
  g_autoptr (LwStatement) at = lw_db_get (self->db, "ops-at", error);
  gboolean row;

  *ret_here = FALSE;
  if (log == NULL || at == NULL)
    return FALSE;
  lw_bind_id (log, 1, &op->log_id);
  if (!lw_step (self->db, log, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  lw_bind_int (at, 1, sqlite3_column_int64 (log, 0));
  lw_bind_int (at, 2, (gint64)op->seq);
  for (;;) {
    if (!lw_step (self->db, at, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    if (sqlite3_column_bytes (at, 1) == LW_DIGEST_LENGTH &&
        memcmp (sqlite3_column_blob (at, 1), op->hash, LW_DIGEST_LENGTH) == 0)
      *ret_here = TRUE;
  }
}

static void
read_body (const LwSyncOp *op, LwSyncOpInfo *info)
{
  LwNote identity = {.id = info->target_id,
                     .track_id = info->track_id,
                     .segment_id = info->segment_id,
                     .author_id = info->author_id};
  const guint8 *data;
  gsize length;

  if (op->state != LW_SYNC_BODY_HERE || g_bytes_get_size (op->sealed) <= LW_SALT_LENGTH)
    return;
  data = g_bytes_get_data (op->sealed, &length);
  data += LW_SALT_LENGTH;
  length -= LW_SALT_LENGTH;
  if (info->kind == LW_SYNC_ADD_NOTE || info->kind == LW_SYNC_EDIT_NOTE)
    info->note = lw_body_to_note (data, length, &identity);
  else if (info->kind == LW_SYNC_PUT_ENTITY)
    info->entity = lw_body_to_entity (data, length, &info->target_id, &info->entity_kind);
}

static gboolean
describe_op (Describing *self,
             const LwSyncRun *run,
             const LwSyncOp *sync_op,
             LwSyncOpInfo *info,
             GError **error)
{
  LwOp op;

  *info = (LwSyncOpInfo){.entity_kind = LW_ENTITY_N_KINDS};
  if (!lw_op_decode (sync_op->link, &op) || !lw_id_equal (&op.log_id, &run->log_id)) {
    g_set_error_literal (error, LW_SYNC_ERROR, LW_SYNC_ERROR_DAMAGED,
                         "These changes are damaged. Nothing of them was taken.");
    return FALSE;
  }
  info->log_id = run->log_id;
  info->device_id = run->device_id;
  info->track_id = run->track_id;
  info->seq = op.seq;
  info->clock_utc_ms = lw_clock_get_utc_ms (op.clock);
  info->kind = (LwSyncKind)op.kind;
  info->target_id = op.target;
  if (op.kind == LW_OP_PUT_ENTITY)
    read_body (sync_op, info);
  if (!find_here (self, &op, &info->is_here, error) || !find_place (self, info, error))
    return FALSE;
  if (op.kind != LW_OP_PUT_ENTITY)
    read_body (sync_op, info);
  return TRUE;
}

/* Structure that this very batch brings, for whoever leans on it. */
static void
gather_coming (Describing *self, const LwSyncBatch *batch)
{
  for (guint i = 0; i < batch->n_runs; i++) {
    const LwSyncRun *run = &batch->runs[i];

    for (guint k = 0; lw_id_is_none (&run->track_id) && k < run->n_ops; k++) {
      LwSyncOpInfo info = {.entity_kind = LW_ENTITY_N_KINDS, .kind = LW_SYNC_PUT_ENTITY};
      Known *known;
      LwOp op;

      if (!lw_op_decode (run->ops[k].link, &op) || op.kind != LW_OP_PUT_ENTITY)
        continue;
      info.target_id = op.target;
      read_body (&run->ops[k], &info);
      if (info.entity == NULL)
        continue;
      known = g_new (Known, 1);
      *known = (Known){info.entity_kind, info.entity};
      g_hash_table_replace (self->coming, g_memdup2 (&op.target, sizeof op.target), known);
    }
  }
}

gboolean
lw_sync_describe (LwDb *db, const LwSyncBatch *batch, GArray **ret_infos, GError **error)
{
  g_autoptr (GHashTable) stored = known_table_new ();
  g_autoptr (GHashTable) coming = known_table_new ();
  g_autoptr (GArray) infos =
      g_array_sized_new (FALSE, FALSE, sizeof (LwSyncOpInfo), lw_sync_batch_count_ops (batch));
  Describing self = {db, stored, coming};

  g_array_set_clear_func (infos, clear_info);
  gather_coming (&self, batch);
  for (guint i = 0; i < batch->n_runs; i++) {
    for (guint k = 0; k < batch->runs[i].n_ops; k++) {
      LwSyncOpInfo info;
      gboolean ok = describe_op (&self, &batch->runs[i], &batch->runs[i].ops[k], &info, error);

      g_array_append_val (infos, info);
      if (!ok)
        return FALSE;
    }
  }
  *ret_infos = g_steal_pointer (&infos);
  return TRUE;
}

gboolean
lw_store_describe (LwStore *self, const LwSyncBatch *batch, GArray **ret_infos, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && batch != NULL && ret_infos != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = lw_db_begin_read (db, error) && lw_sync_describe (db, batch, ret_infos, error);
  lw_store_give_back (self, db);
  return ok;
}

gboolean
lw_store_find_track_of_note (LwStore *self, const LwId *note_id, LwId *ret_track_id, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL && ret_track_id != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = find_track_of_note (db, note_id, ret_track_id, error);
  lw_store_give_back (self, db);
  if (ok && lw_id_is_none (ret_track_id))
    return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "There is no such note.", error);
  return ok;
}

guint64
lw_sync_link_get_seq (const guint8 link[LW_SYNC_LINK_LENGTH])
{
  LwOp op;

  return lw_op_decode (link, &op) ? op.seq : 0;
}
