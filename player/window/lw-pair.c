/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-pair.h"

#include "lw-widget.h"

struct _LwPair {
  GtkWidget parent;
  GtkWidget *first;
  GtkWidget *second;
  gboolean equal;
  int gap;
};

G_DEFINE_TYPE (LwPair, lw_pair, GTK_TYPE_WIDGET)

/* Text that wraps goes into less than it likes to have, but not into less than this many times what
 * stands beside it. */
#define LW_PAIR_REST 2

/* How wide the second is beside the first; 0: it goes below. */
static int
lw_pair_second_width (LwPair *self, int width)
{
  int first, second;

  lw_widget_minimum (self->first, GTK_ORIENTATION_HORIZONTAL, -1, &first);
  lw_widget_minimum (self->second, GTK_ORIENTATION_HORIZONTAL, -1, &second);
  if (self->equal)
    return width < 2 * MAX (first, second) + self->gap ? 0 : (width - self->gap) / 2;
  return width - second - self->gap < MIN (first, LW_PAIR_REST * second) ? 0 : second;
}

static gboolean
lw_pair_is_one (LwPair *self)
{
  return !gtk_widget_should_layout (self->first) || !gtk_widget_should_layout (self->second);
}

static void
lw_pair_measure_width (LwPair *self, int *minimum, int *natural)
{
  int first, second;
  int first_minimum = lw_widget_minimum (self->first, GTK_ORIENTATION_HORIZONTAL, -1, &first);
  int second_minimum = lw_widget_minimum (self->second, GTK_ORIENTATION_HORIZONTAL, -1, &second);

  *minimum = MAX (first_minimum, second_minimum);
  if (lw_pair_is_one (self))
    *natural = MAX (first, second); /* the one that is not there asks for nothing */
  else if (self->equal)
    *natural = 2 * MAX (first, second) + self->gap;
  else
    *natural = first + self->gap + second;
}

static void
lw_pair_measure (GtkWidget *widget,
                 GtkOrientation orientation,
                 int for_size,
                 int *minimum,
                 int *natural,
                 int *minimum_baseline,
                 int *natural_baseline)
{
  LwPair *self = LW_PAIR (widget);
  int beside, first, second;
  int first_natural, second_natural;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    lw_pair_measure_width (self, minimum, natural);
    return;
  }
  if (for_size < 0)
    lw_pair_measure_width (self, &beside, &for_size);
  beside = lw_pair_is_one (self) ? 0 : lw_pair_second_width (self, for_size);
  first = lw_widget_minimum (self->first, GTK_ORIENTATION_VERTICAL,
                             beside > 0 ? for_size - beside - self->gap : for_size, &first_natural);
  second = lw_widget_minimum (self->second, GTK_ORIENTATION_VERTICAL,
                              beside > 0 ? beside : for_size, &second_natural);
  if (beside > 0 || lw_pair_is_one (self)) {
    *minimum = MAX (first, second);
    *natural = MAX (first_natural, second_natural);
  } else {
    *minimum = first + self->gap + second;
    *natural = first_natural + self->gap + second_natural;
  }
}

static void
lw_pair_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LwPair *self = LW_PAIR (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int beside, above;

  if (lw_pair_is_one (self)) {
    lw_widget_place (gtk_widget_should_layout (self->first) ? self->first : self->second, 0, 0,
                     width, height);
    return;
  }
  beside = lw_pair_second_width (self, width);
  if (beside > 0) {
    int rest = width - beside - self->gap, natural;

    lw_widget_minimum (self->first, GTK_ORIENTATION_HORIZONTAL, -1, &natural);
    if (!self->equal && !gtk_widget_compute_expand (self->first, GTK_ORIENTATION_HORIZONTAL))
      rest = MIN (rest, natural);
    lw_widget_place (self->first, rtl ? width - rest : 0, 0, rest, height);
    lw_widget_place (self->second, rtl ? width - rest - self->gap - beside : rest + self->gap, 0,
                     beside, height);
    return;
  }
  above =
      height - self->gap - lw_widget_minimum (self->second, GTK_ORIENTATION_VERTICAL, width, NULL);
  lw_widget_place (self->first, 0, 0, width, above);
  lw_widget_place (self->second, 0, above + self->gap, width, height - above - self->gap);
}

static void
lw_pair_dispose (GObject *object)
{
  lw_widget_unparent_children (GTK_WIDGET (object));
  G_OBJECT_CLASS (lw_pair_parent_class)->dispose (object);
}

static void
lw_pair_class_init (LwPairClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_pair_dispose;
  widget_class->get_request_mode = lw_widget_height_for_width;
  widget_class->measure = lw_pair_measure;
  widget_class->size_allocate = lw_pair_size_allocate;
}

static void
lw_pair_init (LwPair *self)
{
}

GtkWidget *
lw_pair_new (GtkWidget *first, GtkWidget *second, gboolean equal, int gap)
{
  LwPair *self = g_object_new (LW_TYPE_PAIR, NULL);

  self->first = first;
  self->second = second;
  self->equal = equal;
  self->gap = gap;
  gtk_widget_set_parent (first, GTK_WIDGET (self));
  gtk_widget_set_parent (second, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
