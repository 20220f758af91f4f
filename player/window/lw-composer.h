/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwComposer:
 *
 * Where a note is written: the session's open draft; without one it is not there. What was put
 * aside stands in the LwDraftList. Everything typed is in the session at once, so nothing is lost
 * with the window.
 *
 * Signals:
 *   "left" ()              the note was kept, put aside or thrown away: focus belongs elsewhere
 *   "failed" (GError *)    it could not be kept; the text is still there
 *   "place" (gboolean)     she wants to mark a place in the picture, or no longer
 */
#define LW_TYPE_COMPOSER (lw_composer_get_type ())
G_DECLARE_FINAL_TYPE (LwComposer, lw_composer, LW, COMPOSER, GtkBox)

GtkWidget *lw_composer_new (LwSession *session);
gboolean lw_composer_is_open (LwComposer *self);
/* Puts the cursor into the text. */
void lw_composer_focus (LwComposer *self);
void lw_composer_keep (LwComposer *self);
void lw_composer_park (LwComposer *self);
/* Whether a place is being marked on the picture. */
void lw_composer_set_placing (LwComposer *self, gboolean placing);

G_END_DECLS
