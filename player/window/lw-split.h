/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LwSplit:
 *
 * The lesson and its notes: side by side where there is room, else the notes below the lesson.
 * Which of the two is decided while allocating, so that resizing never takes a second layout.
 */
#define LW_TYPE_SPLIT (lw_split_get_type ())
G_DECLARE_FINAL_TYPE (LwSplit, lw_split, LW, SPLIT, GtkWidget)

GtkWidget *lw_split_new (GtkWidget *content, GtkWidget *side);
void lw_split_set_show_side (LwSplit *self, gboolean show);
/* In a window with room for one of the two only: the side (someone writes), not the content. */
void lw_split_set_prefer_side (LwSplit *self, gboolean prefer);

G_END_DECLS
