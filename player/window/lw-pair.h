/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LwPair:
 *
 * Two that stand beside each other where both have room, and one above the other where words would
 * have to be cut off: in a narrow window, or with larger text.
 */
#define LW_TYPE_PAIR (lw_pair_get_type ())
G_DECLARE_FINAL_TYPE (LwPair, lw_pair, LW, PAIR, GtkWidget)

/* Of one width; or, if not @equal, each gets what it likes to have as long as there is room, and a
 * @first that expands all that is left. @gap: pixels between them. */
GtkWidget *lw_pair_new (GtkWidget *first, GtkWidget *second, gboolean equal, int gap);

G_END_DECLS
