/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-widget.h"

int
lw_widget_minimum (GtkWidget *child, GtkOrientation orientation, int for_size, int *ret_natural)
{
  int minimum = 0;

  gtk_widget_measure (child, orientation, for_size, &minimum, ret_natural, NULL, NULL);
  return minimum;
}

void
lw_widget_place (GtkWidget *child, int x, int y, int width, int height)
{
  gboolean has_room = width > 0 && height > 0;

  gtk_widget_set_child_visible (child, has_room);
  if (has_room)
    gtk_widget_size_allocate (child, &(GtkAllocation){x, y, width, height}, -1);
}

GtkSizeRequestMode
lw_widget_height_for_width (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

void
lw_widget_unparent_children (GtkWidget *widget)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (widget)) != NULL)
    gtk_widget_unparent (child);
}

void
lw_widget_set_label (GtkWidget *widget, const char *label)
{
  gtk_widget_set_tooltip_text (widget, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
}
