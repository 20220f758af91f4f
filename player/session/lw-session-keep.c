/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From draft to note, and the pin in one gesture. */
#include "lw-session-private.h"

static gboolean
refuse_empty (const char *text, GError **error)
{
  if (!lw_session_is_blank (text))
    return FALSE;
  g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_EMPTY,
                       _ ("Nothing is written in this note yet."));
  return TRUE;
}

static LwNote *
keep_new (LwSession *self, const LwNote *note, GError **error)
{
  LwNote *kept = NULL;
  g_autoptr (GError) cause = NULL;
  if (lw_store_add_note_from_draft (self->store, note, &note->id, &kept, &cause))
    return kept;
  if (!g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_CONFLICT)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  /* That id was there once and is gone: an edit of a note that was deleted meanwhile. */
  LwNote fields = *note;
  fields.id = lw_id_new ();
  g_autoptr (LwNote) anew = lw_note_new (&fields, error);
  if (anew == NULL || !lw_store_add_note_from_draft (self->store, anew, &note->id, &kept, error))
    return NULL;
  return kept;
}

static LwNote *
keep_edit (LwSession *self, const LwNote *note, GError **error)
{
  LwNote *kept = NULL;
  g_autoptr (GError) cause = NULL;
  if (lw_store_edit_note (self->store, note, &kept, &cause)) {
    g_autoptr (GError) dropping = NULL;
    /* What stays behind equals the note, and is seen through at the next opening. */
    if (!lw_store_drop_draft (self->store, &note->id, &dropping))
      g_debug ("a draft stays behind: %s", dropping->message);
    return kept;
  }
  if (g_error_matches (cause, LW_STORE_ERROR, LW_STORE_ERROR_NOT_FOUND)) {
    self->draft->editing = LW_ID_NONE;
    g_set_error_literal (error, cause->domain, cause->code,
                         _ ("The note was deleted while you changed it. What you wrote is still "
                            "here: keep it again to make it a new note."));
    return NULL;
  }
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

LwNote *
lw_session_keep_draft (LwSession *self, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  if (self->draft == NULL) {
    g_set_error_literal (error, LW_SESSION_ERROR, LW_SESSION_ERROR_NO_DRAFT,
                         _ ("No note is being written."));
    return NULL;
  }
  if (!lw_session_require_open (self, error))
    return NULL;
  const LwNote *note = lw_session_get_draft_note (self, error);
  if (note == NULL || refuse_empty (note->text, error))
    return NULL;
  gboolean is_new = lw_id_is_none (&self->draft->editing);
  GError *cause = NULL;
  g_autoptr (LwNote) kept = is_new ? keep_new (self, note, &cause) : keep_edit (self, note, &cause);
  if (kept == NULL) {
    lw_session_explain_write (error, cause);
    return NULL;
  }
  if (is_new && kept->kind != LW_NOTE_REPLY)
    lw_session_clear_marks (self);
  lw_session_forget_draft (self);
  lw_session_notify (self, LW_SESSION_PROP_DRAFT);
  lw_session_wrote (self, &kept->id);
  lw_session_emit_kept (self, kept);
  lw_session_go_on (self);
  return g_steal_pointer (&kept);
}

LwNote *
lw_session_pin (LwSession *self, LwNoteKind kind, const char *text, GError **error)
{
  g_return_val_if_fail (LW_IS_SESSION (self) && text != NULL, NULL);
  g_return_val_if_fail (kind < LW_NOTE_N_KINDS && kind != LW_NOTE_REPLY, NULL);
  LwTime time;
  if (!lw_session_require_open (self, error) || !lw_session_take_moment (self, &time, error) ||
      refuse_empty (text, error))
    return NULL;
  LwNote fields = {
      .track_id = self->track->id,
      .kind = kind,
      .pass = self->pass,
      .start = time,
      .end = time,
      .text = text,
  };
  g_autoptr (LwNote) note = lw_note_new (&fields, error);
  if (note == NULL)
    return NULL;
  g_autoptr (LwNote) kept = NULL;
  GError *cause = NULL;
  if (!lw_store_add_note (self->store, note, &kept, &cause)) {
    lw_session_explain_write (error, cause);
    return NULL;
  }
  lw_session_wrote (self, &kept->id);
  lw_session_emit_kept (self, kept);
  return g_steal_pointer (&kept);
}
