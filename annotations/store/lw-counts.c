/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store-private.h"

/* A number in a name counts as a number of that many digits: "Room 9" before "Room 10". */
#define DIGITS 10

static gboolean
run_on_key (LwDb *db, const char *name, gint64 key, GError **error)
{
  g_autoptr (LwStatement) statement = lw_db_get (db, name, error);

  if (statement == NULL)
    return FALSE;
  lw_bind_int (statement, 1, key);
  return lw_run (db, statement, error);
}

/* ---- notes ---- */

gboolean
lw_counts_add_note (LwDb *db, gint64 note_key, GError **error)
{
  return run_on_key (db, "count-note", note_key, error);
}

gboolean
lw_counts_take_note (LwDb *db, gint64 note_key, GError **error)
{
  return run_on_key (db, "uncount-note", note_key, error);
}

gboolean
lw_counts_move_track (LwDb *db, gint64 track_key, gboolean add, GError **error)
{
  g_autoptr (LwStatement) count = lw_db_get (db, "count-track", error);

  if (count == NULL)
    return FALSE;
  lw_bind_int (count, 1, track_key);
  lw_bind_int (count, 2, add ? 1 : -1);
  return lw_run (db, count, error);
}

/* ---- where they are ---- */

char *
lw_counts_sort_key (const char *name)
{
  g_autofree char *plain = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (plain != NULL ? plain : name, -1);
  GString *key = g_string_new (NULL);

  for (const char *p = folded; *p != '\0';) {
    gsize digits = 0, length = (gsize)(g_utf8_next_char (p) - p);

    while (g_ascii_isdigit (p[digits]))
      digits++;
    for (gsize i = digits; digits > 0 && i < DIGITS; i++)
      g_string_append_c (key, '0');
    /* Accents do not part what belongs together. */
    if (digits > 0 || !g_unichar_ismark (g_utf8_get_char (p)))
      g_string_append_len (key, p, (gssize)MAX (digits, length));
    p += MAX (digits, length);
  }
  return g_string_free (key, FALSE);
}

/* What a row of a place, visit or lesson holds. */
typedef struct {
  const char *put, *is_filed;
  gint64 key;
  gint64 above; /* place: its parent; visit: its classroom; lesson: its visit; 0: none */
  const LwId *walk_id;
  gint64 anchor_utc_ns; /* lesson */
  int place_kind;
  char *sort_key;
} Row;

static void
row_clear (Row *row)
{
  g_free (row->sort_key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/* @make: rows for those that are only named. FALSE without error: of another kind. */
static gboolean
describe (
    LwDb *db, LwEntityKind kind, gconstpointer entity, gboolean make, Row *row, GError **error)
{
  const LwPlace *place = entity;
  const LwVisit *visit = entity;
  const LwSegment *segment = entity;
  const LwId *above;

  *row = (Row){0};
  switch (kind) {
  case LW_ENTITY_PLACE:
    *row = (Row){"put-place", "is-place-filed", 0, 0, NULL, 0, (int)place->kind, NULL};
    row->sort_key = lw_counts_sort_key (place->name);
    above = &place->parent_id;
    break;
  case LW_ENTITY_VISIT:
    *row = (Row){"put-visit", "is-visit-filed", 0, 0, &visit->walk_id, 0, 0, NULL};
    above = &visit->classroom_id;
    break;
  case LW_ENTITY_SEGMENT:
    *row = (Row){"put-lesson", "is-lesson-filed", 0, 0, NULL, segment->anchor_utc_ns, 0, NULL};
    above = &segment->visit_id;
    break;
  default:
    return FALSE;
  }
  return lw_entity_find_key (db, LW_ENTITY_ID (entity), make, &row->key, error) &&
         lw_entity_find_key (db, above, make, &row->above, error);
}

static void
bind_row (LwStatement *statement, const Row *row)
{
  int at = 1;

  lw_bind_int (statement, at++, row->key);
  if (row->walk_id != NULL)
    lw_bind_id (statement, at++, row->walk_id);
  if (row->sort_key != NULL)
    lw_bind_int (statement, at++, row->place_kind);
  if (row->above != 0)
    lw_bind_int (statement, at, row->above);
  if (row->sort_key != NULL)
    lw_bind_text (statement, at + 1, row->sort_key);
  if (row->anchor_utc_ns != 0)
    lw_bind_int (statement, at + 1, row->anchor_utc_ns);
}

gboolean
lw_counts_file_entity (LwDb *db, LwEntityKind kind, gconstpointer entity, GError **error)
{
  g_auto (Row) row = {0};
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwStatement) put = NULL;

  if (!describe (db, kind, entity, TRUE, &row, &cause)) {
    if (cause == NULL)
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  /* One that was taken out of its walk counts nowhere. */
  if (kind == LW_ENTITY_VISIT && ((const LwVisit *)entity)->removed)
    return run_on_key (db, "drop-visit", row.key, error);
  put = lw_db_get (db, row.put, error);
  if (put == NULL)
    return FALSE;
  bind_row (put, &row);
  return lw_run (db, put, error);
}

gboolean
lw_counts_is_filed (
    LwDb *db, LwEntityKind kind, gconstpointer entity, gboolean *ret_filed, GError **error)
{
  g_auto (Row) row = {0};
  g_autoptr (GError) cause = NULL;
  g_autoptr (LwStatement) find = NULL;

  *ret_filed = TRUE;
  if (!describe (db, kind, entity, FALSE, &row, &cause)) {
    if (cause == NULL)
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  find = lw_db_get (db, row.is_filed, error);
  if (find == NULL)
    return FALSE;
  bind_row (find, &row);
  if (!lw_step (db, find, ret_filed, error))
    return FALSE;
  if (kind == LW_ENTITY_VISIT && ((const LwVisit *)entity)->removed)
    *ret_filed = !*ret_filed;
  return TRUE;
}

gboolean
lw_counts_drop_entity (LwDb *db, const LwId *id, GError **error)
{
  gint64 key;

  return lw_entity_find_key (db, id, FALSE, &key, error) &&
         run_on_key (db, "drop-lesson", key, error) && lw_anchors_apply (db, key, error) &&
         run_on_key (db, "drop-visit", key, error) && run_on_key (db, "drop-place", key, error);
}

/* ---- all at once ---- */

static gboolean
file_all (LwDb *db, LwEntityKind kind, GError **error)
{
  g_autoptr (LwStatement) list = lw_db_get (db, "list-entities", error);
  gboolean row;

  if (list == NULL)
    return FALSE;
  lw_bind_int (list, 1, kind);
  for (;;) {
    gpointer entity;
    gboolean ok;
    LwId id;

    if (!lw_step (db, list, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    id = lw_column_id (list, 0);
    entity = lw_body_to_entity (sqlite3_column_blob (list, 1),
                                (gsize)sqlite3_column_bytes (list, 1), &id, NULL);
    /* One that cannot be read is for verifying to tell. */
    if (entity == NULL)
      continue;
    ok = lw_counts_file_entity (db, kind, entity, error);
    lw_entity_unref (kind, entity);
    if (!ok)
      return FALSE;
  }
}

gboolean
lw_counts_fill (LwDb *db, GError **error)
{
  g_autoptr (LwStatement) count = lw_db_get (db, "count-all-notes", error);

  return count != NULL && lw_run (db, count, error) && file_all (db, LW_ENTITY_PLACE, error) &&
         file_all (db, LW_ENTITY_VISIT, error) && file_all (db, LW_ENTITY_SEGMENT, error);
}
