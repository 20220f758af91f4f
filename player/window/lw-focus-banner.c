/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-focus-banner.h"

#include <glib/gi18n.h>

#include "lw-pair.h"
#include "lw-widget.h"

struct _LwFocusBanner {
  GtkWidget parent;
  GtkWidget *scroll;
  GtkWidget *all; /* in it */
  GtkWidget *focus;
  GtkWidget *inquiry;
  GtkWidget *watch; /* opens what the teacher asks to watch for */
  GtkWidget *watch_list;
};

G_DEFINE_TYPE (LwFocusBanner, lw_focus_banner, GTK_TYPE_WIDGET)

static GtkWidget *
lw_focus_banner_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), 3);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
lw_focus_banner_make_watch (LwFocusBanner *self)
{
  GtkWidget *popover = gtk_popover_new ();

  self->watch_list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_popover_set_child (GTK_POPOVER (popover), self->watch_list);
  self->watch = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->watch), _ ("To watch for"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->watch), popover);
  gtk_widget_add_css_class (self->watch, "flat");
  gtk_widget_set_valign (self->watch, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (self->watch, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->watch), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("What the teacher asks to watch for"), -1);
}

static void
lw_focus_banner_show_watch (LwFocusBanner *self, const LwWalk *walk)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->watch_list)) != NULL)
    gtk_box_remove (GTK_BOX (self->watch_list), row);
  for (guint i = 0; walk->watch_for[i] != NULL; i++) {
    row = lw_focus_banner_label ();
    gtk_label_set_max_width_chars (GTK_LABEL (row), 48);
    gtk_label_set_text (GTK_LABEL (row), walk->watch_for[i]);
    gtk_box_append (GTK_BOX (self->watch_list), row);
  }
  gtk_widget_set_visible (self->watch, walk->watch_for[0] != NULL);
}

/* ---- layout ---- */

/* A low window with large letters needs its height for the lesson: there it is scrolled in. */
static void
lw_focus_banner_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  LwFocusBanner *self = LW_FOCUS_BANNER (widget);
  int least = lw_widget_minimum (self->all, orientation, for_size, natural);

  *minimum = lw_widget_minimum (self->scroll, orientation, for_size, NULL);
  if (orientation == GTK_ORIENTATION_VERTICAL) {
    *minimum = MIN (*minimum, least);
    *natural = MAX (*natural, least);
  } else {
    *natural = MAX (*natural, *minimum);
  }
}

static void
lw_focus_banner_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  lw_widget_place (LW_FOCUS_BANNER (widget)->scroll, 0, 0, width, height);
}

/* ---- life ---- */

static void
lw_focus_banner_dispose (GObject *object)
{
  lw_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (lw_focus_banner_parent_class)->dispose (object);
}

static void
lw_focus_banner_class_init (LwFocusBannerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_focus_banner_dispose;
  widget_class->get_request_mode = lw_widget_height_for_width;
  widget_class->measure = lw_focus_banner_measure;
  widget_class->size_allocate = lw_focus_banner_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "lw-focus");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_NOTE);
}

static void
lw_focus_banner_init (LwFocusBanner *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("lw-focus-symbolic");
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (first), icon);
  self->focus = lw_focus_banner_label ();
  gtk_widget_add_css_class (self->focus, "heading");
  self->inquiry = lw_focus_banner_label ();
  gtk_box_append (GTK_BOX (lines), self->focus);
  gtk_box_append (GTK_BOX (lines), self->inquiry);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (first), lines);
  lw_focus_banner_make_watch (self);
  self->all = lw_pair_new (first, self->watch, FALSE, 10);
  self->scroll = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroll), self->all);
  gtk_widget_set_parent (self->scroll, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Focus and inquiry"), -1);
}

GtkWidget *
lw_focus_banner_new (void)
{
  return g_object_new (LW_TYPE_FOCUS_BANNER, NULL);
}

void
lw_focus_banner_set_walk (LwFocusBanner *self, const LwWalk *walk)
{
  gboolean shown = walk != NULL && (walk->focus[0] != '\0' || walk->inquiry[0] != '\0');

  g_return_if_fail (LW_IS_FOCUS_BANNER (self));
  gtk_widget_set_visible (GTK_WIDGET (self), shown);
  if (!shown)
    return;
  lw_focus_banner_show_watch (self, walk);
  gtk_label_set_text (GTK_LABEL (self->focus), walk->focus);
  gtk_widget_set_visible (self->focus, walk->focus[0] != '\0');
  gtk_label_set_text (GTK_LABEL (self->inquiry), walk->inquiry);
  gtk_widget_set_visible (self->inquiry, walk->inquiry[0] != '\0');
  gtk_widget_set_tooltip_text (self->focus, walk->focus);
  gtk_widget_set_tooltip_text (self->inquiry, walk->inquiry);
}
