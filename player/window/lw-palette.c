/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-palette.h"

#include <glib/gi18n.h>
#include <math.h>

/* Okabe and Ito, "Color Universal Design" (2008). Black becomes a grey that both themes show. */
static const GdkRGBA colors[LW_PALETTE_N] = {
    {0.000f, 0.447f, 0.698f, 1}, /* blue */
    {0.902f, 0.624f, 0.000f, 1}, /* orange */
    {0.000f, 0.620f, 0.451f, 1}, /* bluish green */
    {0.800f, 0.475f, 0.655f, 1}, /* reddish purple */
    {0.835f, 0.369f, 0.000f, 1}, /* vermillion */
    {0.337f, 0.706f, 0.914f, 1}, /* sky blue */
    {0.941f, 0.894f, 0.259f, 1}, /* yellow */
    {0.520f, 0.520f, 0.520f, 1}, /* grey */
};

static const char *const shapes[LW_PALETTE_N] = {
    N_ ("circle"),  N_ ("square"),  N_ ("triangle"),
    N_ ("diamond"), N_ ("hexagon"), N_ ("triangle upside down"),
    N_ ("star"),    N_ ("cross"),
};

void
lw_palette_get_color (guint track, GdkRGBA *ret_color)
{
  *ret_color = colors[track % LW_PALETTE_N];
}

const char *
lw_palette_get_shape_name (guint track)
{
  return _ (shapes[track % LW_PALETTE_N]);
}

static void
lw_palette_polygon (
    cairo_t *cr, guint corners, double turn, double x, double y, double radius, double inner)
{
  for (guint i = 0; i < corners; i++) {
    double angle = turn + i * 2 * G_PI / corners;
    double r = inner > 0 && i % 2 == 1 ? inner : radius;

    cairo_line_to (cr, x + r * sin (angle), y - r * cos (angle));
  }
  cairo_close_path (cr);
}

static void
lw_palette_cross (cairo_t *cr, double x, double y, double radius)
{
  double arm = radius * 0.38;
  const double points[12][2] = {
      {-arm, -radius}, {arm, -radius}, {arm, -arm}, {radius, -arm}, {radius, arm},   {arm, arm},
      {arm, radius},   {-arm, radius}, {-arm, arm}, {-radius, arm}, {-radius, -arm}, {-arm, -arm},
  };

  for (guint i = 0; i < 12; i++)
    cairo_line_to (cr, x + points[i][0], y + points[i][1]);
  cairo_close_path (cr);
}

static void
lw_palette_path (cairo_t *cr, guint track, double x, double y, double radius)
{
  cairo_new_path (cr);
  switch (track % LW_PALETTE_N) {
  case 0:
    cairo_arc (cr, x, y, radius * 0.92, 0, 2 * G_PI);
    break;
  case 1:
    cairo_rectangle (cr, x - radius * 0.82, y - radius * 0.82, radius * 1.64, radius * 1.64);
    break;
  case 2:
    lw_palette_polygon (cr, 3, 0, x, y + radius * 0.2, radius * 1.12, 0);
    break;
  case 3:
    lw_palette_polygon (cr, 4, 0, x, y, radius * 1.1, 0);
    break;
  case 4:
    lw_palette_polygon (cr, 6, G_PI / 6, x, y, radius, 0);
    break;
  case 5:
    lw_palette_polygon (cr, 3, G_PI, x, y - radius * 0.2, radius * 1.12, 0);
    break;
  case 6:
    lw_palette_polygon (cr, 10, 0, x, y, radius * 1.15, radius * 0.5);
    break;
  default:
    lw_palette_cross (cr, x, y, radius);
    break;
  }
}

void
lw_palette_draw_mark (cairo_t *cr,
                      guint track,
                      LwNoteKind kind,
                      double x,
                      double y,
                      double radius,
                      const GdkRGBA *outline)
{
  GdkRGBA color;

  lw_palette_get_color (track, &color);
  lw_palette_path (cr, track, x, y, radius);
  if (kind == LW_NOTE_WONDERING || kind == LW_NOTE_REPLY) {
    cairo_set_source_rgba (cr, 1, 1, 1, 0.95);
    cairo_fill_preserve (cr);
    gdk_cairo_set_source_rgba (cr, &color);
    cairo_set_line_width (cr, MAX (2.0, radius * 0.45));
    cairo_stroke_preserve (cr);
    gdk_cairo_set_source_rgba (cr, outline);
    cairo_set_line_width (cr, 0.75);
    cairo_stroke (cr);
    return;
  }
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, outline);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

const char *
lw_note_kind_icon (LwNoteKind kind)
{
  switch (kind) {
  case LW_NOTE_NOTICING:
    return "lw-noticing-symbolic";
  case LW_NOTE_WONDERING:
    return "lw-wondering-symbolic";
  case LW_NOTE_REPLY:
    return "mail-reply-sender-symbolic";
  default:
    return "emblem-ok-symbolic";
  }
}

const char *
lw_note_kind_word (LwNoteKind kind)
{
  switch (kind) {
  case LW_NOTE_NOTICING:
    return _ ("Noticing");
  case LW_NOTE_WONDERING:
    return _ ("Wondering");
  case LW_NOTE_REPLY:
    return _ ("Reply");
  case LW_NOTE_ANSWER:
    return _ ("Answer in a form");
  case LW_NOTE_CODE:
    return _ ("Code");
  default:
    return _ ("Mark of progress");
  }
}

/* ---- the widget ---- */

struct _LwMark {
  GtkWidget parent;
  guint track;
  LwNoteKind kind;
};

G_DEFINE_TYPE (LwMark, lw_mark, GTK_TYPE_WIDGET)

static void
lw_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LwMark *self = LW_MARK (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  GdkRGBA outline;
  cairo_t *cr;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &outline);
  outline.alpha *= 0.75f;
  cr =
      gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float)width, (float)height));
  lw_palette_draw_mark (cr, self->track, self->kind, width / 2.0, height / 2.0,
                        MIN (width, height) * 0.38, &outline);
  cairo_destroy (cr);
}

static void
lw_mark_measure (GtkWidget *widget,
                 GtkOrientation orientation,
                 int for_size,
                 int *minimum,
                 int *natural,
                 int *minimum_baseline,
                 int *natural_baseline)
{
  *minimum = *natural = 16;
}

static void
lw_mark_class_init (LwMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = lw_mark_snapshot;
  widget_class->measure = lw_mark_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
lw_mark_init (LwMark *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
lw_mark_new (void)
{
  return g_object_new (LW_TYPE_MARK, NULL);
}

void
lw_mark_set (LwMark *self, guint track, LwNoteKind kind)
{
  g_return_if_fail (LW_IS_MARK (self));
  if (self->track == track && self->kind == kind)
    return;
  self->track = track;
  self->kind = kind;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
