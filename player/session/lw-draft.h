/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-note.h"

G_BEGIN_DECLS

/* The note being written. Kept as loose parts, since text that cannot be a note yet (too long, say)
 * must not be lost either. */
typedef struct {
  LwNote fields; /* text and tags NULL; track_id may be a stand-in while the lesson is opening */
  char *text;
  char **tags;
  LwNote *note;         /* made on demand from the above; NULL when out of date */
  LwId editing;         /* the note that this changes; none: a new one */
  gboolean is_parked;   /* put away for something else */
  gboolean is_dirty;    /* the disk does not have it yet */
  gboolean is_unframed; /* taken before the frame index was there */
} LwDraft;

/* Takes its parts from @fields, strings copied. */
LwDraft *lw_draft_new (const LwNote *fields);
void lw_draft_free (LwDraft *draft);
/* Something in it was changed. */
void lw_draft_touch (LwDraft *draft);
/* (transfer none): NULL when what was written cannot be a note. */
const LwNote *lw_draft_get_note (LwDraft *draft, GError **error);
void lw_draft_set_text (LwDraft *draft, const char *text);
/* Neither an answer nor the change of a note that is there. */
gboolean lw_draft_is_plain (const LwDraft *draft);

G_END_DECLS
