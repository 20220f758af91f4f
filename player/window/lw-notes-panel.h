/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwNotesPanel:
 *
 * The notes of the lesson beside it: viewings, search and filter, the list, and the composer.
 *
 * Signals:
 *   "jump" (gint64 time)      she chose a note
 *   "loop" (gint64, gint64)   she wants to watch a range again and again
 *   "deleted" ()              a note was taken away: offer to undo
 *   "failed" (GError *)
 */
#define LW_TYPE_NOTES_PANEL (lw_notes_panel_get_type ())
G_DECLARE_FINAL_TYPE (LwNotesPanel, lw_notes_panel, LW, NOTES_PANEL, GtkBox)

GtkWidget *lw_notes_panel_new (LwSession *session);
GtkWidget *lw_notes_panel_get_composer (LwNotesPanel *self); /* an LwComposer */
/* Marks the note at @time and, unless she is reading elsewhere in the list, brings it into sight.
 */
void lw_notes_panel_set_position (LwNotesPanel *self, LwTime time);
void lw_notes_panel_start_search (LwNotesPanel *self);
void lw_notes_panel_stop_search (LwNotesPanel *self);
/* Whether all viewings are listed, or only the one she is in. */
void lw_notes_panel_set_all_passes (LwNotesPanel *self, gboolean all);
void lw_notes_panel_set_follow (LwNotesPanel *self, gboolean follow);
/* The filter as it stands, lent until it changes: for exporting what is seen. */
void lw_notes_panel_get_query (LwNotesPanel *self, LwNoteQuery *ret_query);

G_END_DECLS
