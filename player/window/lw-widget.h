/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What our own widgets have in common. */

/* The least that @child asks for. @ret_natural: nullable. */
int
lw_widget_minimum (GtkWidget *child, GtkOrientation orientation, int for_size, int *ret_natural);
/* A child without room is not drawn, and is not reached by keys either. */
void lw_widget_place (GtkWidget *child, int x, int y, int width, int height);
/* A get_request_mode() for what is the higher the narrower it is. */
GtkSizeRequestMode lw_widget_height_for_width (GtkWidget *widget);
/* For the dispose() of a widget that set itself as their parent. Pointers to them are stale then.
 */
void lw_widget_unparent_children (GtkWidget *widget);
/* What @widget is called, to those who point at it and to those who hear it. */
void lw_widget_set_label (GtkWidget *widget, const char *label);
/* The head of a window that asks for something: cancel, and @accept, a button. */
GtkWidget *lw_widget_new_dialog_header (GtkWindow *dialog, GtkWidget *accept);
/* A label, not shown yet, for what went wrong; screen readers say it at once. */
GtkWidget *lw_widget_new_trouble (void);

G_END_DECLS
