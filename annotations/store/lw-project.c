/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"

/* recency = microseconds * this, and a count of those within one. 2^52 µs end in the year 2112. */
#define RECENCY_STEP 2048
#define RECENCY_MAX_US ((G_GINT64_CONSTANT (1) << 52) - 1)
/* Where to look for a free number when one microsecond holds too many: within about a second. */
#define RECENCY_CROWD (G_GINT64_CONSTANT (1) << 31)

#define TAG_SEPARATOR "\x1f"

gboolean
lw_entity_find_key (LwDb *db, const LwId *id, gboolean make, gint64 *ret_key, GError **error)
{
  g_autoptr (LwStatement) find = NULL;
  g_autoptr (LwStatement) name = NULL;
  gboolean row;

  *ret_key = 0;
  if (lw_id_is_none (id))
    return TRUE;
  find = lw_db_get (db, "find-entity", error);
  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (row) {
    *ret_key = sqlite3_column_int64 (find, 0);
    return TRUE;
  }
  if (!make)
    return TRUE;
  name = lw_db_get (db, "name-entity", error);
  if (name == NULL)
    return FALSE;
  lw_bind_id (name, 1, id);
  if (!lw_run (db, name, error))
    return FALSE;
  *ret_key = sqlite3_last_insert_rowid (db->handle);
  return TRUE;
}

gboolean
lw_is_erased (LwDb *db, const LwId *id, gboolean *ret_erased, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "is-erased", error);

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, id);
  return lw_step (db, find, ret_erased, error);
}

gboolean
lw_is_erased_on (
    LwDb *db, const LwId *target, const LwId *track_id, gboolean *ret_erased, GError **error)
{
  return lw_is_erased (db, target, ret_erased, error) &&
         (*ret_erased || lw_is_erased (db, track_id, ret_erased, error));
}

gboolean
lw_track_lookup (
    LwDb *db, const LwId *track_id, LwId *ret_segment, LwId *ret_person, GError **error)
{
  g_autoptr (LwStatement) get = lw_db_get (db, "get-track", error);
  gint64 key;
  gboolean row = FALSE;

  if (get == NULL || !lw_entity_find_key (db, track_id, FALSE, &key, error))
    return FALSE;
  lw_bind_int (get, 1, key);
  if (!lw_step (db, get, &row, error))
    return FALSE;
  if (!row)
    return lw_store_fail (LW_STORE_ERROR_NOT_FOUND, "There is no such track.", error);
  *ret_segment = lw_column_id (get, 1);
  *ret_person = lw_column_id (get, 2);
  return TRUE;
}

/* ---- notes ---- */

guint
lw_length_class (LwTime length)
{
  guint class = 1;

  if (length == 0)
    return 0;
  for (LwTime max = LW_MSECOND; max < length; max *= 2)
    class ++;
  return class;
}

static gboolean
greatest_recency (LwDb *db, gint64 from, gint64 to, gint64 *ret_recency, GError **error)
{
  g_autoptr (LwStatement) greatest = lw_db_get (db, "greatest-recency", error);
  gboolean row;

  if (greatest == NULL)
    return FALSE;
  lw_bind_int (greatest, 1, from);
  lw_bind_int (greatest, 2, to);
  if (!lw_step (db, greatest, &row, error))
    return FALSE;
  *ret_recency = sqlite3_column_type (greatest, 0) == SQLITE_NULL
                     ? from - 1
                     : sqlite3_column_int64 (greatest, 0);
  return TRUE;
}

static gboolean
next_recency (LwDb *db, gint64 edited_utc_us, gint64 *ret_recency, GError **error)
{
  gint64 from = CLAMP (edited_utc_us, 0, RECENCY_MAX_US) * RECENCY_STEP;
  gint64 taken;

  if (!greatest_recency (db, from, from + RECENCY_STEP, &taken, error))
    return FALSE;
  /* Thousands in one microsecond come from a file, and their order says nothing. */
  for (gint64 to = from; taken + 1 >= from + RECENCY_STEP && to <= taken;) {
    to = taken + 1 > G_MAXINT64 - RECENCY_CROWD ? G_MAXINT64 : taken + 1 + RECENCY_CROWD;
    if (!greatest_recency (db, from, to, &taken, error))
      return FALSE;
  }
  *ret_recency = taken + 1;
  return TRUE;
}

static gboolean
next_note_key (LwDb *db, gint64 *ret_key, GError **error)
{
  g_autoptr (LwStatement) greatest = lw_db_get (db, "greatest-note-key", error);
  gint64 upto;
  gboolean row;

  if (greatest == NULL || !lw_step (db, greatest, &row, error) ||
      !lw_meta_get_int (db, LW_META_SEARCH_UPTO, &upto, error))
    return FALSE;
  /* A number is not used again, or a new note could pass for indexed. */
  *ret_key = MAX (sqlite3_column_int64 (greatest, 0), upto) + 1;
  return TRUE;
}

static gint64
pack_region (const LwRegion *region)
{
  return (gint64)((guint64)region->x << 48 | (guint64)region->y << 32 |
                  (guint64)region->width << 16 | (guint64)region->height);
}

typedef struct {
  gint64 note_key, recency, track_key, segment_key, lens_key;
} NoteKeys;

static gboolean
find_note_keys (LwDb *db, const LwNote *note, NoteKeys *keys, GError **error)
{
  g_autoptr (LwStatement) track = lw_db_get (db, "get-track", error);
  gboolean row;

  if (track == NULL || !lw_entity_find_key (db, &note->track_id, TRUE, &keys->track_key, error) ||
      !lw_entity_find_key (db, &note->lens_id, TRUE, &keys->lens_key, error) ||
      !next_note_key (db, &keys->note_key, error) ||
      !next_recency (db, note->edited_utc_us, &keys->recency, error))
    return FALSE;
  lw_bind_int (track, 1, keys->track_key);
  if (!lw_step (db, track, &row, error))
    return FALSE;
  /* The track itself may come in later, from another file. Until then its notes wait unseen. */
  keys->segment_key = row ? sqlite3_column_int64 (track, 0) : 0;
  return TRUE;
}

gboolean
lw_project_insert_note (LwDb *db, const LwNote *note, GError **error)
{
  g_autoptr (LwStatement) add = lw_db_get (db, "add-note", error);
  g_autofree char *tags = g_strjoinv (TAG_SEPARATOR, (char **)note->tags);
  NoteKeys keys;
  LwTime start;
  gboolean brought;

  if (add == NULL || !find_note_keys (db, note, &keys, error) ||
      !lw_anchors_find_start (db, note, keys.segment_key, &start, &brought, error))
    return FALSE;
  lw_bind_int (add, 1, keys.note_key);
  lw_bind_id (add, 2, &note->id);
  lw_bind_int (add, 3, keys.recency);
  lw_bind_int (add, 4, keys.track_key);
  if (keys.segment_key != 0)
    lw_bind_int (add, 5, keys.segment_key);
  if (keys.lens_key != 0)
    lw_bind_int (add, 6, keys.lens_key);
  lw_bind_int (add, 7, note->kind);
  lw_bind_int (add, 8, note->on_focus);
  lw_bind_int (add, 9, note->pass);
  lw_bind_int (add, 10, start);
  if (note->end > note->start)
    lw_bind_int (add, 11, start + (note->end - note->start));
  if (!lw_region_is_none (&note->region))
    lw_bind_int (add, 12, pack_region (&note->region));
  lw_bind_id (add, 13, &note->reply_to);
  lw_bind_int (add, 14, note->created_utc_us);
  if (note->edited_utc_us != note->created_utc_us)
    lw_bind_int (add, 15, note->edited_utc_us);
  if (*tags != '\0')
    lw_bind_text (add, 16, tags);
  lw_bind_text (add, 17, note->text);
  lw_bind_int (add, 18, lw_length_class (note->end - note->start));
  if (note->wall_utc_ns != 0) {
    lw_bind_int (add, 19, note->wall_utc_ns);
    lw_bind_int (add, 20, note->wall_uncertainty_ns);
  }
  if (note->wall_utc_ns != 0 || brought)
    lw_bind_int (add, 21, note->start);
  return lw_run (db, add, error) && lw_counts_add_note (db, keys.note_key, error);
}

gboolean
lw_project_remove_note (LwDb *db, const LwId *note_id, gboolean *ret_there, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "find-note", error);
  g_autoptr (LwStatement) drop = NULL;
  gint64 key, upto;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, note_id);
  if (!lw_step (db, find, ret_there, error))
    return FALSE;
  if (!*ret_there)
    return TRUE;
  key = sqlite3_column_int64 (find, 0);
  if (!lw_meta_get_int (db, LW_META_SEARCH_UPTO, &upto, error))
    return FALSE;
  if (key <= upto && !lw_search_drop (db, sqlite3_column_int64 (find, 1),
                                      (const char *)sqlite3_column_text (find, 2), error))
    return FALSE;
  drop = lw_db_get (db, "drop-note", error);
  if (drop == NULL || !lw_counts_take_note (db, key, error))
    return FALSE;
  lw_bind_int (drop, 1, key);
  return lw_run (db, drop, error);
}

LwNote *
lw_note_from_row (LwStatement *row)
{
  g_auto (GStrv) tags = NULL;
  LwNote fields = {.id = lw_column_id (row, 0),
                   .track_id = lw_column_id (row, 1),
                   .segment_id = lw_column_id (row, 2),
                   .author_id = lw_column_id (row, 3),
                   .reply_to = lw_column_id (row, 4),
                   .lens_id = lw_column_id (row, 5),
                   .kind = (LwNoteKind)sqlite3_column_int (row, 6),
                   .on_focus = sqlite3_column_int (row, 7),
                   .pass = (guint)sqlite3_column_int64 (row, 8),
                   .start = sqlite3_column_int64 (row, 9),
                   .created_utc_us = sqlite3_column_int64 (row, 12),
                   .edited_utc_us = sqlite3_column_int64 (row, 13),
                   .text = (const char *)sqlite3_column_text (row, 14),
                   .wall_utc_ns = sqlite3_column_int64 (row, 16),
                   .wall_uncertainty_ns = sqlite3_column_int64 (row, 17)};

  fields.end = fields.start;
  if (sqlite3_column_type (row, 10) != SQLITE_NULL)
    fields.end = sqlite3_column_int64 (row, 10);
  if (sqlite3_column_type (row, 11) != SQLITE_NULL) {
    guint64 region = (guint64)sqlite3_column_int64 (row, 11);

    fields.region = (LwRegion){(guint16)(region >> 48), (guint16)(region >> 32),
                               (guint16)(region >> 16), (guint16)region};
  }
  if (sqlite3_column_type (row, 13) == SQLITE_NULL)
    fields.edited_utc_us = fields.created_utc_us;
  if (sqlite3_column_type (row, 15) != SQLITE_NULL)
    tags = g_strsplit ((const char *)sqlite3_column_text (row, 15), TAG_SEPARATOR, -1);
  fields.tags = (const char *const *)tags;
  return lw_note_new (&fields, NULL);
}

/* ---- entities ---- */

static gboolean
project_track (LwDb *db, const LwTrack *track, GError **error)
{
  g_autoptr (LwStatement) put = lw_db_get (db, "put-track", error);
  g_autoptr (LwStatement) move = lw_db_get (db, "move-notes-of-track", error);
  gboolean was_brought, is_brought = !lw_id_is_none (&track->pinned_on_id);
  gint64 key, segment, person, lens;

  if (put == NULL || move == NULL || !lw_entity_find_key (db, &track->id, TRUE, &key, error) ||
      !lw_entity_find_key (db, &track->segment_id, TRUE, &segment, error) ||
      !lw_entity_find_key (db, &track->person_id, TRUE, &person, error) ||
      !lw_entity_find_key (db, &track->lens_id, TRUE, &lens, error) ||
      !lw_anchors_is_brought (db, key, &was_brought, error))
    return FALSE;
  lw_bind_int (put, 1, key);
  lw_bind_int (put, 2, segment);
  lw_bind_int (put, 3, person);
  if (lens != 0)
    lw_bind_int (put, 4, lens);
  if (is_brought) {
    lw_bind_int (put, 5, track->shift);
    lw_bind_int (put, 6, track->drift_ppb);
    lw_bind_int (put, 7, track->pinned_anchor_utc_ns);
  }
  lw_bind_int (move, 1, key);
  lw_bind_int (move, 2, segment);
  return lw_counts_move_track (db, key, FALSE, error) && lw_run (db, put, error) &&
         lw_run (db, move, error) && lw_anchors_bring (db, key, was_brought, is_brought, error) &&
         lw_anchors_apply (db, segment, error) && lw_counts_move_track (db, key, TRUE, error);
}

gboolean
lw_project_put_entity (LwDb *db,
                       LwEntityKind kind,
                       gconstpointer entity,
                       GBytes *body,
                       LwClock added_clock,
                       GError **error)
{
  const LwEntityClass *class = lw_entity_get_class (kind);
  g_autoptr (LwStatement) put = lw_db_get (db, "put-entity", error);

  if (put == NULL)
    return FALSE;
  lw_bind_id (put, 1, LW_ENTITY_ID (entity));
  lw_bind_int (put, 2, kind);
  if (class->parent_offset >= 0)
    lw_bind_id (put, 3, (const LwId *)((const guint8 *)entity + class->parent_offset));
  lw_bind_int (put, 4, kind == LW_ENTITY_VISIT ? ((const LwVisit *)entity)->order : 0);
  if (kind == LW_ENTITY_SEGMENT)
    lw_bind_blob (put, 5, &((const LwSegment *)entity)->media, sizeof (LwContentHash));
  lw_bind_int (put, 6, (gint64)added_clock);
  lw_bind_bytes (put, 7, body);
  return lw_run (db, put, error) && lw_counts_file_entity (db, kind, entity, error) &&
         (kind != LW_ENTITY_TRACK || project_track (db, entity, error)) &&
         (kind != LW_ENTITY_SEGMENT || lw_anchors_apply_to (db, LW_ENTITY_ID (entity), error));
}

/* ---- histories ---- */

typedef struct {
  LwOp op; /* clock, kind, log_id, hash */
  LwId track_id;
  GBytes *body;
} Version;

static void
version_clear (gpointer data)
{
  g_clear_pointer (&((Version *)data)->body, g_bytes_unref);
}

static void
read_version (LwStatement *row, Version *version)
{
  *version = (Version){.op = {.clock = (LwClock)sqlite3_column_int64 (row, 1),
                              .kind = sqlite3_column_int (row, 2),
                              .log_id = lw_column_id (row, 4)},
                       .track_id = lw_column_id (row, 5)};
  if (sqlite3_column_bytes (row, 3) == LW_DIGEST_LENGTH)
    memcpy (version->op.hash, sqlite3_column_blob (row, 3), LW_DIGEST_LENGTH);
  if (sqlite3_column_type (row, 6) != SQLITE_NULL)
    version->body =
        g_bytes_new (sqlite3_column_blob (row, 6), (gsize)sqlite3_column_bytes (row, 6));
}

/* The op of @kinds (bits 1 << LwOpKind) that wins: the greatest, on @track if that is given. */
static const Version *
find_winner (const GArray *versions, guint kinds, const LwId *track)
{
  const Version *winner = NULL;

  for (guint i = 0; i < versions->len; i++) {
    const Version *version = &g_array_index (versions, Version, i);

    if ((kinds >> version->op.kind & 1) != 0 &&
        (track == NULL || lw_id_equal (&version->track_id, track)) &&
        (winner == NULL || lw_op_compare (&version->op, &winner->op) > 0))
      winner = version;
  }
  return winner;
}

static const Version *
find_first (const GArray *versions, LwOpKind kind)
{
  const Version *first = NULL;

  for (guint i = 0; i < versions->len; i++) {
    const Version *version = &g_array_index (versions, Version, i);

    if (version->op.kind == kind && (first == NULL || lw_op_compare (&version->op, &first->op) < 0))
      first = version;
  }
  return first;
}

static void
resolve_note (const GArray *versions, const LwId *target, LwProjected *projected)
{
  const Version *first = find_first (versions, LW_OP_ADD_NOTE);
  const Version *content, *presence;
  LwNote identity = {.id = *target};

  /* A note belongs to the track that it was added on: nobody else's log has a say in it. */
  if (first == NULL)
    return;
  identity.track_id = first->track_id;
  content = find_winner (versions, 1 << LW_OP_ADD_NOTE | 1 << LW_OP_EDIT_NOTE, &first->track_id);
  presence =
      find_winner (versions, 1 << LW_OP_DELETE_NOTE | 1 << LW_OP_RESTORE_NOTE, &first->track_id);
  if (content->body == NULL || (presence != NULL && presence->op.kind == LW_OP_DELETE_NOTE))
    return;
  projected->note = lw_body_to_note (g_bytes_get_data (content->body, NULL),
                                     g_bytes_get_size (content->body), &identity);
}

static void
resolve_entity (const GArray *versions, const LwId *target, LwProjected *projected)
{
  const Version *first = find_first (versions, LW_OP_PUT_ENTITY);
  const Version *newest = NULL;

  /* Others stand on it: a version that may not be seen here leaves the one before. */
  for (guint i = 0; i < versions->len; i++) {
    const Version *version = &g_array_index (versions, Version, i);

    if (version->op.kind == LW_OP_PUT_ENTITY && version->body != NULL &&
        (newest == NULL || lw_op_compare (&version->op, &newest->op) > 0))
      newest = version;
  }
  if (newest == NULL)
    return;
  projected->entity = lw_body_to_entity (g_bytes_get_data (newest->body, NULL),
                                         g_bytes_get_size (newest->body), target, &projected->kind);
  projected->added_clock = first->op.clock;
  projected->body = g_bytes_ref (newest->body);
}

void
lw_projected_clear (LwProjected *projected)
{
  g_clear_pointer (&projected->note, lw_note_unref);
  if (projected->entity != NULL)
    lw_entity_unref (projected->kind, g_steal_pointer (&projected->entity));
  g_clear_pointer (&projected->body, g_bytes_unref);
}

gboolean
lw_project_history (LwDb *db,
                    LwStatement *statement,
                    const LwId *target,
                    LwProjected *ret_projected,
                    gboolean *ret_more,
                    GError **error)
{
  g_autoptr (GArray) versions = g_array_new (FALSE, FALSE, sizeof (Version));
  gboolean one_target = sqlite3_column_count (statement) < 8, erased;

  *ret_projected = (LwProjected){0};
  g_array_set_clear_func (versions, version_clear);
  do {
    Version version;

    read_version (statement, &version);
    g_array_append_val (versions, version);
    if (!lw_step (db, statement, ret_more, error))
      return FALSE;
  } while (*ret_more && (one_target ||
                         memcmp (sqlite3_column_blob (statement, 7), target, sizeof *target) == 0));
  if (!lw_is_erased (db, target, &erased, error))
    return FALSE;
  if (erased)
    return TRUE;
  resolve_note (versions, target, ret_projected);
  if (ret_projected->note != NULL) {
    if (!lw_is_erased (db, &ret_projected->note->track_id, &erased, error))
      return FALSE;
    if (erased)
      lw_projected_clear (ret_projected);
    return TRUE;
  }
  resolve_entity (versions, target, ret_projected);
  return TRUE;
}

static gboolean
put_projected (LwDb *db, LwProjected *projected, GError **error)
{
  gboolean ok = TRUE;

  if (projected->note != NULL)
    ok = lw_project_insert_note (db, projected->note, error);
  if (ok && projected->entity != NULL)
    ok = lw_project_put_entity (db, projected->kind, projected->entity, projected->body,
                                projected->added_clock, error);
  lw_projected_clear (projected);
  return ok;
}

gboolean
lw_project_target (LwDb *db, const LwId *target, GError **error)
{
  g_autoptr (LwStatement) ops = lw_db_get (db, "ops-of-target", error);
  LwProjected projected = {0};
  gboolean row, there;

  if (ops == NULL || !lw_project_remove_note (db, target, &there, error))
    return FALSE;
  lw_bind_id (ops, 1, target);
  if (!lw_step (db, ops, &row, error))
    return FALSE;
  if (!row)
    return TRUE;
  if (!lw_project_history (db, ops, target, &projected, &row, error)) {
    lw_projected_clear (&projected);
    return FALSE;
  }
  return put_projected (db, &projected, error);
}

static gboolean
project_erasures (LwDb *db, GError **error)
{
  g_autoptr (LwStatement) erasures = lw_db_get (db, "erasures", error);

  if (erasures == NULL)
    return FALSE;
  for (;;) {
    g_autoptr (LwStatement) add = lw_db_get (db, "add-erased", error);
    gboolean row;
    LwId target;

    if (add == NULL || !lw_step (db, erasures, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    target = lw_column_id (erasures, 0);
    lw_bind_id (add, 1, &target);
    if (!lw_run (db, add, error))
      return FALSE;
  }
}

static gboolean
clear_tables (LwDb *db, GError **error)
{
  static const char *const names[] = {"drop-all-words", "clear-notes",  "clear-tracks",
                                      "clear-entities", "clear-erased", "clear-counts",
                                      "clear-lessons",  "clear-visits", "clear-places"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (LwStatement) clear = lw_db_get (db, names[i], error);

    if (clear == NULL || !lw_run (db, clear, error))
      return FALSE;
  }
  return lw_meta_set_int (db, LW_META_SEARCH_UPTO, 0, error);
}

gboolean
lw_project_everything (LwDb *db, GError **error)
{
  g_autoptr (LwStatement) ops = lw_db_get (db, "ops-by-target", error);
  gboolean row;

  if (ops == NULL || !clear_tables (db, error) || !project_erasures (db, error) ||
      !lw_step (db, ops, &row, error))
    return FALSE;
  while (row) {
    LwProjected projected = {0};
    LwId target = lw_column_id (ops, 7);

    if (!lw_project_history (db, ops, &target, &projected, &row, error)) {
      lw_projected_clear (&projected);
      return FALSE;
    }
    if (!put_projected (db, &projected, error))
      return FALSE;
  }
  return TRUE;
}
