/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-note-filter.h"

void
lw_note_filter_init (LwNoteFilter *self, const LwNoteQuery *query)
{
  *self = (LwNoteFilter){0};
  if (query == NULL)
    return;
  *self = (LwNoteFilter){
      .author_id = query->author_id != NULL ? *query->author_id : LW_ID_NONE,
      .lens_id = query->lens_id != NULL ? *query->lens_id : LW_ID_NONE,
      .kinds = query->kinds,
      .pass = query->pass,
      .on_focus = query->on_focus,
      .tag = g_strdup (query->tag),
      .text = query->text != NULL && *query->text != '\0' ? g_strdup (query->text) : NULL,
  };
}

void
lw_note_filter_clear (LwNoteFilter *self)
{
  g_free (self->tag);
  g_free (self->text);
  *self = (LwNoteFilter){0};
}

static guint
kinds_of (const LwNoteFilter *self)
{
  /* Answers are read in their form. */
  return self->kinds != 0 ? self->kinds : LW_NOTE_KINDS_LISTED & ~(1u << LW_NOTE_ANSWER);
}

LwNoteQuery
lw_note_filter_query (const LwNoteFilter *self, const LwId *segment_id)
{
  return (LwNoteQuery){
      .segment_id = segment_id,
      .author_id = lw_id_is_none (&self->author_id) ? NULL : &self->author_id,
      .lens_id = lw_id_is_none (&self->lens_id) ? NULL : &self->lens_id,
      .kinds = kinds_of (self),
      .tag = self->tag,
      .pass = self->pass,
      .on_focus = self->on_focus,
      .text = self->text,
  };
}

/* Only the store knows how words match: it is asked about the note's own moment. */
static gboolean
matches_text (const LwNoteFilter *self, LwStore *store, const LwNote *note)
{
  LwNoteQuery query = lw_note_filter_query (self, &note->segment_id);
  query.track_id = &note->track_id;
  query.has_window = TRUE;
  query.window_start = note->start;
  query.window_end = note->start + 1;
  g_autoptr (GPtrArray) found = lw_store_query (store, &query, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++) {
    const LwNote *other = g_ptr_array_index (found, i);
    if (lw_id_equal (&other->id, &note->id))
      return TRUE;
  }
  return FALSE;
}

gboolean
lw_note_filter_matches (const LwNoteFilter *self,
                        LwStore *store,
                        const LwNote *note,
                        const LwId *lens_id)
{
  if ((kinds_of (self) & (1u << note->kind)) == 0)
    return FALSE;
  if (self->pass != 0 && self->pass != note->pass)
    return FALSE;
  if (self->on_focus && !note->on_focus)
    return FALSE;
  if (!lw_id_is_none (&self->author_id) && !lw_id_equal (&self->author_id, &note->author_id))
    return FALSE;
  if (!lw_id_is_none (&self->lens_id) && !lw_id_equal (lens_id, &self->lens_id))
    return FALSE;
  if (self->tag != NULL && !g_strv_contains (note->tags, self->tag))
    return FALSE;
  return self->text == NULL || matches_text (self, store, note);
}
