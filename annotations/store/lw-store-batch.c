/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many things at once, from a file, in one transaction. */

#include <string.h>

#include "lw-store-private.h"
#include "lw-store-puts.h"

typedef struct {
  const LwStoreBatch *batch;
  guint64 *counts;
  gboolean on_own_track;
} Batch;

/* Whether any change was ever made to @id, erased ones too. */
static gboolean
is_known (LwDb *db, const LwId *id, gboolean *ret_known, GError **error)
{
  g_autoptr (LwStatement) exists = lw_db_get (db, "target-exists", error);

  if (exists == NULL)
    return FALSE;
  lw_bind_id (exists, 1, id);
  if (!lw_step (db, exists, ret_known, error))
    return FALSE;
  return *ret_known || lw_is_erased (db, id, ret_known, error);
}

static gboolean
is_there (LwDb *db, LwEntityKind kind, const LwId *id, gboolean *ret_there, GError **error)
{
  GError *local_error = NULL;
  gpointer entity = lw_entity_load (db, kind, id, &local_error);

  *ret_there = entity != NULL;
  if (entity != NULL) {
    lw_entity_unref (kind, entity);
    return TRUE;
  }
  if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, local_error);
    return FALSE;
  }
  g_error_free (local_error);
  return TRUE;
}

/* A track whose person or segment was erased does not come back by a file, and a visit belongs to
 * a walk. */
static gboolean
lacks_ground (
    LwDb *db, LwEntityKind kind, gconstpointer entity, gboolean *ret_lacks, GError **error)
{
  const LwTrack *track = entity;
  gboolean there;

  *ret_lacks = FALSE;
  if (kind == LW_ENTITY_VISIT) {
    if (!is_there (db, LW_ENTITY_WALK, &((const LwVisit *)entity)->walk_id, &there, error))
      return FALSE;
    *ret_lacks = !there;
    return TRUE;
  }
  if (kind != LW_ENTITY_TRACK)
    return TRUE;
  return lw_is_erased (db, &track->person_id, ret_lacks, error) &&
         (*ret_lacks || lw_is_erased (db, &track->segment_id, ret_lacks, error));
}

static gboolean
append_entity (LwWriter *writer, LwEntityKind kind, gconstpointer entity, GError **error)
{
  const LwId *id = LW_ENTITY_ID (entity);
  g_autoptr (GBytes) body = lw_body_from_entity (kind, entity);
  LwChangeOp change = {.kind = LW_OP_PUT_ENTITY, .target = *id, .body = body};

  if (!lw_append (writer, &change, NULL, NULL, error) || !lw_project_target (writer->db, id, error))
    return FALSE;
  lw_writer_tell (writer, kind == LW_ENTITY_SEGMENT ? id : NULL, id, LW_STORE_CHANGE_ENTITY);
  return TRUE;
}

static gboolean
put_absent (LwWriter *writer, LwEntityKind kind, GPtrArray *entities, GError **error)
{
  for (guint i = 0; entities != NULL && i < entities->len; i++) {
    gconstpointer entity = entities->pdata[i];
    gboolean known, lacking;

    if (!is_known (writer->db, LW_ENTITY_ID (entity), &known, error) ||
        !lacks_ground (writer->db, kind, entity, &lacking, error))
      return FALSE;
    if (!known && !lacking && !append_entity (writer, kind, entity, error))
      return FALSE;
  }
  return TRUE;
}

/* A segment that is here already keeps all that it has; only a visit it takes if it has none. */
static gboolean
join_visit (LwWriter *writer, const LwSegment *segment, GError **error)
{
  g_autoptr (LwSegment) joined = NULL;
  LwSegment *here;
  LwSegment fields;
  GError *local_error = NULL;
  gboolean joins;

  if (lw_id_is_none (&segment->visit_id))
    return TRUE;
  here = lw_entity_load (writer->db, LW_ENTITY_SEGMENT, &segment->id, &local_error);
  if (here == NULL) {
    if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
      g_propagate_error (error, local_error);
      return FALSE;
    }
    g_error_free (local_error); /* it was erased */
    return TRUE;
  }
  joins = lw_id_is_none (&here->visit_id);
  fields = *here;
  fields.visit_id = segment->visit_id;
  if (joins)
    joined = lw_segment_new (&fields, error);
  lw_segment_unref (here);
  return !joins || (joined != NULL && append_entity (writer, LW_ENTITY_SEGMENT, joined, error));
}

static gboolean
put_segment (LwWriter *writer, const LwSegment *segment, GError **error)
{
  g_autoptr (LwSegment) fitted = NULL;
  LwSegment fields = *segment;
  gboolean known, there = TRUE;

  if (!lw_id_is_none (&fields.visit_id) &&
      !is_there (writer->db, LW_ENTITY_VISIT, &fields.visit_id, &there, error))
    return FALSE;
  if (!there)
    fields.visit_id = LW_ID_NONE;
  fitted = lw_segment_new (&fields, error);
  if (fitted == NULL || !is_known (writer->db, &fitted->id, &known, error))
    return FALSE;
  return known ? join_visit (writer, fitted, error)
               : append_entity (writer, LW_ENTITY_SEGMENT, fitted, error);
}

static gboolean
put_segments (LwWriter *writer, GPtrArray *segments, GError **error)
{
  for (guint i = 0; segments != NULL && i < segments->len; i++)
    if (!put_segment (writer, segments->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- notes ---- */

static gboolean
append_note (LwWriter *writer, LwOpKind kind, const LwNote *note, GError **error)
{
  g_autoptr (LwNote) pinned = lw_anchors_to_pinned (writer->db, note, error);
  g_autoptr (GBytes) body = pinned != NULL ? lw_body_from_note (pinned) : NULL;
  LwChangeOp change = {.track_id = note->track_id, .kind = kind, .target = note->id, .body = body};

  if (pinned == NULL || !lw_append (writer, &change, NULL, NULL, error))
    return FALSE;
  if (kind == LW_OP_ADD_NOTE ? !lw_project_insert_note (writer->db, pinned, error)
                             : !lw_project_target (writer->db, &note->id, error))
    return FALSE;
  lw_writer_tell (writer, &note->segment_id, &note->id, LW_STORE_CHANGE_NOTE);
  return TRUE;
}

/* @note is there already, as @former. */
static gboolean
put_known_note (LwWriter *writer,
                const LwNote *note,
                const LwNote *former,
                const Batch *self,
                LwBatchOutcome *ret_outcome,
                GError **error)
{
  LwNote fields = *note;
  g_autoptr (LwNote) altered = NULL;

  if (!lw_id_equal (&note->segment_id, &former->segment_id) ||
      (self->on_own_track && !lw_id_equal (&note->track_id, &former->track_id))) {
    *ret_outcome = LW_BATCH_ELSEWHERE;
    return TRUE;
  }
  if (self->batch->same_if_there != NULL &&
      g_hash_table_contains (self->batch->same_if_there, &note->id)) {
    *ret_outcome = LW_BATCH_SAME;
    return TRUE;
  }
  /* On whichever of the author's tracks it is here, it stays; and when it was made was told by
   * whoever told of it first. */
  fields.track_id = former->track_id;
  fields.author_id = former->author_id;
  fields.created_utc_us = former->created_utc_us;
  altered = lw_note_new (&fields, error);
  if (altered == NULL)
    return FALSE;
  if (lw_note_equal (altered, former))
    *ret_outcome = LW_BATCH_SAME;
  /* To what a note answers does not change: a ring could come of it. */
  else if (altered->edited_utc_us <= former->edited_utc_us ||
           !lw_id_equal (&altered->reply_to, &former->reply_to))
    *ret_outcome = LW_BATCH_KEPT;
  else {
    *ret_outcome = LW_BATCH_EDITED;
    return append_note (writer, LW_OP_EDIT_NOTE, altered, error);
  }
  return TRUE;
}

/* What a new note leans on: its track, and the note that it answers. */
static gboolean
find_ground (LwDb *db, const LwNote *note, LwNote *fields, gboolean *ret_found, GError **error)
{
  g_autoptr (LwNote) answered = NULL;
  gboolean erased;

  *ret_found = FALSE;
  if (!lw_is_erased (db, &note->track_id, &erased, error))
    return FALSE;
  if (!erased &&
      !lw_track_lookup (db, &note->track_id, &fields->segment_id, &fields->author_id, error)) {
    /* Its person was erased here. */
    if (!g_error_matches (*error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
      return FALSE;
    g_clear_error (error);
    erased = TRUE;
  }
  if (erased)
    return TRUE;
  if (!lw_id_is_none (&note->reply_to)) {
    if (!lw_note_load (db, &note->reply_to, &answered, error))
      return FALSE;
    *ret_found = answered != NULL;
    return TRUE;
  }
  *ret_found = TRUE;
  return TRUE;
}

static gboolean
put_note (LwWriter *writer,
          const LwNote *note,
          const Batch *self,
          LwBatchOutcome *ret_outcome,
          GError **error)
{
  g_autoptr (LwNote) former = NULL;
  g_autoptr (LwNote) fitted = NULL;
  g_autoptr (GError) local_error = NULL;
  LwNote fields = *note;
  gboolean known, found;

  if (!lw_note_load (writer->db, &note->id, &former, error))
    return FALSE;
  if (former != NULL)
    return put_known_note (writer, note, former, self, ret_outcome, error);
  if (!is_known (writer->db, &note->id, &known, error))
    return FALSE;
  if (!find_ground (writer->db, note, &fields, &found, &local_error)) {
    g_propagate_error (error, g_steal_pointer (&local_error));
    return FALSE;
  }
  if (known || !found) {
    *ret_outcome = LW_BATCH_DELETED;
    return TRUE;
  }
  fitted = lw_note_new (&fields, error);
  *ret_outcome = LW_BATCH_ADDED;
  return fitted != NULL && append_note (writer, LW_OP_ADD_NOTE, fitted, error);
}

static gboolean
put_batch (LwWriter *writer, gpointer data, GError **error)
{
  Batch *self = data;
  const LwStoreBatch *batch = self->batch;

  if (!put_absent (writer, LW_ENTITY_PERSON, batch->people, error) ||
      !put_absent (writer, LW_ENTITY_LENS, batch->lenses, error) ||
      !put_absent (writer, LW_ENTITY_WALK, batch->walks, error) ||
      !put_absent (writer, LW_ENTITY_VISIT, batch->visits, error) ||
      !put_segments (writer, batch->segments, error) ||
      !put_absent (writer, LW_ENTITY_TRACK, batch->tracks, error))
    return FALSE;
  for (guint i = 0; batch->notes != NULL && i < batch->notes->len; i++) {
    LwBatchOutcome outcome;

    if (!put_note (writer, batch->notes->pdata[i], self, &outcome, error))
      return FALSE;
    self->counts[outcome]++;
  }
  return TRUE;
}

gboolean
lw_store_put_batch (LwStore *self,
                    const LwStoreBatch *batch,
                    guint64 counts[LW_BATCH_N_OUTCOMES],
                    GError **error)
{
  guint64 counted[LW_BATCH_N_OUTCOMES] = {0};
  Batch data = {batch, counted, FALSE};

  g_return_val_if_fail (LW_IS_STORE (self) && batch != NULL && counts != NULL, FALSE);
  if (!lw_store_write (self, put_batch, &data, error))
    return FALSE;
  for (guint i = 0; i < LW_BATCH_N_OUTCOMES; i++)
    counts[i] = counted[i];
  return TRUE;
}

void
lw_store_put_batches (LwStore *self, LwStorePut *puts, guint n)
{
  g_autofree Batch *batches = g_new (Batch, n);
  g_autofree LwWrite *writes = g_new0 (LwWrite, n);

  g_return_if_fail (LW_IS_STORE (self) && puts != NULL && n > 0);
  for (guint i = 0; i < n; i++) {
    memset (puts[i].counts, 0, sizeof puts[i].counts);
    batches[i] = (Batch){puts[i].batch, puts[i].counts, puts[i].on_own_track};
    writes[i].data = &batches[i];
  }
  lw_store_write_many (self, put_batch, writes, n);
  for (guint i = 0; i < n; i++)
    puts[i].error = writes[i].error;
}
