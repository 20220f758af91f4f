/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The note being written: one a track, open or parked, on disk a quarter of a second later. */
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
draft_is_worthless (LwSession *self)
{
  LwDraft *draft = self->draft;
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
  if (lw_session_flush_draft (self, &error)) {
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
static void
schedule_autosave (LwSession *self)
{
  if (self->autosave_id == 0)
    self->autosave_id = g_timeout_add (LW_SESSION_AUTOSAVE_MS, on_autosave, self);
}

gboolean
lw_session_flush_draft (LwSession *self, GError **error)
{
  LwDraft *draft = self->draft;
  if (draft == NULL || !draft->is_dirty || self->track == NULL)
    return TRUE;
  const LwNote *note = lw_draft_get_note (draft, error);
  if (note == NULL)
    return FALSE;
  GError *cause = NULL;
  if (!lw_store_save_draft (self->store, note, &cause)) {
    lw_session_explain_write (error, cause);
    return FALSE;
  }
  draft->is_dirty = FALSE;
  return TRUE;
}

/* A gesture's own save: a failure is told, and tried again. */
static void
save_now (LwSession *self)
{
  g_autoptr (GError) error = NULL;
  if (lw_session_flush_draft (self, &error))
    return;
  lw_session_message (self, "%s", error->message);
  self->autosave_failed = TRUE;
  schedule_autosave (self);
}

void
lw_session_forget_draft (LwSession *self)
{
  g_clear_handle_id (&self->autosave_id, g_source_remove);
  self->autosave_failed = FALSE;
  self->is_parked = FALSE;
  g_clear_pointer (&self->draft, lw_draft_free);
}

static void
drop_draft (LwSession *self)
{
  gboolean was_open = self->draft != NULL && !self->is_parked;
  lw_session_forget_draft (self);
  g_autoptr (GError) error = NULL;
  if (self->track != NULL && !lw_store_drop_draft (self->store, &self->track->id, &error) &&
      !g_error_matches (error, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND))
    lw_session_message (self, _ ("The draft could not be removed: %s"), error->message);
  if (was_open)
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

/* ---- opening again ---- */

/* A note was begun before the lesson's notes were there; an older draft of this track must not be
 * lost to it, nor it to the older one. */
static void
join_drafts (LwSession *self, LwDraft *older)
{
  LwDraft *newer = self->draft;
  if (!lw_session_is_blank (newer->text)) {
    g_autofree char *text = lw_session_is_blank (older->text)
                                ? g_strdup (newer->text)
                                : g_strconcat (older->text, "\n\n", newer->text, NULL);
    lw_draft_set_text (older, text);
    lw_draft_touch (older);
  }
  lw_draft_free (newer);
  self->draft = older;
  lw_session_message (self, "%s", _ ("A note that you had begun earlier is open again."));
}

void
lw_session_load_draft (LwSession *self)
{
  g_autoptr (LwNote) stored = lw_store_load_draft (self->store, &self->track->id, NULL);
  LwDraft *draft = NULL;
  if (stored != NULL) {
    draft = lw_draft_new (stored);
    draft->is_dirty = FALSE;
    g_autoptr (LwNote) kept = lw_store_get_note (self->store, &stored->id, NULL);
    if (kept != NULL)
      draft->editing = kept->id;
  }
  if (self->draft != NULL) {
    self->draft->fields.track_id = self->track->id;
    self->draft->fields.pass = self->pass;
    lw_draft_touch (self->draft);
    if (draft != NULL)
      join_drafts (self, draft);
    save_now (self);
  } else {
    self->draft = draft;
    if (draft != NULL && draft_is_worthless (self)) {
      drop_draft (self);
      return;
    }
  }
  if (self->draft != NULL)
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
  draft_reframe (self, self->next);
  if (!draft_reframe (self, self->draft))
    return;
  schedule_autosave (self);
  if (!self->is_parked)
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

/* ---- gestures ---- */

gboolean
lw_session_take_moment (LwSession *self, LwTime *ret_time, GError **error)
{
  LwTime time = lw_engine_get_frame_time (self->engine);
  if (LW_TIME_IS_MOMENT (time)) {
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

static void
resume (LwSession *self)
{
  if (!self->is_parked)
    return;
  self->is_parked = FALSE;
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  lw_session_take_hold (self);
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

/* A note is being written already. Where this gesture is about another moment, that moment must not
 * be lost either: it waits. */
static void
begin_behind (LwSession *self, LwDraft *newer)
{
  LwDraft *older = self->draft;
  gboolean was_parked = self->is_parked;
  gboolean is_same = newer == NULL || (newer->fields.start == older->fields.start &&
                                       newer->fields.end == older->fields.end);
  if (is_same || draft_is_worthless (self)) {
    if (lw_draft_is_plain (older) && newer != NULL)
      lw_session_set_draft_kind (self, newer->fields.kind);
    g_clear_pointer (&newer, lw_draft_free);
    resume (self);
    if (was_parked)
      lw_session_message (self, "%s", _ ("The note that you had put away is open again."));
    return;
  }
  lw_session_forget_next (self);
  self->next = newer;
  resume (self);
  if (!was_parked)
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  g_autofree char *clock = lw_time_format (newer->fields.start);
  lw_session_message (self,
                      _ ("Another note is open still. Keep it or throw it away, and the new one "
                         "opens at %s."),
                      clock);
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
  open_draft (self, draft);
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
  if (draft_is_worthless (self)) {
    drop_draft (self);
    return TRUE;
  }
  g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_DRAFT_OPEN,
                       _ ("Another note is being written. Keep or discard it first."));
  return FALSE;
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
  if (self->draft != NULL && lw_id_is_none (&self->draft->editing) &&
      lw_id_equal (&self->draft->fields.reply_to, &thread)) {
    resume (self);
    return TRUE;
  }
  if (!require_no_draft (self, error))
    return FALSE;
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
  if (self->draft != NULL && lw_id_equal (&self->draft->editing, &note->id)) {
    resume (self);
    return TRUE;
  }
  if (!require_no_draft (self, error))
    return FALSE;
  LwDraft *draft = lw_draft_new (note);
  draft->editing = note->id;
  open_draft (self, draft);
  return TRUE;
}

/* ---- changing it ---- */

const LwNote *
lw_session_get_draft (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->draft != NULL && !self->is_parked ? lw_draft_get_note (self->draft, NULL) : NULL;
}

const LwNote *
lw_session_get_parked_draft (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->draft != NULL && self->is_parked ? lw_draft_get_note (self->draft, NULL) : NULL;
}

LwId
lw_session_get_editing (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), LW_ID_NONE);
  return self->draft != NULL ? self->draft->editing : LW_ID_NONE;
}

static void
draft_changed (LwSession *self, gboolean notify)
{
  lw_draft_touch (self->draft);
  schedule_autosave (self);
  if (notify && !self->is_parked)
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
}

void
lw_session_set_draft_text (LwSession *self, const char *text)
{
  g_return_if_fail (LW_IS_SESSION (self) && text != NULL);
  if (self->draft == NULL || strcmp (self->draft->text, text) == 0)
    return;
  lw_draft_set_text (self->draft, text);
  draft_changed (self, FALSE);
}

void
lw_session_set_draft_tags (LwSession *self, const char *const *tags)
{
  g_return_if_fail (LW_IS_SESSION (self));
  static const char *const none[] = {NULL};
  const char *const *new_tags = tags != NULL ? tags : none;
  if (self->draft == NULL)
    return;
  const char *const *old_tags =
      self->draft->tags != NULL ? (const char *const *)self->draft->tags : none;
  if (g_strv_equal (old_tags, new_tags))
    return;
  g_strfreev (self->draft->tags);
  self->draft->tags = g_strdupv ((char **)new_tags);
  draft_changed (self, TRUE);
}

void
lw_session_set_draft_kind (LwSession *self, LwNoteKind kind)
{
  g_return_if_fail (LW_IS_SESSION (self) && kind < LW_NOTE_N_KINDS);
  /* An answer stays one, and nothing becomes one. */
  if (self->draft == NULL || self->draft->fields.kind == kind || kind == LW_NOTE_REPLY ||
      self->draft->fields.kind == LW_NOTE_REPLY)
    return;
  self->draft->fields.kind = kind;
  draft_changed (self, TRUE);
}

void
lw_session_set_draft_on_focus (LwSession *self, gboolean on_focus)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (self->draft == NULL || !self->draft->fields.on_focus == !on_focus)
    return;
  self->draft->fields.on_focus = !!on_focus;
  draft_changed (self, TRUE);
}

void
lw_session_set_draft_region (LwSession *self, const LwRegion *region)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (self->draft == NULL)
    return;
  self->draft->fields.region = region != NULL ? *region : (LwRegion){0};
  draft_changed (self, TRUE);
}

void
lw_session_set_draft_range (LwSession *self, LwTime start, LwTime end)
{
  g_return_if_fail (LW_IS_SESSION (self));
  g_return_if_fail (LW_TIME_IS_MOMENT (start) && LW_TIME_IS_MOMENT (end) && start <= end);
  if (self->draft == NULL || self->draft->fields.kind == LW_NOTE_REPLY)
    return;
  self->draft->fields.start = start;
  self->draft->fields.end = end;
  draft_changed (self, TRUE);
}

/* ---- putting it away ---- */

void
lw_session_park_draft (LwSession *self)
{
  g_return_if_fail (LW_IS_SESSION (self));
  if (self->draft == NULL || self->is_parked)
    return;
  lw_session_forget_next (self);
  if (draft_is_worthless (self)) {
    drop_draft (self);
  } else {
    save_now (self);
    self->is_parked = TRUE;
    lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  }
  lw_session_release_hold (self);
}

gboolean
lw_session_resume_draft (LwSession *self, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), FALSE);
  if (self->draft == NULL || !self->is_parked) {
    g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NO_DRAFT,
                         _ ("No note has been put away."));
    return FALSE;
  }
  resume (self);
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
