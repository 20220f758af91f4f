/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-session.h"

G_BEGIN_DECLS

/* What one sees before a lesson is open: an invitation, and the lessons watched lately.
 * Signals: "open" (GFile *) */
#define LW_TYPE_START_PAGE (lw_start_page_get_type ())
G_DECLARE_FINAL_TYPE (LwStartPage, lw_start_page, LW, START_PAGE, GtkWidget)

GtkWidget *lw_start_page_new (LwStore *store);
/* The walks that were joined, above the lessons. @walks: (transfer floating) */
void lw_start_page_set_walks (LwStartPage *self, GtkWidget *walks);
/* Whether what is written may leave this computer. */
void lw_start_page_set_is_joined (LwStartPage *self, gboolean is_joined);
void lw_start_page_refresh (LwStartPage *self);

G_END_DECLS
