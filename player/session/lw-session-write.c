/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the open note says, as it is being written. */
#include "lw-session-private.h"

#include <string.h>

const LwNote *
lw_session_get_draft (LwSession *self)
{
  g_return_val_if_fail (LW_IS_SESSION (self), NULL);
  return self->draft != NULL ? lw_draft_get_note (self->draft, NULL) : NULL;
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
  lw_session_schedule_autosave (self);
  if (notify)
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
