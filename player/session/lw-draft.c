/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-draft.h"

LwDraft *
lw_draft_new (const LwNote *fields)
{
  LwDraft *draft = g_new0 (LwDraft, 1);
  draft->fields = *fields;
  draft->text = g_strdup (fields->text != NULL ? fields->text : "");
  draft->tags = g_strdupv ((char **)fields->tags);
  draft->fields.text = NULL;
  draft->fields.tags = NULL;
  draft->is_dirty = TRUE;
  return draft;
}

void
lw_draft_free (LwDraft *draft)
{
  g_clear_pointer (&draft->note, lw_note_unref);
  g_free (draft->text);
  g_strfreev (draft->tags);
  g_free (draft);
}

void
lw_draft_touch (LwDraft *draft)
{
  g_clear_pointer (&draft->note, lw_note_unref);
  draft->is_dirty = TRUE;
}

const LwNote *
lw_draft_get_note (LwDraft *draft, GError **error)
{
  if (draft->note == NULL) {
    LwNote fields = draft->fields;
    fields.text = draft->text;
    fields.tags = (const char *const *)draft->tags;
    draft->note = lw_note_new (&fields, error);
  }
  return draft->note;
}

void
lw_draft_set_text (LwDraft *draft, const char *text)
{
  char *copy = g_strdup (text);
  g_free (draft->text);
  draft->text = copy;
}

gboolean
lw_draft_is_plain (const LwDraft *draft)
{
  return lw_id_is_none (&draft->editing) && draft->fields.kind != LW_NOTE_REPLY;
}
