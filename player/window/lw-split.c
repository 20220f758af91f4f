/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-split.h"

#include "lw-widget.h"

struct _LwSplit {
  GtkWidget parent;
  GtkWidget *content;
  GtkWidget *side;
  gboolean prefer_side; /* where there is room for one only */
};

G_DEFINE_TYPE (LwSplit, lw_split, GTK_TYPE_WIDGET)

/* Beside each other from this width on, unless larger text needs more. */
#define LW_SPLIT_WIDTH 660
#define LW_SPLIT_SIDE_WIDTH 300
#define LW_SPLIT_SIDE_MAX_WIDTH 420

/* How wide the side is beside the content; 0: it goes below. */
static int
lw_split_side_width (LwSplit *self, int width)
{
  int minimum = MAX (LW_SPLIT_SIDE_WIDTH,
                     lw_widget_minimum (self->side, GTK_ORIENTATION_HORIZONTAL, -1, NULL));
  int content = lw_widget_minimum (self->content, GTK_ORIENTATION_HORIZONTAL, -1, NULL);

  if (width < LW_SPLIT_WIDTH || width < minimum + content)
    return 0;
  return CLAMP (width * 27 / 100, minimum,
                MAX (minimum, MIN (LW_SPLIT_SIDE_MAX_WIDTH, width - content)));
}

/* How high the content is above the side; the whole height, or 0, where only one has room. */
static int
lw_split_content_height (LwSplit *self, int width, int height)
{
  int natural;
  int side = lw_widget_minimum (self->side, GTK_ORIENTATION_VERTICAL, width, NULL);

  int minimum = lw_widget_minimum (self->content, GTK_ORIENTATION_VERTICAL, width, &natural);

  if (minimum + side > height)
    return self->prefer_side ? 0 : height;
  return MAX (minimum, MIN (natural, height - MAX (side, height / 3)));
}

static void
lw_split_measure (GtkWidget *widget,
                  GtkOrientation orientation,
                  int for_size,
                  int *minimum,
                  int *natural,
                  int *minimum_baseline,
                  int *natural_baseline)
{
  LwSplit *self = LW_SPLIT (widget);
  gboolean side = gtk_widget_get_visible (self->side);
  int side_min = 0, side_nat = 0;
  int side_width = side && for_size >= 0 ? lw_split_side_width (self, for_size) : 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = lw_widget_minimum (self->content, orientation, -1, natural);
    if (side) {
      side_min = lw_widget_minimum (self->side, orientation, -1, &side_nat);
      *minimum = MAX (*minimum, side_min);
      *natural += MAX (LW_SPLIT_SIDE_WIDTH, side_nat);
    }
    return;
  }
  *minimum = lw_widget_minimum (self->content, orientation,
                                for_size < 0 ? -1 : for_size - side_width, natural);
  if (!side)
    return;
  side_min = lw_widget_minimum (self->side, orientation, side_width > 0 ? side_width : for_size,
                                &side_nat);
  *minimum = MAX (*minimum, side_min);
  *natural = side_width > 0 ? MAX (*natural, side_nat) : *natural + side_nat;
}

static void
lw_split_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LwSplit *self = LW_SPLIT (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int side_width, content_height;

  if (!gtk_widget_get_visible (self->side)) {
    lw_widget_place (self->content, 0, 0, width, height);
    return;
  }
  side_width = lw_split_side_width (self, width);
  if (side_width > 0) {
    int content_width = width - side_width;

    gtk_widget_remove_css_class (self->side, "below");
    lw_widget_place (self->content, rtl ? side_width : 0, 0, content_width, height);
    lw_widget_place (self->side, rtl ? 0 : content_width, 0, side_width, height);
    return;
  }
  gtk_widget_add_css_class (self->side, "below");
  content_height = lw_split_content_height (self, width, height);
  lw_widget_place (self->content, 0, 0, width, content_height);
  lw_widget_place (self->side, 0, content_height, width, height - content_height);
}

static void
lw_split_dispose (GObject *object)
{
  lw_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (lw_split_parent_class)->dispose (object);
}

static void
lw_split_class_init (LwSplitClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_split_dispose;
  widget_class->get_request_mode = lw_widget_height_for_width;
  widget_class->measure = lw_split_measure;
  widget_class->size_allocate = lw_split_size_allocate;
}

static void
lw_split_init (LwSplit *self)
{
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
}

GtkWidget *
lw_split_new (GtkWidget *content, GtkWidget *side)
{
  LwSplit *self = g_object_new (LW_TYPE_SPLIT, NULL);

  self->content = content;
  self->side = side;
  gtk_widget_set_parent (content, GTK_WIDGET (self));
  gtk_widget_set_parent (side, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
lw_split_set_show_side (LwSplit *self, gboolean show)
{
  g_return_if_fail (LW_IS_SPLIT (self));
  gtk_widget_set_visible (self->side, show);
}

void
lw_split_set_prefer_side (LwSplit *self, gboolean prefer)
{
  g_return_if_fail (LW_IS_SPLIT (self));
  self->prefer_side = prefer;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
