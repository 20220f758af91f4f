/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-pin-buttons.h"

#include <glib/gi18n.h>

#include "lw-palette.h"

static GtkWidget *
lw_pin_button_new (LwNoteKind kind, gboolean words)
{
  gboolean noticing = kind == LW_NOTE_NOTICING;
  const char *tip = noticing ? _ ("Pin what you notice to this picture (N)")
                             : _ ("Pin what you wonder about to this picture (W)");
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (lw_note_kind_icon (kind)));
  if (words)
    gtk_box_append (GTK_BOX (box), gtk_label_new (lw_note_kind_word (kind)));
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_widget_add_css_class (button, "lw-pin");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  lw_note_kind_word (kind), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  tip, GTK_ACCESSIBLE_PROPERTY_KEY_SHORTCUTS, noticing ? "N" : "W",
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button),
                                  noticing ? "win.noticing" : "win.wondering");
  return button;
}

static GtkWidget *
lw_pin_buttons_pair (gboolean words)
{
  GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  gtk_box_set_homogeneous (GTK_BOX (pair), TRUE);
  gtk_widget_set_valign (pair, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (pair), lw_pin_button_new (LW_NOTE_NOTICING, words));
  gtk_box_append (GTK_BOX (pair), lw_pin_button_new (LW_NOTE_WONDERING, words));
  return pair;
}

/* The pair that is not shown is not read out either. */
static void
lw_pin_buttons_on_visible_child (AdwSqueezer *squeezer)
{
  GtkWidget *shown = adw_squeezer_get_visible_child (squeezer);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (squeezer)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_accessible_update_state (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_STATE_HIDDEN,
                                 child != shown, -1);
}

GtkWidget *
lw_pin_buttons_new (void)
{
  GtkWidget *squeezer = adw_squeezer_new ();

  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), lw_pin_buttons_pair (TRUE));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), lw_pin_buttons_pair (FALSE));
  g_signal_connect (squeezer, "notify::visible-child", G_CALLBACK (lw_pin_buttons_on_visible_child),
                    NULL);
  lw_pin_buttons_on_visible_child (ADW_SQUEEZER (squeezer));
  return squeezer;
}
