/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "lw-walking.h"

G_BEGIN_DECLS

/* What changes a walk, in a thread of its own: its room may take a while. */

typedef gboolean (*LwWalkFunc) (const LwWalking *walking, gpointer data, GError **error);
/* @error: NULL if it was done. Also called when @widget is not shown any more. */
typedef void (*LwWalkDone) (GtkWidget *widget, const GError *error);

/**
 * lw_walk_act:
 * @widget: kept until @done was called
 * @data: lent to @func, then freed with @data_free (nullable)
 */
void lw_walk_act (GtkWidget *widget,
                  LwStore *store,
                  const LwId *walk_id,
                  LwWalkFunc func,
                  gpointer data,
                  GDestroyNotify data_free,
                  LwWalkDone done);

/* Some small widgets that the parts of a walk have in common. */
GtkWidget *lw_walk_heading (const char *text);
GtkWidget *lw_walk_label (const char *text, const char *css_class);
void lw_walk_clear (GtkWidget *box);

G_END_DECLS
