/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "lw-store.h"

G_BEGIN_DECLS

/* The filter's members that count here, copied: LwNoteQuery only borrows. */
typedef struct {
  LwId author_id;
  LwId lens_id;
  guint kinds;
  guint pass;
  gboolean on_focus;
  char *tag;
  char *text;
} LwNoteFilter;

/* @query: nullable: everything. */
void lw_note_filter_init (LwNoteFilter *self, const LwNoteQuery *query);
void lw_note_filter_clear (LwNoteFilter *self);
/* Borrows from @self and @segment_id. */
LwNoteQuery lw_note_filter_query (const LwNoteFilter *self, const LwId *segment_id);
/* @lens_id: the note's, or if it names none its track's. Asks the store only about words. */
gboolean lw_note_filter_matches (const LwNoteFilter *self,
                                 LwStore *store,
                                 const LwNote *note,
                                 const LwId *lens_id);

G_END_DECLS
