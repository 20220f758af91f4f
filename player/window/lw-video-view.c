/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-video-view.h"

#include <glib/gi18n.h>

#include "lw-palette.h"
#include "lw-widget.h"

struct _LwVideoView {
  GtkWidget parent;
  GdkPaintable *paintable;
  GtkWidget *placeholder; /* a box: icon over words */
  GtkWidget *icon;
  GtkWidget *label;
  GtkWidget *spinner;
  gboolean marking;
  gboolean dragging;
  LwRegion region;
  guint track;
  graphene_rect_t picture; /* where the paintable is drawn */
  double drag_x, drag_y;
  guint told_width, told_height;
};

G_DEFINE_TYPE (LwVideoView, lw_video_view, GTK_TYPE_WIDGET)

enum { SIGNAL_CLICKED, SIGNAL_DOUBLE_CLICKED, SIGNAL_REGION, SIGNAL_RESIZED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ---- drawing ---- */

static void
lw_video_view_snapshot_region (LwVideoView *self, GtkSnapshot *snapshot)
{
  const graphene_rect_t *picture = &self->picture;
  float scale_x = picture->size.width / LW_REGION_SCALE;
  float scale_y = picture->size.height / LW_REGION_SCALE;
  const GdkRGBA dark = {0, 0, 0, 0.55f};
  GdkRGBA color;
  GskRoundedRect outline;
  graphene_rect_t rect = GRAPHENE_RECT_INIT (
      picture->origin.x + self->region.x * scale_x, picture->origin.y + self->region.y * scale_y,
      self->region.width * scale_x, self->region.height * scale_y);

  lw_palette_get_color (self->track, &color);
  gsk_rounded_rect_init_from_rect (&outline, &rect, 3);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){4, 4, 4, 4},
                              (GdkRGBA[4]){dark, dark, dark, dark});
  graphene_rect_inset (&rect, 1, 1);
  gsk_rounded_rect_init_from_rect (&outline, &rect, 2);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]){2, 2, 2, 2},
                              (GdkRGBA[4]){color, color, color, color});
}

static void
lw_video_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  LwVideoView *self = LW_VIDEO_VIEW (widget);
  float width = (float)gtk_widget_get_width (widget);
  float height = (float)gtk_widget_get_height (widget);
  double aspect = gdk_paintable_get_intrinsic_aspect_ratio (self->paintable);

  gtk_snapshot_append_color (snapshot, &(GdkRGBA){0.04f, 0.04f, 0.045f, 1},
                             &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (aspect > 0 && width > 0 && height > 0) {
    float w = MIN (width, height * (float)aspect);
    float h = w / (float)aspect;
    float x = (float)(int)((width - w) / 2), y = (float)(int)((height - h) / 2);

    self->picture = GRAPHENE_RECT_INIT (x, y, w, h);
    gtk_snapshot_save (snapshot);
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
    gdk_paintable_snapshot (self->paintable, snapshot, (double)w, (double)h);
    gtk_snapshot_restore (snapshot);
    if (!lw_region_is_none (&self->region))
      lw_video_view_snapshot_region (self, snapshot);
  }
  if (gtk_widget_get_visible (self->placeholder))
    gtk_widget_snapshot_child (widget, self->placeholder, snapshot);
  if (gtk_widget_get_visible (self->spinner))
    gtk_widget_snapshot_child (widget, self->spinner, snapshot);
}

static void
lw_video_view_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  LwVideoView *self = LW_VIDEO_VIEW (widget);
  double aspect = gdk_paintable_get_intrinsic_aspect_ratio (self->paintable);

  if (aspect <= 0)
    aspect = 16 / 9.0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 200;
    *natural = 640;
  } else {
    *minimum = 112;
    *natural = (int)CLAMP ((for_size > 0 ? for_size : 640) / aspect, 112, 4000);
  }
}

static void
lw_video_view_allocate_child (GtkWidget *child, int width, int height)
{
  int minimum, w, h;

  if (!gtk_widget_should_layout (child))
    return;
  minimum = lw_widget_minimum (child, GTK_ORIENTATION_HORIZONTAL, -1, &w);
  w = MAX (minimum, MIN (w, width - 24));
  lw_widget_minimum (child, GTK_ORIENTATION_VERTICAL, w, &h);
  lw_widget_place (child, (width - w) / 2, (height - h) / 2, w, h);
}

static void
lw_video_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LwVideoView *self = LW_VIDEO_VIEW (widget);
  guint scale = (guint)gtk_widget_get_scale_factor (widget);
  guint device_width = (guint)MAX (0, width) * scale;
  guint device_height = (guint)MAX (0, height) * scale;

  lw_video_view_allocate_child (self->placeholder, width, height);
  lw_video_view_allocate_child (self->spinner, width, height);
  if (device_width == self->told_width && device_height == self->told_height)
    return;
  self->told_width = device_width;
  self->told_height = device_height;
  g_signal_emit (self, signals[SIGNAL_RESIZED], 0, device_width, device_height);
}

/* ---- pointing ---- */

static void
lw_video_view_on_press (
    GtkGestureClick *gesture, int n_press, double x, double y, LwVideoView *self)
{
  /* The release that ends a drag comes when marking is over: it must not play. */
  if (self->marking)
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
lw_video_view_on_click (
    GtkGestureClick *gesture, int n_press, double x, double y, LwVideoView *self)
{
  g_signal_emit (self, signals[n_press % 2 == 0 ? SIGNAL_DOUBLE_CLICKED : SIGNAL_CLICKED], 0);
}

static guint16
lw_region_coordinate (double position, double size)
{
  return (guint16)CLAMP (position / MAX (size, 1) * LW_REGION_SCALE, 0, LW_REGION_SCALE);
}

static void
lw_video_view_drag_to (LwVideoView *self, double x, double y)
{
  const graphene_rect_t *p = &self->picture;
  guint16 x0 = lw_region_coordinate (MIN (self->drag_x, x) - p->origin.x, p->size.width);
  guint16 x1 = lw_region_coordinate (MAX (self->drag_x, x) - p->origin.x, p->size.width);
  guint16 y0 = lw_region_coordinate (MIN (self->drag_y, y) - p->origin.y, p->size.height);
  guint16 y1 = lw_region_coordinate (MAX (self->drag_y, y) - p->origin.y, p->size.height);

  self->region = (LwRegion){x0, y0, (guint16)(x1 - x0), (guint16)(y1 - y0)};
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
lw_video_view_drag_begin (GtkGestureDrag *gesture, double x, double y, LwVideoView *self)
{
  if (!self->marking || self->picture.size.width < 1) {
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
    return;
  }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->dragging = TRUE;
  self->drag_x = x;
  self->drag_y = y;
}

static void
lw_video_view_drag_update (GtkGestureDrag *gesture, double dx, double dy, LwVideoView *self)
{
  if (self->dragging)
    lw_video_view_drag_to (self, self->drag_x + dx, self->drag_y + dy);
}

static void
lw_video_view_drag_end (GtkGestureDrag *gesture, double dx, double dy, LwVideoView *self)
{
  if (!self->dragging)
    return;
  self->dragging = FALSE;
  lw_video_view_drag_to (self, self->drag_x + dx, self->drag_y + dy);
  /* A click, or a line too thin to be a place, takes the place away. */
  if (self->region.width < LW_REGION_SCALE / 200 || self->region.height < LW_REGION_SCALE / 200)
    self->region = (LwRegion){0};
  gtk_widget_queue_draw (GTK_WIDGET (self));
  lw_video_view_set_marking (self, FALSE);
  g_signal_emit (self, signals[SIGNAL_REGION], 0, &self->region);
}

/* ---- life ---- */

static void
lw_video_view_dispose (GObject *object)
{
  LwVideoView *self = LW_VIDEO_VIEW (object);

  lw_widget_unparent_children (GTK_WIDGET (self));
  if (self->paintable != NULL)
    g_signal_handlers_disconnect_by_data (self->paintable, self);
  g_clear_object (&self->paintable);
  G_OBJECT_CLASS (lw_video_view_parent_class)->dispose (object);
}

static void
lw_video_view_class_init (LwVideoViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_video_view_dispose;
  widget_class->snapshot = lw_video_view_snapshot;
  widget_class->measure = lw_video_view_measure;
  widget_class->size_allocate = lw_video_view_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "lw-video");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[SIGNAL_CLICKED] = g_signal_new ("clicked", LW_TYPE_VIDEO_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DOUBLE_CLICKED] = g_signal_new (
      "double-clicked", LW_TYPE_VIDEO_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REGION] = g_signal_new ("region", LW_TYPE_VIDEO_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_RESIZED] = g_signal_new ("resized", LW_TYPE_VIDEO_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
lw_video_view_init (LwVideoView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_vexpand (widget, TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (lw_video_view_on_press), self);
  g_signal_connect (click, "released", G_CALLBACK (lw_video_view_on_click), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  g_signal_connect (drag, "drag-begin", G_CALLBACK (lw_video_view_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (lw_video_view_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (lw_video_view_drag_end), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));

  self->placeholder = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_add_css_class (self->placeholder, "lw-placeholder");
  self->icon = gtk_image_new ();
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), 72);
  gtk_box_append (GTK_BOX (self->placeholder), self->icon);
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->label), GTK_JUSTIFY_CENTER);
  gtk_box_append (GTK_BOX (self->placeholder), self->label);
  gtk_widget_set_visible (self->placeholder, FALSE);
  gtk_widget_set_parent (self->placeholder, widget);

  self->spinner = gtk_spinner_new ();
  gtk_widget_add_css_class (self->spinner, "lw-busy");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Getting the lesson ready"), -1);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_widget_set_parent (self->spinner, widget);
}

GtkWidget *
lw_video_view_new (GdkPaintable *paintable)
{
  LwVideoView *self = g_object_new (LW_TYPE_VIDEO_VIEW, NULL);

  self->paintable = g_object_ref (paintable);
  g_signal_connect_object (paintable, "invalidate-contents", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (paintable, "invalidate-size", G_CALLBACK (gtk_widget_queue_resize), self,
                           G_CONNECT_SWAPPED);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Picture of the lesson"), -1);
  return GTK_WIDGET (self);
}

void
lw_video_view_set_marking (LwVideoView *self, gboolean marking)
{
  g_return_if_fail (LW_IS_VIDEO_VIEW (self));
  self->marking = marking;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), marking ? "crosshair" : NULL);
}

gboolean
lw_video_view_get_marking (LwVideoView *self)
{
  g_return_val_if_fail (LW_IS_VIDEO_VIEW (self), FALSE);
  return self->marking;
}

void
lw_video_view_set_region (LwVideoView *self, const LwRegion *region, guint track)
{
  LwRegion wanted = region != NULL ? *region : (LwRegion){0};

  g_return_if_fail (LW_IS_VIDEO_VIEW (self));
  if (self->dragging)
    return;
  if (self->track == track && self->region.x == wanted.x && self->region.y == wanted.y &&
      self->region.width == wanted.width && self->region.height == wanted.height)
    return;
  self->region = wanted;
  self->track = track;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lw_video_view_set_placeholder (LwVideoView *self, const char *icon_name, const char *text)
{
  g_return_if_fail (LW_IS_VIDEO_VIEW (self));
  gtk_widget_set_visible (self->placeholder, text != NULL);
  if (text == NULL)
    return;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_label_set_text (GTK_LABEL (self->label), text);
}

void
lw_video_view_set_busy (LwVideoView *self, gboolean busy)
{
  g_return_if_fail (LW_IS_VIDEO_VIEW (self));
  gtk_widget_set_visible (self->spinner, busy);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
}
