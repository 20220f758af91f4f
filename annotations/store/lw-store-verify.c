/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-log-rows.h"
#include "lw-sql.h"
#include "lw-words.h"

/* More of them say nothing new. */
#define FINDINGS_MAX 200

typedef struct {
  LwDb *db;
  GPtrArray *findings;
  guint64 notes, entities; /* that the logs come to */
  const LwLogRow *log;     /* that is being read */
} Check;

static void G_GNUC_PRINTF (2, 3) find (Check *check, const char *format, ...)
{
  va_list arguments;

  if (check->findings->len >= FINDINGS_MAX)
    return;
  va_start (arguments, format);
  g_ptr_array_add (check->findings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static gboolean
check_file (Check *check, GError **error)
{
  g_autoptr (LwStatement) integrity = lw_db_get (check->db, "integrity", error);

  if (integrity == NULL)
    return FALSE;
  for (;;) {
    const char *line;
    gboolean row;

    if (!lw_step (check->db, integrity, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    line = (const char *)sqlite3_column_text (integrity, 0);
    if (g_strcmp0 (line, "ok") != 0)
      find (check, "The file is damaged: %s.", line);
  }
}

/* ---- the logs ---- */

static gboolean
check_body (Check *check, const LwLogEntry *entry, GError **error)
{
  const LwOp *op = &entry->row->op;
  char target[LW_ID_TEXT_LENGTH + 1];
  gboolean erased;

  if (!lw_op_has_body (op->kind))
    return TRUE;
  lw_id_format (&op->target, target);
  if (!lw_is_erased_on (check->db, &op->target, &check->log->track_id, &erased, error))
    return FALSE;
  if (!entry->has_body) {
    if (!erased && entry->missing == LW_MISSING_NO)
      find (check, "A change to %s has lost its contents, though it was not erased.", target);
  } else if (erased) {
    find (check, "A change to %s still has its contents, though it was erased.", target);
  } else if (!lw_sealed_body_is_of (&entry->body, op)) {
    find (check, "The contents of a change to %s are not what was written.", target);
  }
  return TRUE;
}

static gboolean
check_entry (const LwLogEntry *entry, gpointer data, GError **error)
{
  Check *check = data;
  char name[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (&check->log->id, name);
  if (entry->link != LW_LINK_GOOD)
    find (check, "Change %" G_GUINT64_FORMAT " of the history %s %s.", entry->row->op.seq, name,
          lw_link_to_string (entry->link));
  if (entry->row->branch > 0 && !check->log->frozen)
    find (check, "The history %s is forked, but was not closed.", name);
  return check_body (check, entry, error);
}

static gboolean
check_log (const LwLogRow *log, gpointer data, GError **error)
{
  Check *check = data;
  char name[LW_ID_TEXT_LENGTH + 1];

  lw_id_format (&log->id, name);
  if (!lw_log_row_is_right (log))
    find (check, "The history %s does not belong to its writer and track.", name);
  check->log = log;
  return lw_log_read (check->db, log, check_entry, check, error);
}

static gboolean
check_logs (Check *check, GError **error)
{
  return lw_log_rows_foreach (check->db, check_log, check, error);
}

/* ---- the tables ---- */

static gboolean
check_note (Check *check, const LwNote *note, GError **error)
{
  g_autoptr (GError) track_error = NULL;
  g_autoptr (LwNote) stored = NULL;
  g_autoptr (LwNote) expected = NULL;
  LwNote fields = *note;
  gint64 segment_key;
  gboolean brought;
  char name[LW_ID_TEXT_LENGTH + 1];

  check->notes++;
  lw_id_format (&note->id, name);
  if (!lw_track_lookup (check->db, &note->track_id, &fields.segment_id, &fields.author_id,
                        &track_error)) {
    /* Its track may come in with another file. */
    if (g_error_matches (track_error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&track_error));
    return FALSE;
  }
  if (!lw_note_load (check->db, &note->id, &stored, error))
    return FALSE;
  if (stored == NULL) {
    find (check, "The note %s is in the history, but not in the table of notes.", name);
    return TRUE;
  }
  if (!lw_entity_find_key (check->db, &fields.segment_id, FALSE, &segment_key, error) ||
      !lw_anchors_find_start (check->db, note, segment_key, &fields.start, &brought, error))
    return FALSE;
  fields.end = fields.start + (note->end - note->start);
  expected = lw_note_new (&fields, error);
  if (expected == NULL)
    return FALSE;
  if (!lw_note_equal (stored, expected))
    find (check, "The note %s is not what its history says.", name);
  return TRUE;
}

static gboolean
column_equals (LwStatement *row, int column, gconstpointer data, gsize length)
{
  return (gsize)sqlite3_column_bytes (row, column) == length &&
         (length == 0 || memcmp (sqlite3_column_blob (row, column), data, length) == 0);
}

static gboolean
is_row_right (LwStatement *row, const LwProjected *projected)
{
  const LwEntityClass *class = lw_entity_get_class (projected->kind);
  gconstpointer entity = projected->entity;
  const LwId *parent = NULL;
  gsize body_length;
  gconstpointer body = g_bytes_get_data (projected->body, &body_length);
  guint position = projected->kind == LW_ENTITY_VISIT ? ((const LwVisit *)entity)->order : 0;

  if (class->parent_offset >= 0)
    parent = (const LwId *)((const guint8 *)entity + class->parent_offset);
  if (parent != NULL && lw_id_is_none (parent))
    parent = NULL;
  return sqlite3_column_type (row, 0) == SQLITE_INTEGER &&
         sqlite3_column_int (row, 0) == (int)projected->kind &&
         column_equals (row, 1, parent, parent != NULL ? sizeof *parent : 0) &&
         sqlite3_column_int64 (row, 2) == position &&
         (projected->kind == LW_ENTITY_SEGMENT
              ? column_equals (row, 3, &((const LwSegment *)entity)->media, sizeof (LwContentHash))
              : sqlite3_column_type (row, 3) == SQLITE_NULL) &&
         sqlite3_column_int64 (row, 4) == (gint64)projected->added_clock &&
         column_equals (row, 5, body, body_length);
}

static gboolean
check_entity (Check *check, const LwProjected *projected, GError **error)
{
  g_autoptr (LwStatement) row = lw_db_get (check->db, "entity-row", error);
  const LwId *id = LW_ENTITY_ID (projected->entity);
  const char *kind = lw_entity_get_class (projected->kind)->name;
  char name[LW_ID_TEXT_LENGTH + 1];
  gboolean there, filed;

  check->entities++;
  if (row == NULL)
    return FALSE;
  lw_id_format (id, name);
  lw_bind_id (row, 1, id);
  if (!lw_step (check->db, row, &there, error))
    return FALSE;
  if (!lw_counts_is_filed (check->db, projected->kind, projected->entity, &filed, error))
    return FALSE;
  if (!there || !filed || !is_row_right (row, projected))
    find (check, "The %s %s is not what its history says.", kind, name);
  if (projected->kind == LW_ENTITY_TRACK) {
    const LwTrack *track = projected->entity;
    LwId segment, person;

    if (!lw_track_lookup (check->db, id, &segment, &person, NULL) ||
        !lw_id_equal (&segment, &track->segment_id) || !lw_id_equal (&person, &track->person_id))
      find (check, "The track %s is not filed under its lesson and person.", name);
  }
  return TRUE;
}

static gboolean
check_targets (Check *check, GError **error)
{
  g_autoptr (LwStatement) ops = lw_db_get (check->db, "ops-by-target", error);
  gboolean row, ok = TRUE;

  if (ops == NULL || !lw_step (check->db, ops, &row, error))
    return FALSE;
  while (ok && row) {
    LwProjected projected = {0};
    LwId target = lw_column_id (ops, 7);

    ok = lw_project_history (check->db, ops, &target, &projected, &row, error);
    if (ok && projected.note != NULL)
      ok = check_note (check, projected.note, error);
    else if (ok && projected.entity != NULL)
      ok = check_entity (check, &projected, error);
    lw_projected_clear (&projected);
  }
  return ok;
}

static gboolean
check_tables (Check *check, GError **error)
{
  gint64 notes, entities, misfiled, miscounted, unknown;

  if (!check_targets (check, error) ||
      !lw_db_get_number (check->db, lw_sql_get ("count-notes"), &notes, error) ||
      !lw_db_get_number (check->db, lw_sql_get ("count-entities"), &entities, error) ||
      !lw_db_get_number (check->db, lw_sql_get ("misfiled-notes"), &misfiled, error) ||
      !lw_db_get_number (check->db, lw_sql_get ("miscounted"), &miscounted, error) ||
      !lw_db_get_number (check->db, lw_sql_get ("bodies-of-unknown-ops"), &unknown, error))
    return FALSE;
  if ((guint64)notes != check->notes)
    find (check, "There are %" G_GINT64_FORMAT " notes, but the history has %" G_GUINT64_FORMAT ".",
          notes, check->notes);
  if ((guint64)entities != check->entities)
    find (check,
          "There are %" G_GINT64_FORMAT " places, people, walks and tracks, but the history has "
          "%" G_GUINT64_FORMAT ".",
          entities, check->entities);
  if (misfiled > 0)
    find (check, "%" G_GINT64_FORMAT " notes are filed where they would not be found.", misfiled);
  if (miscounted > 0)
    find (check, "%" G_GINT64_FORMAT " counts of notes are not what the notes come to.",
          miscounted);
  if (unknown > 0)
    find (check, "%" G_GINT64_FORMAT " contents belong to no change.", unknown);
  return TRUE;
}

/* ---- the full-text index ---- */

static gboolean
sum_notes (Check *check, guint64 *ret_sum, GError **error)
{
  g_autoptr (LwStatement) notes = lw_db_get (check->db, "indexed-notes", error);
  guint64 sum = 0;
  gint64 upto;

  if (notes == NULL || !lw_meta_get_int (check->db, LW_META_SEARCH_UPTO, &upto, error))
    return FALSE;
  lw_bind_int (notes, 1, upto);
  for (;;) {
    gboolean row;

    if (!lw_step (check->db, notes, &row, error))
      return FALSE;
    if (!row)
      break;
    sum += lw_words_sum_text (check->db, sqlite3_column_int64 (notes, 0),
                              (const char *)sqlite3_column_text (notes, 1));
  }
  *ret_sum = sum;
  return TRUE;
}

static gboolean
sum_words (Check *check, guint64 *ret_sum, GError **error)
{
  g_autoptr (LwStatement) words = lw_db_get (check->db, "list-words", error);
  guint64 sum = 0;

  if (words == NULL)
    return FALSE;
  for (;;) {
    gboolean row;

    if (!lw_step (check->db, words, &row, error))
      return FALSE;
    if (!row)
      break;
    sum += lw_words_sum_word (
        sqlite3_column_int64 (words, 1), (guint)sqlite3_column_int64 (words, 2),
        (const char *)sqlite3_column_text (words, 0), (gsize)sqlite3_column_bytes (words, 0));
  }
  *ret_sum = sum;
  return TRUE;
}

static gboolean
check_search (Check *check, GError **error)
{
  guint64 expected, found;

  if (!sum_notes (check, &expected, error) || !sum_words (check, &found, error))
    return FALSE;
  if (expected != found)
    find (check, "The index for searching does not match the notes. Rebuild it.");
  return TRUE;
}

static gboolean
run_check (Check *check, GError **error)
{
  static gboolean (*const steps[]) (Check *, GError **) = {check_file, check_logs, check_tables,
                                                           check_search};

  /* All of one state, while others may write. */
  if (!lw_db_begin_read (check->db, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autoptr (GError) local_error = NULL;

    if (steps[i](check, &local_error))
      continue;
    if (!g_error_matches (local_error, LW_STORE_ERROR, LW_STORE_ERROR_CORRUPT)) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
    find (check, "A part of the file cannot be read: it is damaged.");
  }
  return TRUE;
}

gboolean
lw_store_verify (LwStore *self, char ***ret_findings, GError **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);
  Check check = {.findings = findings};
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (self) && ret_findings != NULL, FALSE);
  check.db = lw_store_borrow (self, error);
  if (check.db == NULL)
    return FALSE;
  ok = run_check (&check, error);
  lw_store_give_back (self, check.db);
  if (!ok)
    return FALSE;
  g_ptr_array_add (findings, NULL);
  *ret_findings = (char **)g_ptr_array_steal (findings, NULL);
  return TRUE;
}
