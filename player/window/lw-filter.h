/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/**
 * LwFilter:
 *
 * The popover that chooses which notes are listed: by kind, author, lens, tag and focus. Its owner
 * adds the words and the viewing and hands the whole to the session.
 *
 * Signals: "changed" ()
 */
#define LW_TYPE_FILTER (lw_filter_get_type ())
G_DECLARE_FINAL_TYPE (LwFilter, lw_filter, LW, FILTER, GtkBox)

GtkWidget *lw_filter_new (LwSession *session);
/* What there is to choose from, anew: authors, lenses and tags of this lesson. */
void lw_filter_refresh (LwFilter *self);
/* Sets kinds, author, lens, tag and on_focus of @query, which lends from @self. */
void lw_filter_apply (LwFilter *self, LwNoteQuery *query);
gboolean lw_filter_is_active (LwFilter *self);
void lw_filter_clear (LwFilter *self);

G_END_DECLS
