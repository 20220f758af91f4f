/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store-private.h"

/*
 * Undo and redo need no stack of their own: the log is one. Walked from its newest op back, an undo
 * takes away the nearest change (or redo) before it that no other undo took, and a redo the nearest
 * undo. What was erased is passed over on both sides.
 */

typedef struct {
  gint64 op_key;
  LwOpKind kind;
  LwOpRole role;
  LwId target;
} Step;

/* The newest op that @role would take back. @ret_found: whether there is one. */
static gboolean
find_step (
    LwDb *db, gint64 log_key, LwOpRole role, Step *ret_step, gboolean *ret_found, GError **error)
{
  g_autoptr (LwStatement) history = lw_db_get (db, "history", error);
  guint taken = 0;

  *ret_found = FALSE;
  if (history == NULL)
    return FALSE;
  lw_bind_int (history, 1, log_key);
  for (;;) {
    Step step;
    gboolean row, erased;

    if (!lw_step (db, history, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    step = (Step){sqlite3_column_int64 (history, 0), sqlite3_column_int (history, 1),
                  sqlite3_column_int (history, 2), lw_column_id (history, 3)};
    /* A new change empties the redo side. */
    if (role == LW_OP_REDO && step.role == LW_OP_DO)
      return TRUE;
    if (!lw_is_erased (db, &step.target, &erased, error))
      return FALSE;
    if (erased)
      continue;
    if (step.role == role) {
      taken++;
    } else if (taken > 0) {
      taken--;
    } else {
      *ret_step = step;
      *ret_found = TRUE;
      return TRUE;
    }
  }
}

static gboolean
load_body_before (LwDb *db, const Step *step, GBytes **ret_body, GError **error)
{
  g_autoptr (LwStatement) before = lw_db_get (db, "body-before", error);
  gboolean row;

  if (before == NULL)
    return FALSE;
  lw_bind_id (before, 1, &step->target);
  lw_bind_int (before, 2, step->op_key);
  if (!lw_step (db, before, &row, error))
    return FALSE;
  if (!row)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                          "What the note held before cannot be found. Run “lessonwalk verify”.",
                          error);
  *ret_body =
      g_bytes_new (sqlite3_column_blob (before, 0), (gsize)sqlite3_column_bytes (before, 0));
  return TRUE;
}

static LwOpKind
opposite (LwOpKind kind)
{
  switch (kind) {
  case LW_OP_ADD_NOTE:
  case LW_OP_RESTORE_NOTE:
    return LW_OP_DELETE_NOTE;
  case LW_OP_DELETE_NOTE:
    return LW_OP_RESTORE_NOTE;
  default:
    return LW_OP_EDIT_NOTE;
  }
}

typedef struct {
  const LwId *track_id;
  LwOpRole role;
  LwId note_id;
} Reversal;

static gboolean
reverse (LwWriter *writer, gpointer data, GError **error)
{
  Reversal *reversal = data;
  g_autoptr (GBytes) body = NULL;
  LwChangeOp change = {.track_id = *reversal->track_id, .role = reversal->role};
  LwId segment, person;
  gint64 log_key;
  gboolean found;
  Step step;

  if (!lw_track_lookup (writer->db, reversal->track_id, &segment, &person, error) ||
      !lw_log_find (writer->db, reversal->track_id, &log_key, error) ||
      !find_step (writer->db, log_key, reversal->role, &step, &found, error))
    return FALSE;
  if (!found)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT,
                          reversal->role == LW_OP_UNDO ? "There is nothing to undo."
                                                       : "There is nothing to redo.",
                          error);
  change.kind = opposite (step.kind);
  change.target = step.target;
  if (change.kind == LW_OP_EDIT_NOTE && !load_body_before (writer->db, &step, &body, error))
    return FALSE;
  change.body = body;
  if (!lw_append (writer, &change, NULL, NULL, error) ||
      !lw_project_target (writer->db, &step.target, error))
    return FALSE;
  reversal->note_id = step.target;
  lw_writer_tell (writer, &segment, &step.target, LW_STORE_CHANGE_NOTE);
  return TRUE;
}

static gboolean
store_reverse (
    LwStore *self, const LwId *track_id, LwOpRole role, LwId *ret_note_id, GError **error)
{
  Reversal reversal = {.track_id = track_id, .role = role};

  if (!lw_store_write (self, reverse, &reversal, error))
    return FALSE;
  if (ret_note_id != NULL)
    *ret_note_id = reversal.note_id;
  return TRUE;
}

gboolean
lw_store_undo (LwStore *self, const LwId *track_id, LwId *ret_note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && track_id != NULL, FALSE);
  return store_reverse (self, track_id, LW_OP_UNDO, ret_note_id, error);
}

gboolean
lw_store_redo (LwStore *self, const LwId *track_id, LwId *ret_note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && track_id != NULL, FALSE);
  return store_reverse (self, track_id, LW_OP_REDO, ret_note_id, error);
}
