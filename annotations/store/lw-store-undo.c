/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "lw-store-private.h"

/*
 * Undo and redo need no stack of their own: the logs are one. The track's ops, of whichever device,
 * stand in the one order that all stores agree on (lw_op_compare()), and what is appended here
 * comes after all that is known here. Walked from the newest back, an undo takes away the nearest
 * change (or redo) before it that no other undo took, and a redo the nearest undo.
 *
 * Which change an undo took is found by its note and its kind: another device's changes may have
 * come to lie between the two since. On one device alone this pairs as a stack would.
 *
 * Passed over on both sides: what was erased; answers of a form; and what would be seen to do
 * nothing, as taking back an edit that another device's later one hides, or the second of two
 * deletes of one note.
 */

typedef struct {
  gint64 op_key;
  LwOpKind kind;
  LwOpRole role;
  LwId target;
} Step;

typedef struct {
  LwDb *db;
  const LwId *track_id;
  LwOpRole role;
  GHashTable *taken; /* Pair -> how many ops that it took back are still to come */
  LwChangeOp change; /* what to append */
} Reversal;

/* An op that takes back, and what it took back, have one and the same. */
typedef struct {
  LwId target;
  guint8 kind; /* of the one that takes back */
} Pair;

static guint
pair_hash (gconstpointer data)
{
  const Pair *pair = data;

  return lw_id_hash (&pair->target) ^ pair->kind;
}

static gboolean
pair_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Pair)) == 0;
}

static guint
count_taken (Reversal *reversal, const Step *step, LwOpKind kind, int change)
{
  Pair pair = {step->target, (guint8)kind};
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (reversal->taken, &pair));

  if (change != 0)
    g_hash_table_insert (reversal->taken, g_memdup2 (&pair, sizeof pair),
                         GUINT_TO_POINTER (count + (guint)change));
  return count;
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

/* The one body that @statement gives; NULL if none. */
static gboolean
load_body (LwDb *db, LwStatement *statement, GBytes **ret_body, GError **error)
{
  gboolean row;

  *ret_body = NULL;
  if (!lw_step (db, statement, &row, error))
    return FALSE;
  if (row)
    *ret_body = g_bytes_new (sqlite3_column_blob (statement, 0),
                             (gsize)sqlite3_column_bytes (statement, 0));
  return TRUE;
}

/* What to write to take back the edit @step; NULL if the note holds that already. */
static gboolean
find_body (Reversal *reversal, const Step *step, GBytes **ret_body, GError **error)
{
  LwDb *db = reversal->db;
  g_autoptr (LwStatement) before = lw_db_get (db, "body-before", error);
  g_autoptr (LwStatement) now = lw_db_get (db, "body-now", error);
  g_autoptr (GBytes) held = NULL;
  g_autoptr (GBytes) holds = NULL;

  *ret_body = NULL;
  if (before == NULL || now == NULL)
    return FALSE;
  lw_bind_int (before, 1, step->op_key);
  lw_bind_id (now, 1, &step->target);
  lw_bind_id (now, 2, reversal->track_id);
  if (!load_body (db, before, &held, error) || !load_body (db, now, &holds, error))
    return FALSE;
  if (held == NULL)
    return lw_store_fail (LW_STORE_ERROR_CORRUPT,
                          "What the note held before cannot be found. Run “lessonwalk verify”.",
                          error);
  if (holds == NULL || !g_bytes_equal (held, holds))
    *ret_body = g_steal_pointer (&held);
  return TRUE;
}

/* Whether @note_id is an answer of a form: no list of notes shows it, so a change of it would come
 * or go unseen. */
static gboolean
is_answer (Reversal *reversal, const LwId *note_id, gboolean *ret_is_answer, GError **error)
{
  g_autoptr (LwStatement) now = lw_db_get (reversal->db, "body-now", error);
  LwNote identity = {.id = *note_id, .track_id = *reversal->track_id};
  g_autoptr (GBytes) body = NULL;
  g_autoptr (LwNote) note = NULL;

  *ret_is_answer = FALSE;
  if (now == NULL)
    return FALSE;
  lw_bind_id (now, 1, note_id);
  lw_bind_id (now, 2, reversal->track_id);
  if (!load_body (reversal->db, now, &body, error))
    return FALSE;
  if (body != NULL)
    note = lw_body_to_note (g_bytes_get_data (body, NULL), g_bytes_get_size (body), &identity);
  *ret_is_answer = note != NULL && note->kind == LW_NOTE_ANSWER;
  return TRUE;
}

/* What takes back @step, into the reversal. @ret_does: whether there is anything to be seen of it.
 */
static gboolean
try_step (Reversal *reversal, const Step *step, gboolean *ret_does, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (reversal->db, "find-note", error);
  LwOpKind kind = opposite (step->kind);
  GBytes *body = NULL;
  gboolean erased, answer, is_there;

  *ret_does = FALSE;
  if (find == NULL || !lw_is_erased (reversal->db, &step->target, &erased, error) ||
      !is_answer (reversal, &step->target, &answer, error))
    return FALSE;
  if (erased || answer)
    return TRUE;
  lw_bind_id (find, 1, &step->target);
  if (!lw_step (reversal->db, find, &is_there, error))
    return FALSE;
  if (is_there == (kind == LW_OP_RESTORE_NOTE))
    return TRUE;
  if (kind == LW_OP_EDIT_NOTE) {
    if (!find_body (reversal, step, &body, error))
      return FALSE;
    if (body == NULL)
      return TRUE;
  }
  reversal->change = (LwChangeOp){.track_id = *reversal->track_id,
                                  .kind = kind,
                                  .role = reversal->role,
                                  .target = step->target,
                                  .body = body};
  *ret_does = TRUE;
  return TRUE;
}

/* The newest op that the reversal can take back. @ret_found: whether there is one. */
static gboolean
find_step (Reversal *reversal, gboolean *ret_found, GError **error)
{
  g_autoptr (LwStatement) history = lw_db_get (reversal->db, "history", error);

  *ret_found = FALSE;
  if (history == NULL)
    return FALSE;
  lw_bind_id (history, 1, reversal->track_id);
  while (!*ret_found) {
    Step step;
    gboolean row;

    if (!lw_step (reversal->db, history, &row, error))
      return FALSE;
    if (!row)
      return TRUE;
    step = (Step){sqlite3_column_int64 (history, 0), sqlite3_column_int (history, 1),
                  sqlite3_column_int (history, 2), lw_column_id (history, 3)};
    /* A new change empties the redo side. */
    if (reversal->role == LW_OP_REDO && step.role == LW_OP_DO)
      return TRUE;
    if (step.role == reversal->role)
      count_taken (reversal, &step, step.kind, 1);
    else if (count_taken (reversal, &step, opposite (step.kind), 0) > 0)
      count_taken (reversal, &step, opposite (step.kind), -1);
    else if (!try_step (reversal, &step, ret_found, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
reverse (LwWriter *writer, gpointer data, GError **error)
{
  Reversal *reversal = data;
  const LwId *target = &reversal->change.target;
  LwId segment, person;
  gboolean found;

  reversal->db = writer->db;
  if (!lw_track_lookup (writer->db, reversal->track_id, &segment, &person, error) ||
      !find_step (reversal, &found, error))
    return FALSE;
  if (!found)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT,
                          reversal->role == LW_OP_UNDO ? "There is nothing to undo."
                                                       : "There is nothing to redo.",
                          error);
  if (!lw_append (writer, &reversal->change, NULL, NULL, error) ||
      !lw_project_target (writer->db, target, error))
    return FALSE;
  lw_writer_tell (writer, &segment, target, LW_STORE_CHANGE_NOTE);
  return TRUE;
}

static gboolean
store_reverse (
    LwStore *self, const LwId *track_id, LwOpRole role, LwId *ret_note_id, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (pair_hash, pair_equal, g_free, NULL);
  Reversal reversal = {.track_id = track_id, .role = role, .taken = taken};
  gboolean ok = lw_store_write (self, reverse, &reversal, error);

  g_clear_pointer (&reversal.change.body, g_bytes_unref);
  if (ok && ret_note_id != NULL)
    *ret_note_id = reversal.change.target;
  return ok;
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
