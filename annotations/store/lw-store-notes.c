/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-store-private.h"

/* A thread of answers longer than this is no conversation. */
#define THREAD_MAX 10000

static gboolean
fail_no_note (GError **error)
{
  return lw_store_fail (LW_STORE_ERROR_NOT_FOUND,
                        "There is no such note; it may have been deleted.", error);
}

/* The altered copy of a note. */
static LwNote *
note_with (const LwNote *note, const LwId *segment, const LwId *author, GError **error)
{
  LwNote fields = *note;

  fields.segment_id = *segment;
  fields.author_id = *author;
  return lw_note_new (&fields, error);
}

static gboolean
check_track (LwDb *db, const LwId *track_id, LwId *ret_segment, LwId *ret_person, GError **error)
{
  gboolean erased;

  if (!lw_is_erased (db, track_id, &erased, error))
    return FALSE;
  if (erased)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT, "That track was erased for good.", error);
  return lw_track_lookup (db, track_id, ret_segment, ret_person, error);
}

/* The note that @note answers must be there, and not answer @note in turn. */
static gboolean
check_reply (LwDb *db, const LwNote *note, GError **error)
{
  LwId up = note->reply_to;

  for (guint i = 0; !lw_id_is_none (&up); i++) {
    g_autoptr (LwStatement) reply = lw_db_get (db, "reply-of", error);
    gboolean row;

    if (lw_id_equal (&up, &note->id) || i == THREAD_MAX)
      return lw_store_fail (LW_STORE_ERROR_CONFLICT, "A reply cannot answer its own thread.",
                            error);
    if (reply == NULL)
      return FALSE;
    lw_bind_id (reply, 1, &up);
    if (!lw_step (db, reply, &row, error))
      return FALSE;
    if (!row)
      return i > 0 || lw_store_fail (LW_STORE_ERROR_NOT_FOUND,
                                     "The note that this answers is not there.", error);
    up = lw_column_id (reply, 0);
  }
  return TRUE;
}

static gboolean
check_new (LwDb *db, const LwId *note_id, GError **error)
{
  g_autoptr (LwStatement) exists = lw_db_get (db, "target-exists", error);
  gboolean row;

  if (exists == NULL)
    return FALSE;
  lw_bind_id (exists, 1, note_id);
  if (!lw_step (db, exists, &row, error))
    return FALSE;
  return !row || lw_store_fail (LW_STORE_ERROR_CONFLICT, "That note is there already.", error);
}

static gboolean
add_one (LwWriter *writer, const LwNote *template, LwNote **ret_note, GError **error)
{
  g_autoptr (LwNote) note = NULL;
  g_autoptr (LwNote) pinned = NULL;
  g_autoptr (GBytes) body = NULL;
  LwChangeOp change = {.track_id = template->track_id, .kind = LW_OP_ADD_NOTE};
  LwId segment, person;

  if (!check_track (writer->db, &template->track_id, &segment, &person, error))
    return FALSE;
  note = note_with (template, &segment, &person, error);
  if (note == NULL || !check_new (writer->db, &note->id, error))
    return FALSE;
  pinned = lw_anchors_to_pinned (writer->db, note, error);
  if (pinned == NULL)
    return FALSE;
  body = lw_body_from_note (pinned);
  change.target = note->id;
  change.body = body;
  if (!lw_append (writer, &change, NULL, NULL, error) ||
      !lw_project_insert_note (writer->db, pinned, error))
    return FALSE;
  lw_writer_tell (writer, &segment, &note->id, LW_STORE_CHANGE_NOTE);
  /* By the wall clock, or on a track that was brought, it may stand elsewhere. */
  if (note->wall_utc_ns != 0 || pinned != note)
    return lw_note_load (writer->db, &note->id, ret_note, error);
  *ret_note = g_steal_pointer (&note);
  return TRUE;
}

typedef struct {
  const LwNote *const *notes;
  guint n;
  const LwId *draft; /* that ends with it; NULL: none */
  LwNote *added;     /* the last one */
} Addition;

static gboolean
drop_draft (LwDb *db, const LwId *note_id, GError **error)
{
  g_autoptr (LwStatement) drop = lw_db_get (db, "drop-draft", error);

  if (drop == NULL)
    return FALSE;
  lw_bind_id (drop, 1, note_id);
  return lw_run (db, drop, error);
}

static gboolean
add_notes (LwWriter *writer, gpointer data, GError **error)
{
  Addition *addition = data;
  g_autoptr (GPtrArray) replies = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);

  for (guint i = 0; i < addition->n; i++) {
    g_clear_pointer (&addition->added, lw_note_unref);
    if (!add_one (writer, addition->notes[i], &addition->added, error))
      return FALSE;
    if (addition->added->kind == LW_NOTE_REPLY)
      g_ptr_array_add (replies, lw_note_ref (addition->added));
  }
  /* Only now, for an answer may stand before what it answers. */
  for (guint i = 0; i < replies->len; i++) {
    if (!check_reply (writer->db, replies->pdata[i], error))
      return FALSE;
  }
  return addition->draft == NULL || drop_draft (writer->db, addition->draft, error);
}

static gboolean
store_add (LwStore *self, Addition *addition, LwNote **ret_note, GError **error)
{
  g_autoptr (LwNote) added = NULL;
  gboolean ok = lw_store_write (self, add_notes, addition, error);

  added = g_steal_pointer (&addition->added);
  if (ok && ret_note != NULL)
    *ret_note = g_steal_pointer (&added);
  return ok;
}

gboolean
lw_store_add_note (LwStore *self, const LwNote *note, LwNote **ret_note, GError **error)
{
  Addition addition = {.notes = &note, .n = 1};

  g_return_val_if_fail (LW_IS_STORE (self) && note != NULL, FALSE);
  return store_add (self, &addition, ret_note, error);
}

gboolean
lw_store_add_notes (LwStore *self, GPtrArray *notes, GError **error)
{
  Addition addition = {0};

  g_return_val_if_fail (LW_IS_STORE (self) && notes != NULL, FALSE);
  if (notes->len == 0)
    return TRUE;
  addition.notes = (const LwNote *const *)notes->pdata;
  addition.n = notes->len;
  return store_add (self, &addition, NULL, error);
}

gboolean
lw_store_add_note_from_draft (
    LwStore *self, const LwNote *note, const LwId *draft_id, LwNote **ret_note, GError **error)
{
  Addition addition = {.notes = &note, .n = 1, .draft = draft_id};

  g_return_val_if_fail (LW_IS_STORE (self) && note != NULL && draft_id != NULL, FALSE);
  return store_add (self, &addition, ret_note, error);
}

/* ---- changing ---- */

typedef struct {
  const LwNote *altered;
  LwNote *stored;
} Edit;

static gboolean
edit_note (LwWriter *writer, gpointer data, GError **error)
{
  Edit *edit = data;
  g_autoptr (LwNote) former = NULL;
  g_autoptr (LwNote) pinned = NULL;
  g_autoptr (GBytes) body = NULL;
  LwNote fields = *edit->altered;
  LwChangeOp change = {.track_id = fields.track_id, .kind = LW_OP_EDIT_NOTE, .target = fields.id};

  if (!lw_note_load (writer->db, &fields.id, &former, error))
    return FALSE;
  if (former == NULL)
    return fail_no_note (error);
  if (!lw_id_equal (&former->track_id, &fields.track_id))
    return lw_store_fail (LW_STORE_ERROR_CONFLICT, "A note stays on the track it was made on.",
                          error);
  fields.segment_id = former->segment_id;
  fields.author_id = former->author_id;
  fields.created_utc_us = former->created_utc_us;
  fields.edited_utc_us = former->edited_utc_us;
  edit->stored = lw_note_new (&fields, error);
  if (edit->stored == NULL || !check_reply (writer->db, edit->stored, error))
    return FALSE;
  if (lw_note_equal (edit->stored, former))
    return TRUE;
  lw_note_unref (g_steal_pointer (&edit->stored));
  /* Newer than the last edit, also when the clock was set back. */
  fields.edited_utc_us = MAX (g_get_real_time (), former->edited_utc_us + 1);
  edit->stored = lw_note_new (&fields, error);
  if (edit->stored == NULL)
    return FALSE;
  pinned = lw_anchors_to_pinned (writer->db, edit->stored, error);
  if (pinned == NULL)
    return FALSE;
  body = lw_body_from_note (pinned);
  change.body = body;
  if (!lw_append (writer, &change, NULL, NULL, error) ||
      !lw_project_target (writer->db, &fields.id, error))
    return FALSE;
  lw_writer_tell (writer, &fields.segment_id, &fields.id, LW_STORE_CHANGE_NOTE);
  return TRUE;
}

gboolean
lw_store_edit_note (LwStore *self, const LwNote *note, LwNote **ret_note, GError **error)
{
  Edit edit = {.altered = note};
  g_autoptr (LwNote) stored = NULL;
  gboolean ok;

  g_return_val_if_fail (LW_IS_STORE (self) && note != NULL, FALSE);
  ok = lw_store_write (self, edit_note, &edit, error);
  stored = g_steal_pointer (&edit.stored);
  if (ok && ret_note != NULL)
    *ret_note = g_steal_pointer (&stored);
  return ok;
}

static gboolean
find_track_of_note (LwDb *db, const LwId *note_id, LwId *ret_track, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (db, "track-of-note", error);
  gboolean row, erased;

  if (find == NULL)
    return FALSE;
  lw_bind_id (find, 1, note_id);
  if (!lw_step (db, find, &row, error))
    return FALSE;
  if (!row)
    return fail_no_note (error);
  *ret_track = lw_column_id (find, 0);
  if (!lw_is_erased (db, note_id, &erased, error))
    return FALSE;
  if (!erased && !lw_is_erased (db, ret_track, &erased, error))
    return FALSE;
  return !erased || fail_no_note (error);
}

static gboolean
change_presence (LwWriter *writer, const LwId *note_id, LwOpKind kind, GError **error)
{
  g_autoptr (LwStatement) find = lw_db_get (writer->db, "find-note", error);
  LwChangeOp change = {.kind = kind, .target = *note_id};
  LwId segment, person;
  gboolean there;

  if (find == NULL || !find_track_of_note (writer->db, note_id, &change.track_id, error) ||
      !lw_track_lookup (writer->db, &change.track_id, &segment, &person, error))
    return FALSE;
  lw_bind_id (find, 1, note_id);
  if (!lw_step (writer->db, find, &there, error))
    return FALSE;
  g_clear_pointer (&find, lw_statement_release);
  if (!there && kind == LW_OP_DELETE_NOTE)
    return fail_no_note (error);
  if (there && kind == LW_OP_RESTORE_NOTE)
    return lw_store_fail (LW_STORE_ERROR_CONFLICT, "The note is there: nothing to bring back.",
                          error);
  if (!lw_append (writer, &change, NULL, NULL, error) ||
      !lw_project_target (writer->db, note_id, error))
    return FALSE;
  lw_writer_tell (writer, &segment, note_id, LW_STORE_CHANGE_NOTE);
  return TRUE;
}

static gboolean
delete_note (LwWriter *writer, gpointer data, GError **error)
{
  return change_presence (writer, data, LW_OP_DELETE_NOTE, error);
}

static gboolean
restore_note (LwWriter *writer, gpointer data, GError **error)
{
  return change_presence (writer, data, LW_OP_RESTORE_NOTE, error);
}

gboolean
lw_store_delete_note (LwStore *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL, FALSE);
  return lw_store_write (self, delete_note, (gpointer)note_id, error);
}

gboolean
lw_store_restore_note (LwStore *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL, FALSE);
  return lw_store_write (self, restore_note, (gpointer)note_id, error);
}

LwNote *
lw_store_get_note (LwStore *self, const LwId *note_id, GError **error)
{
  LwNote *note = NULL;
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL, NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = lw_note_load (db, note_id, &note, error);
  lw_store_give_back (self, db);
  if (ok && note == NULL)
    fail_no_note (error);
  return note;
}

static void
unref_note (gpointer note)
{
  if (note != NULL)
    lw_note_unref (note);
}

GPtrArray *
lw_store_get_notes (LwStore *self, const LwId *note_ids, guint n_ids, GError **error)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_full (n_ids, unref_note);
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && (note_ids != NULL || n_ids == 0), NULL);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return NULL;
  ok = lw_db_begin_read (db, error);
  for (guint i = 0; ok && i < n_ids; i++) {
    LwNote *note = NULL;

    ok = lw_note_load (db, &note_ids[i], &note, error);
    g_ptr_array_add (notes, note);
  }
  lw_store_give_back (self, db);
  return ok ? g_steal_pointer (&notes) : NULL;
}

gboolean
lw_store_are_known (
    LwStore *self, const LwId *ids, guint n_ids, gboolean *ret_known, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && (ids != NULL || n_ids == 0) && ret_known != NULL,
                        FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = lw_db_begin_read (db, error);
  for (guint i = 0; ok && i < n_ids; i++) {
    g_autoptr (LwStatement) exists = lw_db_get (db, "target-exists", error);

    if (exists != NULL)
      lw_bind_id (exists, 1, &ids[i]);
    ok = exists != NULL && lw_step (db, exists, &ret_known[i], error);
  }
  lw_store_give_back (self, db);
  return ok;
}

gboolean
lw_store_get_track_of_note (LwStore *self, const LwId *note_id, LwId *ret_track_id, GError **error)
{
  gboolean ok;
  LwDb *db;

  g_return_val_if_fail (LW_IS_STORE (self) && note_id != NULL && ret_track_id != NULL, FALSE);
  db = lw_store_borrow (self, error);
  if (db == NULL)
    return FALSE;
  ok = find_track_of_note (db, note_id, ret_track_id, error);
  lw_store_give_back (self, db);
  return ok;
}
