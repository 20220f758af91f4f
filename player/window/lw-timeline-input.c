/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pointing at the timeline: seek, scrub, zoom, pan, look ahead. */
#include "lw-timeline-private.h"

#include <glib/gi18n.h>

#include "lw-session.h"

/* ---- looking ahead ---- */

static const LwChapter *
lw_timeline_find_chapter (LwTimeline *self, LwTime time)
{
  for (guint i = 0; self->probe != NULL && i < self->probe->chapters->len; i++) {
    const LwChapter *chapter = g_ptr_array_index (self->probe->chapters, i);

    if (chapter->start <= time && time < chapter->end)
      return chapter;
  }
  return NULL;
}

/* The note whose mark is under the pointer: within a mark's width of it. (transfer full) */
static LwNoteItem *
lw_timeline_find_note (LwTimeline *self, LwTime time)
{
  LwTime reach = (LwTime)(8 / MAX (self->scale.width, 1) * (double)self->scale.span);
  guint low = 0, high = self->notes == NULL ? 0 : g_list_model_get_n_items (self->notes);

  while (low < high) {
    guint middle = low + (high - low) / 2;
    g_autoptr (LwNoteItem) item = g_list_model_get_item (self->notes, middle);

    if (lw_note_item_get_note (item)->start < time - reach)
      low = middle + 1;
    else
      high = middle;
  }
  if (self->notes != NULL && low < g_list_model_get_n_items (self->notes)) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (self->notes, low);

    if (lw_note_item_get_note (item)->start <= time + reach)
      return g_steal_pointer (&item);
  }
  return NULL;
}

static void
lw_timeline_show_preview (LwTimeline *self, double x)
{
  LwTime time = lw_timeline_scale_to_time (&self->scale, x);
  g_autoptr (LwNoteItem) item = lw_timeline_find_note (self, time);
  const LwChapter *chapter = lw_timeline_find_chapter (self, time);
  GdkTexture *thumbnail = lw_timeline_get_thumbnail (self, time);
  g_autofree char *clock = lw_time_format (time);
  g_autofree char *heading = NULL;

  self->hover = time;
  heading = chapter == NULL ? g_strdup (clock) : g_strdup_printf ("%s · %s", clock, chapter->title);
  gtk_label_set_text (GTK_LABEL (self->preview_time), heading);
  gtk_picture_set_paintable (GTK_PICTURE (self->preview_picture), GDK_PAINTABLE (thumbnail));
  gtk_widget_set_visible (gtk_widget_get_parent (self->preview_picture), thumbnail != NULL);
  gtk_widget_set_visible (self->preview_text, item != NULL);
  if (item != NULL)
    gtk_label_set_text (GTK_LABEL (self->preview_text), lw_note_item_get_note (item)->text);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->preview), &(GdkRectangle){(int)x, 0, 1, 1});
  gtk_popover_popup (GTK_POPOVER (self->preview));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
lw_timeline_hide_preview (LwTimeline *self)
{
  if (self->hover == LW_TIME_NONE)
    return;
  self->hover = LW_TIME_NONE;
  gtk_popover_popdown (GTK_POPOVER (self->preview));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
lw_timeline_on_motion (GtkEventControllerMotion *motion, double x, double y, LwTimeline *self)
{
  if (self->scale.duration > 0 && !self->scrubbing)
    lw_timeline_show_preview (self, x);
}

static void
lw_timeline_on_leave (GtkEventControllerMotion *motion, LwTimeline *self)
{
  lw_timeline_hide_preview (self);
}

/* ---- seeking ---- */

static void
lw_timeline_seek_to (LwTimeline *self, double x, gboolean scrub)
{
  LwTime time = lw_timeline_scale_to_time (&self->scale, x);

  if (self->scale.duration <= 0)
    return;
  lw_timeline_set_position (self, time);
  g_signal_emit_by_name (self, "seek", time, scrub);
}

/* A click on a lone mark means that moment, not the pixel beside it. */
static gboolean
lw_timeline_seek_to_mark (LwTimeline *self, double x, double y)
{
  LwTime time = lw_timeline_scale_to_time (&self->scale, x);
  g_autoptr (LwNoteItem) item = NULL;
  LwTimelineRows rows;

  lw_timeline_get_rows (self, &rows);
  if (y < rows.lanes_y)
    return FALSE;
  item = lw_timeline_find_note (self, time);
  if (item == NULL)
    return FALSE;
  time = lw_note_item_get_note (item)->start;
  lw_timeline_set_position (self, time);
  g_signal_emit_by_name (self, "seek", time, FALSE);
  return TRUE;
}

static void
lw_timeline_drag_begin (GtkGestureDrag *gesture, double x, double y, LwTimeline *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  lw_timeline_hide_preview (self);
  self->drag_x = x;
  self->scrubbing = FALSE;
}

static void
lw_timeline_drag_update (GtkGestureDrag *gesture, double dx, double dy, LwTimeline *self)
{
  if (!self->scrubbing && dx > -3 && dx < 3)
    return;
  self->scrubbing = TRUE;
  lw_timeline_seek_to (self, self->drag_x + dx, TRUE);
}

static void
lw_timeline_drag_end (GtkGestureDrag *gesture, double dx, double dy, LwTimeline *self)
{
  double start_x, start_y;
  gboolean was_click = !self->scrubbing;

  self->scrubbing = FALSE;
  gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y);
  if (was_click && lw_timeline_seek_to_mark (self, start_x, start_y))
    return;
  lw_timeline_seek_to (self, self->drag_x + dx, FALSE);
}

/* ---- zooming ---- */

static gboolean
lw_timeline_on_scroll (GtkEventControllerScroll *scroll, double dx, double dy, LwTimeline *self)
{
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  double x = self->hover == LW_TIME_NONE ? self->scale.width / 2
                                         : lw_timeline_scale_to_x (&self->scale, self->hover);

  if ((state & GDK_SHIFT_MASK) != 0 && dx == 0) {
    dx = dy;
    dy = 0;
  }
  if (dx != 0)
    lw_timeline_scale_pan (&self->scale, dx * 40);
  if (dy != 0)
    lw_timeline_scale_zoom (&self->scale, dy < 0 ? 1.25 : 0.8, x);
  lw_timeline_invalidate (self);
  return GDK_EVENT_STOP;
}

static void
lw_timeline_pinch_begin (GtkGesture *gesture, GdkEventSequence *sequence, LwTimeline *self)
{
  self->pinch_factor = 1;
}

static void
lw_timeline_pinch (GtkGestureZoom *gesture, double factor, LwTimeline *self)
{
  double x = self->scale.width / 2, y;

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, &y);
  lw_timeline_scale_zoom (&self->scale, factor / self->pinch_factor, x);
  self->pinch_factor = factor;
  lw_timeline_invalidate (self);
}

/* ---- life ---- */

static void
lw_timeline_make_preview (LwTimeline *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *frame = gtk_overlay_new ();
  GtkWidget *room = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->preview = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->preview), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->preview), GTK_POS_TOP);
  gtk_widget_set_can_target (self->preview, FALSE);
  gtk_widget_set_can_focus (self->preview, FALSE);
  gtk_widget_add_css_class (self->preview, "lw-preview");
  self->preview_picture = gtk_picture_new ();
  gtk_picture_set_alternative_text (GTK_PICTURE (self->preview_picture),
                                    _ ("Picture at this moment"));
  /* Over a room of fixed size: a popover asks its content for the height at its own width, shadow
   * and all, and a picture answers with more than it then fills. */
  gtk_widget_set_size_request (room, 160, 90);
  gtk_overlay_set_child (GTK_OVERLAY (frame), room);
  gtk_overlay_add_overlay (GTK_OVERLAY (frame), self->preview_picture);
  gtk_widget_set_halign (frame, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), frame);
  self->preview_time = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->preview_time, "numeric");
  gtk_label_set_ellipsize (GTK_LABEL (self->preview_time), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->preview_time), 24);
  gtk_box_append (GTK_BOX (box), self->preview_time);
  self->preview_text = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->preview_text), TRUE);
  gtk_label_set_lines (GTK_LABEL (self->preview_text), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->preview_text), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->preview_text), 28);
  gtk_widget_add_css_class (self->preview_text, "caption");
  gtk_box_append (GTK_BOX (box), self->preview_text);
  gtk_popover_set_child (GTK_POPOVER (self->preview), box);
  gtk_widget_set_parent (self->preview, GTK_WIDGET (self));
}

void
lw_timeline_init_input (LwTimeline *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (motion, "motion", G_CALLBACK (lw_timeline_on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (lw_timeline_on_leave), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect (scroll, "scroll", G_CALLBACK (lw_timeline_on_scroll), self);
  gtk_widget_add_controller (widget, scroll);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (lw_timeline_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (lw_timeline_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (lw_timeline_drag_end), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect (pinch, "begin", G_CALLBACK (lw_timeline_pinch_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (lw_timeline_pinch), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  lw_timeline_make_preview (self);
}

void
lw_timeline_dispose_input (LwTimeline *self)
{
  g_clear_pointer (&self->preview, gtk_widget_unparent);
}
