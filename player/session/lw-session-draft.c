/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The note being written, on disk a quarter of a second later. */
#include "lw-session-private.h"

#include <string.h>

#define RETRY_MS 2000

const LwNote *
lw_session_get_draft_note (LwSession *self, GError **error)
{
  return lw_draft_get_note (self->draft, error);
}

gboolean
lw_session_is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      return FALSE;
  }
  return TRUE;
}

/* Whether throwing it away would lose anything. */
static gboolean
draft_is_worthless (LwSession *self, LwDraft *draft)
{
  if (lw_id_is_none (&draft->editing))
    return lw_session_is_blank (draft->text) && (draft->tags == NULL || draft->tags[0] == NULL);
  g_autoptr (LwNote) stored = lw_store_get_note (self->store, &draft->editing, NULL);
  const LwNote *note = lw_draft_get_note (draft, NULL);
  return stored != NULL && note != NULL && lw_note_equal (stored, note);
}

/* ---- to disk ---- */

static gboolean
on_autosave (gpointer data)
{
  LwSession *self = data;
  self->autosave_id = 0;
  g_autoptr (GError) error = NULL;
  if (lw_session_flush_drafts (self, &error)) {
    self->autosave_failed = FALSE;
    return G_SOURCE_REMOVE;
  }
  if (!self->autosave_failed)
    lw_session_message (self, "%s", error->message);
  self->autosave_failed = TRUE;
  self->autosave_id = g_timeout_add (RETRY_MS, on_autosave, self);
  return G_SOURCE_REMOVE;
}

/* Not put off by further keystrokes: the first one that is not on disk starts the clock. */
void
lw_session_schedule_autosave (LwSession *self)
{
  if (self->autosave_id == 0)
    self->autosave_id = g_timeout_add (LW_SESSION_AUTOSAVE_MS, on_autosave, self);
}

static gboolean
flush_draft (LwSession *self, LwDraft *draft, GError **error)
{
  if (!draft->is_dirty)
    return TRUE;
  const LwNote *note = lw_draft_get_note (draft, error);
  if (note == NULL)
    return FALSE;
  GError *cause = NULL;
  if (!lw_store_save_draft (self->store, note, draft->is_parked, &cause)) {
    lw_session_explain_write (error, cause);
    return FALSE;
  }
  draft->is_dirty = FALSE;
  return TRUE;
}

gboolean
lw_session_flush_drafts (LwSession *self, GError **error)
{
  if (self->track == NULL)
    return TRUE;
  /* One that cannot be saved holds no other up. */
  gboolean ok = self->draft == NULL || flush_draft (self, self->draft, error);
  for (guint i = 0; i < self->parked->len; i++)
    ok = flush_draft (self, self->parked->pdata[i], ok ? error : NULL) && ok;
  return ok;
}

/* A gesture's own save: a failure is told, and tried again. */
static void
save_now (LwSession *self)
{
  g_autoptr (GError) error = NULL;
  if (lw_session_flush_drafts (self, &error))
    return;
  lw_session_message (self, "%s", error->message);
  self->autosave_failed = TRUE;
  lw_session_schedule_autosave (self);
}

void
lw_session_forget_draft (LwSession *self)
{
  g_clear_pointer (&self->draft, lw_draft_free);
}

void
lw_session_forget_drafts (LwSession *self)
{
  g_clear_handle_id (&self->autosave_id, g_source_remove);
  self->autosave_failed = FALSE;
  lw_session_forget_draft (self);
  g_ptr_array_set_size (self->parked, 0);
}

/* From the disk. */
static void
erase_draft (LwSession *self, const LwId *note_id)
{
  g_autoptr (GError) error = NULL;
  if (self->track != NULL && !lw_store_drop_draft (self->store, note_id, &error))
    lw_session_message (self, _ ("The draft could not be removed: %s"), error->message);
}

static void
drop_draft (LwSession *self)
{
  LwId id = self->draft->fields.id;
  lw_session_forget_draft (self);
  erase_draft (self, &id);
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

/* ---- opening again ---- */

/* (transfer full): NULL if it has nothing in it; then it is gone from the disk, too. */
static LwDraft *
take_stored (LwSession *self, const LwNote *stored)
{
  LwDraft *draft = lw_draft_new (stored);
  g_autoptr (LwNote) kept = lw_store_get_note (self->store, &stored->id, NULL);
  draft->is_dirty = FALSE;
  if (kept != NULL)
    draft->editing = kept->id;
  if (!draft_is_worthless (self, draft))
    return draft;
  erase_draft (self, &stored->id);
  lw_draft_free (draft);
  return NULL;
}

/* @draft: (transfer full) */
static void
put_away (LwSession *self, LwDraft *draft)
{
  draft->is_dirty = draft->is_dirty || !draft->is_parked;
  draft->is_parked = TRUE;
  g_ptr_array_add (self->parked, draft);
}

/* What was being written when the lesson was left is open again, unless a note was begun before the
 * lesson's notes were there. */
void
lw_session_load_drafts (LwSession *self)
{
  g_autoptr (GPtrArray) open = NULL;
  g_autoptr (GPtrArray) away = NULL;
  g_autoptr (GError) error = NULL;
  if (!lw_store_load_drafts (self->store, &self->track->id, &open, &away, &error)) {
    g_warning ("The drafts cannot be read: %s", error->message);
    return;
  }
  for (guint i = 0; i < away->len; i++) {
    /* What is written in a form is the form's. */
    if (((const LwNote *)away->pdata[i])->kind == LW_NOTE_ANSWER)
      continue;
    LwDraft *draft = take_stored (self, away->pdata[i]);
    if (draft == NULL)
      continue;
    draft->is_parked = TRUE;
    g_ptr_array_add (self->parked, draft);
  }
  gboolean is_begun = self->draft != NULL;
  for (guint i = 0; i < open->len; i++) {
    LwDraft *draft = take_stored (self, open->pdata[i]);
    if (draft == NULL)
      continue;
    if (!is_begun && self->draft != NULL)
      put_away (self, g_steal_pointer (&self->draft));
    if (is_begun)
      put_away (self, draft);
    else
      self->draft = draft;
  }
  if (is_begun) {
    self->draft->fields.track_id = self->track->id;
    self->draft->fields.pass = self->pass;
    lw_draft_touch (self->draft);
  }
  save_now (self);
  if (self->draft != NULL || self->parked->len > 0)
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

/* Whether it changed. */
static gboolean
draft_reframe (LwSession *self, LwDraft *draft)
{
  if (draft == NULL || !draft->is_unframed)
    return FALSE;
  draft->is_unframed = FALSE;
  LwTime start = lw_session_frame_start (self, draft->fields.start);
  if (start == draft->fields.start)
    return FALSE;
  if (draft->fields.end == draft->fields.start)
    draft->fields.end = start;
  draft->fields.start = start;
  lw_draft_touch (draft);
  return TRUE;
}

void
lw_session_reframe_draft (LwSession *self)
{
  if (self->probe == NULL)
    return;
  gboolean is_changed = draft_reframe (self, self->draft);
  draft_reframe (self, self->next);
  for (guint i = 0; i < self->parked->len; i++)
    is_changed |= draft_reframe (self, self->parked->pdata[i]);
  if (!is_changed)
    return;
  lw_session_schedule_autosave (self);
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

/* ---- gestures ---- */

gboolean
lw_session_take_moment (LwSession *self, LwTime *ret_time, GError **error)
{
  LwTime time = lw_engine_get_frame_time (self->engine);
  if (LW_TIME_IS_MOMENT (time)) {
    lw_engine_stay (self->engine, time);
    *ret_time = lw_session_frame_start (self, time);
    return TRUE;
  }
  g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NOTHING_SHOWN,
                       _ ("Nothing is on screen yet, so there is no moment to pin to. Wait for "
                          "the picture, then try again."));
  return FALSE;
}

static void
open_draft (LwSession *self, LwDraft *draft)
{
  lw_session_forget_draft (self);
  self->draft = draft;
  save_now (self);
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  lw_session_take_hold (self);
}

/* Opens @draft, which is put away; the one that is open takes its place. */
static void
resume (LwSession *self, LwDraft *draft)
{
  guint i;
  if (!g_ptr_array_find (self->parked, draft, &i))
    return;
  g_ptr_array_steal_index (self->parked, i);
  if (self->draft != NULL && draft_is_worthless (self, self->draft))
    drop_draft (self);
  else if (self->draft != NULL)
    put_away (self, g_steal_pointer (&self->draft));
  draft->is_parked = FALSE;
  draft->is_dirty = TRUE;
  open_draft (self, draft);
}

/* The draft of that note that is put away, NULL if there is none. */
static LwDraft *
find_parked (LwSession *self, const LwId *note_id)
{
  for (guint i = 0; i < self->parked->len; i++) {
    LwDraft *draft = self->parked->pdata[i];
    if (lw_id_equal (&draft->fields.id, note_id))
      return draft;
  }
  return NULL;
}

/* (transfer full): a note of the frame on screen or of the marked range; NULL if neither is there.
 */
static LwDraft *
take_draft (LwSession *self, LwNoteKind kind, GError **error)
{
  LwTime start = LW_TIME_NONE;
  gboolean is_range = self->mark_in != LW_TIME_NONE && self->mark_out != LW_TIME_NONE;
  if (is_range)
    start = self->mark_in;
  else if (!lw_session_take_moment (self, &start, error))
    return NULL;
  LwNote fields = {
      .id = lw_id_new (),
      .track_id = self->track != NULL ? self->track->id : lw_id_new (),
      .kind = kind,
      .pass = self->pass,
      .start = start,
      .end = is_range ? self->mark_out : start,
      .created_utc_us = g_get_real_time (),
  };
  LwDraft *draft = lw_draft_new (&fields);
  draft->is_unframed = self->probe == NULL;
  return draft;
}

static gboolean
is_same_moment (const LwDraft *a, const LwDraft *b)
{
  return a->fields.start == b->fields.start && a->fields.end == b->fields.end;
}

/* A note is being written already. Where this gesture is about another moment, that moment must not
 * be lost either: it waits. */
static void
begin_behind (LwSession *self, LwDraft *newer)
{
  LwDraft *older = self->draft;
  if (newer == NULL || is_same_moment (newer, older) || draft_is_worthless (self, older)) {
    if (lw_draft_is_plain (older) && newer != NULL)
      lw_session_set_draft_kind (self, newer->fields.kind);
    g_clear_pointer (&newer, lw_draft_free);
    return;
  }
  lw_session_forget_next (self);
  self->next = newer;
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  g_autofree char *clock = lw_time_format (newer->fields.start);
  lw_session_message (self,
                      _ ("Another note is open still. Keep it or throw it away, and the new one "
                         "opens at %s."),
                      clock);
}

/* One that was put away at this very moment goes on; NULL if there is none. */
static LwDraft *
find_begun (LwSession *self, const LwDraft *newer)
{
  for (guint i = self->parked->len; i > 0; i--) {
    LwDraft *draft = self->parked->pdata[i - 1];
    if (lw_draft_is_plain (draft) && is_same_moment (draft, newer))
      return draft;
  }
  return NULL;
}

gboolean
lw_session_begin_note (LwSession *self, LwNoteKind kind, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  g_return_val_if_fail (kind < LW_NOTE_N_KINDS && kind != LW_NOTE_REPLY, FALSE);
  /* The gesture comes first: whatever else takes time, the moment is this one. */
  if (self->draft != NULL) {
    begin_behind (self, take_draft (self, kind, NULL));
    return TRUE;
  }
  if (!lw_session_is_opening (self) && !lw_session_require_open (self, error))
    return FALSE;
  LwDraft *draft = take_draft (self, kind, error);
  if (draft == NULL)
    return FALSE;
  LwDraft *begun = find_begun (self, draft);
  if (begun == NULL) {
    open_draft (self, draft);
    return TRUE;
  }
  lw_draft_free (draft);
  resume (self, begun);
  lw_session_set_draft_kind (self, kind);
  lw_session_message (self, "%s", _ ("The note that you had put away is open again."));
  return TRUE;
}

const LwNote *
lw_session_get_next_note (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->next != NULL ? lw_draft_get_note (self->next, NULL) : NULL;
}

void
lw_session_forget_next (LwSession *self)
{
  g_clear_pointer (&self->next, lw_draft_free);
}

void
lw_session_go_on (LwSession *self)
{
  LwDraft *next = g_steal_pointer (&self->next);
  if (next == NULL) {
    lw_session_release_hold (self);
    return;
  }
  if (self->track != NULL)
    next->fields.track_id = self->track->id;
  next->fields.pass = self->pass;
  lw_draft_touch (next);
  open_draft (self, next);
}

static gboolean
require_no_draft (LwSession *self, GError **error)
{
  if (self->draft == NULL)
    return TRUE;
  if (draft_is_worthless (self, self->draft)) {
    drop_draft (self);
    return TRUE;
  }
  g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_DRAFT_OPEN,
                       _ ("Another note is being written. Keep or discard it first."));
  return FALSE;
}

/* Whether it is an answer, not kept yet, in that thread. */
static gboolean
is_answer (const LwDraft *draft, const LwId *thread)
{
  return lw_id_is_none (&draft->editing) && lw_id_equal (&draft->fields.reply_to, thread);
}

gboolean
lw_session_begin_reply (LwSession *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self) && note_id != NULL, FALSE);
  if (!lw_session_require_open (self, error))
    return FALSE;
  g_autoptr (LwNote) note = lw_store_get_note (self->store, note_id, error);
  if (note == NULL)
    return FALSE;
  LwId thread = note->kind == LW_NOTE_REPLY ? note->reply_to : note->id;
  if (self->draft != NULL && is_answer (self->draft, &thread))
    return TRUE;
  if (!require_no_draft (self, error))
    return FALSE;
  for (guint i = 0; i < self->parked->len; i++) {
    if (is_answer (self->parked->pdata[i], &thread)) {
      resume (self, self->parked->pdata[i]);
      return TRUE;
    }
  }
  LwNote fields = {
      .id = lw_id_new (),
      .track_id = self->track->id,
      .reply_to = thread,
      .kind = LW_NOTE_REPLY,
      .pass = self->pass,
      .start = note->start,
      .end = note->end,
      .created_utc_us = g_get_real_time (),
  };
  open_draft (self, lw_draft_new (&fields));
  return TRUE;
}

gboolean
lw_session_begin_edit (LwSession *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self) && note_id != NULL, FALSE);
  g_autoptr (LwNote) note = lw_session_get_own_note (self, note_id, error);
  if (note == NULL)
    return FALSE;
  if (self->draft != NULL && lw_id_equal (&self->draft->editing, &note->id))
    return TRUE;
  if (!require_no_draft (self, error))
    return FALSE;
  LwDraft *parked = find_parked (self, &note->id);
  if (parked != NULL) {
    resume (self, parked);
    return TRUE;
  }
  LwDraft *draft = lw_draft_new (note);
  draft->editing = note->id;
  open_draft (self, draft);
  return TRUE;
}

/* ---- putting it away ---- */

void
lw_session_park_draft (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (self->draft == NULL)
    return;
  lw_session_forget_next (self);
  if (draft_is_worthless (self, self->draft)) {
    drop_draft (self);
  } else {
    put_away (self, g_steal_pointer (&self->draft));
    save_now (self);
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  }
  lw_session_release_hold (self);
}

static int
compare_moments (gconstpointer a, gconstpointer b)
{
  const LwNote *first = *(const LwNote *const *)a;
  const LwNote *second = *(const LwNote *const *)b;
  return (first->start > second->start) - (first->start < second->start);
}

GPtrArray *
lw_session_get_parked_drafts (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  GPtrArray *notes = g_ptr_array_new_with_free_func ((GDestroyNotify)lw_note_unref);
  for (guint i = 0; i < self->parked->len; i++) {
    const LwNote *note = lw_draft_get_note (self->parked->pdata[i], NULL);
    if (note != NULL)
      g_ptr_array_add (notes, lw_note_ref (note));
  }
  g_ptr_array_sort (notes, compare_moments);
  return notes;
}

gboolean
lw_session_resume_draft (LwSession *self, const LwId *note_id, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  guint n = self->parked->len;
  LwDraft *draft = note_id != NULL ? find_parked (self, note_id)
                   : n > 0         ? self->parked->pdata[n - 1]
                                   : NULL;
  if (draft == NULL) {
    g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NO_DRAFT,
                         _ ("No note has been put away."));
    return FALSE;
  }
  resume (self, draft);
  return TRUE;
}

void
lw_session_discard_draft (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (self->draft == NULL)
    return;
  drop_draft (self);
  lw_session_go_on (self);
}
