/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-store.h"

G_BEGIN_DECLS

/**
 * LwWordingLine:
 *
 * The wording nudge under a text field: underlines the words there, and says in one line why and
 * how else, for the last ones before the cursor. It never takes the keyboard, never holds
 * anything back, keeps nothing; LW_SETTING_WORDING turns it off.
 */
#define LW_TYPE_WORDING_LINE (lw_wording_line_get_type ())
G_DECLARE_FINAL_TYPE (LwWordingLine, lw_wording_line, LW, WORDING_LINE, GtkBox)

GtkWidget *lw_wording_line_new (GtkTextView *view);
/* Where the setting is asked for. */
void lw_wording_line_set_store (LwWordingLine *self, LwStore *store);
/* Whether the note is of a kind that is looked at. */
void lw_wording_line_set_on (LwWordingLine *self, gboolean on);

G_END_DECLS
