/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "lw-timeline-private.h"

#include <glib/gi18n.h>

#include "lw-session.h"

G_DEFINE_TYPE (LwTimeline, lw_timeline, GTK_TYPE_WIDGET)

/* ---- rows ---- */

static int
lw_timeline_line_height (LwTimeline *self)
{
  g_autoptr (PangoLayout) layout = NULL;

  if (self->line_height == 0) {
    layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0:00");
    pango_layout_get_pixel_size (layout, NULL, &self->line_height);
    self->line_height = MAX (8, self->line_height);
  }
  return self->line_height;
}

void
lw_timeline_get_rows (LwTimeline *self, LwTimelineRows *ret_rows)
{
  LwTimelineRows rows = {0};
  int line = lw_timeline_line_height (self);
  guint n_lanes = MAX (1, lw_timeline_ensure_lanes (self)->len);
  int y = 4;

  if (self->probe != NULL && self->probe->chapters->len > 0) {
    rows.chapters_y = y;
    rows.chapters_height = line + 4;
    y += rows.chapters_height + 2;
  }
  rows.ruler_y = y;
  rows.ruler_height = line + 4;
  y += rows.ruler_height;
  /* Room for the pictures is kept while they are being made: nothing jumps when they come. */
  if (self->filmstrip != NULL ||
      (self->probe != NULL && lw_probe_get_video (self->probe) != NULL)) {
    rows.strip_y = y;
    rows.strip_height = 42;
    y += rows.strip_height + 2;
  }
  if (self->waveform != NULL || (self->probe != NULL && lw_probe_get_audio (self->probe) != NULL)) {
    rows.wave_y = y;
    rows.wave_height = rows.strip_height > 0 ? 26 : 56;
    y += rows.wave_height + 2;
  }
  rows.lanes_y = y;
  rows.lane_height = MAX (18, line + 3);
  rows.height = y + (int)n_lanes * rows.lane_height + 4;
  *ret_rows = rows;
}

/* ---- lanes ---- */

static void
lw_timeline_lane_free (gpointer data)
{
  LwTimelineLane *lane = data;

  g_array_unref (lane->times);
  g_array_unref (lane->notes);
  g_free (lane);
}

static LwTimelineLane *
lw_timeline_lane_new (guint track)
{
  LwTimelineLane *lane = g_new0 (LwTimelineLane, 1);

  lane->track = track;
  lane->times = g_array_new (FALSE, FALSE, sizeof (LwTime));
  lane->notes = g_array_new (FALSE, FALSE, sizeof (LwTimelineNote));
  return lane;
}

static int
lw_timeline_lane_compare (gconstpointer a, gconstpointer b)
{
  const LwTimelineLane *const *first = a, *const *second = b;

  return ((*first)->track > (*second)->track) - ((*first)->track < (*second)->track);
}

static void
lw_timeline_lane_add (LwTimelineLane *lane, const LwNote *note, guint track)
{
  LwTimelineNote entry = {note->end, track, note->kind};

  g_array_append_val (lane->times, note->start);
  g_array_append_val (lane->notes, entry);
  lane->longest = MAX (lane->longest, note->end - note->start);
}

/* Tracks first met get lanes; the list is by time, so a first walk finds which tracks there are. */
static void
lw_timeline_find_lanes (LwTimeline *self, guint n_notes)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  GPtrArray *all;

  for (guint i = 0; i < n_notes; i++) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (self->notes, i);
    guint track = lw_note_item_get_track_number (item);

    if (g_hash_table_add (seen, GUINT_TO_POINTER (track)))
      g_ptr_array_add (self->lanes, lw_timeline_lane_new (track));
  }
  all = self->lanes;
  g_ptr_array_sort (all, lw_timeline_lane_compare);
  if (all->len > LW_TIMELINE_MAX_LANES)
    g_ptr_array_set_size (all, LW_TIMELINE_MAX_LANES);
}

GPtrArray *
lw_timeline_ensure_lanes (LwTimeline *self)
{
  guint n_notes = self->notes == NULL ? 0 : g_list_model_get_n_items (self->notes);

  if (self->lanes != NULL)
    return self->lanes;
  self->lanes = g_ptr_array_new_with_free_func (lw_timeline_lane_free);
  lw_timeline_find_lanes (self, n_notes);
  for (guint i = 0; i < n_notes; i++) {
    g_autoptr (LwNoteItem) item = g_list_model_get_item (self->notes, i);
    const LwNote *note = lw_note_item_get_note (item);
    guint track = lw_note_item_get_track_number (item);
    LwTimelineLane *lane = g_ptr_array_index (self->lanes, self->lanes->len - 1);

    /* A reply has its note's time: it is that note's mark that stands for it. */
    if (note->kind == LW_NOTE_REPLY)
      continue;
    for (guint l = 0; l < self->lanes->len; l++) {
      LwTimelineLane *candidate = g_ptr_array_index (self->lanes, l);

      if (candidate->track == track)
        lane = candidate;
    }
    lw_timeline_lane_add (lane, note, track);
  }
  return self->lanes;
}

static void
lw_timeline_on_notes_changed (
    GListModel *notes, guint position, guint removed, guint added, LwTimeline *self)
{
  guint before = self->lanes == NULL ? 0 : self->lanes->len;

  g_clear_pointer (&self->lanes, g_ptr_array_unref);
  g_clear_pointer (&self->notes_node, gsk_render_node_unref);
  /* Gathering waits for the next frame, except where it decides the height. */
  if (before != lw_timeline_ensure_lanes (self)->len)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- GtkWidget ---- */

static void
lw_timeline_measure (GtkWidget *widget,
                     GtkOrientation orientation,
                     int for_size,
                     int *minimum,
                     int *natural,
                     int *minimum_baseline,
                     int *natural_baseline)
{
  LwTimelineRows rows;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = 200;
    *natural = 640;
    return;
  }
  lw_timeline_get_rows (LW_TIMELINE (widget), &rows);
  *minimum = *natural = rows.height;
}

static void
lw_timeline_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  LwTimeline *self = LW_TIMELINE (widget);

  if (self->scale.width != width) {
    self->scale.width = width;
    lw_timeline_invalidate (self);
  }
  if (self->preview != NULL)
    gtk_popover_present (GTK_POPOVER (self->preview));
}

static void
lw_timeline_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  LwTimeline *self = LW_TIMELINE (widget);

  GTK_WIDGET_CLASS (lw_timeline_parent_class)->css_changed (widget, change);
  self->line_height = 0; /* the font, its size or the colours may be others now */
  lw_timeline_invalidate (self);
}

static void
lw_timeline_dispose (GObject *object)
{
  LwTimeline *self = LW_TIMELINE (object);

  lw_timeline_set_notes (self, NULL);
  lw_timeline_dispose_input (self);
  g_clear_pointer (&self->lanes, g_ptr_array_unref);
  g_clear_pointer (&self->base_node, gsk_render_node_unref);
  g_clear_pointer (&self->notes_node, gsk_render_node_unref);
  g_clear_pointer (&self->thumbnails, g_ptr_array_unref);
  g_clear_pointer (&self->filmstrip, lw_filmstrip_unref);
  g_clear_pointer (&self->waveform, lw_waveform_unref);
  g_clear_pointer (&self->probe, lw_probe_unref);
  G_OBJECT_CLASS (lw_timeline_parent_class)->dispose (object);
}

static void
lw_timeline_class_init (LwTimelineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lw_timeline_dispose;
  widget_class->snapshot = lw_timeline_snapshot;
  widget_class->measure = lw_timeline_measure;
  widget_class->size_allocate = lw_timeline_size_allocate;
  widget_class->css_changed = lw_timeline_css_changed;
  gtk_widget_class_set_css_name (widget_class, "lw-timeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);

  g_signal_new ("seek", LW_TYPE_TIMELINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_INT64, G_TYPE_BOOLEAN);
}

static void
lw_timeline_init (LwTimeline *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->mark_in = self->mark_out = LW_TIME_NONE;
  self->loop_a = self->loop_b = LW_TIME_NONE;
  self->hover = LW_TIME_NONE;
  self->told_second = -1;
  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_hexpand (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_direction (widget, GTK_TEXT_DIR_LTR);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Timeline of the lesson"), -1);
  lw_timeline_init_input (self);
}

GtkWidget *
lw_timeline_new (void)
{
  return g_object_new (LW_TYPE_TIMELINE, NULL);
}

void
lw_timeline_invalidate (LwTimeline *self)
{
  g_clear_pointer (&self->base_node, gsk_render_node_unref);
  g_clear_pointer (&self->notes_node, gsk_render_node_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- what it shows ---- */

void
lw_timeline_set_notes (LwTimeline *self, GListModel *notes)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  if (self->notes == notes)
    return;
  if (self->notes != NULL)
    g_signal_handlers_disconnect_by_func (self->notes, lw_timeline_on_notes_changed, self);
  g_set_object (&self->notes, notes);
  if (notes != NULL) {
    g_signal_connect (notes, "items-changed", G_CALLBACK (lw_timeline_on_notes_changed), self);
    lw_timeline_on_notes_changed (notes, 0, 0, 0, self);
  }
}

static void
lw_timeline_tell_value (LwTimeline *self)
{
  int second = (int)(MAX (self->position, 0) / LW_SECOND);
  g_autofree char *now = NULL;
  g_autofree char *whole = NULL;
  g_autofree char *text = NULL;

  /* Once a second at most: a screen reader need not hear of every frame. */
  if (second == self->told_second)
    return;
  self->told_second = second;
  now = lw_time_format (MAX (self->position, 0));
  whole = lw_time_format (self->scale.duration);
  /* Translators: where playback is, and how long the lesson is: "4:07 of 12:00" */
  text = g_strdup_printf (_ ("%s of %s"), now, whole);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
      GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double)self->scale.duration / (double)LW_SECOND,
      GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double)second, GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text,
      /* GTK 4.8 tells screen readers no values but those of its own
       * sliders; a description they get. */
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

void
lw_timeline_set_duration (LwTimeline *self, LwTime duration)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  duration = MAX (0, duration);
  if (self->scale.duration == duration)
    return;
  if (lw_timeline_scale_is_fit (&self->scale) || duration < self->scale.duration)
    lw_timeline_scale_fit (&self->scale, duration);
  else
    self->scale.duration = duration;
  self->told_second = -1;
  lw_timeline_tell_value (self);
  lw_timeline_invalidate (self);
}

void
lw_timeline_set_position (LwTimeline *self, LwTime position)
{
  int before, now;

  g_return_if_fail (LW_IS_TIMELINE (self));
  before = (int)lw_timeline_scale_to_x (&self->scale, self->position);
  self->position = position;
  if (!self->scrubbing && position >= 0 && lw_timeline_scale_reveal (&self->scale, position))
    lw_timeline_invalidate (self);
  now = (int)lw_timeline_scale_to_x (&self->scale, position);
  if (now != before)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  lw_timeline_tell_value (self);
}

void
lw_timeline_set_probe (LwTimeline *self, LwProbe *probe)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  g_clear_pointer (&self->probe, lw_probe_unref);
  self->probe = probe == NULL ? NULL : lw_probe_ref (probe);
  lw_timeline_invalidate (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
lw_timeline_make_thumbnails (LwTimeline *self)
{
  gsize stride = (gsize)self->filmstrip->width * 4;
  gsize size = stride * self->filmstrip->height;

  self->thumbnails = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < self->filmstrip->count; i++) {
    g_autoptr (GBytes) pixels =
        g_bytes_new_from_bytes (self->filmstrip->pixels, (gsize)i * size, size);

    g_ptr_array_add (self->thumbnails,
                     gdk_memory_texture_new ((int)self->filmstrip->width,
                                             (int)self->filmstrip->height, GDK_MEMORY_R8G8B8A8,
                                             pixels, stride));
  }
}

void
lw_timeline_set_filmstrip (LwTimeline *self, LwFilmstrip *filmstrip)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  g_clear_pointer (&self->filmstrip, lw_filmstrip_unref);
  g_clear_pointer (&self->thumbnails, g_ptr_array_unref);
  if (filmstrip != NULL && filmstrip->count > 0) {
    self->filmstrip = lw_filmstrip_ref (filmstrip);
    lw_timeline_make_thumbnails (self);
  }
  lw_timeline_invalidate (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
lw_timeline_set_waveform (LwTimeline *self, LwWaveform *waveform)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  g_clear_pointer (&self->waveform, lw_waveform_unref);
  self->waveform = waveform == NULL ? NULL : lw_waveform_ref (waveform);
  lw_timeline_invalidate (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
lw_timeline_set_marks (LwTimeline *self, LwTime in, LwTime out)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  self->mark_in = in;
  self->mark_out = out;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lw_timeline_set_loop (LwTimeline *self, LwTime a, LwTime b)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  self->loop_a = a;
  self->loop_b = b;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lw_timeline_zoom (LwTimeline *self, double factor)
{
  g_return_if_fail (LW_IS_TIMELINE (self));
  if (factor <= 0)
    lw_timeline_scale_fit (&self->scale, self->scale.duration);
  else
    lw_timeline_scale_zoom (&self->scale, factor,
                            lw_timeline_scale_to_x (&self->scale, MAX (0, self->position)));
  lw_timeline_invalidate (self);
}

GdkTexture *
lw_timeline_get_thumbnail (LwTimeline *self, LwTime time)
{
  guint low = 0, high;

  g_return_val_if_fail (LW_IS_TIMELINE (self), NULL);
  if (self->filmstrip == NULL)
    return NULL;
  high = self->filmstrip->count - 1;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    LwTime between = (self->filmstrip->times[middle] + self->filmstrip->times[middle + 1]) / 2;

    if (time > between)
      low = middle + 1;
    else
      high = middle;
  }
  return g_ptr_array_index (self->thumbnails, low);
}
