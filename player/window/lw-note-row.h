/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/* One note in the list. Its menu's actions are "notes.…" with the note's id as target: the list
 * answers them. */
#define LW_TYPE_NOTE_ROW (lw_note_row_get_type ())
G_DECLARE_FINAL_TYPE (LwNoteRow, lw_note_row, LW, NOTE_ROW, GtkWidget)

GtkWidget *lw_note_row_new (void);
void lw_note_row_set_item (LwNoteRow *self, LwNoteItem *item); /* (nullable) */
LwNoteItem *lw_note_row_get_item (LwNoteRow *self);
/* Whether playback is at this note. */
void lw_note_row_set_current (LwNoteRow *self, gboolean current);
/* Whether the walk has a focus that notes can speak to. */
void lw_note_row_set_has_focus_link (LwNoteRow *self, gboolean has);
void lw_note_row_open_menu (LwNoteRow *self);

G_END_DECLS
