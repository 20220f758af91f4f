/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-widget.h"

#include <glib/gi18n.h>

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

GtkWidget *
lw_widget_new_dialog_header (GtkWindow *dialog, GtkWidget *accept)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  gtk_widget_add_css_class (accept, "suggested-action");
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), dialog);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), accept);
  return header;
}

GtkWidget *
lw_widget_new_trouble (void)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT,
                                   "xalign", 0.0, "wrap", TRUE, "visible", FALSE, NULL);

  gtk_widget_add_css_class (label, "error");
  gtk_widget_set_margin_top (label, 12);
  return label;
}
